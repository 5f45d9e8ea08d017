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
* **by network**: wrong rooms in ten minutes; half of them for devices that are not fresh. All guests of a hotel often
  share one address, so this is wide, and a setting.

An attempt counts when it is made and is given back when it succeeds, each at most once, and of a room's first six a day
and a network's as many as may count at once: in mode redirect the browser carries the box's word for "it succeeded",
and no word says of which attempt (each word gives back once, see ``guard.is_news``). What is refused here is not
counted. So a room bears at most 6 + 20 attempts in an hour and 12 a day: 5,000 guesses take over a week.

Each attempt is one atomic call of the store, so what is allowed is what gets through, whatever comes at once.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from portal.errors import TooMany
from portal.limits import DAY, Turns, is_fresh
from portal.shared_store import Pace, SharedStore, Step, Window

DELAYS = (0, 0, 0, 10, 30, 60, 120, 300, 600, 900)
"""Seconds to wait after that many attempts of one device; the last one stays."""
AT_ONCE = 6
MEMORY = DAY // 2
"""Seconds after its last attempt that a device counts as new again."""
RESERVE = 180
ROOM = Turns("room", AT_ONCE, DAY, anybody=600, kept=RESERVE, ahead=100 * RESERVE, grace=5 * RESERVE)
NETWORK = 600


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
        return self.venue, normal_room(self.room)


def normal_room(text: str) -> str:
    """A room as a hotel reads it, so that ``0214``, `` 214`` and ``２１４`` count as one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(str(unicodedata.decimal(one, one)) for one in folded if one.isalnum())
    return plain.lstrip("0") or plain[:1]


class Guesses:
    """The counters in a store."""

    def __init__(self, store: SharedStore, network_limit: int = 40) -> None:
        self._store, self._network_limit = store, network_limit

    def take(self, attempt: Attempt) -> str:
        """Count an attempt and return its receipt; raises :class:`TooSoon`."""
        fresh = is_fresh(self._store, *(pace.names for pace in attempt.paces))
        limit = self._network_limit if fresh else self._network_limit // 2
        network = Window(("room network", attempt.venue, attempt.network), limit, NETWORK)
        also: list[Step] = [*attempt.paces, network]
        try:
            counted = ROOM.take(self._store, attempt.place, attempt.devices[0], fresh, also)
        except TooMany as error:
            raise TooSoon(error.retry_after) from error
        return f"{os.urandom(6).hex()} {counted}"

    def give_back(self, receipt: str, attempt: Attempt) -> None:
        """The attempt succeeded: it was no guess."""
        name, *counted = receipt.split()
        if not self._store.add_once(2 * DAY, "room given back", name):
            return
        for pace in attempt.paces:
            self._store.forget(*pace.names)
        back = (
            Window(("room network back", attempt.venue, attempt.network), self._network_limit, NETWORK),
            Window(("room back", *attempt.place), AT_ONCE, DAY),
        )
        for most, window in zip(back, counted, strict=False):
            if self._store.take([most]).passed:
                self._store.give_back(window)
