"""What the controller says of a guest who is connected (appendix 2), partial answers merged over older ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from portal.gateways.ucopia.answers import right
from portal.gateways.ucopia.php_json import flag, inner, rows, table, whole, words

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Moment = tuple[int, int, int]
PERSON = (
    *("firstName", "lastName", "email", "phoneNumber", "organizationalUnitName", "postalAddress"),
    *("postOfficeBox", "postalCode", "localityName", "countryName"),
)
# Wire: old firmware wants its digest back, newer firmware sends a literal that says it is fake.
_FAKE = re.compile(r"fake", re.IGNORECASE)


@dataclass(frozen=True)
class Connection:
    """None is "not told". Times in unix seconds, durations in seconds, data in bytes; ``offset`` is the
    controller's from UTC. ``at`` is when we heard it last. ``schedule``: (day, hour, minute) pairs, Monday 0."""

    at: int = 0
    login: str = ""
    profile: str = ""
    services: str = ""
    ip: str = ""
    network: str = ""
    zone: str = ""
    vlan: str = ""
    auto_disconnect: bool | None = None
    schedule: Sequence[tuple[Moment, Moment]] = ()
    validity: int | None = None
    credit: int | None = None
    remaining: int | None = None
    now: int = 0
    offset: int = 0
    requested: str = ""
    download: int | None = None
    upload: int | None = None
    devices: int | None = None
    forced: int | None = None
    customer: str = ""
    message: str = ""
    digest: str = ""
    button: bool | None = None

    @property
    def clock(self) -> int:
        """What the controller's clock showed; ours where it does not tell."""
        return self.now or self.at

    def updated(self, newer: Connection) -> Connection:
        """Answers are partial updates (wire): what the newer one does not tell stays."""
        told = {
            one.name: value
            for one in fields(newer)
            if (value := getattr(newer, one.name)) is not None and value != one.default
        }
        return replace(self, **told)


def connection_of(user: Mapping[str, Any], at: float) -> Connection:
    """The hash ``user``; both ``services`` and ``service``, ``incoming…`` and ``incomming…`` are read."""
    told = {right(str(name)): value for name, value in user.items()}
    told["services"] = told.get("services", told.get("service"))
    credit, data = table(told.get("timeCredit")), table(told.get("consumedData"))
    pms = {name.lower(): value for name, value in table(told.get("PMS", told.get("pms"))).items()}
    return Connection(
        at=int(at),
        login=_text(told, "login"),
        profile=_text(told, "profile"),
        services=_text(told, "services"),
        ip=_text(told, "ipAddress", 45),
        network=_text(told, "incomingNetwork"),
        zone=_text(told, "incomingZone"),
        vlan=_text(told, "incomingVlan"),
        auto_disconnect=_flag(told.get("autoDisconnect")),
        schedule=_schedule(inner(told.get("schedule"))),
        validity=_number(told.get("validity")),
        credit=_number(told.get("timeCredit")),
        remaining=_number(credit.get("remaining")),
        now=_number(told.get("universalTime")) or 0,
        offset=max(-50_400, min(50_400, _number(told.get("timezoneOffset")) or 0)),
        requested=_text(told, "requestedURL", 1000),
        download=_number(data.get("download")),
        upload=_number(data.get("upload")),
        devices=_number(told.get("multidevice")),
        forced=_number(told.get("forceDiscTimer")),
        customer=words(inner(pms.get("customer")), 200),
        message=words(inner(pms.get("message")), 500),
        digest=_digest(_text(told, "passwordDigest")),
        button=_flag(told.get("disconnectButton")),
    )


def person_of(user: Mapping[str, Any]) -> dict[str, str]:
    """The guest's own data that the controller tells, in the order of :data:`PERSON`; never kept in a state."""
    return {name: text for name in PERSON if (text := words(inner(user.get(name)), 200))}


def _text(told: Mapping[str, Any], name: str, longest: int = 200) -> str:
    return words(inner(told.get(name)), longest)


def _number(value: Any) -> int | None:
    """A number that is told; an empty string or an empty hash tells nothing."""
    value = inner(value)
    number = whole(value, -1)
    return number if number >= 0 else None


def _flag(value: Any) -> bool | None:
    value = inner(value)
    return flag(value) if isinstance(value, (bool, int, str)) and value != "" else None


def _digest(text: str) -> str:
    return "" if _FAKE.search(text) else text


def _schedule(value: Any) -> tuple[tuple[Moment, Moment], ...]:
    slots = [value] if isinstance(value, dict) and "begin" in value else rows(value, 30)
    pairs = [(_moment(table(slot).get("begin")), _moment(table(slot).get("end"))) for slot in slots]
    return tuple((begin, end) for begin, end in pairs if begin and end)


def _moment(value: Any) -> Moment | None:
    day = words(inner(table(value).get("day")), 10).lower()
    if day not in DAYS:
        return None
    hour, minute = (whole(inner(table(value).get(name))) for name in ("hour", "min"))
    return DAYS.index(day), max(0, min(24, hour)), max(0, min(59, minute))
