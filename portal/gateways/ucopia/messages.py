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
from portal.gateways.ucopia import inputs
from portal.gateways.ucopia.answers import bare
from portal.gateways.ucopia.errors import SettingsRefused
from portal.gateways.ucopia.php_json import inner, rows, table, whole, words

NEEDED = _("This is needed. Fill it in.")
ACCEPT = _("Accept the terms to go on.")
ACCOUNT = _("This account cannot be used here. Ask at the reception.")
PACKAGE = _("There is no package for this account. Ask at the reception.")
BUSY = _("The network cannot check this right now. Wait a moment, then try again.")
WRONG = _("The user name or the password is not right. Check both, or ask at the reception.")
GENERAL = _("That did not work. Check what you typed, or ask at the reception.")
CLOSED = _("No new accounts can be made here right now. Ask at the reception.")

AWAY = _(
    "The network does not answer. Wait a moment, then try again. If it stays like this, ask at the reception."
)
SLOW = _("The network answers slowly. Wait a moment, then look whether you are online.")

Row = tuple[str, Any]

SUBSCRIBE: Mapping[str, Row] = {
    "no-last-name": ("last_name", NEEDED),
    "no-first-name": ("first_name", NEEDED),
    "no-email_address": ("email_address", NEEDED),
    "no-phone-prefix": ("prefix", inputs.BAD_PREFIX),
    "no-phone-number": ("phone", NEEDED),
    "invalid-last-name": ("last_name", inputs.ALLOWED),
    "invalid-first-name": ("first_name", inputs.ALLOWED),
    "invalid-email-address": ("email_address", inputs.BAD_EMAIL),
    "invalid-phone-prefix": ("prefix", inputs.BAD_PREFIX),
    "invalid-phone-number": ("phone", inputs.BAD_PHONE),
    "no-organizational-unit-name": ("organizational_unit_name", NEEDED),
    "invalid-organizational-unit-name": ("organizational_unit_name", inputs.ALLOWED),
    "no-postal-address": ("postal_address", NEEDED),
    "no-postal-code": ("postal_code", NEEDED),
    "no-postal-locality-name": ("postal_locality_name", NEEDED),
    "no-postal-country-name": ("postal_country_name", NEEDED),
    "no-custom-field": ("personal_field", NEEDED),
    "invalid-custom-field": ("personal_field", inputs.ALLOWED),
    "no-policy-accept": ("policy_accept", ACCEPT),
    "no-connect-policy-accept": ("connect_policy_accept", ACCEPT),
    "already-used-login": ("user_login", _("This user name is taken. Choose another one.")),
    "different-passwords": ("user_password_confirm", inputs.DIFFERENT),
    "invalid-password": ("user_password", _("This password cannot be used. Choose a longer one.")),
    "no-profile": ("", CLOSED),
    "user-creation-failed": ("", _("Your account could not be made. Wait a moment, then try again.")),
    # Not in Table 8: what a controller may say of inputs that have no code there (ASSUMED).
    "no-login": ("user_login", NEEDED),
    "invalid-login": ("user_login", inputs.ALLOWED),
    "invalid-postal-address": ("postal_address", inputs.ALLOWED),
    "invalid-postal-code": ("postal_code", inputs.ALLOWED),
    "invalid-postal-locality-name": ("postal_locality_name", inputs.ALLOWED),
    "invalid-postal-country-name": ("postal_country_name", inputs.ALLOWED),
    "invalid-postal-postoffice-box": ("postal_postoffice_box", inputs.ALLOWED),
    "invalid-postal-state-or-province-name": ("postal_state_or_province_name", inputs.ALLOWED),
    "no-birth-date": ("birth_date", NEEDED),
    "invalid-birth-date": ("birth_date", inputs.ALLOWED),
    "no-gender": ("gender", NEEDED),
    "invalid-gender": ("gender", inputs.ALLOWED),
    "no-sponsor-email": ("sponsor_email", NEEDED),
    "invalid-sponsor-email": ("sponsor_email", inputs.BAD_EMAIL),
    "no-secure-pwd": ("secure_pwd", NEEDED),
    "invalid-secure-pwd": (
        "secure_pwd",
        _("The password of the network is not right. Ask at the reception."),
    ),
}

LOGON: Mapping[str, Row] = {
    "permission-denied": ("", _("Signing in with a user name is not open here. Choose another way.")),
    "too-many-attempts": ("", _("There were too many attempts. Wait some minutes, then try again.")),
    "no-shib-login": ("", ACCOUNT),
    "restricted-acces-control": ("", ACCOUNT),
    "bad-secure-password": (
        "secure_pwd",
        _("The password of the network is not right. Ask at the reception."),
    ),
    "no-login": ("login", NEEDED),
    "no-password": ("password", NEEDED),
    "bad-policy-accept": ("policy_accept", ACCEPT),
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
    "expired-identification-code": ("login", _("The time of this account is over. Ask at the reception.")),
    "same-session-id": ("", _("This account is signed in already. Disconnect it first, then try again.")),
    "over-session-id": (
        "",
        _("This account is in use on too many devices. Disconnect one of them, then try again."),
    ),
    "cannot-connect-to-pps-server": ("", BUSY),
    "invalid-change-package": ("", PACKAGE),
    "internal": ("", BUSY),
    "bad-login-or-password": ("login", WRONG),
    "volume-quota-reached": ("", _("The data of this account is used up. Ask at the reception.")),
}

DISCONNECT: Mapping[str, Row] = {
    "no-login": ("", _("You could not be disconnected. Switch off the Wi-Fi of your device.")),
    "no-password": ("", _("You could not be disconnected. Switch off the Wi-Fi of your device.")),
    "failed to disconnect device": (
        "",
        _("You could not be disconnected. Switch off the Wi-Fi of your device."),
    ),
}
TABLES = {"subscribe": SUBSCRIBE, "authenticate": LOGON, "disconnect": DISCONNECT}


@dataclass(frozen=True)
class Said:
    """What to show: a message at an input, or a notice; ``code`` in small print where we know no better."""

    message: Any
    input: str = ""
    code: str = ""


def said(action: str, code: str, value: Any = None) -> Said:
    """The words for a code; ``value`` names the custom field, the minutes of a ban, the causes of a bad password."""
    code = bare(code)
    row = TABLES[action].get(code)
    if row is None:
        return Said(GENERAL, code=words(code, 60))
    name, message = row
    if code == "too-many-attempts" and 0 < whole(inner(value)) < 100_000:
        message = _(
            "There were too many attempts. Try again in %(time)s.", time=_minutes(whole(inner(value)))
        )
    if code == "invalid-password" and (least := _shortest(value)):
        message = _("This password is too short. Use %(count)s characters or more.", count=least)
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


def _shortest(value: Any) -> int:
    """Wire: ``[{"cause": "small", "minimum": 8}]``."""
    causes = [table(cause) for cause in rows(value)]
    return next((whole(one.get("minimum")) for one in causes if one.get("cause") == "small"), 0)
