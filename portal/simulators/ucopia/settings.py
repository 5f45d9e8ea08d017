"""What a simulated controller is set to; how it writes its answers and what goes wrong stand beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from portal.simulators.ucopia import texts
from portal.simulators.ucopia.faults import Faults
from portal.simulators.ucopia.passwords import PasswordRules, read_sets
from portal.simulators.ucopia.rules import Mode, Policy
from portal.simulators.ucopia.style import WireStyle

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
    says whether a guest is known by the PHP session or by the address that a call comes from; where the session
    counts, a call without any cookie belongs to its address all the same, as old in-line boxes have it (wire).
    ``rotate_every`` is the number of answers after which the session gets a new id (0 = never);
    ``old_ids_live`` keeps the old ids valid, PHP's default. Times are in seconds unless named otherwise.
    """

    portal_url: str = ""
    guests_by: Literal["session", "address"] = "session"
    rotate_every: int = 1
    old_ids_live: bool = True
    degraded_first_page: bool = False
    # Wire: ``init`` without a living session opens one by itself.
    init_opens: bool = True
    # The session counts only after the portal page was fetched with it.
    needs_portal_page: bool = False
    # Section 2.3 lists agents that are refused at the entrance; newer boxes serve them all (wire). ASSUMED: what
    # asks for text/html is a browser and is let in.
    user_agents: Literal["any", "manual", "mozilla"] = "any"
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
    sms: Mode = field(default_factory=Mode)
    mail: Mode = field(default_factory=Mode)
    print: Mode = field(default_factory=Mode)
    logon_policy: Policy = field(default_factory=lambda: Policy(kind="logon"))
    private_policy: Policy = field(default_factory=Policy)
    standard_login: bool = True
    # Not settled on the wire: whether a login is accepted while the session stands at SUBSCRIBE/ONE.
    login_needs_back: bool = False
    secure_password: str = ""
    min_password: int = 1
    max_password: int = 0
    # ``1:0123456789``: at least so many of these characters.
    password_sets: tuple[str, ...] = ()
    hide_credentials: bool = False
    autoconnect_login: str = ""
    autoconnect_password: str = ""
    autofill_login: str = ""
    autofill_password: str = ""
    shibboleth: bool = False
    pwd_recovery: bool = False
    recovery_modes: tuple[str, ...] = ("sms", "email", "questions")
    modify_pwd: bool = True
    force_modify_pwd: bool = True
    # Not settled on the wire: the step after a forced change.
    after_forced_change: Literal["FEEDBACK", "LOGON"] = "FEEDBACK"
    allow_mod_pwd_by_self: bool = False
    init_redirect: str = ""
    # Wire: the window that a phone opens by itself gets a name, which its page sends back. How the name looks is ASSUMED.
    names_windows: bool = False
    force_feedback_disconnect: bool = False
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
    # For so long after a login ``init`` does not know of it yet; ``lag_says`` is what it answers meanwhile.
    init_lag: float = 0.0
    lag_says: Literal["first step", "not connected", "bare feedback"] = "first step"
    # In-line the answer to a login tells of no ``isConnected``; some leave out the login too.
    login_in_answers: bool = True

    profile: str = "profile_1"
    services: str = "Full_Access, Mail, Web_Proxy"
    validity: int = 0
    time_credit: int = 0
    renew_each: int = 0
    data_quota: int = 0
    data_quota_is_sum: bool = True
    data_period: int = 86_400
    force_disc_timer: int = 0
    multidevice: str = ""
    pms_customer: str = ""
    pms_message: str = ""
    disconnect_button: bool = True
    timezone_offset: int = 3600
    zone_timezone: str = ""
    is_controller_timezone: bool = True
    access_delay: float = 1.0
    max_attempts: int = 5
    ban_minutes: int = 10
    # ASSUMED: Table 5 has no code for an account whose time is over.
    expired_code: str = "expired-identification-code"
    exhausted_code: str = "volume-quota-reached"
    # Older firmware (wire): a real password digest that is wanted back, and :meth:`WireStyle.old` answers.
    old_firmware: bool = False

    wire: WireStyle = field(default_factory=WireStyle)
    faults: Faults = field(default_factory=Faults)

    @property
    def modes(self) -> Mapping[str, Mode]:
        """Every subscription mode by the type that ``subscribe`` names it with."""
        return {
            "one": self.one,
            "direct": self.direct,
            "sms": self.sms,
            "mail": self.mail,
            "print": self.print,
        }

    @property
    def passwords(self) -> PasswordRules:
        """What a password has to be."""
        return PasswordRules(self.min_password, self.max_password, read_sets(self.password_sets))
