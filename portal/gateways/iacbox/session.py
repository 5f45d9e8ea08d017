"""What this system keeps in a guest's state: the device, and what the hotel said of the stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from portal.errors import StateLost
from portal.gateways.iacbox.settings import Settings
from portal.session import GuestSession, dump, load
from portal.venues.venue import Venue


@dataclass(frozen=True)
class GatewaySession:
    """What the box told of the guest's device; all text as it came.

    ``stay`` is what the PMS said of the guest (:meth:`portal.gateways.iacbox.pms.Stay.kept`), ``offered`` the ids of the
    tickets to choose from, ``guess`` the receipt of an attempt whose outcome is open (:mod:`portal.gateways.iacbox.room_attempts`),
    ``page`` the page of a refresh that stays when the guest changes the language.
    """

    id: str
    version: str = ""
    ip: str = ""
    mac: str = ""
    vlan: str = ""
    registration: str = ""
    stay: Mapping[str, str] = field(default_factory=dict)
    offered: Sequence[int] = ()
    guess: str = ""
    page: str = ""

    def but(self, **changes: Any) -> GatewaySession:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def on(self, guest: GuestSession) -> GuestSession:
        """The guest with this device."""
        return guest.but(device=dump(self))


def gateway_session_of(guest: GuestSession | None) -> GatewaySession:
    """The device of a state; raises :class:`StateLost` when it is not known yet."""
    if guest is None or not guest.device:
        raise StateLost("no device")
    return load(GatewaySession, guest.device)


def known_device(guest: GuestSession | None) -> GatewaySession | None:
    """The device of a state; None when it is not known yet."""
    return gateway_session_of(guest) if guest and guest.device else None


def settings_of(venue: Venue) -> Settings:
    """The venue's table ``[iacbox]``."""
    settings: Settings = venue.settings
    return settings
