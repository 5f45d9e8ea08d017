"""A simulated box on a socket of its own: one thread that listens, one more per request."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
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


def serve(app: WsgiApp, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> Running:
    """Serve a WSGI application on ``host:port`` (0 = any free one) and return at once."""
    server = make_server(host, port, app, threaded=True, request_handler=QuietHandler, ssl_context=tls)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    scheme = "https" if tls else "http"
    return Running(f"{scheme}://{host}:{server.server_port}/", server, thread)
