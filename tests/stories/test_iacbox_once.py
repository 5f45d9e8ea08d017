"""Impatient guests with real browsers: one ticket is bought once, and no button is dead whatever names a box has."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portal.simulators.iacbox import create_box
from portal.simulators.server import serve
from tests.browsers import Browser
from tests.gateways.iacbox.hotel import BERGER, Hotel, open_hotel
from tests.gateways.iacbox.inn import inn

TAKE = "button[name=confirmed]"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
"""How often each is tried; ``make soak`` tries 20 times."""
MODES = pytest.mark.parametrize(
    ("mode", "more"),
    [("external", ""), ("local", 'finish = "create"'), ("local", 'finish = "ask"')],
    ids=["external", "local create", "local ask"],
)


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[Callable[..., Hotel]]:
    with contextlib.ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(open_hotel(tmp_path, *args, **options))


@pytest.fixture(params=["chromium", "webkit"])
def browser(request) -> Callable[..., Browser]:
    """Makes guests with either engine."""
    return request.getfixturevalue(request.param)


def before_the_price(guest: Browser, here: Hotel) -> Browser:
    """A guest who is new to the box, before the page that says what the ticket costs."""
    for device in list(here.box.devices):
        here.box.log_off(device)
    for stay in here.box.stays:
        stay.grant = None
    guest.open(here.new_phone)
    guest.wait_for_url("/hotel/?")
    for name, value in BERGER.items():
        guest.fill(name, value)
    guest.press("main form button").wait_for_text("Week")
    return guest.press("Week").wait_for_text("€29")


def paid(here: Hotel) -> int:
    return sum(one.price > 0 for one in here.box.purchases)


@MODES
def test_a_double_click_buys_once(hotel, browser, mode, more):
    here = hotel(mode, more=more)
    here.box.refuses_replay = False
    guest = browser()
    for bought in range(1, ROUNDS + 1):
        before_the_price(guest, here).double_press(TAKE).wait_for_text("You are online")
        assert paid(here) == bought


@MODES
def test_back_and_another_card_buys_nothing_more(hotel, chromium, mode, more):
    here = hotel(mode, more=more)
    guest = chromium()
    for bought in range(1, ROUNDS + 1):
        price = before_the_price(guest, here).html()
        guest.press("Choose another").wait_for_text("Premium Speed")
        cards = guest.html()
        guest.page.set_content(price)  # as a window that kept its pages shows them after Back
        guest.press(TAKE).wait_for_text("You are online")
        guest.page.set_content(price if bought % 2 else cards)
        guest.press(TAKE if bought % 2 else "Premium Speed")
        guest.wait_until(lambda: "Take" not in guest.text(), "nothing happened")
        guest.wait_for_text("You are online")
        assert paid(here) == bought


@MODES
def test_two_tabs_buy_once(hotel, chromium, mode, more):
    here = hotel(mode, more=more)
    here.box.refuses_replay = False
    guest = chromium()
    for bought in range(1, ROUNDS + 1):
        before_the_price(guest, here)
        other = guest.page.context.new_page()
        other.goto(f"{here.portal.url}nowhere")
        other.set_content(guest.html())
        guest.page.locator(TAKE).click(no_wait_after=True)
        other.locator(TAKE).click(no_wait_after=True)
        guest.wait_for_text("You are online")
        # A tab that is closed amid its post may never close.
        other.wait_for_url(lambda url: not url.endswith("/nowhere"))
        other.close()
        assert paid(here) == bought


@pytest.mark.parametrize("names", ["two", "ours"])
def test_a_box_that_leads_through_other_hosts_leaves_nobody_on_a_dead_button(tmp_path, browser, names):
    """Browsers hold ``form-action`` against every host of a chain of redirects; so a page of ours lies between."""
    with inn(tmp_path, 'sign_in = ["free"]') as here, contextlib.ExitStack() as stack:
        settings = here.box.settings
        if names == "two":
            hosts = [stack.enter_context(serve(create_box(here.box))).url for _ in range(2)]
            hosts[1] = hosts[1].replace("127.0.0.1", "localhost")
            here.box.settings = replace(settings, detour=tuple(hosts))
        else:
            callback = settings.callback_url.replace("127.0.0.1", "localhost")
            here.box.settings = replace(settings, callback_url=callback)
        guest = browser()
        guest.open(here.start())
        guest.wait_for_url("/hotel/").press("main form button").wait_for_text("You are online")
        assert here.online()
        assert urlsplit(guest.url()).hostname == ("127.0.0.1" if names == "two" else "localhost")
        assert guest.errors() == []
