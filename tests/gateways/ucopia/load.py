"""Crowds before a slow controller: ``python -m tests.gateways.ucopia.load [NAME …]``.

``bench``: 200 guests, 2 s for every answer. ``crowd``: 1,000 guests, 2 s. ``tired``: 300 guests, 30 s.

The portal runs as in production (gunicorn, its own configuration, two workers). The controller is a little
asyncio server of its own process that waits exactly as long as told, so that all the rest is our share. Guests
come within ``Crowd.spread`` seconds and walk: login page (open, init), form (subscribe, authenticate), feedback (init).
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tests.gateways.ucopia.world import table
from tests.house import KEY, write_venues


@dataclass(frozen=True)
class Crowd:
    """So many guests who come within ``spread`` seconds, before a controller that takes ``seconds``."""

    guests: int
    seconds: float
    spread: float
    rounds: int = 1


CROWDS = {
    "bench": Crowd(200, 2.0, 4.0, rounds=2),
    "crowd": Crowd(1000, 2.0, 25.0),
    "tired": Crowd(300, 30.0, 10.0),
}
ROOT = Path(__file__).parents[3]
CALLS = {"landing": 2, "form": 2, "online": 1}
ONLINE = {"isConnected": True, "login": {"value": "anna"}, "autoDisconnect": {"value": True}}
ANSWERS = {
    "init": {"step": "SUBSCRIBE", "type": "ONE", "subscribe": {"one": {"lastName": {"display": True}}}},
    "subscribe": {
        "info": {"code": "info_one-subscribe_success", "subscribe": {"login": "a", "password": "b"}}
    },
    "authenticate": {"step": "FEEDBACK", "type": "CONNECT", "user": {"login": {"value": "anna"}}},
}
HOTEL = (
    'name = "H"\nsystem = "iacbox"\n[iacbox]\nurl = "https://box.example/"\nsecret = "a secret of eight"\n'
)


async def _controller(port: int, seconds: float) -> None:
    """Waits, answers, keeps the connection; a cookie that ends in ``+`` is one of a guest who is online."""

    made = [0]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(
                    (int(line[15:]) for line in head.lower().split("\r\n") if line[:15] == "content-length:"),
                    0,
                )
                form = (await reader.readexactly(length)).decode()
                action = form.partition("action=")[2].partition("&")[0]
                if action != "count":
                    await asyncio.sleep(seconds)
                answer = ANSWERS.get(action, {})
                made[0] += action == "subscribe"
                if action == "count":
                    answer = {"made": made[0]}
                if action == "init" and "PHPSESSID=on" in head:
                    answer = {"step": "FEEDBACK", "type": "CONNECT", "user": ONLINE}
                cookie = "on" if action == "authenticate" or "PHPSESSID=on" in head else "off"
                first = "HTTP/1.1 200 OK" if action else "HTTP/1.1 302 Found\r\nLocation: /1/portal/"
                body = json.dumps(answer)
                writer.write(
                    f"{first}\r\nSet-Cookie: PHPSESSID={cookie}{os.urandom(8).hex()}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
                )
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1000)
    async with server:
        await server.serve_forever()


@dataclass
class Seen:
    """Seconds by kind of request; ``wrong`` counts answers that were not what they should be."""

    seconds: dict[str, list[float]] = field(
        default_factory=lambda: {name: [] for name in (*CALLS, "healthz", "hotel")}
    )
    wrong: list[str] = field(default_factory=list)


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: str = "", cookie: str = ""
) -> tuple[http.client.HTTPResponse, str, float]:
    headers = {"Accept-Encoding": "gzip"} | ({"Cookie": cookie} if cookie else {})
    headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    began = time.perf_counter()
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    answer.read()
    kept = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
    return answer, kept, time.perf_counter() - began


def _guest(port: int, seen: Seen, wait: float) -> None:
    time.sleep(wait)  # guests do not come in the same instant
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    cookie = ""
    form = urlencode({"way": "one", "last_name": "Meier"})
    for name, method, path, body, status in (
        ("landing", "GET", "/campus/", "", 200),
        ("form", "POST", "/campus/sign-in", form, 303),
        ("online", "GET", "/campus/online", "", 200),
    ):
        answer, cookie, seconds = _ask(connection, method, path, body, cookie)
        seen.seconds[name].append(seconds)
        if answer.status != status:
            seen.wrong.append(f"{name} {answer.status}")
            return
    connection.close()


def _others(port: int, seen: Seen, done: threading.Event) -> None:
    """Guests of an IACBOX hotel and the load balancer, all the while."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    while not done.wait(0.1):
        for name, path in (("healthz", "/healthz"), ("hotel", "/hotel/")):
            seen.seconds[name].append(_ask(connection, "GET", path)[2])


