"""The store as the rest of the portal knows it: names in clear come in, and no call ever fails."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from portal.shared_store.backend import Backend, Outcome, StoreDown
from portal.shared_store.breaker import Breaker
from portal.shared_store.keys import Keys
from portal.shared_store.sqlite import SqliteBackend
from portal.shared_store.steps import Step, Window

T = TypeVar("T")
STEP = 0.05
"""Seconds between two looks at a lock that somebody else holds."""


class StillLocked(Exception):
    """Somebody else holds the lock, and patience is at its end."""


@dataclass(frozen=True)
class Taken:
    """Of steps: ``waits`` has the seconds of each, 0 = none; ``refused`` the places of those that did not pass.
    ``receipt`` gives back what was counted (:meth:`SharedStore.give_back`); it names nobody and fits into a state."""

    waits: Sequence[float]
    refused: Sequence[int] = ()
    receipt: str = ""

    @property
    def passed(self) -> bool:
        """Whether all passed, and all were taken."""
        return not self.refused

    @property
    def wait(self) -> float:
        """The longest wait of a step that did not pass, in seconds."""
        return max((self.waits[place] for place in self.refused), default=0.0)


class SharedStore:
    """What processes share. ``names`` say what a thing is about, the purpose first; ``seconds`` how long it is known.

    Every call is atomic among all processes. A store that does not work keeps no hotel offline: then this process
    counts by itself, in memory, until the store works again (here and nowhere else, with one line in the log).
    """

    def __init__(self, backend: Backend, secrets: Sequence[str], *, quietly: bool = False) -> None:
        self._backend, self._keys = backend, Keys(secrets)
        self._spare = SqliteBackend(None)
        self._breaker = Breaker(backend.ping, logging.DEBUG if quietly else logging.WARNING)

    def add_once(self, seconds: float, *names: str) -> bool:
        """Whether nobody has asked for these names before."""
        key, mark = self._keys.name(names), _mark()
        return self._ask(lambda backend: backend.add(key, mark, _ms(seconds)))

    def increment(self, seconds: float, *names: str, by: int = 1) -> int:
        """Add and return the sum; it is forgotten ``seconds`` after the first addition."""
        key = self._keys.name(names)
        return self._ask(lambda backend: backend.increment(key, by, _ms(seconds)))

    def raise_to(self, number: int, seconds: float, *names: str) -> int:
        """Set a number unless a greater one is there; returns the one that is there then."""
        key = self._keys.name(names)
        return self._ask(lambda backend: backend.raise_to(key, number, _ms(seconds)))

    def number(self, *names: str) -> int:
        """A number that was counted; 0 without one."""
        key = self._keys.name(names)
        return int(self._ask(lambda backend: backend.read(key))[0] or 0)

    def keep(self, result: bytes, seconds: float, *names: str) -> None:
        """Remember a result, encrypted."""
        key = self._keys.name(names)
        sealed = self._keys.seal(key, result)
        self._ask(lambda backend: backend.put(key, sealed, _ms(seconds)))

    def result(self, *names: str) -> bytes | None:
        """The result that was kept, None without one."""
        key = self._keys.name(names)
        sealed, _left = self._ask(lambda backend: backend.read(key))
        return self._keys.open(key, sealed) if isinstance(sealed, bytes) else None

    def forget(self, *names: str) -> None:
        """It did not happen after all."""
        key = self._keys.name(names)
        self._ask(lambda backend: backend.remove([key]))

    @contextlib.contextmanager
    def lock(
        self, seconds: float, patience: float, *names: str, pause: Callable[[float], None] = time.sleep
    ) -> Iterator[None]:
        """Nobody else is in here meanwhile, for at most ``seconds`` (a process may die in here). Waits for another
        one at most ``patience`` seconds, then raises :class:`StillLocked`."""
        key, mark = self._keys.name((*names, "lock")), _mark()
        latest = time.monotonic() + patience
        while not self._ask(lambda backend: backend.add(key, mark, _ms(seconds))):
            if time.monotonic() >= latest:
                raise StillLocked
            pause(STEP)
        try:
            yield
        finally:
            self._ask(lambda backend: backend.remove_if(key, mark))

    def take(self, steps: Sequence[Step]) -> Taken:
        """Take all steps if all pass, else none."""
        return self._take(steps, True)

    def look(self, steps: Sequence[Step]) -> Taken:
        """What :meth:`take` would say, and nothing is taken."""
        return self._take(steps, False)

    def give_back(self, receipt: str) -> None:
        """Take what a receipt names off its windows, once for each call."""
        if keys := [bytes.fromhex(key) for key in receipt.split()]:
            self._ask(lambda backend: backend.give_back(keys))

    def works(self) -> bool:
        """Whether the store itself works now; for ``/readyz``."""
        try:
            self._backend.ping()
        except StoreDown:
            return False
        return True

    def close(self) -> None:
        """Let go of files, connections and the thread."""
        self._breaker.close()
        self._backend.close()
        self._spare.close()

    def _take(self, steps: Sequence[Step], really: bool) -> Taken:
        keyed = {self._keys.name(step.names): step for step in steps}
        said: list[Outcome] = self._ask(lambda backend: backend.take(list(keyed.items()), really))
        refused = [place for place, outcome in enumerate(said) if not outcome.passed]
        waits = [outcome.wait / 1000 for outcome in said]
        counted = [key.hex() for key, step in keyed.items() if isinstance(step, Window)]
        return Taken(waits, refused, "" if refused or not really else " ".join(counted))

    def _ask(self, call: Callable[[Backend], T]) -> T:
        if not self._breaker.is_open:
            try:
                return call(self._backend)
            except StoreDown as error:
                self._breaker.trip(error)
        return call(self._spare)


def _mark() -> bytes:
    """What one call puts, told from everybody else's; in digits, since steps read numbers."""
    return b"%d" % int.from_bytes(os.urandom(6))


def _ms(seconds: float) -> int:
    return max(1, int(seconds * 1000))
