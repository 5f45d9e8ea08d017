"""Forms of a guest: protected by the guest's own token, labelled and checked in the guest's language.

Flask-WTF would keep its forgery token in the session cookie, which captive browsers lose. Here the hidden input
``guest`` holds the guest's state itself: who can show a valid state of this venue was given it by a page of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from flask import g, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, PasswordField, StringField
from wtforms.csrf.core import CSRF, CSRFTokenField
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

TOKEN = "guest"  # noqa: S105  the name of the hidden input, not a secret


class GuestTokenCSRF(CSRF):
    """The forgery check: the request's state was opened before the form was made (``g.guest``)."""

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        """The token stands in the page once per form, written by the template."""
        return ""

    def validate_csrf_token(self, form: Any, field: Field) -> None:
        """Refuse a post without a valid state of this venue."""
        if g.get("guest") is None:
            raise ValidationError("no state")


class GuestForm(FlaskForm):
    """Root of every form that a guest posts."""

    class Meta(FlaskForm.Meta):
        csrf = True
        csrf_class = GuestTokenCSRF
        csrf_field_name = TOKEN
        csrf_context = None

    @classmethod
    def for_way(cls, way: str, typed: Mapping[str, Any]) -> Self:
        """Bound to the request's form if it posts this way; else filled with what was ``typed`` before."""
        if is_posted(way):
            return cls()
        return cls(formdata=None, data=dict(typed))


def new_form(fields: Mapping[str, Any]) -> type[GuestForm]:
    """A form class made for one call from unbound fields, in their order; shared classes are never changed."""
    return type("WayForm", (GuestForm,), dict(fields))


def typed_into(form: Any, way: str) -> dict[str, str]:
    """What a guest typed into a form, for the state: as text, days in ISO, the tick of the terms; secrets left out."""
    typed = {"way": way}
    for field in form:
        if isinstance(field, TermsInput) and field.data:
            typed[field.name] = "yes"
        if isinstance(field.data, str | date) and not isinstance(field, PasswordField | CSRFTokenField):
            typed[field.name] = field.data.isoformat() if isinstance(field.data, date) else field.data[:400]
    return typed


def is_posted(way: str) -> bool:
    """Whether this request posts the form of this way."""
    return request.method == "POST" and request.form.get("way") == way


NEEDED: Mapping[str, Any] = {
    "room": _("Enter your room number."),
    "birthday": _("Enter your date of birth."),
    "arrival": _("Enter the day of your arrival."),
    "departure": _("Enter the day of your departure."),
    "pin": _("Enter your PIN."),
    "username": _("Enter your code or user name."),
    "login": _("Enter your user name."),
    "password": _("Enter your password."),
    "first_name": _("Enter your first name."),
    "last_name": _("Enter your last name."),
    "email": _("Enter your e-mail address."),
    "email_address": _("Enter your e-mail address."),
    "num": _("Enter your phone number."),
    "phone": _("Enter your phone number."),
    "code": _("Enter the code."),
}
"""What an empty input of that name is told; which and what, never "this field"."""


class Needed(InputRequired):
    """The input has to be filled in; blanks alone do not count."""

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at an empty input, and say what belongs there."""
        if not any(str(text).strip() for text in field.raw_data or ()):
            field.errors[:] = []
            raise StopValidation(self.message or NEEDED.get(field.name) or _("Fill in this field."))


class PlainText(Length):
    """No control or direction characters, and a length that a box can bear."""

    _BAD = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

    def __init__(self, max: int = 200) -> None:
        super().__init__(max=max, message=_("This is too long. Shorten it."))

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what no keyboard types and no box understands."""
        if field.data and self._BAD.search(field.data):
            raise ValidationError(_("One of the characters cannot be used here. Type the text again."))
        super().__call__(form, field)


def trimmed(value: str | None) -> str | None:
    """Leading and trailing blanks are never meant; nothing else is altered."""
    return value.strip() if isinstance(value, str) else value


