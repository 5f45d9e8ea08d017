"""What a simulated controller is set to: its configuration, the style of its answers, its faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from portal.simulators.ucopia import texts
from portal.simulators.ucopia.rules import Mode, Policy

ACTIONS = ("init", "subscribe", "authenticate", "refresh", "disconnect")

# Table 5, and two codes that only real controllers send.
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

Refusal = Literal[
    "",
    "no-portal",
    "no-incoming-network",
    "no-license",
    "internal",
    "dns",
    "user-agent",
    "web-browser",
    "empty-address",
]


@dataclass
class WireStyle:
    """How answers are written. The default is what real controllers send; :meth:`manual` is the manual's."""

    booleans: Literal["real", "strings"] = "real"
    numbers: Literal["mixed", "strings", "numbers"] = "mixed"
    stray_blanks: bool = False
    empty_hashes: Literal["absent", "object", "list"] = "absent"
    content_type: str = "text/html; charset=UTF-8"
    subscribe_under: Literal["top", "logon"] = "top"
    errors_in: Literal["error", "info"] = "error"
    logon_prefix: bool = True
    redirect_params_in: Literal["user", "top"] = "user"
    services_key: Literal["services", "service"] = "services"
    incoming: Literal["incoming", "incomming", "both"] = "incoming"
    hidden_rules: Literal["announced", "absent"] = "announced"
    policy_mandatory: bool = True
    relative_links: bool = False
    fake_digest: bool = True
    real_feedback: bool = True
    ajax_only: bool = True

    @classmethod
    def manual(cls) -> WireStyle:
        """The style of the manual's text, tables and appendices."""
        return cls(
            stray_blanks=True,
            content_type="application/json",
            subscribe_under="logon",
            errors_in="info",
            logon_prefix=False,
            redirect_params_in="top",
            incoming="both",
            policy_mandatory=False,
            fake_digest=False,
            real_feedback=False,
        )


@dataclass
class Faults:
    """What goes wrong, by action (:data:`ACTIONS`, or ``open`` for every page that is not the API).

    ``slow``: seconds before the work. ``dead``: the connection drops before the work. ``hang_after``: the
    work is done, then nothing for so many seconds, then the connection drops. ``garble``: the work is done
    and the answer is ``cut``, ``html``, ``binary`` or any bytes. ``force_error``: a code instead of the
    work, with ``force_value``. ``lose_session_at``: the session is gone at this action, once.
    """

    slow: dict[str, float] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    hang_after: dict[str, float] = field(default_factory=dict)
    garble: dict[str, str | bytes] = field(default_factory=dict)
    force_error: dict[str, str] = field(default_factory=dict)
    force_value: dict[str, Any] = field(default_factory=dict)
    lose_session_at: str = ""
    lost_session_answer: Literal["redirect", "html", "error"] = "redirect"


FEEDBACK = (
    "caution",
    "requestedURL",
    "login",
    "profile",
    "services",
    "ipAddress",
    "incomingNetwork",
    "incomingZone",
    "incommingVlan",
    "incommingZone",
    "multidevice",
    "validity",
    "forceDiscTimer",
    "totalTimeCredit",
    "totalConsumedTimeCredit",
    "timeCredit",
    "consumedData",
    "pms.customer",
    "pms.message",
)


def _feedback() -> dict[str, bool]:
    hidden = ("ipAddress", "incomingNetwork", "incommingVlan")
    return {name: name not in hidden for name in FEEDBACK}


@dataclass
class ControllerSettings:
    """A controller's configuration; every scalar can be changed on its page while it runs.

    ``portal_url`` is the landing URL of the external portal that a caught guest is sent to. ``guests_by``
    says whether a guest is known by the PHP session or by the address that a call comes from.
    ``rotate_every`` is the number of answers after which the session gets a new id (0 = never);
    ``old_ids_live`` keeps the old ids valid. Times are in seconds unless named otherwise.
    """

    portal_url: str = ""
    guests_by: Literal["session", "address"] = "session"
    rotate_every: int = 1
    old_ids_live: bool = False
    degraded_first_page: bool = False
    # Section 2.3 would keep every browser out of the controller's own portal. ASSUMED: what asks for
    # text/html is a browser and is let in.
    user_agents: Literal["manual", "mozilla", "any"] = "manual"
    let_browsers_in: bool = True
    refusal: Refusal = ""
    portal_number: int = 1
    zone_portal_number: int = 100
    zones: tuple[str, ...] = ("test",)
    uamsecret: str = "uam-secret"
    login_type: Literal["GET", "POST"] = "GET"
    login_url: str = ""
    logout_url: str = ""

    network: str = "native-in"
    network_id: str = "in"
    zone: str = "Default-in"
    vlan: str = "native-in"
    zone_network: str = "native-out"
    zone_network_id: str = "out"

    one: Mode = field(default_factory=lambda: Mode(enabled=True))
    direct: Mode = field(default_factory=Mode)
    logon_policy: Policy = field(default_factory=lambda: Policy(kind="logon"))
    private_policy: Policy = field(default_factory=Policy)
    standard_login: bool = True
    secure_password: str = ""
    min_password: int = 1
    shibboleth: bool = False
    pwd_recovery: bool = False
    modify_pwd: bool = True
    force_modify_pwd: bool = True
    allow_mod_pwd_by_self: bool = False
    step: str = ""
    type: str = ""
    step_after_login: str = "FEEDBACK"
    type_after_login: str = "CONNECT"

    display_lang: tuple[str, ...] = texts.LANGUAGES
    default_lang: str = "fr"
    user_lang: str = "fr"
    custom_fields_default_lang: str = ""

    feedback: dict[str, bool] = field(default_factory=_feedback)
    refresh_interval: int = 50_000
    # ASSUMED: how long a guest stays online without a refresh while autoDisconnect is not true; 0 = for good.
    refresh_patience: float = 0.0
    auto_disconnect: bool = True
    redirect_url: str = ""
    redirect_delay: int = 0
    # ASSUMED: without a redirect_url the controller's portal sends the guest to the wanted page.
    to_requested_url: bool = True

    profile: str = "profile_1"
    services: str = "Full_Access, Mail, Web_Proxy"
    validity: int = 0
    time_credit: int = 0
    force_disc_timer: int = 0
    multidevice: int = 0
    pms_customer: str = ""
    pms_message: str = ""
    disconnect_button: bool = True
    timezone_offset: int = 3600
    access_delay: float = 1.0
    max_attempts: int = 5
    ban_minutes: int = 10
    # ASSUMED: Table 5 has no code for an account whose time is over.
    expired_code: str = "expired-identification-code"
    exhausted_code: str = "volume-quota-reached"
    old_firmware: bool = False

    wire: WireStyle = field(default_factory=WireStyle)
    faults: Faults = field(default_factory=Faults)
