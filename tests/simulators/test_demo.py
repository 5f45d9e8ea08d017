"""The demo: every venue can be arrived at, and the portal refuses the demo's venues anywhere else."""

from __future__ import annotations

import re

import pytest
import requests

from portal import create_app
from portal.config import Config
from portal.simulators.demo import VENUES, demo
from portal.venues.venue import Closed
from tests.guest import Guest
from tests.house import KEY

SLUGS = sorted(path.name for path in VENUES.iterdir())


@pytest.fixture(scope="module")
def running():
    with demo() as found:
        yield found


def test_the_start_page_lists_every_venue(running):
    page = requests.get(running.url, timeout=5)
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert len(re.findall(r'class="button"', page.text)) == len(SLUGS) >= 6


@pytest.mark.parametrize("number", range(len(SLUGS)), ids=SLUGS)
def test_a_guest_arrives_at_a_venue(running, number):
    guest = Guest(running.url, inspects=False).opens("")
    link = guest.page.select("a.button")[number]["href"]
    guest = Guest(running.url).opens(link).status(200)
    assert guest.is_at(f"/{SLUGS[number]}/").page.select("form")


def test_a_ticket_works_in_the_demo(running):
    guest = Guest(running.url, inspects=False).opens("")
    link = next(a["href"] for a in guest.page.select("a.button") if "Alpenblick" in a.get_text())
    guest = Guest(running.url).opens(link).fills(username="gast", password="willkommen")
    if guest.page.select_one("#cred-terms"):
        guest.page.select_one("#cred-terms")["checked"] = ""
    guest.presses(way="cred")
    assert guest.response.status_code == 200
    assert not guest.page.select("[aria-invalid]")


def test_the_portal_refuses_the_demos_venues_outside_the_demo():
    app = create_app(Config(VENUES, (KEY,)))
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
