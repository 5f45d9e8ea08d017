"""The forms of an Icaro hotspot: a voucher, an address or a number that a code is sent to, and the code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from portal.gateways.icaro import questions
from portal.journey.forms import GuestForm, TermsInput, TextInput, new_form

CONSENTS = ("marketing", "survey")
AGAIN = "again"
"""The name of the button that asks for a new code."""


def email_address(text: str) -> str:
    """An address as mail servers write it; raises ValueError. No server is asked."""
    from email_validator import validate_email

    return validate_email(text.strip(), check_deliverability=False).normalized


def phone_number(text: str, country: str) -> str:
    """A number as ``+391234567``; raises ValueError. ``country`` reads one without a country code."""
    import phonenumbers

    text = re.sub(r"^\s*00", "+", text) if not country else text
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException as error:
        raise ValueError("no number") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("no possible number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def contact(text: str, country: str) -> tuple[str, str]:
    """Kind (``email`` or ``sms``) and the address or number; raises ValueError."""
    return ("email", email_address(text)) if "@" in text else ("sms", phone_number(text, country))


def digits(text: str) -> str:
    """A code without the blanks and dashes people put in, in ASCII digits whatever keyboard wrote it."""
    bare = re.sub(r"[\s\-\u2010-\u2015.]", "", text)
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in bare)


def form_for(
    way: str, offers: frozenset[str], country: str, asked: Mapping[str, bool], typed: Mapping[str, Any]
) -> GuestForm:
    """A form class made for this call. ``asked``: ``terms`` still to accept, ``address`` still unknown,
    ``beside``: consents and questions are asked on this form."""
    fields = _fields(way, offers, country, asked)
    if asked["beside"] and "reason" in offers:
        fields |= questions.fields()
    if asked["terms"]:
        fields["terms"] = TermsInput()
    if asked["beside"]:
        fields |= _consents(offers)
    return new_form(fields).for_way(way, typed)


def _fields(way: str, offers: frozenset[str], country: str, asked: Mapping[str, bool]) -> dict[str, Field]:
    match way:
        case "voucher":
            return {"code": _voucher()}
        case "email":
            return {"email": _contact(_("E-mail address"), country, "email")}
        case "sms":
            return {"num": _contact(_("Phone number"), country, "tel")}
        case "code":
            return ({"address": _either(offers, country)} if asked["address"] else {}) | {"code": _code()}
    return {}


def _voucher() -> TextInput:
    wanted = {"autocomplete": "off", "enterkeyhint": "go", "dir": "ltr", "class": "code-input"}
    return TextInput(_("Voucher code"), longest=250, render_kw=wanted)


def _code() -> TextInput:
    """The code; not needed when the button for a new one was pressed."""
    wanted = {"autocomplete": "one-time-code", "inputmode": "numeric", "enterkeyhint": "go", "dir": "ltr"}
    wanted["class"] = "code-input"
    return TextInput(_("Code"), needed=AGAIN not in request.form, longest=40, render_kw=wanted)


def _contact(label: Any, country: str, type: str) -> TextInput:
    wanted = {"type": type, "autocomplete": type, "inputmode": type, "enterkeyhint": "send", "dir": "ltr"}
    return TextInput(label, longest=254, render_kw=wanted, validators=[Contact(country, type)])


def _either(offers: frozenset[str], country: str) -> TextInput:
    if not {"email", "sms"} <= offers:
        one = "email" if "email" in offers else "sms"
        label = _("E-mail address") if one == "email" else _("Phone number")
        return _contact(label, country, "email" if one == "email" else "tel")
    wanted = {"autocomplete": "username", "inputmode": "email", "enterkeyhint": "next", "dir": "ltr"}
    checks = [Contact(country, "")]
    return TextInput(_("E-mail address or phone number"), longest=254, render_kw=wanted, validators=checks)


def _consents(offers: frozenset[str]) -> dict[str, Field]:
    """Boxes that come unticked, always (the template ticks none), and may stay so."""
    labels = {
        "marketing": _("Yes, send me news and offers"),
        "survey": _("Yes, you can ask for my opinion"),
    }
    return {name: BooleanField(labels[name]) for name in CONSENTS if name in offers}


class Contact:
    """An e-mail address, a phone number, or either; afterwards the field holds it in its one right form."""

    def __init__(self, country: str, type: str) -> None:
        self._country, self._type = country, type

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what nothing can be sent to."""
        mail = self._type == "email" or (self._type == "" and "@" in (field.data or ""))
        try:
            field.data = email_address(field.data) if mail else phone_number(field.data, self._country)
        except ValueError as error:
            if mail:
                raise ValidationError(
                    _("This e-mail address is not valid. Check it for typing mistakes.")
                ) from error
            wrong = _(
                "This phone number is not valid. Write it with + and the country code, like %(example)s.",
                example="+39 333 1234567",
            )
            raise ValidationError(wrong) from error
