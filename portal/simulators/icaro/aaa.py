"""The other side of wax: what a unit asks before it lets a guest in, and what it tells afterwards.

A unit asks with the name and password of a ``login`` record. Here the true decision is made: wax's answer to the
guest pages (``clientState``) looks at nothing but name and password. The answers are lines of text (CoovaChilli's).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.simulators.icaro.users import User
from portal.simulators.icaro.vouchers import DAY

REJECT = "Auth: 0 \nReply-Message: "


class Rejected(Exception):
    """A guest who is not let in; the text is wax's own."""


@dataclass
class Session:
    """A guest who is online at a unit."""

    key: str
    unit_uuid: str
    mac: str
    user_id: int


class Sessions:
    """Who is online where, as the units have told."""

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}

    def start(self, session: Session) -> None:
        """A unit let a guest in."""
        self._open[session.key] = session

    def stop(self, key: str) -> Session | None:
        """A guest's session ended."""
        return self._open.pop(key, None)

    def elsewhere(self, mac: str, uuid: str) -> bool:
        """Whether this device is online at another unit of the hotspot."""
        return any(one.mac == mac and one.unit_uuid != uuid for one in list(self._open.values()))


def seconds_left(user: User, now: float) -> int:
    """How long the guest may stay: to the end of the account, or what the day has left of the daily time."""
    if not user.max_time:
        return int(user.valid_until - now)
    today = user.max_time - user.spent.get(int(now // DAY), 0)
    return min(today, int((now // DAY + 1) * DAY - now))


def judge(user: User | None, password: str, plan_valid: bool, elsewhere: bool, now: float) -> str:
    """The lines that let a guest in. Raises :class:`Rejected`, in the order in which wax looks."""
    if user is None:
        raise Rejected("user not found")
    if password != user.code:
        raise Rejected("password mismatch with plain")
    if user.valid_until < now:
        raise Rejected("user account is expired")  # so is a voucher that nobody has registered
    if not plan_valid:
        raise Rejected("reseller account is expired")
    if elsewhere:
        raise Rejected("device already logged in an other unit")
    left = seconds_left(user, now)
    if left <= 0:
        raise Rejected("max navigation time reached")
    return f"Auth: 1\nSession-Timeout:{left}\n"


def spend(user: User, query: Mapping[str, str], now: float) -> None:
    """A session ended: its seconds count for the day."""
    seconds = query.get("duration", "")
    if seconds.isdecimal():
        day = int(now // DAY)
        user.spent[day] = user.spent.get(day, 0) + int(seconds)
