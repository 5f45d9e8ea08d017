"""The answers of the API before they are dressed: appendices 1 and 2 of the manual, and the wire's extras."""

from __future__ import annotations

import hashlib
from typing import Any

from portal.simulators.radius import chap_challenge, chap_response
from portal.simulators.ucopia import texts
from portal.simulators.ucopia.accounts import Account
from portal.simulators.ucopia.rules import PERSONAL, Mode, Policy
from portal.simulators.ucopia.session import Guest
from portal.simulators.ucopia.settings import ControllerSettings

FAKE_DIGEST = "fake_value_kept_for_backward_compatibility"  # wire

_PERSON = {
    "lastName": "last_name",
    "firstName": "first_name",
    "email": "email_address",
    "organizationalUnitName": "organizational_unit_name",
    "countryName": "postal_country_name",
    "localityName": "postal_locality_name",
    "postalCode": "postal_code",
    "postalAddress": "postal_address",
    "postOfficeBox": "postal_postoffice_box",
}


def first_step(settings: ControllerSettings) -> tuple[str, str]:
    """``step`` and ``type`` of a guest who is not connected. ASSUMED for ``direct`` alone: type is empty."""
    if settings.step:
        return settings.step, settings.type
    if settings.one.enabled:
        return "SUBSCRIBE", "ONE"
    if settings.direct.enabled:
        return "SUBSCRIBE", ""
    return "LOGON", ""


def init(settings: ControllerSettings, guest: Guest) -> dict[str, Any]:
    """Section 3.1: all that is announced to a guest who is not connected."""
    style = settings.wire
    logon: dict[str, Any] = {"policy": _policy(settings, settings.logon_policy)}
    subscribe = _subscribe(settings)
    answer: dict[str, Any] = {"logon": logon}
    (logon if style.subscribe_under == "logon" else answer)["subscribe"] = subscribe
    if style.policy_mandatory:
        answer["private_policy"] = _policy(settings, settings.private_policy)
    answer["user"] = {
        "isAuthenticatedThroughShibboleth": settings.shibboleth,
        "lang": settings.user_lang,
        **_where(settings, guest),
        **({"passwordDigest": {"value": FAKE_DIGEST}} if style.fake_digest else {}),
    }
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
    answer["step"], answer["type"] = first_step(settings)
    answer["modifyPwd"], answer["forceModifyPwd"] = settings.modify_pwd, settings.force_modify_pwd
    return answer


def _auth_modes(settings: ControllerSettings) -> dict[str, bool]:
    modes = {
        "standard": settings.standard_login,
        "one": settings.one.enabled,
        "direct": settings.direct.enabled,
    }
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
    if settings.wire.policy_mandatory:
        hash_["mandatory"] = policy.mandatory
    for language in policy.languages:
        hash_[language] = {"text": texts.policy_text(policy.kind, language), "link": link}
    return {**hash_, "defaultLang": policy.default_lang}


def _subscribe(settings: ControllerSettings) -> dict[str, Any]:
    modes = {"one": settings.one, "direct": settings.direct}
    open_ = {name: _mode(settings, mode) for name, mode in modes.items() if mode.enabled}
    return {"count": len(open_), **open_}


def _mode(settings: ControllerSettings, mode: Mode) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for name, rule in mode.rules.items():
        if not rule.display and settings.wire.hidden_rules == "absent":
            continue
        rules[name] = {"display": rule.display, "mandatory": rule.mandatory}
        if name in PERSONAL and rule.labels:
            rules[name] |= {"labels": dict(rule.labels), "defaultLang": rule.default_lang}
    return {**rules, "policy": _policy(settings, mode.policy)}


def _where(settings: ControllerSettings, guest: Guest) -> dict[str, Any]:
    return {
        "incomingNetwork": {"value": guest.network},
        "incomingNetworkID": {"value": guest.network_id},
        "incomingZone": {"value": guest.zone},
    }


def user(settings: ControllerSettings, guest: Guest, account: Account, now: float) -> dict[str, Any]:
    """Appendix 2: the hash ``user`` of a guest who is connected as ``account``."""
    answer: dict[str, Any] = {
        "login": {"value": account.login},
        "ipAddress": {"value": guest.address},
        "profile": {"value": settings.profile},
        settings.wire.services_key: {"value": settings.services},
        "autoDisconnect": {"value": settings.auto_disconnect},
        "schedule": {"value": [_ALL_WEEK]},
        "validity": {"value": str(account.expires)},
        "initTimeGMT": {"value": str(int(guest.signed_at))},
        **({"timeCredit": _time_credit(account, guest, now)} if account.credit else {}),
        "macAddress": {"value": guest.mac},
        **_incoming(settings, guest),
        "creationMode": {"value": account.creation},
        "universalTime": {"value": int(now)},
        "timezoneOffset": {"value": str(settings.timezone_offset)},
        "requestedURL": {"value": guest.requested_url},
        "allowModPwdBySelf": settings.allow_mod_pwd_by_self,
        "managePersonalSettings": False,
        "manageAccount": False,
    }
    if settings.old_firmware or settings.wire.fake_digest:
        answer["passwordDigest"] = {"value": password_digest(settings, account)}
    return answer | _person(settings, account) | _extras(settings, account, guest, now)


