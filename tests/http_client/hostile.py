"""A little server that says whatever a test tells it to, byte by byte, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Line:
    """One connection: what a script talks to."""

    sock: socket.socket
    stop: threading.Event
    server: Hostile

    def hears(self) -> bytes:
        """The next request, head and body; empty when the other side has gone."""
        asked = b""
        while b"\r\n\r\n" not in asked:
            part = self.sock.recv(65536)
            if not part:
                return b""
            asked += part
        head, _, body = asked.partition(b"\r\n\r\n")
        length = next(
            (int(row[15:]) for row in head.split(b"\r\n") if row[:15].lower() == b"content-length:"), 0
        )
        while len(body) < length:
            body += self.sock.recv(65536)
        asked = head + b"\r\n\r\n" + body
        self.server.asked.append(asked)
        return asked

    def says(self, *parts: bytes) -> None:
        """Send, and never mind when nobody listens any more."""
        with contextlib.suppress(OSError):
            for part in parts:
                self.sock.sendall(part)

    def drips(self, text: bytes = b"a", pause: float = 0.05) -> None:
        """Send bytes one by one until the test is over or the other side has had enough."""
        with contextlib.suppress(OSError):
            while not self.stop.wait(pause):
                self.sock.sendall(text)

    def floods(self, text: bytes) -> None:
        """Send without a pause until the other side has had enough."""
        with contextlib.suppress(OSError):
            while not self.stop.is_set():
                self.sock.sendall(text)


Script = Callable[[Line], None]


@dataclass
class Hostile:
    """``asked``: the requests; ``connections``: how many there were; ``under_way``: how many are open now."""

    url: str = ""
    asked: list[bytes] = field(default_factory=list)
    connections: int = 0


@contextlib.contextmanager
def hostile(
    *scripts: Script, tls: ssl.SSLContext | None = None, listener: socket.socket | None = None
) -> Iterator[Hostile]:
    """Serve one script per connection, the last one for ever; on a socket that is bound already, if one is given."""
    seen, stop = Hostile(), threading.Event()
    listener = listener or socket.create_server(("127.0.0.1", 0))
    listener.listen(500)
    seen.url = f"{'https' if tls else 'http'}://localhost:{listener.getsockname()[1]}/"

    def talk(sock: socket.socket, script: Script) -> None:
        with contextlib.suppress(OSError), contextlib.closing(sock):
            sock.settimeout(20)
            line = tls.wrap_socket(sock, server_side=True) if tls else sock
            with contextlib.closing(line):
                script(Line(line, stop, seen))

    def listen() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            script = scripts[min(seen.connections, len(scripts) - 1)]
            seen.connections += 1
            threading.Thread(target=talk, args=(sock, script), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield seen
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def says(*parts: bytes, head: bytes = b"", status: bytes = b"200 OK") -> Script:
    """A script that answers every request of a connection with one body and a right length."""
    body = b"".join(parts)

    def script(line: Line) -> None:
        while line.hears():
            line.says(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), head, body))

    return script


def raw(*parts: bytes) -> Script:
    """A script that hears one request, sends these bytes and hangs up."""

    def script(line: Line) -> None:
        line.hears()
        line.says(*parts)

    return script


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is inside takes no longer than that."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took < seconds, f"took {took:.1f} s"
