"""The ways in that the login page of an IACBOX venue shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.gateways.iacbox import forms, ticket_cards
from portal.gateways.iacbox.logon_fields import DAYS, iso_day
from portal.gateways.iacbox.pms import Question
from portal.gateways.iacbox.session import settings_of
from portal.gateways.iacbox.settings import Settings
from portal.journey.steps import RequestContext, SignInMethod
from portal.session import GuestSession
from portal.urls import origin

TITLES: Mapping[str, tuple[Any, Any]] = {
    "cred": (_l("With a ticket"), _l("Connect")),
    "pms": (_l("With the room number"), _l("Connect")),
    "free": (_l("Free of charge"), _l("Connect")),
    "to": (_l("Without a ticket"), _l("Connect")),
    "create": (_l("Choose your ticket"), _l("Connect")),
}


def way_of(name: str, context: RequestContext) -> SignInMethod:
    """One way, filled with what was typed into it before."""
    settings = settings_of(context.venue)
    typed = context.guest.typed if context.guest else {}
    caption = settings.pms.caption.of(context.language, context.venue.default_language)
    form = forms.form_for(name, settings, context.venue.file.terms.required, caption, _shown(typed, name))
    title, submit = TITLES[name]
    wanted = typed.get("way") == name
    if name == "create":
        extra: dict[str, Any] = {"cards": ticket_cards.listed(settings.templates, context)}
        return SignInMethod(name, title, submit, form, template="ways/cards.html", open=wanted, extra=extra)
    if name == "pms" and asks_in_browser(settings) and context.guest and context.guest.device.get("id"):
        extra = {"ask": ask_of(settings, context.guest), "again": "redirect" if typed.get("trouble") else ""}
        return SignInMethod(
            name,
            title,
            submit,
            form,
            template="iacbox/room.html",
            open=wanted,
            extra=extra,
            script_src=script_src(settings),
        )
    return SignInMethod(name, title, submit, form, open=wanted)


def asks_in_browser(settings: Settings) -> bool:
    """Whether the guest's browser asks the box."""
    return settings.pms.mode == "external"


def script_src(settings: Settings) -> list[str]:
    """The only sources of scripts of a page that asks the box: our own host and the box."""
    return ["'self'", origin(settings.pms.url)]


def ask_of(
    settings: Settings, guest: GuestSession, fields: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What ``pms.js`` needs: the address, the fields known by now, and how they travel."""
    names = settings.key.names
    question = question_of(settings)
    known = question.wire({"id": guest.device["id"], **(fields or {})})
    return {
        "script": url_for("static", filename="pms.js"),
        "url": question.address,
        "query": json.dumps(known, ensure_ascii=False),
        "json": names["json"] if settings.pms.style == "json" else "",
        "ticket": names["template"],
    }


def question_of(settings: Settings) -> Question:
    """How the PMS endpoint of a venue is asked."""
    return Question(settings.pms.url, settings.pms.style, settings.key.names)


def _shown(typed: Mapping[str, str], way: str) -> dict[str, Any]:
    """What was typed into this way before, dates as dates."""
    if typed.get("way") != way:
        return {}
    return {**typed, **{name: iso_day(typed[name]) for name in DAYS if typed.get(name)}}
