"""The demo: every venue can be arrived at, and the portal refuses the demo's venues anywhere else."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import tomllib

import pytest
import requests

from portal import create_app
from portal.config import Config
from portal.languages import BY_CODE
from portal.simulators.demo import VENUES, demo
from portal.simulators.server import own_address
from portal.venues.themes import bundled
from portal.venues.venue import Closed
from tests.bench import free_port
from tests.guest import Guest
from tests.house import KEY
from tests.server import ROOT

SLUGS = sorted(path.name for path in VENUES.glob("[a-z]*"))


@pytest.fixture(scope="module")
def running():
    with demo() as found:
        yield found


def test_the_start_page_lists_every_venue(running):
    page = requests.get(running.url, timeout=5)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert len(re.findall(r'class="button"', page.text)) == len(SLUGS) >= 6


@pytest.mark.parametrize("slug", SLUGS)
def test_a_guest_arrives_at_a_venue(running, slug):
    guest = Guest(running.url, inspects=False).opens("")
    link = guest.page.select_one(f"a.button[data-venue={slug}]")["href"]
    guest = Guest(running.url).opens(link).status(200)
    assert guest.is_at(f"/{slug}/").page.select("form, main a.button")


@pytest.mark.parametrize("slug", SLUGS)
def test_its_phone_on_the_start_page_shows_its_own_first_page(running, slug):
    answer = requests.get(f"{running.url}first-page/{slug}", headers={"Accept-Language": "de"}, timeout=9)
    assert (answer.status_code, answer.text.count("<h1>")) == (200, 1)
    assert "<script" not in answer.text
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_every_skin_is_worn_with_a_logo_and_a_drawing():
    files = [tomllib.loads((VENUES / slug / "venue.toml").read_text()) for slug in SLUGS]
    assert sorted(file["theme"] for file in files) == bundled()
    assert {file["system"] for file in files} == {"iacbox", "ucopia", "icaro"}
    for slug in SLUGS:
        assert (VENUES / slug / "theme" / "logo.svg").is_file()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_venue_has_all_its_texts_in_all_its_languages(slug):
    file = tomllib.loads((VENUES / slug / "venue.toml").read_text())
    languages = set(file.get("languages", BY_CODE))
    texts = {path.stem: tomllib.loads(path.read_text()) for path in (VENUES / slug / "texts").glob("*.toml")}
    assert set(texts) == languages
    assert len({tuple(sorted(text)) for text in texts.values()}) == 1

    def tables(value):
        for inner in value.values() if isinstance(value, dict) else value:
            if isinstance(inner, dict) and "en" in inner:
                yield set(inner)
            elif isinstance(inner, dict | list):
                yield from tables(inner)

    assert all(found >= languages for found in tables(file))


def test_a_ticket_works_in_the_demo(running):
    guest = Guest(running.url, inspects=False).opens("")
    link = guest.page.select_one("a.button[data-venue=alpenblick]")["href"]
    guest = Guest(running.url).opens(link).fills(username="gast", password="willkommen")
    if guest.page.select_one("#cred-terms"):
        guest.page.select_one("#cred-terms")["checked"] = ""
    guest.presses(way="cred")
    assert guest.response.status_code == 200
    assert not guest.page.select("[aria-invalid]")


def test_the_portal_refuses_the_demos_venues_outside_the_demo(tmp_path):
    app = create_app(Config(VENUES, (KEY,), state_folder=tmp_path))
    venues = app.extensions["portal"].venues
    assert sorted(venues) == SLUGS
    for venue in venues.values():
        assert isinstance(venue, Closed)
        assert any(fault.key == "demo" for fault in venue.faults)
    assert app.test_client().get(f"/{SLUGS[0]}/").status_code == 503


@pytest.mark.parametrize(
    "slug", [slug for slug in SLUGS if 'secret = "' in (VENUES / slug / "venue.toml").read_text()]
)
def test_a_bundled_secret_serves_nobody_when_the_mark_is_taken_away(tmp_path, slug):
    text = (VENUES / slug / "venue.toml").read_text().replace("demo = true", "")
    (tmp_path / slug).mkdir()
    (tmp_path / slug / "venue.toml").write_text(re.sub(r"\$\{\w+\}", "http://box.example", text))
    found = create_app(Config(tmp_path, (KEY,))).extensions["portal"].venues[slug]
    assert isinstance(found, Closed)
    assert any("secret is the demo's" in str(fault) for fault in found.faults)


def test_the_demo_lets_a_phone_in_and_shows_it_where():
    port = free_port()
    command = [sys.executable, "-m", "portal.simulators.demo", "--host", "0.0.0.0", "--port", str(port)]
    began = time.monotonic()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            said = []
            while "is open at" not in (line := process.stdout.readline()):
                assert line
                said.append(line)
            url = re.search(r"http://\S+", line)[0]
            assert time.monotonic() - began < 20
            assert url == f"http://{own_address()}:{port}/"
            assert len([row for row in said if "█" in row]) > 8
            page = requests.get(url, timeout=10).text
            assert "127.0.0.1" not in page or own_address() == "127.0.0.1"
        finally:
            process.terminate()
