"""The one road to a controller: every call, its time-outs, its cookie, its errors. Knows nothing of Flask.

UCOPIA portal API 5.1: sections 2.1 (opening a session), 2.2 (Table 1), 3 (``portal_api.php``), 5 (out-of-band).
Connections are shared between guests, cookies never are: a guest's ``PHPSESSID`` is a :class:`Session` that goes
into a call and comes back from it, since controllers rotate it at any hop (wire).

What may be repeated: ``init`` and ``refresh`` once more when a kept connection turns out to be closed; any call
once more in a new session when the answer is the portal's page in place of JSON, because a controller
that has lost the session has done nothing. The entrance is then walked with the portal page itself, since a session
can count only after that was fetched. ``subscribe`` is repeated only where the loss is certain: the controller says so
(``error_redirect-to-index``, a redirect), or ``init`` does. An answer that names another address to open
(``redirect``, wire) has that one opened, with the same session, and the call is made once more.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

from portal.errors import Garbled, Unreachable, Unsure, UpstreamError
from portal.gateways.ucopia import answers
from portal.gateways.ucopia.announcement import BY_MESSAGE, Init, init_of
from portal.gateways.ucopia.answers import Account, Recovery, Reply
from portal.gateways.ucopia.endpoint import Endpoint, EntryParams, Session
from portal.gateways.ucopia.errors import LostSession, NotDone
from portal.gateways.ucopia.transport import Transport
from portal.http_client.response import same_host

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
        until = self._until()
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
            announced = init_of(raw)
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
        boxes: Mapping[str, bool],
    ) -> tuple[Session, Reply]:
        """Take a guest online (section 3.2); ``boxes`` are the policies of a login by POST name, ticked or not.

        A time-out is :class:`Unsure`: ask :meth:`init`.
        """
        fields = {
            "login": login,
            "password": password,
            **{name: _boolean(on) for name, on in {"policy_accept": False, **boxes}.items()},
            "from_ajax": "true",
            "wispr_mode": "false",
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

    def open_secure(self, session: Session, door: EntryParams, password: str) -> Session:
        """Give the network's password (wire): the session with it. A wrong one is :class:`NotDone`."""
        session = replace(session, secure="")
        session, _ = self._within(
            session, door, lambda now: self._done(now, "secure_pwd", {"secure_pwd": password})
        )
        return replace(session, secure=password)

    def go_back(self, session: Session, door: EntryParams) -> Session:
        """From the one-click form to the login form, and the other way round (wire)."""
        return self._within(session, door, lambda now: self._done(now, "back_action", {}))[0]

    def switch_language(self, session: Session, code: str) -> Session:
        """Tell the controller the language that a guest chose; it keeps it for the session (wire)."""
        fields = {"lang": code, "isAppleCNA_fakeclick": "false"}
        try:
            return self._call(session, "switch_language", fields, again=True)[0]
        except LostSession as lost:
            return lost.session

    def change_password(
        self, session: Session, door: EntryParams, login: str, old: str, new: str, forced: bool
    ) -> tuple[Session, Reply]:
        """A new password: before going online (``forced``), or by choice (wire)."""
        fields = {"login": login, "password": old, "new_password": new, "new_password_confirm": new}
        action = "force_modify_pwd" if forced else "modify_pwd"
        session, raw = self._within(session, door, lambda now: self._done(now, action, fields))
        return session, answers.reply_of(raw, "login")

    def recovery(
        self, session: Session, door: EntryParams, who: Mapping[str, str]
    ) -> tuple[Session, Recovery]:
        """What can be done about the forgotten password of whoever this is (wire)."""
        fields = {**dict.fromkeys(("login", "email_address", "prefix", "phone"), ""), **who}
        action = "get_pwd_recovery_options_from_user"
        session, raw = self._within(session, door, lambda now: self._done(now, action, fields))
        return session, answers.recovery_of(raw)

    def recover(
        self, session: Session, door: EntryParams, how: str, given: Sequence[str]
    ) -> tuple[Session, str]:
        """Have a new password sent (``sms``, ``email``), or answer the ``questions``: then it is the second value."""
        action = {"sms": "regen_pwd_with_sms_resend", "email": "regen_pwd_with_email_resend"}.get(
            how, "regen_pwd_with_secret_questions"
        )
        # ASSUMED: answers are counted from 0, as PHP and the vendor's script count lists.
        fields = {f"answer_{number}": one for number, one in enumerate(given)}
        session, raw = self._within(session, door, lambda now: self._done(now, action, fields))
        return session, answers.new_password_of(raw)

    def subscribe(
        self, session: Session, door: EntryParams, mode: str, fields: Mapping[str, str | Sequence[str]]
    ) -> tuple[Session, Account]:
        """Make an account (section 3.5). Never sent twice unless the first call has certainly done nothing.

        A type whose account arrives by message has none with a login here.
        """
        fields = {"type": mode, **fields}
        try:
            return self._subscribe(session, fields)
        except LostSession as lost:
            if lost.said:
                session = self.open(door, _anew(lost.session), thorough=True)
            else:
                session = self._surely_lost(lost.session, door)
        try:
            return self._subscribe(session, fields)
        except LostSession as lost:
            raise Unsure("lost twice") from lost

    # -- for the probe

    def knows_by_address(self) -> bool:
        """Whether ``refresh`` without any session is answered: only where guests are known by their address."""
        try:
            self._call(NOBODY, "refresh", {"login": "nobody"}, again=True)
        except LostSession:
            return False
        return True

    def language_of_a_stranger(self) -> str:
        """The language that ``init`` tells to a call without any session; empty where it wants one."""
        try:
            _session, raw = self._call(NOBODY, "init", {}, again=True)
        except LostSession:
            return ""
        announced = init_of(raw)
        return announced.user_lang if announced else ""

    def answers_navigation_with_json(self) -> bool:
        """What a browser would see that navigates to the API: a wrong login, without ``from_ajax``."""
        form = {"action": "authenticate", "login": "probe", "password": "probe"}
        url = urljoin(self.link.url, "/portal_api.php")
        _session, answer = self._transport.send("POST", url, NOBODY, "probe", form, navigates=True)
        return not answer.is_redirect and answer.json_object() is not None

    def own_texts(self, session: Session) -> tuple[str, str]:
        """The controller's own portal page and its catalogue of words (wire), as text."""
        pages = [session.path or "/", f"{session.path.rstrip('/')}/portal.lang.xml"]
        texts = []
        for path in pages:
            url = urljoin(self.link.url, path)
            session, answer = self._transport.send("GET", url, session, "probe", again=True)
            texts.append(answer.body.decode("utf-8", "replace"))
        return texts[0], texts[1]

    # -- how it is done

    def _done(
        self, session: Session, action: str, fields: Mapping[str, str]
    ) -> tuple[Session, Mapping[str, Any]]:
        """One of the small actions: what it answers, if that is no error."""
        session, raw = self._call(session, action, fields)
        trouble = answers.trouble_of(raw)
        if trouble:
            raise NotDone(trouble, session)
        return session, raw

    def _subscribe(
        self, session: Session, fields: Mapping[str, str | Sequence[str]]
    ) -> tuple[Session, Account]:
        session, raw = self._call(session, "subscribe", fields)
        trouble = answers.trouble_of(raw)
        if trouble:
            raise NotDone(trouble, session)
        account = answers.account_of(raw)
        if account is None and fields["type"] in BY_MESSAGE and answers.has_succeeded(raw):
            account = Account("", "")
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
        return self.open(door, _anew(session), thorough=True)

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
        began = bool(session.cookie)
        try:
            return call(session if began else self.open(door, _anew(session)))
        except LostSession as lost:
            log.info("session lost, opening once more")
            target, kept = lost.target, lost.session
        try:
            if target:
                return call(self._round(target, kept, True, self._until())[0])
            return call(replace(self.open(door, _anew(session), thorough=True), reopened=began))
        except LostSession as lost:
            raise Unreachable("session lost twice") from lost

    def _call(
        self,
        session: Session,
        action: str,
        fields: Mapping[str, str | Sequence[str]],
        again: bool = False,
    ) -> tuple[Session, Mapping[str, Any]]:
        """The private road: one POST to ``portal_api.php``, JSON back. Several values of a name go as ``name[]``."""
        url = urljoin(self.link.url, "/portal_api.php")
        secure = {"secure_pwd": session.secure} if session.secure else {}
        form = _lists({"action": action, **secure, **fields})
        asked, fresh = session, action == "subscribe"
        session, answer = self._transport.send("POST", url, session, action, form, again=again, fresh=fresh)
        if answer.is_redirect:
            raise LostSession(session, said=True)
        raw = answer.json_object()
        if raw is None and answer.body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
            raise LostSession(session)
        if raw is None:
            raise (Garbled if again else Unsure)(f"{action}: no JSON hash")
        trouble = answers.trouble_of(raw)
        target = self._own(answers.redirect_of(raw))
        if trouble and trouble.code == answers.LOST:
            raise LostSession(session, said=True, target=target)
        if target and action == "init" and not asked.redirected:
            raise LostSession(replace(session, redirected=True), said=True, target=target)
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

    def _until(self) -> float:
        """When several calls that share the time of one have to end."""
        return time.monotonic() + self.link.connect_timeout + self.link.read_timeout

    def _own(self, target: str) -> str:
        """The whole address of what an answer wants opened; empty where that is not the controller."""
        try:
            url = urljoin(self.link.url, target) if target else ""
        except ValueError:
            return ""
        return url if url and same_host(self.link.url, url) else ""


def _anew(session: Session) -> Session:
    """Nothing of a lost session but the network's password."""
    return replace(NOBODY, secure=session.secure)


def _lists(fields: Mapping[str, str | Sequence[str]]) -> dict[str, str | Sequence[str]]:
    """A list is ``name[]`` repeated (wire)."""
    return {name if isinstance(value, str) else f"{name}[]": value for name, value in fields.items()}


def _boolean(value: bool) -> str:
    return "true" if value else "false"


@lru_cache(maxsize=256)
def client_of(link: Endpoint) -> Client:
    """The one client of a controller in this process, so that its connections are shared."""
    return Client(link)
