"""The hotspots that this process has asked wax about lately. Any process can ask again, so nothing depends on it."""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import current_app

from portal import metrics
from portal.errors import Unreachable, UpstreamError
from portal.gateways.icaro.client import Unit, Wax
from portal.gateways.icaro.hotspot import Hotspot, read_hotspot
from portal.gateways.icaro.session import gateway_session_of
from portal.gateways.icaro.settings import Settings
from portal.gateways.icaro.theming import themed
from portal.session import GuestSession
from portal.venues.venue import Venue

log = logging.getLogger("portal.gateways.icaro")
Key = tuple[str, str, str]
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


class _Flight:
    """One question to wax that is under way, and who waits for its answer."""

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.error: UpstreamError | None = None


class Hotspots:
    """By venue and unit, the least used leaves first. ``clock`` gives seconds that only grow.

    Wax is asked once at a time for a unit, however many guests come. What is known and has grown old is shown at
    once and asked for again beside it (stale-while-revalidate), so that no page waits but the very first.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[Key, Known] = OrderedDict()
        self._flights: dict[Key, _Flight] = {}
        self._lock = threading.Lock()

    def of(self, venue: Venue, unit: Unit) -> Hotspot:
        """The hotspot of a unit, waited for; raises :class:`UpstreamError` when wax does not tell."""
        known = self._find(venue, unit)
        if known and known.hotspot and not known.failed:
            return known.hotspot
        learnt = self._ask(venue, unit).hotspot
        if learnt is None:
            raise Unreachable("wax: no hotspot")
        return learnt

    def latest(self, venue: Venue, unit: Unit) -> Known:
        """What wax says, or said last; without a hotspot, and as the venue's own folder says, if it never did."""
        if known := self._find(venue, unit):
            return known
        if old := self._find(venue, unit, ever=True):
            self._ask_beside(venue, unit)
            return old
        if _key(venue, unit) in self._flights:
            return Known(0.0, None, venue)
        try:
            return self._ask(venue, unit)
        except UpstreamError:
            return self._find(venue, unit, ever=True) or Known(0.0, None, venue)

    def keep(self, venue: Venue, unit: Unit, hotspot: Hotspot) -> None:
        """Take a hotspot that nobody has to be asked about: samples of pages need no wax."""
        self._keep(venue, unit, Known(math.inf, hotspot, themed(venue, hotspot)))

    def _find(self, venue: Venue, unit: Unit, ever: bool = False) -> Known | None:
        with self._lock:
            known = self._known.get(_key(venue, unit))
        return known if known and (ever or known.until > self._clock()) else None

    def _ask_beside(self, venue: Venue, unit: Unit) -> None:
        """Ask in a thread, unless somebody asks already."""
        if _key(venue, unit) not in self._flights:
            threading.Thread(
                target=self._try, args=(venue, unit), name="icaro-preferences", daemon=True
            ).start()

    def _try(self, venue: Venue, unit: Unit) -> None:
        metrics.serve(venue.slug, "icaro")
        with contextlib.suppress(UpstreamError):
            self._ask(venue, unit)

    def _ask(self, venue: Venue, unit: Unit) -> Known:
        """Ask wax, or wait for the answer that another request waits for; raises its :class:`UpstreamError`."""
        key = _key(venue, unit)
        with self._lock:
            flight = self._flights.get(key)
            if mine := flight is None:
                flight = self._flights[key] = _Flight()
        if not mine:
            flight.landed.wait(venue.settings.connect_timeout + venue.settings.read_timeout)
            if flight.error:
                raise flight.error
            return self._find(venue, unit, ever=True) or Known(0.0, None, venue)
        try:
            return self._learn(venue, unit)
        except UpstreamError as error:
            flight.error = error
            old = self._find(venue, unit, ever=True) or Known(0.0, None, venue)
            self._keep(venue, unit, Known(self._clock() + GRUDGE, old.hotspot, old.venue, failed=True))
            raise
        finally:
            with self._lock:
                self._flights.pop(key, None)
            flight.landed.set()

    def _learn(self, venue: Venue, unit: Unit) -> Known:
        hotspot = read_hotspot(wax_for(venue.settings, unit).preferences())
        for fault in hotspot.skipped:
            log.warning("integration of wax skipped venue=%s %s", venue.slug, fault)
        hotspot = replace(hotspot, pictures={})  # up to 4 MB each, and no page shows them
        until = self._clock() + venue.settings.preferences_for
        return self._keep(venue, unit, Known(until, hotspot, themed(venue, hotspot)))

    def _keep(self, venue: Venue, unit: Unit, known: Known) -> Known:
        key = _key(venue, unit)
        with self._lock:
            self._known[key] = known
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return known


def _key(venue: Venue, unit: Unit) -> Key:
    return venue.slug, unit.uuid, unit.digest


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
