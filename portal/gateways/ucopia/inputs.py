"""The inputs that UCOPIA's forms need beside the house's own: Table 3, policies, countries, numbers, choices."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation, ValidationError

from portal.gateways.ucopia import phone_prefixes
from portal.gateways.ucopia.characters import S_EMAIL, S_PHONE, S_STRING, complaint, phone_number
from portal.gateways.ucopia.features import PolicyOffer
from portal.gateways.ucopia.passwords import PasswordRules
from portal.journey.forms import Accepted, Needed, TextInput
from portal.text import characters

BAD_EMAIL = _("This e-mail address is not valid. Write it like name@example.com.")
BAD_PHONE = _("Use digits only, or write the whole number with + and the country code.")
BAD_PREFIX = _("Choose the country of the number.")
BAD_COUNTRY = _("Choose a country.")
DIFFERENT = _("The two passwords differ. Type them again.")
MADE = _("Optional. If you leave this empty, we choose it for you.")


class Letters:
    """The whole value has to be of s-string (Table 3); an empty one is none of our business."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse other characters: say which, and what can be used."""
        if field.data and not S_STRING.fullmatch(field.data):
            raise ValidationError(complaint(field.data))


class Address:
    """An e-mail address; an empty one is none of our business."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what is none, and show what one looks like."""
        if field.data and not S_EMAIL.fullmatch(field.data):
            raise ValidationError(BAD_EMAIL)


class OneOf:
    """At least one line of the form has to be filled in."""

    def __call__(self, form: Any, field: Any) -> None:
        """Say so at the first one."""
        if not any(one.data for one in form if isinstance(one, TextInput)):
            raise StopValidation(_("Fill in one of these."))


class PolicyInput(BooleanField):
    """The box of a policy, unticked at first; ``policy`` is what stands beside it. A tick once given stays."""

    for_templates = ("policy", "ticked")

    def __init__(self, policy: PolicyOffer, **kwargs: Any) -> None:
        checks = [Accepted()] if policy.mandatory else []
        super().__init__(policy.text or _("I accept the terms of use"), checks, **kwargs)
        self.policy = policy

    @property
    def ticked(self) -> bool:
        """Whether it was ticked in this form."""
        return bool(self.data)

    def process_data(self, value: Any) -> None:
        """Unticked, whatever was posted before."""
        self.data = False


class CountryInput(TextInput):
    """A country by its name in the guest's language, in English, or by two letters; else as it was typed."""

    def __init__(self, label: Any, needed: bool, by_code: bool, **kwargs: Any) -> None:
        super().__init__(label, needed, filters=[as_usual], validators=[Letters()], **kwargs)
        self._by_code = by_code

    @property
    def code(self) -> str:
        """The two letters of the country that was meant; empty for none that is known."""
        return phone_prefixes.country_code(self.data or "", _language())

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Names in other scripts are fine where they are a country's; a controller of codes needs a known one."""
        if self.code:
            self.errors: list[Any] = []
        elif self.data and not self.errors and self._by_code:
            raise ValidationError(BAD_COUNTRY)


class PrefixInput(TextInput):
    """The country of a phone number: its code (``33``, ``+33``, ``0033``) or its name."""

    def __init__(self, label: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(label, False, filters=[as_usual], **kwargs)
        self._needed = needed
        if needed:
            self.flags.required = True

    @property
    def digits(self) -> str:
        """The country code alone; empty when nothing is known by what was typed."""
        return phone_prefixes.prefix_digits(self.data or "", _language())

    def pre_validate(self, form: Any) -> None:
        """A number without + needs one; a number with + brings its own."""
        phone = phone_number(form["phone"].data or "")
        if not phone.startswith("+") and (phone or self._needed or self.data) and not self.digits:
            raise StopValidation(BAD_PREFIX)


class PhoneInput(TextInput):
    """Digits with a country code beside it, or one international number; blanks and dots between are forgiven."""

    @property
    def number(self) -> str:
        """The digits, perhaps after a +."""
        return phone_number(self.data or "")

    def pre_validate(self, form: Any) -> None:
        """An impossible number is refused."""
        number = self.number
        if not number:
            return
        if number.startswith("+"):
            if phone_prefixes.split_number(number) is None:
                raise ValidationError(BAD_PHONE)
        elif not S_PHONE.fullmatch(number):
            raise ValidationError(BAD_PHONE)
        elif (
            "prefix" in form
            and form["prefix"].digits
            and not phone_prefixes.is_possible(form["prefix"].digits, number)
        ):
            raise ValidationError(_("This does not look like a number from that country. Check the digits."))


class Choice(SelectField):
    """A select whose first line is empty."""

    def __init__(self, label: Any, choices: Any, needed: bool, message: Any, **kwargs: Any) -> None:
        checks = [Needed(message)] if needed else [Optional()]
        super().__init__(label, checks, choices=_lines([("", ""), *choices]), **kwargs)

    def process_data(self, value: Any) -> None:
        """Nothing chosen is the empty line."""
        self.data = value or ""


class Radios(RadioField):
    """A few choices, all to be seen; none is chosen at first."""

    for_templates = ("shown",)

    @property
    def shown(self) -> list[tuple[str, str, bool]]:
        """Value, label and whether it is chosen."""
        return _shown(self)

    def __init__(self, label: Any, choices: Any, needed: bool, message: Any, **kwargs: Any) -> None:
        checks = [Needed(message)] if needed else [Optional()]
        super().__init__(label, checks, choices=_lines(choices), validate_choice=False, **kwargs)
        self._message = message

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """A value of none of the choices."""
        if not validation_stopped and self.data and self.data not in {line.value for line in self.choices}:
            raise ValidationError(self._message)


class Boxes(SelectMultipleField):
    """Any number of choices, a tick box each."""

    for_templates = ("shown",)

    @property
    def shown(self) -> list[tuple[str, str, bool]]:
        """Value, label and whether it is chosen."""
        return _shown(self)

    def __init__(self, label: Any, choices: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(label, [Needed()] if needed else [Optional()], choices=_lines(choices), **kwargs)

    def process_data(self, value: Any) -> None:
        """What was ticked before, as the state keeps it: one text with commas."""
        self.data = [one for one in value.split(",") if one] if isinstance(value, str) else None


class Agrees:
    """The second password is the first one."""

    def __init__(self, first: str) -> None:
        self._first = first

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse another one."""
        if (field.data or "") != (form[self._first].data or ""):
            raise StopValidation(DIFFERENT)


class Fits:
    """A new password keeps the rules that the controller announces."""

    def __init__(self, rules: PasswordRules) -> None:
        self._rules = rules

    def __call__(self, form: Any, field: Any) -> None:
        """Say all that is wrong at once; an empty password is none of our business."""
        if field.data and (wrong := self._rules.wrong(field.data)):
            raise ValidationError(wrong)


def _shown(field: Any) -> list[tuple[str, str, bool]]:
    return [(str(one.value), str(one.label), bool(one.selected)) for one in field.iter_choices()]


def _lines(pairs: Any) -> list[SelectChoice]:
    return [SelectChoice(value, text) for value, text in pairs]


def as_usual(value: str | None) -> str | None:
    """A filter: what phones put in place of plain characters is what was meant."""
    return characters(value) if isinstance(value, str) else value


def _language() -> str:
    return str(get_locale() or "en")
