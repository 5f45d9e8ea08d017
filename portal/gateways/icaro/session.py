"""What a guest's state holds of an Icaro hotspot: the unit's redirect, what the hotspot offers, how far the guest is."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from portal.errors import BadArrival, StateLost
from portal.gateways.icaro.client import Unit
from portal.session import GuestSession

_DIGEST = re.compile(r"[0-9a-fA-F]{32}")
_NAME = re.compile(r"[\w.:-]{1,64}", re.ASCII)
LONGEST = {"mac": 20, "ip": 45, "uamip": 45, "uamport": 5, "nasid": 100}
SHORT_CONNECTION = 300
"""Seconds that the connection for reading a code lasts where the hotspot does not say (its preference is this too)."""
MARGIN = 30
"""Seconds before its end in which a short connection counts as over."""


@dataclass(frozen=True)
class GatewaySession:
    """The unit's redirect, as it came: ``digest`` is 32 hex digits, ``uuid`` the unit's, ``session`` the guest's, and
    ``seen`` when the unit named that session (unix seconds). It names another one whenever an authenticated session
    ends, so a guest is known by unit and ``mac``."""

    digest: str
    uuid: str
    session: str
    mac: str = ""
    ip: str = ""
    uamip: str = ""
    uamport: str = ""
    nasid: str = ""
    seen: int = 0

    @property
    def unit(self) -> Unit:
        """Who speaks to wax."""
        return Unit(self.digest, self.uuid, self.session)

    @property
    def key(self) -> str:
        """What this guest's phone is known by: the unit and the MAC address, or the session where there is none."""
        return f"{self.uuid} {self.mac.upper()}" if self.mac else self.session

    @property
    def told(self) -> dict[str, str]:
        """What register calls carry of it."""
        return {"uamip": self.uamip, "uamport": self.uamport, "nasid": self.nasid, "mac": self.mac}

    @property
    def redirect_page(self) -> str:
        """The unit's page that names the current session; "" unless the unit's address is a private one (a link could
        name any other) and its port a number."""
        try:
            host = ipaddress.ip_address(self.uamip)
        except ValueError:
            return ""
        if not host.is_private or not self.uamport.isascii() or not self.uamport.isdecimal():
            return ""
        name = f"[{host}]" if host.version == 6 else str(host)
        return f"http://{name}:{self.uamport}/www/redirect.chi"


@dataclass(frozen=True)
class Progress:
    """How far a guest is. ``voucher``: one that unlocked the other ways. ``kind`` (``email``, ``sms``), ``address``,
    ``user`` (wax's number for the guest): who was registered. ``sent``: how often a code was asked for, ``known``:
    the guest was online with a code before, and it is still good. ``temporary``: a short connection is open; ``link``: one may be, for
    the guest came by a link in a mail.
    ``asked``: the consents and questions of the hotspot were answered, and are asked no more; ``agreed``: consents
    given, by wax's names; ``refused``: those that wax still has to take back. ``reason``, ``country``: answers that
    wax still has to be told.
    ``since``: when the login was noted, in unix seconds. ``errand``: the name of a way through the unit that has not
    come back yet, ``ended``: when a short connection was ended for it (unix seconds)."""

    voucher: str = ""
    kind: str = ""
    address: str = ""
    user: int = 0
    sent: int = 0
    known: bool = False
    temporary: bool = False
    link: bool = False
    asked: bool = False
    agreed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    reason: str = ""
    country: str = ""
    since: int = 0
    errand: str = ""
    ended: float = 0.0

    def but(self, **changes: Any) -> Progress:
        """A copy with some fields changed."""
        return replace(self, **changes)


NOTHING = Progress()


