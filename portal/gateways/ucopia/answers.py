"""What a controller answers, as frozen types (UCOPIA portal API 5.1, sections 3.1 to 3.5 and 5.1).

Liberal: both the manual's shapes and the wire's are read, keys that nobody knows are left alone, and a key of
a wrong type counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.gateways.ucopia.php_json import flag, inner, is_shown, rows, table, whole, words
from portal.languages import find

RULES = (
    *("userLogin", "userPassword", "firstName", "lastName", "email", "phone", "organizationalUnitName"),
    *("postalAddress", "personalField_1", "personalField_2", "personalField_3"),
    *("birthDate", "gender", "userLanguage", "sponsor_email", "secure_pwd"),
)
"""Rules that become inputs: the manual's eleven, then five of the wire."""
MODES = ("one", "direct")
_PREFIX = re.compile(r"^(error_|info_)?((logon|one-subscribe|direct-subscribe|disconnect|refresh)_)?")
_LANGUAGE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")
LOST = "redirect-to-index"


@dataclass(frozen=True)
class Policy:
    """A policy to be accepted. ``texts`` holds (text, link) by language code, as announced."""

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
    """One subscription mode: its displayed rules, its policy, the names of rules that we do not know."""

    rules: Mapping[str, Rule]
    policy: Policy | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trouble:
    """An error code without its prefixes (``already-used-login``) and its value."""

    code: str
    value: Any = None


