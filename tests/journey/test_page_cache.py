"""Login pages that many guests get: no page shows one guest's data to another, and none is packed for one guest."""

from __future__ import annotations

import gzip

import pytest

from portal import create_app
from portal.config import Config
from portal.gateways.iacbox.gateway import IacboxGateway
from portal.journey import pages
from portal.journey.page_cache import PageCache
from tests.gateways.iacbox.redirects import ID, OTHER_ID, VENUE, arrival
from tests.house import KEY, write_venues


@pytest.fixture
def app(tmp_path):
    return create_app(Config(write_venues(tmp_path, {"hotel": VENUE}), (KEY,)))


class Page:
    def __init__(self, weight):
        self.weight = weight


def test_the_least_used_page_makes_room():
    cache, one, two, three = PageCache(10), Page(4), Page(4), Page(4)
    cache.keep("one", one)
    cache.keep("two", two)
    assert cache.get("one") is one
    cache.keep("three", three)
    assert [cache.get(name) for name in ("one", "two", "three")] == [one, None, three]


def test_a_page_kept_anew_counts_once():
    cache = PageCache(10)
    for _ in range(5):
        cache.keep("one", Page(6))
    cache.keep("two", Page(4))
    assert cache.get("one")
    assert cache.get("two")


def test_a_page_is_packed_at_its_second_use(app, monkeypatch):
    packed = []
    monkeypatch.setattr(pages, "pack", lambda *args: packed.append(args))
    for number in range(3):
        answer = app.test_client().get(arrival(), headers={"Accept-Encoding": "gzip"})
        assert "Connect to the Wi-Fi" in gzip.decompress(answer.data).decode()
        assert len(packed) == min(number, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Accept-Language": "de"}, {"Accept-Language": "ar"}),
        ({"Cookie": "guest=x"}, {}),
    ],
)
def test_guests_who_differ_get_pages_that_differ(app, one, other):
    first, second = (app.test_client(use_cookies=False).get(arrival(), headers=sent) for sent in (one, other))
    again = app.test_client(use_cookies=False).get(arrival(), headers=one)
    assert first.text.split("guest")[0] == again.text.split("guest")[0]
    assert len(first.text) != len(second.text)


def test_a_careless_gateway_shows_nobody_to_anybody(app, monkeypatch):
    """Whatever a gateway puts on its login page: who it is rendered for has no device but what all have in common."""
    ways, seen = IacboxGateway.ways, []

    def careless(self, context):
        seen.append(dict(context.guest.device) | {"address": context.address, "query": dict(context.query)})
        return ways(self, context)

    monkeypatch.setattr(IacboxGateway, "ways", careless)
    for device in (ID, OTHER_ID):
        app.test_client().get(arrival(device))
    assert seen == [{"address": "", "query": {}}]
