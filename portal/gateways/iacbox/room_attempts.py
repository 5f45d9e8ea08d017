"""How often a room may be guessed at. Knows nothing of Flask; the clock and the store are arguments.

A birthday has about 31,000 plausible values, so a room must not be tried often; and yet a hotel must not lock a
guest out because somebody else plays with her room number. So attempts are delayed, never locked:

* **by device** (the box's client id, MAC and IP address, whatever of them came): three attempts at once, then after
  each the next one only 10 s, 30 s, 1, 2, 5, 10 minutes later, and then every 15 minutes.
* **by room**: six attempts a day at once, then one in ten minutes for anybody, and beside them one in three minutes
  kept for *fresh* devices, those with fewer than three attempts. A fresh device that finds this turn taken
  and comes back after the wait it was told gets a turn of its own, up to five hours ahead, and keeps it. So somebody
  who hammers with one device takes nothing from the guest who comes with hers; who comes with ever new devices makes
  her wait a few minutes; and only who patiently waits with a hundred of them at once could keep her out.
* **by network**: wrong rooms in ten minutes; half of them for devices that are not fresh. All guests of a hotel often
  share one address, so this is wide, and a setting.

An attempt counts when it is made and is given back when it succeeds; as many as count at once can be given back, no
more, for in mode redirect the browser carries the box's word for "it succeeded", and no word says of which attempt
(each word gives back once, see ``guard.is_news``). What is refused here is not
counted. So a room bears at most 6 + 20 attempts in an hour and 12 a day: 5,000 guesses take over a week.

Time is cut into fixed pieces named in the keys and each piece is taken by one atomic ``incr``, so several processes with one store count together.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

DELAYS = (0, 0, 0, 10, 30, 60, 120, 300, 600, 900)
"""Seconds to wait after that many attempts of one device; the last one stays."""
FRESH = 3
AT_ONCE = 6
DAY = 86_400
MEMORY = DAY // 2
ANYBODY = 600
RESERVE = 180
QUEUE = 100
GRACE = 5
NETWORK = 600


class Store(Protocol):
    """What of ``limits.storage.Storage`` is used."""

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add and return the sum."""

    def get(self, key: str) -> int:
        """The sum, 0 if there is none."""

    def clear(self, key: str) -> None:
        """Forget it."""


class TooSoon(Exception):
    """Not now; ``wait`` is in whole seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__("too soon")
        self.wait = max(1, int(wait) + (wait > int(wait)))


@dataclass(frozen=True)
class Attempt:
    """Who tries which room; ``devices`` are names of one device, the client id first."""

    venue: str
    room: str
    devices: Sequence[str]
    network: str


def normal_room(text: str) -> str:
    """A room as a hotel reads it, so that ``0214``, `` 214`` and ``２１４`` count as one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(str(unicodedata.decimal(one, one)) for one in folded if one.isalnum())
    return plain.lstrip("0") or plain[:1]


