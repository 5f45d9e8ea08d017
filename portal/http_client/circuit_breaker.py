"""Who may call a server now: a server that is slow or down must not take the threads of all other venues.

Two bounds. The calls under way in this process share :data:`CALLS` slots, fewer than a worker has threads; one
server may hold at most :data:`SHARE` times as many as are still free ("dynamic threshold", Choudhury and Hahne 1998).
So one slow server alone gets 534 of them, two get 282 each, and there is always a slot for one that is not slow.
And a server that could not be connected to :data:`FAILURES` times in a row is left alone, but for one call in
:data:`PAUSE` seconds, the probe.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from portal.errors import Unreachable

log = logging.getLogger("portal.http_client")
CALLS, SHARE = 600, 8
"""``gunicorn.conf.py`` gives a worker 640 threads."""
FAILURES, PAUSE = 5, 5.0


class Busy(Unreachable):
    """Not even tried: the server is down or has enough to do. ``retry_after`` in seconds."""

    def __init__(self, reason: str = "", retry_after: int = int(PAUSE)) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Slots:
    """How many calls are under way, over all servers of this process."""

    def __init__(self, calls: int = CALLS) -> None:
        self.free = calls
        self.lock = threading.Lock()


SLOTS = Slots()


class CircuitBreaker:
    """Counts the calls to one server and the connections that failed in a row. ``clock`` gives seconds that never go back; ``host`` is for the log."""

    def __init__(self, host: str, slots: Slots = SLOTS, clock: Callable[[], float] = time.monotonic) -> None:
        self._host, self._slots, self._clock = host, slots, clock
        self._under_way = self._failures = 0
        self._probe_at = 0.0

    def acquire(self) -> None:
        """Take a slot, which :meth:`release` gives back; raises :class:`Busy`."""
        with self._slots.lock:
            if self._failures >= FAILURES:
                now = self._clock()
                if now < self._probe_at:
                    raise Busy("down")
                self._probe_at = now + PAUSE  # this call is the probe; the next one waits no longer for it
            if self._under_way >= SHARE * self._slots.free:
                raise Busy("too many calls")
            self._under_way += 1
            self._slots.free -= 1

    def release(self, connected: bool) -> None:
        """Give the slot back; ``connected``: whether a connection came about."""
        with self._slots.lock:
            self._under_way -= 1
            self._slots.free += 1
            failures = 0 if connected else self._failures + 1
            was_down, is_down = self._failures >= FAILURES, failures >= FAILURES
            self._failures = failures
            if is_down:
                self._probe_at = self._clock() + PAUSE
        if is_down and not was_down:
            log.warning("host=%s is down: %d connections failed in a row", self._host, failures)
        elif was_down and not is_down:
            log.warning("host=%s is back", self._host)
