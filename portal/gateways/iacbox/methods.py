"""The ways in that the login page of an IACBOX venue shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import clock_times
from portal.gateways.iacbox import forms, ticket_cards
from portal.gateways.iacbox.place_settings import WaySettings
from portal.gateways.iacbox.session import settings_of
from portal.gateways.iacbox.spellings import DAYS, iso_day
from portal.gateways.iacbox.success import here_and_now
from portal.journey import moments
from portal.journey.steps import RequestContext, SignInMethod

TITLES: Mapping[str, tuple[Any, Any]] = {
    "cred": (_l("With a ticket"), _l("Connect")),
    "pms": (_l("With the room number"), _l("Connect")),
    "free": (_l("Free Wi-Fi"), _l("Connect")),
    "to": (_l("Free Wi-Fi"), _l("Connect")),
    "create": (_l("Choose your ticket"), _l("Connect")),
}


def ways_of(context: RequestContext) -> Sequence[SignInMethod]:
    """The ways of ``sign_in`` that are open now, in that order."""
    settings, now = settings_of(context.venue), here_and_now(context)
    return [way_of(name, context) for name in settings.sign_in if _said(context, name).is_open(now)]


def closed_lines(context: RequestContext) -> Sequence[str]:
    """A line for each way in that is closed now: when it opens."""
    settings, now = settings_of(context.venue), here_and_now(context)
    closed = [name for name in settings.sign_in if not _said(context, name).is_open(now)]
    return [line for name in closed if (line := _opens(context, name, now))]


def way_of(name: str, context: RequestContext) -> SignInMethod:
    """One way, filled with what was typed into it before."""
    settings, said = settings_of(context.venue), _said(context, name)
    typed = context.guest.typed if context.guest else {}
    kind = name.partition("-")[0]
    form = forms.form_for(name, context, _shown(typed, name))
    title, submit = TITLES[kind]
    if kind == "pms":
        title = _words(context, settings.pms_of(name).title) or title
    if kind in ("free", "to") and (seconds := settings.overrides.of(kind, None).time):
        title = _("Free Wi-Fi, %(time)s", time=moments.duration(seconds))
    lead = _words(context, said.notice)
    title, submit = _words(context, said.title) or title, _words(context, said.button) or submit
    wanted = typed.get("way") == name
    if kind == "create":
        extra: dict[str, Any] = {"cards": ticket_cards.listed(settings.templates, context)}
        return SignInMethod(
            name, title, submit, form, lead, template="ways/cards.html", open=wanted, extra=extra
        )
    if kind == "pms" and settings.pms_of(name).mode == "external" and typed.get("trouble") and wanted:
        return SignInMethod(name, title, submit, form, lead, template="iacbox/room.html", open=wanted)
    return SignInMethod(name, title, submit, form, lead, open=wanted)


def _said(context: RequestContext, name: str) -> WaySettings:
    return settings_of(context.venue).ways.get(name, WaySettings())


def _words(context: RequestContext, text: Any) -> str:
    return str(text.of(context.language, context.venue.default_language))


def _opens(context: RequestContext, name: str, now: datetime) -> str:
    """When a closed way opens, in the guest's language."""
    opening = _said(context, name).next_opening(now)
    if opening is None:
        return ""
    days, clock = opening
    title = _words(context, _said(context, name).title) or TITLES[name.partition("-")[0]][0]
    locale = get_locale()
    time = clock_times.hour(clock, locale or "en")
    if days == 0:
        return str(_("%(way)s: open from %(time)s.", way=title, time=time))
    day = format_date(now.date() + timedelta(days=days), "EEEE", locale=locale)
    return str(_("%(way)s: open from %(day)s, %(time)s.", way=title, day=day, time=time))


def _shown(typed: Mapping[str, str], way: str) -> dict[str, Any]:
    """What was typed into this way before, dates as dates."""
    if typed.get("way") != way:
        return {}
    return {**typed, **{name: iso_day(typed[name]) for name in DAYS if typed.get(name)}}
