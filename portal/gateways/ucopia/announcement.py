"""All that ``init`` announces (section 3.1, and the keys that only the wire shows), as frozen types.

Liberal: both the manual's shapes and the wire's are read, keys that nobody knows are left alone, and a key of
a wrong type counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.gateways.ucopia.answers import NasCall, Trouble, nas_call_of, step_of, trouble_of
from portal.gateways.ucopia.markup import one_line
from portal.gateways.ucopia.passwords import PasswordRules, rules_of
from portal.gateways.ucopia.php_json import flag, inner, is_shown, rows, table, whole, words
from portal.languages import find

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
ELSEWHERE = frozenset({"paypal", "ogone", "pms", "pps", "auto"})
"""Types that only the controller's own page can do."""
_LANGUAGE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")
_NO_MODE = frozenset({"count", "autoconnect", "options"})


@dataclass(frozen=True)
class Policy:
    """A policy to be accepted. ``texts`` holds (text, link) by language code, as announced: texts can be HTML."""

    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    default_lang: str = ""
    mandatory: bool = True


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


@dataclass(frozen=True)
class Credentials:
    """A login and a password that the controller proposes."""

    login: str
    password: str = field(repr=False, default="")


@dataclass(frozen=True)
class Init:
    """``refresh`` and ``redirect_delay`` in seconds; the delay is None where none is told.

    ``connected``: the controller says that the guest is online; ``offline``: it says that they are not. Where it says
    neither, a login that worked goes on counting. ``trouble`` is an error that stands inside a good answer.
    """

    step: str
    type: str
    connected: bool
    offline: bool
    modes: Mapping[str, Mode]
    standard: bool
    policy: Policy | None
    languages: tuple[str, ...]
    default_lang: str
    user_lang: str
    fields_lang: str
    shown: frozenset[str]
    user: Mapping[str, Any]
    private_policy: Policy | None = None
    has_private_policy: bool = False
    secure: bool = False
    shibboleth: bool = False
    from_shibboleth: bool = False
    recovery: bool = False
    modify: bool = False
    refresh: int = 50
    redirect_url: str = ""
    redirect_delay: int | None = None
    trouble: Trouble | None = None
    autoconnect: Credentials | None = None
    autofill: Credentials | None = None
    must_disconnect: bool = False
    nas: NasCall | None = None
    elsewhere: tuple[str, ...] = ()
    visitor: str = ""
    unknown: tuple[str, ...] = ()


