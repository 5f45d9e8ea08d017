"""Who may call a server now: a server that is slow or down must not take the threads of all other venues.

Two bounds. The calls under way in this process share :data:`CALLS` places, fewer than a worker has threads; one
server may hold at most :data:`SHARE` times as many as are still free ("dynamic threshold", Choudhury and Hahne 1998).
So one slow server alone gets 106 of them, two get 56 each, and there is always a place for one that is not slow.
And a server that could not be connected to :data:`FAILURES` times in a row is left alone, but for one call in
:data:`PAUSE` seconds that finds out whether it is back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from portal.errors import Unreachable

log = logging.getLogger("portal.http_client")
CALLS, SHARE = 120, 8
"""``gunicorn.conf.py`` gives a worker 128 threads."""
FAILURES, PAUSE = 5, 5.0


class Busy(Unreachable):
    """Not even tried: the server is down or has enough to do. ``retry_after`` in seconds."""

    def __init__(self, reason: str = "", retry_after: int = int(PAUSE)) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Places:
    """How many calls are under way, over all servers of this process."""

    def __init__(self, calls: int = CALLS) -> None:
        self.free = calls
        self.lock = threading.Lock()


ALL = Places()


class Gate:
    """The gate before one server. ``clock`` gives seconds that never go back; ``host`` is for the log."""

    def __init__(self, host: str, places: Places = ALL, clock: Callable[[], float] = time.monotonic) -> None:
        self._host, self._places, self._clock = host, places, clock
        self._under_way = self._failures = 0
        self._ask_at = 0.0

    def enter(self) -> None:
        """Take a place, which :meth:`leave` gives back; raises :class:`Busy`."""
        with self._places.lock:
            if self._failures >= FAILURES:
                now = self._clock()
                if now < self._ask_at:
                    raise Busy("down")
                self._ask_at = (
                    now + PAUSE
                )  # this call finds out, and however long it takes, the next one will
            if self._under_way >= SHARE * self._places.free:
                raise Busy("too many calls")
            self._under_way += 1
            self._places.free -= 1

    def leave(self, connected: bool) -> None:
        """Give the place back; ``connected``: whether a connection came about."""
        with self._places.lock:
            self._under_way -= 1
            self._places.free += 1
            failures = 0 if connected else self._failures + 1
            was_down, is_down = self._failures >= FAILURES, failures >= FAILURES
            self._failures = failures
            if is_down:
                self._ask_at = self._clock() + PAUSE
        if is_down and not was_down:
            log.warning("host=%s is down: %d connections failed in a row", self._host, failures)
        elif was_down and not is_down:
            log.warning("host=%s is back", self._host)
