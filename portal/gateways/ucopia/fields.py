"""How each rule that ``init`` announces becomes inputs, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import Field, PasswordField

from portal.gateways.ucopia import phone_prefixes
from portal.gateways.ucopia.features import ModeOffer
from portal.gateways.ucopia.inputs import (
    MADE,
    Address,
    Agrees,
    Boxes,
    Choice,
    CountryInput,
    Fits,
    Letters,
    PhoneInput,
    PrefixInput,
    Radios,
    as_usual,
)
from portal.gateways.ucopia.settings import Settings
from portal.journey.birthday import BirthdayInput
from portal.journey.forms import Needed, PlainText, TextInput
from portal.languages import LANGUAGES, find

CHOOSE = _("Choose one.")


@dataclass(frozen=True)
class Asked:
    """What a rule becomes inputs for."""

    mode: ModeOffer
    settings: Settings


Maker = Callable[[bool, Asked], dict[str, Field]]


def password(label: Any, autocomplete: str, needed: bool, **kwargs: Any) -> PasswordField:
    """A password: as it was typed, nothing forgiven."""
    checks: list[Any] = [Needed()] if needed else []
    attributes = {"autocomplete": autocomplete, "maxlength": 200, "dir": "ltr"}
    return PasswordField(
        label, [*checks, *kwargs.pop("validators", []), PlainText(200)], render_kw=attributes, **kwargs
    )


def _line(label: Any, needed: bool, autocomplete: str = "off", **more: Any) -> TextInput:
    """One line of a subscription form; what phones put in place of plain signs is forgiven."""
    attributes = {
        "autocomplete": autocomplete,
        "autocapitalize": more.pop("capitals", "sentences"),
        "dir": "auto",
    }
    attributes |= more.pop("attributes", {})
    checks = [more.pop("check", Letters())]
    return TextInput(label, needed, filters=[as_usual], render_kw=attributes, validators=checks, **more)


def _login(needed: bool, asked: Asked) -> dict[str, Field]:
    hint, extra = "" if needed else MADE, {"dir": "ltr"}
    line = _line(
        _("Choose a user name"), needed, "username", description=hint, capitals="none", attributes=extra
    )
    return {"user_login": line}


def _new_password(needed: bool, asked: Asked) -> dict[str, Field]:
    rules = asked.mode.passwords
    hint = _hint(rules.hint(), needed)
    first = password(
        _("Choose a password"),
        "new-password",
        needed,
        description=hint,
        validators=[Fits(rules)],
    )
    again = password(
        _("Repeat the password"),
        "new-password",
        needed,
        validators=[Agrees("user_password")],
    )
    return {"user_password": first, "user_password_confirm": again}


def _hint(rules: str, needed: bool) -> str:
    return " ".join(filter(None, (rules, "" if needed else str(MADE))))


def _email(needed: bool, asked: Asked) -> dict[str, Field]:
    return {"email_address": mail_line(_("E-mail address"), needed, "email")}


def mail_line(label: Any, needed: bool, autocomplete: str, **more: Any) -> TextInput:
    """An e-mail address."""
    attributes = {"inputmode": "email", "type": "email", "dir": "ltr"}
    return _line(label, needed, autocomplete, check=Address(), capitals="none", attributes=attributes, **more)


def _phone(needed: bool, asked: Asked) -> dict[str, Field]:
    attributes = {"type": "tel", "dir": "ltr", "autocapitalize": "none", "autocomplete": "tel-national"}
    prefix = PrefixInput(
        _("Country code"),
        needed,
        longest=60,
        default=phone_prefixes.prefix_of(asked.settings.country),
        render_kw={"list": "countries", "autocomplete": "tel-country-code", "dir": "auto"},
    )
    phone = PhoneInput(_("Phone number"), needed, longest=40, render_kw=attributes)
    return {"prefix": prefix, "phone": phone}


def _postal(needed: bool, asked: Asked) -> dict[str, Field]:
    """The group of the manual's warning: four are needed with the rule, two never are."""
    locale, settings = str(get_locale() or "en"), asked.settings
    country = CountryInput(
        _("Country"),
        needed,
        settings.country_value == "code",
        default=phone_prefixes.localized(settings.country, locale),
        render_kw={"list": "countries", "autocomplete": "country-name", "dir": "auto"},
    )
    return {
        "postal_address": _line(_("Street and number"), needed, "street-address", capitals="words"),
        "postal_code": _line(_("Postal code"), needed, "postal-code", longest=20, capitals="characters"),
        "postal_locality_name": _line(_("Town"), needed, "address-level2", capitals="words"),
        "postal_country_name": country,
        "postal_postoffice_box": _line(_("Post office box"), False),
        "postal_state_or_province_name": _line(_("State or province"), False, "address-level1"),
    }


def _personal(number: int) -> Maker:
    def make(needed: bool, asked: Asked) -> dict[str, Field]:
        label = asked.mode.labels.get(f"personalField_{number}") or _(
            "Further details %(number)s", number=number
        )
        return {f"personal_field_{number}": _line(label, needed)}

    return make


def _plain(name: str, label: Any, autocomplete: str) -> Maker:
    def make(needed: bool, asked: Asked) -> dict[str, Field]:
        return {name: _line(label, needed, autocomplete, capitals="words")}

    return make


def _gender(needed: bool, asked: Asked) -> dict[str, Field]:
    male, female = asked.settings.genders
    choices = [(female, _("Female")), (male, _("Male"))]
    return {"gender": Radios(_("Gender"), choices, needed, CHOOSE)}


def _birth(needed: bool, asked: Asked) -> dict[str, Field]:
    return {"birth_date": BirthdayInput(_("Date of birth"), needed)}


def _user_language(needed: bool, asked: Asked) -> dict[str, Field]:
    choices = [(row.code, row.native) for row in LANGUAGES]
    here = find(str(get_locale() or "en"))
    default = here.code if here else ""
    return {"user_language": Choice(_("Language"), choices, needed, CHOOSE, default=default)}


def _interests(needed: bool, asked: Asked) -> dict[str, Field]:
    """The choices stand in the controller's own page alone; without them the venue file's, else one line."""
    label, known = _("Interests"), asked.settings.interests
    if not known:
        return {"interests": _line(_("Interests"), needed)}
    language = find(str(get_locale() or "en")) or LANGUAGES[0]
    choices = [(value, text.of(language)) for value, text in known.items()]
    return {"interests": Boxes(label, choices, needed)}


MAKERS: Mapping[str, Maker] = {
    "userLogin": _login,
    "userPassword": _new_password,
    "firstName": _plain("first_name", _("First name"), "given-name"),
    "lastName": _plain("last_name", _("Last name"), "family-name"),
    "gender": _gender,
    "birthDate": _birth,
    "userLanguage": _user_language,
    "email": _email,
    "phone": _phone,
    "organizationalUnitName": _plain(
        "organizational_unit_name", _("Company or organisation"), "organization"
    ),
    "postalAddress": _postal,
    "personalField_1": _personal(1),
    "personalField_2": _personal(2),
    "personalField_3": _personal(3),
    "interests": _interests,
    "sponsor": lambda needed, asked: {
        "sponsor_email": mail_line(_("E-mail address of the person you are visiting"), needed, "off")
    },
}
"""Every rule that is known, in the order of the page."""
