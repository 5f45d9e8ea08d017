"""Login pages that serve every guest for whom all else is the same: each is rendered once, and packed at its second use.

What is kept is bounded by its size and not by a number: a host with five hundred venues keeps a page of each in the
languages that its guests speak, and the least used one leaves first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

LARGEST = 16_000_000
"""Bytes of all pages together."""


class PageCache:
    """By key; safe between threads. Values have a ``weight`` in bytes."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._pages: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()
        self._largest = largest
        self._weight = 0

    def get(self, key: Hashable) -> Any | None:
        """The page, or None."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: Hashable, page: Any) -> None:
        """Keep a page; the least used ones make room."""
        with self._lock:
            old = self._pages.pop(key, None)
            self._weight -= old.weight if old else 0
            self._pages[key] = page
            self._weight += page.weight
            while self._weight > self._largest and len(self._pages) > 1:
                _key, gone = self._pages.popitem(last=False)
                self._weight -= gone.weight
