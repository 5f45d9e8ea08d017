"""The state of a simulated controller, behind one lock that nobody holds while waiting. What its API does with it stands
in ``actions.py`` and the files beside it, and comes together in ``controller.py``."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.simulators.radius import RadiusAnswer, chap_agrees
from portal.simulators.ucopia import told
from portal.simulators.ucopia.accounts import Account, Accounts
from portal.simulators.ucopia.faults import Faults
from portal.simulators.ucopia.session import Guest, Session, Sessions, Uam
from portal.simulators.ucopia.settings import ControllerSettings
from portal.simulators.ucopia.texts import REFUSALS

_SECRET = {"password", "user_password", "user_password_confirm", "password_digest", "secure_pwd", "response"}
_SECRET |= {"new_password", "new_password_confirm"}
# From this number on, guests without a session are forgotten.
_MANY = 2000


class Refused(Exception):
    """The controller refuses a portal: HTTP ``status`` and ``text`` of Table 1."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.status, self.text = REFUSALS[name]


@dataclass(frozen=True)
class Call:
    """One request as it came in. ``action`` is of the API, or ``open`` for a page."""

    at: float
    action: str
    path: str
    form: Mapping[str, str]
    client: str
    user_agent: str
    cookie: str = ""

    def masked(self) -> dict[str, str]:
        """The form for a page: every password hidden."""
        return {name: "•••" if name in _SECRET and value else value for name, value in self.form.items()}


@dataclass(frozen=True)
class Message:
    """An account on its way to a guest: ``kind`` is ``sms``, ``mail`` or ``print``, ``to`` a number or an address."""

    kind: str
    to: str
    login: str
    password: str


