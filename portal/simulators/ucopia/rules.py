"""The rules of a subscription form: what is announced, and how a form sent in is judged (Tables 3 and 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.simulators.ucopia import texts
from portal.simulators.ucopia.codes import Rejected
from portal.simulators.ucopia.passwords import PasswordRules

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
LIST = re.compile(r"[^,]+(,[^,]+)*")
"""Several values of one name, joined by commas on their way in."""

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
WIRE_RULES = ("birthDate", "gender", "userLanguage", "interests")
RULES = MANUAL_RULES + WIRE_RULES


@dataclass
class Rule:
    """Is a field displayed, is it mandatory; labels by language for a personal field."""

    display: bool = False
    mandatory: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    default_lang: str = ""


@dataclass
class Policy:
    """A policy to be accepted; ``kind`` picks its text: ``logon`` (global) or ``private`` (of a mode).

    ``text`` stands in its place in every language; texts can be HTML (wire).
    """

    kind: str = "private"
    display: bool = False
    mandatory: bool = True
    link: str = "https://www.example.com/policy"
    default_lang: str = "en"
    languages: tuple[str, ...] = texts.LANGUAGES
    text: str = ""


def _rules() -> dict[str, Rule]:
    rules = {name: Rule() for name in RULES}
    for name in PERSONAL:
        labels, default_lang = texts.LABELS[name]
        rules[name] = Rule(labels=dict(labels), default_lang=default_lang)
    return rules


@dataclass
class Mode:
    """A subscription mode: its rules by name, its policy.

    ``rules`` holds every name of :data:`RULES`; ``show`` is a short way to tick some of them. ``sponsoring`` asks
    for the address of a host (wire); not settled there: whether it has to be given.
    """

    enabled: bool = False
    sponsoring: bool = False
    sponsor_needed: bool = False
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
    "interests": (Input("interests", "no-interests", "invalid-interests", LIST),),
}
SPONSOR = Input("sponsor_email", "no-sponsor-email", "invalid-sponsor-email", S_EMAIL)

Form = Mapping[str, str]


def ticked(form: Form, name: str) -> bool:
    """A PHP-like boolean of a form: ``true``, ``TRUE``, ``1`` and ``on`` are true, all else is not."""
    return form.get(name, "").strip().lower() in ("true", "1", "on")


def check(form: Form, mode: Mode, kind: str, passwords: PasswordRules) -> dict[str, str]:
    """Judge a form by a mode's rules: the accepted values by POST name, without empty ones.

    Fields that are not displayed are ignored (ASSUMED), as is a rule that is mandatory but not displayed; absent
    ones count as empty, since the vendor's own page can lose them (wire).
    Raises :class:`Rejected` with the first code of Table 8 that applies.
    """
    accepted: dict[str, str] = {}
    for name, inputs in INPUTS.items():
        shown, needed = asked(mode, kind, name)
        if shown:
            for one in inputs:
                _check_input(form, one, name, needed, accepted)
    if "phone" in accepted and "prefix" not in accepted:
        raise Rejected("no-phone-prefix")
    if mode.sponsoring:
        _check_input(form, SPONSOR, "", mode.sponsor_needed, accepted)
    shown, needed = asked(mode, kind, "userPassword")
    if shown:
        _check_password(form, needed, passwords, accepted)
    if mode.policy.display and mode.policy.mandatory and not ticked(form, "policy_accept"):
        raise Rejected("no-policy-accept")
    return accepted


def asked(mode: Mode, kind: str, rule: str) -> tuple[bool, bool]:
    """Whether a rule is displayed and mandatory in this type of subscription (wire).

    An account that arrives by message has no login of the guest's choice, and its address is always needed.
    """
    if (kind, rule) in {("sms", "phone"), ("mail", "email")}:
        return True, True
    if rule == "userPassword" and kind in ("sms", "mail", "print"):
        return False, False
    if rule == "userLogin" and kind in ("sms", "mail"):
        return False, False
    return mode.rules[rule].display, mode.rules[rule].mandatory


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


def _check_password(form: Form, mandatory: bool, passwords: PasswordRules, accepted: dict[str, str]) -> None:
    password, again = form.get("user_password", ""), form.get("user_password_confirm", "")
    if not password and not again and not mandatory:
        return
    passwords.judge(password, again)
    accepted["user_password"] = password
