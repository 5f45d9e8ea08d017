"""The face, measured in a browser: the first screen of every demo venue, narrow and large, and what can be read."""

from __future__ import annotations

import io
import re

import pytest
import requests
from PIL import Image

from portal.simulators.demo import VENUES, demo
from portal.simulators.integration import Notice, Survey, Webhook, create_notice, create_survey
from portal.simulators.server import serve
from portal.venues.colours import contrast
from portal.venues.themes import bundled
from tests.axe import violations, violations_in_the_dark
from tests.browsers.api import OPEN
from tests.gateways.iacbox.inn import TEMPLATES, inn
from tests.sample_walk import BOTTOM, BROKEN, WIDE

SLUGS = sorted(path.name for path in VENUES.glob("[a-z]*"))
BIG = "() => { document.documentElement.style.fontSize = '200%'; }"


@pytest.fixture(scope="module")
def running():
    with demo() as found:
        yield found


@pytest.fixture(scope="module")
def arrivals(running):
    page = requests.get(running.url, timeout=9).text
    return dict(re.findall(r'data-venue="([^"]+)" href="([^"]+)"', page.replace("&amp;", "&")))


@pytest.mark.parametrize("language", ["en", "de", "ja", "ar"])
@pytest.mark.parametrize("slug", SLUGS)
def test_the_primary_button_is_on_the_first_screen(chromium, arrivals, slug, language):
    guest = chromium(language=language, width=360, height=640).open(arrivals[slug])
    assert guest.evaluate("() => document.documentElement.lang") == language
    assert guest.evaluate(BOTTOM) <= 640
    assert guest.evaluate(BROKEN) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_scrolls_sideways_at_320_pixels_or_with_text_twice_as_large(chromium, arrivals, slug):
    for language in ("de", "ar"):
        guest = chromium(language=language, width=320).open(arrivals[slug])
        assert guest.evaluate(WIDE) <= 320
        guest.evaluate(BIG)
        assert guest.evaluate(WIDE) <= 320
    wide = chromium(width=1280, height=800).open(arrivals[slug])
    assert wide.evaluate("() => document.querySelector('.sheet').getBoundingClientRect().left") >= 600
    assert wide.evaluate(BOTTOM) <= 800


@pytest.mark.parametrize(("dark", "language"), [(False, "en"), (True, "ar"), (True, "de"), (False, "ja")])
@pytest.mark.parametrize("slug", SLUGS)
def test_no_first_page_breaks_a_rule_of_accessibility(chromium, arrivals, slug, dark, language):
    guest = chromium(dark=dark, language=language).open(arrivals[slug])
    for row in guest.page.query_selector_all("details.way > summary"):
        row.click()
    assert violations(guest.page) == []
    assert guest.errors() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("skin", bundled())
def test_a_name_can_be_read_over_every_drawing(tmp_path, chromium, skin, dark):
    """Every pixel behind it has AA with it, and so has the language menu's button."""
    with inn(tmp_path, "", f'theme = "{skin}"') as house:
        guest = chromium(dark=dark, bypass_csp=True).open(house.start("020000000cc5"))
        guest.evaluate(
            "() => { document.querySelector('.brand').textContent = 'Steigenberger Parkhotel am See'; }"
        )
        colour = guest.evaluate("() => getComputedStyle(document.querySelector('.brand')).color")
        guest.page.add_style_tag(content=".brand{color:transparent!important}")
        picture = Image.open(io.BytesIO(guest.page.locator(".brand").screenshot())).convert("RGB")
    text = "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])
    behind = {f"#{red:02x}{green:02x}{blue:02x}" for _, (red, green, blue) in picture.getcolors(100_000)}
    assert min(contrast(text, ground) for ground in behind) >= 4.5


