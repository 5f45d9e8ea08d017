"""What a guest's state holds of an Icaro hotspot: the unit's redirect, what the hotspot offers, how far the guest is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from portal.errors import BadArrival, StateLost
from portal.gateways.icaro.client import Unit
from portal.session import GuestSession

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


def read_device(query: Mapping[str, str]) -> GatewaySession:
    """The device of a redirect; raises :class:`BadArrival` unless digest, uuid and sessionid are there and sound."""
    digest, uuid, session = (query.get(name, "") for name in ("digest", "uuid", "sessionid"))
    if not (_DIGEST.fullmatch(digest) and _NAME.fullmatch(uuid) and _NAME.fullmatch(session)):
        raise BadArrival("digest, uuid or sessionid")
    rest = {name: _clean(query.get(name, ""), most) for name, most in LONGEST.items()}
    return GatewaySession(digest.lower(), uuid, session, **rest)


def _clean(text: str, most: int) -> str:
    return text if len(text) <= most and text.isprintable() else ""


def gateway_session_of(guest: GuestSession | None) -> GatewaySession:
    """The device of a state; raises :class:`StateLost` when it is not known yet."""
    if guest is None or not guest.device.get("unit"):
        raise StateLost("no device")
    known = {item.name for item in fields(GatewaySession)}
    return GatewaySession(**{name: text for name, text in guest.device["unit"].items() if name in known})


def offers_of(guest: GuestSession) -> frozenset[str] | None:
    """What the hotspot offers; None when wax has not told yet."""
    offers = guest.device.get("offers")
    return None if offers is None else frozenset(offers)


def progress(guest: GuestSession) -> Progress:
    """How far a guest is."""
    kept = dict(guest.device.get("progress", {}))
    lists = {name: tuple(kept.get(name, ())) for name in ("agreed", "refused")}
    return Progress(**{**kept, **lists})


def with_device(guest: GuestSession, device: GatewaySession) -> GuestSession:
    """The guest with this device; another session starts anew. ``id`` is what limits know the guest by."""
    same = guest.device.get("id") == device.session
    kept = {name: value for name, value in asdict(device).items() if value}
    if same:
        kept = {**guest.device["unit"], **kept}
    rest = {"progress": guest.device["progress"]} if same and guest.device.get("progress") else {}
    stage = guest.stage if same else "arrived"
    typed = guest.typed if same else {}
    return guest.but(device={"id": device.session, "unit": kept, **rest}, stage=stage, typed=typed)


def with_offers(guest: GuestSession, offers: frozenset[str], home: str) -> GuestSession:
    """The guest with what the hotspot offers, and where to go afterwards."""
    return guest.but(device={**guest.device, "offers": sorted(offers), "home": home})


def with_progress(guest: GuestSession, **changes: Any) -> GuestSession:
    """The guest a bit further."""
    ahead = progress(guest).but(**changes)
    kept = {name: value for name, value in asdict(ahead).items() if value}
    return guest.but(device={**guest.device, "progress": kept})
