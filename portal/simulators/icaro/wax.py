"""The state of wax: guests, vouchers, what was sent, and the records that a unit fetches.

Every public method takes the lock, so that tests and requests may use it at the same time. Each answer is
a status and the JSON object that wax sends; 500 without one is a wax that panicked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from portal.simulators.icaro import aaa
from portal.simulators.icaro.auths import Auths
from portal.simulators.icaro.settings import DEFAULT_PREFERENCES, IcaroSettings, UnitKey
from portal.simulators.icaro.switches import MARKUP, Switches, hostile_preferences
from portal.simulators.icaro.users import Outbox, User, Users, six_digits
from portal.simulators.icaro.vouchers import DAY, Voucher, VoucherRefused, Vouchers

Answer = tuple[int, dict[str, Any] | None]
SUCCESS = {"status": "success"}
SEND_FAILED = "authorization code not send"
"""Wax's spelling, but for the first mail to a new address."""


@dataclass(frozen=True)
class Call:
    """One request that reached wax: its decoded path and query, and the status of the answer."""

    at: float
    method: str
    path: str
    query: Mapping[str, str]
    status: int


class Attached(Protocol):
    """What the own page shows of a unit."""

    @property
    def name(self) -> str:
        """How it is called."""

    def devices(self) -> list[Any]:
        """Every phone it has seen."""