class TextInput(StringField):
    """One line of text with the attributes that help on a phone."""

    def __init__(self, label: Any, needed: bool = True, longest: int = 200, **kwargs: Any) -> None:
        checks = [Needed()] if needed else []
        kwargs.setdefault("filters", [trimmed])
        attributes = {"maxlength": longest, "autocapitalize": "none", "spellcheck": "false"}
        kwargs["render_kw"] = attributes | kwargs.pop("render_kw", {})
        super().__init__(label, [*checks, *kwargs.pop("validators", []), PlainText(longest)], **kwargs)


class DayInput(DateField):
    """A day: the browser's own date input, or typed as the guest's language writes it where there is none.

    ``data`` is a :class:`datetime.date`. ISO (``1980-05-31``) is always understood. The placeholder shows how to
    write, and only to those who have to: browsers with a date input of their own ignore it.
    """

    def __init__(self, label: Any, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(label, [Needed()] if needed else [], **kwargs)

    def __call__(self, **kwargs: Any) -> Any:
        """The input, with an example in the guest's language."""
        return super().__call__(**{"placeholder": day_example(), **kwargs})

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the typed text; the error says how a date is written here."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        try:
            self.data = read_day(text, str(get_locale() or "en"))
        except ValueError as error:
            raise ValueError(
                _("This date is not valid. Write it like this: %(example)s", example=day_example())
            ) from error


def day_order(locale: str = "") -> str:
    """``dMy``, ``Mdy`` or ``yMd``, as the language writes days; nothing where its countries disagree.

    English is read both ways round, so an English day with two small numbers has to come with the year first.
    """
    from babel.dates import get_date_format

    locale = locale or str(get_locale() or "en")
    if locale.split("_")[0] == "en":
        return ""
    pattern = get_date_format("short", locale).pattern
    return "".join(letter for letter in dict.fromkeys(pattern) if letter in "yMd")


def day_example() -> str:
    """A day written as the guest's language does, the year in four digits."""
    from babel.dates import format_date, get_date_format

    locale = get_locale() or "en"
    if not day_order(str(locale)):
        return "1980-05-31"
    pattern = re.sub("y+", "y", get_date_format("short", locale).pattern)
    return format_date(date(1980, 5, 31), pattern, locale)


def read_day(text: str, locale: str) -> date:
    """A day in ISO or in the order of the locale; raises ValueError for anything else.

    Refused and never guessed: a two-digit year, an order that the language does not have, and in English a day that
    can be read in two ways. A Thai year of the Buddhist era is one, for it lies centuries ahead.
    """
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 3 or len(text) > 24:
        raise ValueError(text)
    written = "yMd" if len(numbers[0]) == 4 else day_order(locale)
    orders = [written] if written else ["dMy", "Mdy"]
    days = {_day(dict(zip(order, numbers, strict=True)), locale) for order in orders} - {None}
    if len(days) != 1:
        raise ValueError(text)
    return next(day for day in days if day)


def _day(parts: Mapping[str, str], locale: str) -> date | None:
    year = int(parts["y"]) if len(parts["y"]) == 4 else 0
    year -= 543 if locale.startswith("th") and year > 2400 else 0
    if not 1900 <= year <= 2100:
        return None
    try:
        return date(year, int(parts["M"]), int(parts["d"]))
    except ValueError:
        return None


class TermsInput(BooleanField):
    """The tick box of the terms; it comes unticked, and stays ticked for a guest who ticked it before. The template
    links the terms inside its sentence."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label or _("I accept the terms of use"), [Accepted()], **kwargs)

    def process_data(self, value: Any) -> None:
        """Ticked only where this guest has done so."""
        self.data = value == "yes"


class Accepted:
    """The box has to be ticked."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse an unticked box."""
        if not field.data:
            raise ValidationError(_("Accept the terms to continue."))