@dataclass(frozen=True)
class Init:
    """All that ``init`` announces (section 3.1). ``refresh`` and ``redirect_delay`` in seconds."""

    step: str
    type: str
    connected: bool
    modes: Mapping[str, Mode]
    standard: bool
    policy: Policy | None
    languages: tuple[str, ...]
    default_lang: str
    user_lang: str
    fields_lang: str
    shown: frozenset[str]
    user: Mapping[str, Any]
    shibboleth: bool = False
    recovery: bool = False
    modify: bool = False
    refresh: int = 50
    redirect_url: str = ""
    redirect_delay: int = 0
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class NasCall:
    """``login_URL_params`` or ``logout_URL_params``: where the guest's browser must go (section 5.1)."""

    type: str
    protocol: str
    host: str
    port: str
    uri: str
    parameters: tuple[tuple[str, str], ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Reply:
    """The answer to ``authenticate``, ``refresh`` or ``disconnect`` that is no error."""

    step: str
    type: str
    user: Mapping[str, Any]
    nas: NasCall | None = None


@dataclass(frozen=True)
class Account:
    """The account that ``subscribe`` made."""

    login: str
    password: str = field(repr=False)


def step_of(raw: Mapping[str, Any]) -> str:
    """The step in one spelling: the manual writes ``FORCE MODIFY_PWD``, the wire ``FORCE_MODIFY_PWD``."""
    return words(raw.get("step"), 40).upper().replace(" ", "_")


def trouble_of(raw: Mapping[str, Any]) -> Trouble | None:
    """The error of an answer: under ``error`` (wire) or ``info`` (manual), or none."""
    error, info = raw.get("error"), table(raw.get("info"))
    if error and not isinstance(error, dict):
        return Trouble(bare(words(error, 80)) or "unknown")
    found = table(error) if error else info
    code = words(found.get("code"), 80)
    if not code or (not error and (code.startswith("info_") or code.endswith("success"))):
        return Trouble("unknown") if error else None
    return Trouble(bare(code), found.get("value"))


def bare(code: str) -> str:
    """A code without what says where it came from: ``error_one-subscribe_no-phone-prefix``."""
    return _PREFIX.sub("", code)


def init_of(raw: Mapping[str, Any]) -> Init | None:
    """What ``init`` announces; None when the hash is no answer to ``init`` at all."""
    if not {"step", "auth_modes", "logon", "subscribe", "lang"} & set(raw):
        return None
    logon, lang = table(raw.get("logon")), _lang(raw)
    user, redirect = table(raw.get("user")), table(raw.get("postConnectRedirect"))
    modes = _modes(table(raw.get("subscribe")) or table(logon.get("subscribe")))
    step = step_of(raw)
    return Init(
        step=step,
        type=words(raw.get("type"), 40).upper(),
        connected=step == "FEEDBACK" and flag(inner(user.get("isConnected")), "login" in user),
        modes=modes,
        standard=_standard(raw, modes),
        policy=policy_of(logon.get("policy")),
        languages=tuple(words(code, 5) for code in rows(lang.get("displayLang"))),
        default_lang=words(lang.get("defaultLang"), 5),
        user_lang=words(inner(user.get("lang")), 5),
        fields_lang=words(lang.get("customFieldsDefaultLang"), 5),
        shown=_shown(table(raw.get("feedback"))),
        user=user,
        shibboleth=flag(inner(user.get("isAuthenticatedThroughShibboleth"))),
        recovery=flag(raw.get("pwdRecovery")),
        modify=flag(raw.get("modifyPwd")),
        refresh=max(10, min(3600, whole(raw.get("refreshInterval"), 50_000) // 1000)),
        redirect_url=words(redirect.get("url")),
        redirect_delay=max(0, min(60, whole(redirect.get("delay")))),
        unknown=tuple(sorted(set(map(str, raw)) - _KNOWN)),
    )


_KNOWN = frozenset(
    (
        *("logon", "subscribe", "user", "auth_modes", "feedback", "pwdRecovery", "lang", "refreshInterval"),
        *("step", "type", "modifyPwd", "forceModifyPwd", "postConnectRedirect", "private_policy", "info"),
        *("error", "defaultLang", "customFieldsDefaultLang"),
        *("incomingNetwork", "incomingNetworkID", "incomingZone"),
    )
)


def _lang(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The hash ``lang``; the manual's out-of-band example has two of its keys on top."""
    top = {name: raw[name] for name in ("defaultLang", "customFieldsDefaultLang") if name in raw}
    return {**top, **table(raw.get("lang"))}


def _standard(raw: Mapping[str, Any], modes: Mapping[str, Mode]) -> bool:
    """Whether one can sign in with a login: what ``auth_modes`` says, else where nothing else is offered."""
    announced_integrations = raw.get("auth_modes")
    if isinstance(announced_integrations, (dict, list)) and announced_integrations:
        if isinstance(announced_integrations, list):
            return "standard" in announced_integrations
        return flag(announced_integrations.get("standard"))
    return not modes or step_of(raw) == "LOGON"


def _modes(announced_integrations: Mapping[str, Any]) -> dict[str, Mode]:
    found = {str(name).lower(): value for name, value in announced_integrations.items()}
    return {name: _mode(table(found[name])) for name in MODES if isinstance(found.get(name), (dict, list))}


def _mode(announced_integrations: Mapping[str, Any]) -> Mode:
    rules = {
        name: _rule(table(announced_integrations[name]))
        for name in RULES
        if is_shown(announced_integrations.get(name))
    }
    unknown = [str(name) for name in announced_integrations if name not in RULES and name != "policy"]
    shown = [name for name in unknown if is_shown(announced_integrations[name])]
    return Mode(rules, policy_of(announced_integrations.get("policy")), tuple(sorted(shown)))


def _rule(announced_integrations: Mapping[str, Any]) -> Rule:
    labels = table(announced_integrations.get("labels")) or table(announced_integrations.get("label"))
    return Rule(
        flag(announced_integrations.get("mandatory")),
        {str(code): text for code, label in labels.items() if (text := words(label, 120))},
        words(announced_integrations.get("defaultLang"), 5),
    )


def policy_of(announced_integrations: Any) -> Policy | None:
    """A displayed policy. ``mandatory`` is the wire's; a policy without it has to be accepted."""
    if not is_shown(announced_integrations):
        return None
    texts = {
        str(code): (words(both.get("text"), 20_000), words(both.get("link")))
        for code, both in announced_integrations.items()
        if isinstance(both, dict) and _LANGUAGE.fullmatch(str(code)) and find(str(code))
    }
    return Policy(
        texts,
        words(announced_integrations.get("defaultLang"), 5),
        flag(announced_integrations.get("mandatory"), True),
    )


def _shown(feedback: Mapping[str, Any]) -> frozenset[str]:
    """The names that may be shown, ``pms.customer`` among them; ``incomming…`` is read as ``incoming…``."""
    pms = table(feedback.get("pms")) or table(feedback.get("PMS"))
    names = {right(str(name)) for name, rule in feedback.items() if is_shown(rule)}
    return frozenset(names | {f"pms.{name}" for name, rule in pms.items() if is_shown(rule)})


def right(name: str) -> str:
    """Both spellings occur, often side by side."""
    return name.replace("incomming", "incoming")


def reply_of(raw: Mapping[str, Any], nas: str = "") -> Reply:
    """The answer to an action; ``nas`` is ``login`` or ``logout``, whose parameters stand on top or in ``user``.

    The manual (5.1) has the logout under ``login_URL_params`` too, the wire under a name of its own.
    """
    user = table(raw.get("user"))
    names = [f"{name}_URL_params" for name in dict.fromkeys((nas, "login")) if nas]
    found = (table(place.get(name)) for name in names for place in (raw, user))
    params = next(filter(None, found), None)
    return Reply(step_of(raw), words(raw.get("type"), 40).upper(), user, _nas(params) if params else None)


def _nas(params: Mapping[str, Any]) -> NasCall:
    return NasCall(
        type=words(params.get("type"), 10).upper() or "GET",
        protocol=words(params.get("protocol"), 10).lower() or "http",
        host=words(params.get("host"), 255),
        port=words(params.get("port"), 5),
        uri=words(params.get("uri")),
        parameters=tuple(
            (str(name)[:100], words(inner(value)))
            for name, value in list(table(params.get("parameters")).items())[:50]
        ),
        url=words(params.get("url")),
    )


def account_of(raw: Mapping[str, Any]) -> Account | None:
    """The account of a successful ``subscribe``, inside ``info`` (wire, and the manual's examples) or on top."""
    made = table(table(raw.get("info")).get("subscribe")) or table(raw.get("subscribe"))
    login, password = words(inner(made.get("login")), 200), inner(made.get("password"))
    if not login:
        return None
    return Account(login, password[:200] if isinstance(password, str) else words(password, 200))