class Guesses:
    """The counters in a store. ``key`` keeps rooms and devices from being read out of it."""

    def __init__(self, store: Store, key: str, network_limit: int = 40) -> None:
        self._store, self._key, self._network_limit = store, key, network_limit

    def take(self, attempt: Attempt, now: float) -> str:
        """Count an attempt and return its receipt; raises :class:`TooSoon`. ``now`` in unix seconds."""
        devices = [self._name(attempt.venue, "device", name) for name in attempt.devices]
        made = self._made(devices, now)
        network = self._network(attempt, made < FRESH, now)
        room = self._name(attempt.venue, "room", normal_room(attempt.room))
        burst = self._turn(room, devices[0], made < FRESH, now)
        for device in devices:
            self._store.incr(self._count(device, now), 2 * MEMORY)
            self._set(device + "/last", int(now))
        self._store.incr(network, 2 * NETWORK)
        return f"{burst} {network}"

    def give_back(self, receipt: str, attempt: Attempt, now: float) -> None:
        """The attempt succeeded: it was no guess."""
        for device in (self._name(attempt.venue, "device", name) for name in attempt.devices):
            for at in (now, now - MEMORY):
                self._store.clear(self._count(device, at))
        for counter in filter(lambda key: key.startswith("foyer/"), receipt.split()[:2]):
            self._store.incr(counter + "/back", 2 * DAY)

    def _made(self, devices: Iterable[str], now: float) -> int:
        """The attempts of the device that made most of them; raises :class:`TooSoon` while it has to wait."""
        most, until = 0, 0.0
        for device in devices:
            made = sum(self._store.get(self._count(device, at)) for at in (now, now - MEMORY))
            delay = DELAYS[min(made, len(DELAYS) - 1)]
            most = max(most, made)
            until = max(until, self._store.get(device + "/last") + delay if made else 0)
        if until > now:
            raise TooSoon(until - now)
        return most

    def _network(self, attempt: Attempt, fresh: bool, now: float) -> str:
        piece = int(now // NETWORK)
        key = f"{self._name(attempt.venue, 'network', attempt.network)}/{piece}"
        limit = self._network_limit if fresh else self._network_limit // 2
        back = min(self._store.get(key + "/back"), self._network_limit)
        if self._store.get(key) - back >= limit:
            raise TooSoon((piece + 1) * NETWORK - now)
        return key

    def _turn(self, room: str, device: str, fresh: bool, now: float) -> str:
        """A turn at this room: one of today's first (its counter is returned), anybody's, or a fresh device's."""
        today = f"{room}/{int(now // DAY)}"
        back = min(self._store.get(today + "/back"), AT_ONCE)
        if self._store.get(today) - back < AT_ONCE and self._store.incr(today, 2 * DAY) - back <= AT_ONCE:
            return today
        piece = int(now // ANYBODY)
        if not fresh:
            if self._store.incr(f"{room}/anybody/{piece}", 2 * ANYBODY) == 1:
                return "-"
            raise TooSoon((piece + 1) * ANYBODY - now)
        self._reserved(room, device, int(now // RESERVE), now)
        return "-"

    def _reserved(self, room: str, device: str, piece: int, now: float) -> None:
        """Take the turn that this device was given, or a free one now; else raise :class:`TooSoon`.

        Only who comes back gets a turn ahead: a crowd of devices that never return takes nothing from anybody.
        """
        mine = f"{room}/turn/{device}"
        turn, seen = self._store.get(mine), self._store.get(f"{mine}/seen")
        if turn > piece:
            raise TooSoon(turn * RESERVE - now)
        if turn and turn >= piece - GRACE and self._store.incr(f"{mine}/{turn}", DAY) == 1:
            self._store.clear(mine)
            return
        if not self._free_turn(room, mine, piece, now, QUEUE if 0 < seen < piece else 1):
            self._set(f"{mine}/seen", seen or piece)
            raise TooSoon((piece + 1) * RESERVE - now)

    def _free_turn(self, room: str, mine: str, piece: int, now: float, ahead: int) -> bool:
        """Whether a turn is free now; one that is free later is kept for this device by :class:`TooSoon`."""
        last = f"{room}/last"  # where to look first; who takes a turn is decided by its own counter
        for turn in range(max(piece, self._store.get(last) + 1), piece + ahead):
            if self._store.incr(f"{room}/fresh/{turn}", (QUEUE + 2) * RESERVE) == 1:
                self._set(last, turn)
                if turn == piece:
                    return True
                self._set(mine, turn)
                raise TooSoon(turn * RESERVE - now)
        return False

    def _set(self, key: str, value: int) -> None:
        self._store.clear(key)
        self._store.incr(key, DAY, value)

    def _count(self, device: str, now: float) -> str:
        return f"{device}/{int(now // MEMORY)}"

    def _name(self, *parts: str) -> str:
        text = "\0".join(parts).encode()
        return "foyer/pms/" + hashlib.blake2b(text, key=self._key.encode()[:64], digest_size=12).hexdigest()
