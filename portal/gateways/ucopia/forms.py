"""The forms of a UCOPIA venue: generated from what ``init`` announces, checked by the classes of Table 3.

Input names are POST names (wire). A form class is made for every call; labels and policies come from the offer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, PasswordField

from portal.countries import countries
from portal.gateways.ucopia import phone_prefixes
from portal.gateways.ucopia.features import Features, ModeFeatures
from portal.gateways.ucopia.inputs import (
    ALLOWED,
    BAD_EMAIL,
    BAD_PREFIX,
    MADE,
    OPTIONAL,
    S_EMAIL,
    S_STRING,
    Agrees,
    Choice,
    Class,
    Phone,
    PolicyInput,
    PrefixChoice,
)
from portal.gateways.ucopia.settings import Settings
from portal.journey.forms import GuestForm, Needed, PlainText, TermsInput, TextInput, new_form


@dataclass(frozen=True)
class Asked:
    """What a rule becomes inputs for."""

    mode: ModeFeatures
    crowded: bool
    settings: Settings


Maker = Callable[[bool, Asked], dict[str, Field]]


def login_form(offer: Features, terms: bool, typed: Mapping[str, Any]) -> GuestForm:
    """Login and password (section 3.2), with the global policy where there is one."""
    fields: dict[str, Field] = {
        "login": TextInput(
            _("User name"), render_kw={"autocomplete": "username", "enterkeyhint": "next", "dir": "ltr"}
        ),
        "password": _password(_("Password"), "current-password", True),
    }
    return new_form(fields | _beside(offer) | _terms(terms)).for_way("login", typed)


def subscribe_form(
    mode: str, offer: Features, settings: Settings, terms: bool, typed: Mapping[str, Any]
) -> GuestForm:
    """The form of a subscription mode: exactly the rules that are announced (section 3.1)."""
    announced_integrations = offer.modes[mode]
    fields: dict[str, Field] = {}
    for rule, make in MAKERS.items():
        if rule in announced_integrations.rules:
            fields |= make(
                announced_integrations.rules[rule], Asked(announced_integrations, offer.crowded, settings)
            )
    if announced_integrations.policy:
        fields["policy_accept"] = PolicyInput(announced_integrations.policy)
    if offer.policy and mode == "one":
        fields["connect_policy_accept"] = PolicyInput(offer.policy)
    return new_form(fields | _terms(terms)).for_way(mode, typed)


def connect_form(offer: Features) -> GuestForm:
    """The page that shows a new account: a button, and what ``authenticate`` wants beside the account."""
    return new_form(_beside(offer)).for_way("account", {})


def _beside(offer: Features) -> dict[str, Field]:
    """What a login needs beside the account: the network's password (Table 5), the global policy."""
    fields: dict[str, Field] = {}
    if offer.secure:
        # Nobody announces whether a login needs it as well: the controller says so (bad-secure-password).
        fields["secure_pwd"] = _secure(False)
    if offer.policy:
        fields["policy_accept"] = PolicyInput(offer.policy)
    return fields


def beside(form: GuestForm, box: str) -> dict[str, Any]:
    """What the guest gave of that; ``box`` is the input of the global policy in this form."""
    found = {"accepted": bool(box in form and form[box].data)}
    typed = form["secure_pwd"].data if "secure_pwd" in form else ""
    return found | ({"secure_pwd": typed} if typed else {})


