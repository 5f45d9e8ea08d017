"""Times of day and days with a time, as hotels of a language write them. Knows nothing of Flask or of a gateway."""

from __future__ import annotations

from datetime import date, datetime, time

from babel import Locale
from babel.dates import format_date, format_time

_PATTERNS = {"ko": "aaaa h:mm"}
"""Where CLDR's short form is none of a hotel's: Korean ones write 오후 2:20, and CLDR PM 2:20."""


def hour(at: datetime | time, locale: Locale | str) -> str:
    """A time of day, in its own zone: ``14:20``."""
    parsed = Locale.parse(locale)
    zone = at.tzinfo if isinstance(at, datetime) else None
    return str(format_time(at, _PATTERNS.get(parsed.language, "short"), tzinfo=zone, locale=parsed))


def day_and_hour(at: datetime, locale: Locale | str) -> str:
    """A date with its time of day: ``3 Mar 2026, 14:20``."""
    return f"{day(at, locale)}, {hour(at, locale)}"


def day(at: date, locale: Locale | str) -> str:
    """A date: ``3 Mar 2026``."""
    return str(format_date(at, "medium", locale=Locale.parse(locale)))