def _walk(port: int, guests: int, spread: float) -> Seen:
    seen, done = Seen(), threading.Event()
    other = threading.Thread(target=_others, args=(port, seen, done))
    people = [
        threading.Thread(target=_guest, args=(port, seen, spread * number / max(1, guests)))
        for number in range(guests)
    ]
    other.start()
    for one in people:
        one.start()
    for one in people:
        one.join()
    if not guests:
        time.sleep(spread)
    done.set()
    other.join()
    return seen


@contextlib.contextmanager
def _running(*command: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _up(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError("a server does not start")


def _memory(process: subprocess.Popen[bytes]) -> float:
    """MB of the workers together."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    lines = [line for child in children for line in Path(f"/proc/{child}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _made(box: int) -> int:
    """Accounts that the controller has made."""
    connection = http.client.HTTPConnection("127.0.0.1", box, timeout=60)
    connection.request("POST", "/portal_api.php", "action=count")
    made: int = json.loads(connection.getresponse().read())["made"]
    connection.close()
    return made


@dataclass(frozen=True)
class Result:
    """What a crowd met: ``quiet`` are the others alone before it, ``memory`` MB after each round, ``made`` accounts."""

    crowd: Crowd
    quiet: Seen
    seen: Seen
    memory: list[float]
    made: int

    @property
    def worst(self) -> float:
        """The slowest request as a multiple of what its own calls take."""
        waits = self.crowd.seconds
        return max(seconds / (waits * CALLS[name]) for name in CALLS for seconds in self.seen.seconds[name])


def measure(name: str = "bench") -> Result:
    """A crowd of that name, from its first guest to its last."""
    crowd = CROWDS[name]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        box, port = _free_port(), _free_port()
        keys = {"read_timeout": 60} if crowd.seconds > 20 else {}
        write_venues(folder, {"campus": table(f"http://127.0.0.1:{box}/", **keys), "hotel": HOTEL})
        stack.enter_context(
            _running(sys.executable, "-m", "tests.gateways.ucopia.load", str(box), str(crowd.seconds))
        )
        portal = stack.enter_context(
            _running(
                str(Path(sys.executable).parent / "gunicorn"), "wsgi:app",
                BIND=f"127.0.0.1:{port}", PORTAL_VENUES=str(folder), PORTAL_SECRET_KEY=KEY, LOG_LEVEL="WARNING",
            )
        )  # fmt: skip
        _up(box)
        _up(port)
        quiet = _walk(port, 0, 4.0)
        seen, memory, made = Seen(), [], _made(box)
        for _ in range(crowd.rounds):
            seen = _walk(port, crowd.guests, crowd.spread)
            memory.append(_memory(portal))
        made = _made(box) - made
    return Result(crowd, quiet, seen, memory, made)


def rows(result: Result) -> list[tuple[str, str, str]]:
    """Rows of name, figure and limit."""
    crowd, seen, waits = result.crowd, result.seen, result.crowd.seconds
    share = [
        (seconds - waits * calls) / calls for name, calls in CALLS.items() for seconds in seen.seconds[name]
    ]
    found = [
        (
            f"{crowd.guests} guests within {crowd.spread:g} s, {waits:g} s a call: wrong answers",
            str(len(seen.wrong)),
            "0",
        ),
        ("accounts made, for so many guests", f"{result.made} for {crowd.guests * crowd.rounds}", "one each"),
        ("slowest request, as a multiple of its own calls", f"{result.worst:.3f}", "1.2"),
        ("our share of a call, median", f"{statistics.median(share) * 1000:.1f} ms", "15 ms"),
        ("our share of a call, 95 %", f"{statistics.quantiles(share, n=20)[-1] * 1000:.1f} ms", ""),
        (
            "memory of two workers, after each round",
            " ".join(f"{one:.0f}" for one in result.memory) + " MB",
            "flat",
        ),
    ]
    if seen.wrong:
        found.append(("what was wrong", " ".join(sorted(set(seen.wrong))), ""))
    for name in ("healthz", "hotel"):
        alone, under = (statistics.median(one.seconds[name]) * 1000 for one in (result.quiet, seen))
        found.append((f"/{name}, median alone and under load", f"{alone:.1f} ms, {under:.1f} ms", ""))
    return found


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1].isdecimal():
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_controller(int(sys.argv[1]), float(sys.argv[2])))
    else:
        for chosen in sys.argv[1:] or ["bench"]:
            for name, figure, limit in rows(measure(chosen)):
                print(f"{name:<70} {figure:>24}   {limit}", flush=True)
