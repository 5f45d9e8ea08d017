"""How often a room can be guessed at, with a clock of our own."""

import heapq

import pytest

from portal.gateways.iacbox.room_attempts import Attempt, Guesses, TooSoon, Yes
from portal.shared_store import SharedStore
from portal.shared_store.sqlite import SqliteBackend
from portal.text import room_key

WEEK = 7 * 86_400
NOON = 1_750_075_200.0


class Hotel:
    """The counters and the clock; every try says how long one has to wait, 0 = it was let through."""

    def __init__(self) -> None:
        self.now = NOON
        self.store = SharedStore(SqliteBackend(None, lambda: self.now), ("a key",))
        self.guesses = Guesses(self.store, 10_000)

    def attempt(self, device: str, room: str = "214", network: str = "192.0.2.1", mac: str = "") -> Attempt:
        return Attempt("hotel", room, [f"id:{device}", *([f"mac:{mac}"] if mac else [])], network)

    def tries(self, device: str, **more: str) -> int:
        try:
            self.guesses.take(self.attempt(device, **more))
        except TooSoon as error:
            return error.wait
        return 0

    def succeeds(self, device: str, yes: Yes = Yes.SIGNED, **more: str) -> int:
        """One right attempt, given back."""
        attempt = self.attempt(device, **more)
        try:
            receipt = self.guesses.take(attempt)
        except TooSoon as error:
            return error.wait
        self.guesses.give_back(receipt, attempt, yes)
        return 0

    def waits_until_let_in(self, device: str, **more: str) -> float:
        """The seconds until a patient guest, who does as the page says, is let through."""
        began = self.now
        while wait := self.succeeds(device, **more):
            self.now += wait
            assert self.now - began < WEEK
        return self.now - began


@pytest.fixture
def hotel():
    return Hotel()


def hammers(hotel: Hotel, guesses: int, device, every: float = 0) -> float:
    """Somebody tries again as soon as it is allowed (or every few seconds); returns the seconds it took."""
    began, made = hotel.now, 0
    while made < guesses:
        wait = hotel.tries(device(made))
        made += not wait
        hotel.now += max(wait if not every else 0, every)
    return hotel.now - began


def test_delays_grow_with_every_attempt_of_a_device(hotel):
    waits = []
    for room in range(12):
        waits.append(hotel.tries("one", room=str(room)))
        hotel.now += waits[-1]
        if waits[-1]:
            assert hotel.tries("one", room=str(room)) == 0
    assert waits == [0, 0, 0, 10, 30, 60, 120, 300, 600, 900, 900, 900]


def test_nobody_is_locked_out(hotel):
    hammers(hotel, 50, lambda made: "one")
    assert hotel.tries("one") <= 900


def test_5000_guesses_with_one_device_take_over_a_week(hotel):
    assert hammers(hotel, 5000, lambda made: "one") > WEEK


def test_5000_guesses_with_a_new_device_each_take_over_a_week(hotel):
    assert hammers(hotel, 5000, lambda made: f"device {made}") > WEEK


def test_5000_guesses_with_thirty_devices_at_once_take_over_a_week(hotel):
    """Each comes back when it may, and after its guess a new one takes its place; one old device tries as well."""
    made, began = 0, hotel.now
    coming = [(hotel.now, number, str(number)) for number in range(30)]
    while made < 5000:
        hotel.now, number, device = heapq.heappop(coming)
        wait = hotel.tries(device)
        made += not wait
        device = device if wait or not number else f"{device}+"
        heapq.heappush(coming, (hotel.now + max(wait, 1), number, device))
    assert WEEK < hotel.now - began < 2 * WEEK


def test_what_was_given_back_yesterday_is_not_given_back_again(hotel):
    """A room's day begins with its first attempt, which may be as long ago as a day."""
    attempt = hotel.attempt("her phone")
    receipt = hotel.guesses.take(attempt)
    hotel.guesses.give_back(receipt, attempt, Yes.PROVEN)
    hotel.now += 23 * 3600
    assert [hotel.tries(f"phone {number}") for number in range(7)] == [0] * 7
    hotel.guesses.give_back(receipt, attempt, Yes.PROVEN)
    assert hotel.tries("one more phone") > 0


