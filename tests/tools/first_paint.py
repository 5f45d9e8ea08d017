"""What a page's pictures cost a guest on a slow line: ``python -m tests.tools.first_paint [VENUE…]`` prints a table.

Each venue of the demo with a photo, five times with it and five times with its skin's drawing, at 50 kB/s and 400 ms
(DevTools' throttling, in milliseconds from the start of the navigation; the portal is on this machine).
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from portal.simulators.server import serve
from tests.browsers import chromium, stop_engines
from tests.demo_venues import app_of_demo_venues

LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
TIMES = """() => {
  const page = performance.getEntriesByType('navigation')[0];
  const photo = performance.getEntriesByType('resource').find(one => one.name.endsWith('/photo'));
  const paint = performance.getEntriesByType('paint').find(one => one.name === 'first-contentful-paint');
  return [paint.startTime, page.responseEnd, photo ? photo.responseEnd : 0];
}"""


@dataclass(frozen=True)
class Times:
    """``paint``: something can be read; ``usable``: the whole page has come; ``shown``: the photo has come, 0
    without one."""

    paint: float
    usable: float
    shown: float


def times_of(guest: Any, url: str) -> Times:
    """Open an address on a slow line and wait for all that belongs to it."""
    line = guest.page.context.new_cdp_session(guest.page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    guest.page.goto(url, wait_until="networkidle")
    return Times(*guest.page.evaluate(TIMES))


def main(arguments: list[str]) -> None:
    """Print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        app = app_of_demo_venues(Path(folder))
        state = app.extensions["portal"]
        with serve(app) as running:
            for slug in arguments or [slug for slug, venue in state.venues.items() if venue.photo]:
                for photo in (state.venues[slug].photo, ""):
                    venues = {**state.venues, slug: replace(state.venues[slug], photo=photo)}
                    app.extensions["portal"] = replace(state, venues=venues)
                    found = [_looked(f"{running.url}{slug}/") for _ in range(5)]
                    columns = zip(*((one.paint, one.usable, one.shown) for one in found), strict=True)
                    paint, usable, shown = (round(median(column)) for column in columns)
                    what = f"photo shown at {shown}" if photo else "drawing"
                    print(f"{slug:12} first paint {paint} ms, form usable at {usable} ms, {what}")
    stop_engines()


def _looked(url: str) -> Times:
    with chromium(width=360, height=640) as guest:
        return times_of(guest, url)


if __name__ == "__main__":
    main(sys.argv[1:])
