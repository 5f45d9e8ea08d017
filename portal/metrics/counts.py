"""Counts that all processes of a host share: each in memory, and in a file of its own at most a second later."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

Key = tuple[str, ...]
PAUSE = 1.0
"""Seconds between two looks for something to write."""
ENDED = "ended.json"


class Counts:
    """Sums by key. A guest's request pays for an addition in memory; a thread writes once a second.

    ``folder`` None = this process counts for itself. A file is replaced as a whole, so a full disk costs figures and no
    guest; a file that is mapped into memory would cost the process.
    """

    _writer: threading.Thread | None
    _sums: defaultdict[Key, float]

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._restart()
        os.register_at_fork(after_in_child=self._restart)

    def share(self, folder: Path) -> None:
        """Count together with all processes that this one starts, from nought."""
        self.folder = folder
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in folder.iterdir():
                old.unlink()

    def add(self, added: Mapping[Key, float]) -> None:
        """Add to several sums at once."""
        with self._lock:
            for key, value in added.items():
                self._sums[key] += value
            self._changed = True
            if self.folder and not self._writer:
                self._writer = threading.Thread(target=self._write_on, name="metrics", daemon=True)
                self._writer.start()
                atexit.register(self.write)

    def of_all(self) -> dict[Key, float]:
        """The sums of this process and of all others of the host, those that have ended too."""
        with self._lock:
            found = self._sums.copy()
        for path in self._files():
            if path.stem != str(os.getpid()):
                _add_file(found, path)
        return found

    def write(self) -> None:
        """Write this process's file, if there is news."""
        with self._lock:
            sums, changed, self._changed = self._sums.copy(), self._changed, False
        if changed and self.folder:
            with contextlib.suppress(OSError):
                _write(self.folder / f"{os.getpid()}.json", sums)

    def _restart(self) -> None:
        """A process that was forked begins at nought: what was counted before is its parent's."""
        self._lock, self._changed = threading.Lock(), False
        self._sums, self._writer = defaultdict(float), None

    def _write_on(self) -> None:
        with contextlib.suppress(OSError):
            self._gather_ended()
        while True:
            time.sleep(PAUSE)
            self.write()

    def _gather_ended(self) -> None:
        """Put the files of processes that have ended into one; workers come and go."""
        if not self.folder:
            return
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            ended = [path for path in self._files() if path.name != ENDED and not _lives(int(path.stem))]
            if ended:
                sums: defaultdict[Key, float] = defaultdict(float)
                for path in (self.folder / ENDED, *ended):
                    _add_file(sums, path)
                _write(self.folder / ENDED, sums)
            for path in ended:
                path.unlink()

    def _files(self) -> list[Path]:
        return list(self.folder.glob("[0-9e]*.json")) if self.folder else []


def _lives(pid: int) -> bool:
    """Whether the process writes its file on; this one has not begun."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()


def _add_file(sums: defaultdict[Key, float], path: Path) -> None:
    with contextlib.suppress(OSError, ValueError):
        for key, value in json.loads(path.read_bytes()).items():
            sums[tuple(key.split("\t"))] += value


def _write(path: Path, sums: Mapping[Key, float]) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(json.dumps({"\t".join(key): value for key, value in sums.items()}))
    beside.replace(path)
