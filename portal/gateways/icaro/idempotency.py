"""What must happen once per guest although the request comes twice: a double click, a reload, the way back.

Kept in the store that all processes share for their counters, which holds whole numbers by name. A *lock* says
that a call is on its way; a *result* (a number above 0) says what came of it. Codes are in the names only as
hashes. A store that does not answer must not keep a hotel offline: then nothing is protected, and the log says so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256

from flask_limiter import Limiter

from portal.errors import Unsure

log = logging.getLogger("portal.gateways.icaro")
LOCK = 120
"""Seconds; longer than any call may take."""
KEPT = 2 * 3600
"""Seconds a result is known: as long as a guest's state."""
STEP = 0.1


class Once:
    """One thing that must happen once, named by ``names``. ``pause`` waits so many seconds."""

    def __init__(self, limiter: Limiter, *names: str, pause: Callable[[float], None] = time.sleep) -> None:
        digest = sha256("\0".join(names).encode()).hexdigest()[:40]
        self._store, self._pause = limiter.storage, pause
        self._lock, self._result = f"foyer/once/{digest}/lock", f"foyer/once/{digest}/result"

    @contextmanager
    def alone(self, patience: float) -> Iterator[None]:
        """Nobody else does it meanwhile. Waits for another request at most ``patience`` seconds, then raises
        :class:`portal.errors.Unsure`: it is still on its way."""
        if not self._take(time.monotonic() + patience):
            raise Unsure("still on its way")
        try:
            yield
        finally:
            with self._store_may_fail():
                self._store.clear(self._lock)

    def result(self) -> int:
        """What came of it; 0 when nothing is known."""
        with self._store_may_fail():
            return int(self._store.get(self._result))
        return 0

    def keep(self, result: int, seconds: int = KEPT) -> None:
        """Remember what came of it."""
        with self._store_may_fail():
            self._store.clear(self._result)
            self._store.incr(self._result, seconds, result)

    def forget(self) -> None:
        """It did not happen after all."""
        with self._store_may_fail():
            self._store.clear(self._result)

    def _take(self, latest: float) -> bool:
        with self._store_may_fail():
            while self._store.incr(self._lock, LOCK) > 1:
                if time.monotonic() > latest:
                    return False
                self._pause(STEP)
        return True

    @contextmanager
    def _store_may_fail(self) -> Iterator[None]:
        try:
            yield
        except self._store.base_exceptions as error:
            log.warning("the shared store does not answer: %s", type(error).__name__)
