"""What a guest reads for every code of the controller, and the input it belongs to.

Tables 5 (authenticate), 6 (disconnect) and 8 (subscribe) of the manual, and what the wire adds. Several codes share
a sentence where the guest should do the same thing. The input is a POST name; "" is the whole form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import format_timedelta
from flask_babel import lazy_gettext as _

from portal.errors import Unsure, UpstreamError
from portal.gateways.ucopia import inputs, passwords
from portal.gateways.ucopia.answers import bare
from portal.gateways.ucopia.characters import ALLOWED
from portal.gateways.ucopia.errors import SettingsRefused
from portal.gateways.ucopia.php_json import inner, rows, table, whole, words
from portal.journey import moments
from portal.whom_to_ask import ask, ask_otherwise

NEEDED = _("Fill in this field.")
ACCEPT = _("Accept the terms to continue.")
ACCOUNT = ask(_("This account cannot be used here."))
PACKAGE = ask(_("This account has no Wi-Fi plan."))
BUSY = _("The network cannot check this right now. Wait a moment, then try again.")
WRONG = ask_otherwise(_("The user name or the password is not correct. Check both."))
GENERAL = ask_otherwise(_("That did not work. Check what you typed."))
CLOSED = ask(_("You cannot create an account here right now."))

SECURE = ask(_("The Wi-Fi password is not correct."))
USED_UP = ask(_("The data for this account has been used up."))
WRONG_PASSWORD = _("The current password is not correct. Type it again.")
UNKNOWN = ask_otherwise(_("No account was found. Check what you typed."))

AWAY = ask_otherwise(_("The network does not answer. Wait a moment, then try again."))
SLOW = _("The network is slow. Wait a moment, then check whether you are online.")

Row = tuple[str, Any]

SUBSCRIBE: Mapping[str, Row] = {
    "no-last-name": ("last_name", NEEDED),
    "no-first-name": ("first_name", NEEDED),
    "no-email_address": ("email_address", NEEDED),
    "no-phone-prefix": ("prefix", inputs.BAD_PREFIX),
    "no-phone-number": ("phone", NEEDED),
    "invalid-last-name": ("last_name", ALLOWED),
    "invalid-first-name": ("first_name", ALLOWED),
    "invalid-email-address": ("email_address", inputs.BAD_EMAIL),
    "invalid-phone-prefix": ("prefix", inputs.BAD_PREFIX),
    "invalid-phone-number": ("phone", inputs.BAD_PHONE),
    "no-organizational-unit-name": ("organizational_unit_name", NEEDED),
    "invalid-organizational-unit-name": ("organizational_unit_name", ALLOWED),
    "no-postal-address": ("postal_address", NEEDED),
    "no-postal-code": ("postal_code", NEEDED),
    "no-postal-locality-name": ("postal_locality_name", NEEDED),
    "no-postal-country-name": ("postal_country_name", NEEDED),
    "no-custom-field": ("personal_field", NEEDED),
    "invalid-custom-field": ("personal_field", ALLOWED),
    "no-policy-accept": ("policy_accept", ACCEPT),
    "no-connect-policy-accept": ("connect_policy_accept", ACCEPT),
    "already-used-login": ("user_login", _("This user name is taken. Choose another one.")),
    "different-passwords": ("user_password_confirm", inputs.DIFFERENT),
    "invalid-password": ("user_password", _("This password cannot be used. Choose a longer one.")),
    "no-profile": ("", CLOSED),
    "user-creation-failed": ("", _("Your account could not be created. Wait a moment, then try again.")),
    # Not in Table 8: what a controller may say of inputs that have no code there (ASSUMED).
    "no-login": ("user_login", NEEDED),
    "invalid-login": ("user_login", ALLOWED),
    "invalid-postal-address": ("postal_address", ALLOWED),
    "invalid-postal-code": ("postal_code", ALLOWED),
    "invalid-postal-locality-name": ("postal_locality_name", ALLOWED),
    "invalid-postal-country-name": ("postal_country_name", ALLOWED),
    "invalid-postal-postoffice-box": ("postal_postoffice_box", ALLOWED),
    "invalid-postal-state-or-province-name": ("postal_state_or_province_name", ALLOWED),
    "no-birth-date": ("birth_date", NEEDED),
    "invalid-birth-date": ("birth_date", ALLOWED),
    "no-gender": ("gender", NEEDED),
    "invalid-gender": ("gender", ALLOWED),
    "no-sponsor-email": ("sponsor_email", NEEDED),
    "invalid-sponsor-email": ("sponsor_email", inputs.BAD_EMAIL),
    "no-user-language": ("user_language", NEEDED),
    "invalid-user-language": ("user_language", ALLOWED),
    "no-interests": ("interests", NEEDED),
    "invalid-interests": ("interests", ALLOWED),
    "bad-secure-password": ("secure_pwd", SECURE),
    "bad-private-policy-accept": ("private_policy_accept", ACCEPT),
}

LOGON: Mapping[str, Row] = {
    "permission-denied": ("", _("You cannot sign in with a user name here. Connect another way.")),
    "too-many-attempts": ("", _("There were too many attempts. Wait a few minutes, then try again.")),
    "no-shib-login": ("", ACCOUNT),
    "restricted-acces-control": ("", ACCOUNT),
    "bad-secure-password": ("secure_pwd", SECURE),
    "no-login": ("login", NEEDED),
    "no-password": ("password", NEEDED),
    "bad-policy-accept": ("policy_accept", ACCEPT),
    "bad-private-policy-accept": ("private_policy_accept", ACCEPT),
    "pms-user-account-not-allowed": ("login", ACCOUNT),
    "no-pms-package": ("", PACKAGE),
    "paypal-user-account-not-allowed": ("login", ACCOUNT),
    "ogone-user-account-not-allowed": ("login", ACCOUNT),
    "no-paypal-package": ("", PACKAGE),
    "cannot-connect-sql-database": ("", BUSY),
    "cannot-search-in-sql-database": ("", BUSY),
    "unknown-paypal-package": ("", PACKAGE),
    "unknown-paypal-group": ("", PACKAGE),
    "no-ogone-account": ("login", ACCOUNT),
    "no-ogone-package": ("", PACKAGE),
    "unknown-ogone-package": ("", PACKAGE),
    "unknown-ogone-group": ("", PACKAGE),
    "blocked-identification-code": ("login", WRONG),
    "expired-identification-code": ("login", ask(_("The time for this account has run out."))),
    "same-session-id": (
        "",
        _("This account is already in use on another device. Disconnect that device, then try again."),
    ),
    "over-session-id": (
        "",
        _("This account is in use on too many devices. Disconnect one of them, then try again."),
    ),
    "cannot-connect-to-pps-server": ("", BUSY),
    "invalid-change-package": ("", PACKAGE),
    "internal": ("", BUSY),
    "bad-login-or-password": ("login", WRONG),
    "volume-quota-reached": ("", USED_UP),
    "volume-quota-reached-detail": ("", USED_UP),
}

CHANGE: Mapping[str, Row] = {
    **{"no-password": ("old_password", NEEDED), "bad-password": ("old_password", WRONG_PASSWORD)},
    **{
        "bad-login-or-password": ("old_password", WRONG_PASSWORD),
        "wrong-password": ("old_password", WRONG_PASSWORD),
    },
    "different-passwords": ("new_password_confirm", inputs.DIFFERENT),
    "invalid-password": ("new_password", _("This password cannot be used. Choose a longer one.")),
    "bad-secure-password": ("", SECURE),
}

RECOVERY: Mapping[str, Row] = {
    "unknown-user": ("", UNKNOWN),
    "user-not-found": ("", UNKNOWN),
    "wrong-answers": ("answers", ask_otherwise(_("The answers are not correct. Check them."))),
    "bad-answer": ("answers", ask_otherwise(_("The answers are not correct. Check them."))),
    "bad-secure-password": ("", SECURE),
}

DISCONNECT: Mapping[str, Row] = {
    "no-login": ("", _("You could not be disconnected. Switch off the Wi-Fi of your device.")),
    "no-password": ("", _("You could not be disconnected. Switch off the Wi-Fi of your device.")),
    "failed to disconnect device": (
        "",
        _("You could not be disconnected. Switch off the Wi-Fi of your device."),
    ),
}
TABLES = {
    **{"subscribe": SUBSCRIBE, "authenticate": LOGON, "disconnect": DISCONNECT, "init": LOGON},
    **{"secure": LOGON, "change": CHANGE, "recovery": RECOVERY},
}


@dataclass(frozen=True)
class Said:
    """What to show: a message at an input, or a notice; ``code`` in small print where we know no better."""

    message: Any
    input: str = ""
    code: str = ""


def said(action: str, code: str, value: Any = None) -> Said:
    """The words for a code; ``value`` names the custom field, the minutes of a ban, the causes of a bad password, or
    when used up data begin anew."""
    code = bare(code)
    row = TABLES[action].get(code)
    if row is None:
        return Said(GENERAL, code=words(code, 60))
    name, message = row
    if code == "too-many-attempts" and 0 < whole(inner(value)) < 100_000:
        message = _(
            "There were too many attempts. Try again in %(time)s.", time=_minutes(whole(inner(value)))
        )
    if code == "invalid-password":
        message = passwords.causes(value) or message
    if code == "volume-quota-reached-detail":
        message = _renewal(table(value)) or message
    return Said(message, f"{name}_{_field_number(value)}" if name == "personal_field" else name)


def words_for(error: UpstreamError) -> Any:
    """What happened, then what to do, in one notice above a form."""
    if isinstance(error, SettingsRefused):
        return error.text
    return SLOW if isinstance(error, Unsure) else AWAY


def _minutes(minutes: int) -> str:
    return str(format_timedelta(timedelta(minutes=minutes), granularity="minute", threshold=1.5))


def _field_number(value: Any) -> str:
    """``personalField_2``, ``["personalField_2", "bad value"]`` (wire) or ``2``: the number, 1 if it is none."""
    name = words(next(iter(rows(value)), "") if isinstance(value, (list, dict)) else value, 60)
    digits = name.rpartition("_")[2] if "_" in name else name
    return digits if digits in {"1", "2", "3"} else "1"


def _renewal(value: Mapping[str, Any]) -> Any:
    """Until when used up data have to be waited for, in the zone that is told (wire)."""
    at = whole(inner(value.get("renewTimeStamp", value.get("renewTimestamp"))))
    if at <= 0:
        return None
    offset = whole(inner(value.get("zoneOffset")))
    zone = moments.zone_of(words(inner(value.get("zoneTimezone")), 60), max(-86_000, min(86_000, offset)))
    return _(
        "Your data has been used up. You can connect again from %(time)s.",
        time=moments.day_and_hour(at, zone),
    )
