"""What ``init`` announces to a guest who is not connected: appendix 1 of the manual, and the wire's newer keys."""

from __future__ import annotations

import hashlib
from typing import Any

from portal.simulators.ucopia import texts
from portal.simulators.ucopia.rules import PERSONAL, Mode, Policy, asked
from portal.simulators.ucopia.session import Guest
from portal.simulators.ucopia.settings import ControllerSettings

FAKE_DIGEST = "fake_value_kept_for_backward_compatibility"  # wire


def first_step(settings: ControllerSettings, guest: Guest) -> tuple[str, str]:
    """``step`` and ``type`` of a guest who is not connected.

    Wire: a mode other than one-click is never a step, but a link of the login page.
    """
    if settings.step:
        return settings.step, settings.type
    if settings.secure_password and not guest.secure_open:
        return "SECURE_PWD", ""
    if guest.forced:
        return "FORCE_MODIFY_PWD", ""
    if settings.one.enabled and not guest.at_logon:
        return "SUBSCRIBE", "ONE"
    return "LOGON", ""


def init(settings: ControllerSettings, guest: Guest) -> dict[str, Any]:
    """Section 3.1: all that is announced to a guest who is not connected."""
    style = settings.wire
    logon: dict[str, Any] = {"policy": _policy(settings, settings.logon_policy)}
    answer: dict[str, Any] = {"logon": logon}
    (logon if style.subscribe_under == "logon" else answer)["subscribe"] = _subscribe(settings)
    answer["user"] = _user(settings, guest)
    answer["auth_modes"] = _auth_modes(settings)
    answer["feedback"] = _feedback(settings)
    answer["pwdRecovery"] = settings.pwd_recovery
    answer["lang"] = {
        "displayLang": list(settings.display_lang),
        "defaultLang": settings.default_lang,
        "customFieldsDefaultLang": settings.custom_fields_default_lang or None,
    }
    answer["refreshInterval"] = settings.refresh_interval
    answer["postConnectRedirect"] = (
        {"url": settings.redirect_url, "delay": str(settings.redirect_delay)} if settings.redirect_url else {}
    )
    answer["step"], answer["type"] = first_step(settings, guest)
    answer["modifyPwd"], answer["forceModifyPwd"] = settings.modify_pwd, settings.force_modify_pwd
    return answer | (_newer(settings) if style.new_keys else {}) | _extras(settings, guest)


def _user(settings: ControllerSettings, guest: Guest) -> dict[str, Any]:
    user: dict[str, Any] = {
        "isAuthenticatedThroughShibboleth": guest.shibboleth,
        "lang": guest.lang or settings.user_lang or None,
        **where(settings, guest),
    }
    if settings.wire.fake_digest:
        user["passwordDigest"] = {"value": FAKE_DIGEST}
    if settings.wire.new_keys:
        user |= {"visitor_id": _opaque(guest.key), "nas_constructor": None}
    if settings.force_feedback_disconnect and guest.login:
        user |= {"force_feedback_disconnect": True, "login": {"value": guest.login}}
    return user


def _newer(settings: ControllerSettings) -> dict[str, Any]:
    """Keys of today's firmware (wire)."""
    return {
        "portalEntryUrl": "/?from_api=true",
        "displayRegistrationFirst": False,
        "restrictWelcomeTitleDisplay": False,
        "restrictWelcomeSubtitleDisplay": False,
        "private_policy": _policy(settings, settings.private_policy),
        "customTextCollection": [],
        "ucopia_id": _opaque("controller"),
        "accountRefill": False,
        "sponsorship": {"enable": any(mode.sponsoring for mode in settings.modes.values()), "status": None},
    }


def _extras(settings: ControllerSettings, guest: Guest) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    if settings.secure_password:
        extras["securePwd"] = True
    if settings.init_redirect and not guest.redirected:
        extras["redirect"] = settings.init_redirect
    return extras


def _opaque(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _auth_modes(settings: ControllerSettings) -> dict[str, bool]:
    modes = {"standard": settings.standard_login, "shibboleth": settings.shibboleth}
    modes |= {name: mode.enabled for name, mode in settings.modes.items()}
    return {name: True for name, there in modes.items() if there}


def _feedback(settings: ControllerSettings) -> dict[str, Any]:
    shown: dict[str, Any] = {"pms": {}}
    for name, display in settings.feedback.items():
        group, _, part = name.rpartition(".")
        (shown[group] if group else shown)[part] = {"display": display}
    return shown


def _policy(settings: ControllerSettings, policy: Policy) -> dict[str, Any]:
    if not policy.display:
        return {"display": False}
    link: str | None = policy.link or None
    if link and settings.wire.relative_links:
        link = "/portals/_policies/" + link.rsplit("/", 1)[-1]
    hash_: dict[str, Any] = {"display": True, "displayLang": list(policy.languages)}
    newer = {"resume": None} if settings.wire.new_keys else {}
    if settings.wire.new_keys:
        hash_["mandatory"] = policy.mandatory
    for language in policy.languages:
        text = policy.text or texts.policy_text(policy.kind, language)
        hash_[language] = {"text": text, "link": link, **newer}
    return {**hash_, "defaultLang": policy.default_lang}


def _subscribe(settings: ControllerSettings) -> dict[str, Any]:
    open_ = {name: _mode(settings, name, mode) for name, mode in settings.modes.items() if mode.enabled}
    announced: dict[str, Any] = {"count": len(open_), **open_}
    if settings.autoconnect_login:
        announced["autoconnect"] = {
            "login": settings.autoconnect_login,
            "password": settings.autoconnect_password,
            "follow_cloud_redirect": False,
        }
    if settings.autofill_login and "mail" in announced:
        announced["mail"]["autofill"] = {
            "login": settings.autofill_login,
            "password": settings.autofill_password,
        }
    return announced


def _mode(settings: ControllerSettings, kind: str, mode: Mode) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for name, rule in mode.rules.items():
        if not rule.display and settings.wire.hidden_rules == "absent":
            continue
        rules[name] = {"display": rule.display, "mandatory": rule.mandatory}
        if name in PERSONAL and rule.labels:
            rules[name]["labels"] = dict(rule.labels)
        if name in PERSONAL and rule.labels and settings.wire.field_default_lang:
            rules[name]["defaultLang"] = rule.default_lang
    if settings.wire.new_keys:
        rules["countField"] = sum(asked(mode, kind, name)[0] for name in mode.rules)
        rules["sponsoringEnable"] = mode.sponsoring
    if kind == "direct" and settings.hide_credentials:
        rules["hidePortalCredentials"] = True
    if asked(mode, kind, "userPassword")[0]:
        rules |= settings.passwords.announced()
    return {**rules, "policy": _policy(settings, mode.policy)}


def where(settings: ControllerSettings, guest: Guest) -> dict[str, Any]:
    """Network and zone of a guest."""
    return {
        "incomingNetwork": {"value": guest.network},
        "incomingNetworkID": {"value": guest.network_id},
        "incomingZone": {"value": guest.zone},
    }
