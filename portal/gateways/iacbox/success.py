"""The success page, with a greeting for a guest whom the hotel's PMS knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.gateways.iacbox import ticket_cards
from portal.gateways.iacbox.pms import Stay, kept_stay
from portal.gateways.iacbox.session import GatewaySession, gateway_session_of, settings_of
from portal.gateways.iacbox.settings import Settings
from portal.journey import moments
from portal.journey.steps import RequestContext, Success
from portal.session import GuestSession
from portal.urls import destination


def success(context: RequestContext, guest: GuestSession) -> Success:
    """The success page; the way on is the page wanted first, or the venue's own."""
    onwards = destination(guest.original_url, context.venue.file.landing_url)
    links = [(_("Continue to the internet"), onwards)] if onwards else []
    device = gateway_session_of(guest)
    stay = kept_stay(device.stay)
    told = [*(facts(context, stay) if stay else []), *volume(device)]
    left, until = time_left(context, device)
    return Success(
        guest,
        ticket=ticket_facts(device, ends=bool(left)),
        facts=told,
        greeting=greeting(context, stay) if stay else "",
        left=left,
        until=until,
        links=links,
    )


def ticket_facts(device: GatewaySession, ends: bool) -> Sequence[tuple[Any, str]]:
    """What was taken and what it costs; how long it is good in the ticket's own words, unless its end is known."""
    card = ticket_cards.kept_card(device.ticket)
    if card is None:
        return []
    price = " · ".join(filter(None, (card.price, card.charge)))
    rows = [(_("Ticket"), card.name), (_("Price"), price), (_("Valid for"), "" if ends else card.lasts)]
    return [row for row in rows if row[1]]


def time_left(context: RequestContext, device: GatewaySession) -> tuple[str, str]:
    """How long a guest has who got a time from us, and until when: what runs out first of credit and expiry. The box
    tells neither, so without one of ours both are empty."""
    ends = [seconds for word in ("time", "expires") if (seconds := device.credit.get(word))]
    if not ends or not device.since:
        return "", ""
    end, now = device.since + min(ends), int(context.now)
    if end <= now:
        return "", ""
    return moments.duration(end - now), moments.until(end, now, here_and_now(context).tzinfo)


def volume(device: GatewaySession) -> Sequence[tuple[Any, str]]:
    """The data that the guest may use, where it was ours to say."""
    megabytes = device.credit.get("volume", 0)
    # Translators: label of a figure: how much data this guest may use in all
    return [(_("Data limit"), moments.data(megabytes * moments.MEGABYTE))] if megabytes else []


def here_and_now(context: RequestContext) -> datetime:
    """The time where the venue is."""
    return datetime.fromtimestamp(context.now, ZoneInfo(context.venue.file.time_zone or "UTC"))


def greeting(context: RequestContext, stay: Stay) -> str:
    """One sentence or two, with as much as the PMS told; nothing without a name."""
    name, room = full_name(stay), stay.room
    if not name:
        return ""
    today = here_and_now(context).date()
    if stay.room and stay.departure and stay.departure >= today:
        day = _day(stay.departure, today)
        return str(_("Welcome, %(name)s. Room %(room)s, until %(day)s.", name=name, room=room, day=day))
    if stay.room:
        return str(_("Welcome, %(name)s. Room %(room)s.", name=name, room=room))
    return str(_("Welcome, %(name)s.", name=name))


def facts(context: RequestContext, stay: Stay) -> Sequence[tuple[Any, str]]:
    """What the guest can check at a glance, and the mark of a VIP."""
    locale = get_locale()
    days = [
        (label, format_date(day, "medium", locale))
        for label, day in ((_("Arrival"), stay.arrival), (_("Departure"), stay.departure))
        if day
    ]
    vip = vip_words(settings_of(context.venue), stay, context)
    return [*days, *([(_("VIP guest"), vip)] if vip else [])]


def vip_words(settings: Settings, stay: Stay, context: RequestContext) -> str:
    """The groups of a VIP in the venue's words; with a table of words, a group that is not in it is not shown."""
    groups = [group.strip() for group in stay.vip.split(",")]
    if settings.vip:
        known = [settings.vip[group] for group in groups if group in settings.vip]
        groups = [words.of(context.language, context.venue.default_language) for words in known]
    return ", ".join(filter(None, groups))


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
