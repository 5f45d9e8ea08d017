"""What this system keeps in a guest's state: the device, and what the hotel said of the stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.errors import StateLost
from portal.gateways.iacbox.settings import Settings
from portal.session import GuestSession
from portal.venues.venue import Venue


@dataclass(frozen=True)
class GatewaySession:
    """What the box told of the guest's device; all text as it came.

    ``stay`` is what the PMS said of the guest (:meth:`portal.gateways.iacbox.pms.Stay.kept`), ``offered`` the ids of the
    tickets to choose from, ``guess`` the receipt of an attempt whose outcome is open (:mod:`portal.gateways.iacbox.room_attempts`).
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

    def kept(self) -> dict[str, object]:
        """For the guest's state."""
        return {name: value for name, value in vars(self).items() if value}


def gateway_session_of(guest: GuestSession | None) -> GatewaySession:
    """The device of a state; raises :class:`StateLost` when it is not known yet."""
    if guest is None or not guest.device.get("id"):
        raise StateLost("no device")
    try:
        return GatewaySession(**guest.device)
    except TypeError as error:
        raise StateLost("a device of another system: the venue has changed it") from error


def settings_of(venue: Venue) -> Settings:
    """The venue's table ``[iacbox]``."""
    settings: Settings = venue.settings
    return settings
