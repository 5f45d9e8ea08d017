"""Every sample in a language that nobody speaks: nothing on it is written into the program, and nothing is cut off."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.localedata import LocaleDataDict
from bs4 import BeautifulSoup

from portal.journey.sample_pages import page_of, samples_of
from portal.languages import BY_CODE, LANGUAGES
from portal.venues.venue import Venue
from tests import pseudo
from tests.demo_venues import app_of_demo_venues
from tests.sample_walk import fits, gallery

PRODUCT = Path(__file__).resolve().parents[2] / "portal"
SPOKEN = ("aria-label", "placeholder", "title", "alt")
CUT = """() => [...document.querySelectorAll('body *')].filter(one => one.textContent.trim()
    && getComputedStyle(one).overflowX !== 'visible' && one.clientWidth > 2 && one.scrollWidth > one.clientWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))"""
SHARE = 6
LANGUAGES_OF_SAMPLES = ("en", "ar")


def data_of(venue: Venue) -> set[str]:
    """Words that the venue wrote or that a sample pretends somebody told."""
    found = {word for row in LANGUAGES for word in pseudo.words(row.native)}
    for code in LANGUAGES_OF_SAMPLES:
        found |= of_cldr(code)
    for file in venue.folder.rglob("*"):
        if file.suffix in (".toml", ".txt", ".html", ".md"):
            found |= pseudo.words(file.read_text(encoding="utf-8"))
    for file in [*PRODUCT.rglob("samples.py"), *PRODUCT.rglob("*_samples.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= pseudo.words(node.value)
    return found


@cache
def of_cldr(code: str) -> frozenset[str]:
    """Words of countries, months, days and units, which Babel brings along."""
    locale = Locale.parse(BY_CODE[code].locale)
    told = [
        locale.territories,
        locale.months,
        locale.days,
        locale.unit_display_names,
        locale._data["unit_patterns"],
    ]
    return frozenset(word for part in told for word in pseudo.words(list(leaves(part))))


def leaves(value: Any) -> Iterator[Any]:
    """The texts in nested mappings."""
    if isinstance(value, Mapping | LocaleDataDict):
        for key in value:
            yield from leaves(value[key])
    else:
        yield value


def hard_coded(html: str, known: set[str]) -> list[str]:
    """What a guest reads or hears that stands in no catalogue and is nobody's data."""
    page = BeautifulSoup(html, "html.parser")
    for unseen in page(["style", "script", "svg"]):
        unseen.decompose()
    said = [str(text) for text in page.find_all(string=True)]
    said += [str(one[name]) for name in SPOKEN for one in page.find_all(attrs={name: True})]
    said += [str(one["value"]) for one in page.select("[type=submit][value]")]
    return [text.strip() for text in said if pseudo.words(pseudo.outside(text)) - known]


@pytest.mark.parametrize("code", LANGUAGES_OF_SAMPLES)
def test_nothing_on_a_page_is_written_into_the_program(tmp_path, monkeypatch, code):
    app = app_of_demo_venues(tmp_path)
    pseudo.speak(monkeypatch)
    seen = set()
    with app.app_context():
        for venue in app.extensions["portal"].venues.values():
            known = data_of(venue)
            for sample in samples_of(venue):
                html = page_of(sample, venue, BY_CODE[code]).html
                assert pseudo.OPEN in html, (venue.slug, sample.name)
                seen |= {(sample.name, text) for text in hard_coded(html, known)}
    assert sorted(seen) == []


@pytest.mark.parametrize("code", LANGUAGES_OF_SAMPLES)
def test_nothing_is_cut_off_where_words_are_longer(tmp_path, monkeypatch, chromium, code):
    pseudo.speak(monkeypatch)
    with gallery(tmp_path) as (found, url):
        guest = chromium(width=360)
        looks = list(found.looks([code], ("light",)))[::SHARE]
        assert len(looks) > 20
        for look in looks:
            assert fits(guest, url, look) == []
            assert guest.evaluate(CUT) == [], look
