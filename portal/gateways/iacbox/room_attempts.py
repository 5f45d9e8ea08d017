"""How often a room may be guessed at. Knows nothing of Flask.

A birthday has about 31,000 plausible values, so a room must not be tried often; and yet a hotel must not lock a
guest out because somebody else plays with her room number. So attempts are delayed, never locked:

* **by device** (the box's client id, MAC and IP address, whatever of them came): three attempts at once, then after
  each the next one only 10 s, 30 s, 1, 2, 5, 10 minutes later, and then every 15 minutes.
* **by room** (:class:`portal.limits.Turns`): six attempts a day at once, then one in ten minutes for anybody, and
  beside them one in three minutes kept for *fresh* devices, those with fewer than three attempts. A fresh device that
  finds this turn taken and comes back after the wait it was told gets a turn of its own, up to five hours ahead, and
  keeps it. So somebody who hammers with one device takes nothing from the guest who comes with hers; who comes with
  ever new devices makes her wait a few minutes; and only who patiently waits with a hundred of them at once could
  keep her out.
* **by network**: wrong rooms in ten minutes, four times as many for fresh devices, for all guests of a hotel share one
  address, and each has a device that the box has signed for. Then one in ten seconds, and beside it one in three for
  fresh devices: whoever fails there, others get in.

Only failures count. An attempt is reserved before it is made and given back, once, when the details were right or when
nobody could be asked. What a yes is worth depends on who brings it (:class:`Yes`): a box that says yes to this server
is proof; a signed redirect 3 is the box's word that *something* succeeded, and no word says which attempt, so that a
guesser could carry the yes of a free sign-in here: it gives back so many of a room a day and no more; what a
browser says of itself gives the device nothing back. What is refused here is not counted.

So guessers get at most 6 attempts of a room at once, 50 given back by words that were for something else, one in ten
minutes and one in three, a day: under 690. 5,000 guesses of one birthday take more than a week.

Each attempt is one atomic call of the store, so what is allowed is what gets through, whatever comes at once.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from portal.errors import TooMany
from portal.limits import DAY, Turns, is_fresh
from portal.shared_store import Pace, SharedStore, Window
from portal.text import room_key

DELAYS = (0, 0, 0, 10, 30, 60, 120, 300, 600, 900)
"""Seconds to wait after that many attempts of one device; the last one stays."""
AT_ONCE = 6
MEMORY = DAY // 2
"""Seconds after its last attempt that a device counts as new again."""
RESERVE = 180
ROOM = Turns("room", AT_ONCE, DAY, anybody=600, kept=RESERVE, ahead=100 * RESERVE, grace=5 * RESERVE)
GIVEN_BACK = 50
"""Attempts at one room a day that a signed redirect 3, or a browser's word, gives back."""
NETWORK = Turns("room network", 40, 600, anybody=10, kept=3, ahead=300, grace=60)
FRESH_SHARE = 4
"""How many times as many wrong rooms a network may have before fresh devices take turns as well."""
NOTHING = "-"
"""Stands in a receipt for what came from a turn: there is nothing to give back."""


class Yes(Enum):
    """Who says that an attempt was right."""

    PROVEN = "proven"
    """The box, to this server, or by guest data that it signed for the same room."""
    SIGNED = "signed"
    """The box, by a signed redirect 3 that the browser carried here."""
    CLAIMED = "claimed"
    """The guest's browser."""


class TooSoon(Exception):
    """Not now; ``wait`` is in whole seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__("too soon")
        self.wait = wait


@dataclass(frozen=True)
class Attempt:
    """Who tries which room; ``devices`` are names of one device, the client id first."""

    venue: str
    room: str
    devices: Sequence[str]
    network: str

    @property
    def paces(self) -> list[Pace]:
        """The delays of the device, under each of its names."""
        return [Pace(("room device", self.venue, name), DELAYS, MEMORY) for name in self.devices]

    @property
    def place(self) -> tuple[str, str]:
        """The room as the limits know it."""
        return self.venue, room_key(self.room)


class Guesses:
    """The counters in a store."""

    def __init__(self, store: SharedStore, network_limit: int = 40) -> None:
        self._store, self._network_limit = store, network_limit

    def take(self, attempt: Attempt) -> str:
        """Count an attempt and return its receipt; raises :class:`TooSoon`."""
        fresh = is_fresh(self._store, *(pace.names for pace in attempt.paces))
        limit = self._network_limit * (FRESH_SHARE if fresh else 1)
        paced = self._store.look(attempt.paces)
        if not paced.passed:  # before a turn is spent on it
            raise TooSoon(math.ceil(paced.wait))
        try:
            network = replace(NETWORK, amount=limit).take(
                self._store, (attempt.venue, attempt.network), attempt.devices[0], fresh
            )
            try:
                room = ROOM.take(self._store, attempt.place, attempt.devices[0], fresh, attempt.paces)
            except TooMany:
                self._store.give_back(network)
                raise
        except TooMany as error:
            raise TooSoon(error.retry_after) from error
        return f"{os.urandom(6).hex()} {network or NOTHING} {room or NOTHING}"

    def give_back(self, receipt: str, attempt: Attempt, yes: Yes) -> None:
        """The attempt was no guess."""
        name, *counted = receipt.split()
        if not self._store.add_once(2 * DAY, "room given back", name):
            return
        if yes is not Yes.CLAIMED:
            for pace in attempt.paces:
                self._store.forget(*pace.names)
        network, room = [*counted, NOTHING, NOTHING][:2]
        if network != NOTHING:
            self._store.give_back(network)
        bound = Window(("room back", *attempt.place), GIVEN_BACK, DAY)
        if room != NOTHING and (yes is Yes.PROVEN or self._store.take([bound]).passed):
            self._store.give_back(room)
