"""What wax writes down for its units: who may go online, with which name and password.

A unit asks for all of it, again and again, and obeys what concerns a session that it has. A record of type ``login``
goes away when the unit tells that the guest is online; all others after an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

HOUR = 3600.0


@dataclass
class Auth:
    """One record. ``type``: ``created``, ``updated`` (a registration), ``login``, ``temporary`` or ``logout``.

    ``session_timeout`` in seconds (0: none), ``at`` in seconds since 1970.
    """

    id: int
    session_id: str
    session_timeout: int
    unit_uuid: str
    user_id: int
    username: str
    password: str
    type: str
    at: float

    def as_json(self) -> dict[str, Any]:
        """The record as a unit gets it."""
        said = {name: value for name, value in vars(self).items() if name != "at"}
        return {**said, "updated": datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


class Auths:
    """The records, oldest first. ``breaches``: logins in an order that Wings would not send; no answer changes."""

    def __init__(self) -> None:
        self.breaches: list[str] = []
        self._records: list[Auth] = []
        self._count = 0

    def __iter__(self) -> Iterator[Auth]:
        return iter(list(self._records))

    def last(self, session: str) -> Auth | None:
        """What was last written down for a session."""
        mine = [record for record in self._records if record.session_id == session]
        return max(mine, key=lambda record: (record.at, record.id), default=None)

    def note(self, type: str, query: Mapping[str, str], now: float, user: Any = None) -> None:
        """A registration: a record of its own, with the guest's name and code."""
        known = (user.id, user.username, user.code) if user else (0, "", "")
        self._add(type, query, now, *known)

    def write(
        self, type: str, query: Mapping[str, str], now: float, username: str, password: str, seconds: int = 0
    ) -> None:
        """A login, a logout or a short connection: it changes the record of this session and name if there is one."""
        session, uuid = query.get("sessionid", ""), query.get("uuid", "")
        for record in self._records:
            if (record.session_id, record.unit_uuid, record.username) == (session, uuid, username):
                record.type, record.at = type, now
                record.session_timeout = seconds if type == "temporary" else record.session_timeout
                record.password = record.password if type == "temporary" else password
                return
        self._add(type, query, now, 0, username, password, seconds)

    def of_unit(self, uuid: str) -> list[dict[str, Any]]:
        """The records for one unit, as wax sends them: every one, each time."""
        return [record.as_json() for record in self if record.unit_uuid == uuid]

    def obeyed(self, uuid: str, username: str) -> None:
        """A unit tells that a guest is online: the logins of that name go away."""
        self._records = [
            record
            for record in self._records
            if (record.unit_uuid, record.username, record.type) != (uuid, username, "login")
        ]

    def clean(self, now: float) -> None:
        """What Icaro does once an hour: records older than an hour go away."""
        self._records = [record for record in self._records if now - record.at <= HOUR]

    def check_order(self, session: str, now: float) -> None:
        """Keep in ``breaches`` a login that Wings would not send like this."""
        last = self.last(session)
        if last and last.type == "temporary":
            self.breaches.append("login without a logout after the temporary session")
        elif last and last.type == "logout" and now - last.at < 1:
            self.breaches.append("login less than a second after the logout")

    def _add(
        self,
        type: str,
        query: Mapping[str, str],
        now: float,
        user_id: int,
        username: str,
        password: str,
        seconds: int = 0,
    ) -> None:
        self._count += 1
        session, uuid = query.get("sessionid", ""), query.get("uuid", "")
        self._records.append(
            Auth(self._count, session, seconds, uuid, user_id, username, password, type, now)
        )
