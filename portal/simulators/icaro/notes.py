"""The notes that wax writes for its units: who may go online, for how long, and who may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Note:
    """What a unit shall do with a session. ``type``: ``login``, ``temporary`` or ``logout``.

    ``session_timeout`` in seconds (0: none), ``at`` in seconds since 1970.
    """

    id: int
    session_id: str
    unit_uuid: str
    type: str
    username: str
    password: str
    session_timeout: int
    at: float


class Notes:
    """The last note of every session. ASSUMED: a new one replaces the old one, and a unit obeys each once."""

    def __init__(self) -> None:
        self.breaches: list[str] = []
        self._by_session: dict[str, Note] = {}
        self._count = 0

    def __iter__(self) -> Iterator[Note]:
        return iter(list(self._by_session.values()))

    def last(self, session: str) -> Note | None:
        """What was last written down for a session."""
        return self._by_session.get(session)

    def write(self, kind: str, query: Mapping[str, str], now: float, seconds: int = 0) -> None:
        """Write down what a call with this query wants."""
        self._count += 1
        session, uuid = query.get("sessionid", ""), query.get("uuid", "")
        username, password = query.get("username", ""), query.get("password", "")
        self._by_session[session] = Note(self._count, session, uuid, kind, username, password, seconds, now)

    def of_unit(self, uuid: str) -> list[dict[str, Any]]:
        """The notes for one unit, as wax sends them."""
        return [asdict(note) for note in self if note.unit_uuid == uuid]

    def check_order(self, session: str, now: float) -> None:
        """Keep in ``breaches`` a login that Wings would not send like this. It changes no answer."""
        last = self.last(session)
        if last and last.type == "temporary":
            self.breaches.append("login without a logout after the temporary session")
        elif last and last.type == "logout" and now - last.at < 1:
            self.breaches.append("login less than a second after the logout")
