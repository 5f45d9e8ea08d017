"""Guests of an IACBOX hotel in real browsers: Chromium, and WebKitGTK, the engine of Apple's captive window."""

from __future__ import annotations

import itertools

import pytest

from tests.axe import violations
from tests.gateways.iacbox.inn import TEMPLATES, inn

WAYS = ["cred", "pms", "free", "to", "create"]
MODES = {"no-scripts": (False, True), "no-cookies": (True, False), "neither": (False, False)}
LANGUAGES = ["en", "de", "ar", "ja"]
TERMS = {f"texts/{code}.toml": f'terms = "{code}: be kind."' for code in LANGUAGES}
MACS = (f"02{number:010x}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    keys = 'sign_in = ["cred", "pms", "free", "to", "create"]\n' + TEMPLATES
    other = 'name = "Other"\nsystem = "iacbox"\n[iacbox]\nurl = "http://127.0.0.1:9/"\nsecret = "another secret"\n'
    general = "terms = { required = true }"
    with inn(tmp_path_factory.mktemp("inn"), keys, general, files=TERMS, others={"other": other}) as found:
        yield found


@pytest.fixture(params=["chromium", "webkit"])
def engine(request, chromium, webkit):
    return {"chromium": chromium, "webkit": webkit}[request.param]


def open_way(guest, way):
    """Open one of the ways on the page, if it is not."""
    row = f"details.way:has(input[value={way}])"
    if guest.evaluate(f"() => document.querySelector('{row}')?.open === false"):
        guest.press(f"{row} > summary")


def fill(guest, way, password="willkommen"):
    """Everything that a way asks for, right."""
    open_way(guest, way)
    if way == "cred":
        guest.fill("username", "gast").fill("password", password)
    if way == "pms":
        guest.fill("room", "214").fill("birthday", "1985-11-03")
    guest.tick("terms")


def send(guest, way):
    """The way's own button; for tickets the card, and the tap that costs money."""
    guest.press(f"form:has(input[value={way}]) button")
    if way == "create":
        guest.press("button[name=confirmed]")


def is_online(guest):
    """The success page: full navigation, its mark, and nothing to fill in."""
    done = "() => !!document.querySelector('.done') && !document.querySelector('form')"
    guest.wait_for_url("/hotel/callback").wait_until(
        lambda: guest.evaluate(done), "not the page after success"
    )
    return True


CASES = [
    (way, mode, LANGUAGES[number % 4]) for number, (way, mode) in enumerate(itertools.product(WAYS, MODES))
]


@pytest.mark.parametrize(("way", "mode", "language"), CASES, ids=["-".join(case) for case in CASES])
def test_a_guest_goes_online(house, engine, way, mode, language):
    scripts, cookies = MODES[mode]
    mac = next(MACS)
    guest = engine(javascript=scripts, cookies=cookies, language=language)
    guest.open(house.start(mac)).wait_for_url("/hotel/")
    assert guest.evaluate("() => document.documentElement.lang") == language
    fill(guest, way)
    send(guest, way)
    assert is_online(guest)
    assert house.online(mac)
    assert guest.errors() == []


def test_a_wrong_password_keeps_what_was_typed(house, engine):
    mac = next(MACS)
    guest = engine(javascript=False, language="de").open(house.start(mac))
    fill(guest, "cred", password="falsch")
    send(guest, "cred")
    guest.wait_for_url("/hotel/callback")
    assert guest.value("username") == "gast"
    assert guest.value("password") == ""
    assert not house.online(mac)


def test_pressing_twice_and_going_back_do_no_harm(house, engine):
    mac = next(MACS)
    guest = engine().open(house.start(mac))
    fill(guest, "cred")
    guest.double_press("form:has(input[value=cred]) button")
    assert is_online(guest)
    guest.back()
    guest.wait_for_url("/hotel/?")
    fill(guest, "cred")
    send(guest, "cred")
    assert is_online(guest)
    assert house.online(mac)


def test_the_language_is_changed_by_hand_without_cookies(house, engine):
    mac = next(MACS)
    guest = engine(cookies=False, javascript=False).open(house.start(mac))
    guest.press(".languages summary").follow("العربية").wait_for_url("lang=ar")
    assert guest.evaluate("() => document.documentElement.dir") == "rtl"
    fill(guest, "free")
    send(guest, "free")
    assert is_online(guest)


def test_the_terms_are_read_first(house, engine):
    mac = next(MACS)
    guest = engine(cookies=False).open(house.start(mac))
    guest.follow("terms of use").wait_for_text("en: be kind.")
    guest.follow("Back").wait_for_url("/hotel/?")
    fill(guest, "cred")
    send(guest, "cred")
    assert is_online(guest)


def test_another_venues_address_and_an_empty_state_lead_on(house, engine):
    mac = next(MACS)
    guest = engine().open(house.start(mac))
    query = guest.url().partition("?")[2]
    guest.open(f"{house.url}other/?{query}")
    assert guest.evaluate("() => document.querySelectorAll('h1').length") == 1
    assert not guest.evaluate("() => !!document.querySelector('form')")
    guest.open(house.start(mac))
    fill(guest, "free")
    send(guest, "free")
    assert is_online(guest)


def pages(house, guest):
    """Every page of an IACBOX venue, one after the other."""
    mac = next(MACS)
    guest.open(house.start(mac))
    yield "login"
    for way in WAYS[1:]:
        open_way(guest, way)
        yield way
    guest.press(".languages summary")
    yield "menu"
    guest.press(".languages summary")
    open_way(guest, "cred")
    send(guest, "cred")
    guest.wait_for_url("sign-in")
    yield "errors"
    guest.open(f"{house.url}hotel/terms")
    yield "terms"
    guest.open(f"{house.url}nowhere/")
    yield "not found"
    guest.open(house.start(mac))
    fill(guest, "free")
    send(guest, "free")
    guest.wait_for_url("/hotel/callback")
    yield "online"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_breaks_a_rule_of_accessibility_or_the_width_of_320(house, chromium, language, dark):
    guest = chromium(language=language, dark=dark, width=320)
    for name in pages(house, guest):
        assert violations(guest.page) == [], name
        assert guest.evaluate("() => document.documentElement.scrollWidth") <= 320, name
    assert guest.errors() == []
