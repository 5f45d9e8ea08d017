"""What an operator of Icaro has configured for one hotspot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.simulators.icaro.vouchers import Voucher

DEFAULT_PREFERENCES: Mapping[str, str] = {
    "voucher_login": "false",
    "temp_code_login": "true",
    "email_login": "true",
    "email_login_skip_auth": "false",
    "sms_login": "true",
    "facebook_login": "false",
    "linkedin_login": "false",
    "social_url": "",
    "user_expiration_days": "30",
    "temp_session_duration": "300",
    "marketing_0_reason_country": "false",
    "marketing_1_enabled": "true",
    "captive_1_redir": "https://www.hotspot.example/",
    "captive_2_title": "Caffè Centrale",
    "captive_3_logo": "",
    "captive_4_subtitle": "Free Wi-Fi for our guests",
    "captive_5_banner": "",
    "captive_6_description": "<p>Open daily from <b>7</b> to <b>23</b>.</p>",
    "captive_7_background": "#f4f4f0",
    "captive_81_bg_image": "",
    "captive_82_container_bg_color": "#ffffff",
    "captive_83_title_color": "#333333",
    "captive_84_text_color": "#4A4A4A",
    "captive_85_text_style": "Roboto",
}
"""Every value is a string, numbers and truths too (as in the real answer)."""


@dataclass(frozen=True)
class UnitKey:
    """What wax knows of a unit. ``digest`` = md5 hex of secret + uuid, constant."""

    uuid: str = "8b758c35-7fb4-48a3-9021-df7a51a82c90"
    secret: str = "unit-secret-of-the-demo"
    mac: str = "E4-95-6E-44-1D-5C"

    @property
    def digest(self) -> str:
        """The unit's name and password in one, 32 lower-case hex digits."""
        return hashlib.md5((self.secret + self.uuid).encode()).hexdigest()


@dataclass(frozen=True)
class IcaroSettings:
    """One hotspot. Its preferences are only the start: the box's page can change them."""

    hotspot_id: int = 1
    hotspot_name: str = "Caffè Centrale"
    units: Sequence[UnitKey] = (UnitKey(),)
    preferences: Mapping[str, str] = field(default_factory=dict)
    """Laid over :data:`DEFAULT_PREFERENCES`."""
    disclaimers: Mapping[str, str] | None = field(
        default_factory=lambda: {
            "terms_of_use": "Use the network lawfully.",
            "marketing_use": "We may write to you about our offers.",
        }
    )
    socials: Mapping[str, str] | None = field(default_factory=dict)
    integrations: Sequence[Mapping[str, str]] | None = None
    vouchers: Sequence[Voucher] = ()
    blocked_domains: Sequence[str] = ("mailinator.example",)
    """ASSUMED: which addresses wax calls ``email domain is invalid``."""
    code_seconds: float | None = None
    """Life of an e-mail or SMS code; ``None``: as long as its account (real)."""
    expired_code_state: str = "2"
    """ASSUMED: the ``clientState`` of a code that is too old."""
    bound_to_session: bool = True
    """ASSUMED: a voucher lets in only the session that registered it."""
    not_sent_key: str = "message"
    """Where ``authorization code not sent`` stands; older versions of wax said ``error``."""
    wings_url: str = ""
    """The guest pages: a mailed link leads to ``<wings_url>/wings/login/email?…``."""
    slow_seconds: float = 5.0
