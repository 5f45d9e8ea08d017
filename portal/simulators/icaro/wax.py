"""The state of wax: guests, vouchers, what was sent, and the notes that a unit fetches.

Every public method takes the lock, so that tests and requests may use it at the same time. Each answer is
a status and the JSON object that wax sends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from portal.simulators.icaro.notes import Notes
from portal.simulators.icaro.settings import DEFAULT_PREFERENCES, IcaroSettings, UnitKey
from portal.simulators.icaro.switches import MARKUP, Switches, hostile_preferences
from portal.simulators.icaro.users import Outbox, User, Users, six_digits
from portal.simulators.icaro.vouchers import DAY, Voucher, VoucherRefused, Vouchers

Answer = tuple[int, dict[str, Any]]
NO_USER: Answer = (404, {"message": "No user found!"})


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
        self.switches = Switches()
        self.preferences = {**DEFAULT_PREFERENCES, **settings.preferences}
        self.lock = threading.RLock()
        self.users = Users()
        self.vouchers = Vouchers(())
        self.outbox = Outbox()
        self.notes = Notes()
        self.calls: list[Call] = []
        self.units: list[Attached] = []
        for voucher in settings.vouchers:
            self.add_voucher(voucher)

    # What the operator and the tests do

    def attach(self, unit: Attached) -> None:
        """Show a unit and its phones on the own page."""
        self.units.append(unit)

    def add_voucher(self, voucher: Voucher) -> None:
        """Put a copy of a voucher on sale; one of type ``auth`` has an account from the start (real)."""
        with self.lock:
            mine = replace(voucher, sessions=set())
            if mine.type == "auth":
                account = self.users.create(mine.code, "voucher", mine.code, self.clock(), 0.0)
                mine.user_id = account.id
            self.vouchers.add(mine)

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

    # What the guest pages ask

    def describe(self) -> Answer:
        """``/wax/preferences``."""
        wanted = self.preferences
        hostile = self.switches.hostile
        integrations = self.settings.integrations
        return 200, {
            "hotspot_id": self.settings.hotspot_id,
            "hotspot_name": MARKUP if hostile else self.settings.hotspot_name,
            "preferences": hostile_preferences(wanted) if hostile else dict(wanted),
            "disclaimers": self.settings.disclaimers and dict(self.settings.disclaimers),
            "socials": self.settings.socials
            if self.settings.socials is None
            else dict(self.settings.socials),
            "integrations": None if integrations is None else [dict(item) for item in integrations],
        }

    def register_voucher(self, code: str, session: str) -> Answer:
        """``/wax/register/voucher/<code>``: takes one use at each call."""
        with self.lock:
            try:
                voucher = self.vouchers.use(code, session, self.clock())
            except VoucherRefused as refusal:
                return 401, {"message": MARKUP if self.switches.hostile else str(refusal)}
            account = self.users.find(voucher.code) if voucher.type == "auth" else None
            if account:
                account.valid_until = voucher.expires or 0.0
            return 200, {
                "message": MARKUP if self.switches.hostile else "Voucher is valid",
                "code": voucher.code,
                "type": voucher.type,
                "user_db_id": voucher.user_id,
            }

    def register_user(self, kind: str, username: str, query: Mapping[str, str]) -> Answer:
        """``/wax/register/email/<address>`` and ``/wax/register/sms/<+number>``."""
        if kind == "email" and self._bad_domain(username):
            return 400, {"message": "email domain is invalid"}
        with self.lock:
            user = self.users.find(username)
            if user:
                return self._known(user, query)
            # Real: the account is made before the code is sent, and stays when sending fails.
            user = self.users.create(username, kind, six_digits(), self.clock(), self._account_end())
            if self.switches.not_sent:
                return self._not_sent()
            self.outbox.send(user, query, self.wings_url, self.clock())
            return 200, {"user_id": username, "user_db_id": user.id}

    def _known(self, user: User, query: Mapping[str, str]) -> Answer:
        user.valid_until = self._account_end()
        reset = query.get("reset", "")
        if reset == "true":
            if self.switches.not_sent:
                return self._not_sent()  # real: the old code stays good
            user.code, user.code_made = six_digits(), self.clock()
            self.outbox.send(user, query, self.wings_url, self.clock())
        return 200, {"user_id": user.username, "exists": True, "reset": reset, "user_db_id": user.id}

    def login(self, query: Mapping[str, str]) -> Answer:
        """``/wax/aaa/login``: 1 in, 2 expired, 0 refused."""
        with self.lock:
            self.notes.check_order(query.get("sessionid", ""), self.clock())
            state = self._client_state(query)
            if state == "1":
                self.notes.write("login", query, self.clock())
            return 201, {"clientState": int(state) if self.switches.number else state}

    def temporary(self, query: Mapping[str, str]) -> Answer:
        """``/wax/aaa/temp``: a short connection to read the code, or at once the real one."""
        with self.lock:
            user = self.users.find(query.get("username", ""))
            # ASSUMED: only an e-mail guest skips, and only one that wax knows.
            skip = bool(user and user.kind == "email" and self.preferences["email_login_skip_auth"] == "true")
            if skip:
                self.notes.write("login", query, self.clock())
            else:
                seconds = self._number("temp_session_duration")
                self.notes.write("temporary", query, self.clock(), seconds)
            return 201, {"status": "success", "skip_auth": "true" if skip else "false"}

    def logout(self, query: Mapping[str, str]) -> Answer:
        """``/wax/aaa/logout``."""
        with self.lock:
            self.notes.write("logout", query, self.clock())
            return 201, {"status": "success"}

    def forget(self, what: str, user_id: str) -> Answer:
        """``DELETE /wax/marketings|surveys/<user>``; 404 when there is nothing (left) to delete."""
        with self.lock:
            user = self.users.by_id(user_id)
            if user is None or not getattr(user, what):
                return NO_USER
            setattr(user, what, False)
            return 200, {"status": "success"}

    def remember(self, user_id: str, reason: object, country: object) -> Answer:
        """``PUT /wax/additional/<user>``."""
        with self.lock:
            user = self.users.by_id(user_id)
            if user is None:
                return NO_USER
            user.reason, user.country = str(reason or ""), str(country or "")
            return 200, {"status": "success"}

    def fetch(self, uuid: str) -> list[dict[str, Any]]:
        """``/wax/aaa/auth``: the last note of every session of a unit."""
        with self.lock:
            return self.notes.of_unit(uuid)

    # How it decides

    def _client_state(self, query: Mapping[str, str]) -> str:
        if self.switches.refuse:
            return "0"
        if self.switches.expired:
            return "2"
        username, password = query.get("username", ""), query.get("password", "")
        user = self.users.find(username)
        if user is None:
            return "0"
        if user.kind == "voucher":
            return self._voucher_state(user, username, password, query.get("sessionid", ""))
        if password != user.code:
            return "0"
        return self._account_state(user)

    def _voucher_state(self, user: User, username: str, password: str, session: str) -> str:
        voucher = self.vouchers.find(user.username)
        asked_rightly = username == username.lower() and password == ""
        if voucher is None or not asked_rightly or self.preferences["temp_code_login"] != "true":
            return "0"
        if self.settings.bound_to_session and session not in voucher.sessions:
            return "0"
        return self._account_state(user)

    def _account_state(self, user: User) -> str:
        life = self.settings.code_seconds
        if user.kind != "voucher" and life is not None and self.clock() > user.code_made + life:
            return self.settings.expired_code_state
        return "2" if user.valid_until < self.clock() else "1"

    def _number(self, preference: str) -> int:
        """A preference as a number; what is none counts as 0 (real)."""
        value = self.preferences[preference]
        return int(value) if value.isdecimal() else 0

    def _account_end(self) -> float:
        return self.clock() + self._number("user_expiration_days") * DAY

    def _bad_domain(self, address: str) -> bool:
        name, at, domain = address.rpartition("@")
        return not (name and at and domain) or domain.casefold() in self.settings.blocked_domains

    def _not_sent(self) -> Answer:
        return 400, {self.settings.not_sent_key: "authorization code not sent"}
