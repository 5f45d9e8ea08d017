"""What must happen once per guest although the request comes twice: a double click, a reload, the way back.

Kept in the store that all processes share. A *lock* says that a call is on its way; a *result* (a number above 0) says
what came of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal.errors import Unsure
from portal.shared_store import SharedStore, StillLocked

LOCK = 120
"""Seconds; longer than any call may take."""
KEPT = 3 * 3600
"""Seconds a result is known: as long as a guest's state may live."""


class Once:
    """One thing that must happen once, named by ``names``. ``pause`` waits so many seconds."""

    def __init__(self, store: SharedStore, *names: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._store, self._names, self._pause = store, ("icaro", *names), pause

    @contextmanager
    def alone(self, patience: float) -> Iterator[None]:
        """Nobody else does it meanwhile. Waits for another request at most ``patience`` seconds, then raises
        :class:`portal.errors.Unsure`: it is still on its way."""
        lock = self._store.lock(LOCK, patience, *self._names, pause=self._pause)
        try:
            lock.__enter__()
        except StillLocked as error:
            raise Unsure("still on its way") from error
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    def result(self) -> int:
        """What came of it; 0 when nothing is known."""
        return int(self._store.result(*self._names) or 0)

    def keep(self, result: int, seconds: int = KEPT) -> None:
        """Remember what came of it."""
        self._store.keep(b"%d" % result, seconds, *self._names)

    def forget(self) -> None:
        """It did not happen after all."""
        self._store.forget(*self._names)
