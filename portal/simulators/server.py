"""A simulated box on a socket of its own: one thread that listens, one more per request."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

WsgiApp = Callable[..., Any]


class QuietHandler(WSGIRequestHandler):
    """Keeps the terminal of the demo for the demo: a box shows its traffic on its own page."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Running:
    """A server that runs until :meth:`stop`; ``url`` ends with a slash."""

    url: str
    server: BaseWSGIServer
    thread: threading.Thread

    def stop(self) -> None:
        """Close the socket and wait for the listening thread."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


_open_to: ContextVar[tuple[str, str]] = ContextVar("open_to", default=("127.0.0.1", "127.0.0.1"))


@contextlib.contextmanager
def open_to(address: str) -> Iterator[str]:
    """Servers made in here listen on this address of ours instead of loopback; 0.0.0.0 = all. Gives the one that others
    reach them by."""
    name = own_address() if address == "0.0.0.0" else address
    token = _open_to.set((address, name))
    try:
        yield name
    finally:
        _open_to.reset(token)


def own_address() -> str:
    """The address that this machine has in its network; loopback without one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])
    return "127.0.0.1"


def serve(app: WsgiApp, host: str = "", port: int = 0, tls: ssl.SSLContext | None = None) -> Running:
    """Serve a WSGI application on ``host:port`` (default: loopback, 0 = any free port) and return at once."""
    bind, name = (host, host) if host else _open_to.get()
    server = make_server(bind, port, app, threaded=True, request_handler=QuietHandler, ssl_context=tls)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    scheme = "https" if tls else "http"
    return Running(f"{scheme}://{name}:{server.server_port}/", server, thread)
