"""Every sample in every skin, scheme and language, in Chromium: ``make sweep``, or ``python -m tests.sweep [LANGUAGE…]``.

On each: no breach of WCAG 2.2 A and AA (in both schemes; in all languages that are named, by default English and
Arabic, for a language changes only words and direction); no scrolling sideways and no broken word at 320 pixels, and no
page too heavy, in all sixteen. On each first page the primary button stands within 640 pixels. ``--only accessible``,
``fits``, ``at-hand``, ``weight`` does a part of it, ``--venue SLUG`` one venue. It ends with a table of first pages.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from portal.languages import LANGUAGES
from tests.browsers import chromium, stop_engines
from tests.sample_walk import (
    BOTTOM,
    NARROWEST,
    Gallery,
    Look,
    accessible,
    fits,
    gallery,
    is_at_hand,
    weight,
)

FIRST = "sign-in"
HEAVIEST = 14_000
"""Bytes of a page, gzipped, with anything that a venue adds (contract); 10 kB is what tests of each skin hold it to."""
TABLE = ("en", "de", "ja", "ar")
Finder = Callable[[Look], list[str]]


def main(arguments: list[str]) -> int:
    """Print what is wrong; 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*")
    parser.add_argument("--only", choices=("accessible", "fits", "at-hand", "weight"))
    parser.add_argument("--venue", default="")
    given = parser.parse_args(arguments)
    began, looked, wrong = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder, gallery(Path(folder)) as (found, url):
        for name, languages, schemes, finder in _rounds(found, url, given.languages):
            for look in found.looks(languages, schemes) if given.only in (None, name) else ():
                if given.venue in ("", look.slug) and (name != "at-hand" or look.sample == FIRST):
                    looked += 1
                    wrong += _told(finder(look))
                    _progress(looked, look)
        print(*_first_pages(found, url), sep="\n")
    stop_engines()
    print(f"{looked} pages in {time.monotonic() - began:.0f} s, {wrong} findings")
    return 1 if wrong else 0


def _rounds(
    found: Gallery, url: str, named: list[str]
) -> Iterator[tuple[str, list[str], tuple[str, ...], Finder]]:
    every, light = named or [row.code for row in LANGUAGES], ("light",)
    phone, small = chromium(width=360, height=640), chromium(width=NARROWEST)
    yield "weight", every, light, lambda look: _too_heavy(weight(found, look), look)
    yield "at-hand", every, light, lambda look: is_at_hand(phone, url, look)
    yield "fits", every, light, lambda look: fits(small, url, look)
    yield "accessible", named or ["en", "ar"], (*light, "dark"), lambda look: accessible(phone, url, look)


def _too_heavy(bytes: int, look: Look) -> list[str]:
    return [f"{look}: {bytes} bytes gzipped"] if bytes > HEAVIEST else []


def _first_pages(found: Gallery, url: str) -> Iterator[str]:
    """A line per venue: its skin, how heavy its first page is and where the primary button ends."""
    guest: Any = chromium(width=360, height=640)
    yield f"{'first page':12} {'skin':8} " + " ".join(f"{code + ' bytes, px':>14}" for code in TABLE)
    for slug, venue in found.venues.items():
        cells = []
        for code in TABLE:
            look = Look(slug, venue.file.theme, FIRST, code)
            offered = code in [row.code for row in venue.languages]
            if offered:
                guest.page.goto(url + look.path, wait_until="domcontentloaded")
            ends = f"{weight(found, look)}, {guest.page.evaluate(BOTTOM):.0f}" if offered else "-"
            cells.append(f"{ends:>14}")
        yield f"{slug:12} {venue.file.theme:8} " + " ".join(cells)


def _told(lines: list[str]) -> int:
    for line in lines:
        print(line, flush=True)
    return len(lines)


def _progress(looked: int, look: Look) -> None:
    if looked % 500 == 0:
        print(f"… {looked} pages, now {look.slug} {look.sample}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
