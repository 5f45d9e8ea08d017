"""What this system keeps in a guest's state: the device, what the hotel said of the stay, and the ticket taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.errors import StateLost
from portal.gateways.iacbox.settings import Place, Settings
from portal.session import GuestSession
from portal.venues.venue import Venue


@dataclass(frozen=True)
class GatewaySession:
    """What the box told of the guest's device; all text as it came.

    ``stay`` is what the PMS said of the guest (:meth:`portal.gateways.iacbox.pms.Stay.kept`), ``offered`` the ids of the
    tickets to choose from, ``ticket`` the one that was taken (:meth:`portal.gateways.iacbox.ticket_cards.Card.kept`), ``guess`` the
    receipt of an attempt whose outcome is open, ``since`` when the guest went online, in unix seconds.
    """

    id: str
    version: str = ""
    ip: str = ""
    mac: str = ""
    vlan: str = ""
    registration: str = ""
    stay: Mapping[str, str] = field(default_factory=dict)
    offered: Sequence[int] = ()
    ticket: Mapping[str, str] = field(default_factory=dict)
    guess: str = ""
    since: int = 0

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


def but(guest: GuestSession, **changes: object) -> GuestSession:
    """The guest with some fields of the device changed; an empty value takes a field away."""
    device = {name: value for name, value in {**guest.device, **changes}.items() if value}
    return guest.but(device=device)


def settings_of(venue: Venue) -> Settings:
    """The venue's table ``[iacbox]``, as it is where the guest is."""
    settings: Settings = venue.settings
    return settings


def place_of(venue: Venue, guest: GuestSession | None) -> Place:
    """The box that a guest came from."""
    return settings_of(venue).place(str(guest.device.get("registration", "")) if guest else "")
