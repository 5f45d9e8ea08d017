"""500 venues on one host, 30 of them broken in turn by an edit and a HUP while guests come: none of them may notice.

Guests of any venue open its page; guests of the venues that are being broken also sign in at their box. What is asked for: every
answer is the venue's own page as it was last good, and everybody gets online.
"""

from __future__ import annotations

import contextlib
import html
import random
import re
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import requests

from portal.simulators.iacbox import BoxSettings, IacBox, create_box
from portal.simulators.server import serve
from tests.gateways.iacbox.inn import SECRET, VENUE, Inn
from tests.soak_host import Host
from tests.soak_journeys import journey

VENUES, BROKEN, AT_ONCE = 500, 30, 12
SECONDS = 280
"""After so long no more venues are broken."""


def venues(count: int = VENUES, broken: int = BROKEN, seconds: float = SECONDS) -> None:
    """30 of 500 venues broken in turn by an edit and a HUP under load."""
    with tempfile.TemporaryDirectory() as name, world(Path(name), count, broken) as (host, inns):
        seen, stop = Seen(), threading.Event()
        crowd = [
            threading.Thread(target=_guests, args=(number, host, inns, count, seen, stop))
            for number in range(AT_ONCE)
        ]
        began = time.monotonic()
        for guest in crowd:
            guest.start()
        times = []
        try:
            for number in range(broken):
                if time.monotonic() - began < seconds:
                    times.append(_break(Path(name) / "venues" / slug_of(number), number, host))
            mended = _mend(Path(name), broken, host)
        finally:
            stop.set()
            for guest in crowd:
                guest.join()
    seen.times.sort()
    print(
        "| venues | broken | seconds | pages | signed in | half | 99 % | longest | known after a HUP | mended after | wrong |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    print(
        f"| {count} | {len(times)} | {time.monotonic() - began:.0f} | {seen.count['page']} | {seen.count['online']} "
        f"| {_share(seen.times, 50)} | {_share(seen.times, 99)} | {seen.times[-1]:.2f} s "
        f"| {sum(times) / len(times):.1f} s, at most {max(times):.1f} s | {mended:.1f} s | {len(seen.wrong)} |"
    )
    assert not seen.wrong, seen.wrong[:3]
    assert seen.count["online"]


class Seen:
    """What guests saw; safe between threads as appending is."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.wrong: list[str] = []
        self.count: Counter[str] = Counter()


def _share(times: Sequence[float], percent: int) -> str:
    return f"{times[len(times) * percent // 100]:.2f} s"


def slug_of(number: int) -> str:
    """The folder of a venue."""
    return f"hotel-{number:03}"


@contextlib.contextmanager
def world(folder: Path, count: int, broken: int) -> Iterator[tuple[Host, list[Inn]]]:
    """The venues, a box for each of those that will be broken, and a host."""
    with contextlib.ExitStack() as stack:
        boxes = [IacBox(BoxSettings(secret=SECRET, max_users=5_000)) for _ in range(broken)]
        urls = [stack.enter_context(serve(create_box(box))).url for box in boxes]
        for number in range(count):
            own = folder / "venues" / slug_of(number)
            own.mkdir(parents=True)
            url = urls[number % broken]
            text = VENUE.format(box=url, keys='sign_in = ["free", "cred"]', general="")
            (own / "venue.toml").write_text(text.replace("Hotel Alpenblick", f"Hotel {number:03}"))
        host = Host(folder)
        stack.callback(host.stop)
        inns = []
        for number, (box, url) in enumerate(zip(boxes, urls, strict=True)):
            box.point_at(f"{host.url}{slug_of(number)}/", f"{host.url}{slug_of(number)}/callback")
            inns.append(Inn(box, url, host.url))
        yield host, inns


def _guests(
    number: int, host: Host, inns: Sequence[Inn], count: int, seen: Seen, stop: threading.Event
) -> None:
    """One after the other: every fourth signs in at a venue that is being broken, the others look at any venue's page."""
    dice, visit = random.Random(number), 0
    while not stop.is_set():
        visit += 1
        place = dice.randrange(len(inns) if visit % 4 == 0 else count)
        began = time.monotonic()
        try:
            if visit % 4 == 0:
                mac = f"02{number:02x}{visit:08x}"
                again = journey(inns[place], host.url, mac, slug_of(place))
                seen.count["online"] += inns[place].online(mac)
                if again or not inns[place].online(mac):
                    seen.wrong.append(f"{slug_of(place)}: pressed again {again} times")
            else:
                _look(host, place, seen)
        except requests.RequestException as error:
            seen.wrong.append(f"{slug_of(place)}: {error}")
        seen.times.append(time.monotonic() - began)


def _look(host: Host, place: int, seen: Seen) -> None:
    page = requests.get(f"{host.url}{slug_of(place)}/", timeout=30)
    seen.count["page"] += 1
    title = re.search(r"<title>([^<]*)", page.text)
    if page.status_code != 200 or not title or f"Hotel {place:03}" not in html.unescape(page.text):
        seen.wrong.append(f"{slug_of(place)}: {page.status_code} {title and title[1]}")


def _without_file(folder: Path) -> None:
    (folder / "venue.toml").unlink()


def _half_written(folder: Path) -> None:
    text = (folder / "venue.toml").read_text()
    (folder / "venue.toml").write_text(text[: len(text) // 2])


def _no_name(folder: Path) -> None:
    (folder / "venue.toml").write_text("name = 7")


def _wrong_key(folder: Path) -> None:
    with (folder / "venue.toml").open("a") as file:
        file.write('sing_in = ["free"]\n')


def _wrong_theme(folder: Path) -> None:
    (folder / "theme").mkdir()
    (folder / "theme" / "theme.css").write_text(':root { --font: "abc; }')


def _wrong_text(folder: Path) -> None:
    (folder / "texts").mkdir()
    (folder / "texts" / "de.toml").write_text("heading = [")


WAYS: Sequence[Callable[[Path], None]] = (
    _no_name, _half_written, _wrong_key, _wrong_theme, _wrong_text, _without_file,
)  # fmt: skip


def _break(folder: Path, number: int, host: Host) -> float:
    """Break a venue and HUP; the seconds until ``/readyz`` names it."""
    shutil.copytree(folder, folder.parent.parent / "good" / folder.name)
    WAYS[number % len(WAYS)](folder)
    began = time.monotonic()
    host.reload()
    _wait(host, lambda said: f"venue={folder.name} the last good version serves" in said)
    return time.monotonic() - began


def _mend(folder: Path, broken: int, host: Host) -> float:
    for good in (folder / "good").iterdir():
        shutil.rmtree(folder / "venues" / good.name)
        shutil.copytree(good, folder / "venues" / good.name)
    began = time.monotonic()
    host.reload()
    _wait(host, lambda said: said == "ready\n")
    return time.monotonic() - began


def _wait(host: Host, holds: Callable[[str], bool]) -> None:
    deadline = time.monotonic() + 60
    said = ""
    while time.monotonic() < deadline:
        said = requests.get(f"{host.url}readyz", timeout=30).text
        if holds(said):
            return
        time.sleep(0.2)
    raise AssertionError(f"not known within a minute: {said[:500]}")
