"""The forms of an IACBOX venue: a ticket, a room, a choice, or nothing but a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, PasswordField, StringField
from wtforms.validators import AnyOf

from portal.gateways.iacbox.settings import Settings
from portal.journey.birthday import BirthdayInput
from portal.journey.forms import (
    DayInput,
    GuestForm,
    Needed,
    PlainText,
    TermsInput,
    TextInput,
    day_order,
    new_form,
)

SECRETS = frozenset({"password", "pin"})
"""Inputs that are never shown again and never kept."""


def fields_of(way: str, settings: Settings, caption: str) -> dict[str, Field]:
    """The inputs of a way, by name and in order."""
    if way == "cred":
        return _ticket() if settings.credentials == "code" else _credentials()
    if way == "pms":
        return {name: _pms_field(name, settings, caption) for name in settings.pms.fields}
    if way == "create":
        return {"template": _template(settings)}
    return {}


def form_for(way: str, settings: Settings, terms: bool, caption: str, typed: Mapping[str, Any]) -> GuestForm:
    """A form class made for this venue and this call, bound to the request if it posts this way."""
    fields = fields_of(way, settings, caption)
    if terms:
        fields["terms"] = TermsInput()
    return new_form(fields).for_way(way, typed)


def _ticket() -> dict[str, Field]:
    return {
        "username": TextInput(
            _("Ticket code"),
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


def _pms_field(word: str, settings: Settings, caption: str) -> Field:
    """One input of the room's form; ``data-`` attributes tell ``pms.js`` how it travels."""
    pms, day = settings.pms, {"data-day": day_order()}
    match word:
        case "room":
            return TextInput(
                caption or _("Room number"),
                longest=40,
                render_kw=_wired(word, settings, {"data-pad": str(pms.pad)} if pms.pad else {})
                | {"autocomplete": "off", "dir": "auto", "enterkeyhint": "next"},
            )
        case "first_name":
            extra = {"autocomplete": "given-name", "autocapitalize": "words"}
            return TextInput(_("First name"), render_kw=_wired(word, settings) | extra)
        case "last_name":
            extra = {"autocomplete": "family-name", "autocapitalize": "words"}
            first = {"data-first": str(pms.name_characters)} if pms.name_characters else {}
            hint = _("The first %(count)s letters are enough.", count=pms.name_characters) if first else ""
            return TextInput(
                _("Last name"), description=hint, render_kw=_wired(word, settings, first) | extra
            )
        case "pin":
            extra = {"autocomplete": "off", "inputmode": "numeric", "maxlength": "40"}
            return PasswordField(
                _("PIN"), [Needed(), PlainText(40)], render_kw=_wired(word, settings) | extra
            )
        case "birthday":
            return BirthdayInput(_("Date of birth"), render_kw=_wired(word, settings, day))
    label = _("Arrival") if word == "arrival" else _("Departure")
    return DayInput(label, render_kw=_wired(word, settings, day) | {"autocomplete": "off"})


def _wired(word: str, settings: Settings, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Under which names ``pms.js`` sends an input, where it does. Himed's own room field holds the same room."""
    if settings.pms.mode != "external":
        return {}
    words = [word, "room_himed"] if word == "room" and settings.pms.system == "himed" else [word]
    return {"data-wire": " ".join(settings.key.names[one] for one in words), **(more or {})}
