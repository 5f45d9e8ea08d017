"""gunicorn's threaded worker, made so that slow clients hold no thread.

gunicorn takes a thread as soon as a client's first byte is there, and the client may then take its time: some hundred
slow clients stop the port. Here the loop that accepts connections also gathers each request, headers and body; a
thread takes it when it is whole. Closing is left to the loop too: gunicorn waits in it, up to two seconds a time, for
clients that keep their side open. A proxy in front does the same; with this none is needed.
"""

from __future__ import annotations

import contextlib
import errno
import re
import selectors
import socket
import struct
import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

PATIENCE = 15.0
"""Seconds in which a request has to be whole."""
LAST_CALL = 2.0
"""Seconds that a worker which is ending waits for the first byte of a connection: the request may be on its way."""
LINGER = 2.0
"""Seconds that the other side has to close after our answer."""
SEND_SECONDS = 20
"""Seconds that one write to a client may take."""
LARGEST_HEAD = 64_000
LARGEST_BODY = 400_000
"""Bytes; the application refuses larger ones without reading them (:data:`portal.security.LARGEST_FORM`)."""
MOST_GATHERED = 32_000_000
"""Bytes of all requests that are not whole yet; then the oldest one goes."""
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_REFUSAL = b"HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NO_CHUNKS = b"411 Length Required"
TOO_LONG = b"431 Request Header Fields Too Large"


class Connection(TConn):
    """A client's connection; ``received`` is what has come of the next request."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.received = bytearray()
        self.deadline = 0.0
        self.told_to_go_on = False
        self.too_large = False

    def is_whole(self) -> bool:
        """Whether a thread can take the request: it is all there, or it will be refused without its body."""
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        found = _LENGTH.search(self.received, 0, end + 2)
        length = int(found[1][-15:]) if found else 0
        self.too_large = length > LARGEST_BODY
        return self.too_large or len(self.received) >= end + 4 + length

    @property
    def head(self) -> bytes:
        """The headers, once they are there."""
        end = self.received.find(b"\r\n\r\n")
        return bytes(self.received[: end + 2]) if end >= 0 else b""


class Worker(ThreadWorker):
    """See the module. Connections are in ``gathering`` or ``lingering`` while the loop has them, oldest first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gathering: dict[Connection, None] = {}
        self.lingering: dict[Connection, None] = {}
        self._gathered = 0
        self._last_call = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Take a new connection and gather its first request."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.ECONNABORTED):
                raise
            return
        self.nr_conns += 1
        with contextlib.suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        conn = Connection(self.cfg, client, address, listener.getsockname())
        if self.cfg.is_ssl:
            self.enqueue_req(conn)
        else:
            self._gather(conn)

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """The next request of a connection that was kept."""
        if self.cfg.is_ssl:
            super().on_client_socket_readable(conn, client)
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def finish_request(self, conn: Connection, answered: Future[Any]) -> None:
        """A thread is done with a request: keep the connection, or close it without waiting."""
        keeps = not answered.cancelled() and answered.exception() is None and answered.result()
        if self.cfg.is_ssl or (keeps and not conn.parser.unreader.buf.getvalue()):
            super().finish_request(conn, answered)
        elif keeps:
            self._gather(conn, conn.parser.unreader.take_buffered())
        else:
            self._linger(conn)

    def handle(self, conn: Connection) -> Any:
        """Answer a request that is whole. Runs in a thread."""
        if self.cfg.is_ssl:
            return super().handle(conn)
        try:
            conn.data_ready = True
            conn.init()
            conn.parser.unreader.unread(bytes(conn.received))
            conn.received.clear()
        except OSError:
            return False
        return super().handle(conn)

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        return not conn.too_large and bool(super()._keepalive_after(conn, keepalive))

    def murder_pending(self) -> None:
        """Let go of connections whose time is over; called once in each round of the loop."""
        super().murder_pending()
        now = time.monotonic()
        if self.alive:
            self._last_call = now + LAST_CALL
        for waiting in (self.gathering, self.lingering):
            for conn in list(waiting):
                silent = not self.alive and waiting is self.gathering and not conn.received
                if (min(conn.deadline, self._last_call) if silent else conn.deadline) <= now:
                    self._let_go(conn, waiting)
                elif self.alive:
                    break

    # Gathering

    def _gather(self, conn: Connection, begun: bytes = b"") -> None:
        while self.gathering and (
            len(self.gathering) >= self.worker_connections // 2 or self._gathered > MOST_GATHERED
        ):
            self._let_go(next(iter(self.gathering)), self.gathering)
        conn.deadline = time.monotonic() + PATIENCE
        conn.told_to_go_on = False
        conn.sock.setblocking(False)
        self.gathering[conn] = None
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))
        self._add(conn, begun)

    def _read(self, conn: Connection, client: socket.socket) -> None:
        try:
            piece = client.recv(65_536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece = b""
        if piece:
            self._add(conn, piece)
        else:
            self._let_go(conn, self.gathering)

    def _add(self, conn: Connection, piece: bytes) -> None:
        conn.received += piece
        self._gathered += len(piece)
        if _CHUNKED.search(conn.head):
            self._refuse(conn, NO_CHUNKS)
        elif not conn.head and len(conn.received) > LARGEST_HEAD:
            self._refuse(conn, TOO_LONG)
        elif piece and conn.is_whole():
            self._forget(conn, self.gathering)
            conn.sock.setblocking(True)
            self.enqueue_req(conn)
        elif not conn.told_to_go_on and _CONTINUE.search(conn.head):
            conn.told_to_go_on = True
            with contextlib.suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _refuse(self, conn: Connection, why: bytes) -> None:
        with contextlib.suppress(OSError):
            conn.sock.send(_REFUSAL % why)
        self._forget(conn, self.gathering)
        self._linger(conn)

    # Closing

    def _linger(self, conn: Connection) -> None:
        """Say that nothing more comes, and wait in the loop until the client has closed too."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError, KeyError):
            self.nr_conns -= 1
            conn.close()
            return
        conn.deadline = time.monotonic() + LINGER
        self.lingering[conn] = None

    def _drain(self, conn: Connection, client: socket.socket) -> None:
        try:
            more = client.recv(65_536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            more = b""
        if not more:
            self._let_go(conn, self.lingering)

    def _let_go(self, conn: Connection, waiting: dict[Connection, None]) -> None:
        self._forget(conn, waiting)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: Connection, waiting: dict[Connection, None]) -> None:
        waiting.pop(conn, None)
        if waiting is self.gathering:
            self._gathered -= len(conn.received)
        with contextlib.suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
