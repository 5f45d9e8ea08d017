"""Attempts, by purpose, on what processes share: reserve before something is tried, give back what was no guess.

Every decision is one atomic call of the store, so what is allowed is what gets through, however many requests come at
once and to however many processes. Three shapes:

* :class:`Limit`: so many in a time.
* :class:`Turns`: delays instead of locks, for what many may want and somebody guesses at: a room, a code, a network.
  So many at once; then one in ``anybody`` seconds for devices that have failed often, and beside it one in ``kept``
  seconds for *fresh* devices. Who finds that turn taken and comes back after the wait told gets a turn of their own, up to ``ahead``
  seconds from then, and keeps it. So who hammers with one device takes nothing from the others.
* :func:`guessing`: a reservation around a call that tells whether it was a guess.

Only failures count: a reservation is given back when the details were right, and when nobody could be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from portal.errors import Refused, TooMany
from portal.shared_store import Due, SharedStore, Step, Taken, Turn, Window

DAY = 86_400
FRESH = 3
"""A device with fewer failures than this is fresh."""


@dataclass(frozen=True)
class Limit:
    """At most ``amount`` in ``seconds``. ``purpose`` is for the log and keeps limits apart."""

    purpose: str
    amount: int
    seconds: float

    def of(self, *names: str) -> Window:
        """The limit for these names, to be taken from a store."""
        return Window((self.purpose, *names), self.amount, self.seconds)


def hit(store: SharedStore, *windows: Window) -> str:
    """Count one more of each, or, if one is full, of none; returns the receipt for giving back.

    Raises :class:`TooMany` with the purpose of the one that takes longest, and its wait.
    """
    return _or_too_many(windows, store.take(windows))


def check(store: SharedStore, *windows: Window) -> None:
    """Raises :class:`TooMany` as :func:`hit` would; counts nothing."""
    _or_too_many(windows, store.look(windows))


def is_fresh(store: SharedStore, *devices: Sequence[str]) -> bool:
    """Whether a device, by whatever names it has, failed fewer than :data:`FRESH` times. ``devices`` are the names of
    the windows or paces that count its failures; a device without any name is not fresh."""
    return bool(devices) and store.look([Window(names, FRESH, 1) for names in devices]).passed


@contextmanager
def guessing(store: SharedStore, receipt: str, is_wrong: Callable[[Refused], bool]) -> Iterator[None]:
    """What happens in here was reserved with ``receipt``; it is given back unless the answer is a refusal that
    ``is_wrong`` calls a wrong guess. Who is out of order told nothing about a guess."""
    try:
        yield
    except Refused as no:
        if not is_wrong(no):
            store.give_back(receipt)
        raise
    except BaseException:
        store.give_back(receipt)
        raise
    store.give_back(receipt)


@dataclass(frozen=True)
class Turns:
    """See the module. ``amount`` in ``seconds`` at once; a turn that was given ahead is kept for ``grace`` seconds.
    All times in seconds."""

    purpose: str
    amount: int
    seconds: float
    anybody: float
    kept: float
    ahead: float
    grace: float

    def take(
        self, store: SharedStore, names: Sequence[str], device: str, fresh: bool, also: Sequence[Step] = ()
    ) -> str:
        """A turn of ``device`` at ``names``, together with the steps ``also``: all of it or nothing. Returns the
        receipt; what came from a turn is not in it. Raises :class:`TooMany`."""
        burst = Window((self.purpose, *names), self.amount, self.seconds)
        receipt = self._try(store, burst, also)
        if receipt is None and not fresh:
            turn = Turn((self.purpose, "anybody", *names), self.anybody)
            receipt = self._try(store, turn, also)
            if receipt is None:
                raise TooMany(self.purpose, _whole(store.look([turn]).wait))
        if receipt is None:
            receipt = self._fresh(store, names, device, also)
        return receipt

    def _try(self, store: SharedStore, last: Step, also: Sequence[Step]) -> str | None:
        """The receipt; None if only the last step did not pass. Raises :class:`TooMany` for the others."""
        taken = store.take([*also, last])
        if taken.passed:
            return taken.receipt
        if others := [place for place in taken.refused if place < len(also)]:
            place = max(others, key=taken.waits.__getitem__)
            raise TooMany(also[place].names[0], _whole(taken.waits[place]))
        return None

    def _fresh(self, store: SharedStore, names: Sequence[str], device: str, also: Sequence[Step]) -> str:
        """The turn that this device was given before, or one that is free now."""
        mine = Due((self.purpose, "mine", *names, device), self.grace)
        free = Turn((self.purpose, "fresh", *names), self.kept)
        for step in (mine, free):
            receipt = self._try(store, step, also)
            if receipt is not None:
                return receipt
            if step is mine and (wait := store.look([mine]).wait):
                raise TooMany(self.purpose, _whole(wait))
        self._queue(store, names, device, mine)
        receipt = self._try(store, mine, also)
        if receipt is None:
            raise TooMany(self.purpose, 1)
        return receipt

    def _queue(self, store: SharedStore, names: Sequence[str], device: str, mine: Due) -> None:
        """Who comes back gets a turn ahead, one for each time told to wait; raises :class:`TooMany` unless it is now.

        A crowd of devices that never return takes nothing from anybody.
        """
        back = Due((self.purpose, "back", *names, device), DAY)
        turn = Turn((self.purpose, "fresh", *names), self.kept, self.ahead)
        taken = store.take([back, turn])
        if taken.passed:
            wait = taken.waits[1]
            store.add_once(wait + self.grace, *mine.names)
            if wait > 0:
                raise TooMany(self.purpose, _whole(wait))
            return
        wait = taken.waits[0] or min(taken.waits[1], self.kept) or self.kept
        store.add_once(wait + DAY, *back.names)
        raise TooMany(self.purpose, _whole(wait))


def _or_too_many(windows: Sequence[Window], taken: Taken) -> str:
    if not taken.passed:
        place = max(taken.refused, key=lambda one: taken.waits[one])
        raise TooMany(windows[place].names[0], _whole(taken.waits[place]))
    return taken.receipt


def _whole(seconds: float) -> int:
    """Whole seconds, at least one: who comes back then is not too early."""
    return max(1, int(seconds) + (seconds > int(seconds)))
