"""The forms of a UCOPIA venue: generated from what ``init`` announces, checked by the classes of Table 3.

Input names are POST names (wire). A form class is made for every call; labels and policies come from the offer.
``fields.py`` holds how each rule becomes inputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field

from portal.gateways.ucopia import phone_prefixes
from portal.gateways.ucopia.features import Features
from portal.gateways.ucopia.fields import MAKERS, Asked, mail_line, password
from portal.gateways.ucopia.inputs import (
    Agrees,
    Boxes,
    CountryInput,
    Fits,
    OneOf,
    PhoneInput,
    PolicyInput,
    PrefixInput,
)
from portal.gateways.ucopia.passwords import PasswordRules
from portal.gateways.ucopia.settings import Settings
from portal.journey.forms import GuestForm, TermsInput, TextInput, new_form

ADDRESS = (
    *("postal_address", "postal_code", "postal_locality_name", "postal_country_name"),
    *("postal_postoffice_box", "postal_state_or_province_name"),
)
FEW = 2
"""So many optional fields stand open; more are folded."""


def login_form(offer: Features, terms: bool, typed: Mapping[str, Any]) -> GuestForm:
    """Login and password (section 3.2), with the policies of every login."""
    fields: dict[str, Field] = {
        "login": TextInput(
            _("User name"), render_kw={"autocomplete": "username", "enterkeyhint": "next", "dir": "ltr"}
        ),
        "password": password(_("Password"), "current-password", True),
    }
    return new_form(fields | boxes(offer) | _terms(terms)).for_way("login", typed)


def boxes_form(way: str, offer: Features, terms: bool) -> GuestForm:
    """Nothing but the boxes of a login: one tap, and whatever stands behind it does the rest."""
    return new_form(boxes(offer) | _terms(terms)).for_way(way, {})


def organisation_form(offer: Features, terms: bool) -> GuestForm:
    """The global policy before a guest is sent to their organisation (wire)."""
    fields = {name: box for name, box in boxes(offer).items() if name == "policy_accept"}
    return new_form(fields | _terms(terms)).for_way("shibboleth", {})


def secure_form(typed: Mapping[str, Any]) -> GuestForm:
    """The network's own password."""
    fields = {"secure_pwd": password(_("Wi-Fi password"), "off", True)}
    return new_form(fields).for_way("secure", typed)


def subscribe_form(
    mode: str, offer: Features, settings: Settings, terms: bool, typed: Mapping[str, Any]
) -> GuestForm:
    """The form of a subscription mode: exactly the rules that are announced (section 3.1)."""
    announced = offer.modes[mode]
    fields: dict[str, Field] = {}
    for rule, make in MAKERS.items():
        if rule in announced.rules:
            fields |= make(announced.rules[rule], Asked(announced, settings))
    if announced.policy:
        fields["policy_accept"] = PolicyInput(announced.policy)
    if offer.policy and mode == "one":
        fields["connect_policy_accept"] = PolicyInput(offer.policy)
    if offer.private_policy and mode == "one":
        fields["private_policy_accept"] = PolicyInput(offer.private_policy)
    return new_form(fields | _terms(terms)).for_way(mode, typed)


def connect_form(offer: Features) -> GuestForm:
    """The page that shows a new account: a button, and what ``authenticate`` wants beside the account."""
    return new_form(boxes(offer)).for_way("account", {})


def change_form(way: str, rules: PasswordRules, asks_old: bool) -> GuestForm:
    """A new password twice, after the old one where it is not known."""
    old = {"old_password": password(_("Current password"), "current-password", True)} if asks_old else {}
    new = {
        "new_password": password(
            _("New password"), "new-password", True, description=rules.hint(), validators=[Fits(rules)]
        ),
        "new_password_confirm": password(
            _("Repeat the password"), "new-password", True, validators=[Agrees("new_password")]
        ),
    }
    return new_form(old | new).for_way(way, {})


def recovery_form(typed: Mapping[str, Any]) -> GuestForm:
    """Who has forgotten a password: any one of these tells."""
    fields: dict[str, Field] = {
        "login": TextInput(
            _("User name"), False, render_kw={"autocomplete": "username", "dir": "ltr"}, validators=[OneOf()]
        ),
        "email_address": mail_line(_("E-mail address"), False, "email"),
        "phone": PhoneInput(
            _("Phone number"),
            False,
            longest=40,
            render_kw={"type": "tel", "dir": "ltr", "autocomplete": "tel"},
        ),
    }
    return new_form(fields).for_way("recovery", typed)


def boxes(offer: Features) -> dict[str, Field]:
    """What has to be ticked for a login."""
    return {name: PolicyInput(policy) for name, policy in offer.boxes.items()}


def ticked(form: GuestForm, mode: str = "") -> dict[str, bool]:
    """What was ticked for a login; the one-click form has its global policy under a name of its own."""
    names = {"accepted": "connect_policy_accept" if mode == "one" else "policy_accept"}
    names["private"] = "private_policy_accept"
    return {ours: bool(name in form and form[name].data) for ours, name in names.items()}


def optional_groups(form: GuestForm) -> Sequence[str]:
    """The first inputs of all groups that may stay empty, where there are enough of them to be folded."""
    skipped = {*ADDRESS[1:], "phone", "user_password_confirm", "guest", "way"}
    found = [
        str(name)
        for name, field in form._fields.items()
        if name not in skipped and not isinstance(field, BooleanField) and not field.flags.required
    ]
    return found if len(found) > FEW else ()


def posted(form: GuestForm, mode: str, settings: Settings) -> dict[str, str | list[str]]:
    """What goes to the controller from a valid subscription form, by POST name; several values are a list."""
    values: dict[str, Any] = {
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
    if not any(values.get(name) for name in ADDRESS if name != "postal_country_name"):
        # A country that was only proposed says nothing without an address.
        values |= {"postal_country_name": ""} if "postal_country_name" in values else {}
    values = _unused(mode) | values
    return {settings.names.get(name, name): value for name, value in values.items()}


def _unused(mode: str) -> dict[str, str]:
    """What the vendor's own page sends with every form, empty or unticked where it is not asked for (wire)."""
    account = ("user_login", "user_password", "user_password_confirm") if mode not in ("sms", "mail") else ()
    empty = dict.fromkeys((*account, "email_address", "prefix", "phone", "gender", "interests"), "")
    ticks = ("connect_policy_accept", "policy_accept") if mode == "one" else ("policy_accept",)
    return empty | dict.fromkeys(ticks, "false")


def _sent(name: str, field: Any, settings: Settings) -> str | list[str]:
    if isinstance(field, BooleanField):
        return "true" if field.data else "false"
    if isinstance(field, PrefixInput):
        return field.digits
    if isinstance(field, PhoneInput):
        return field.number
    if isinstance(field, CountryInput) and field.code:
        return field.code if settings.country_value == "code" else phone_prefixes.country_name(field.code)
    if isinstance(field, Boxes):
        return field.data or ""
    if name == "birth_date" and field.data:
        return str(field.data.strftime(settings.birth_date))
    return field.data or ""


def _terms(required: bool) -> dict[str, Field]:
    return {"terms": TermsInput()} if required else {}
