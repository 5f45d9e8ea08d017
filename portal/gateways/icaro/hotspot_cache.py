"""The hotspots that this process has asked wax about lately. Any process can ask again, so nothing depends on it."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app

from portal.errors import UpstreamError
from portal.gateways.icaro.client import Unit, Wax
from portal.gateways.icaro.hotspot import Hotspot, read_hotspot
from portal.gateways.icaro.session import gateway_session_of
from portal.gateways.icaro.settings import Settings
from portal.gateways.icaro.theming import themed
from portal.session import GuestSession
from portal.venues.venue import Venue

log = logging.getLogger("portal.gateways.icaro")
MOST = 500
GRUDGE = 10.0
"""Seconds in which a wax that did not answer is not asked again for a page that can do without."""


@dataclass(frozen=True)
class Known:
    """A hotspot, and the venue in its dress; ``until`` in seconds of the clock. ``failed``: wax did not answer, and
    this is what it said before, if it ever did."""

    until: float
    hotspot: Hotspot | None
    venue: Venue
    failed: bool = False


class Hotspots:
    """By venue and unit, the least used leaves first. ``clock`` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[str, str, str], Known] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, venue: Venue, unit: Unit) -> Hotspot:
        """The hotspot of a unit; raises :class:`UpstreamError` when wax does not tell."""
        known = self._find(venue, unit)
        if known and known.hotspot and not known.failed:
            return known.hotspot
        return self._learn(venue, unit)[0]

    def latest(self, venue: Venue, unit: Unit) -> Known:
        """What wax says, or said last; without a hotspot, and as the venue's own folder says, if it never did."""
        if known := self._find(venue, unit):
            return known
        try:
            hotspot, themed_venue = self._learn(venue, unit)
            return Known(0.0, hotspot, themed_venue)
        except UpstreamError:
            old = self._find(venue, unit, ever=True) or Known(0.0, None, venue)
            known = Known(self._clock() + GRUDGE, old.hotspot, old.venue, failed=True)
            self._keep(venue, unit, known)
            return known

    def _find(self, venue: Venue, unit: Unit, ever: bool = False) -> Known | None:
        with self._lock:
            known = self._known.get((venue.slug, unit.uuid, unit.digest))
        return known if known and (ever or known.until > self._clock()) else None

    def _learn(self, venue: Venue, unit: Unit) -> tuple[Hotspot, Venue]:
        hotspot = read_hotspot(wax_for(venue.settings, unit).preferences())
        for fault in hotspot.skipped:
            log.warning("integration of wax skipped venue=%s %s", venue.slug, fault)
        until = self._clock() + venue.settings.preferences_for
        themed_venue = themed(venue, hotspot)
        self._keep(venue, unit, Known(until, hotspot, themed_venue))
        return hotspot, themed_venue

    def _keep(self, venue: Venue, unit: Unit, known: Known) -> None:
        key = (venue.slug, unit.uuid, unit.digest)
        with self._lock:
            self._known[key] = known
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)


def wax_for(settings: Settings, unit: Unit) -> Wax:
    """The road to wax for one guest's session."""
    return Wax(settings.server, unit)


def hotspots() -> Hotspots:
    """Those of the running application."""
    found: Hotspots = current_app.extensions.setdefault("icaro", Hotspots())
    return found


def seen(venue: Venue, guest: GuestSession) -> Hotspot | None:
    """The hotspot of a guest, if wax tells."""
    try:
        return hotspots().of(venue, gateway_session_of(guest).unit)
    except UpstreamError:
        return None
