"""Points in time and amounts as guests read them: in the place's zone and the guest's language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from babel.units import format_unit
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import clock_times

_EARLIEST, _LATEST = 0, 253_402_000_000  # the year 9999: a controller may say anything
MEGABYTE = 1024 * 1024
"""Bytes that gateways count as one MB (UCOPIA's wire): a limit of 157286400 is told as 150 MB."""


def zone_of(name: str, offset: int | None) -> tzinfo | None:
    """The zone of an IANA name, else of an offset in seconds from UTC; None where neither is told or makes sense."""
    if name:
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            pass
    return None if offset is None else timezone(timedelta(seconds=offset))


def local(at: int, zone: tzinfo | None) -> datetime:
    """Unix seconds in a zone; UTC where none is known."""
    return datetime.fromtimestamp(max(_EARLIEST, min(_LATEST, at)), UTC).astimezone(zone or UTC)


def hour(at: int, zone: tzinfo | None) -> str:
    """A time of day: ``14:20``."""
    return clock_times.hour(local(at, zone), _locale())


def day_and_hour(at: int, zone: tzinfo | None) -> str:
    """A date with its time of day."""
    return clock_times.day_and_hour(local(at, zone), _locale())


def until(at: int, now: int, zone: tzinfo | None) -> str:
    """``until 14:20 today``; with its day of the week when that is another one, with its date when it is far away."""
    there, here = local(at, zone), local(now, zone)
    days = (there.date() - here.date()).days
    if days == 0:
        return str(_("until %(time)s today", time=hour(at, zone)))
    if 0 < days < 7:
        day = get_day_names("wide", locale=_locale())[there.weekday()]
        return str(_("until %(day)s, %(time)s", day=day, time=hour(at, zone)))
    return str(_("until %(date)s", date=day_and_hour(at, zone)))


def duration(seconds: int) -> str:
    """``1 hr 25 min``, ``2 days 3 hr``: the two largest units, the smaller one left out where it is nothing."""
    minutes = max(1, seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    pair = [(days, "day"), (hours, "hour")] if days else [(hours, "hour"), (minutes, "minute")]
    return " ".join(format_unit(n, f"duration-{unit}", "short", locale=_locale()) for n, unit in pair if n)


def data(count: int) -> str:
    """An amount of data in bytes: 1024 kB are 1 MB, above 1000 MB it is told in GB."""
    megabytes = count / MEGABYTE
    if megabytes > 1000:
        amount, unit = megabytes / 1024, "digital-gigabyte"
    elif megabytes >= 1:
        amount, unit = megabytes, "digital-megabyte"
    else:
        amount, unit = count / 1024, "digital-kilobyte"
    return str(format_unit(round(amount, 1), unit, "short", locale=_locale()))


def _locale() -> Any:
    return get_locale() or "en"
