"""The accounts of a simulated controller: made by subscribing or by its administrator, running out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

# ASSUMED from the manual's examples, "ymrbm8c" and "37nr2BdU": no letters that look alike.
_LOGIN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_PASSWORD_LETTERS = _LOGIN_LETTERS + "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass
class Account:
    """A guest's account. ``creation`` as in the manual (``DELEG``, ``portal-one``, ``portal-direct``).

    ``expires`` is seconds from the epoch (0 = never), ``credit`` seconds in all (0 = without limit);
    the credit runs while at least one device is online. ``person`` holds what the guest typed by POST name.
    ``must_change``: the password has to be changed at the next login. ``bytes_before``: data used before the first
    time online, for quotas. ``answer`` is what the guest's secret question wants to hear.
    """

    login: str
    password: str
    creation: str = "DELEG"
    expires: int = 0
    credit: int = 0
    person: dict[str, str] = field(default_factory=dict)
    used: float = 0.0
    devices: int = 0
    since: float = 0.0
    must_change: bool = False
    bytes_before: int = 0
    answer: str = "Rex"

    def data(self, now: float) -> tuple[int, int]:
        """Bytes received and sent so far. ASSUMED: so many a second while online."""
        seconds = int(self.consumed(now))
        return self.bytes_before + seconds * 40_000, seconds * 4_000

    def consumed(self, now: float) -> float:
        """Seconds of the credit used up to now."""
        return self.used + (now - self.since if self.devices else 0.0)

    def remaining(self, now: float) -> int:
        """Seconds of the credit left, never below 0; 0 too for an account without credit."""
        return max(0, int(self.credit - self.consumed(now)))

    def exhausted(self, now: float) -> bool:
        """Whether a limited credit is used up."""
        return self.credit > 0 and self.consumed(now) >= self.credit

    def expired(self, now: float) -> bool:
        """Whether the account's validity is over."""
        return 0 < self.expires <= now

    def start(self, now: float) -> None:
        """A device goes online."""
        if not self.devices:
            self.since = now
        self.devices += 1

    def stop(self, now: float) -> None:
        """A device goes offline."""
        self.used = self.consumed(now)
        self.devices -= 1
        self.since = now


class Accounts:
    """All accounts by login; ``made`` counts those that guests made by subscribing."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self.made = 0

    def __len__(self) -> int:
        return len(self._accounts)

    def __contains__(self, login: object) -> bool:
        return login in self._accounts

    def all(self) -> list[Account]:
        """Every account, newest last."""
        return list(self._accounts.values())

    def get(self, login: str) -> Account | None:
        """The account of a login."""
        return self._accounts.get(login)

    def add(self, account: Account) -> Account:
        """Add or replace an account, as the administrator does."""
        self._accounts[account.login] = account
        return account

    def free_login(self) -> str:
        """A login that nobody has, of seven characters."""
        while True:
            login = "".join(secrets.choice(_LOGIN_LETTERS) for _ in range(7))
            if login not in self._accounts:
                return login


def new_password() -> str:
    """A password of eight characters."""
    return "".join(secrets.choice(_PASSWORD_LETTERS) for _ in range(8))
