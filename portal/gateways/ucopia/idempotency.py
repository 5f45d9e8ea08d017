"""No form makes two accounts: a double click, a repeated POST, two processes that get one each.

Every page with subscription forms has a name (``Device.once``). Who takes the name first calls the controller;
whoever comes second, in whatever thread or process of this host, waits for the lock of the file with that
name and finds the account in it, sealed like a guest's state. On other hosts the counter in the shared store (the
limits' one) tells that the name was taken; there the answer is not known, and the guest is told so.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from portal.app_state import AppState
from portal.config import Config
from portal.errors import StateLost
from portal.gateways.ucopia.answers import Account
from portal.session import PendingSignIn, new_session

log = logging.getLogger("portal.gateways.ucopia")
USE = b"once"
"""What the files are sealed for: none of them can be used as a guest's state."""
LIFE = 900
"""Seconds that an answer is kept for who pressed twice."""


class Taken(Exception):
    """The form was used, and what came of it is not known here."""


class Ticket:
    """The right to use one form now. ``account`` is what it has made already."""

    def __init__(self, app_state: AppState, name: str, file: int | None) -> None:
        self._house, self._name, self._file = app_state, name, file
        self.account: Account | None = None

    def keep(self, account: Account, now: float) -> None:
        """Remember what the form made."""
        if self._file is not None:
            chosen = PendingSignIn("account", {"login": account.login, "password": account.password})
            sealed = self._house.codec.dumps(new_session("once", now, pending=chosen), now, USE)
            _write(self._file, sealed.encode())

    def release(self) -> None:
        """The controller refused or was not reached: nothing was made, the form may be used again."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
        with _store_may_fail(self._house):
            self._house.limiter.storage.clear(_key(self._name))


@contextlib.contextmanager
def ticket(app_state: AppState, name: str, now: float) -> Iterator[Ticket]:
    """Take a form's name; waits for whoever has it. Raises :class:`Taken`."""
    with _locked(app_state, name) as file:
        mine = Ticket(app_state, name, file)
        written = os.pread(file, 60_000, 0).decode("ascii", "replace") if file is not None else ""
        if written:
            mine.account = _account(app_state, written, now)
        elif not _first(app_state, name):
            raise Taken
        elif file is not None:
            _write(file, b"?")
        yield mine


def _account(app_state: AppState, written: str, now: float) -> Account:
    """The account in a file; a bare mark means that whoever took the name never learnt the answer."""
    try:
        chosen = app_state.codec.loads(written, now, USE).pending
    except StateLost as error:
        raise Taken from error
    if chosen is None:
        raise Taken
    return Account(**chosen.values)


def _write(file: int, text: bytes) -> None:
    """A full disk must not cost a guest her account: then the counter alone tells that the form was used."""
    try:
        os.pwrite(file, text, 0)
    except OSError as error:
        log.warning("no room for a form's answer: %s", error.strerror)


def _first(app_state: AppState, name: str) -> bool:
    with _store_may_fail(app_state):
        return app_state.limiter.storage.incr(_key(name), LIFE) == 1
    return True


def _key(name: str) -> str:
    return f"foyer/ucopia/once/{name}"


@contextlib.contextmanager
def _store_may_fail(app_state: AppState) -> Iterator[None]:
    try:
        yield
    except app_state.limiter.storage.base_exceptions as error:
        log.warning("the shared store does not answer: %s", type(error).__name__)


@contextlib.contextmanager
def _locked(app_state: AppState, name: str) -> Iterator[int | None]:
    """The open, locked file of a name; None where this host has no place for files."""
    try:
        folder = _folder(app_state.config)
        digest = hashlib.sha256(name.encode()).hexdigest()
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(folder / digest, flags, 0o600)
    except OSError as error:
        log.warning("no place for a lock: %s", type(error).__name__)
        yield None
        return
    try:
        yield file if _held(file) else None
    finally:
        os.close(file)


def _held(file: int) -> bool:
    """Wait for the lock; some network folders have none."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        log.warning("no locks here: %s", error.strerror)
        return False
    return True


def _folder(config: Config) -> Path:
    """A folder of our own: in the portal's state folder, else under the system's temporary one. Raises OSError."""
    for above in (config.state_folder or config.venues / ".state", Path(tempfile.gettempdir())):
        folder = above / f"once-{os.geteuid()}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077:
            _sweep(folder)
            return folder
    raise PermissionError("no folder for locks")


def _sweep(folder: Path) -> None:
    """Forget what is older than an answer is kept."""
    oldest = time.time() - LIFE
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.lstat().st_mtime < oldest:
                path.unlink()
