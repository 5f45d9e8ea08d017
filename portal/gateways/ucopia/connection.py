"""What the controller says of a guest who is connected (appendix 2), partial answers merged over older ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from portal.gateways.ucopia.markup import one_line
from portal.gateways.ucopia.php_json import flag, inner, rows, table, whole, words

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Moment = tuple[int, int, int]
PERSON = (
    *("firstName", "lastName", "email", "phoneNumber", "organizationalUnitName", "postalAddress"),
    *("postOfficeBox", "postalCode", "localityName", "stateOrProvinceName", "countryName"),
)
# Wire: old firmware wants its digest back, newer firmware sends a literal that says it is fake.
_FAKE = re.compile(r"fake", re.IGNORECASE)


@dataclass(frozen=True)
class Connection:
    """None is "not told". Times in unix seconds, durations in seconds, data in bytes; ``offset`` is the
    controller's from UTC. ``at`` is when we heard it last. ``schedule``: (day, hour, minute) pairs, Monday 0.

    ``limit`` and ``left`` are of a quota that counts both directions, the others of one for each (wire); ``renews`` is
    when it begins anew, ``renew_each`` the days after which the time credit does."""

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
    renew_each: int | None = None
    now: int = 0
    offset: int | None = None
    time_zone: str = ""
    requested: str = ""
    download: int | None = None
    upload: int | None = None
    limit: int | None = None
    left: int | None = None
    limit_down: int | None = None
    left_down: int | None = None
    limit_up: int | None = None
    left_up: int | None = None
    renews: int = 0
    devices: str = ""
    forced: int | None = None
    customer: str = ""
    message: str = ""
    digest: str = ""
    button: bool | None = None

    @property
    def must_stay(self) -> bool:
        """Whether leaving the page ends the connection: ``autoDisconnect`` is told and not true (wire)."""
        return self.auto_disconnect is False

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
    told = {str(name).replace("incomming", "incoming"): value for name, value in user.items()}
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
        renew_each=_number(credit.get("reneweach")),
        now=_number(told.get("universalTime")) or 0,
        offset=_offset(told.get("timezoneOffset")),
        time_zone=_zone(data),
        requested=_text(told, "requestedURL", 1000),
        download=_number(data.get("download")),
        upload=_number(data.get("upload")),
        renews=_number(data.get("renewTimestamp")) or 0,
        **_quota(data),
        devices=_text(told, "multidevice", 40),
        forced=_number(told.get("forceDiscTimer")),
        customer=words(inner(pms.get("customer")), 200),
        message=words(inner(pms.get("message")), 500),
        digest=_digest(_text(told, "passwordDigest")),
        button=_flag(told.get("disconnectButton")),
    )


def _offset(value: Any) -> int | None:
    """Seconds from UTC, west of it below zero; None where it is not told or not sane."""
    value = inner(value)
    if isinstance(value, bool) or value is None or value == "":
        return None
    seconds = whole(value, 10**6)
    return seconds if abs(seconds) <= 50_400 else None


def _zone(data: Mapping[str, Any]) -> str:
    """The IANA name of the zone (wire)."""
    return words(inner(table(inner(data.get("timezone"))).get("zoneTimezone")), 60)


def _quota(data: Mapping[str, Any]) -> dict[str, int | None]:
    """The first row of ``consumedData.extra`` that disconnects (wire): a sum stands under ``upload`` alone."""
    found = (table(row) for row in rows(inner(data.get("extra")), 20))
    row = next((one for one in found if flag(one.get("isDisconnectQuota"))), None)
    if row is None:
        return {}
    total, available = table(row.get("total")), table(row.get("available"))
    if flag(row.get("isSumQuota")):
        return {"limit": _number(total.get("upload")), "left": _number(available.get("upload"))}
    return {
        **{"limit_down": _number(total.get("download")), "left_down": _number(available.get("download"))},
        **{"limit_up": _number(total.get("upload")), "left_up": _number(available.get("upload"))},
    }


@dataclass(frozen=True)
class CustomField:
    """One of the guest's own data with a label of the operator's, by language code."""

    value: str
    labels: Mapping[str, str]
    default_lang: str = ""


def custom_fields_of(user: Mapping[str, Any]) -> list[CustomField]:
    """``user.customFields``: those that have a value; never kept in a state."""
    found = (table(one) for one in rows(user.get("customFields"), 10))
    return [
        CustomField(value, _labels(one.get("label") or one.get("labels")), words(one.get("defaultLang"), 5))
        for one in found
        if (value := words(inner(one.get("value")), 200))
    ]


def _labels(value: Any) -> dict[str, str]:
    return {
        str(code): text for code, raw in table(value).items() if (text := one_line(words(raw, 500))[:120])
    }


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
