"""The codes that a controller refuses with: Tables 5, 6 and 8 of the manual, and what the wire adds."""

from __future__ import annotations

from typing import Any

# Table 5, and codes that only real controllers send.
AUTHENTICATE_CODES = (
    "permission-denied",
    "too-many-attempts",
    "no-shib-login",
    "restricted-acces-control",
    "bad-secure-password",
    "no-login",
    "no-password",
    "bad-policy-accept",
    "pms-user-account-not-allowed",
    "no-pms-package",
    "paypal-user-account-not-allowed",
    "ogone-user-account-not-allowed",
    "no-paypal-package",
    "cannot-connect-sql-database",
    "cannot-search-in-sql-database",
    "unknown-paypal-package",
    "unknown-paypal-group",
    "no-ogone-account",
    "no-ogone-package",
    "unknown-ogone-package",
    "unknown-ogone-group",
    "blocked-identification-code",
    "expired-identification-code",
    "same-session-id",
    "over-session-id",
    "cannot-connect-to-pps-server",
    "invalid-change-package",
    "internal",
    "bad-login-or-password",
    "volume-quota-reached",
)
# Table 6, without its one success.
DISCONNECT_CODES = ("no-login", "no-password", "failed to disconnect device")
# Table 8.
SUBSCRIBE_CODES = (
    "no-last-name",
    "no-first-name",
    "no-email_address",
    "no-phone-prefix",
    "no-phone-number",
    "invalid-last-name",
    "invalid-first-name",
    "invalid-email-address",
    "invalid-phone-prefix",
    "invalid-phone-number",
    "no-organizational-unit-name",
    "invalid-organizational-unit-name",
    "no-postal-address",
    "no-postal-code",
    "no-postal-locality-name",
    "no-postal-country-name",
    "no-custom-field",
    "no-policy-accept",
    "no-connect-policy-accept",
    "already-used-login",
    "different-passwords",
    "invalid-password",
    "no-profile",
    "user-creation-failed",
)
# ASSUMED: no source names the code for a private policy that was not accepted.
NO_PRIVATE_POLICY = "bad-private-policy-accept"


class Rejected(Exception):
    """An action ends with an error ``code`` (without its prefix) and perhaps a ``value``."""

    def __init__(self, code: str, value: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.value = value
