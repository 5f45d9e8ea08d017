"""What processes share: attempts, what was used up, locks, answers for who pressed twice.

:class:`SharedStore` is what the portal uses (``store.py``). Behind it stands a SQLite file in the portal's state folder
(``sqlite.py``, one host), or Redis or Valkey (``redis_server.py``, several hosts). ``steps.py`` says what may be asked
of a key before something is tried, ``keys.py`` hides names and results, ``breaker.py`` leaves a store alone that does
not work.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
import tempfile
from collections.abc import Sequence
from pathlib import Path

from portal.shared_store.sqlite import SqliteBackend
from portal.shared_store.steps import Due, Pace, Step, Turn, Window
from portal.shared_store.store import SharedStore, StillLocked, Taken

__all__ = [
    "Due",
    "Pace",
    "SharedStore",
    "Step",
    "StillLocked",
    "Taken",
    "Turn",
    "Window",
    "check_url",
    "open_passing",
    "open_store",
]

log = logging.getLogger("portal.shared_store")
FILE, PASSING = "shared.sqlite", "passing.sqlite"


def open_store(url: str, state: Path, secrets: Sequence[str]) -> SharedStore:
    """The store at ``url``; "" = the file in the folder ``state``. ``secrets``: the secret keys, newest last.

    Nothing is connected or written yet. Raises ValueError for a URL that is none.
    """
    if url:
        from portal.shared_store.redis_server import RedisBackend  # 4 MB that most installations do without

        check_url(url)
        return SharedStore(RedisBackend(url), secrets)
    return SharedStore(SqliteBackend(_folder(state) / FILE), secrets)


def open_passing(store: SharedStore, url: str, state: Path, secrets: Sequence[str]) -> SharedStore:
    """A store for what may be lost: a file of its own, so that it takes no room from what must not be; with a server,
    ``store`` itself."""
    if url:
        return store
    return SharedStore(
        SqliteBackend(_folder(state, quietly=True) / PASSING, lasting=False), secrets, quietly=True
    )


def check_url(url: str) -> str:
    """The URL of a store, unchanged; raises ValueError that says what would be right."""
    example = "write for example redis://127.0.0.1:6379/0, or nothing for a file in PORTAL_STATE"
    from portal.shared_store.redis_server import SCHEMES, RedisBackend

    scheme, colon, _rest = url.partition("://")
    if not colon or scheme not in SCHEMES:
        raise ValueError(f"{url!r} is not a store; {example}")
    try:
        RedisBackend(url).close()
    except (ValueError, TypeError) as error:
        raise ValueError(f"{url!r} cannot be used: {error}; {example}") from error
    return url


def _folder(state: Path, *, quietly: bool = False) -> Path:
    """The folder of the file: ``state``, or one of our own under the system's temporary folder where nothing can be
    written there (the log says so). All processes of one host choose the same."""
    if _is_writable(state):
        return state
    digest = hashlib.sha256(str(state).encode()).hexdigest()[:12]
    spare = Path(tempfile.gettempdir()) / f"foyer-{os.geteuid()}-{digest}"
    if not quietly:
        log.warning(
            "%s cannot be written: what processes share is kept in %s; set PORTAL_STATE", state, spare
        )
    try:
        spare.mkdir(mode=0o700, exist_ok=True)
        found = spare.lstat()
    except OSError:
        return state
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
    return spare if ours else state


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
