"""The facts of a connection in the guest's language and the controller's time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_decimal
from babel.units import format_unit
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.gateways.ucopia.connection import Connection
from portal.urls import destination

Fact = tuple[str, str]
_UNITS = ((10**9, "digital-gigabyte"), (10**6, "digital-megabyte"))


def facts_of(connection: Connection, shown: frozenset[str]) -> list[Fact]:
    """Label and text of all that may be shown and is told, in the order of the page; time left stands apart."""
    rows = [*_who(connection), *_where(connection), *_how_long(connection), *_rest(connection)]
    return [(label, text) for name, label, text in rows if name in shown and text]


def _who(one: Connection) -> Iterator[tuple[str, str, str]]:
    yield "pms.customer", _("Guest"), one.customer
    yield "login", _("User name"), one.login
    yield "profile", _("Profile"), one.profile
    yield (
        "services",
        _("Services"),
        ", ".join(filter(None, (part.strip() for part in one.services.split(",")))),
    )


def _where(one: Connection) -> Iterator[tuple[str, str, str]]:
    yield "ipAddress", _("IP address"), one.ip
    yield "incomingNetwork", _("Network"), one.network
    yield "incomingZone", _("Zone"), one.zone
    yield "incomingVlan", _("VLAN"), one.vlan
    yield "multidevice", _("Devices"), number(one.devices) if one.devices else ""


def _how_long(one: Connection) -> Iterator[tuple[str, str, str]]:
    # The manual has no flag for the time slots; they belong to how long an account is good (ASSUMED).
    yield "validity", _("Hours"), ", ".join(slots(one.schedule))
    yield "validity", _("Valid until"), _validity(one)
    if one.credit:
        yield "totalTimeCredit", _("Time in all"), clock(one.credit)
        if one.remaining is not None:
            yield "totalConsumedTimeCredit", _("Time used"), clock(max(0, one.credit - one.remaining))


def _rest(one: Connection) -> Iterator[tuple[str, str, str]]:
    yield "consumedData", _("Data received"), data(one.download) if one.download is not None else ""
    yield "consumedData", _("Data sent"), data(one.upload) if one.upload is not None else ""
    yield (
        "forceDiscTimer",
        _("Disconnected at"),
        moment(one.clock + one.forced, one.offset) if one.forced else "",
    )
    # A phone's own probe is nothing that a guest wanted.
    yield "requestedURL", _("Page you wanted"), destination(one.requested, "")


def _validity(one: Connection) -> str:
    if one.validity is None:
        return ""
    return moment(one.validity, one.offset) if one.validity else _("without limit")


def moment(at: int, offset: int) -> str:
    """A date and time of the controller's zone."""
    when, zone, locale = _local(at, offset)
    return f"{format_date(when, 'medium', locale=locale)}, {format_time(when, 'short', tzinfo=zone, locale=locale)}"


def hour(at: int, offset: int) -> str:
    """A time of day in the controller's zone."""
    when, zone, locale = _local(at, offset)
    return str(format_time(when, "short", tzinfo=zone, locale=locale))


def _local(at: int, offset: int) -> tuple[datetime, timezone, Any]:
    zone = timezone(timedelta(seconds=offset))
    latest = 253_402_000_000  # the year 9999: a controller may say anything
    return datetime.fromtimestamp(max(0, min(latest, at)), UTC).astimezone(zone), zone, _locale()


def clock(seconds: int) -> str:
    """A duration as everybody reads it: ``1:25:46``."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def data(count: int) -> str:
    """An amount of data in the largest unit that fits."""
    size, unit = next(((size, unit) for size, unit in _UNITS if count >= size), (10**3, "digital-kilobyte"))
    return str(format_unit(round(count / size, 1), unit, "short", locale=_locale()))


def number(value: int | None) -> str:
    """A number as the language writes it."""
    return str(format_decimal(value or 0, locale=_locale()))


def slots(schedule: Sequence[Any]) -> list[str]:
    """The hours in which the account is good."""
    names = get_day_names("abbreviated", locale=_locale())
    if [tuple(map(tuple, slot)) for slot in schedule] == [((0, 0, 0), (6, 24, 0))]:
        return [_("at any time")]
    return [
        f"{names[begin[0]]} {begin[1]:02}:{begin[2]:02}–{names[end[0]]} {end[1]:02}:{end[2]:02}"
        for begin, end in schedule
    ]


def _locale() -> Any:
    return get_locale() or "en"
