"""``?ping=1`` before any other work, and ``/healthz``.

A box's monitor calls the landing path with ``?ping=1`` every few seconds (Login-API, "Monitoring"): it is
answered before Flask sees the request, with no line in a log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portal.venues import Closed, Venue

_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", "4"),
    ("Cache-Control", "no-store"),
]


class Ping:
    """WSGI middleware: answers pings of venues that serve; everything else goes on to the application."""

    def __init__(self, app: Callable[..., Iterable[bytes]], venues: Mapping[str, Venue | Closed]) -> None:
        self._app = app
        self._paths = {f"/{slug}/" for slug, venue in venues.items() if isinstance(venue, Venue)}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer ``pong`` or pass the request on."""
        query = environ.get("QUERY_STRING", "")
        if "ping=1" in query and "ping=1" in query.split("&") and environ["PATH_INFO"] in self._paths:
            start_response("200 OK", _HEADERS)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [b"pong"]
        return self._app(environ, start_response)


def healthz() -> tuple[str, int, dict[str, str]]:
    """200 when this process can serve."""
    return "ok", 200, {"Content-Type": "text/plain; charset=utf-8"}
