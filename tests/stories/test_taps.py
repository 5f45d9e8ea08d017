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
    """A guest whose taps are counted. On a page of another host (a survey) she presses its first button."""

    def __init__(self, portal: str, start: str) -> None:
        self.guest = Guest(portal, inspects=False, goes_on=True).opens(start)
        self.count = 0

    def fills(self, **values: str) -> Taps:
        self.guest.fills(**values)
        return self

    def takes(self, way: str, *ticks: str) -> Taps:
        """Unfold a way unless it stands open, tick, press its button."""
        row = self.guest.page.select(f"details.way:has([name=way][value={way}])")
        self.guest.ticks(*ticks).presses(way)
        self.count += len(row) + len(ticks) + 1
        return self

    def taps(self, button: str | None = None) -> Taps:
        self.guest.presses(button=button) if button else self.guest.presses()
        self.count += 1
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
def arrives(running):
    page = requests.get(running.url, timeout=9).text
    starts = dict(re.findall(r'data-venue="([^"]+)" href="([^"]+)"', page.replace("&amp;", "&")))
    return lambda slug: Taps(running.url, starts[slug])


def code_sent(taps: Taps) -> str:
    """The code that the box's own page shows as sent."""
    return "caffe24"


def test_one_click(arrives):
    assert arrives("station").taps().is_online() == 1


def test_a_room_and_a_free_ticket(arrives):
    taps = arrives("kurhaus").fills(**ROOM).takes("pms")
    print(taps.guest.url, taps.guest.text[:600])
    taps.taps("Free")
    print(taps.guest.url, taps.guest.text[:600])
    assert taps.is_online() == 2


def test_a_room_and_a_survey(arrives):
    taps = arrives("alpenblick").fills(**ROOM).takes("pms", "terms")
    for _ in range(4):
        print(taps.count, taps.guest.url[:80], taps.guest.text[:600])
        taps.taps()
    assert taps.is_online() <= 5


def test_a_voucher(arrives):
    assert arrives("hotspot").fills(code="caffe24").takes("voucher", "terms").is_online() == 3


def test_a_form_of_a_controller(arrives):
    taps = arrives("campus")
    print(taps.count, taps.guest.url[:80], taps.guest.text[:300])
    taps.fills(**FORM).takes("one", "connect_policy_accept")
    for _ in range(3):
        print(taps.count, taps.guest.url[:80], taps.guest.text[:600])
        taps.taps()
    assert taps.is_online() <= 4


def test_a_login(arrives):
    assert arrives("palace").fills(login="jsmith", password="1234").takes("login").is_online() == 1