_ALL_WEEK = {
    "begin": {"day": "monday", "hour": "00", "min": "00"},
    "end": {"day": "sunday", "hour": "24", "min": "00"},
}


def password_digest(settings: ControllerSettings, account: Account) -> str:
    """What old firmware wants back with refresh and disconnect; how it is made is ASSUMED."""
    if not settings.old_firmware:
        return FAKE_DIGEST
    return hashlib.sha1(f"{account.login}:{account.password}".encode()).hexdigest()


def _time_credit(account: Account, guest: Guest, now: float) -> dict[str, Any]:
    return {
        "value": str(account.credit),
        "remaining": {"value": account.remaining(now)},
        "reneweach": {"value": "0"},
        "initialRemaining": {"value": guest.initial_remaining},
    }


def _incoming(settings: ControllerSettings, guest: Guest) -> dict[str, Any]:
    where = _where(settings, guest) | {"incomingVlan": {"value": guest.vlan}}
    wrong = {
        "incommingVlan": {"value": guest.vlan},
        "incommingZone": {"value": guest.zone},
    }
    if settings.wire.incoming == "incoming":
        return where
    if settings.wire.incoming == "both":
        return where | wrong
    return {name: where[name] for name in ("incomingNetwork", "incomingNetworkID")} | wrong


def _person(settings: ControllerSettings, account: Account) -> dict[str, Any]:
    if not account.person:
        return {}
    person = account.person
    answer: dict[str, Any] = {name: {"value": person.get(post, "")} for name, post in _PERSON.items()}
    answer["phoneNumber"] = {"value": person.get("prefix", "") + person.get("phone", "")}
    mode = settings.direct if account.creation == "portal-direct" else settings.one
    answer["customFields"] = [
        {
            "fieldid": str(number),
            "value": person[f"personal_field_{number}"],
            "mandatory": mode.rules[rule].mandatory,
            "label": dict(mode.rules[rule].labels),
            "defaultLang": mode.rules[rule].default_lang,
        }
        for number, rule in enumerate(PERSONAL, 1)
        if f"personal_field_{number}" in person
    ]
    return answer


def _extras(settings: ControllerSettings, account: Account, guest: Guest, now: float) -> dict[str, Any]:
    """Wire: what feedback can show and appendix 2 does not hold."""
    if not settings.wire.real_feedback:
        return {}
    # ASSUMED: so many bytes a second; the shape is the wire's.
    download, upload = int(account.consumed(now)) * 40_000, int(account.consumed(now)) * 4_000
    extras: dict[str, Any] = {
        "consumedData": {
            "download": {"value": download},
            "upload": {"value": upload},
            "timestamp": {"value": int(guest.signed_at)},
        }
    }
    if settings.multidevice:
        extras["multidevice"] = {"value": settings.multidevice}
    if settings.force_disc_timer:
        left = settings.force_disc_timer - int(now - guest.signed_at)
        extras["forceDiscTimer"] = {"value": max(0, left)}
    if not settings.disconnect_button:
        extras["disconnectButton"] = {"value": False}
    if settings.pms_customer or settings.pms_message:
        extras["PMS"] = {
            "customer": {"value": settings.pms_customer},
            "message": {"value": settings.pms_message},
        }
    return extras


def redirect_params(settings: ControllerSettings, guest: Guest, account: Account, uri: str) -> dict[str, Any]:
    """Section 5.1: how the guest's browser logs in or out (``uri``) at the Wi-Fi device."""
    if guest.uam is None:
        return {}
    login = uri == "login"
    parameters = {"username": account.login}
    if login:
        challenge = chap_challenge(guest.uam.challenge, settings.uamsecret)
        parameters["response"] = chap_response(account.password, challenge)
    # ASSUMED: a path-less protocol of the device, as in the manual's example, is plain HTTP.
    params: dict[str, Any] = {
        "type": settings.login_type,
        "uri": uri,
        "host": guest.uam.host,
        "port": guest.uam.port,
        "protocol": "http",
        "parameters": parameters,
    }
    url = settings.login_url if login else settings.logout_url
    return {f"{uri}_URL_params": params | ({"url": url} if url else {})}
