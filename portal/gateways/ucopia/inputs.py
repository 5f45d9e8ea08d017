"""The inputs that UCOPIA's forms need beside the house's own: Table 3, policies, countries, phone numbers."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation, ValidationError
from wtforms.widgets import TextInput

from portal.gateways.ucopia import phone_prefixes
from portal.gateways.ucopia.features import PolicyFeatures
from portal.journey.forms import Accepted, Needed

# Table 3, s-string. The copy we have lost some letters between those it lists (ê, î, ñ, ö), so the whole
# block of Latin letters with accents is taken (ASSUMED); a controller that knows fewer says so itself.
S_STRING = re.compile(r"[ a-zA-Z0-9À-ÖØ-öø-ÿ\-@_'./&]+")
S_PHONE = re.compile(r"[0-9]+")
# Table 3, s-email, without the nested repeats that can take for ever; the printed copy lost "_" and "|".
_ATOM = r"[-a-zA-Z0-9!#$%&'*+/=?^_`{|}~]+"
_LABEL = r"[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
S_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-zA-Z0-9](?:[-a-zA-Z0-9]{{0,61}}[a-zA-Z0-9])")

ALLOWED = _("Use letters, digits, blanks and - @ _ ' . / & only.")
BAD_EMAIL = _("This is no e-mail address. Write it like name@example.com.")
BAD_PHONE = _("Use digits only, or write the whole number with + and the country code.")
BAD_PREFIX = _("Choose the country of the number.")
DIFFERENT = _("The two passwords differ. Type them again.")
MADE = _("Leave it empty, and one is made for you.")
OPTIONAL = _("This can stay empty.")


class Class:
    """The whole value has to be of a class of Table 3; an empty one is none of our business."""

    def __init__(self, pattern: re.Pattern[str], message: Any) -> None:
        self.pattern = pattern
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse other characters, and say which ones can be used."""
        if field.data and not self.pattern.fullmatch(field.data):
            raise ValidationError(self.message)


class PolicyInput(BooleanField):
    """The box of a policy, unticked always; ``policy`` is what stands beside it."""

    for_templates = ("policy",)

    def __init__(self, policy: PolicyFeatures, **kwargs: Any) -> None:
        checks = [Accepted()] if policy.mandatory else []
        super().__init__(policy.text or _("I accept the terms of use"), checks, **kwargs)
        self.policy = policy

    def process_data(self, value: Any) -> None:
        """Unticked, whatever was posted before."""
        self.data = False


class Choice(SelectField):
    """A select whose first line is empty; a value that is not on it is refused in the guest's words."""

    def __init__(self, label: Any, choices: Any, needed: bool, message: Any, **kwargs: Any) -> None:
        checks = [Needed(message)] if needed else [Optional()]
        lines = [SelectChoice(value, text) for value, text in (("", ""), *choices)]
        super().__init__(label, checks, choices=lines, validate_choice=False, **kwargs)
        self.message = message

    def process_data(self, value: Any) -> None:
        """Nothing chosen is the empty line."""
        self.data = value or ""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """A value of none of the lines."""
        if not validation_stopped and self.data not in {line.value for line in self.choices}:
            raise ValidationError(self.message)


class PrefixChoice(Choice):
    """Phone prefixes by country. Plain digits of any country code are understood too; ``typed`` asks for those alone,
    where the page has a list of all countries already."""

    def __init__(self, *args: Any, typed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed = typed
        if typed:
            self.widget = TextInput()

    def _value(self) -> str:
        """What the one line shows."""
        return f"+{self.digits}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was chosen; ``+33`` is ``33``."""
        self.data = valuelist[0].strip().removeprefix("+") if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        """A number without + needs one; a number with + brings its own."""
        phone = form["phone"].data or ""
        if phone.startswith("+"):
            self.data = ""
            raise StopValidation
        if phone and not self.data:
            raise StopValidation(self.message)

    @property
    def digits(self) -> str:
        """The country code alone."""
        return (self.data or "").partition(" ")[0]


class Agrees:
    """The second password is the first one."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse another one."""
        if (field.data or "") != (form["user_password"].data or ""):
            raise StopValidation(DIFFERENT)


class Phone:
    """Digits with a country code, or one international number; an impossible number is refused."""

    def __call__(self, form: Any, field: Any) -> None:
        """Bind what is wrong to the input that it is wrong in."""
        if not field.data:
            return
        if field.data.startswith("+"):
            if phone_prefixes.split_number(field.data) is None:
                raise ValidationError(BAD_PHONE)
        elif not S_PHONE.fullmatch(field.data):
            raise ValidationError(BAD_PHONE)
        elif form["prefix"].data and not phone_prefixes.is_possible(form["prefix"].digits, field.data):
            raise ValidationError(_("This number cannot exist in that country. Check the digits."))
