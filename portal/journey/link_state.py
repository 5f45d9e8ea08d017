"""A state for what stands in an address: a short handle, since proxies write addresses down.

A browser that has not brought our cookie back, on its first page or for good, needs its state in the plain links of a page
(languages, terms, back to the start). The links carry a handle of 22 characters that says nothing; the state, sealed as
ever, waits in a store for a while, so that any process can take the next request. It is a store of its own, beside the
one that counts attempts: losing it costs a guest without cookies the way back from a link, and nobody anything else.
A handle opens the state for the same browser (by its ``User-Agent``), as often as the link is tapped.
"""

from __future__ import annotations

import re
import secrets
import threading
import time

from flask import current_app, request

from portal.shared_store import SharedStore

LIFE = 1200
"""Seconds that a link of a page is good for (contract: a state lives 20 minutes at least)."""
LENGTH = 22
RATE, BURST = 10.0, 2_000.0
"""Handles that a process keeps a second, and at once, for pages that anybody may open: junk fills no disk."""
_HANDLE = re.compile(r"[A-Za-z0-9_-]{22}")


class LinkStates:
    """The states behind handles, in ``store``."""

    def __init__(self, store: SharedStore) -> None:
        self._store, self._lock = store, threading.Lock()
        self._left, self._seen = BURST, time.monotonic()

    def keep(self, token: str, browser: str, seconds: float = LIFE, *, anybody: bool = False) -> str:
        """A handle for a state. ``anybody``: of a page that asks for no state; beyond the rate it opens nothing."""
        handle = secrets.token_urlsafe(16)
        if not anybody or self._may():
            self._store.keep(token.encode(), seconds, "state of a link", handle, browser)
        return handle

    def token(self, handle: str, browser: str) -> str:
        """The state behind a handle; "" where there is none."""
        if not _HANDLE.fullmatch(handle):
            return ""
        return (self._store.result("state of a link", handle, browser) or b"").decode()

    def _may(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._left = min(BURST, self._left + RATE * (now - self._seen))
            self._seen = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


def handle_of(token: str, seconds: float = LIFE) -> str:
    """A handle for a state, for the browser of this request. A post has brought a state of its own and is limited as
    such; a page that is merely opened may be anybody's."""
    states: LinkStates = current_app.extensions["link states"]
    return states.keep(token, _browser(), seconds, anybody=request.method != "POST")


def token_of(handle: str) -> str:
    """The state behind a handle that this browser was given; what is no handle comes back as it is, for it may be a
    state."""
    states: LinkStates = current_app.extensions["link states"]
    return states.token(handle, _browser()) if len(handle) == LENGTH else handle


def _browser() -> str:
    return request.headers.get("User-Agent", "")[:300]
