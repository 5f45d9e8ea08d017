"""The types of ``subscribe`` that ``init`` announces (section 3.1), each with the rules of its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.gateways.ucopia.markup import one_line
from portal.gateways.ucopia.passwords import PasswordRules, rules_of
from portal.gateways.ucopia.php_json import flag, inner, is_shown, table, words
from portal.gateways.ucopia.policies import Policy, policy_of

RULES = (
    *("userLogin", "userPassword", "firstName", "lastName", "email", "phone", "organizationalUnitName"),
    *("postalAddress", "personalField_1", "personalField_2", "personalField_3"),
    *("birthDate", "gender", "userLanguage", "interests"),
)
"""Rules that become inputs: the manual's eleven, then four of the wire. ``sponsor`` is added from a boolean."""
SPONSOR = "sponsor"
MODES = ("one", "direct", "sms", "mail", "print")
"""Types of ``subscribe`` that are served here, in the order of the page."""
BY_MESSAGE = frozenset({"sms", "mail", "print"})
"""Types whose account arrives by another way than the answer."""
_NO_MODE = frozenset({"count", "autoconnect", "options"})


@dataclass(frozen=True)
class Rule:
    """A displayed rule; ``labels`` by language code (personal fields only)."""

    mandatory: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    default_lang: str = ""


@dataclass(frozen=True)
class Mode:
    """One subscription mode: its displayed rules, its policy, its password rules, rules that we do not know."""

    rules: Mapping[str, Rule]
    policy: Policy | None = None
    passwords: PasswordRules = field(default_factory=PasswordRules)
    hides_account: bool = False
    unknown: tuple[str, ...] = ()


def modes_of(announced: Mapping[str, Any]) -> dict[str, Mode]:
    """The types that are served here, in the order of the page."""
    found = {str(name).lower(): value for name, value in announced.items()}
    return {
        name: _mode(name, table(found[name])) for name in MODES if isinstance(found.get(name), (dict, list))
    }


def _mode(name: str, announced: Mapping[str, Any]) -> Mode:
    rules = {rule: _rule(table(announced[rule])) for rule in RULES if is_shown(announced.get(rule))}
    unknown = [str(rule) for rule in announced if rule not in RULES and rule != "policy"]
    shown = [rule for rule in unknown if is_shown(announced[rule])]
    sponsor = flag(inner(announced.get("sponsoringEnable"))) or is_shown(announced.get("sponsor_email"))
    if sponsor:
        rules[SPONSOR] = Rule(flag(table(announced.get("sponsor_email")).get("mandatory")))
    return Mode(
        _by_type(name, rules),
        policy_of(announced.get("policy")),
        rules_of(announced.get("pwdConstraint")),
        flag(inner(announced.get("hidePortalCredentials"))),
        tuple(sorted(set(shown) - {"sponsor_email"})),
    )


def _by_type(name: str, rules: dict[str, Rule]) -> dict[str, Rule]:
    """An account that arrives by message has no login of the guest's choice, and its address is needed (wire)."""
    gone = {
        "sms": ("userLogin", "userPassword"),
        "mail": ("userLogin", "userPassword"),
        "print": ("userPassword",),
    }
    rules = {rule: what for rule, what in rules.items() if rule not in gone.get(name, ())}
    needed = {"sms": "phone", "mail": "email"}.get(name)
    if needed:
        rules[needed] = replace(rules.get(needed, Rule()), mandatory=True)
    return rules


def _rule(announced: Mapping[str, Any]) -> Rule:
    labels = table(announced.get("labels")) or table(announced.get("label"))
    return Rule(
        flag(announced.get("mandatory")),
        {str(code): text for code, label in labels.items() if (text := one_line(words(label, 500))[:120])},
        words(announced.get("defaultLang"), 5),
    )


def elsewhere_of(subscribe: Mapping[str, Any], auth: frozenset[str]) -> tuple[str, ...]:
    """Ways that are announced and that only the controller's own page can do."""
    subscribing = {str(name).lower() for name, value in subscribe.items() if isinstance(value, (dict, list))}
    known = {*MODES, *_NO_MODE, "standard", "shibboleth", "wispr", "secure_pwd"}
    return tuple(sorted((subscribing | auth) - known)[:20])
