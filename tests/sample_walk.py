"""Samples of the demo's venues in a browser: each page at an address of its own, and what is measured on it."""

from __future__ import annotations

import contextlib
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from werkzeug.wrappers import Request, Response

from portal.journey.sample_pages import page_of, samples_of
from portal.languages import BY_CODE
from portal.simulators.server import serve
from portal.studio.frames import frame_of
from portal.venues.venue import Venue
from tests.axe import violations
from tests.demo_venues import app_of_demo_venues

NARROWEST = 320
WIDE = "() => document.documentElement.scrollWidth"
BOTTOM = """() => {
  const button = [...document.querySelectorAll('main .first button, main form button')][0];
  return button.getBoundingClientRect().bottom;
}"""
# Every word that fits on a line of its own, and yet stands on two.
BROKEN = """() => {
  const found = [], range = document.createRange();
  const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, box = node.parentElement;
    if (!box.checkVisibility() || box.closest('.sr, script, select') || /[\\u0e00-\\u0e7f\\u3000-\\u9fff\\uac00-\\ud7af]/.test(node.data)) continue;
    for (const match of node.data.matchAll(/[^\\s\\-\\/]+/g)) {
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const lines = new Set([...range.getClientRects()].map(one => Math.round(one.top)));
      const wide = [...range.getClientRects()].reduce((sum, one) => sum + one.width, 0);
      if (lines.size > 1 && wide <= box.closest('main').clientWidth) found.push(match[0]);
    }
  }
  return found;
}"""


@dataclass(frozen=True)
class Look:
    """One sample in one dress: ``slug`` is the venue, which wears its own skin."""

    slug: str
    skin: str
    sample: str
    language: str
    scheme: str = "light"
    size: int = 100

    @property
    def path(self) -> str:
        """Where :class:`Gallery` shows it."""
        query = {"lang": self.language, "scheme": self.scheme, "size": self.size}
        return f"samples/{self.slug}/{self.sample}?{urlencode(query)}"


class Gallery:
    """A WSGI application: samples under ``/samples/``, what they ask for beside from the portal."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            venues = [one for one in app.extensions["portal"].venues.values() if isinstance(one, Venue)]
            self.venues = {venue.slug: venue for venue in venues}
            self.samples = {venue.slug: {one.name: one for one in samples_of(venue)} for venue in venues}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        if not request.path.startswith("/samples/"):
            return self.app.wsgi_app(environ, start_response)
        slug, _slash, name = request.path.removeprefix("/samples/").partition("/")
        with self.app.app_context():
            page = page_of(self.samples[slug][name], self.venues[slug], BY_CODE[request.args["lang"]])
        frame = frame_of(page, request.args["scheme"], int(request.args["size"]))
        response = Response(frame.html, content_type="text/html; charset=utf-8")
        # Some pages send their form off by themselves; here they stay.
        response.headers["Content-Security-Policy"] = (
            f"{frame.policy}; sandbox allow-scripts allow-same-origin"
        )
        return response(environ, start_response)

    def looks(self, languages: list[str], schemes: tuple[str, ...] = ("light", "dark")) -> Iterator[Look]:
        """Every sample × venue (and so skin) × scheme × those of these languages that the venue offers."""
        for slug, venue in self.venues.items():
            offered = [row.code for row in venue.languages]
            for name in self.samples[slug]:
                for scheme in schemes:
                    for language in languages:
                        if language in offered:
                            yield Look(slug, venue.file.theme, name, language, scheme)


@contextlib.contextmanager
def gallery(folder: Path) -> Iterator[tuple[Gallery, str]]:
    """A gallery that runs, and its address."""
    found = Gallery(app_of_demo_venues(folder))
    with serve(found) as running:
        yield found, running.url


def accessible(guest: Any, url: str, look: Look) -> list[str]:
    """Breaches of WCAG 2.2 A and AA on this page."""
    guest.page.goto(url + look.path, wait_until="domcontentloaded")
    return [f"{look}: {line}" for line in violations(guest.page)]


def fits(guest: Any, url: str, look: Look) -> list[str]:
    """What does not fit this guest's window: a page that scrolls sideways, words that break though a line has room."""
    guest.page.goto(url + look.path, wait_until="domcontentloaded")
    width, window = guest.page.evaluate(WIDE), guest.page.viewport_size["width"]
    wide = [f"{look}: {width} pixels wide in a window of {window}"] if width > window else []
    return wide + [f"{look}: “{word}” breaks" for word in guest.page.evaluate(BROKEN)]


def is_at_hand(guest: Any, url: str, look: Look) -> list[str]:
    """Whether the primary button is wholly visible at once."""
    guest.page.goto(url + look.path, wait_until="domcontentloaded")
    bottom, window = guest.page.evaluate(BOTTOM), guest.page.viewport_size["height"]
    return [f"{look}: the button ends at {bottom:.0f} of {window} pixels"] if bottom > window else []


def weight(found: Gallery, look: Look) -> int:
    """The bytes of the page, gzipped as they travel."""
    with found.app.app_context():
        page = page_of(found.samples[look.slug][look.sample], found.venues[look.slug], BY_CODE[look.language])
    return len(gzip.compress(page.html.encode(), 6))
