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

from portal.gateways.ucopia.announcement import Credentials, Init
from portal.gateways.ucopia.markup import plain
from portal.gateways.ucopia.modes import Mode
from portal.gateways.ucopia.passwords import PasswordRules
from portal.gateways.ucopia.policies import Policy
from portal.languages import Language, find
from portal.urls import web_address

LONGEST = 280
"""Characters of a policy that stand beside its box; a longer one has a page of its own."""


@dataclass(frozen=True)
class PolicyOffer:
    """A policy in one language, in plain text. ``long`` when the text did not fit and has its own page."""

    text: str = ""
    link: str = ""
    mandatory: bool = True
    long: bool = False


@dataclass(frozen=True)
class ModeOffer:
    """A subscription form: displayed rules and whether they are mandatory, labels of personal fields by rule."""

    rules: Mapping[str, bool] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    policy: PolicyOffer | None = None
    passwords: PasswordRules = field(default_factory=PasswordRules)
    hides_account: bool = False


@dataclass(frozen=True)
class Features:
    """What a guest can do now, in one language; ``step`` and ``type`` as in section 3.1.

    ``private_policy`` goes with every login of newer firmware (wire); where ``has_private_policy`` says that such a
    controller displays none, its answer is "no". ``auto`` is the account that the controller proposes; ``by_itself``
    that it signs the guest in without being asked where nothing has to be accepted.
    """

    step: str = ""
    type: str = ""
    modes: Mapping[str, ModeOffer] = field(default_factory=dict)
    standard: bool = False
    policy: PolicyOffer | None = None
    private_policy: PolicyOffer | None = None
    has_private_policy: bool = False
    shibboleth: bool = False
    recovery: bool = False
    auto: Credentials | None = None
    by_itself: bool = False
    elsewhere: bool = False

    @property
    def boxes(self) -> Mapping[str, PolicyOffer]:
        """What has to be ticked for a login, by POST name of ``authenticate``."""
        found = {"policy_accept": self.policy, "private_policy_accept": self.private_policy}
        return {name: policy for name, policy in found.items() if policy}

    @property
    def serves_somebody(self) -> bool:
        """Whether there is any way in that a page of ours can serve."""
        own = self.modes or self.standard or self.shibboleth or self.auto
        return bool(own) or self.step == "SECURE_PWD"


def features_of(init: Init, language: Language, url: str) -> Features:
    """What ``init`` announces, in one language; ``url`` is the controller's, for relative links."""
    return Features(
        step=init.step,
        type=init.type,
        modes={name: _mode(mode, init, language, url) for name, mode in init.modes.items()},
        standard=init.standard,
        policy=_policy(init.policy, init, language, url),
        private_policy=_policy(init.private_policy, init, language, url),
        has_private_policy=init.has_private_policy,
        shibboleth=init.shibboleth,
        recovery=init.recovery,
        auto=init.autoconnect or init.autofill,
        by_itself=init.autoconnect is not None,
        elsewhere=bool(init.elsewhere),
    )


def texts_of(policy: Policy, init: Init, language: Language) -> tuple[str, str]:
    """Text and link of a policy: in this language, in its default, in the portal's, in any."""
    order = (language.code, policy.default_lang, init.default_lang, *policy.texts)
    by_code = {row.code: both for code, both in policy.texts.items() if (row := find(code))}
    return next((by_code[code] for code in order if any(by_code.get(code, ()))), ("", ""))


def label_of(labels: Mapping[str, str], languages: tuple[str, ...]) -> str:
    """The label of a personal field in the first of these languages that has one, else in any."""
    return next((labels[code] for code in (*languages, *labels) if labels.get(code)), "")


def _mode(mode: Mode, init: Init, language: Language, url: str) -> ModeOffer:
    rules = {name: rule.mandatory for name, rule in mode.rules.items()}
    labels = {
        name: label_of(rule.labels, (language.code, rule.default_lang, init.default_lang, init.fields_lang))
        for name, rule in mode.rules.items()
        if rule.labels
    }
    policy = _policy(mode.policy, init, language, url)
    return ModeOffer(rules, labels, policy, mode.passwords, mode.hides_account)


def _policy(policy: Policy | None, init: Init, language: Language, url: str) -> PolicyOffer | None:
    if policy is None:
        return None
    text, link = texts_of(policy, init, language)
    # Texts are HTML on the controller's own page (wire); one with links or lines is read on a page of its own.
    short = plain(text)
    long = len(short) > LONGEST or "\n" in short or "<a " in text.lower()
    return PolicyOffer("" if long else short, link_of(link, url), policy.mandatory, long)


def link_of(link: str, url: str) -> str:
    """An absolute link; relative ones are the controller's (wire). What is no web address is left out."""
    try:
        return web_address(urljoin(url, link)) if link else ""
    except ValueError:
        return ""
