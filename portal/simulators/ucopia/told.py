"""What is told of a guest who is connected: appendix 2 of the manual, and what only the wire shows."""

from __future__ import annotations

import hashlib
from typing import Any

from portal.simulators.radius import chap_challenge, chap_response
from portal.simulators.ucopia.accounts import Account
from portal.simulators.ucopia.announced import FAKE_DIGEST, where
from portal.simulators.ucopia.rules import PERSONAL
from portal.simulators.ucopia.session import Guest
from portal.simulators.ucopia.settings import ControllerSettings

__all__ = ["FAKE_DIGEST", "over_quota", "password_digest", "quota_error", "redirect_params", "user", "widget"]

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


def user(settings: ControllerSettings, guest: Guest, account: Account, now: float) -> dict[str, Any]:
    """Appendix 2: the hash ``user`` of a guest who is connected as ``account``."""
    answer: dict[str, Any] = {
        "login": {"value": account.login},
        "ipAddress": {"value": guest.address},
        "profile": ({"id": 1} if settings.wire.new_keys else {}) | {"value": settings.profile},
        settings.wire.services_key: {"value": settings.services},
        "autoDisconnect": {"value": settings.auto_disconnect},
        "schedule": {"value": [_ALL_WEEK]},
        "validity": {"value": str(account.expires)},
        "initTimeGMT": {"value": str(int(guest.signed_at))},
        **({"timeCredit": _time_credit(settings, account, guest, now)} if account.credit else {}),
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
    if settings.allow_mod_pwd_by_self:
        answer |= settings.passwords.announced()
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


def _time_credit(settings: ControllerSettings, account: Account, guest: Guest, now: float) -> dict[str, Any]:
    renewed = settings.renew_each or not settings.wire.real_feedback
    return {
        "value": str(account.credit),
        "remaining": {"value": account.remaining(now)},
        **({"reneweach": {"value": str(settings.renew_each)}} if renewed else {}),
        "initialRemaining": {"value": guest.initial_remaining},
    }


def _incoming(settings: ControllerSettings, guest: Guest) -> dict[str, Any]:
    right = where(settings, guest) | {"incomingVlan": {"value": guest.vlan}}
    wrong = {
        "incommingVlan": {"value": guest.vlan},
        "incommingZone": {"value": guest.zone},
    }
    if settings.wire.incoming == "incoming":
        return right
    if settings.wire.incoming == "both":
        return right | wrong
    return {name: right[name] for name in ("incomingNetwork", "incomingNetworkID")} | wrong


def _person(settings: ControllerSettings, account: Account) -> dict[str, Any]:
    if not account.person:
        return {}
    person = account.person
    answer: dict[str, Any] = {name: {"value": person.get(post, "")} for name, post in _PERSON.items()}
    answer["phoneNumber"] = {"value": person.get("prefix", "") + person.get("phone", "")}
    mode = settings.modes.get(account.creation.removeprefix("portal-"), settings.one)
    answer["customFields"] = [
        {
            "fieldid": str(number),
            "value": person[f"personal_field_{number}"],
            "mandatory": mode.rules[rule].mandatory,
            "label": dict(mode.rules[rule].labels),
            **({"defaultLang": mode.rules[rule].default_lang} if settings.wire.field_default_lang else {}),
        }
        for number, rule in enumerate(PERSONAL, 1)
        if f"personal_field_{number}" in person
    ]
    return answer


def _extras(settings: ControllerSettings, account: Account, guest: Guest, now: float) -> dict[str, Any]:
    """Wire: what feedback can show and appendix 2 does not hold."""
    if not settings.wire.real_feedback:
        return {}
    extras: dict[str, Any] = {"consumedData": _consumed(settings, account, guest, now)}
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


def _consumed(settings: ControllerSettings, account: Account, guest: Guest, now: float) -> dict[str, Any]:
    download, upload = account.data(now)
    told: dict[str, Any] = {
        "download": {"value": download},
        "upload": {"value": upload},
        "timestamp": {"value": int(guest.signed_at)},
    }
    if settings.zone_timezone:
        zone = {
            "isControllerTimezone": settings.is_controller_timezone,
            "zoneTimezone": settings.zone_timezone,
        }
        told["timezone"] = {"value": zone}
    if settings.data_quota and settings.wire.new_keys:
        told["renewTimestamp"] = {"value": renewal(settings, now)}
        told["extra"] = {"value": [_quota(settings, download, upload)]}
    return told


def _quota(settings: ControllerSettings, download: int, upload: int) -> dict[str, Any]:
    """One row of ``extra``: a sum stands under ``upload`` alone."""
    limit = settings.data_quota
    if settings.data_quota_is_sum:
        total = {"download": None, "upload": limit}
        left = {"download": None, "upload": max(0, limit - download - upload)}
    else:
        total = {"download": limit, "upload": limit}
        left = {"download": max(0, limit - download), "upload": max(0, limit - upload)}
    return {
        "available": left,
        "total": total,
        "bandwidth": {"download": -1, "upload": -1},
        "isSumQuota": settings.data_quota_is_sum,
        "isDisconnectQuota": True,
    }


def renewal(settings: ControllerSettings, now: float) -> int:
    """When the data begin anew: at the next whole period of the epoch (ASSUMED)."""
    return (int(now) // settings.data_period + 1) * settings.data_period


def over_quota(settings: ControllerSettings, account: Account, now: float) -> bool:
    """Whether the data of an account are used up."""
    if not settings.data_quota:
        return False
    download, upload = account.data(now)
    if settings.data_quota_is_sum:
        return download + upload >= settings.data_quota
    return max(download, upload) >= settings.data_quota


def quota_error(settings: ControllerSettings, account: Account, now: float) -> dict[str, Any]:
    """The value of ``volume-quota-reached-detail`` (wire)."""
    download, upload = account.data(now)
    return {
        "renewTimeStamp": renewal(settings, now),
        "zoneOffset": settings.timezone_offset,
        "zoneTimezone": settings.zone_timezone or "Europe/Paris",
        "isControllerTimezone": settings.is_controller_timezone,
        "consumedUp": upload,
        "consumedDown": download,
        "thresoldUp": settings.data_quota,
    }


def widget(settings: ControllerSettings, account: Account, now: float) -> dict[str, Any]:
    """``informativeWidget`` in the answer to a login (wire)."""
    return {
        "login": {"value": account.login},
        "profile": {"value": settings.profile},
        "validity": {"endDate": {"value": str(account.expires)}},
        "connectionTime": {"value": 0},
        "universalTime": {"value": int(now)},
        "timezoneOffset": {"value": str(settings.timezone_offset)},
        "schedule": {"value": "*".join(f"{day}00-24" for day in "LMRJVSD")},
    }


def redirect_params(settings: ControllerSettings, guest: Guest, account: Account, uri: str) -> dict[str, Any]:
    """Section 5.1: how the guest's browser logs in or out (``uri``) at the Wi-Fi device."""
    if guest.uam is None:
        return {}
    login = uri == "login"
    parameters = {"username": account.login}
    if login:
        challenge = chap_challenge(guest.uam.challenge, settings.uamsecret)
        parameters["response"] = chap_response(account.password, challenge)
    params: dict[str, Any] = {
        "type": settings.login_type,
        "uri": uri,
        "host": guest.uam.host,
        "port": guest.uam.port,
        "protocol": "http",
        "parameters": parameters,
    }
    if settings.wire.short_redirect_params:
        # Wire: what is missing means https and 443.
        del params["protocol"], params["port"]
    url = settings.login_url if login else settings.logout_url
    return {f"{uri}_URL_params": params | ({"url": url} if url else {})}
