"""How often a guest has to tap at each venue of the demo until they are online: never more than was agreed.

A tap is a button, a card, a tick, or a row that has to be unfolded; typing is none. What costs money takes one more:
the page that says what it costs.
"""

from __future__ import annotations

import re

import pytest
import requests

from portal.simulators.demo import demo
from tests.guest import Guest

ROOM = {"room": "214", "birthday": "1985-11-03"}
FORM = {"first_name": "Anna", "last_name": "Berger", "email_address": "anna@example.org"}


class Taps:
    """A guest whose taps are counted."""

    def __init__(self, portal: str, start: str) -> None:
        self.guest = Guest(portal, inspects=False, goes_on=True).opens(start)
        self.count = 0

    def fills(self, **values: str) -> Taps:
        """Typing is no tap."""
        self.guest.fills(**values)
        return self

    def takes(self, way: str, *ticks: str) -> Taps:
        """Unfold a way unless it stands open, tick, press its button."""
        self.count += len(self.guest.page.select(f"details.way:has([name=way][value={way}])"))
        return self.presses(*ticks, way=way)

    def presses(self, *ticks: str, **button: str) -> Taps:
        """Tick, and press a button, or the only one."""
        self.guest.ticks(*ticks).presses(**button)
        self.count += len(ticks) + 1
        return self

    def is_online(self) -> int:
        """The taps so far."""
        self.guest.sees("You are online")
        return self.count


@pytest.fixture(scope="module")
def running():
    with demo() as found:
        yield found


@pytest.fixture(scope="module")
def shops(running):
    """Where a new phone begins and the box's own page, by venue."""
    page = requests.get(running.url, timeout=9).text.replace("&amp;", "&")
    found = re.findall(r'data-venue="([^"]+)" href="([^"]+)".*?class="board" href="([^"]+)"', page, re.DOTALL)
    return {slug: (start, board) for slug, start, board in found}


@pytest.fixture(scope="module")
def arrives(running, shops):
    return lambda slug: Taps(running.url, shops[slug][0])


def test_one_click(arrives):
    assert arrives("station").presses().is_online() == 1


def test_a_room_and_a_free_ticket(arrives):
    assert arrives("kurhaus").fills(**ROOM).takes("pms").presses(button="Free").is_online() == 2


def test_a_room_and_a_survey(arrives):
    taps = arrives("alpenblick").fills(**ROOM).takes("pms", "terms").presses("privacy")
    assert taps.presses(button="Confirm").is_online() == 5


def test_a_ticket_that_costs_money(arrives):
    """One more than a free one: the page that says what it costs."""
    taps = arrives("kurhaus").fills(**ROOM).takes("pms").presses(button="€")
    taps.guest.does_not_see("You are online")
    assert taps.presses().is_online() == 3


def test_a_voucher(arrives):
    assert arrives("hotspot").fills(code="caffe24").takes("voucher", "terms").is_online() == 3


def test_a_code_by_mail(arrives, shops):
    taps = arrives("therme").fills(email="anna@example.org").takes("email", "terms")
    [code] = re.findall(
        r"anna@example.org</bdi>: <code>(\d{6})", requests.get(shops["therme"][1], timeout=9).text
    )
    assert taps.fills(code=code).takes("code").is_online() == 3


def test_a_form_of_a_controller(arrives):
    taps = arrives("campus").fills(**FORM).takes("one", "connect_policy_accept")
    assert taps.presses(button="I have read it").is_online() <= 4


def test_a_login(arrives):
    assert arrives("palace").fills(login="jsmith", password="1234").takes("login").is_online() == 1
