"""All that ``init`` announces (section 3.1, and the keys that only the wire shows), as frozen types.

Liberal: both the manual's shapes and the wire's are read, keys that nobody knows are left alone, and a key of
a wrong type counts as absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.gateways.ucopia.answers import NasCall, Trouble, nas_call_of, step_of, trouble_of
from portal.gateways.ucopia.modes import Mode, elsewhere_of, modes_of
from portal.gateways.ucopia.php_json import flag, inner, is_shown, rows, table, whole, words
from portal.gateways.ucopia.policies import Policy, policy_of


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
    ``hides_onward``: no link to the page after this one is wanted (wire).
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
    hides_onward: bool = False
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
    modes, auth = modes_of(subscribe), _names(raw.get("auth_modes"))
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
        hides_onward=_hides(table(raw.get("feedback")), "requestedURL"),
        trouble=_trouble(raw),
        autoconnect=_credentials(subscribe.get("autoconnect")),
        autofill=_credentials(table(subscribe.get("mail")).get("autofill")),
        must_disconnect=flag(inner(user.get("force_feedback_disconnect"))),
        nas=nas,
        elsewhere=elsewhere_of(subscribe, auth),
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


def _hides(feedback: Mapping[str, Any], name: str) -> bool:
    """Whether a part of the feedback page is hidden by name: one that is not announced at all is not."""
    return name in feedback and not is_shown(feedback[name])


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


def _credentials(announced: Any) -> Credentials | None:
    found = table(announced)
    login, password = words(inner(found.get("login")), 200), inner(found.get("password"))
    if not login:
        return None
    return Credentials(login, password[:200] if isinstance(password, str) else words(password, 200))


def _shown(feedback: Mapping[str, Any]) -> frozenset[str]:
    """The names that may be shown, ``pms.customer`` among them; ``incomming…`` is read as ``incoming…``."""
    pms = table(feedback.get("pms")) or table(feedback.get("PMS"))
    names = {str(name).replace("incomming", "incoming") for name, rule in feedback.items() if is_shown(rule)}
    return frozenset(names | {f"pms.{name}" for name, rule in pms.items() if is_shown(rule)})
