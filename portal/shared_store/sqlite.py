"""The store of one host: a SQLite file, right for any number of processes and threads, and after a restart.

One connection for each process, one caller at a time: SQLite lets one writer in anyway, a queue in the process is
fair and quick, and 128 threads hold three open files instead of 400. After a fork the child opens its own.

The file is in WAL mode, and a commit survives a crash of the process (``synchronous = NORMAL``: after a power cut the
last moments may be missing, the file is sound). Space for the usual number of keys is taken in advance, so a disk that
fills up later does not stop it. What has ended is swept once a minute.

The clock is the host's time since it was started, set against the wall clock once per start and kept in the file: a
wall clock that is moved while the host runs, forwards or back, changes no wait. Not for network folders.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from portal.shared_store.backend import Outcome, StoreDown
from portal.shared_store.steps import Step, Verdict

BUSY = 0.6
"""Seconds to wait for another process, or for another thread of this one."""
SWEEP = 60_000
RESERVE = 1_000_000
"""Bytes taken on the disk in advance, for the file and for its journal."""
CHECKPOINT = 200
"""Pages of 4 kB after which the journal begins anew: less than what was taken for it."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, value, ends INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kept_ends ON kept (ends);
CREATE TABLE IF NOT EXISTS clock (boot TEXT PRIMARY KEY, ahead INTEGER NOT NULL, seen INTEGER NOT NULL);
"""
_PUT = "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)"
_abandoned: list[sqlite3.Connection] = []
"""Connections of the parent in a forked child: closing one there could spoil the file for the parent."""


class SqliteBackend:
    """``path`` None = in this process's memory. ``clock`` (seconds) is for tests; default: see above. ``lasting`` False:
    what may be lost with the power, so nobody waits for the disk and no space is taken in advance."""

    def __init__(
        self, path: Path | None, clock: Callable[[], float] | None = None, lasting: bool = True
    ) -> None:
        self._path, self._given_clock, self._lasting = path, clock, lasting
        self._clock: Callable[[], float] = clock or time.time
        self._lock, self._swept = threading.Lock(), 0
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        _forget_in_children(self)

    def take(self, steps: Sequence[tuple[bytes, Step]], really: bool) -> list[Outcome]:
        """See :class:`portal.shared_store.backend.Backend`, here as everywhere below."""
        with self._transaction() as (db, now):
            verdicts = [step.verdict(*_number(*_row(db, key, now))) for key, step in steps]
            if really and all(verdict.passes for verdict in verdicts):
                for (key, _step), verdict in zip(steps, verdicts, strict=True):
                    _apply(db, key, verdict, now)
        return [Outcome(verdict.passes, verdict.wait) for verdict in verdicts]

    def give_back(self, keys: Sequence[bytes]) -> None:
        with self._transaction() as (db, now):
            for key in keys:
                db.execute(
                    "UPDATE kept SET value = value - 1 WHERE key = ? AND ends > ? AND value > 0", (key, now)
                )

    def add(self, key: bytes, value: bytes, ms: int) -> bool:
        with self._transaction() as (db, now):
            there, _left = _row(db, key, now)
            if there is None:
                db.execute(_PUT, (key, value, now + ms))
        return there is None or there == value

    def put(self, key: bytes, value: bytes, ms: int) -> None:
        with self._transaction() as (db, now):
            db.execute(_PUT, (key, value, now + ms))

    def increment(self, key: bytes, by: int, ms: int) -> int:
        with self._transaction() as (db, now):
            there, left = _number(*_row(db, key, now))
            number = (there or 0) + by
            db.execute(_PUT, (key, number, now + (ms if there is None else left)))
        return number

    def raise_to(self, key: bytes, number: int, ms: int) -> int:
        with self._transaction() as (db, now):
            there, _left = _number(*_row(db, key, now))
            if there is not None and there >= number:
                return there
            db.execute(_PUT, (key, number, now + ms))
        return number

    def read(self, key: bytes) -> tuple[bytes | int | None, int]:
        with self._connected() as (db, now):
            return _row(db, key, now)

    def remove(self, keys: Sequence[bytes]) -> int:
        with self._transaction() as (db, now):
            there = [key for key in keys if _row(db, key, now)[0] is not None]
            db.executemany("DELETE FROM kept WHERE key = ?", [(key,) for key in keys])
        return len(there)

    def remove_if(self, key: bytes, value: bytes) -> bool:
        with self._transaction() as (db, now):
            there, _left = _row(db, key, now)
            if there == value:
                db.execute("DELETE FROM kept WHERE key = ?", (key,))
        return there == value

    def ping(self) -> None:
        with self._transaction() as (db, now):
            db.execute("UPDATE clock SET seen = ?", (now,))

    def close(self) -> None:
        with self._lock:
            if self._connection:
                self._connection.close()
                self._connection = None

    def abandon(self) -> None:
        """In a forked child: let go of the parent's connection without touching it."""
        if self._connection:
            _abandoned.append(self._connection)
        self._lock, self._connection = threading.Lock(), None

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        """All or nothing, and nobody writes meanwhile."""
        with self._connected() as (db, _before):
            db.execute("BEGIN IMMEDIATE")
            try:
                now = self._now()
                yield db, now
                self._sweep(db, now)
            except BaseException:
                db.rollback()
                raise
            db.commit()

    @contextlib.contextmanager
    def _connected(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        if not self._lock.acquire(timeout=BUSY if self._path else -1):
            raise StoreDown("busy")
        try:
            if self._connection is None or self._is_replaced():
                self._drop_connection()
                self._connection = self._open()
            yield self._connection, self._now()
        except (sqlite3.Error, OSError) as error:
            self._drop_connection()
            raise StoreDown(
                f"{type(error).__name__} {getattr(error, 'sqlite_errorname', '')}".strip()
            ) from error
        finally:
            self._lock.release()

    def _is_replaced(self) -> bool:
        """Whether the file that is open is no longer the one that other processes open: somebody tidied up."""
        try:
            return bool(self._path and self._path.stat().st_ino != self._inode)
        except FileNotFoundError:
            return True

    def _drop_connection(self) -> None:
        """The next call opens the file anew."""
        if self._path and self._connection:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._path:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        db = sqlite3.connect(
            str(self._path or ":memory:"), timeout=BUSY, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(db, self._path, self._lasting)
            self._inode = self._path.stat().st_ino if self._path else 0
            if self._given_clock is None:
                self._clock = _host_clock(db)
        except BaseException:
            db.close()
            raise
        return db

    def _now(self) -> int:
        return int(self._clock() * 1000)

    def _sweep(self, db: sqlite3.Connection, now: int) -> None:
        if abs(now - self._swept) < SWEEP:
            return
        self._swept = now
        db.execute("DELETE FROM kept WHERE key IN (SELECT key FROM kept WHERE ends <= ? LIMIT 5000)", (now,))
        db.execute("UPDATE clock SET seen = ?", (now,))


def _row(db: sqlite3.Connection, key: bytes, now: int) -> tuple[bytes | int | None, int]:
    found = db.execute("SELECT value, ends FROM kept WHERE key = ? AND ends > ?", (key, now)).fetchone()
    return (found[0], found[1] - now) if found else (None, 0)


def _number(value: bytes | int | None, left: int) -> tuple[int | None, int]:
    return (None if value is None else int(value)), left


def _apply(db: sqlite3.Connection, key: bytes, verdict: Verdict, now: int) -> None:
    if verdict.number is None:
        db.execute("DELETE FROM kept WHERE key = ?", (key,))
    else:
        db.execute(_PUT, (key, verdict.number, now + verdict.left))


def _prepare(db: sqlite3.Connection, path: Path | None, lasting: bool) -> None:
    """The tables, and space on the disk. Several processes may come here at once."""
    if path:
        _switch_to_wal(db)
        db.execute(f"PRAGMA synchronous = {'NORMAL' if lasting else 'OFF'}")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
    db.execute("BEGIN IMMEDIATE")
    for statement in filter(str.strip, _SCHEMA.split(";")):
        db.execute(statement)
    db.execute("COMMIT")
    journal = path.with_name(f"{path.name}-wal") if path and lasting else None
    if journal and (not journal.exists() or journal.stat().st_size < RESERVE):
        with contextlib.suppress(sqlite3.OperationalError):  # no room: it works without for as long as it can
            db.execute(_PUT, (b"reserve", bytes(RESERVE), 0))
            db.execute("DELETE FROM kept WHERE key = ?", (b"reserve",))


def _switch_to_wal(db: sqlite3.Connection) -> None:
    """The switch needs the file for itself and does not wait for it: try again until the time is up."""
    latest = time.monotonic() + BUSY
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > latest:
                raise
            time.sleep(0.005)


def _host_clock(db: sqlite3.Connection) -> Callable[[], float]:
    """Seconds that never go back while the host runs, the same in all its processes."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        source = time.CLOCK_BOOTTIME
    except (OSError, AttributeError):
        return time.time
    since = int(time.clock_gettime(source) * 1000)
    db.execute("BEGIN IMMEDIATE")
    try:
        rows = {
            name: (ahead, seen) for name, ahead, seen in db.execute("SELECT boot, ahead, seen FROM clock")
        }
        if boot not in rows:
            latest = max([int(time.time() * 1000), *(seen for _ahead, seen in rows.values())])
            rows[boot] = (latest - since, latest)
            db.execute("DELETE FROM clock")
            db.execute("INSERT INTO clock VALUES (?, ?, ?)", (boot, *rows[boot]))
    except BaseException:
        db.rollback()
        raise
    db.commit()
    ahead = rows[boot][0] / 1000
    return lambda: time.clock_gettime(source) + ahead


def _forget_in_children(backend: SqliteBackend) -> None:
    known = weakref.WeakMethod(backend.abandon)

    def after_fork() -> None:
        if abandon := known():
            abandon()

    os.register_at_fork(after_in_child=after_fork)