class ControllerState:
    """One controller without its API: settings, sessions, guests, accounts and the last calls.

    ``clock`` gives seconds from the epoch. ``calls`` holds the last requests, forms in clear, for tests;
    ``messages`` what went out by text message, mail and printer.
    """

    def __init__(
        self, settings: ControllerSettings | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.settings = settings or ControllerSettings()
        self.clock = clock
        self.lock = threading.RLock()
        self.sessions = Sessions()
        self.guests: dict[str, Guest] = {}
        self.accounts = Accounts()
        self.calls: deque[Call] = deque(maxlen=500)
        self.messages: deque[Message] = deque(maxlen=100)
        self._released = threading.Event()

    # -- faults

    @property
    def faults(self) -> Faults:
        """The switches of what goes wrong."""
        return self.settings.faults

    def wait(self, seconds: float) -> None:
        """Wait as a slow controller does; :meth:`release` ends every wait."""
        if seconds > 0:
            self._released.wait(seconds)

    def release(self) -> None:
        """End all waits, now and from now on: for the end of a test or of the demo."""
        self._released.set()

    def loses_session(self, action: str, session: Session | None) -> bool:
        """Whether the switch takes the session away at this action; it does so once."""
        with self.lock:
            if self.faults.lose_session_at != action:
                return False
            self.faults.lose_session_at = ""
            if session:
                self.sessions.lose(session)
            return True

    # -- sessions

    def session_of(self, cookie: str | None, address: str, action: str = "") -> Session | None:
        """The session a request belongs to.

        ``init`` opens one by itself, and a call without any cookie belongs to the address that it comes from
        (wire). A controller that knows guests by their address alone does so for every cookie (ASSUMED).
        """
        settings = self.settings
        with self.lock:
            session = self.sessions.find(cookie, self.clock())
            if session and session.degraded:
                return None
            if session is None and (settings.guests_by == "address" or not cookie):
                session = self._by_address(address, action)
            if session is None and action == "init" and settings.init_opens:
                session = self.open_inline(None, address, "")
            if session and settings.needs_portal_page and action and not session.entered:
                return None
            return session

    def _by_address(self, address: str, action: str) -> Session | None:
        """The session of whoever calls from an address without a cookie."""
        known = self.guests.get(f"address:{address}")
        opens_anew = not action or (action == "init" and not (known and known.online))
        if self.settings.guests_by == "session" and opens_anew:
            return None
        session = self.sessions.open(self.clock())
        session.portal = self.settings.portal_number
        session.guest = self._guest(f"address:{address}", address, "").key
        return session

    def open_inline(self, cookie: str | None, address: str, wanted: str) -> Session:
        """``GET /?dst=…``: open a session (or keep the one of the cookie) for the in-line portal."""
        settings = self.settings
        with self.lock:
            known = self.sessions.find(cookie, self.clock())
            session = known or self.sessions.open(self.clock())
            session.degraded = known is None and settings.degraded_first_page
            session.portal = settings.portal_number
            key = f"address:{address}" if settings.guests_by == "address" else session.guest
            guest = self._guest(key or f"session:{session.id}", address, "")
            session.guest = guest.key
            if wanted:
                guest.requested_url = wanted
            return session

    def open_zone(self, cookie: str | None, address: str, zone: str, query: Mapping[str, str]) -> Session:
        """``GET /zone/<zone>/?res=…``: what the Wi-Fi device says of the guest (Table 9).

        Raises :class:`Refused` for a zone without a portal.
        """
        settings = self.settings
        with self.lock:
            if zone not in settings.zones:
                raise Refused("no-portal")
            session = self.sessions.find(cookie, self.clock()) or self.sessions.open(self.clock())
            session.portal = settings.zone_portal_number
            mac = query.get("mac", "").lower().replace("-", ":")
            # ASSUMED: a controller that is the RADIUS server knows devices by their MAC.
            key = f"mac:{mac}" if mac else session.guest or f"session:{session.id}"
            guest = self._guest(key, address, mac)
            session.guest = guest.key
            guest.network, guest.network_id = settings.zone_network, settings.zone_network_id
            guest.zone, guest.vlan = zone, query.get("vlan", "") or guest.vlan
            guest.requested_url = query.get("userurl", "") or guest.requested_url
            self._hear(guest, query)
            return session

    def _hear(self, guest: Guest, query: Mapping[str, str]) -> None:
        res = query.get("res", "").lower()
        if query.get("uamip"):
            challenge = query.get("challenge", "") or (guest.uam.challenge if guest.uam else "")
            ssid = query.get("ssid", "") or query.get("SSID", "")
            guest.uam = Uam(query["uamip"], query.get("uamport", ""), challenge, ssid)
        if res in ("success", "already"):
            self.sign_on(guest)
        elif res in ("logoff", "logout"):
            self.sign_off(guest)
            guest.login = ""

    def _guest(self, key: str, address: str, mac: str) -> Guest:
        settings = self.settings
        if key not in self.guests:
            self._forget_guests()
            self.guests[key] = Guest(
                key=key,
                address=address,
                # ASSUMED: a made-up MAC (locally administered) that stays the same for the same guest.
                mac=mac or "02:" + hashlib.sha256(key.encode()).digest()[:5].hex(":"),
                network=settings.network,
                network_id=settings.network_id,
                zone=settings.zone,
                vlan=settings.vlan,
            )
        return self.guests[key]

    def _forget_guests(self) -> None:
        if len(self.guests) < _MANY:
            return
        wanted = {session.guest for session in self.sessions.all()}
        for key in [key for key, guest in self.guests.items() if not guest.online and key not in wanted]:
            del self.guests[key]

    def guest_of(self, session: Session) -> Guest:
        """Whose session it is."""
        with self.lock:
            return self.guests[session.guest]

    def cookie_for(self, session: Session) -> str:
        """The id to send with an answer: a new one every ``rotate_every`` answers."""
        with self.lock:
            session.answers += 1
            every = self.settings.rotate_every
            if every and session.answers > 1 and session.answers % every == 0:
                self.sessions.rotate(session, self.settings.old_ids_live)
            return session.id

    # -- guests

    def sign_on(self, guest: Guest) -> None:
        """The guest's traffic passes from now (and ``access_delay`` later it really does)."""
        account = self.accounts.get(guest.login)
        if account and not guest.online:
            now = self.clock()
            guest.online, guest.signed_at, guest.refreshed_at = True, now, now
            guest.initial_remaining = account.remaining(now)
            account.start(now)

    def sign_off(self, guest: Guest) -> None:
        """The guest's traffic is stopped."""
        account = self.accounts.get(guest.login)
        if guest.online and account:
            account.stop(self.clock())
        guest.online = guest.just_signed = False

    def send(self, kind: str, person: Mapping[str, str], account: Account) -> None:
        """An account goes to its guest by text message, by mail or on paper."""
        to = {
            "sms": person.get("prefix", "") + person.get("phone", ""),
            "mail": person.get("email_address", ""),
        }
        self.messages.append(Message(kind, to.get(kind, ""), account.login, account.password))

    def settle(self, guest: Guest) -> None:
        """Put a guest offline whose account or credit ran out, or who was not refreshed in time."""
        account, now = self.accounts.get(guest.login), self.clock()
        if not guest.online or account is None:
            return
        patience = self.settings.refresh_patience
        stale = not self.settings.auto_disconnect and 0 < patience < now - guest.refreshed_at
        over = told.over_quota(self.settings, account, now)
        if stale or over or account.expired(now) or account.exhausted(now):
            self.sign_off(guest)

    def access_open(self, key: str) -> bool:
        """Whether a guest's traffic passes by now. *Wire*: about a second after the positive answer."""
        with self.lock:
            guest = self.guests[key]
            self.settle(guest)
            return guest.online and self.clock() - guest.signed_at >= self.settings.access_delay

    # -- RADIUS

    def radius(self, username: str, response: str, challenge: bytes) -> RadiusAnswer:
        """Access-Request of a Wi-Fi device, with CHAP; ``challenge`` is the one proper."""
        with self.lock:
            account, now = self.accounts.get(username), self.clock()
            if account is None or not chap_agrees(account.password, challenge, response):
                return RadiusAnswer(False, "reject")
            if account.expired(now) or account.exhausted(now):
                return RadiusAnswer(False, "timeout")
            return RadiusAnswer(True)
