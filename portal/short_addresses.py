"""Host names that belong to one venue (``PORTAL_HOSTS``): ``https://wifi.hotel.example/`` is that venue's landing page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


class ShortAddresses:
    """WSGI middleware, behind the proxies' word for the host: ``/`` of such a host is answered as ``/<venue>/``, at
    once and without a redirect, since a captive window may show its first answer only."""

    def __init__(self, app: Callable[..., Iterable[bytes]], hosts: Mapping[str, str]) -> None:
        self._app, self._hosts = app, hosts

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Find the venue and pass the request on."""
        if environ["PATH_INFO"] in ("", "/"):
            host = environ.get("HTTP_HOST", "").rpartition("@")[2].partition(":")[0].lower().rstrip(".")
            if venue := self._hosts.get(host):
                environ["PATH_INFO"] = f"/{venue}/"
        return self._app(environ, start_response)
