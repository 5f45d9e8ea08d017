"""One call to ``portal_api.php`` (section 3): a POST, JSON back, and what is done when the session is lost.

On a page or a redirect in place of JSON the controller has lost the session and has done nothing: the entrance is
walked again, with the portal page itself, since a session can count only after that was fetched, and the call is made
once more. An answer that names another address to open (``redirect``, wire) has that one opened with the same session.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urljoin

from portal.errors import Garbled, Unreachable, Unsure, UpstreamError
from portal.gateways.ucopia import answers
from portal.gateways.ucopia.endpoint import Endpoint, EntryParams, Session
from portal.gateways.ucopia.entrance import Entrance
from portal.gateways.ucopia.errors import LostSession, NotDone
from portal.gateways.ucopia.transport import Transport

log = logging.getLogger("portal.gateways.ucopia")
T = TypeVar("T")
Fields = Mapping[str, str | Sequence[str]]
NOBODY = Session()


class Api:
    """The API of one controller. Thread-safe.

    Raises :class:`portal.errors.UpstreamError`; :meth:`call` alone also :class:`LostSession`.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self.url = urljoin(endpoint.url, "/portal_api.php")
        self.transport = Transport(endpoint)
        self.entrance = Entrance(endpoint, self.transport)

    def call(
        self, session: Session, action: str, fields: Fields, again: bool = False
    ) -> tuple[Session, Mapping[str, Any]]:
        """The session after it and the hash that was answered. ``again``: harmless, may be repeated."""
        secure = {"secure_pwd": session.secure} if session.secure else {}
        form, fresh = _lists({"action": action, **secure, **fields}), action == "subscribe"
        asked = session
        session, answer = self.transport.send(
            "POST", self.url, session, action, form, again=again, fresh=fresh
        )
        if answer.is_redirect:
            raise LostSession(session, said=True)
        raw = answer.json_object()
        if raw is None and answer.body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
            raise LostSession(session)
        if raw is None:
            raise (Garbled if again else Unsure)(f"{action}: no JSON hash")
        trouble, target = answers.trouble_of(raw), self.entrance.own(answers.redirect_of(raw))
        if trouble and trouble.code == answers.LOST:
            raise LostSession(session, said=True, target=target)
        if target and not asked.redirected:
            session = replace(session, redirected=True)
            if action == "init":
                raise LostSession(session, said=True, target=target)
            # What was done is done: the answer stands, and the next ``init`` finds the session where it was sent.
            with contextlib.suppress(UpstreamError):
                session = self.entrance.followed(target, session)
        return session, raw

    def done(self, session: Session, action: str, fields: Fields) -> tuple[Session, Mapping[str, Any]]:
        """The same for an action whose error is a refusal: raises :class:`NotDone`."""
        session, raw = self.call(session, action, fields)
        if trouble := answers.trouble_of(raw):
            raise NotDone(trouble, session)
        return session, raw

    def within(self, session: Session, door: EntryParams, call: Callable[[Session], T]) -> T:
        """Make a call; if the session is lost, open once more and repeat it."""
        began = bool(session.cookie)
        try:
            return call(session if began else self.entrance.opened(door, anew(session)))
        except LostSession as lost:
            log.info("session lost, opening once more")
            target, kept = lost.target, lost.session
        try:
            if target:
                return call(self.entrance.followed(target, kept))
            return call(replace(self.entrance.opened(door, anew(session), thorough=True), reopened=began))
        except LostSession as lost:
            raise Unreachable("session lost twice") from lost


def anew(session: Session) -> Session:
    """Nothing of a lost session but the network's password."""
    return replace(NOBODY, secure=session.secure)


def _lists(fields: Fields) -> dict[str, str | Sequence[str]]:
    """A list is ``name[]`` repeated (wire)."""
    return {name if isinstance(value, str) else f"{name}[]": value for name, value in fields.items()}
