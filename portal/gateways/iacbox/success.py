"""The success page, with a greeting for a guest whom the hotel's PMS knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from babel.dates import format_date, format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.gateways.iacbox.pms import Stay, kept_stay
from portal.journey.steps import RequestContext, Success
from portal.session import GuestSession
from portal.urls import destination

_APART = "\u2068{}\u2069"
"""Marks that let a name keep its own direction inside a sentence of the other one."""


def success(context: RequestContext, guest: GuestSession) -> Success:
    """The success page; the way on is the page wanted first, or the venue's own."""
    onwards = destination(guest.original_url, context.venue.file.landing_url)
    links = [(_("Continue to the internet"), onwards)] if onwards else []
    stay = kept_stay(guest.device.get("stay", {}))
    if stay is None:
        return Success(guest, links=links)
    return Success(guest, facts=facts(stay), greeting=greeting(stay, context.now), links=links)


def greeting(stay: Stay, now: float) -> str:
    """One sentence or two, with as much as the PMS told; nothing without a name."""
    name, room = _APART.format(full_name(stay)), _APART.format(stay.room)
    if not full_name(stay):
        return ""
    today = datetime.fromtimestamp(now, UTC).date()
    if stay.room and stay.departure and stay.departure >= today:
        day = _day(stay.departure, today)
        return str(_("Welcome, %(name)s. Room %(room)s, until %(day)s.", name=name, room=room, day=day))
    if stay.room:
        return str(_("Welcome, %(name)s. Room %(room)s.", name=name, room=room))
    return str(_("Welcome, %(name)s.", name=name))


def facts(stay: Stay) -> Sequence[tuple[Any, str]]:
    """What the guest can check at a glance, and the mark of a VIP."""
    locale = get_locale()
    days = [
        (label, format_date(day, "medium", locale))
        for label, day in ((_("Arrival"), stay.arrival), (_("Departure"), stay.departure))
        if day
    ]
    vip = ", ".join(filter(None, (group.strip() for group in stay.vip.split(","))))
    return [*days, *([(_("VIP guest"), vip)] if vip else [])]


def full_name(stay: Stay) -> str:
    """The name in the order in which its own script writes it; no salutation, for nobody told which."""
    parts = [stay.last_name, stay.first_name]
    if not all(parts):
        return "".join(parts)
    if not all(_is_east_asian(part) for part in parts):
        return f"{stay.first_name} {stay.last_name}"
    return (" " if any(_is_kana(part) for part in parts) else "").join(parts)


def _is_east_asian(text: str) -> bool:
    return all(
        unicodedata.name(one, "").startswith(("CJK ", "HANGUL ", "HIRAGANA ", "KATAKANA ")) for one in text
    )


def _is_kana(text: str) -> bool:
    return any(unicodedata.name(one, "").startswith(("HIRAGANA ", "KATAKANA ")) for one in text)


def _day(day: date, today: date) -> str:
    """A weekday in the coming six days, else the day and the month."""
    locale = get_locale()
    if 0 < (day - today).days < 7:
        return str(format_date(day, "EEEE", locale))
    return str(format_skeleton("MMMMd", day, locale=locale))
