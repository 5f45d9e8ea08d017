"""``make bench BEFORE=checkout``: the same measures of this checkout and of another one, in one run, as ratios.

Both run under gunicorn with the same venues; blocks alternate, so that a machine that slows down slows both. The other
checkout needs its compiled catalogues (``translations/update.py compile``) and takes this one's libraries.
"""

from __future__ import annotations

import contextlib
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import Server, arrival, exchange, gunicorn, rate, request_bytes, row
from tests.house import KEY, write_venues

VENUE = """
name = "{name}"
system = "iacbox"
[iacbox]
url = "http://127.0.0.1:9/"
secret = "a secret for the bench only"
sign_in = ["cred", "free", "create", "pms"]
[[iacbox.templates]]
id = 1
name = "Basic"
price = "0.00 EUR"
"""
ROUNDS, SECONDS, VENUES = 7, 1.5, 500
Pair = tuple[Server, Server]


@contextlib.contextmanager
def both(root: Path, before: Path, venues: int, workers: int = 1) -> Iterator[Pair]:
    """The other checkout's server and ours, with this number of venues."""
    names = {
        "hotel": VENUE.format(name="Hotel"),
        **{f"hotel{at}": VENUE.format(name=f"Hotel {at}") for at in range(venues - 1)},
    }
    folder = write_venues(root / f"venues-{venues}-{workers}", names)
    with contextlib.ExitStack() as stack:
        servers = []
        for at, checkout in enumerate((before, Path.cwd())):
            state = root / f"state-{venues}-{workers}-{at}"
            state.mkdir(mode=0o700)
            environ = {"PORTAL_VENUES": str(folder), "PORTAL_SECRET_KEY": KEY, "PORTAL_STATE": str(state)}
            threads = ["--threads", "16", "-w", str(workers)]
            ready = "/hotel/?ping=1"
            servers.append(
                stack.enter_context(
                    gunicorn("wsgi:app", root, ready, threads, PYTHONPATH=str(checkout), **environ)
                )
            )
        yield servers[0], servers[1]


def compared(
    name: str, measure: Callable[[Server], float], pair: Pair, unit: str, rounds: int = ROUNDS
) -> None:
    """One line: medians of both, and the median of the ratios, more than 1 when ours is the greater."""
    found = [(measure(pair[0]), measure(pair[1])) for _ in range(rounds)]
    was, now = (statistics.median(column) for column in zip(*found, strict=True))
    share = statistics.median(b / a for a, b in found)
    row(name, f"{was:.2f} -> {now:.2f} {unit}", f"x {share:.2f}")


def busy(server: Server) -> float:
    """Seconds of processor time that the first worker has used."""
    fields = Path(f"/proc/{server.worker()}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def cost_of(paths: Callable[[], list[str]]) -> Callable[[Server], float]:
    """Milliseconds of the worker's own processor time for each of these pages, one after another."""

    def measure(server: Server) -> float:
        wanted = paths()
        began = busy(server)
        for path in wanted:
            answer = exchange(server.port, request_bytes(path))
            if b" 200 " not in answer[:20]:
                raise SystemExit(f"not a page: {answer[:60]!r}")
        return (busy(server) - began) / len(wanted) * 1000

    return measure


def proportional(server: Server) -> float:
    """Memory of all workers together, what they share counted once (PSS), in MB."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    texts = (Path(f"/proc/{child}/smaps_rollup").read_text() for child in children)
    return sum(int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) for text in texts) / 1024  # type: ignore[index]


def in_turn() -> list[str]:
    """An arrival at each of the venues."""
    return [arrival().replace("/hotel/", f"/hotel{at}/", 1) for at in range(VENUES - 1)]


def main(before: Path) -> None:
    """Measure and print."""
    print(f"{'':<46} {'before -> now':>26}   now / before")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        starts = []
        for at in range(5):
            with both(root / str(at), before, 1) as pair:
                starts.append((pair[0].first, pair[1].first))
        was, now = (statistics.median(column) for column in zip(*starts, strict=True))
        row("start to first answer, one venue", f"{was:.2f} -> {now:.2f} s", f"x {now / was:.2f}")
        with both(root, before, 1) as pair:
            compared(
                "landing page", lambda one: rate(one.port, request_bytes(arrival()), SECONDS), pair, "/s"
            )
            compared("landing page, processor", cost_of(lambda: [arrival() for _ in range(300)]), pair, "ms")
            compared(
                "?ping=1", lambda one: rate(one.port, request_bytes("/hotel/?ping=1"), SECONDS), pair, "/s"
            )
            compared("worker's memory after that", Server.resident, pair, "MB", 1)
        with both(root, before, VENUES) as pair:
            row("start with 500 venues", f"{pair[0].first:.2f} -> {pair[1].first:.2f} s", "")
            visit = cost_of(in_turn)
            for server in pair:
                visit(server), visit(server)
            compared("500 venues in turn, processor", visit, pair, "ms", 3)
            compared("worker's memory after that", Server.resident, pair, "MB", 1)
        with both(root, before, 1, workers=2) as pair:
            for server in pair:
                rate(server.port, request_bytes(arrival()), 2)
            compared("memory of two workers (PSS)", proportional, pair, "MB", 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
