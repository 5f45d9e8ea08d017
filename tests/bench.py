"""``make bench``: what a page costs, as ratios against a bare Flask "hello" under the same server in the same run.

Every measure alternates between the two servers in short blocks, so that a machine that slows down slows both.
Nothing here passes or fails a test: it prints a table and the goals beside it.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from portal.languages import LANGUAGES
from portal.simulators.iacbox import wire
from portal.venues.themes import bundled
from tests.house import KEY, write_venues

SECRET = "a secret for the bench only"
VENUE = """
name = "Hotel Alpenblick"
system = "iacbox"
theme = "{theme}"
landing_url = "https://www.hotel.example/"
help = {{ text = "Reception, dial 9", url = "tel:+43512345" }}
terms = {{ required = true, url = "https://www.hotel.example/terms" }}
[iacbox]
url = "http://127.0.0.1:9/"
secret = "a secret for the bench only"
sign_in = ["cred", "free", "create", "pms"]
[[iacbox.templates]]
id = 1
name = "Basic"
price = "0.00 EUR"
[[iacbox.templates]]
id = 2
name = "Premium"
price = "9.00 EUR"
featured = true
"""
HELLO = """
from flask import Flask
app = Flask(__name__)
@app.get("/")
def hello():
    return "hello"
"""
SECONDS = float(os.environ.get("BENCH_SECONDS", "1.5"))
BLOCKS = 6
CLIENTS = 3
JOURNEYS = 1000


@dataclass(frozen=True)
class Server:
    """A gunicorn with one worker; ``first`` is seconds from start to the first answer."""

    port: int
    pid: int
    first: float

    def worker(self) -> int:
        """The process that answers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return int(children[0])

    def resident(self) -> float:
        """Resident memory of the worker, in MB."""
        status = Path(f"/proc/{self.worker()}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def gunicorn(target: str, folder: Path, path: str, extra: list[str], **environ: str) -> Iterator[Server]:
    """One gunicorn of one worker, bare of our configuration file."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", target, "-b", f"127.0.0.1:{port}", *extra]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--log-level", "error"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), **environ},
    )
    try:
        while not _answers(port, path):
            if time.perf_counter() - began > 20:
                raise SystemExit(f"{target} does not start")
            time.sleep(0.01)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _answers(port: int, path: str) -> bool:
    try:
        return b" 200 " in exchange(port, request_bytes(path))[:20]
    except OSError:
        return False


def request_bytes(path: str, keep: bool = False, body: str | None = None, **headers: str) -> bytes:
    """A request as a browser sends it: it takes gzip."""
    lines = [
        f"{'GET' if body is None else 'POST'} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Connection: {'keep-alive' if keep else 'close'}",
        "Accept-Language: de-AT,de;q=0.9,en;q=0.5",
        "Accept-Encoding: gzip, deflate",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if body is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + (body or "")).encode()


def exchange(port: int, request: bytes) -> bytes:
    """One request on a connection of its own, the whole answer."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
        return b"".join(parts)


def rate(port: int, request: bytes, seconds: float) -> float:
    """Requests per second of some clients that ask without a pause."""
    counts = [0] * CLIENTS
    end = time.perf_counter() + seconds

    def ask(number: int) -> None:
        while time.perf_counter() < end:
            exchange(port, request)
            counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def ratio(ours: Server, hello: Server, path: str, keep: bool) -> tuple[float, float, float]:
    """Our requests per second, hello's, and the median ratio of the blocks."""
    pairs = []
    for _ in range(BLOCKS):
        first = rate(hello.port, request_bytes("/", keep), SECONDS / 2)
        pairs.append((rate(ours.port, request_bytes(path, keep), SECONDS), first))
    return (
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )


def arrival(guest: str = "", **more: str) -> str:
    """Redirect 1 as the box makes it."""
    fields = {
        "ver": "2.1",
        "id": guest or wire.new_client_id(),
        "ac": "auth",
        "ip": "10.0.0.7",
        "ma": "00359ac076c4",
        "vl": "17",
        **more,
    }
    fields |= {"iac": "2014112233", "userurl": "http://captive.apple.com/hotspot-detect.html"}
    return signed("/hotel/", fields)


def signed(path: str, fields: dict[str, str]) -> str:
    """A redirect of the box."""
    codec = wire.Codec(SECRET)
    lapi, si = codec.seal(wire.pack(fields))
    return path + "?" + urlencode({"lapi": lapi, "si": si})


def journey(port: int) -> float:
    """Seconds for one guest, each from a network of its own (or limits would end it): landing, sign-in, way back."""
    guest = wire.new_client_id()
    began = time.perf_counter()
    behind = {"X-Forwarded-For": f"10.{os.urandom(1)[0]}.{os.urandom(1)[0]}.7"}
    page = exchange(port, request_bytes(arrival(guest), **behind))
    token = re.search(r'name="guest" value="([^"]+)"', _html(page))[1]  # type: ignore[index]
    body = urlencode({"guest": token, "way": "cred", "username": guest, "password": "b", "terms": "yes"})
    answer = exchange(port, request_bytes("/hotel/sign-in", body=body, **behind))
    if b" 200 " not in answer[:20] or "lapi=" not in _html(answer):
        raise SystemExit("the sign-in was not answered by the page that leads on to the box")
    back = {"ver": "2.1", "id": guest, "ac": "cbk", "iac": "2014112233", "rc": "0"}
    if b" 200 " not in exchange(port, request_bytes(signed("/hotel/callback", back)))[:20]:
        raise SystemExit("the way back failed")
    return time.perf_counter() - began


def _html(answer: bytes) -> str:
    head, _, body = answer.partition(b"\r\n\r\n")
    return (gzip.decompress(body) if b"content-encoding: gzip" in head.lower() else body).decode()


def weights(ours: dict[str, Server]) -> Iterator[tuple[str, str, int]]:
    """Theme, language, bytes of the gzipped login page."""
    for theme, server in ours.items():
        for language in LANGUAGES:
            answer = exchange(server.port, request_bytes(arrival() + f"&lang={language.code}"))
            yield theme, language.code, len(answer.partition(b"\r\n\r\n")[2])


def row(name: str, value: str, goal: str = "") -> None:
    """One line of the table."""
    print(f"{name:<46} {value:>26}   {goal}", flush=True)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        root = Path(folder)
        (root / "hello.py").write_text(HELLO)
        hello = stack.enter_context(gunicorn("hello:app", root, "/", []))
        ours = {}
        for theme in bundled():
            venues = write_venues(root / theme, {"hotel": VENUE.format(theme=theme)})
            environ = {"PORTAL_VENUES": str(venues), "PORTAL_SECRET_KEY": KEY}
            ours[theme] = stack.enter_context(gunicorn("wsgi:app", root, "/hotel/?ping=1", [], **environ))
        environ["PORTAL_PROXIES"] = "1"  # journeys come from many networks, or limits would end them
        walked = stack.enter_context(gunicorn("wsgi:app", root, "/hotel/?ping=1", [], **environ))
        measure(ours["classic"], hello)
        walk(walked)
        print()
        for theme, server in ours.items():
            sizes = {code: size for name, code, size in weights({theme: server})}
            row(
                f"login page, {theme}, gzipped",
                f"{min(sizes.values())}-{max(sizes.values())} bytes",
                "at most 10,240",
            )
            print("    " + "  ".join(f"{code} {size}" for code, size in sizes.items()))


def measure(portal: Server, hello: Server) -> None:
    """The ratios and the start."""
    row("start to first answer", f"{portal.first:.2f} s (hello {hello.first:.2f} s)", "at most 1.5 s")
    for keep in (False, True):
        mode = "keep-alive" if keep else "close"
        for name, path, goal in (("landing page", arrival(), 0.45), ("?ping=1", "/hotel/?ping=1", 0.85)):
            mine, bare, share = ratio(portal, hello, path, keep)
            row(f"{name} / hello ({mode})", f"{share:.2f}  ({mine:.0f}/s, {bare:.0f}/s)", f"at least {goal}")


def walk(portal: Server) -> None:
    """Whole journeys, and what they leave in memory."""
    times = [journey(portal.port) for _ in range(JOURNEYS)]
    row(
        "journey: landing, sign-in, way back",
        f"{statistics.median(times) * 1000:.1f} ms",
        "server and client",
    )
    first = portal.resident()
    for _ in range(JOURNEYS):
        journey(portal.port)
    row(
        "worker's memory after 1,000 / 2,000 journeys",
        f"{first:.1f} / {portal.resident():.1f} MB",
        "at most 70 MB, flat",
    )


if __name__ == "__main__":
    main()
