"""A venue's photo: made by a command, served by a route, on the page in place of the drawing, after the form."""

from __future__ import annotations

import pytest
import requests

from portal.simulators.demo import VENUES
from tests.axe import violations
from tests.gateways.iacbox.inn import inn
from tests.tools.first_paint import times_of

PHOTO = (VENUES / "seehof" / "theme" / "photo.webp").read_bytes()


@pytest.fixture
def house(tmp_path):
    with inn(tmp_path, files={"theme/photo.webp": PHOTO}) as found:
        yield found


def test_it_is_served_as_what_it_is_and_kept_for_a_day(house):
    answer = requests.get(house.url + "hotel/photo", timeout=9)
    assert answer.content == PHOTO
    assert answer.headers["Content-Type"] == "image/webp"
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert requests.get(house.url + "hotel/photo", headers=known, timeout=9).status_code == 304


def test_a_venue_without_one_has_its_drawing_and_no_such_page(tmp_path):
    with inn(tmp_path) as one:
        assert requests.get(one.url + "hotel/photo", timeout=9).status_code == 404
        page = one.guest().page
        assert page.select(".art svg")
        assert not page.select(".art img")


def test_it_takes_the_place_of_the_drawing_and_waits_for_the_form(house, chromium):
    guest = chromium(width=360, height=640)
    times = times_of(guest, house.start())
    assert times.paint < times.shown
    assert times.usable < times.shown
    assert guest.evaluate("() => document.querySelector('.art img').naturalWidth") == 1280
    assert not guest.page.query_selector(".art svg")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_moves_nothing_and_can_be_read_over(house, chromium, dark):
    """Its room is kept before it comes, and name and languages stand on plates of their own."""
    guest = chromium(width=360, height=640, dark=dark)
    guest.page.route("**/photo", lambda route: route.abort())
    top = "() => document.querySelector('main h1').getBoundingClientRect().top"
    without = guest.open(house.start("0200000000ab")).evaluate(top)
    guest.page.unroute("**/photo")
    assert guest.open(house.start("0200000000ac")).evaluate(top) == without
    solid = "one => getComputedStyle(document.querySelector(one)).backgroundColor"
    for plate in (".brand", ".languages summary"):
        assert guest.page.evaluate(solid, plate).startswith("rgb(")
    assert violations(guest.page) == []


def test_a_logo_alone_has_a_light_plate_on_a_dark_photo(tmp_path, chromium):
    logo = (VENUES / "palace" / "theme" / "logo.svg").read_bytes()
    with inn(tmp_path, files={"theme/photo.webp": PHOTO, "theme/logo.svg": logo}) as house:
        guest = chromium(dark=True).open(house.start())
        plate = guest.evaluate("() => getComputedStyle(document.querySelector('.brand')).backgroundColor")
        assert plate == "rgb(255, 255, 255)"
