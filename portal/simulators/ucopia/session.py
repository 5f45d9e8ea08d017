"""PHP-like sessions with ids that rotate, and the guests that a controller tells apart."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

# PHP's own default (session.gc_maxlifetime).
LIFE = 1440.0


@dataclass
class Uam:
    """What a Wi-Fi device said of the guest (Table 9), with the challenge of its last redirect."""

    host: str
    port: str
    challenge: str
    ssid: str = ""


@dataclass
class Guest:
    """One device before the controller, known by session, address or MAC (``key``).

    ``secure_open``: the network's password was given; ``forced``: the login whose password must be changed first;
    ``at_logon``: ``back_action`` has left the one-click form; ``made``: logins that were made here; ``barred``: whose data were used up at the
    last try; ``window``: the name of the window that the phone opened by itself.
    """

    key: str
    address: str
    mac: str
    network: str
    network_id: str
    zone: str
    vlan: str
    requested_url: str = ""
    uam: Uam | None = None
    login: str = ""
    online: bool = False
    signed_at: float = 0.0
    refreshed_at: float = 0.0
    initial_remaining: int = 0
    attempts: int = 0
    banned_until: float = 0.0
    just_signed: bool = False
    last_error: str = ""
    lang: str = ""
    secure_open: bool = False
    forced: str = ""
    at_logon: bool = False
    shibboleth: bool = False
    redirected: bool = False
    recovering: str = ""
    barred: str = ""
    window: str = field(default_factory=lambda: secrets.token_hex(8))
    made: set[str] = field(default_factory=set)


@dataclass
class Session:
    """One PHP session: its current id, whose it is, the number of the portal it was sent to, and whether it came."""

    id: str
    guest: str
    portal: int
    seen: float
    answers: int = 0
    degraded: bool = False
    entered: bool = False


class Sessions:
    """Sessions by id. A rotated session answers to its newest id, and to older ones only when told so."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def __len__(self) -> int:
        return len({id(session) for session in self._sessions.values()})

    def all(self) -> list[Session]:
        """Every living session once."""
        return list({id(session): session for session in self._sessions.values()}.values())

    def open(self, now: float) -> Session:
        """A new session that belongs to nobody yet; the dead ones are forgotten on the way."""
        for old in [key for key, session in self._sessions.items() if now - session.seen > LIFE]:
            del self._sessions[old]
        session = Session(secrets.token_hex(13), "", 0, now)
        self._sessions[session.id] = session
        return session

    def find(self, session_id: str | None, now: float) -> Session | None:
        """The living session of an id."""
        session = self._sessions.get(session_id or "")
        if session is None or now - session.seen > LIFE:
            return None
        session.seen = now
        return session

    def rotate(self, session: Session, keep_old: bool) -> None:
        """Give the session a new id."""
        if not keep_old:
            self._sessions.pop(session.id, None)
        session.id = secrets.token_hex(13)
        self._sessions[session.id] = session

    def lose(self, session: Session) -> None:
        """Forget the session under all its ids."""
        for key in [key for key, value in self._sessions.items() if value is session]:
            del self._sessions[key]