def test_giving_back_twice_gains_no_more_than_a_day_bears(hotel):
    """In mode redirect the box's "it succeeded" can be carried here again and again."""
    made, began = 0, hotel.now
    while made < 5000:
        attempt = hotel.attempt(f"device {made}")
        try:
            receipt = hotel.guesses.take(attempt)
        except TooSoon as error:
            hotel.now += error.wait
            continue
        made += 1
        for _ in range(3):
            hotel.guesses.give_back(receipt, attempt, Yes.SIGNED)
    assert hotel.now - began > WEEK


def test_the_true_guest_gets_in_at_once_while_somebody_hammers(hotel):
    hammers(hotel, 40, lambda made: "one", every=1)
    for hour in range(24):
        hotel.tries("one")
        assert hotel.succeeds(f"her phone {hour}") == 0
        hotel.now += 3600


def test_a_change_of_the_id_alone_makes_no_new_device(hotel):
    for number in range(60):
        hotel.tries(f"id {number}", mac="0a0000000001")
        hotel.now += 20
    assert hotel.succeeds("her phone", mac="0a0000000002") == 0


@pytest.mark.parametrize("devices", [5, 15, 60])
def test_against_many_devices_the_true_guest_has_to_wait_and_gets_in(hotel, devices):
    """She does as her page says; the others come back to the second, and each guess is made with a new device."""
    coming = [(hotel.now + number, 0, str(number)) for number in range(devices)]
    heapq.heappush(coming, (hotel.now + 7200, 1, "her phone"))
    for _ in range(100_000):
        hotel.now, hers, device = heapq.heappop(coming)
        wait = hotel.tries(device)
        if hers and not wait:
            break
        device = device if wait or hers else f"{device}+"
        heapq.heappush(coming, (hotel.now + max(wait, 1), hers, device))
    assert hers
    assert hotel.now - NOON - 7200 <= (devices + 3) * 180


@pytest.mark.parametrize("every", [1, 10, 60])
def test_against_a_new_device_for_every_try_she_waits_some_minutes(hotel, every):
    number, due = 0, hotel.now + 3600
    while True:
        hotel.now += every
        hotel.tries(f"device {number}")
        number += 1
        if hotel.now >= due:
            wait = hotel.tries("her phone")
            if not wait:
                break
            due = hotel.now + wait
            assert due - NOON - 3600 < 900


def test_a_turn_that_was_given_is_kept_whoever_comes_meanwhile(hotel):
    for number in range(7):
        hotel.tries(f"device {number}")
    hotel.now += hotel.tries("her phone")
    hotel.tries("somebody quicker")
    wait = hotel.tries("her phone")
    assert 0 < wait <= 180
    for number in range(20):
        hotel.tries(f"another {number}")
    hotel.now += wait
    hotel.tries("somebody quicker still")
    assert hotel.tries("her phone") == 0


def test_a_turn_counts_once(hotel):
    for number in range(7):
        hotel.tries(f"device {number}")
    hotel.now += hotel.tries("her phone")
    assert hotel.tries("her phone") == 0
    assert hotel.tries("her phone") > 0


def test_a_family_signs_in_one_after_the_other(hotel):
    assert [hotel.succeeds(f"phone {number}") for number in range(6)] == [0] * 6


def test_a_guest_who_mistypes_twice_gets_in(hotel):
    hammers(hotel, 20, lambda made: "attacker", every=1)
    assert hotel.tries("her phone") == 0
    assert hotel.waits_until_let_in("her phone") <= 600


def test_scanning_all_rooms_with_one_birthday_is_slowed_by_the_network():
    hotel = Hotel()
    hotel.guesses = Guesses(hotel.store, 40)
    let = sum(not hotel.tries(f"device {number}", room=str(number)) for number in range(1000))
    assert let == 160 + 1
    assert hotel.tries("her phone", room="214", network="192.0.2.2") == 0


def test_who_scans_rooms_with_ever_new_devices_keeps_nobody_out():
    hotel = Hotel()
    hotel.guesses = Guesses(hotel.store, 40)
    for number in range(1000):
        hotel.tries(f"device {number}", room=str(number))
    assert hotel.waits_until_let_in("her phone", room="214") <= 10


