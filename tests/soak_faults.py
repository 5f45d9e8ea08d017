"""What guests see, and how long it takes, while what the portal stands on is sick: the store, the state folder, the clock.

Each row of the table is a host of its own with two workers. Before the fault a guest has opened the page; after it this
guest signs in, then a crowd comes and goes online, then somebody types a wrong password. What is asked for: nobody waits
longer than the store's patience, everybody with the right password gets in, and a wrong one is told as wrong.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import redis
import requests

from tests.gateways.iacbox.inn import Inn, inn
from tests.guest import Guest
from tests.redis_server import RedisServer, redis_server
from tests.soak_host import Host

CROWD, AT_ONCE = 40, 10
PATIENCE = 5.0
"""Seconds that no guest may wait longer, in a crowd of ten on two cores."""
SHIFTED = """
import sys, time
real, file = time.time, sys.argv.pop(1)
time.time = lambda: real() + float(open(file).read() or 0)
from gunicorn.app.wsgiapp import run
sys.argv = ["gunicorn", "-c", "python:portal.gunicorn_settings", "portal:create_app()"]
run()
"""
"""The portal with a wall clock that a file moves."""


@dataclass
class Place:
    """Where a row plays: a hotel with its box, and a host that serves it."""

    folder: Path
    one: Inn
    host: Host

    def guest(self, number: int) -> Guest:
        """Somebody whose phone has just joined."""
        return Guest(self.host.url, goes_on=True, inspects=False, timeout=30).opens(
            self.one.start(_mac(number))
        )


Fault = Callable[[Place], contextlib.AbstractContextManager[None]]


def faults() -> None:
    """Every row, one after the other."""
    print(
        "| what is sick | page opened before | crowd: half | longest | online | wrong password | /readyz | log |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name, redis_server(Path(name)) as store:
        _row("nothing, SQLite file", lambda place: contextlib.nullcontext())
        for what, fault in REDIS.items():
            _row(what, lambda place, fault=fault: fault(store), PORTAL_STORE=store.url)
        with _killed(Path(name)) as (url, fault):
            _row("Redis killed", fault, PORTAL_STORE=url)
            _row("Redis dead from the start", lambda place: contextlib.nullcontext(), PORTAL_STORE=url)
        with _back(Path(name)) as (url, fault):
            _row("Redis killed and started anew", fault, PORTAL_STORE=url)
    for what, before, fault in STATES:
        with _small_disk() as state:
            before(state)
            _row(what, lambda place, fault=fault, state=state: _done(fault(state)), PORTAL_STATE=state)
    for hours in (1, -1):
        _clock(f"clock {hours:+d} h while guests are there", hours)


def _row(what: str, fault: Fault, **environ: str | Path) -> None:
    with _place(**environ) as place:
        before = place.guest(1)
        with fault(place):
            _measure(what, place, before)


def _clock(what: str, hours: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        moved = Path(name) / "moved"
        moved.write_text("0")
        with _place([sys.executable, "-c", SHIFTED, str(moved)]) as place:
            before = place.guest(1)
            moved.write_text(str(hours * 3600))
            _measure(what, place, before, lost=hours < 0)


@contextlib.contextmanager
def _place(command: list[str] | None = None, **environ: str | Path) -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        one = stack.enter_context(inn(folder / "venues", 'sign_in = ["cred"]', max_users=5_000))
        host = Host(folder, "", *([command] if command else []), **environ)
        stack.callback(host.stop)
        one.box.point_at(f"{host.url}hotel/", f"{host.url}hotel/callback")
        yield Place(folder, one, host)


def _measure(what: str, place: Place, before: Guest, lost: bool = False) -> None:
    """A row of the table. ``lost``: the guest who was there before may have to start again, once."""
    began = time.monotonic()
    said = _signs_in(before)
    first = f"{said}, {time.monotonic() - began:.2f} s"
    if lost and said != "online":
        assert _signs_in(place.guest(1)) == "online", what
    times: list[float] = []

    def comes(number: int) -> str:
        start = time.monotonic()
        answer = _signs_in(place.guest(number))
        times.append(time.monotonic() - start)
        return answer

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(comes, range(100, 100 + CROWD)))
    online = sum(place.one.online(_mac(number)) for number in range(100, 100 + CROWD))
    wrong = place.guest(2).fills(username="gast", password="wrong").presses(way="cred")
    ready = requests.get(f"{place.host.url}readyz", timeout=10)
    times.sort()
    print(
        f"| {what} | {first} | {times[CROWD // 2]:.2f} s | {times[-1]:.2f} s | {online} of {CROWD} | {_title(wrong)} "
        f"| {ready.status_code} {ready.text.strip().partition(';')[0]} | {_lines(place)} |",
        flush=True,
    )
    assert online == CROWD, (what, set(answers))
    assert said == "online" or lost, (what, said)
    assert times[-1] < PATIENCE, (what, times[-1])
    assert wrong.response.status_code in (200, 422), what


def _signs_in(guest: Guest) -> str:
    guest.fills(username="gast", password="willkommen").presses(way="cred")
    return "online" if "You are online" in guest.text else _title(guest)


def _title(guest: Guest) -> str:
    heading = guest.page.h1
    notice = guest.page.select_one("[role=alert], .notice")
    words = [" ".join(one.get_text(" ").split()) for one in (heading, notice) if one]
    return f"{guest.response.status_code} “{': '.join(words)[:90]}”"


def _lines(place: Place) -> str:
    """What the log says beside the start, each once."""
    found = re.findall(r"(?:WARNING|ERROR)\] \S+: (.*)", place.host.log.read_text())
    return "; ".join(dict.fromkeys(re.sub(r"/tmp/\S+", "…", line)[:110] for line in found)) or "nothing"


def _mac(number: int) -> str:
    return f"02{number:010x}"


# The store


@contextlib.contextmanager
def _full(store: RedisServer) -> Iterator[None]:
    with contextlib.closing(redis.Redis.from_url(store.url)) as asked:
        asked.config_set("maxmemory-policy", "noeviction")
        asked.config_set("maxmemory", "1")
        try:
            yield
        finally:
            asked.config_set("maxmemory", "0")


REDIS: dict[str, Callable[[RedisServer], contextlib.AbstractContextManager[None]]] = {
    "nothing, Redis": lambda store: contextlib.nullcontext(),
    "Redis frozen": lambda store: store.frozen(),
    "Redis full (noeviction)": _full,
}


@contextlib.contextmanager
def _killed(folder: Path) -> Iterator[tuple[str, Fault]]:
    with redis_server(folder) as store:

        @contextlib.contextmanager
        def fault(place: Place) -> Iterator[None]:
            store.kill()
            yield

        yield store.url, fault


@contextlib.contextmanager
def _back(folder: Path) -> Iterator[tuple[str, Fault]]:
    with redis_server(folder) as store, contextlib.ExitStack() as stack:

        @contextlib.contextmanager
        def fault(place: Place) -> Iterator[None]:
            store.kill()
            assert _signs_in(place.guest(3)) == "online"
            stack.enter_context(redis_server(folder, store.port))
            deadline = time.monotonic() + 20
            while "works again" not in place.host.log.read_text() and time.monotonic() < deadline:
                time.sleep(0.05)
            yield

        yield store.url, fault


# The state folder


def _done(nothing: None) -> contextlib.AbstractContextManager[None]:
    return contextlib.nullcontext()


@contextlib.contextmanager
def _small_disk() -> Iterator[Path]:
    """A small disk of its own. Only root can make one."""
    if os.geteuid() != 0:
        raise SystemExit("faults: root alone can make the small disks of this part")
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=0700", "foyer-soak", name], check=True)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


def _read_only(state: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", state], check=True)


def _fill(state: Path) -> None:
    with contextlib.suppress(OSError), (state / "filled").open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass


def _empty(state: Path) -> None:
    for path in state.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _nothing(state: Path) -> None:
    pass


STATES = (
    ("state folder full while guests are there", _nothing, _fill),
    ("state folder full from the start", _fill, _nothing),
    ("state folder read-only from the start", _read_only, _nothing),
    ("state folder emptied while guests are there", _nothing, _empty),
)
"""What it is called, what happens before the host starts, and what while guests are there."""
