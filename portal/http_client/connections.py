"""Connections that are made, and answers that are there, in time as a whole.

A socket's own time-out begins anew with every byte, with every address of a name, and does not know of names at all.
Here a connection's time-out counts once for the name, every address and the TLS handshake, and an answer's once for
everything from the status line to the last byte of the body.
"""

from __future__ import annotations

import io
import logging
import queue
import socket
import threading
import time
from http.client import HTTPException, HTTPResponse
from typing import Any

import requests
import urllib3
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from portal.http_client.server import Server, tls_context

# Their lines hold whole URLs: every request at DEBUG, an odd header at WARNING. A filter holds whatever an operator
# does with levels; ours tell what there is to tell.
for _name in ("connection", "connectionpool", "poolmanager", "response", "util.retry", "util.ssl_"):
    logging.getLogger(f"urllib3.{_name}").addFilter(lambda _record: False)
LARGEST_HEAD, LARGEST_BODY = 65_536, 6_000_000
"""Bytes of an answer on the wire: the headers, and then all the rest with its chunk sizes and trailers."""
KEPT = 8
"""Idle connections that are kept to one server."""


class TooLong(HTTPException):
    """More bytes than any answer has."""


class _Reader(io.RawIOBase):
    """Reads a socket until the time-out that it has now is over, counted once, and ``left`` bytes at most."""

    def __init__(self, raw: Any, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock
        self._ends = time.monotonic() + (sock.gettimeout() or 0)
        self.left = LARGEST_HEAD

    def readable(self) -> bool:
        """As every reader."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """What has come; raises TimeoutError or :class:`TooLong`."""
        self._sock.settimeout(_left(self._ends))
        count: int | None = self._raw.readinto(buffer)
        self.left -= count or 0
        if self.left < 0:
            raise TooLong
        return count

    def close(self) -> None:
        """The socket's reader with this one."""
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._reader = _Reader(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._reader)

    def begin(self) -> None:
        super().begin()
        self._reader.left = LARGEST_BODY


class _Plain(HTTPConnection):
    response_class = _Response
    debuglevel = 0  # whatever somebody sets for all of http.client, which prints requests

    def connect(self) -> None:
        with _connecting(self):
            super().connect()

    def _new_conn(self) -> socket.socket:
        return _connected(self._dns_host, self.port, self.timeout)


class _Secure(HTTPSConnection):
    response_class = _Response
    debuglevel = 0

    def connect(self) -> None:
        with _connecting(self):
            super().connect()

    def _new_conn(self) -> socket.socket:
        return _connected(self._dns_host, self.port, self.timeout)


class _connecting:
    """Whatever goes wrong before there is a connection is a :class:`NewConnectionError`: nothing was asked."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception):
            raise NewConnectionError(self._connection, type(error).__name__) from error


def _connected(host: str, port: int, time_out: float | None) -> socket.socket:
    """A connection to the first address that answers; what is left of its time is the socket's time-out."""
    seconds = time_out or 0
    until = time.monotonic() + seconds
    addresses = _addresses(host, port, seconds)
    for number, (family, kind, protocol, _name, address) in enumerate(addresses):
        sock = None
        try:
            sock = socket.socket(family, kind, protocol)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(_left(until) / (len(addresses) - number))
            sock.connect(address)
            sock.settimeout(_left(until))
            return sock
        except OSError:
            if sock is not None:
                sock.close()
            if number + 1 == len(addresses):
                raise
    raise OSError("no address")


def _left(until: float) -> float:
    """The seconds that are left; raises TimeoutError when none are."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the time is up")
    return seconds


def _addresses(host: str, port: int, seconds: float) -> list[Any]:
    """The addresses of a name. A name server that does not answer is waited for in a thread of its own."""
    host = host.strip("[]")
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        pass
    found: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # handed over to the thread that waits
            found.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        result = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("no name server answers") from None
    if isinstance(result, Exception):
        raise result
    return result


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure

    def _validate_conn(self, conn: Any) -> None:
        """Connect. Without the warning of an unchecked certificate: the log has said it once."""
        if conn.is_closed:
            conn.connect()


class Adapter(HTTPAdapter):
    """The connections to one server: requests' adapter, without its certificates, cookies and proxies."""

    def __init__(self, server: Server, kept: int = KEPT) -> None:
        self._server = server
        super().__init__(pool_connections=2, pool_maxsize=kept)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """The pools, with our connections in them."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def exchange(
        self, request: PreparedRequest, connect: float, answer: float, total: float
    ) -> BaseHTTPResponse:
        """Send a request and give its answer once the headers are there; times in seconds."""
        timeout: Any = urllib3.Timeout(connect=connect, read=answer, total=total)
        return self.send(request, stream=True, timeout=timeout).raw

    def build_response(self, req: PreparedRequest, resp: Any) -> requests.Response:
        """The answer as urllib3 has it: no jar looks at its cookies."""
        response = requests.Response()
        response.raw = resp
        return response

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, *args: Any, **kwargs: Any
    ) -> Any:
        """Our TLS context in place of requests' own."""
        host, _theirs = super().build_connection_pool_key_attributes(request, True)
        return host, {"ssl_context": tls_context(self._server)} if host["scheme"] == "https" else {}

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Said by the context already."""
