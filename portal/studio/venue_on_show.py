"""The venue that a preview shows, read again whenever one of its files changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Flask

from portal.app_state import AppState
from portal.journey import own_templates, page_cache, sample_pages
from portal.journey.sample import Sample
from portal.venues.loading import Faulty, read_venue
from portal.venues.venue import Closed, Venue

log = logging.getLogger("portal.studio")
QUIET = 60
"""Milliseconds without another change before the files are read: an editor writes in several steps."""


@dataclass(frozen=True, eq=False)
class Seen:
    """The venue as it was read last. ``generation`` grows with every reading; ``faults`` are why the files cannot be
    used (then ``venue`` is the one before, if there was one), ``notes`` what the check says beside."""

    generation: int
    venue: Venue | None
    samples: tuple[Sample, ...] = ()
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class VenueOnShow:
    """Reads, watches, and tells when something is new. ``app`` is the portal, whose venue of that name is replaced;
    ``check`` gives the lines of ``venues check``."""

    def __init__(self, app: Flask, slug: str, check: Callable[[Venue], Iterable[str]]) -> None:
        self.app = app
        self.slug = slug
        self._check = check
        self.state: AppState = app.extensions["portal"]
        self.folder: Path = self.state.config.venues / slug
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self.seen = Seen(0, None)
        self.read()

    def read(self) -> None:
        """Read the files once more."""
        seen = self._read(self.seen.generation + 1)
        with self._changed:
            self.seen = seen
            self._changed.notify_all()

    def _read(self, generation: int) -> Seen:
        old = self.seen
        with self.app.app_context():
            try:
                venue = read_venue(self.folder, self.state.gateways, self.state.config.demo)
            except Faulty as error:
                return Seen(generation, old.venue, old.samples, tuple(map(str, error.faults)))
            except OSError as error:
                return Seen(generation, old.venue, old.samples, (f"{self.slug}: {error.strerror}",))
            cast("MutableMapping[str, Venue | Closed]", self.state.venues)[self.slug] = venue
            self.app.extensions["login pages"] = page_cache.PageCache()
            faults = tuple(map(str, own_templates.try_out(venue)))
            return Seen(
                generation, venue, tuple(sample_pages.samples_of(venue)), faults, tuple(self._check(venue))
            )

    def newer(self, generation: int, seconds: float) -> int:
        """The generation as soon as it is another one than this, or after some seconds as it is."""
        with self._changed:
            self._changed.wait_for(lambda: self.seen.generation != generation, seconds)
            return self.seen.generation

    def watch(self) -> None:
        """Read again at every change of a file, until :meth:`stop`."""
        from watchfiles import watch

        for _changes in watch(self.folder, step=QUIET, stop_event=self._stop, raise_interrupt=False):
            self.read()

    def stop(self) -> None:
        """Watch no longer."""
        self._stop.set()
