"""What the portal remembers of integrations: one small JSON file per venue, replaced whole.

Kept: the operator's switch, what is still to be told and what was told last, and hashes of the tokens that
platforms were given. Never a token, a guest or a body.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

log = logging.getLogger("portal.integrations")


class BadStore(Exception):
    """The file of a venue cannot be read or written; the message says which and why."""


@dataclass(frozen=True)
class Entry:
    """One integration of one venue.

    ``enabled``: the operator's word, None = the venue file's. ``waiting``: switches that its platform has not
    been told yet, oldest first. ``told``: the last one that it was told (None = nothing), at ``told_at``.
    ``tries`` have failed since, the last with ``fault``; the next is due at ``due_at``. Times in unix seconds.
    ``tokens``: SHA-256 in hex of every token that the platform may hold.
    """

    enabled: bool | None = None
    waiting: tuple[bool, ...] = ()
    told: bool | None = None
    told_at: float = 0.0
    tries: int = 0
    due_at: float = 0.0
    fault: str = ""
    tokens: tuple[str, ...] = ()

    def but(self, **changes: Any) -> Entry:
        """A copy with some fields changed."""
        return replace(self, **changes)


Entries = Mapping[str, Entry]


class Store:
    """The entries of every venue, by the names of its integrations."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "integrations"

    def read(self, slug: str) -> Entries:
        """The entries of a venue, for guests: an unreadable file counts as none, and the log says so."""
        try:
            return self.load(slug)
        except BadStore as error:
            log.error("integrations venue=%s reason=%s", slug, error)
            return {}

    def load(self, slug: str) -> Entries:
        """The entries of a venue; raises :class:`BadStore`."""
        path = self._path(slug)
        try:
            seen = path.stat()
            return _parsed(path, seen.st_mtime_ns, seen.st_ino)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise BadStore(f"{path} cannot be read ({type(error).__name__}); mend or remove it") from error

    def keep(self, slug: str, name: str, entry: Entry) -> None:
        """Write one entry: the file is there whole, before or after; raises :class:`BadStore`."""
        entries = {**self.load(slug), name: entry}
        path = self._path(slug)
        fresh = path.with_suffix(f".{os.getpid()}.new")
        text = json.dumps({key: asdict(value) for key, value in entries.items()}, indent=1)
        try:
            with fresh.open("w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            raise BadStore(f"{path} cannot be written: {error.strerror}") from error

    @contextlib.contextmanager
    def alone(self, slug: str) -> Iterator[None]:
        """Keep other commands out while one tells the platforms of a venue; raises :class:`BadStore`."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = open(self.folder / f"{slug}.lock", "w")  # noqa: SIM115  closed below
        except OSError as error:
            raise BadStore(f"{self.folder} cannot be written: {error.strerror}; set PORTAL_STATE") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _path(self, slug: str) -> Path:
        return self.folder / f"{slug}.json"


@lru_cache(maxsize=256)
def _parsed(path: Path, mtime: int, inode: int) -> Entries:
    """Read once per version of the file: every request of a guest asks."""
    return {name: _entry(values) for name, values in json.loads(path.read_text()).items()}


def _entry(values: Mapping[str, Any]) -> Entry:
    return Entry(**{**values, "waiting": tuple(values["waiting"]), "tokens": tuple(values["tokens"])})
