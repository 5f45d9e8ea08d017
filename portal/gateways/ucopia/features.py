"""What the next request needs of ``init``, small enough for the guest's token.

A real ``init`` has twenty kilobytes, most of it texts in sixteen languages. The state keeps the displayed rules,
and labels and policies in the guest's language alone. Every page that a guest opens asks ``init`` again, it is the
status call as well, so a change of language brings the other texts; a form with errors is shown again
from the state, without the controller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from portal.gateways.ucopia.answers import Init, Mode, Policy
from portal.languages import Language, find
from portal.urls import web_address

LONGEST = 280
"""Characters of a policy that stand beside its box; a longer one has a page of its own."""


@dataclass(frozen=True)
class PolicyFeatures:
    """A policy in one language. ``long`` when the text did not fit and has its own page."""

    text: str = ""
    link: str = ""
    mandatory: bool = True
    long: bool = False


@dataclass(frozen=True)
class ModeFeatures:
    """A subscription form: displayed rules and whether they are mandatory, labels of personal fields by rule."""

    rules: Mapping[str, bool] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    policy: PolicyFeatures | None = None

    @property
    def lists(self) -> int:
        """How many lists of all countries it needs."""
        return len({"phone", "postalAddress"} & set(self.rules))


@dataclass(frozen=True)
class Features:
    """What a guest can do now, in one language; ``step`` and ``type`` as in section 3.1."""

    step: str = ""
    type: str = ""
    modes: Mapping[str, ModeFeatures] = field(default_factory=dict)
    standard: bool = False
    policy: PolicyFeatures | None = None
    shibboleth: bool = False
    recovery: bool = False

    @property
    def crowded(self) -> bool:
        """Whether phone numbers have to do without a list of countries: a form has one such list at most."""
        return any(mode.lists > 1 for mode in self.modes.values())

    @property
    def secure(self) -> bool:
        """Whether the network has a password of its own (Table 5): where a form announces it."""
        return any("secure_pwd" in mode.rules for mode in self.modes.values())


def features_of(init: Init, language: Language, url: str) -> Features:
    """What ``init`` announces, in one language; ``url`` is the controller's, for relative links."""
    return Features(
        step=init.step,
        type=init.type,
        modes={name: _mode(mode, init, language, url) for name, mode in init.modes.items()},
        standard=init.standard,
        policy=_policy(init.policy, init, language, url),
        shibboleth=init.shibboleth,
        recovery=init.recovery,
    )


def texts_of(policy: Policy, init: Init, language: Language) -> tuple[str, str]:
    """Text and link of a policy: in this language, in its default, in the portal's, in any."""
    order = (language.code, policy.default_lang, init.default_lang, *policy.texts)
    by_code = {row.code: both for code, both in policy.texts.items() if (row := find(code))}
    return next((by_code[code] for code in order if any(by_code.get(code, ()))), ("", ""))


def label_of(labels: Mapping[str, str], languages: tuple[str, ...]) -> str:
    """The label of a personal field in the first of these languages that has one, else in any."""
    return next((labels[code] for code in (*languages, *labels) if labels.get(code)), "")


def _mode(mode: Mode, init: Init, language: Language, url: str) -> ModeFeatures:
    rules = {name: rule.mandatory for name, rule in mode.rules.items()}
    labels = {
        name: label_of(rule.labels, (language.code, rule.default_lang, init.fields_lang, init.default_lang))
        for name, rule in mode.rules.items()
        if rule.labels
    }
    return ModeFeatures(rules, labels, _policy(mode.policy, init, language, url))


def _policy(policy: Policy | None, init: Init, language: Language, url: str) -> PolicyFeatures | None:
    if policy is None:
        return None
    text, link = texts_of(policy, init, language)
    long = len(text) > LONGEST
    return PolicyFeatures("" if long else text, _link(link, url), policy.mandatory, long)


def _link(link: str, url: str) -> str:
    """An absolute link; relative ones are the controller's (wire). What is no web address is left out."""
    try:
        return web_address(urljoin(url, link)) if link else ""
    except ValueError:
        return ""
