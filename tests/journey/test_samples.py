"""Every state of every page stands once in the samples, and each is made as a guest would get it, without a box."""

from __future__ import annotations

import socket
import threading

import jinja2
import pytest
from bs4 import BeautifulSoup

from portal.journey import templating
from portal.journey.sample_pages import page_of, samples_of
from portal.languages import LANGUAGES
from portal.venues import themes
from portal.venues.venue import Venue
from tests.demo_venues import app_of_demo_venues

FRAMES = {"base.html", "macros.html", "iacbox/card.html", "ucopia/inputs.html"}
"""What other templates stand on; they are loaded too, but it is the pages that count."""

PRINTED = {"cards.html"}
"""For the operator's printer, no page that a guest meets."""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return app_of_demo_venues(tmp_path_factory.mktemp("venues"))


@pytest.fixture
def venues(app):
    with app.app_context():
        found = [one for one in app.extensions["portal"].venues.values() if isinstance(one, Venue)]
        assert {one.system for one in found} == {"iacbox", "ucopia", "icaro"}
        yield found


@pytest.fixture(scope="module")
def shown(app):
    """Every sample of every venue once: (venue, sample, page), and the names of the templates that were loaded."""
    loaded, pages = set(), []
    load = jinja2.Environment._load_template

    def watched(self, name, globals):
        loaded.add(name)
        return load(self, name, globals)

    here, connect, create_connection = threading.get_ident(), socket.socket.connect, socket.create_connection

    def refused(call):
        def refuse(*args, **kwargs):
            assert threading.get_ident() != here, "a sample asked another server"
            return call(*args, **kwargs)  # a thread that an earlier test left

        return refuse

    with pytest.MonkeyPatch.context() as patch, app.app_context():
        patch.setattr(jinja2.Environment, "_load_template", watched)
        patch.setattr(socket.socket, "connect", refused(connect))
        patch.setattr(socket, "create_connection", refused(create_connection))
        for venue in app.extensions["portal"].venues.values():
            for sample in samples_of(venue):
                pages.append((venue, sample, page_of(sample, venue, venue.default_language)))
    return pages, loaded


def test_every_template_is_shown_by_a_sample(shown):
    root = themes.ROOT / "templates"
    ours = {path.relative_to(root).as_posix() for path in root.rglob("*.html")}
    assert ours - PRINTED - shown[1] == set(), (
        "no sample shows these: add one to samples.py of the journey or the gateway"
    )
    assert shown[1] >= FRAMES


def test_every_sample_is_a_whole_page_of_its_own(shown):
    """Two names for the same page would be looked at twice by everybody who looks at all of them."""
    names, words = set(), {}
    assert len(shown[0]) > 100
    for venue, sample, page in shown[0]:
        assert (venue.slug, sample.name) not in names
        names.add((venue.slug, sample.name))
        soup = BeautifulSoup(page.html, "html.parser")
        assert len(soup.find_all("h1")) == 1, sample.name
        assert soup.html["lang"]
        assert "form-action" in page.policy
        ids = [tag["id"] for tag in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), (sample.name, ids)
        for token in soup.find_all("input", {"name": "guest"}):
            token["value"] = ""
        told = f"{venue.slug} {page.status} {soup.title} {soup.main}"
        assert words.setdefault(told, sample.name) == sample.name


def test_our_own_templates_work_in_the_sandbox_of_a_venue(venues):
    """A venue's template extends and includes ours, which then have no more than a venue's may."""
    assert venues
    for venue in venues:
        own = venue.folder / "theme" / "templates"
        own.mkdir(parents=True, exist_ok=True)
        for sample in samples_of(venue):
            with templating.watched() as watch:
                page_of(sample, venue, venue.default_language)
            assert not watch.faults, sample.name
        own.rmdir()


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
        assert len(samples) > 9
        for language in LANGUAGES:
            for sample in samples[::9]:
                html = page_of(sample, venue, language).html
                assert f'<html lang="{language.tag}"' in html or language not in venue.languages
                assert "%(" not in html


def test_nothing_of_a_sample_stays_for_guests(app, venues):
    for venue in venues:
        for sample in samples_of(venue):
            page_of(sample, venue, venue.default_language)
    assert not app.extensions["login pages"]._pages
