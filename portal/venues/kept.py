"""Copies of venues' folders: guests are served from a copy, so that an edit harms nobody until it is read as a whole.

::

    PORTAL_STATE/venues/generation                 touched whenever another copy is the one to serve
    PORTAL_STATE/venues/<slug>/current             the digest of the copy that is served, the last good one
    PORTAL_STATE/venues/<slug>/faults              what is wrong with the folder as it is now, if anything
    PORTAL_STATE/venues/<slug>/<digest>/<slug>/    the copy; a folder that it extends lies beside it
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from portal.venues.inheritance import SHARED
from portal.venues.text_files import Unreadable, read_bytes, read_text

LARGEST = 50_000_000
"""Bytes of a venue's folder; a larger one is not copied."""


class Kept:
    """The copies below a state folder. Methods that write raise OSError."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "venues"

    def generation(self) -> int:
        """A number that changes with every change of what is to be served; 0 before the first."""
        try:
            return (self.folder / "generation").stat().st_mtime_ns
        except OSError:
            return 0

    def slugs(self) -> list[str]:
        """The venues that have a copy to serve."""
        return sorted(path.parent.name for path in self.folder.glob("*/current"))

    def current(self, slug: str) -> str:
        """The digest of the copy to serve; "" without one."""
        return _text(self.folder / slug / "current")

    def copy(self, slug: str, digest: str) -> Path:
        """Where the copy with this digest lies: a venue's folder."""
        return self.folder / slug / digest / slug

    def add(self, live: Path, digest: str) -> Path:
        """Copy a venue's folder as it is now, unless that copy is there; the copy's path."""
        target = self.copy(live.name, digest)
        if target.is_dir():
            return target
        parent = target.parent.with_name(f".{digest}.{os.getpid()}")
        shutil.rmtree(parent, ignore_errors=True)
        self._make(live.name)
        parent.mkdir(mode=0o700)
        for source in sources(live):
            _copy(source, parent / os.path.relpath(source, live.parent))
        if os.geteuid() == 0:
            _give_to_owner_of(self.folder, parent)
        try:
            parent.rename(target.parent)
        except OSError:  # another process was quicker
            shutil.rmtree(parent, ignore_errors=True)
        return target

    def publish(self, slug: str, digest: str) -> None:
        """From now on this copy is served, by all processes of the host; it has no faults."""
        (self.folder / slug / "faults").unlink(missing_ok=True)
        old = self.current(slug)
        if old == digest:
            return
        _write(self.folder / slug / "current", digest)
        self._touch()
        for path in (self.folder / slug).iterdir():
            if path.is_dir() and path.name not in (digest, old):
                shutil.rmtree(path, ignore_errors=True)

    def withdraw(self, slug: str) -> None:
        """The venue is gone: nobody serves it any more."""
        shutil.rmtree(self.folder / slug, ignore_errors=True)
        self._touch()

    def faults(self, slug: str) -> list[str]:
        """What is wrong with the folder since it was last read."""
        return _text(self.folder / slug / "faults").splitlines()

    def refuse(self, slug: str, digest: str, faults: Iterable[object]) -> None:
        """The folder as it is has faults: remember them, and forget its copy."""
        self._make(slug)
        _write(self.folder / slug / "faults", "\n".join(str(fault).replace("\n", " ") for fault in faults))
        if digest and digest != self.current(slug):
            shutil.rmtree(self.copy(slug, digest).parent, ignore_errors=True)

    def _make(self, slug: str) -> None:
        """The folders above the copies, for the portal alone: secrets of venues lie in them."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        for path in (self.folder, self.folder / slug):
            path.mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                owner = path.parent.stat()
                os.chown(path, owner.st_uid, owner.st_gid)

    def _touch(self) -> None:
        _write(self.folder / "generation", os.urandom(8).hex())


def digest_of(live: Path) -> str:
    """Names the contents of a venue's folder. Raises OSError for what cannot be read or is too large."""
    digest, size = hashlib.sha256(), 0
    for source in sources(live):
        for path in _files(source):
            digest.update(b"\0\1" + os.path.relpath(path, live.parent).encode())
            if path.is_symlink():
                digest.update(b"\0\2" + os.readlink(path).encode())
                continue
            size += path.stat().st_size
            if size > LARGEST:
                raise OSError(f"holds more than {LARGEST // 1_000_000} MB")
            digest.update(b"\0\3" + _bytes(path))
    return digest.hexdigest()[:24]


def sources(live: Path) -> list[Path]:
    """The venue's folder, and those beside it that it extends (:mod:`portal.venues.inheritance`), one after another."""
    found = [live]
    while more := _extended(found[-1]):
        if (
            more in found
            or more.parent != live.parent
            or not more.name.startswith(SHARED)
            or not more.is_dir()
        ):
            break
        found.append(more)
    return found


def _extended(folder: Path) -> Path | None:
    try:
        named = tomllib.loads(read_text(folder / "venue.toml")).get("extends")
    except (OSError, ValueError, RecursionError):
        return None
    return Path(os.path.normpath(folder / named)) if isinstance(named, str) and named else None


def _bytes(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except Unreadable as error:
        raise OSError(error.wrong) from error


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        elif path.is_file() or path.is_symlink():
            yield path


def _copy(source: Path, target: Path) -> None:
    """Links stay links: one that leads out of the folder leads out of the copy, and is a fault there too."""
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".*"))


def _give_to_owner_of(folder: Path, made: Path) -> None:
    owner = folder.stat()
    for path in (made.parent, made, *made.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and readable for the portal where root types commands."""
    spare = path.with_name(f".{path.name}.{os.getpid()}")
    spare.write_text(text, encoding="utf-8")
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(spare, owner.st_uid, owner.st_gid)
    spare.replace(path)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""
