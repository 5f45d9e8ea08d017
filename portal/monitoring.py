"""``?ping=1`` before any other work, and ``/healthz``.

A box's monitor calls the landing path with ``?ping=1`` every few seconds (Login-API, "Monitoring"): it is
answered before Flask sees the request, with no line in a log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from portal.venues.venue import Closed, Venue

_TYPE = ("Content-Type", "text/plain; charset=utf-8")


class Monitors:
    """WSGI middleware: answers monitors; everything else goes on to the application.

    A load balancer asks ``/healthz`` by the host's address, so it stands before the check of host names.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], venues: Mapping[str, Venue | Closed]) -> None:
        self._app = app
        slugs = [slug for slug, venue in venues.items() if isinstance(venue, Venue)]
        self._paths = {f"/{slug}{end}" for slug in slugs for end in ("/", "", "/index.php")}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer ``pong`` or ``ok``, or pass the request on."""
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if "ping=1" in query and "ping=1" in query.split("&") and path in self._paths:
            return _say(b"pong", environ, start_response)
        if path == "/healthz":
            return _say(b"ok", environ, start_response)
        return self._app(environ, start_response)


def _say(word: bytes, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [_TYPE, ("Content-Length", str(len(word))), ("Cache-Control", "no-store")])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [word]
