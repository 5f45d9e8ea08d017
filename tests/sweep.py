"""Every sample in every skin, scheme and language, in Chromium: ``make sweep``, or ``python -m tests.sweep [LANGUAGE…]``.

On each: no breach of WCAG 2.2 A and AA (in both schemes; in all languages that are named, by default English and
Arabic, for a language changes only words and direction), and no scrolling sideways at 320 pixels in all sixteen.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from portal.languages import LANGUAGES
from tests.browsers import chromium, stop_engines
from tests.sample_walk import NARROWEST, Look, accessible, fits, gallery


def main(arguments: list[str]) -> int:
    """Print what is wrong; 1 if anything is."""
    began, wrong, looked = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as folder, gallery(Path(folder)) as (found, url):
        every = [row.code for row in LANGUAGES]
        rounds = (
            (accessible, chromium(), list(found.looks(arguments or ["en", "ar"]))),
            (fits, chromium(width=NARROWEST), list(found.looks(arguments or every, ("light",)))),
        )
        for look_at, guest, looks in rounds:
            for look in looks:
                looked += 1
                for line in look_at(guest, url, look):
                    wrong += 1
                    print(line, flush=True)
                _tell(looked, look)
            guest.close()
    stop_engines()
    print(f"{looked} pages in {time.monotonic() - began:.0f} s, {wrong} findings")
    return 1 if wrong else 0


def _tell(looked: int, look: Look) -> None:
    if looked % 500 == 0:
        print(f"… {looked} pages, now {look.slug} {look.sample}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
