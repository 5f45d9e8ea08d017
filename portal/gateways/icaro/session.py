"""What a guest's state holds of an Icaro hotspot: the unit's redirect, what the hotspot offers, how far the guest is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from portal.errors import BadArrival, StateLost
from portal.gateways.icaro.client import Unit
from portal.session import GuestSession, Stage, dump, load

_DIGEST = re.compile(r"[0-9a-fA-F]{32}")
_NAME = re.compile(r"[\w.:-]{1,64}", re.ASCII)
LONGEST = {"mac": 20, "ip": 45, "uamip": 45, "uamport": 5, "nasid": 100}


@dataclass(frozen=True)
class GatewaySession:
    """The unit's redirect, as it came: ``digest`` is 32 hex digits, ``uuid`` the unit's, ``session`` the guest's."""

    digest: str
    uuid: str
    session: str
    mac: str = ""
    ip: str = ""
    uamip: str = ""
    uamport: str = ""
    nasid: str = ""

    @property
    def unit(self) -> Unit:
        """Who speaks to wax."""
        return Unit(self.digest, self.uuid, self.session)

    @property
    def told(self) -> dict[str, str]:
        """What register calls carry of it."""
        return {"uamip": self.uamip, "uamport": self.uamport, "nasid": self.nasid, "mac": self.mac}


@dataclass(frozen=True)
class Progress:
    """How far a guest is. ``voucher``: one that unlocked the other ways. ``kind`` (``email``, ``sms``), ``address``,
    ``user`` (wax's number for the guest): who was registered. ``sent``: how often a code was asked for, ``known``:
    the guest was here before and none was sent. ``temporary``: a short connection is open. ``agreed``: consents
    given, by wax's names; ``refused``: those that wax still has to take back. ``reason``, ``country``: answers that
    wax still has to be told. ``since``: when the login was noted, in unix seconds."""

    voucher: str = ""
    kind: str = ""
    address: str = ""
    user: int = 0
    sent: int = 0
    known: bool = False
    temporary: bool = False
    agreed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    reason: str = ""
    country: str = ""
    since: int = 0

    def but(self, **changes: Any) -> Progress:
        """A copy with some fields changed."""
        return replace(self, **changes)


NOTHING = Progress()


def read_device(query: Mapping[str, str]) -> GatewaySession:
    """The device of a redirect; raises :class:`BadArrival` unless digest, uuid and sessionid are there and sound."""
    digest, uuid, session = (query.get(name, "") for name in ("digest", "uuid", "sessionid"))
    if not (_DIGEST.fullmatch(digest) and _NAME.fullmatch(uuid) and _NAME.fullmatch(session)):
        raise BadArrival("digest, uuid or sessionid")
    rest = {name: _clean(query.get(name, ""), most) for name, most in LONGEST.items()}
    return GatewaySession(digest.lower(), uuid, session, **rest)


def _clean(text: str, most: int) -> str:
    return text if len(text) <= most and text.isprintable() else ""


@dataclass(frozen=True)
class Kept:
    """All that a state holds: the unit's redirect, how far the guest is, what the hotspot offers (None: wax has not
    told yet) and where to go afterwards."""

    unit: GatewaySession
    progress: Progress = NOTHING
    offers: tuple[str, ...] | None = None
    home: str = ""


def kept_of(guest: GuestSession | None) -> Kept | None:
    """What a state holds; None while the unit is not known."""
    return load(Kept, guest.device) if guest and guest.device else None


def gateway_session_of(guest: GuestSession | None) -> GatewaySession:
    """The device of a state; raises :class:`StateLost` when it is not known yet."""
    kept = kept_of(guest)
    if kept is None:
        raise StateLost("no device")
    return kept.unit


def offers_of(guest: GuestSession) -> frozenset[str] | None:
    """What the hotspot offers; None when wax has not told yet."""
    kept = kept_of(guest)
    return None if kept is None or kept.offers is None else frozenset(kept.offers)


def progress(guest: GuestSession) -> Progress:
    """How far a guest is."""
    kept = kept_of(guest)
    return kept.progress if kept else NOTHING


def with_device(guest: GuestSession, device: GatewaySession) -> GuestSession:
    """The guest with this device; another session starts anew."""
    old = kept_of(guest)
    if old is None or old.unit.session != device.session:
        return guest.but(device=dump(Kept(device)), stage=Stage.ARRIVED, typed={})
    told = {name: value for name, value in asdict(device).items() if value}
    return guest.but(device=dump(Kept(replace(old.unit, **told), old.progress)))


def with_offers(guest: GuestSession, offers: frozenset[str], home: str) -> GuestSession:
    """The guest with what the hotspot offers, and where to go afterwards."""
    return _changed(guest, offers=tuple(sorted(offers)), home=home)


def with_progress(guest: GuestSession, **changes: Any) -> GuestSession:
    """The guest a bit further."""
    return _changed(guest, progress=progress(guest).but(**changes))


def _changed(guest: GuestSession, **changes: Any) -> GuestSession:
    kept = kept_of(guest)
    if kept is None:
        raise StateLost("no device")
    return guest.but(device=dump(replace(kept, **changes)))
