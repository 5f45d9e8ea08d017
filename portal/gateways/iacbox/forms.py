"""The forms of an IACBOX venue: a ticket, a room, a choice, or nothing but a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext
from wtforms import Field, PasswordField, StringField
from wtforms.validators import AnyOf

from portal import text
from portal.gateways.iacbox.pms_settings import Pms
from portal.gateways.iacbox.session import settings_of
from portal.gateways.iacbox.settings import Settings
from portal.journey.birthday import BirthdayInput
from portal.journey.forms import (
    DayInput,
    GuestForm,
    Needed,
    PlainText,
    TermsInput,
    TextInput,
    new_form,
)
from portal.journey.steps import RequestContext


def plain(value: str | None) -> str | None:
    """What was typed in its normal form (:mod:`portal.text`), before it is checked."""
    return text.plain(value) if isinstance(value, str) else value


SECRETS = frozenset({"password", "pin"})
"""Inputs that are never shown again and never kept."""


def fields_of(way: str, settings: Settings, caption: str) -> dict[str, Field]:
    """The inputs of a way, by name and in order."""
    match way.partition("-")[0]:
        case "cred":
            return _ticket() if settings.credentials == "code" else _credentials()
        case "pms":
            pms = settings.pms_of(way)
            return {name: _pms_field(name, pms, caption) for name in pms.fields}
        case "create":
            return {"template": _template(settings)}
    return {}


def form_for(way: str, context: RequestContext, typed: Mapping[str, Any]) -> GuestForm:
    """A form class made for this venue and this call, bound to the request if it posts this way."""
    settings = settings_of(context.venue)
    caption = settings.pms_of(way).caption if way.startswith("pms") else settings.pms.caption
    fields = fields_of(way, settings, caption.of(context.language, context.venue.default_language))
    if context.venue.file.terms.required:
        fields["terms"] = TermsInput()
    return new_form(fields).for_way(way, typed)


def _ticket() -> dict[str, Field]:
    return {
        "username": TextInput(
            _("Ticket code"),
            filters=[plain],
            render_kw={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "enterkeyhint": "go",
                "dir": "ltr",
            },
        )
    }


def _credentials() -> dict[str, Field]:
    return {
        "username": TextInput(
            _("Ticket code or user name"),
            render_kw={"autocomplete": "username", "enterkeyhint": "next", "dir": "ltr"},
        ),
        "password": PasswordField(
            _("Password"),
            [Needed(), PlainText(200)],
            render_kw={
                "autocomplete": "current-password",
                "maxlength": 200,
                "enterkeyhint": "go",
                "dir": "ltr",
            },
        ),
    }


def _template(settings: Settings) -> StringField:
    known = [str(one.id) for one in settings.templates if not one.hidden]
    return StringField(
        _("Ticket"), [Needed(_("Choose a ticket.")), AnyOf(known, message=_("Choose a ticket."))]
    )


def _pms_field(word: str, pms: Pms, caption: str) -> Field:
    """One input of the room's form."""
    needed = word not in pms.optional
    match word:
        case "room" | "room_himed":
            label = caption or _("Room number")
            if word == "room_himed":
                label = _("Room number in the house")
            keys = {"autocomplete": "off", "dir": "auto", "enterkeyhint": "next"}
            return TextInput(label, needed, longest=40, filters=[plain], render_kw=keys)
        case "first_name":
            keys = {"autocomplete": "given-name", "autocapitalize": "words"}
            return TextInput(_("First name"), needed, filters=[plain], render_kw=keys)
        case "last_name":
            keys = {"autocomplete": "family-name", "autocapitalize": "words"}
            return TextInput(
                _("Last name"), needed, filters=[plain], description=_letters(pms), render_kw=keys
            )
        case "pin":
            keys = {"autocomplete": "off", "inputmode": "numeric", "maxlength": "40"}
            checks = [Needed()] if needed else []
            return PasswordField(_("PIN"), [*checks, PlainText(40)], filters=[plain], render_kw=keys)
        case "birthday":
            return BirthdayInput(_("Date of birth"), needed)
    label = _("Arrival") if word == "arrival" else _("Departure")
    return DayInput(label, needed, render_kw={"autocomplete": "off"})


def _letters(pms: Pms) -> Any:
    """How much of the name is enough."""
    if not pms.name_characters:
        return ""
    return lazy_ngettext(
        "The first letter is enough.", "The first %(num)s letters are enough.", pms.name_characters
    )
