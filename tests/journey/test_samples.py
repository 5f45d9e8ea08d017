"""Every state of every page stands once in the samples, and each is made as a guest would get it, without a box."""

from __future__ import annotations

import socket

import jinja2
import pytest
from bs4 import BeautifulSoup

from portal.journey.sample_pages import page_of, samples_of
from portal.languages import LANGUAGES
from portal.venues import themes
from portal.venues.venue import Venue
from tests.demo_venues import app_of_demo_venues

FRAMES = {"base.html", "macros.html", "iacbox/card.html", "ucopia/inputs.html"}
"""What other templates stand on; they are loaded too, but it is the pages that count."""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return app_of_demo_venues(tmp_path_factory.mktemp("venues"))


@pytest.fixture
def venues(app):
    with app.app_context():
        found = [one for one in app.extensions["portal"].venues.values() if isinstance(one, Venue)]
        assert {one.system for one in found} == {"iacbox", "ucopia", "icaro"}
        yield found


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a sample asked another server")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def test_every_template_is_shown_by_a_sample(venues, monkeypatch, no_network):
    loaded = set()
    load = jinja2.Environment._load_template

    def watched(self, name, globals):
        loaded.add(name)
        return load(self, name, globals)

    monkeypatch.setattr(jinja2.Environment, "_load_template", watched)
    for venue in venues:
        for sample in samples_of(venue):
            page_of(sample, venue, venue.default_language)
    root = themes.ROOT / "templates"
    ours = {path.relative_to(root).as_posix() for path in root.rglob("*.html")}
    assert ours - loaded == set(), (
        "no sample shows these: add one to samples.py of the journey or the gateway"
    )
    assert loaded >= FRAMES


def test_every_sample_is_a_whole_page(venues, no_network):
    for venue in venues:
        names = [sample.name for sample in samples_of(venue)]
        assert len(set(names)) == len(names)
        for sample in samples_of(venue):
            page = page_of(sample, venue, venue.default_language)
            soup = BeautifulSoup(page.html, "html.parser")
            assert len(soup.find_all("h1")) == 1, sample.name
            assert soup.html["lang"]
            assert "form-action" in page.policy
            ids = [tag["id"] for tag in soup.find_all(id=True)]
            assert len(ids) == len(set(ids)), (sample.name, ids)


def test_each_sample_is_a_page_of_its_own(venues):
    """Two names for the same page would be looked at twice by everybody who looks at all of them."""
    for venue in venues:
        seen = {}
        for sample in samples_of(venue):
            page = page_of(sample, venue, venue.default_language)
            text = BeautifulSoup(page.html, "html.parser")
            for token in text.find_all("input", {"name": "guest"}):
                token["value"] = ""
            words = f"{page.status} {text.title} {text.main}"
            assert seen.setdefault(words, sample.name) == sample.name


def test_mistakes_are_at_their_inputs(venues):
    venue = next(one for one in venues if one.slug == "alpenblick")
    pages = {sample.name: page_of(sample, venue, venue.default_language).html for sample in samples_of(venue)}
    for name, at_least, at_most in (("pms-one-error", 1, 1), ("pms-errors", 2, 9)):
        inputs = BeautifulSoup(pages[name], "html.parser").find_all(attrs={"aria-invalid": "true"})
        assert at_least <= len(inputs) <= at_most


def test_every_language_has_every_sample(venues):
    """Whole sentences with their values filled in: none breaks a page in any language."""
    for venue in venues:
        samples = samples_of(venue)
        for language in LANGUAGES:
            for sample in samples[:: len(LANGUAGES) // 4]:
                html = page_of(sample, venue, language).html
                assert f'<html lang="{language.tag}"' in html or language not in venue.languages
                assert "%(" not in html


def test_nothing_of_a_sample_stays_for_guests(app, venues):
    for venue in venues:
        for sample in samples_of(venue):
            page_of(sample, venue, venue.default_language)
    assert not app.extensions["login pages"]._pages
