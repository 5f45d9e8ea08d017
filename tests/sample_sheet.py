"""Every sample in one language and skin as one picture: ``make screenshots LANG=pl SKIN=alpine``.

``python -m tests.sample_sheet --language pl --skin alpine [--scheme dark] [--width 1280] [--size 200] [--only sign-in …]``
writes ``build/screenshots/<skin>-<language>-<scheme>-<width>.png`` and says so. For reviewers of words and of looks.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from portal.languages import BY_CODE, find
from portal.venues.themes import bundled
from tests.browsers import chromium, stop_engines
from tests.sample_walk import Gallery, Look, gallery
from tests.screenshots import contact_sheet

FOLDER = Path("build") / "screenshots"


def main(arguments: list[str]) -> int:
    """The command; 0 when the sheet is written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", default="en", help=", ".join(BY_CODE))
    parser.add_argument("--skin", default="alpine", choices=bundled())
    parser.add_argument("--scheme", default="light", choices=("light", "dark"))
    parser.add_argument("--width", type=int, default=360)
    parser.add_argument(
        "--size", type=int, default=100, choices=(100, 150, 200), help="of the text, per cent"
    )
    parser.add_argument("--only", nargs="*", default=[], help="names of samples")
    parser.add_argument("--out", type=Path, default=FOLDER)
    given = parser.parse_args(arguments)
    language = find(given.language)
    if language is None:
        parser.error(f"there is no language {given.language!r}; there are {', '.join(BY_CODE)}")
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, gallery(Path(folder)) as (found, url):
        looks = list(looks_of(found, given.skin, language.code, given.scheme, given.size, given.only))
        if not looks:
            parser.error(
                f"no venue of the demo shows {given.skin} in {language.code}, or no sample has such a name"
            )
        paths = [shoot(url, look, given.width, Path(folder)) for look in looks]
        name = f"{given.skin}-{language.code}-{given.scheme}-{given.width}.png"
        print(contact_sheet(paths, given.out / name, columns=max(1, 2200 // given.width), width=given.width))
    stop_engines()
    return 0


def looks_of(found: Gallery, skin: str, language: str, scheme: str, size: int, only: list[str]) -> list[Look]:
    """Every sample of the first venue that wears the skin and offers the language."""
    looks = [one for one in found.looks([language], (scheme,)) if one.skin == skin]
    first = looks[0].slug if looks else ""
    return [
        Look(one.slug, skin, one.sample, language, scheme, size)
        for one in looks
        if one.slug == first and (not only or one.sample in only)
    ]


def shoot(url: str, look: Look, width: int, folder: Path) -> Path:
    """One page, whole."""
    with chromium(width=width) as guest:
        guest.page.goto(url + look.path, wait_until="load")
        return guest.screenshot(folder / f"{look.sample}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