def read_device(query: Mapping[str, str], now: float = 0) -> GatewaySession:
    """The device of a redirect; raises :class:`BadArrival` unless digest, uuid and sessionid are there and sound."""
    digest, uuid, session = (query.get(name, "") for name in ("digest", "uuid", "sessionid"))
    if not (_DIGEST.fullmatch(digest) and _NAME.fullmatch(uuid) and is_session(session)):
        raise BadArrival("digest, uuid or sessionid")
    rest = {name: _clean(query.get(name, ""), most) for name, most in LONGEST.items()}
    return GatewaySession(digest.lower(), uuid, session, **rest, seen=int(now))


def is_session(text: str) -> bool:
    """Whether this can be a session id."""
    return bool(_NAME.fullmatch(text))


def _clean(text: str, most: int) -> str:
    return text if len(text) <= most and text.isprintable() else ""


@dataclass(frozen=True)
class Kept:
    """All that a state holds: the unit's redirect, how far the guest is, what the hotspot offers (None: wax has not
    told yet), where to go afterwards, and how many seconds a short connection lasts."""

    unit: GatewaySession
    progress: Progress = NOTHING
    offers: tuple[str, ...] | None = None
    home: str = ""
    short: int = SHORT_CONNECTION


def kept_of(guest: GuestSession | None) -> Kept | None:
    """What a state holds; None while the unit is not known."""
    return guest.kept(Kept) if guest and guest.device else None


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


def is_same_phone(guest: GuestSession, device: GatewaySession, mailed: bool = False) -> bool:
    """Whether a redirect is about the phone of this state. A mailed link names no MAC address: it is about the phone
    whose browser opens it."""
    kept = kept_of(guest)
    if kept is None or kept.unit.uuid != device.uuid:
        return False
    return kept.unit.key == device.key if device.mac or not mailed else True


def with_device(guest: GuestSession, device: GatewaySession) -> GuestSession:
    """The guest with what the unit said last; what the hotspot offers is asked again. Another session of the same phone
    begins because one that was authenticated has ended: the short connection is over, and all else stays."""
    old = kept_of(guest)
    if old is None:
        return guest.keeping(Kept(device))
    told = {name: value for name, value in asdict(device).items() if value}
    guest = guest.keeping(Kept(replace(old.unit, **told), old.progress))
    return _in_session_of(old, guest)


def with_session(guest: GuestSession, session: str, now: float) -> GuestSession:
    """The guest with the session that the unit has named right now."""
    old = kept_of(guest)
    if old is None:
        raise StateLost("no device")
    guest = _changed(guest, unit=replace(old.unit, session=session, seen=int(now)))
    return _in_session_of(old, guest)


def _in_session_of(old: Kept, guest: GuestSession) -> GuestSession:
    """A short connection ends with its session."""
    same = gateway_session_of(guest).session == old.unit.session
    return guest if same else with_progress(guest, temporary=False)


def with_offers(guest: GuestSession, offers: frozenset[str], home: str, short: int) -> GuestSession:
    """The guest with what the hotspot offers, where to go afterwards, and how long a short connection lasts."""
    return _changed(guest, offers=tuple(sorted(offers)), home=home, short=short)


def may_have_changed(guest: GuestSession, now: float) -> bool:
    """Whether the unit may have named another session since: a short connection was opened with this one, or could
    have come and gone."""
    kept = kept_of(guest)
    if kept is None:
        return False
    opened = kept.progress.temporary or kept.progress.link
    return opened or abs(now - kept.unit.seen) >= max(kept.short - MARGIN, MARGIN)


def nameless(guest: GuestSession) -> GuestSession:
    """The guest without whom a code was sent to, and without a voucher."""
    return _changed(guest, progress=Progress(since=progress(guest).since)) if guest.device else guest


def with_progress(guest: GuestSession, **changes: Any) -> GuestSession:
    """The guest a bit further."""
    return _changed(guest, progress=progress(guest).but(**changes))


def _changed(guest: GuestSession, **changes: Any) -> GuestSession:
    kept = kept_of(guest)
    if kept is None:
        raise StateLost("no device")
    return guest.keeping(replace(kept, **changes))
