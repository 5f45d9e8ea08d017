"""Points in time as the controller means them and the guest reads them: its zone, the guest's language, the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _

_EARLIEST, _LATEST = 0, 253_402_000_000  # the year 9999: a controller may say anything
_DAY = 86_400


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
    when = local(at, zone)
    return str(format_time(when, "short", tzinfo=when.tzinfo, locale=_locale()))


def day_and_hour(at: int, zone: tzinfo | None) -> str:
    """A date with its time of day."""
    return f"{format_date(local(at, zone), 'medium', locale=_locale())}, {hour(at, zone)}"


def until(at: int, now: int, zone: tzinfo | None) -> str:
    """``until 14:20``; with its day of the week when that is another one, with its date when it is far away."""
    there, here = local(at, zone), local(now, zone)
    days = (there.date() - here.date()).days
    if days == 0:
        return str(_("until %(time)s", time=hour(at, zone)))
    if 0 < days < 7:
        day = get_day_names("wide", locale=_locale())[there.weekday()]
        return str(_("until %(day)s, %(time)s", day=day, time=hour(at, zone)))
    # Translators: beside the time or the data that is left; %(date)s is a date with its time of day.
    return str(_("until %(date)s", date=day_and_hour(at, zone)))


def _locale() -> Any:
    return get_locale() or "en"
