"""The one road to a controller: every call, its time-outs, its cookie, its errors. Knows nothing of Flask.

UCOPIA portal API 5.1: sections 2.1 (opening a session), 2.2 (Table 1), 3 (``portal_api.php``), 5 (out-of-band).
Connections are shared between guests, cookies never are: a guest's ``PHPSESSID`` is a :class:`Session` that goes
into a call and comes back from it, since controllers rotate it at any hop (wire).

What may be repeated: ``init`` and ``refresh`` once more when a kept connection turns out to be closed; any call
once more in a new session when the answer is the portal's page in place of JSON, because a controller
that has lost the session has done nothing. ``subscribe`` only after ``init`` has confirmed that loss.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

from portal.errors import Garbled, Unreachable, Unsure, UpstreamError
from portal.gateways.ucopia import answers
from portal.gateways.ucopia.answers import Account, Init, Reply
from portal.gateways.ucopia.endpoint import Endpoint, EntryParams, Session
from portal.gateways.ucopia.errors import LostSession, NotDone
from portal.gateways.ucopia.transport import Transport

log = logging.getLogger("portal.gateways.ucopia")
T = TypeVar("T")
NOBODY = Session()
ROUNDS, HOPS = 3, 5
_PORTAL = re.compile(r"^/\d+/portal(/|$)")


class Client:
    """Calls one controller. Thread-safe; raises :class:`portal.errors.UpstreamError` and nothing else."""

    def __init__(self, link: Endpoint) -> None:
        self.link = link
        self._transport = Transport(link)

    # -- the calls

    def open(self, door: EntryParams, session: Session = NOBODY, thorough: bool = False) -> Session:
        """Open a session, or tell an open one what the NAS said (sections 2.1, 4 and 5).

        The hops are followed by hand and never to another host. Up to three rounds: the first can end at a page
        that only sets the cookie (wire). ``thorough`` also fetches the portal page itself. All of it together has
        the time of one call.
        """
        start = self._entrance(door)
        until = time.monotonic() + self.link.connect_timeout + self.link.read_timeout
        for _ in range(ROUNDS):
            session, arrived = self._round(start, session, thorough, until)
            if arrived:
                break
        if not session.cookie:
            raise Garbled("no session cookie")
        return session

    def init(self, session: Session, door: EntryParams) -> tuple[Session, Init]:
        """What the controller announces, and the state of the connection (wire)."""

        def ask(session: Session) -> tuple[Session, Init]:
            session, raw = self._call(session, "init", {}, again=True)
            announced = answers.init_of(raw)
            if announced is None:
                trouble = answers.trouble_of(raw)
                raise NotDone(trouble, session) if trouble else Garbled("init without a step")
            return session, announced

        return self._within(session, door, ask)

    def authenticate(
        self,
        session: Session,
        door: EntryParams,
        login: str,
        password: str,
        accepted: bool,
        more: Mapping[str, str] | None = None,
    ) -> tuple[Session, Reply]:
        """Take a guest online (section 3.2); ``more`` is sent along. A time-out is :class:`Unsure`: ask :meth:`init`."""
        fields = {
            "login": login,
            "password": password,
            "policy_accept": _boolean(accepted),
            "wispr_mode": "false",
            **(more or {}),
        }
        return self._within(session, door, lambda now: self._act(now, "authenticate", fields, "login"))

    def disconnect(
        self, session: Session, door: EntryParams, login: str, digest: str = ""
    ) -> tuple[Session, Reply]:
        """Take a guest offline (section 3.3). ``digest`` is what old firmware wants back (wire)."""
        fields = {"login": login} | ({"password_digest": digest} if digest else {})
        return self._within(session, door, lambda now: self._act(now, "disconnect", fields, "logout"))

    def refresh(self, session: Session, login: str, now: float, digest: str = "") -> tuple[Session, bool]:
        """Stay online (section 3.4); False when the controller says that the guest is not. ``now`` in seconds."""
        fields = {"login": login, "time": str(int(now * 1000))}
        fields |= {"password_digest": digest} if digest else {}
        try:
            session, raw = self._call(session, "refresh", fields, again=True)
        except LostSession as lost:
            return lost.session, False
        return session, answers.step_of(raw) == "FEEDBACK" and answers.trouble_of(raw) is None

    def subscribe(
        self, session: Session, door: EntryParams, mode: str, fields: Mapping[str, str]
    ) -> tuple[Session, Account]:
        """Make an account (section 3.5). Never sent twice unless the first call has certainly done nothing."""
        fields = {"type": mode, **fields}
        try:
            return self._subscribe(session, fields)
        except LostSession as lost:
            session = self._surely_lost(lost.session, door)
        try:
            return self._subscribe(session, fields)
        except LostSession as lost:
            raise Unsure("lost twice") from lost

    def knows_by_address(self) -> None:
        """Ask ``init`` without any session: answered only by a controller that knows guests by their address.

        Raises :class:`LostSession` where the session is what counts.
        """
        self._call(NOBODY, "init", {}, again=True)

    # -- how it is done

    def _subscribe(self, session: Session, fields: Mapping[str, str]) -> tuple[Session, Account]:
        session, raw = self._call(session, "subscribe", fields)
        trouble = answers.trouble_of(raw)
        if trouble:
            raise NotDone(trouble, session)
        account = answers.account_of(raw)
        if account is None:
            raise Unsure("subscribed without an account")
        return session, account

    def _surely_lost(self, session: Session, door: EntryParams) -> Session:
        """HTML may also hide an answer: only if ``init`` does not know the session either was nothing done."""
        if session.cookie:
            try:
                self._call(session, "init", {}, again=True)
            except LostSession:
                pass
            except UpstreamError as error:
                raise Unsure(f"the answer was a page, and nobody tells why: {error.reason}") from error
            else:
                raise Unsure("the answer was a page, and the session lives")
        return self.open(door, thorough=True)

    def _act(
        self, session: Session, action: str, fields: Mapping[str, str], nas: str
    ) -> tuple[Session, Reply]:
        session, raw = self._call(session, action, fields)
        trouble = answers.trouble_of(raw)
        if trouble:
            raise NotDone(trouble, session)
        reply = answers.reply_of(raw, nas)
        if not reply.step and reply.nas is None:
            raise Unsure(f"{action} without a step")
        return session, reply

    def _within(self, session: Session, door: EntryParams, call: Callable[[Session], T]) -> T:
        """Make a call; if the session is lost, open once more and repeat it."""
        if session.cookie:
            try:
                return call(session)
            except LostSession:
                log.info("session lost, opening once more")
        try:
            again = bool(session.cookie)
            return call(self.open(door, replace(NOBODY, reopened=again), thorough=again))
        except LostSession as lost:
            raise Unreachable("session lost twice") from lost

    def _call(
        self, session: Session, action: str, fields: Mapping[str, str], again: bool = False
    ) -> tuple[Session, Mapping[str, Any]]:
        """The private road: one POST to ``portal_api.php``, JSON back."""
        url = urljoin(self.link.url, "/portal_api.php")
        form = {"action": action, "from_ajax": "true", **fields}
        fresh = action == "subscribe"
        session, answer = self._transport.send("POST", url, session, action, form, again=again, fresh=fresh)
        if answer.is_redirect:
            raise LostSession(session)
        raw = answer.json_object()
        if raw is None and answer.body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
            raise LostSession(session)
        if raw is None:
            raise (Garbled if again else Unsure)(f"{action}: no JSON hash")
        trouble = answers.trouble_of(raw)
        if trouble and trouble.code == answers.LOST:
            raise LostSession(session)
        return session, raw

    def _entrance(self, door: EntryParams) -> str:
        if self.link.zone:
            said = {**({"userurl": door.original_url} if door.original_url else {}), **door.nas}
            return urljoin(self.link.url, f"/zone/{quote(self.link.zone)}/") + "?" + urlencode(said)
        return urljoin(self.link.url, "/") + (
            "?" + urlencode({"dst": door.original_url}) if door.original_url else ""
        )

    def _round(self, url: str, session: Session, thorough: bool, until: float) -> tuple[Session, bool]:
        """Follow the hops of one round; whether it came to a portal page."""
        for _ in range(HOPS):
            session, answer = self._transport.send("GET", url, session, "open", again=True, until=until)
            target = answer.redirect
            if _PORTAL.match(urlsplit(url).path):
                return session, True
            if not target:
                return session, False
            if _PORTAL.match(urlsplit(target).path):
                session = replace(session, path=urlsplit(target).path)
                if not thorough:
                    return session, True
            url = target
        return session, False


def _boolean(value: bool) -> str:
    return "true" if value else "false"


@lru_cache(maxsize=256)
def client_of(link: Endpoint) -> Client:
    """The one client of a controller in this process, so that its connections are shared."""
    return Client(link)
