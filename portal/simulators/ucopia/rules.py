"""The rules of a subscription form: what is announced, and how a form sent in is judged (Tables 3 and 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.simulators.ucopia import texts

# Table 3. The accents are those that survive in the vendor's text, no more: a name with "ê" is refused.
S_STRING = re.compile(
    r"[ a-zA-Z0-9àáâãäåæçèéëïíõòóôõøùúûüýÿÀÁÂÃÄÅÆÇÈÉËÏÍÐÑÒÓÔÕØÙÚÛÜÝÞ\-@_'./&]+",
)
S_PHONE = re.compile(r"[0-9]+")
# The printed expression repeats a group that already repeats, which can take forever; this one accepts
# the same addresses. ASSUMED: "_" and "|" belong to the class, the extraction lost them.
_LOCAL = r"[-a-zA-Z0-9!#$%&'*+/=?^_`{|}~]+"
_LABEL = r"[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
S_EMAIL = re.compile(
    rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[a-zA-Z0-9][-a-zA-Z0-9]{{0,61}}[a-zA-Z0-9]",
)

PERSONAL = ("personalField_1", "personalField_2", "personalField_3")
MANUAL_RULES = (
    "userLogin",
    "userPassword",
    "lastName",
    "firstName",
    "email",
    "phone",
    "organizationalUnitName",
    "postalAddress",
    *PERSONAL,
)
WIRE_RULES = ("birthDate", "gender", "userLanguage", "sponsor_email", "secure_pwd")
RULES = MANUAL_RULES + WIRE_RULES

# Table 8, and one more that real controllers send.
SUBSCRIBE_CODES = (
    "no-last-name",
    "no-first-name",
    "no-email_address",
    "no-phone-prefix",
    "no-phone-number",
    "invalid-last-name",
    "invalid-first-name",
    "invalid-email-address",
    "invalid-phone-prefix",
    "invalid-phone-number",
    "no-organizational-unit-name",
    "invalid-organizational-unit-name",
    "no-postal-address",
    "no-postal-code",
    "no-postal-locality-name",
    "no-postal-country-name",
    "no-custom-field",
    "no-policy-accept",
    "no-connect-policy-accept",
    "already-used-login",
    "different-passwords",
    "invalid-password",
    "no-profile",
    "user-creation-failed",
)


class Rejected(Exception):
    """An action ends with an error ``code`` (without its prefix) and perhaps a ``value``."""

    def __init__(self, code: str, value: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


@dataclass
class Rule:
    """Is a field displayed, is it mandatory; labels by language for a personal field."""

    display: bool = False
    mandatory: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    default_lang: str = ""


@dataclass
class Policy:
    """A policy to be accepted; ``kind`` picks its text: ``logon`` (global) or ``private`` (of a mode)."""

    kind: str = "private"
    display: bool = False
    mandatory: bool = True
    link: str = "https://www.example.com/policy"
    default_lang: str = "en"
    languages: tuple[str, ...] = texts.LANGUAGES


def _rules() -> dict[str, Rule]:
    rules = {name: Rule() for name in RULES}
    for name in PERSONAL:
        labels, default_lang = texts.LABELS[name]
        rules[name] = Rule(labels=dict(labels), default_lang=default_lang)
    return rules


@dataclass
class Mode:
    """A subscription mode, ``one`` or ``direct``: its rules by name, its policy.

    ``rules`` holds every name of :data:`RULES`; ``show`` is a short way to tick some of them.
    """

    enabled: bool = False
    rules: dict[str, Rule] = field(default_factory=_rules)
    policy: Policy = field(default_factory=Policy)

    def show(self, *names: str, mandatory: bool = False) -> Mode:
        """Display these rules (and demand them); returns itself."""
        for name in names:
            self.rules[name].display = True
            self.rules[name].mandatory = mandatory
        return self


@dataclass(frozen=True)
class Input:
    """One input of a rule: its POST name, the codes for empty and for wrong, the class of Table 3."""

    name: str
    missing: str
    invalid: str
    allowed: re.Pattern[str] = S_STRING
    optional: bool = False


# Codes beginning "no-login", "invalid-login", "invalid-postal-…", "no-birth-date" and the like are ASSUMED:
# Table 8 has none for these cases.
INPUTS: dict[str, tuple[Input, ...]] = {
    "userLogin": (Input("user_login", "no-login", "invalid-login"),),
    "lastName": (Input("last_name", "no-last-name", "invalid-last-name"),),
    "firstName": (Input("first_name", "no-first-name", "invalid-first-name"),),
    "email": (Input("email_address", "no-email_address", "invalid-email-address", S_EMAIL),),
    "phone": (
        Input("prefix", "no-phone-prefix", "invalid-phone-prefix", S_PHONE),
        Input("phone", "no-phone-number", "invalid-phone-number", S_PHONE),
    ),
    "organizationalUnitName": (
        Input("organizational_unit_name", "no-organizational-unit-name", "invalid-organizational-unit-name"),
    ),
    "postalAddress": (
        Input("postal_address", "no-postal-address", "invalid-postal-address"),
        Input("postal_code", "no-postal-code", "invalid-postal-code"),
        Input("postal_locality_name", "no-postal-locality-name", "invalid-postal-locality-name"),
        Input("postal_country_name", "no-postal-country-name", "invalid-postal-country-name"),
        Input("postal_postoffice_box", "", "invalid-postal-postoffice-box", optional=True),
        Input("postal_state_or_province_name", "", "invalid-postal-state-or-province-name", optional=True),
    ),
    **{
        rule: (Input(f"personal_field_{number}", "no-custom-field", "invalid-custom-field"),)
        for number, rule in enumerate(PERSONAL, 1)
    },
    "birthDate": (Input("birth_date", "no-birth-date", "invalid-birth-date"),),
    "gender": (Input("gender", "no-gender", "invalid-gender"),),
    "userLanguage": (Input("user_language", "no-user-language", "invalid-user-language"),),
    "sponsor_email": (Input("sponsor_email", "no-sponsor-email", "invalid-sponsor-email", S_EMAIL),),
    "secure_pwd": (Input("secure_pwd", "no-secure-pwd", "invalid-secure-pwd"),),
}

Form = Mapping[str, str]


def ticked(form: Form, name: str) -> bool:
    """A PHP-like boolean of a form: ``true``, ``TRUE``, ``1`` and ``on`` are true, all else is not."""
    return form.get(name, "").strip().lower() in ("true", "1", "on")


def check(form: Form, mode: Mode, min_password: int) -> dict[str, str]:
    """Judge a form by a mode's rules: the accepted values by POST name, without empty ones.

    Fields that are not displayed are ignored (ASSUMED), as is a rule that is mandatory but not displayed.
    Raises :class:`Rejected` with the first code of Table 8 that applies.
    """
    accepted: dict[str, str] = {}
    for name, inputs in INPUTS.items():
        rule = mode.rules[name]
        if rule.display:
            for one in inputs:
                _check_input(form, one, name, rule.mandatory, accepted)
    if "phone" in accepted and "prefix" not in accepted:
        raise Rejected("no-phone-prefix")
    if mode.rules["userPassword"].display:
        _check_password(form, mode.rules["userPassword"].mandatory, min_password, accepted)
    if mode.policy.display and mode.policy.mandatory and not ticked(form, "policy_accept"):
        raise Rejected("no-policy-accept")
    return accepted


def _check_input(form: Form, one: Input, rule: str, mandatory: bool, accepted: dict[str, str]) -> None:
    value = form.get(one.name, "").strip()
    custom = rule in PERSONAL
    if not value:
        if mandatory and not one.optional:
            raise Rejected(one.missing, rule if custom else None)
        return
    if not one.allowed.fullmatch(value):
        raise Rejected(one.invalid, [rule, value] if custom else None)
    accepted[one.name] = value


def _check_password(form: Form, mandatory: bool, shortest: int, accepted: dict[str, str]) -> None:
    password, again = form.get("user_password", ""), form.get("user_password_confirm", "")
    if password != again:
        raise Rejected("different-passwords")
    if not password and not mandatory:
        return
    if len(password) < max(shortest, 1):
        # Wire: the value is a list of causes; Table 8 has no code for a missing password.
        raise Rejected("invalid-password", [{"cause": "small", "minimum": max(shortest, 1)}])
    accepted["user_password"] = password
