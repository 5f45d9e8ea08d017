"""Guests who have given an address or a number, or hold a voucher, and what was sent to them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass
class User:
    """A guest known to the hotspot. ``valid_until`` in seconds since 1970, 0 = a voucher that nobody registered yet.

    Icaro stores both consents as given at every registration and deletes them when the guest refuses.
    ``max_time``: seconds a day that the guest may be online (0: no limit); ``spent``: seconds by day.
    """

    id: int
    username: str
    kind: str
    code: str
    valid_until: float
    marketing: bool = True
    survey: bool = True
    reason: str = ""
    country: str = ""
    max_time: int = 0
    spent: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """A code on its way: what the guest would find in the mail or on the phone. ``link`` is the short address."""

    at: float
    to: str
    kind: str
    code: str
    link: str


def six_digits() -> str:
    """A code as Icaro makes it."""
    return f"{secrets.randbelow(10**6):06d}"


class Users:
    """All guests of the installation, and the accounts that have ended (``history``)."""

    def __init__(self) -> None:
        self._users: list[User] = []
        self._count = 0
        self.history: list[User] = []

    def __iter__(self) -> Iterator[User]:
        return iter(list(self._users))

    def find(self, username: str) -> User | None:
        """The guest of exactly this name, in any capitals (the database's collation)."""
        return next((user for user in self if _same(user.username, username)), None)

    def like(self, username: str) -> User | None:
        """The first guest whose name *ends* with this: how wax looks a guest up for a hotspot (``LIKE '%…'``)."""
        return next((user for user in self if user.username.casefold().endswith(username.casefold())), None)

    def with_password(self, username: str, password: str) -> int:
        """``clientState``: 1 = there is such a guest, 2 = there was, 0 = neither."""
        for state, group in ((1, self._users), (2, self.history)):
            if any(_same(user.username, username) and user.code == password for user in list(group)):
                return state
        return 0

    def by_id(self, user_id: str) -> User | None:
        """The guest of this ``user_db_id``, as it stands in a URL."""
        return next((user for user in self if str(user.id) == user_id), None)

    def create(self, username: str, kind: str, code: str, valid_until: float, max_time: int = 0) -> User:
        """Write a new guest down, with the next free number."""
        self._count += 1
        user = User(self._count, username, kind, code, valid_until, max_time=max_time)
        self._users.append(user)
        return user

    def retire(self, now: float) -> None:
        """What Icaro does once an hour: ended accounts are moved to the history."""
        ended = [user for user in self._users if user.valid_until and user.valid_until <= now]
        self.history += ended
        self._users = [user for user in self._users if user not in ended]


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


class Outbox:
    """What went out by mail and SMS, oldest first, and the short addresses in it."""

    def __init__(self) -> None:
        self._sent: list[Sent] = []
        self._long: dict[str, str] = {}

    def __iter__(self) -> Iterator[Sent]:
        return iter(list(self._sent))

    def send(
        self, user: User, query: Mapping[str, str], login_link: str, host: str, now: float, to: str = ""
    ) -> None:
        """Send a guest the code. The link in it leads to ``host`` (Icaro's), from there to the unit's redirect, and
        from there to ``login_link``; it carries no session: the unit adds the current one."""
        to = to or user.username
        told = {name: query.get(name, "") for name in ("digest", "uuid", "uamip", "uamport")}
        contact = "email" if user.kind == "email" else "num"
        target = f"{login_link}?{urlencode({**told, 'user': str(user.id), 'code': user.code, contact: to})}"
        unit = f"http://{told['uamip']}:{told['uamport']}/www/redirect.chi"
        short = base64.urlsafe_b64encode(hashlib.sha1(target.encode()).hexdigest()[:7].encode()).decode()
        short = short.rstrip("=")
        self._long[short] = f"{unit}?url={base64.b64encode(target.encode()).decode()}"
        self._sent.append(Sent(now, to, user.kind, user.code, f"{host.rstrip('/')}/wax/short/{short}"))

    def long(self, short: str) -> str | None:
        """Where a short address leads."""
        return self._long.get(short)

    def codes(self, to: str) -> list[str]:
        """The codes that went to an address or number, oldest first."""
        return [sent.code for sent in self if sent.to == to]
