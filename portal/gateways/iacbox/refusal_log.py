"""Which return codes a venue's boxes have refused with: for the operator, who has the vendor's list and decides.

One SQLite file in the portal's state folder, one row per venue, code and language: the box's last text, how often, since
when, until when. Nothing about guests: digits and whatever was typed are cut out of a text before it is kept. Each host
keeps its own file. Knows nothing of Flask.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("portal.gateways.iacbox")
FILE = "iacbox-refusals.sqlite"
MOST_ROWS = 400
"""Of one venue. A signed answer has what codes it likes, and a browser of mode external invents some."""
PATIENCE = 0.5
"""Seconds to wait for another process: a guest is waiting, too."""
_TABLE = """CREATE TABLE IF NOT EXISTS refusals (
    venue TEXT, code INTEGER, language TEXT, text TEXT, times INTEGER, first REAL, last REAL,
    PRIMARY KEY (venue, code, language)) WITHOUT ROWID"""
_ADD = """INSERT INTO refusals SELECT ?1, ?2, ?3, ?4, 1, ?5, ?5
    WHERE EXISTS (SELECT 1 FROM refusals WHERE venue = ?1 AND code = ?2 AND language = ?3)
    OR (SELECT count(*) FROM refusals WHERE venue = ?1) < ?6
    ON CONFLICT DO UPDATE SET text = excluded.text, times = times + 1, last = excluded.last"""


@dataclass(frozen=True)
class Refusal:
    """A return code as the box has told it in one language; ``first`` and ``last`` in unix seconds."""

    code: int
    language: str
    text: str
    times: int
    first: float
    last: float


class RefusalLog:
    """The file in a folder; it is made when the first refusal comes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def add(self, venue: str, code: int, language: str, text: str, typed: Iterable[str], now: float) -> None:
        """Count one refusal. A file that cannot be written keeps no guest waiting: the log says so."""
        row = (venue, code, language, without_guests(text, typed), now, MOST_ROWS)
        try:
            with closing(self._open()) as file, file:
                file.execute(_ADD, row)
        except (sqlite3.Error, OSError) as error:
            log.warning("refusals cannot be kept: %s", type(error).__name__)

    def of(self, venue: str) -> Sequence[Refusal]:
        """All of a venue, the most frequent first."""
        if not self._path.is_file():
            return []
        query = "SELECT code, language, text, times, first, last FROM refusals WHERE venue = ? ORDER BY times DESC, code"
        with closing(self._open()) as file:
            return [Refusal(*row) for row in file.execute(query, (venue,))]

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = sqlite3.connect(self._path, timeout=PATIENCE)
        file.execute(_TABLE)
        return file


def without_guests(text: str, typed: Iterable[str]) -> str:
    """A text of the box without what may name a guest: numbers, and what was typed."""
    for word in sorted(filter(None, typed), key=len, reverse=True):
        if len(word) > 1:
            text = re.sub(re.escape(word), "…", text, flags=re.IGNORECASE)
    return re.sub(r"\d+", "…", text)[:200]
