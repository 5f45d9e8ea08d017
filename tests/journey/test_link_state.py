"""Handles in links: short, for one browser, for a while, and no flood of them fills a disk."""

from __future__ import annotations

import pytest

from portal.journey import link_state
from portal.journey.link_state import LinkStates
from portal.shared_store import SharedStore, open_passing, open_store
from portal.shared_store.sqlite import SqliteBackend
from tests.gateways.iacbox.inn import inn
from tests.guest import Guest
from tests.house import KEY


class Clock:
    """Time that stands still until it is moved."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def states(clock):
    store = SharedStore(SqliteBackend(None, clock), (KEY,))
    yield LinkStates(store)
    store.close()


def test_a_handle_opens_its_state_for_twenty_minutes_in_its_browser_alone(states, clock):
    handle = states.keep("a sealed state", "phone")
    assert len(handle) == 22
    assert [states.token(handle, who) for who in ("phone", "phone", "other")] == ["a sealed state"] * 2 + [""]
    clock.now += 1199
    assert states.token(handle, "phone") == "a sealed state"
    clock.now += 1
    assert states.token(handle, "phone") == ""


@pytest.mark.parametrize("handle", ["", "x", "x" * 22, "x" * 21 + "\n", "ü" * 22, "x" * 500])
def test_what_is_no_handle_opens_nothing(states, handle):
    assert states.token(handle, "phone") == ""


def test_junk_keeps_no_more_than_a_bounded_number_and_holds_up_no_guest_with_a_state(states, monkeypatch):
    monkeypatch.setattr(link_state, "RATE", 0)
    kept = [states.keep("state", "junk", anybody=True) for _ in range(2_100)]
    assert sum(bool(states.token(handle, "junk")) for handle in kept) == 2_000
    assert states.token(states.keep("state", "phone"), "phone") == "state"


def test_it_stands_in_a_file_of_its_own_and_takes_no_room_from_what_counts(tmp_path):
    store = open_store("", tmp_path, (KEY,))
    passing = open_passing(store, "", tmp_path, (KEY,))
    LinkStates(passing).keep("state", "phone")
    store.increment(60, "x")
    names = {path.name.partition("-")[0] for path in tmp_path.iterdir()}
    assert names == {"shared.sqlite", "passing.sqlite"}
    store.close()
    passing.close()


def test_where_neither_file_nor_folder_can_be_used_the_page_still_comes(tmp_path):
    with inn(tmp_path / "venues", config={"state_folder": tmp_path}) as one:
        (tmp_path / "passing.sqlite").unlink(missing_ok=True)
        (tmp_path / "passing.sqlite").mkdir()
        guest = Guest(one.url, cookies=False).opens(one.start())
        guest.sees("Ticket code").chooses_language("de").sees("Ticket-Code")


def test_links_of_a_first_page_hold_a_handle_and_forms_the_state(tmp_path):
    with inn(tmp_path) as one:
        page = Guest(one.url).opens(one.start()).html
        assert page.count(Guest(one.url).opens(one.start()).field("guest")) == 0, (
            "every guest has a token of their own"
        )
        token = page.partition('name="guest" value="')[2].partition('"')[0]
        assert f"guest={token}" not in page
        assert len(token) > 100