def test_a_pressed_button_is_busy_and_a_secret_can_be_looked_at(tmp_path, chromium):
    with inn(tmp_path) as house:
        guest = chromium().open(house.start("020000000cc6"))
        guest.fill("username", "gast").fill("password", "willkommen")
        guest.press(".eye")
        assert guest.evaluate("() => document.querySelector('[name=password]').type") == "text"
        guest.press(".eye")
        assert guest.evaluate("() => document.querySelector('[name=password]').type") == "password"
        posts = []
        guest.page.route("**/sign-in", lambda route: (posts.append(route), route.fulfill(status=204)))
        guest.press(OPEN).press("button[aria-busy=true]")
        assert len(posts) == 1
        assert guest.evaluate("() => document.querySelector('button[aria-busy]').textContent") == "One moment"
        assert guest.errors() == []


def test_only_the_button_that_was_pressed_is_busy(tmp_path, chromium):
    """Before money: "Choose another" must not say that the ticket is being taken."""
    with inn(tmp_path, 'sign_in = ["create"]\n' + TEMPLATES) as house:
        guest = chromium().open(house.start("020000000cc9")).press(".choice").wait_for_text("Choose another")
        guest.page.route("**/sign-in", lambda route: route.fulfill(status=204))
        guest.press("[name=another]").press("form[aria-busy=true] .second")
        assert not guest.evaluate("() => !!document.querySelector('button[aria-busy]')")
        assert guest.errors() == []


def test_one_mistake_is_said_once_and_focused(tmp_path, chromium):
    with inn(tmp_path, 'sign_in = ["pms"]') as house:
        guest = chromium().open(house.start("020000000cc7"))
        guest.fill("birthday", "1985-11-03").press(OPEN).wait_for_text("Enter your room number.")
        assert guest.evaluate("() => document.activeElement.name") == "room"
        assert guest.text().count("Enter your room number.") == 1
        assert not guest.evaluate("() => !!document.querySelector('.notice')")
        guest = chromium().open(house.start("020000000cc8")).press(OPEN).wait_for_text("Check these:")
        assert guest.text().count("Enter your room number.") == 1


def test_the_start_page_shows_every_phone(running, chromium):
    for dark, width in ((False, 1440), (True, 360)):
        guest = chromium(dark=dark, width=width, height=900).open(running.url)
        frames = "() => [...document.querySelectorAll('iframe')].length"
        assert guest.evaluate(frames) == len(SLUGS)
        assert guest.evaluate(WIDE) <= width
        assert violations(guest.page) == []


def test_pages_of_others_are_dressed_and_accessible(chromium):
    """The survey and the notice of the demo as guests meet them, lost ones too, and what their owners look at."""
    survey = create_survey(Survey("http://portal.example", Webhook("t"), cancel=True))
    notice = create_notice(Notice("http://portal.example", Webhook("t")))
    asked = "wings/login?uuid=u&sessionid=s&nasid=Hotel+Alpenblick&journey=j&callback=http://portal.example/x"
    guest = chromium(width=360)
    with serve(survey) as one, serve(notice) as other:
        for address in [
            url + path for url in (one.url, other.url) for path in (asked, "wings/login", "simulator")
        ]:
            guest.page.emulate_media(color_scheme="light")
            guest.open(address)
            assert violations(guest.page) == [], address
            assert violations_in_the_dark(guest.page) == [], address
            assert guest.evaluate(WIDE) <= 360, address
            guest.evaluate(BIG)
            assert guest.evaluate(WIDE) <= 360, address


def test_the_simulators_own_pages_are_dressed_and_accessible(running, chromium):
    page = requests.get(running.url, timeout=9).text
    boards = re.findall(r'class="board" href="([^"]+)"', page)
    assert boards
    guest = chromium(width=360)
    for address in boards:
        guest.page.emulate_media(color_scheme="light")
        guest.open(address)
        assert violations(guest.page) == [], address
        assert guest.evaluate(WIDE) <= 360, address
        assert violations_in_the_dark(guest.page) == [], address