class Icaro:
    """One hotspot's wax. ``wings_url`` may be set later, when the portal's address is known."""

    def __init__(self, settings: IcaroSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.clock = clock
        self.wings_url = settings.wings_url
        self.plan_valid = settings.plan_valid
        self.switches = Switches()
        self.preferences = {**DEFAULT_PREFERENCES, **settings.preferences}
        self.lock = threading.RLock()
        self.users = Users()
        self.vouchers = Vouchers(())
        self.outbox = Outbox()
        self.auths = Auths()
        self.sessions = aaa.Sessions()
        self.rejections: list[str] = []
        self.calls: list[Call] = []
        self.units: list[Attached] = []
        for voucher in settings.vouchers:
            self.add_voucher(voucher)

    # What the operator and the tests do

    def attach(self, unit: Attached) -> None:
        """Show a unit and its phones on the own page."""
        self.units.append(unit)

    def add_voucher(self, voucher: Voucher) -> None:
        """Put a copy of a voucher on sale; one of type ``auth`` has an account from the start, which begins when
        it is registered first. Its name is the code in capitals."""
        with self.lock:
            mine = self.vouchers.add(voucher)
            if mine.type == "auth":
                self.users.create(mine.code.upper(), "voucher", "", 0.0, self._daily_time())

    def voucher_uses(self, code: str) -> int:
        """How often a voucher was registered with success."""
        voucher = self.vouchers.find(code)
        return voucher.used if voucher else 0

    def codes_sent(self, to: str) -> list[str]:
        """The codes sent to an address or number, oldest first."""
        return self.outbox.codes(to)

    def unit(self, uuid: str) -> UnitKey | None:
        """The unit of this uuid."""
        return next((unit for unit in self.settings.units if unit.uuid == uuid), None)

    def clean_up(self) -> None:
        """What Icaro's tasks do once an hour: ended accounts and old records go away."""
        with self.lock:
            if self.preferences["auth_renew"] == "true":
                self.users.retire(self.clock())
            self.auths.clean(self.clock())

    # What the guest pages ask

    def describe(self) -> Answer:
        """``/wax/preferences``."""
        wanted, hostile, settings = self.preferences, self.switches.hostile, self.settings
        integrations = settings.integrations
        return 200, {
            "hotspot_id": settings.hotspot_id,
            "hotspot_name": MARKUP if hostile else settings.hotspot_name,
            "preferences": hostile_preferences(wanted) if hostile else dict(wanted),
            "disclaimers": settings.disclaimers and dict(settings.disclaimers),
            "socials": settings.socials and dict(settings.socials),
            "integrations": [dict(item) for item in integrations] if integrations else None,
        }

    def register_voucher(self, code: str, query: Mapping[str, str]) -> Answer:
        """``/wax/register/voucher/<code>``: takes one use at each call."""
        with self.lock:
            try:
                voucher = self.vouchers.use(code, self.clock())
            except VoucherRefused as refusal:
                return 401, {"message": MARKUP if self.switches.hostile else str(refusal)}
            user = self.users.like(code)
            if user:
                user.marketing = user.survey = True
                user.valid_until = user.valid_until or self.clock() + voucher.days * DAY
            self.auths.note("created", query, self.clock(), user)
            return 200, {
                "message": MARKUP if self.switches.hostile else "Voucher is valid",
                "code": voucher.code,
                "type": voucher.type,
                "user_db_id": user.id if user else 0,
            }

    def register_user(self, kind: str, username: str, query: Mapping[str, str], host: str = "") -> Answer:
        """``/wax/register/email/<address>`` and ``/wax/register/sms/<+number>``. ``host`` is wax's own address."""
        if kind == "email" and (said := self._address_fault(username)):
            return 400, {"message": said}
        with self.lock:
            skips = kind == "email" and self._skips()
            name = f"{username}:{query.get('mac', '')}" if skips else username
            user = self.users.like(name)
            if user:
                return self._known(user, username, query, host)
            # The account is made before the code is sent, and stays when sending fails.
            until = self._account_end(1)
            user = self.users.create(name, kind, six_digits(), until, self._daily_time())
            if not skips and (fault := self._send(user, username, query, host)):
                spelling = "authorization code not sent" if kind == "email" else SEND_FAILED
                return fault if fault[1] is None else (400, {"error": spelling})
            self.auths.note("created", query, self.clock(), user)
            return 200, {"user_id": username, "user_db_id": user.id}

    def _known(self, user: User, username: str, query: Mapping[str, str], host: str) -> Answer:
        user.valid_until = self._account_end(user.kind == "email")
        user.marketing = user.survey = True
        reset = query.get("reset", "")
        if reset == "true":
            before, user.code = user.code, six_digits()
            if fault := self._send(user, username, query, host):
                user.code = before  # the old code stays good
                return fault if fault[1] is None else (400, {"error": SEND_FAILED})
        self.auths.note("updated", query, self.clock(), user)
        return 200, {"user_id": username, "exists": True, "reset": reset, "user_db_id": user.id}

    def login(self, query: Mapping[str, str]) -> Answer:
        """``/wax/aaa/login``: ``"1"`` (a text) and a record for the unit; 2 expired, 0 refused (numbers)."""
        with self.lock:
            username, password = query.get("username", ""), query.get("password", "")
            self.auths.check_order(query.get("sessionid", ""), self.clock())
            state = self._client_state(username, password)
            if state == 1:
                self.auths.write("login", query, self.clock(), username, password)
            said: int | str = "1" if state == 1 and not self.switches.number else state
            return 201, {"clientState": said}

    def temporary(self, query: Mapping[str, str]) -> Answer:
        """``/wax/aaa/temp``: a short connection to read the code, or at once the real one."""
        with self.lock:
            username = query.get("username", "")
            if self._skips():
                user = self.users.by_id(query.get("userid", ""))
                full = f"{username}:{query.get('mac', '')}"
                self.auths.write("login", query, self.clock(), full, user.code if user else "")
            else:
                seconds = self._number("temp_session_duration")
                self.auths.write("temporary", query, self.clock(), username, "", seconds)
            return 201, {**SUCCESS, "skip_auth": self.preferences["email_login_skip_auth"]}

    def logout(self, query: Mapping[str, str]) -> Answer:
        """``/wax/aaa/logout``."""
        with self.lock:
            self.auths.write("logout", query, self.clock(), query.get("username", ""), "")
            return 201, SUCCESS

    def forget_marketing(self, user_id: str) -> Answer:
        """``DELETE /wax/marketings/<user>``; 404 when there is nothing (left) to delete."""
        with self.lock:
            user = self.users.by_id(user_id)
            if user is None or not user.marketing:
                return 404, {"message": "No marketing info found!"}
            user.marketing = False
            return 200, SUCCESS

    def forget_survey(self, user_id: str) -> Answer:
        """``DELETE /wax/surveys/<user>``; a second time is as good."""
        with self.lock:
            user = self.users.by_id(user_id)
            if user is None:
                return 404, {"message": "No user found!"}
            user.survey = False
            return 200, SUCCESS

    def remember(self, user_id: str, reason: object, country: object) -> Answer:
        """``PUT /wax/additional/<user>``."""
        with self.lock:
            user = self.users.by_id(user_id)
            if user is None:
                return 404, {"message": "No user found!"}
            user.reason, user.country = str(reason or ""), str(country or "")
            return 200, SUCCESS

    # What a unit asks

    def fetch(self, uuid: str) -> list[dict[str, Any]]:
        """``/wax/aaa/auth``: every record of a unit."""
        with self.lock:
            return self.auths.of_unit(uuid)

    def judge(self, query: Mapping[str, str]) -> str:
        """``/wax/aaa?stage=login&service=login``; raises :class:`aaa.Rejected`."""
        with self.lock:
            user = self.users.like(query.get("user", ""))
            elsewhere = self.sessions.elsewhere(query.get("mac", ""), query.get("uuid", ""))
            ignored = self.preferences["bypass_macaddress_check"] == "true"
            try:
                password = query.get("pass", "")
                return aaa.judge(user, password, self.plan_valid, elsewhere and not ignored, self.clock())
            except aaa.Rejected as refusal:
                self.rejections.append(str(refusal))
                raise

    def count(self, query: Mapping[str, str]) -> None:
        """``/wax/aaa?stage=counters``: a session started or ended."""
        with self.lock:
            key, name = query.get("sessionid", ""), query.get("user", "")
            if query.get("status") == "start":
                self.auths.obeyed(query.get("uuid", ""), name)
                user = self.users.find(name)
                if user:
                    session = aaa.Session(key, query.get("uuid", ""), query.get("mac", ""), user.id)
                    self.sessions.start(session)
            elif query.get("status") == "stop" and (ended := self.sessions.stop(key)):
                user = self.users.by_id(str(ended.user_id))
                if user:
                    aaa.spend(user, query, self.clock())

    # How it decides

    def _client_state(self, username: str, password: str) -> int:
        if self.switches.refuse:
            return 0
        return 2 if self.switches.expired else self.users.with_password(username, password)

    def _send(self, user: User, to: str, query: Mapping[str, str], host: str) -> Answer | None:
        """Send the code; what went wrong, if something did."""
        if user.kind == "sms" and self.switches.sms_down:
            return 500, None
        if self.switches.not_sent:
            return 400, {}
        link = f"{self.wings_url.rstrip('/')}/wings/login/{user.kind}"
        self.outbox.send(user, query, link, host, self.clock(), to)
        return None

    def _skips(self) -> bool:
        return self.preferences["email_login_skip_auth"] == "true"

    def _number(self, preference: str) -> int:
        """A preference as a number; what is none counts as 0."""
        value = self.preferences[preference]
        return int(value) if value.isdecimal() else 0

    def _daily_time(self) -> int:
        return self._number("CoovaChilli-Max-Navigation-Time")

    def _account_end(self, more: int) -> float:
        return self.clock() + (self._number("user_expiration_days") + more) * DAY

    def _address_fault(self, address: str) -> str:
        """What wax has against an address: nothing, unless the hotspot lists the domains that it takes."""
        if self.preferences["check_email_domain"] != "true":
            return ""
        parts = address.split("@")
        if len(parts) != 2:
            return "email is invalid"
        known = self.preferences["check_email_domain_list"].split(",")
        return "" if parts[1] in known else "email domain is invalid"
