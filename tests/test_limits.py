"""Attempts by purpose: reserved at once, given back when they were no guess, and turns instead of locks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.errors import Refused, TooMany, Unreachable
from portal.limits import FRESH, Limit, Turns, check, guessing, hit, is_fresh
from portal.shared_store import SharedStore, open_store
from portal.shared_store.sqlite import SqliteBackend

KEY = "a-key-for-tests-only-of-32-characters"
CODES = Limit("codes", 3, 60)
PHONES = Limit("phones", 2, 600)
ROOM = Turns("room", 6, 86_400, anybody=600, kept=180, ahead=18_000, grace=900)


class Clock:
    """Time that stands still until it is moved."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(clock):
    store = SharedStore(SqliteBackend(None, clock), (KEY,))
    yield store
    store.close()


def test_so_many_in_a_time_and_the_wait_is_told(store, clock):
    for _ in range(3):
        hit(store, CODES.of("hotel", "x"))
    with pytest.raises(TooMany) as full:
        hit(store, CODES.of("hotel", "x"))
    assert (full.value.reason, full.value.retry_after) == ("codes", 60)
    hit(store, CODES.of("hotel", "y"))
    clock.now += 60
    hit(store, CODES.of("hotel", "x"))


def test_one_full_limit_counts_nothing_on_the_others(store):
    for number in range(2):
        hit(store, PHONES.of("one"), CODES.of(str(number)))
    for _ in range(9):
        with pytest.raises(TooMany, match="phones"):
            hit(store, PHONES.of("one"), CODES.of("x"))
    for _ in range(3):
        hit(store, CODES.of("x"))


def test_looking_counts_nothing(store):
    for _ in range(9):
        check(store, CODES.of("x"))
    for _ in range(3):
        hit(store, CODES.of("x"))
    with pytest.raises(TooMany):
        check(store, CODES.of("x"))


def test_right_details_are_no_guess_however_many_come(store):
    for _ in range(60):
        with guessing(store, hit(store, CODES.of("x")), lambda no: no.code == "wrong"):
            pass


@pytest.mark.parametrize("error", [Unreachable("down"), Refused("too-many-devices"), KeyError()])
def test_who_told_nothing_about_a_guess_costs_none(store, error):
    for _ in range(10):
        with (
            pytest.raises(type(error)),
            guessing(store, hit(store, CODES.of("x")), lambda no: no.code == "wrong"),
        ):
            raise error


def test_wrong_ones_count(store):
    for _ in range(3):
        with (
            pytest.raises(Refused),
            guessing(store, hit(store, CODES.of("x")), lambda no: no.code == "wrong"),
        ):
            raise Refused("wrong")
    with pytest.raises(TooMany):
        hit(store, CODES.of("x"))


def test_a_device_is_fresh_until_it_has_failed_three_times(store):
    window = Limit("device", 10, 600).of("phone")
    for _ in range(FRESH):
        assert is_fresh(store, window.names)
        hit(store, window)
    assert not is_fresh(store, window.names)
    assert not is_fresh(store, ("another name of it",), window.names)
    assert not is_fresh(store), "who has no name is nobody's guest"


def test_a_turn_that_is_taken_together_with_others_is_all_or_nothing(store):
    for number in range(6):
        ROOM.take(store, ("hotel", "214"), f"phone {number}", True)
    full = Limit("network", 0, 600).of("here")
    for _ in range(5):
        with pytest.raises(TooMany, match="network"):
            ROOM.take(store, ("hotel", "214"), "her phone", True, [full])
    ROOM.take(store, ("hotel", "214"), "her phone", True)


def test_what_is_given_back_makes_room_at_once(store):
    for number in range(40):
        receipt = ROOM.take(store, ("hotel", "214"), f"phone {number}", True)
        store.give_back(receipt)


def wait_of(store, device, fresh=True):
    """The wait that a device is told; 0 = it got its turn."""
    try:
        ROOM.take(store, ("hotel", "214"), device, fresh)
    except TooMany as error:
        return error.retry_after
    return 0


def test_one_phone_that_hammers_takes_no_turn_of_a_fresh_one(store, clock):
    for _ in range(200):
        clock.now += 1
        assert wait_of(store, "one phone", fresh=False) <= 600
    assert wait_of(store, "her phone") == 0


def test_who_comes_back_after_the_wait_told_gets_a_turn_and_keeps_it(store, clock):
    for number in range(7):
        assert wait_of(store, f"phone {number}") == 0
    clock.now += wait_of(store, "her phone")
    assert wait_of(store, "somebody quicker") == 0
    wait = wait_of(store, "her phone")
    assert 0 < wait <= 180
    for number in range(20):
        assert wait_of(store, f"another {number}") > 0
    clock.now += wait
    assert wait_of(store, "somebody quicker still") > 0
    assert wait_of(store, "her phone") == 0
    assert wait_of(store, "her phone") > 0, "a turn counts once"


def test_who_comes_back_before_the_wait_told_takes_nobodys_turn(store, clock):
    for number in range(7):
        assert wait_of(store, f"phone {number}") == 0
    wait = wait_of(store, "an impatient phone")
    for _ in range(3):
        clock.now += wait / 4
        assert 0 < wait_of(store, "an impatient phone") <= wait
    clock.now += wait / 4
    assert wait_of(store, "her phone") == 0


@pytest.mark.parametrize("requests", [1, 30])
def test_many_requests_of_a_device_at_once_get_a_turn_and_at_most_one_ahead(store, clock, requests):
    """A doubled turn once locked a room for ten hours."""
    for number in range(7):
        ROOM.take(store, ("hotel", "214"), f"phone {number}", True)

    def comes(_number: int) -> int:
        return wait_of(store, "one phone")

    with ThreadPoolExecutor(10) as pool:
        waits = list(pool.map(comes, range(requests)))
        assert set(waits) == {180}
        clock.now += 170
        assert set(pool.map(comes, range(requests))) == {10}
        clock.now += 10
        assert sorted(pool.map(comes, range(requests)))[:2] in ([0], [0, 180])
    clock.now += 360
    assert wait_of(store, "her phone") == 0


def test_of_many_at_once_exactly_as_many_get_through_as_are_allowed(tmp_path):
    """Devices, a network and a room together, on the file that two processes share."""
    stores = [open_store("", tmp_path, (KEY,)) for _ in range(2)]
    network = Limit("network", 30, 600).of("here")

    def one(number: int) -> int:
        try:
            hit(stores[number % 2], Limit("device", 3, 600).of(str(number % 20)), network)
        except TooMany:
            return 0
        return 1

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(one, range(200))) == 30
    for store in stores:
        store.close()


def test_pairs_of_taking_and_giving_back_leave_nothing(tmp_path):
    """Of 3,000 such pairs 21 once left a wrong sum."""
    stores = [open_store("", tmp_path, (KEY,)) for _ in range(2)]
    wide = Limit("wide", 10_000, 600).of("x")

    def pair(number: int) -> None:
        store = stores[number % 2]
        store.give_back(hit(store, wide))

    with ThreadPoolExecutor(
        6
    ) as pool:  # no more than a slow machine serves before a caller gives the store up
        list(pool.map(pair, range(3000)))
    assert stores[0].number(*wide.names) == 0
    for store in stores:
        store.close()
