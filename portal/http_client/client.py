"""One call to a server."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import requests
from requests import PreparedRequest
from urllib3 import BaseHTTPResponse

from portal import metrics
from portal.errors import Unreachable
from portal.http_client.circuit_breaker import CircuitBreaker
from portal.http_client.connections import Adapter
from portal.http_client.error_table import Failure, failure_of
from portal.http_client.response import Response, TooLarge, cookies_of, same_host, unpacked
from portal.http_client.server import Server

log = logging.getLogger("portal.http_client")
HEADERS = {"User-Agent": "foyer", "Accept": "*/*", "Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Request:
    """One request. ``name`` is what logs and errors call it; ``acts``: whether it may change something there.

    ``url`` is a path, or a URL of this server. ``form``, ``json``: what is sent; several values of a name are a list. ``fresh``: over a connection of its
    own. ``until``: when it ends at the latest (``time.monotonic()``), for several calls that share their time.
    """

    method: str
    url: str
    name: str
    acts: bool = True
    params: Mapping[str, str] | None = None
    form: Mapping[str, str | Sequence[str]] | None = None
    json: Any = None
    headers: Mapping[str, str | bytes] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    fresh: bool = False
    until: float = float("inf")


class HttpClient:
    """Calls one server. Thread-safe; raises :class:`portal.errors.UpstreamError` alone."""

    def __init__(self, server: Server, breaker: CircuitBreaker | None = None) -> None:
        self.server = server
        self._breaker = breaker or CircuitBreaker(server.host)
        self._adapter = Adapter(server)

    def close(self) -> None:
        """Close the connections that are kept; a later call makes new ones."""
        self._adapter.close()

    def send(self, call: Request) -> Response:
        """Make one call and return the answer, whatever its status.

        A call that does not act is made once more when its connection breaks: so does a kept one that the server has
        closed.
        """
        request = self._prepared(call)
        began = time.monotonic()
        until = min(call.until, began + self.server.connect_timeout + self.server.read_timeout)
        if until <= began:
            raise Unreachable(f"{call.name}: no time left")
        outcome = self._guarded(request, call, until)
        said = outcome.reason if isinstance(outcome, Failure) else outcome.status
        seconds = time.monotonic() - began
        metrics.upstream(
            call.name, outcome.kind.__name__ if isinstance(outcome, Failure) else "answer", seconds
        )
        log.debug("call=%s said=%s ms=%d", call.name, said, seconds * 1000)
        if isinstance(outcome, Failure):
            raise outcome.error(call.name, call.acts)
        return outcome

    def _guarded(self, request: PreparedRequest, call: Request, until: float) -> Response | Failure:
        self._breaker.acquire()
        connected = True
        try:
            outcome = self._outcome(request, until, call.fresh)
            broken = isinstance(outcome, Failure) and outcome.is_broken
            if broken and not call.acts and time.monotonic() < until:
                outcome = self._outcome(request, until, True)
            connected = not isinstance(outcome, Failure) or outcome.connected
        finally:
            self._breaker.release(connected)
        return outcome

    def _prepared(self, call: Request) -> PreparedRequest:
        """The request as it goes out; raises :class:`Unreachable` for what cannot be written as one."""
        request = PreparedRequest()
        headers = HEADERS | dict(call.headers)
        if call.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in call.cookies.items())
        reason = ""
        try:
            url = urljoin(self.server.url, call.url)
            if not same_host(self.server.url, url):
                reason = "another host"
            request.prepare(call.method, url, headers, data=call.form, json=call.json, params=call.params)
            for value in headers.values():
                value.encode("latin-1") if isinstance(value, str) else value
        except (requests.RequestException, ValueError) as error:  # a UnicodeError is a ValueError
            reason = type(error).__name__
        if reason:
            raise Unreachable(f"{call.name}: {reason}")
        return request

    def _outcome(self, request: PreparedRequest, until: float, fresh: bool) -> Response | Failure:
        """What comes of it. Whatever a hostile answer makes a library raise ends here."""
        adapter = Adapter(self.server, kept=1) if fresh else self._adapter
        try:
            return self._exchange(adapter, request, until)
        except Exception as error:
            return failure_of(error)
        finally:
            if fresh:
                adapter.close()

    def _exchange(self, adapter: Adapter, request: PreparedRequest, until: float) -> Response:
        left = max(0.001, until - time.monotonic())
        response = adapter.exchange(request, self.server.connect_timeout, self.server.read_timeout, left)
        try:
            body = self._body(response)
        finally:
            response.close()  # a connection whose answer was read to its end has gone back to its pool
        headers = response.headers
        return Response(
            request.url or "",
            response.status,
            unpacked(body, headers.get("Content-Encoding", ""), self.server.max_size),
            headers.get("Location", ""),
            cookies_of(headers.getlist("Set-Cookie")),
        )

    def _body(self, response: BaseHTTPResponse) -> bytes:
        """The body as it came, within its size; its time is the connection's."""
        body = bytearray()
        while part := response.read1(65_536, decode_content=False):  # what has come, not a full block
            body += part
            if len(body) > self.server.max_size:
                raise TooLarge
        return bytes(body)


@lru_cache(maxsize=256)
def http_client_of(server: Server) -> HttpClient:
    """The one client of a server in this process: its connections, and what is known of it, are shared."""
    return HttpClient(server)
