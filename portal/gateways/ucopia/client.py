"""What a guest's session is asked to do at a controller: every action of the API by its name. Knows nothing of Flask.

UCOPIA portal API 5.1: sections 2.1 (opening a session), 3 (``portal_api.php``), 5 (out-of-band), and the actions that
only the wire shows. How a call is made stands in ``api.py``, how a session is opened in ``entrance.py``.
Connections are shared between guests, cookies never are: a guest's ``PHPSESSID`` is a :class:`Session` that goes
into a call and comes back from it, since controllers rotate it at any hop (wire).

What may be repeated: ``init`` and ``refresh`` once more when a kept connection turns out to be closed; any call
once more in a new session when that was lost. ``subscribe`` is repeated only where the loss is certain: the controller
says so (``error_redirect-to-index``, a redirect), or ``init`` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from portal.errors import Garbled, Unsure, UpstreamError
from portal.gateways.ucopia import answers
from portal.gateways.ucopia.announcement import Init, init_of
from portal.gateways.ucopia.answers import Account, Recovery, Reply
from portal.gateways.ucopia.api import NOBODY, Api, Fields, anew
from portal.gateways.ucopia.endpoint import Endpoint, EntryParams, Session
from portal.gateways.ucopia.errors import LostSession, NotDone
from portal.gateways.ucopia.modes import BY_MESSAGE
from portal.gateways.ucopia.sentences import Sentences


class Client:
    """Calls one controller. Thread-safe; raises :class:`portal.errors.UpstreamError` and nothing else."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.api = Api(endpoint)
        self.sentences = Sentences(self.api)

    def open(self, door: EntryParams, session: Session = NOBODY, thorough: bool = False) -> Session:
        """Open a session, or tell an open one what the NAS said; see :meth:`.Entrance.opened`."""
        return self.api.entrance.opened(door, session, thorough)

    def init(self, session: Session, door: EntryParams) -> tuple[Session, Init]:
        """What the controller announces, and the state of the connection (wire)."""
        fields = _window(door)

        def ask(session: Session) -> tuple[Session, Init]:
            session, raw = self.api.call(session, "init", fields, again=True)
            announced = init_of(raw)
            if announced is None:
                trouble = answers.trouble_of(raw)
                raise NotDone(trouble, session) if trouble else Garbled("init without a step")
            return session, announced

        return self.api.within(session, door, ask)

    def authenticate(
        self,
        session: Session,
        door: EntryParams,
        login: str,
        password: str,
        boxes: Mapping[str, bool],
        proposed: bool = False,
    ) -> tuple[Session, Reply]:
        """Take a guest online (section 3.2); ``boxes`` are the policies of a login by POST name, ticked or not.

        ``proposed``: with the account that the controller proposed itself. A time-out is :class:`Unsure`: ask
        :meth:`init`.
        """
        fields = {
            "login": login,
            "password": password,
            **{name: _boolean(on) for name, on in {"policy_accept": False, **boxes}.items()},
            "from_ajax": "true",
            "wispr_mode": "false",
            **(_window(door) if proposed else {}),
        }
        return self.api.within(session, door, lambda now: self._act(now, "authenticate", fields, "login"))

    def disconnect(
        self, session: Session, door: EntryParams, login: str, digest: str = ""
    ) -> tuple[Session, Reply]:
        """Take a guest offline (section 3.3). ``digest`` is what old firmware wants back (wire)."""
        fields = {"login": login} | ({"password_digest": digest} if digest else {})
        return self.api.within(session, door, lambda now: self._act(now, "disconnect", fields, "logout"))

    def refresh(self, session: Session, login: str, now: float, digest: str = "") -> tuple[Session, bool]:
        """Stay online (section 3.4); False when the controller says that the guest is not. ``now`` in seconds."""
        fields = {"login": login, "time": str(int(now * 1000))}
        fields |= {"password_digest": digest} if digest else {}
        try:
            session, raw = self.api.call(session, "refresh", fields, again=True)
        except LostSession as lost:
            return lost.session, False
        return session, answers.step_of(raw) == "FEEDBACK" and answers.trouble_of(raw) is None

    def open_secure(self, session: Session, door: EntryParams, password: str) -> Session:
        """Give the network's password (wire): the session with it. A wrong one is :class:`NotDone`."""
        session = replace(session, secure="")
        session, _ = self.api.within(
            session, door, lambda now: self.api.done(now, "secure_pwd", {"secure_pwd": password})
        )
        return replace(session, secure=password)

    def go_back(self, session: Session, door: EntryParams) -> Session:
        """From the one-click form to the login form, and the other way round (wire)."""
        return self.api.within(session, door, lambda now: self.api.done(now, "back_action", {}))[0]

    def switch_language(self, session: Session, code: str) -> Session:
        """Tell the controller the language that a guest chose; it keeps it for the session (wire)."""
        fields = {"lang": code, "isAppleCNA_fakeclick": "false"}
        try:
            return self.api.call(session, "switch_language", fields, again=True)[0]
        except LostSession as lost:
            return lost.session

    def change_password(
        self, session: Session, door: EntryParams, login: str, old: str, new: str, forced: bool
    ) -> tuple[Session, Reply]:
        """A new password: before going online (``forced``), or by choice (wire)."""
        fields = {"login": login, "password": old, "new_password": new, "new_password_confirm": new}
        action = "force_modify_pwd" if forced else "modify_pwd"
        session, raw = self.api.within(session, door, lambda now: self.api.done(now, action, fields))
        return session, answers.reply_of(raw, "login")

    def recovery(
        self, session: Session, door: EntryParams, who: Mapping[str, str]
    ) -> tuple[Session, Recovery]:
        """What can be done about the forgotten password of whoever this is (wire)."""
        fields = {**dict.fromkeys(("login", "email_address", "prefix", "phone"), ""), **who}
        action = "get_pwd_recovery_options_from_user"
        session, raw = self.api.within(session, door, lambda now: self.api.done(now, action, fields))
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
        session, raw = self.api.within(session, door, lambda now: self.api.done(now, action, fields))
        return session, answers.new_password_of(raw)

    def subscribe(
        self, session: Session, door: EntryParams, mode: str, fields: Fields
    ) -> tuple[Session, Account]:
        """Make an account (section 3.5). Never sent twice unless the first call has certainly done nothing.

        A type whose account arrives by message has none with a login here.
        """
        fields = {"type": mode, **fields}
        try:
            return self._subscribe(session, fields)
        except LostSession as lost:
            if lost.said:
                session = self.open(door, anew(lost.session), thorough=True)
            else:
                session = self._surely_lost(lost.session, door)
        try:
            return self._subscribe(session, fields)
        except LostSession as lost:
            raise Unsure("lost twice") from lost

    def _subscribe(self, session: Session, fields: Fields) -> tuple[Session, Account]:
        session, raw = self.api.done(session, "subscribe", fields)
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
                self.api.call(session, "init", {}, again=True)
            except LostSession:
                pass
            except UpstreamError as error:
                raise Unsure(f"the answer was a page, and nobody tells why: {error.reason}") from error
            else:
                raise Unsure("the answer was a page, and the session lives")
        return self.open(door, anew(session), thorough=True)

    def _act(
        self, session: Session, action: str, fields: Mapping[str, str], nas: str
    ) -> tuple[Session, Reply]:
        session, raw = self.api.done(session, action, fields)
        reply = answers.reply_of(raw, nas)
        sent_on = action == "authenticate" and answers.redirect_of(raw)
        if not reply.step and reply.nas is None and not sent_on:
            raise Unsure(f"{action} without a step")
        return session, reply


def _window(door: EntryParams) -> dict[str, str]:
    """What ties the window that a phone opens by itself to the pages after it (wire)."""
    return {"cna_id": door.cna} if door.cna else {}


def _boolean(value: bool) -> str:
    return "true" if value else "false"


@lru_cache(maxsize=256)
def client_of(endpoint: Endpoint) -> Client:
    """The one client of a controller in this process, so that its connections are shared."""
    return Client(endpoint)
