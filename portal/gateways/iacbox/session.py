"""What this system keeps in a guest's state: the device, and what the hotel said of the stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from portal.errors import StateLost
from portal.gateways.iacbox.settings import Place, Settings
from portal.session import GuestSession
from portal.venues.venue import Venue


@dataclass(frozen=True)
class GatewaySession:
    """What the box told of the guest's device; all text as it came.

    ``stay`` is what the PMS said of the guest (:meth:`portal.gateways.iacbox.pms.Stay.kept`), ``offered`` the ids of the
    tickets to choose from, ``guess`` the receipt of an attempt whose outcome is open (:mod:`portal.gateways.iacbox.room_attempts`),
    ``page`` the page of a refresh that stays when the guest changes the language, ``ticket`` the one that was taken
    (:meth:`portal.gateways.iacbox.ticket_cards.Card.kept`), ``since`` when the guest went online, in unix seconds,
    ``credit`` what went to the box with redirect 2 (``time`` and ``expires`` in seconds, ``volume`` in MB).
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
    ticket: Mapping[str, str] = field(default_factory=dict)
    since: int = 0
    credit: Mapping[str, int] = field(default_factory=dict)

    def but(self, **changes: Any) -> GatewaySession:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def on(self, guest: GuestSession) -> GuestSession:
        """The guest with this device."""
        return guest.keeping(self)


def gateway_session_of(guest: GuestSession | None) -> GatewaySession:
    """The device of a state; raises :class:`StateLost` when it is not known yet."""
    if guest is None or not guest.device:
        raise StateLost("no device")
    return guest.kept(GatewaySession)


def known_device(guest: GuestSession | None) -> GatewaySession | None:
    """The device of a state; None when it is not known yet."""
    return gateway_session_of(guest) if guest and guest.device else None


def but(guest: GuestSession, **changes: Any) -> GuestSession:
    """The guest with some fields of the device changed."""
    return gateway_session_of(guest).but(**changes).on(guest)


def settings_of(venue: Venue) -> Settings:
    """The venue's table ``[iacbox]``, as it is where the guest is."""
    settings: Settings = venue.settings
    return settings


def place_of(venue: Venue, guest: GuestSession | None) -> Place:
    """The box that a guest came from."""
    device = known_device(guest)
    return settings_of(venue).place(device.registration if device else "")
