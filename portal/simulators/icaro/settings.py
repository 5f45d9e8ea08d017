"""What an operator of Icaro has configured for one hotspot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.simulators.icaro.vouchers import Voucher

NEW_HOTSPOT: Mapping[str, str] = {
    "user_expiration_days": "30",
    "temp_session_duration": "300",
    "facebook_login": "true",
    "facebook_login_page": "",
    "linkedin_login": "true",
    "sms_login": "true",
    "sms_login_max": "0",
    "sms_login_threshold": "0",
    "email_login": "true",
    "email_login_skip_auth": "false",
    "voucher_login": "false",
    "temp_code_login": "false",
    "auto_login": "true",
    "auth_renew": "true",
    "bypass_macaddress_check": "false",
    "check_email_domain": "false",
    "check_email_domain_list": "",
    "check_marketing": "false",
    "CoovaChilli-Bandwidth-Max-Down": "0",
    "CoovaChilli-Bandwidth-Max-Up": "0",
    "CoovaChilli-Max-Total-Octets": "0",
    "CoovaChilli-Max-Navigation-Time": "0",
    "marketing_0_reason_country": "false",
    "marketing_1_enabled": "false",
    "marketing_2_feedback_email": "",
    "marketing_3_first_email_enabled": "false",
    "marketing_4_second_email_enabled": "false",
    "marketing_5_sms_enabled": "false",
    "marketing_6_first_after": "",
    "marketing_7_second_after": "expiration",
    "marketing_8_second_after_days": "",
    "marketing_9_threshold": "3",
    "marketing_10_first_url": "",
    "marketing_11_second_url": "",
    "marketing_12_third_url": "",
    "marketing_13_feedback_body_text": "How was your stay?",
    "marketing_14_review_body_text": "Tell others about your stay.",
    "marketing_15_feedback_subject_text": "Your stay",
    "marketing_16_review_subject_text": "A review",
    "wifi4eu_enabled": "false",
    "wifi4eu_id": "",
    "wifi4eu_lang": "",
    "wifi4eu_zdebug": "false",
}
"""What Icaro writes down for a hotspot that was just made. Every value is a string, numbers and truths too."""

INSTALLATION: Mapping[str, str] = {
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
"""The looks of a new hotspot come from the configuration of the whole installation; these are this one's."""

DEFAULT_PREFERENCES: Mapping[str, str] = {**NEW_HOTSPOT, **INSTALLATION}


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
    socials: Mapping[str, str] | None = field(
        default_factory=lambda: {"facebook_client_id": "", "linkedin_client_id": ""}
    )
    integrations: Sequence[Mapping[str, str]] | None = None
    vouchers: Sequence[Voucher] = ()
    plan_valid: bool = True
    """Whether the reseller's plan, to which the hotspot belongs, still runs."""
    wings_url: str = ""
    """The guest pages: ``EMAIL_LOGIN_LINK`` is ``<wings_url>/wings/login/email`` (one for the installation)."""
    slow_seconds: float = 5.0
