"""axe-core 4.12.1 (bundled with axe-playwright-python 0.1.8) on a page that Chromium shows.

It comes in by the driver, so the page's policy does not keep it out; but it needs a guest with scripts on.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"


CONTRAST = "axe.run(document, {runOnly: ['color-contrast'], resultTypes: ['violations']})"


def violations_in_the_dark(page: Page) -> list[str]:
    """What the dark scheme adds to the :func:`violations` of the same page in light: colours alone."""
    page.emulate_media(color_scheme="dark")
    page.evaluate(_source())
    return _told(page.evaluate(CONTRAST)["violations"])


def violations(page: Page) -> list[str]:
    """Each breach of WCAG 2.2 A and AA as ``rule: what to do: the element``; [] for a clean page."""
    silent = page.evaluate("() => matchMedia('(scripting: none)').matches")
    assert not silent, "axe-core cannot run for a guest whose scripts are off: it waits for timers"
    page.evaluate(_source())
    return _told(page.evaluate(RUN, TAGS)["violations"])


def _told(found: list[dict[str, Any]]) -> list[str]:
    return [
        f"{rule['id']}: {node['failureSummary']}: {node['html']}" for rule in found for node in rule["nodes"]
    ]


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