def init_of(raw: Mapping[str, Any]) -> Init | None:
    """What ``init`` announces; None when the hash is no answer to ``init`` at all."""
    if not {"step", "auth_modes", "logon", "subscribe", "lang"} & set(raw):
        return None
    logon, lang = table(raw.get("logon")), _lang(raw)
    user, redirect = table(raw.get("user")), table(raw.get("postConnectRedirect"))
    subscribe = table(raw.get("subscribe")) or table(logon.get("subscribe"))
    modes, auth = _modes(subscribe), _names(raw.get("auth_modes"))
    step = step_of(raw)
    told = inner(user.get("isConnected"))
    offline = told is not None and told != "" and not flag(told)
    delay, nas = whole(redirect.get("delay"), -1), nas_call_of(raw, "login")
    return Init(
        step=step,
        type=words(raw.get("type"), 40).upper(),
        connected=step == "FEEDBACK" and not offline and nas is None,
        offline=offline,
        modes=modes,
        standard=_standard(raw, auth, modes),
        policy=policy_of(logon.get("policy")),
        languages=tuple(words(code, 5) for code in rows(lang.get("displayLang"))),
        default_lang=words(lang.get("defaultLang"), 5),
        user_lang=words(inner(user.get("lang")), 5),
        fields_lang=words(lang.get("customFieldsDefaultLang"), 5),
        shown=_shown(table(raw.get("feedback"))),
        user=user,
        private_policy=policy_of(raw.get("private_policy")),
        has_private_policy=isinstance(raw.get("private_policy"), dict),
        secure=flag(raw.get("securePwd")) or step == "SECURE_PWD",
        shibboleth="shibboleth" in auth,
        from_shibboleth=flag(inner(user.get("isAuthenticatedThroughShibboleth"))),
        recovery=flag(raw.get("pwdRecovery")),
        modify=flag(inner(user.get("allowModPwdBySelf"))),
        refresh=max(10, min(3600, whole(raw.get("refreshInterval"), 50_000) // 1000)),
        redirect_url=words(redirect.get("url")),
        redirect_delay=min(60, delay) if delay >= 0 else None,
        trouble=_trouble(raw),
        autoconnect=_credentials(subscribe.get("autoconnect")),
        autofill=_credentials(table(subscribe.get("mail")).get("autofill")),
        must_disconnect=flag(inner(user.get("force_feedback_disconnect"))),
        nas=nas,
        elsewhere=_elsewhere(subscribe, auth),
        visitor=words(inner(user.get("visitor_id")), 200),
        unknown=tuple(sorted(set(map(str, raw)) - _KNOWN)),
    )


_KNOWN = frozenset(
    (
        *("logon", "subscribe", "user", "auth_modes", "feedback", "pwdRecovery", "lang", "refreshInterval"),
        *("step", "type", "modifyPwd", "forceModifyPwd", "postConnectRedirect", "private_policy", "info"),
        *("error", "defaultLang", "customFieldsDefaultLang", "securePwd", "redirect", "freeUrls"),
        *("incomingNetwork", "incomingNetworkID", "incomingZone", "login_URL_params", "logout_URL_params"),
        *("portalEntryUrl", "ucopia_id", "displayRegistrationFirst", "restrictWelcomeTitleDisplay"),
        *("restrictWelcomeSubtitleDisplay", "customTextCollection", "accountRefill", "sponsorship"),
        *("getPurchaseSummary", "upgradeAccount", "informativeWidget", "wispr", "payment"),
    )
)


def _trouble(raw: Mapping[str, Any]) -> Trouble | None:
    """An error that stands beside all else: under ``error`` alone, since ``info`` may hold good words."""
    found = table(raw.get("error"))
    return trouble_of({"error": found}) if words(found.get("code"), 80) else None


def _lang(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The hash ``lang``; the manual's out-of-band example has two of its keys on top."""
    top = {name: raw[name] for name in ("defaultLang", "customFieldsDefaultLang") if name in raw}
    return {**top, **table(raw.get("lang"))}


def _names(announced: Any) -> frozenset[str]:
    """Names of a hash whose value is true (or a name to show), or of a list."""
    if isinstance(announced, list):
        return frozenset(words(name, 40) for name in announced)
    found = table(announced)
    return frozenset(
        str(name).lower() for name, value in found.items() if flag(value, bool(words(value, 40)))
    )


def _standard(raw: Mapping[str, Any], auth: frozenset[str], modes: Mapping[str, Mode]) -> bool:
    """Whether one can sign in with a login: what ``auth_modes`` says, else where nothing else is offered."""
    if raw.get("auth_modes") and isinstance(raw["auth_modes"], (dict, list)):
        return "standard" in auth
    return not modes or step_of(raw) == "LOGON"


def _elsewhere(subscribe: Mapping[str, Any], auth: frozenset[str]) -> tuple[str, ...]:
    """Ways that are announced and that only the controller's own page can do."""
    subscribing = {str(name).lower() for name, value in subscribe.items() if isinstance(value, (dict, list))}
    known = {*MODES, *_NO_MODE, "standard", "shibboleth", "wispr", "secure_pwd"}
    return tuple(sorted((subscribing | auth) - known)[:20])


def _modes(announced: Mapping[str, Any]) -> dict[str, Mode]:
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


def _credentials(announced: Any) -> Credentials | None:
    found = table(announced)
    login, password = words(inner(found.get("login")), 200), inner(found.get("password"))
    if not login:
        return None
    return Credentials(login, password[:200] if isinstance(password, str) else words(password, 200))


def policy_of(announced: Any) -> Policy | None:
    """A displayed policy. ``mandatory`` is the wire's; a policy without it has to be accepted."""
    if not is_shown(announced):
        return None
    texts = {
        str(code): (words(both.get("text"), 20_000), words(both.get("link")))
        for code, both in announced.items()
        if isinstance(both, dict) and _LANGUAGE.fullmatch(str(code)) and find(str(code))
    }
    return Policy(texts, words(announced.get("defaultLang"), 5), flag(announced.get("mandatory"), True))


def _shown(feedback: Mapping[str, Any]) -> frozenset[str]:
    """The names that may be shown, ``pms.customer`` among them; ``incomming…`` is read as ``incoming…``."""
    pms = table(feedback.get("pms")) or table(feedback.get("PMS"))
    names = {str(name).replace("incomming", "incoming") for name, rule in feedback.items() if is_shown(rule)}
    return frozenset(names | {f"pms.{name}" for name, rule in pms.items() if is_shown(rule)})