def secure(values: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """The network's password as ``authenticate`` takes it. ASSUMED: under the name that ``subscribe`` has for it."""
    typed = values.get("secure_pwd")
    return {settings.names.get("secure_pwd", "secure_pwd"): typed} if typed else {}


def posted(form: GuestForm, settings: Settings) -> dict[str, str]:
    """What goes to the controller from a valid subscription form, by POST name."""
    values: dict[str, str] = {
        str(name): _sent(name, field, settings)
        for name, field in form._fields.items()
        if name not in ("guest", "terms")
    }
    if values.get("phone", "").startswith("+"):
        values["prefix"], values["phone"] = phone_prefixes.split_number(values["phone"]) or (
            "",
            values["phone"],
        )
    elif not values.get("phone"):
        values |= {"prefix": ""} if "prefix" in values else {}
    # Wire: real portals send these two, empty when unused.
    values = {"gender": "", "interests": ""} | values
    return {settings.names.get(name, name): value for name, value in values.items()}


def _sent(name: str, field: Any, settings: Settings) -> str:
    if isinstance(field, BooleanField):
        return "true" if field.data else "false"
    if isinstance(field, PrefixChoice):
        return field.digits
    if name == "postal_country_name" and settings.country_value == "name" and field.data:
        return phone_prefixes.country_name(field.data)
    return field.data or ""


def _terms(required: bool) -> dict[str, Field]:
    return {"terms": TermsInput()} if required else {}


def _password(label: Any, autocomplete: str, needed: bool, **kwargs: Any) -> PasswordField:
    checks: list[Any] = [Needed()] if needed else []
    attributes = {"autocomplete": autocomplete, "maxlength": 200, "dir": "ltr"}
    return PasswordField(
        label, [*checks, *kwargs.pop("validators", []), PlainText(200)], render_kw=attributes, **kwargs
    )


def _secure(needed: bool) -> PasswordField:
    return _password(_("Password of the network"), "off", needed, description="" if needed else OPTIONAL)


def _line(label: Any, needed: bool, autocomplete: str = "off", pattern: Any = None, **more: Any) -> TextInput:
    """One line of a subscription form."""
    attributes = {
        "autocomplete": autocomplete,
        "autocapitalize": more.pop("capitals", "sentences"),
        "dir": "auto",
    }
    attributes |= more.pop("attributes", {})
    hint = more.pop("hint", "" if needed else OPTIONAL)
    checks = [pattern or Class(S_STRING, ALLOWED)]
    return TextInput(label, needed, description=hint, render_kw=attributes, validators=checks, **more)


def _login(needed: bool, asked: Asked) -> dict[str, Field]:
    hint = "" if needed else MADE
    extra = {"dir": "ltr"}
    return {
        "user_login": _line(
            _("Choose a user name"), needed, "username", hint=hint, capitals="none", attributes=extra
        )
    }


def _new_password(needed: bool, asked: Asked) -> dict[str, Field]:
    hint = "" if needed else MADE
    return {
        "user_password": _password(_("Choose a password"), "new-password", needed, description=hint),
        "user_password_confirm": _password(
            _("The password once more"), "new-password", needed, validators=[Agrees()]
        ),
    }


def _email(needed: bool, asked: Asked) -> dict[str, Field]:
    return {"email_address": _mail_line(_("E-mail address"), needed, "email")}


def _mail_line(label: Any, needed: bool, autocomplete: str) -> TextInput:
    attributes = {"inputmode": "email", "type": "email", "dir": "ltr"}
    pattern = Class(S_EMAIL, BAD_EMAIL)
    return _line(label, needed, autocomplete, pattern, capitals="none", attributes=attributes)


def _phone(needed: bool, asked: Asked) -> dict[str, Field]:
    locale = str(get_locale() or "en")
    attributes = {"inputmode": "tel", "type": "tel", "dir": "ltr"}
    return {
        "prefix": PrefixChoice(
            _("Country code"),
            phone_prefixes.prefixes(locale),
            needed,
            BAD_PREFIX,
            default=phone_prefixes.prefix_value(asked.settings.country),
            render_kw={"autocomplete": "tel-country-code", "inputmode": "tel", "dir": "ltr"},
            typed=asked.crowded,
        ),
        "phone": _line(
            _("Phone number"), needed, "tel-national", Phone(), capitals="none", attributes=attributes
        ),
    }


def _postal(needed: bool, asked: Asked) -> dict[str, Field]:
    """The group of the manual's warning: four are needed with the rule, two never are."""
    locale = str(get_locale() or "en")
    # Where the whole group may stay empty, the page says so once.
    alone = OPTIONAL if needed else ""
    return {
        "postal_address": _line(_("Street and number"), needed, "street-address", capitals="words", hint=""),
        "postal_code": _line(
            _("Postal code"), needed, "postal-code", longest=20, capitals="characters", hint=""
        ),
        "postal_locality_name": _line(_("Town"), needed, "address-level2", capitals="words", hint=""),
        "postal_country_name": Choice(
            _("Country"),
            countries(locale),
            needed,
            _("Choose a country."),
            default=asked.settings.country,
            render_kw={"autocomplete": "country"},
        ),
        "postal_postoffice_box": _line(_("Post office box"), False, hint=alone),
        "postal_state_or_province_name": _line(_("State or province"), False, "address-level1", hint=alone),
    }


def _personal(number: int) -> Maker:
    def make(needed: bool, asked: Asked) -> dict[str, Field]:
        label = asked.mode.labels.get(f"personalField_{number}") or _(
            "Further details %(number)s", number=number
        )
        return {f"personal_field_{number}": _line(label, needed)}

    return make


def _plain(name: str, label: Any, autocomplete: str = "off") -> Maker:
    def make(needed: bool, asked: Asked) -> dict[str, Field]:
        return {name: _line(label, needed, autocomplete)}

    return make


MAKERS: Mapping[str, Maker] = {
    "firstName": _plain("first_name", _("First name"), "given-name"),
    "lastName": _plain("last_name", _("Last name"), "family-name"),
    "email": _email,
    "phone": _phone,
    "organizationalUnitName": _plain(
        "organizational_unit_name", _("Company or organisation"), "organization"
    ),
    "postalAddress": _postal,
    "personalField_1": _personal(1),
    "personalField_2": _personal(2),
    "personalField_3": _personal(3),
    # The wire's five: their POST names are ASSUMED, see [ucopia.names].
    "birthDate": _plain("birth_date", _("Date of birth"), "bday"),
    "gender": _plain("gender", _("Gender")),
    "userLanguage": _plain("user_language", _("Language")),
    "sponsor_email": lambda needed, asked: {
        "sponsor_email": _mail_line(_("E-mail address of your host"), needed, "off")
    },
    "userLogin": _login,
    "userPassword": _new_password,
    "secure_pwd": lambda needed, asked: {"secure_pwd": _secure(needed)},
}
"""How each rule becomes inputs, in the order of the page."""
