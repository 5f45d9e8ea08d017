"""``?ping=1`` before any other work, ``/healthz``, and for the operator's own machines ``/readyz`` and ``/metrics``.

A box's monitor calls the landing path with ``?ping=1`` every few seconds (Login-API, "Monitoring"): it is
answered before Flask sees the request, with no line in a log.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from portal import metrics
from portal.app_state import AppState
from portal.venues.served import ServedVenues
from portal.venues.venue import Closed, Venue

_TEXT = "text/plain; charset=utf-8"
LANDING = ("/", "", "/index.php")
"""What follows a venue's name in its landing address."""


class Monitors:
    """WSGI middleware: answers monitors, measures all other answers of venues.

    A load balancer asks ``/healthz`` by the host's address, so it stands before the check of host names.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], state: AppState) -> None:
        self._app, self._state = app, state
        self._served = state.venues if isinstance(state.venues, ServedVenues) else None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a monitor, or pass the request on."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if self._served:
            self._served.follow()
        slug = path.split("/", 2)[1] if path.startswith("/") else ""
        venue = self._state.venues.get(slug)
        if isinstance(venue, Venue):
            if "ping=1" in query and path[len(slug) + 1 :] in LANDING and "ping=1" in query.split("&"):
                return _say(b"pong", environ, start_response)
            return self._measured(environ, start_response)
        if path == "/healthz":
            return _say(b"ok", environ, start_response)
        if path in ("/readyz", "/metrics") and self._may_read(environ):
            return (
                self._readyz(environ, start_response)
                if path == "/readyz"
                else self._metrics(environ, start_response)
            )
        return self._measured(environ, start_response)

    def _measured(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The application's answer; its time counts for the venue that it turned out to be for."""
        metrics.serve()
        began = time.perf_counter()
        answer = self._app(environ, start_response)
        venue, gateway = metrics.served()
        if venue:
            metrics.answered(venue, gateway, time.perf_counter() - began)
        return answer

    def _readyz(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        reasons = list(unready(self._state))
        text = "".join(f"{reason}\n" for reason in reasons) or "ready\n"
        return _say(
            text.encode(), environ, start_response, "503 Service Unavailable" if reasons else "200 OK"
        )

    def _metrics(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return _say(
            metrics.exposition(_figures(self._state)), environ, start_response, kind=metrics.CONTENT_TYPE
        )

    def _may_read(self, environ: Mapping[str, Any]) -> bool:
        """Whether this comes from the host itself or from a network of ``PORTAL_MONITORS``, through our proxies only."""
        proxies = self._state.config.proxies
        path = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if (path and len(path) < max(proxies, 1)) or (path and not proxies):
            return False
        try:
            address = ipaddress.ip_address(path[-proxies] if path else environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return address.is_loopback or any(address in network for network in self._state.config.monitors)


def unready(state: AppState) -> Iterator[str]:
    """What is not as it should be, a line each, with file and key for a venue's faults."""
    for slug, faults in _faults(state).items():
        served = "the last good version serves" if isinstance(state.venues.get(slug), Venue) else "closed"
        yield from (f"venue={slug} {served}: {fault}" for fault in faults)
    for host, slug in state.config.hosts.items():
        if slug not in state.venues:
            yield f"PORTAL_HOSTS: {host} leads to {slug}, and there is no such venue"
    if not state.store.works():
        yield "store: does not work; each process counts attempts by itself"


def _faults(state: AppState) -> Mapping[str, list[str]]:
    if isinstance(state.venues, ServedVenues):
        return state.venues.faults()
    return {slug: list(map(str, one.faults)) for slug, one in state.venues.items() if isinstance(one, Closed)}


def _figures(state: AppState) -> Iterator[tuple[str, str, float]]:
    faults, venues = _faults(state), state.venues
    closed = sum(isinstance(one, Closed) for one in venues.values())
    meaning = "Venues by what guests of them are served."
    yield "foyer_venues:current", meaning, len(venues) - len(faults)
    yield "foyer_venues:last_good", meaning, len(faults) - closed
    yield "foyer_venues:closed", meaning, closed
    yield "foyer_store_up", "Whether what processes share works.", float(state.store.works())


def _say(
    word: bytes,
    environ: Mapping[str, Any],
    start_response: Callable[..., Any],
    status: str = "200 OK",
    kind: str = _TEXT,
) -> Iterable[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(word))), ("Cache-Control", "no-store")]
    start_response(status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [word]
