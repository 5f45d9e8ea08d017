"""The venues that guests are served, by name: each as it was when it was last read and found good.

Every process of a host serves the same copies. ``foyer venues reload`` or a worker that starts reads a folder again; if
it is good, all others follow within a second (:class:`portal.venues.kept.Kept`). A folder with faults changes nothing
but the log and ``/readyz``.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.venues.kept import Kept, digest_of
from portal.venues.loading import Faulty, Models, read_folder, venue_folders
from portal.venues.tables import Fault
from portal.venues.venue import Closed, Venue

log = logging.getLogger("portal.venues")
PAUSE = 1.0
"""Seconds between two looks for a change."""


class ServedVenues(Mapping[str, Venue | Closed]):
    """See the module."""

    def __init__(self, folder: Path, gateways: Models, state: Path, demo: bool = False) -> None:
        self._folder, self._gateways, self._demo, self._kept = folder, gateways, demo, Kept(state)
        self._lock, self._next = threading.Lock(), 0.0
        self._faults: dict[str, list[str]] = {}
        self._digests: dict[str, str] = {}
        self._venues: dict[str, Venue | Closed] = {}
        self._generation = self._kept.generation()
        for path in venue_folders(folder):
            self._venues[path.name] = self._start(path)
        self._systems = {one.system for one in self._venues.values() if isinstance(one, Venue)}

    def __getitem__(self, slug: str) -> Venue | Closed:
        return self._venues[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._venues)

    def __len__(self) -> int:
        return len(self._venues)

    def faults(self) -> dict[str, list[str]]:
        """What is wrong with venues' folders, whether a last good version serves or none."""
        closed = {slug: list(map(str, one.faults)) for slug, one in self.items() if isinstance(one, Closed)}
        told = {slug: self._kept.faults(slug) for slug in self}
        return self._faults | {slug: faults for slug, faults in told.items() if faults} | closed

    def follow(self) -> None:
        """Take over what another process published. Asked with every request, so it is quick: it looks once a second."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + PAUSE
        generation = self._kept.generation()
        if generation != self._generation and self._lock.acquire(blocking=False):
            try:
                self._generation = generation
                self._take_over()
            finally:
                self._lock.release()

    def _take_over(self) -> None:
        current = {slug: self._kept.current(slug) for slug in self._kept.slugs()}
        venues = {slug: one for slug, one in self._venues.items() if slug in current or self._stays(slug)}
        for slug, digest in current.items():
            if digest == self._digests.get(slug):
                continue
            try:
                venue = self._read(self._kept.copy(slug, digest))
            except Faulty as error:
                log.error("venue=%s cannot be taken over: %s", slug, error)
                continue
            if venue.system not in self._systems:  # its routes are made when a process starts
                log.error("venue=%s is the first of system %s: HUP the portal once", slug, venue.system)
                continue
            venues[slug] = venue
            self._digests[slug] = digest
            self._faults.pop(slug, None)
            log.info("venue=%s serves what was read anew", slug)
        for slug in [slug for slug in self._digests if slug in venues and slug not in current]:
            venues[slug] = self._copied_anew(slug, venues[slug])
        self._digests = {slug: digest for slug, digest in self._digests.items() if slug in venues}
        self._venues = venues

    def _stays(self, slug: str) -> bool:
        """Whether a venue without a copy goes on: it never had one, or somebody tidied up, for its folder is there."""
        return slug not in self._digests or (self._folder / slug).is_dir()

    def _copied_anew(self, slug: str, served: Venue | Closed) -> Venue | Closed:
        """A venue whose copy was taken away, read again; with faults now it goes on as it is."""
        found = self._start(self._folder / slug)
        return found if isinstance(found, Venue) else served

    def _start(self, path: Path) -> Venue | Closed:
        """A venue's folder at the start of a process: as it is, else as it was when it was last good."""
        slug, digest, folder = path.name, "", path
        try:
            digest = digest_of(path)
            folder = self._kept.add(path, digest)
        except (OSError, RecursionError) as error:
            digest = ""
            log.warning("venue=%s is served from its own folder, no copy can be kept: %s", slug, _why(error))
        try:
            venue = self._read(folder)
        except Faulty as error:
            return self._last_good(path, digest, error.faults)
        if digest:
            self._publish(slug, digest)
        return venue

    def _publish(self, slug: str, digest: str) -> None:
        self._digests[slug] = digest
        try:
            self._kept.publish(slug, digest)
        except OSError as error:
            log.warning("venue=%s other processes cannot be told of its change: %s", slug, _why(error))

    def _last_good(self, path: Path, digest: str, faults: tuple[Fault, ...]) -> Venue | Closed:
        slug = path.name
        last = self._kept.current(slug)
        try:
            self._kept.refuse(slug, digest, faults)
        except OSError:
            self._faults[slug] = list(map(str, faults))
        venue: Venue | None = None
        if last and last != digest:
            try:
                venue = self._read(self._kept.copy(slug, last))
            except Faulty:
                venue = None
        said = "the last good version goes on serving" if venue else "closed"
        for fault in faults:
            log.error("venue=%s %s: %s", slug, said, fault)
        if venue:
            self._digests[slug] = last
        return venue or Closed(slug, path, faults)

    def _read(self, folder: Path) -> Venue:
        return read_folder(folder, self._gateways, self._demo)


def _why(error: BaseException) -> str:
    if isinstance(error, shutil.Error):  # a list of files, each with its reason
        error = OSError(f"{error.args[0][0][2]}")
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
