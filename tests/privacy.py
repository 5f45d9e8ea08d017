"""What no line of our log may hold: whatever the guests of a test typed, opened or were called by.

:data:`watch` looks at every record of the portal's loggers as it is made, and at what a server of its own has written
when it ends. ``conftest.py`` asks after each test: a test whose log told something personal fails.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from portal.simulators.iacbox.hotel import ROOMS

SHORTEST = 5
"""Characters of a word that can be told from a figure or a word of ours."""
PATTERNS = {
    "a MAC address": re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])"),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "a URL with a query": re.compile(r"https?://[^\s'\"]*\?[\w%.-]+="),
    "a named detail": re.compile(
        r"\b(?:room|user|username|login|password|pin|e?mail|mac|phone|birthday|[fl]name|first_name|last_name)=\S"
    ),
    "a token": re.compile(r"(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{100,}"),
}
PEOPLE = frozenset(
    {name for _room, first, last, *_rest in ROOMS for name in (first, last) if len(name) >= SHORTEST}
    | {"willkommen", "ALPEN-2024", "caffe24", "jsmith", "s3cret"}
)
OURS = frozenset({"way", "hop", "reason", "res", "lang", "id", "uuid", "zone", "uamip"})
"""Parameters whose values are words of ours, of a protocol or of the operator: they name no guest."""


class Watch(logging.Handler):
    """What was told of whom, since it was last asked. Thread-safe as every handler is."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._words: set[str] = set()
        self._found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record of this process."""
        if not record.name.startswith("portal.simulators"):
            self.read(f"{record.name}: {self.format(record)}")

    def hears(self, url: str, body: str | None = None) -> None:
        """A guest asked for this address and sent this: what it says of them is theirs."""
        pairs = parse_qsl(urlsplit(url).query) + parse_qsl(body or "")
        devices = re.findall(r"/device/(\w+)", url)
        self._words |= {word for name, word in pairs if len(word) >= SHORTEST and name not in OURS}
        self._words |= set(devices)

    def types(self, word: str) -> None:
        """A guest in a browser typed this."""
        if len(word) >= SHORTEST:
            self._words.add(word)

    def read(self, text: str) -> None:
        """Look at a line, or at all that a server wrote."""
        for line in text.splitlines():
            self._found += [f"{what}: {line}" for what in personal(line, self._words)]

    def read_file(self, path: Path) -> None:
        """Look at what a server of its own wrote."""
        self.read(path.read_text(errors="replace"))

    def told(self) -> list[str]:
        """What was found; it is forgotten, and so are the guests."""
        found, self._found = self._found, []
        self._words = set()
        return found


def personal(line: str, words: Iterable[str]) -> list[str]:
    """What of a guest stands in a line."""
    found = [what for what, pattern in PATTERNS.items() if pattern.search(line)]
    return found + [repr(word) for word in (*PEOPLE, *words) if word in line]


watch = Watch()
