"""What takes minutes: ``make soak``, or ``python -m tests.soak requests memory`` for some of its parts.

Each part prints one line per figure and raises AssertionError for what must not be. A part is a function that takes
nothing; add yours to ``PARTS``.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ARRIVALS = 50_000
UNITS = 500
MOST_MEMORY = 110
"""MB of a worker after all of that."""
LANGUAGES = [
    "ar",
    "de",
    "en",
    "es",
    "fr",
    "id",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ru",
    "th",
    "zh-CN",
    "zh-TW",
]


def requests() -> None:
    """20,000 requests that no browser makes."""
    from tests.fuzz import fuzz

    statuses: dict[int, int] = {}
    for seed in range(10, 15):
        with fuzz(seed) as source:
            assert source.run(4_000) == 4_000
            assert source.wrong == [], source.wrong[0]
            for status, count in source.statuses.items():
                statuses[status] = statuses.get(status, 0) + count
    print(f"requests: 20,000, no fault; by status {dict(sorted(statuses.items()))}")


def memory() -> None:
    """50,000 varied arrivals and 500 units of Icaro, in a process of their own."""
    from portal.simulators.icaro import Icaro, IcaroSettings, Unit, UnitKey, UnitSettings, create_icaro
    from portal.simulators.server import serve
    from tests.gateways.iacbox.inn import TEMPLATES
    from tests.gateways.iacbox.inn import VENUE as INN
    from tests.gateways.icaro.hotspot import VENUE as CAFE
    from tests.house import write_venues

    keys = [
        UnitKey(f"8b758c35-7fb4-48a3-9021-{n:012d}", "s3cret", f"E4-95-6E-44-{n // 256:02X}-{n % 256:02X}")
        for n in range(UNITS)
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(create_icaro(Icaro(IcaroSettings(units=keys), time.time))) as wax,
    ):
        ways = 'sign_in = ["cred", "create", "free"]\n' + TEMPLATES
        cafe = CAFE.replace('units = ["{uuid}"]\n', "").format(
            url=wax.url, top="", icaro="", more="", read_timeout=5.0, pause=0.0
        )
        venues = {
            f"hotel-{number}": INN.format(box="http://b.example/", keys=ways, general="")
            for number in range(20)
        }
        write_venues(Path(folder), {**venues, "cafe": cafe})
        urls = []
        for key in keys:
            unit = Unit(UnitSettings("http://p.example/cafe/", wax.url, key, nasid="n"), time.time)
            urls.append(unit.landing_url(unit.device("02-00-00-00-00-01"), "http://a.example/"))
        (Path(folder) / "urls.json").write_text(json.dumps(urls))
        command = [sys.executable, "-c", f"from tests.soak import arrivals; arrivals({folder!r}, {ARRIVALS})"]
        subprocess.run(command, check=True, timeout=900)


def arrivals(folder: str, count: int) -> None:
    """The process that is measured."""
    from portal import create_app
    from portal.config import Config
    from tests.house import KEY

    app = create_app(Config(Path(folder), (KEY,)))
    began, before = time.monotonic(), resident()
    urls = json.loads((Path(folder) / "urls.json").read_text())
    for number, (path, query, headers) in enumerate(_varied(urls, count)):
        body = b"".join(_ask(app, path, query, headers))
        assert b"<h1" in body, body[:300]
        if number in (count // 4, count // 2):
            print(f"memory: after {number} arrivals {resident()} MB")
    after = resident()
    seconds = time.monotonic() - began
    print(
        f"memory: {before} MB at first, {after} MB after {count} arrivals and {UNITS} units ({seconds:.0f} s)"
    )
    assert after < MOST_MEMORY, f"{after} MB"


def _varied(urls: list[str], count: int) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    dice = random.Random(7)
    for number in range(count):
        code = dice.choice(LANGUAGES)
        headers = {"HTTP_ACCEPT_LANGUAGE": f"{code},{dice.choice(LANGUAGES)};q=0.{dice.randrange(1, 9)}"}
        headers |= {"HTTP_ACCEPT_ENCODING": "gzip"} if dice.random() < 0.8 else {}
        headers |= {"HTTP_COOKIE": "guest=gone"} if dice.random() < 0.5 else {}
        if number % 10 == 0:
            parts = urlsplit(urls[(number // 10) % len(urls)])
            yield parts.path, parts.query, headers
            continue
        query = dice.choice(["", f"lang={code}", f"code=A{dice.randrange(10**6)}", f"x={dice.random()}"])
        page = dice.choice(["", "", "", "online", "terms", f"refresh/{dice.randrange(10**6)}", "nothing"])
        yield f"/hotel-{dice.randrange(20)}/{page}", query, headers


def _ask(app: Any, path: str, query: str, headers: Mapping[str, str]) -> list[bytes]:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "p.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        **headers,
    }
    parts = app(environ, lambda status, headers, exc_info=None: None)
    found = list(parts)
    if hasattr(parts, "close"):
        parts.close()
    if "gzip" in headers.get("HTTP_ACCEPT_ENCODING", "") and found and found[0][:2] == b"\x1f\x8b":
        import gzip

        return [gzip.decompress(b"".join(found))]
    return found


def resident() -> int:
    """MB of memory of this process."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def journeys() -> None:
    """2,000 journeys through nginx and two hosts while workers and a host are killed."""
    from tests import soak_journeys

    soak_journeys.journeys()


def tired() -> None:
    """300 guests before a UCOPIA controller that takes 30 s for every answer: three minutes."""
    from tests.gateways.ucopia import load

    result = load.measure("tired")
    for name, figure, _limit in load.rows(result):
        print(f"tired: {name}: {figure}")
    assert result.seen.wrong == [], result.seen.wrong[:5]
    assert result.made == result.crowd.guests, "an account each"
    assert result.worst < 1.2, "somebody waited for another"
    for page in ("healthz", "hotel"):
        times = sorted(result.seen.seconds[page])
        assert times[len(times) * 99 // 100] < 1, f"/{page} waited for the controller of another venue"


def venues() -> None:
    """30 of 500 venues broken in turn by an edit and a HUP while guests come."""
    from tests import soak_venues

    soak_venues.venues()


def faults() -> None:
    """What guests see while the store, the state folder or the clock is sick: a table."""
    from tests import soak_faults

    soak_faults.faults()


def purchases() -> None:
    """20 × (double click, back and another card, two tabs) × ways to the box, in Chromium and WebKit."""
    environ = {**os.environ, "ROUNDS": "20"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "tests/stories/test_iacbox_once.py",
        "-k",
        "once or nothing_more",
    ]
    subprocess.run(command, check=True, env=environ)
    print("purchases: each of 20 rounds bought one ticket, whatever was pressed")


PARTS: Mapping[str, Callable[[], None]] = {
    "requests": requests,
    "memory": memory,
    "journeys": journeys,
    "tired": tired,
    "venues": venues,
    "faults": faults,
    "purchases": purchases,
}


def main() -> None:
    """Run the parts that are named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    for name in parser.parse_args().parts or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
