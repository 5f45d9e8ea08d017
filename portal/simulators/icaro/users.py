"""Guests who have given an address or a number, and the codes that were sent to them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass
class User:
    """A guest known to the hotspot. ``valid_until`` and ``code_made`` in seconds since 1970.

    Icaro stores both consents as given and deletes them when the guest refuses.
    """

    id: int
    username: str
    kind: str
    code: str
    code_made: float
    valid_until: float
    marketing: bool = True
    survey: bool = True
    reason: str = ""
    country: str = ""


@dataclass(frozen=True)
class Sent:
    """A code on its way: what the guest would find in the mail or on the phone."""

    at: float
    to: str
    kind: str
    code: str
    link: str


def six_digits() -> str:
    """A code as Icaro makes it."""
    return f"{secrets.randbelow(10**6):06d}"


class Users:
    """All guests of a hotspot by name, in any case, and by number."""

    def __init__(self) -> None:
        self._by_name: dict[str, User] = {}

    def __iter__(self) -> Iterator[User]:
        return iter(list(self._by_name.values()))

    def find(self, username: str) -> User | None:
        """The guest of this name."""
        return self._by_name.get(username.casefold())

    def by_id(self, user_id: str) -> User | None:
        """The guest of this ``user_db_id``, as it stands in a URL."""
        return next((user for user in self if str(user.id) == user_id), None)

    def create(self, username: str, kind: str, code: str, now: float, valid_until: float) -> User:
        """Write a new guest down, with the next free number."""
        user = User(len(self._by_name) + 1, username, kind, code, now, valid_until)
        self._by_name[username.casefold()] = user
        return user


class Outbox:
    """What went out by mail and SMS, oldest first."""

    def __init__(self) -> None:
        self._sent: list[Sent] = []

    def __iter__(self) -> Iterator[Sent]:
        return iter(list(self._sent))

    def send(self, user: User, query: Mapping[str, str], wings_url: str, now: float) -> None:
        """Send a guest the code, with the link that Icaro's mails and messages carry."""
        carried = {name: query.get(name, "") for name in ("digest", "uuid", "sessionid", "uamip", "uamport")}
        contact = "email" if user.kind == "email" else "num"
        parameters = {**carried, "user": str(user.id), "code": user.code, contact: user.username}
        link = f"{wings_url.rstrip('/')}/wings/login/{user.kind}?{urlencode(parameters)}"
        self._sent.append(Sent(now, user.username, user.kind, user.code, link))

    def codes(self, to: str) -> list[str]:
        """The codes that went to an address or number, oldest first."""
        return [sent.code for sent in self if sent.to == to]
