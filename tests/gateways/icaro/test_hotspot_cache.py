"""Wax is asked once, however many guests come, and never keeps a page waiting that could be shown."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from portal.errors import Unreachable
from portal.gateways.icaro import hotspot_cache
from portal.gateways.icaro.client import Unit
from portal.gateways.icaro.hotspot_cache import GRUDGE, Hotspots

UNIT = Unit("0" * 32, "unit", "session")
VENUE = SimpleNamespace(
    slug="cafe", settings=SimpleNamespace(preferences_for=60, connect_timeout=2, read_timeout=2)
)
LOGO = "data:image/png;base64," + "A" * 1000


class Wax:
    """Answers when it is let, and counts."""

    def __init__(self):
        self.calls, self.title, self.down = 0, "one", False
        self.asked, self.may = threading.Event(), threading.Event()
        self.may.set()

    def preferences(self):
        self.calls += 1
        self.asked.set()
        assert self.may.wait(5)
        if self.down:
            raise Unreachable("down")
        return {"preferences": {"captive_2_title": self.title, "captive_3_logo": LOGO}}


@pytest.fixture
def wax(monkeypatch):
    found = Wax()
    monkeypatch.setattr(hotspot_cache, "wax_for", lambda *_: found)
    monkeypatch.setattr(hotspot_cache, "themed", lambda venue, _hotspot: venue)
    return found


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def hotspots(clock):
    return Hotspots(lambda: clock.now)


@pytest.mark.parametrize("down", [False, True])
def test_eight_guests_at_once_are_one_question(wax, hotspots, down):
    wax.may.clear()
    wax.down = down

    def ask():
        try:
            return hotspots.of(VENUE, UNIT).title
        except Unreachable:
            return "unreachable"

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask) for _ in range(8)]
        assert wax.asked.wait(5)
        assert hotspots.latest(VENUE, UNIT).hotspot is None  # a page that can do without waits for nobody
        wax.may.set()
        answers = {one.result(5) for one in asked}
    assert answers == {"unreachable" if down else "one"}
    assert wax.calls <= (8 if down else 1)


def test_what_has_grown_old_is_shown_at_once_and_asked_for_beside(wax, hotspots, clock):
    assert hotspots.of(VENUE, UNIT).title == "one"
    clock.now, wax.title = 61, "two"
    wax.may.clear()
    wax.asked.clear()
    assert hotspots.latest(VENUE, UNIT).hotspot.title == "one"
    assert wax.asked.wait(5)
    assert hotspots.latest(VENUE, UNIT).hotspot.title == "one"
    wax.may.set()
    assert hotspots.of(VENUE, UNIT).title == "two"
    assert wax.calls == 2


def test_a_wax_that_did_not_answer_is_not_asked_again_for_every_page(wax, hotspots, clock):
    wax.down = True
    for _ in range(5):
        assert hotspots.latest(VENUE, UNIT).hotspot is None
    assert wax.calls == 1
    clock.now, wax.down = GRUDGE + 1, False
    assert hotspots.of(VENUE, UNIT).title == "one"


def test_no_picture_is_kept(wax, hotspots):
    assert hotspots.of(VENUE, UNIT).pictures == {}