def test_a_scanner_with_ever_new_devices_makes_no_more_than_360_guesses_in_ten_minutes():
    hotel = Hotel()
    hotel.guesses = Guesses(hotel.store, 40)
    began, made, number = hotel.now, 0, 0
    while hotel.now < began + 599:
        number += 1
        made += not hotel.tries(f"device {number}", room=str(number))
        hotel.now += 0.5
    assert 160 < made <= 360


def test_devices_that_are_not_fresh_hold_up_nobody_else():
    hotel = Hotel()
    hotel.guesses = Guesses(hotel.store, 40)
    for number in range(20):
        for room in range(3):
            hotel.tries(f"device {number}", room=f"{number}{room}")
    hotel.now += 10
    waits = [hotel.tries(f"device {number}", room="5") for number in range(20)]
    assert waits.count(0) == 1, "one in ten seconds"
    assert hotel.tries("her phone", room="214") == 0


@pytest.mark.parametrize("yes", [Yes.PROVEN, Yes.SIGNED, Yes.CLAIMED])
def test_300_guests_of_one_network_with_right_details_get_in(yes):
    """More than the network may have wrong: each one's count is given back."""
    hotel = Hotel()
    hotel.guesses = Guesses(hotel.store, 40)
    for number in range(300):
        assert hotel.succeeds(f"phone {number}", yes, room=str(number)) == 0
        hotel.now += 1


def test_who_is_told_to_wait_at_one_room_takes_nothing_from_the_network():
    """What is refused here was no guess: a whole family in front of a room that somebody hammers counts for nobody."""
    hotel = Hotel()
    hotel.guesses = Guesses(hotel.store, 40)
    waits = [hotel.tries(f"phone {number}") for number in range(400)]
    assert sum(1 for wait in waits if wait) > 390
    assert [hotel.tries(f"neighbour {number}", room=str(number)) for number in range(100)] == [0] * 100


def test_120_guests_at_once_too():
    hotel = Hotel()
    hotel.guesses = Guesses(hotel.store, 40)
    assert not any(hotel.tries(f"phone {number}", room=str(number)) for number in range(120))


@pytest.mark.parametrize(("yes", "most"), [(Yes.PROVEN, 200), (Yes.SIGNED, 50), (Yes.CLAIMED, 50)])
def test_a_dormitory_signs_in_at_one_room(hotel, yes, most):
    assert [hotel.succeeds(f"phone {number}", yes) for number in range(most)] == [0] * most


def test_guesses_from_200_devices_take_over_a_week(hotel):
    """All of them come back when they may, none is ever new again but by waiting. 1,000 guesses are made, the 800 slow
    ones after the first of each device; at their pace 5,000 take five times as long."""
    made, began = 0, hotel.now
    coming = [(hotel.now, str(number)) for number in range(200)]
    while made < 1000:
        hotel.now, device = heapq.heappop(coming)
        wait = hotel.tries(device)
        made += not wait
        heapq.heappush(coming, (hotel.now + max(wait, 1), device))
    assert 5 * (hotel.now - began) > WEEK


def test_what_a_browser_says_of_itself_gives_the_device_nothing_back(hotel):
    assert [hotel.succeeds("one", Yes.CLAIMED, room=str(room)) for room in range(4)] == [0, 0, 0, 10]


def test_two_processes_count_together(hotel):
    other = Hotel()
    other.store, other.guesses = hotel.store, Guesses(hotel.store, 10_000)
    for _ in range(3):
        hotel.tries("one")
    assert other.tries("one") == 10


@pytest.mark.parametrize(
    "text", ["214", " 214 ", "0214", "00214", "2 1 4", "２１４", "٢١٤", "2-14", "214\u200b"]
)
def test_a_room_counts_as_one_however_it_is_typed(text):
    assert room_key(text) == "214"


@pytest.mark.parametrize(
    ("text", "room"), [("0", "0"), ("000", "0"), ("A12", "a12"), ("ﬁ", "fi"), ("", ""), ("-", "")]
)
def test_odd_rooms(text, room):
    assert room_key(text) == room
