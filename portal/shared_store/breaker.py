"""Keeps guests from waiting for a store that is known to be away: one of them notices, then nobody asks it.

A thread of its own tries the store again and again, and closes the circuit when it works; no guest ever does that.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from portal.shared_store.backend import StoreDown

log = logging.getLogger("portal.shared_store")
FIRST, LONGEST = 0.25, 5.0
"""Seconds between two tries of the thread; they double."""


class Breaker:
    """``ping`` raises :class:`StoreDown` while the store does not work; ``level`` is how loud the log says so."""

    def __init__(self, ping: Callable[[], None], level: int = logging.WARNING) -> None:
        self._level = level
        self._ping, self._lock = ping, threading.Lock()
        self._tripped_in = 0
        self._closing = threading.Event()

    @property
    def is_open(self) -> bool:
        """Whether the store is to be left alone. A forked child finds out for itself: it has no such thread."""
        return self._tripped_in == os.getpid()

    def trip(self, error: StoreDown) -> None:
        """The store failed: one line in the log however many guests noticed."""
        with self._lock:
            if self.is_open or self._closing.is_set():
                return
            self._tripped_in = os.getpid()
        log.log(
            self._level,
            "the shared store does not work (%s): until it does, each process counts alone",
            error,
        )
        threading.Thread(target=self._mend, name="shared store", daemon=True).start()

    def close(self) -> None:
        """End the thread, if there is one."""
        self._closing.set()

    def _mend(self) -> None:
        pause = FIRST
        while not self._closing.wait(pause):
            try:
                self._ping()
            except StoreDown:
                pause = min(2 * pause, LONGEST)
                continue
            self._tripped_in = 0
            log.log(self._level, "the shared store works again")
            return
