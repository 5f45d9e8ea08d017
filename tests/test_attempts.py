"""Who may guess how often, who is never held up, and what messages may cost; in one process and in two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portal import attempts
from portal.attempts import Who
from portal.errors import TooMany, TooManyMessages
from portal.shared_store import SharedStore
from portal.shared_store.sqlite import SqliteBackend
from portal.simulators.icaro import Voucher
from portal.venues.file import Limits
from tests.bench import free_port
from tests.gateways.iacbox.inn import inn
from tests.gateways.icaro.hotspot import running_cafe
from tests.guest import Guest
from tests.house import KEY, running_portal
from tests.redis_server import redis_server
from tests.test_server import gunicorn

AMOUNTS = Limits()


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


def guesses(store, who, code=""):
    """One wrong guess; the wait that was told, 0 = it was let through."""
    try:
        attempts.reserve_guess(store, AMOUNTS, who, code)
    except TooMany as error:
        return error.retry_after
    return 0


def test_a_device_has_twelve_wrong_ones_in_ten_minutes(store, clock):
    waits = [guesses(store, Who("hotel", "phone", "10.0.0.1", is_signed=True)) for _ in range(13)]
    assert waits == [0] * 12 + [600]
    assert guesses(store, Who("other", "phone", "10.0.0.1", is_signed=True)) == 0
    clock.now += 600
    assert guesses(store, Who("hotel", "phone", "10.0.0.1", is_signed=True)) == 0


def test_who_types_right_counts_nothing(store):
    for _ in range(500):
        receipt = attempts.reserve_guess(store, AMOUNTS, Who("hotel", "phone", "10.0.0.1"), "conference")
        store.give_back(receipt)


def test_a_code_is_guarded_however_it_is_written_and_whoever_types_it(store, clock):
    spellings = ["abcd-1234", "ABCD 1234", "Abcd1234"] * 10
    for number, code in enumerate(spellings):
        assert guesses(store, Who("hotel", f"phone {number}", f"10.0.1.{number}"), code) == 0
    tries = [guesses(store, Who("hotel", f"late {n}", f"10.0.2.{n}"), "ABCD–1234") for n in range(50)]
    assert tries.count(0) == 1, "a turn is kept for one fresh device every 20 seconds"
    assert max(tries) <= 20
    assert guesses(store, Who("hotel", "phone", "10.0.3.1"), "abcd-1235") == 0
    clock.now += 20
    assert guesses(store, Who("hotel", "her phone", "10.0.3.2"), "abcd1234") == 0


def test_who_is_told_to_wait_for_a_code_takes_nothing_from_the_network(store):
    """What is refused here was no guess: it is given back to the network that it came from."""
    for number in range(AMOUNTS.code):
        assert guesses(store, Who("hotel", f"phone {number}", f"10.0.1.{number}"), "conference") == 0
    waits = [guesses(store, Who("hotel", f"late {n}", "10.0.0.1"), "conference") for n in range(300)]
    assert sum(1 for wait in waits if wait) >= 299
    right = [guesses(store, Who("hotel", f"phone {n}", "10.0.0.1"), f"code {n}") for n in range(50)]
    assert right == [0] * 50


def test_a_network_that_guesses_leaves_a_turn_to_a_fresh_device(store, clock):
    for number in range(100):
        assert guesses(store, Who("hotel", f"invented {number}", "10.0.0.1")) == 0
    assert sum(guesses(store, Who("hotel", f"invented too {n}", "10.0.0.1")) == 0 for n in range(300)) == 1
    assert guesses(store, Who("hotel", "phone", "10.0.0.2")) == 0
    wait = guesses(store, Who("hotel", "her phone", "10.0.0.1"))
    assert 0 < wait <= 3
    clock.now += wait
    for number in range(5):
        guesses(store, Who("hotel", f"quicker {number}", "10.0.0.1"))
    clock.now += (again := guesses(store, Who("hotel", "her phone", "10.0.0.1")))
    assert again <= 6
    assert guesses(store, Who("hotel", "her phone", "10.0.0.1")) == 0 or again == 0


def test_a_fresh_device_that_the_box_has_signed_for_is_held_up_by_nobody(store):
    for number in range(300):
        guesses(store, Who("hotel", f"invented {number}", "10.0.0.1"), "conference")
    for number in range(300):
        signed = Who("hotel", f"phone {number}", "10.0.0.1", is_signed=True)
        assert guesses(store, signed, "conference") == 0


def test_a_device_that_has_failed_waits_for_a_turn_and_is_not_locked_out(store, clock):
    failed = Who("hotel", "phone", "10.0.0.1", is_signed=True)
    for _ in range(3):
        guesses(store, failed)
    for number in range(300):
        guesses(store, Who("hotel", f"invented {number}", "10.0.0.1"))
    assert guesses(store, failed) == 0, "the turn for anybody"
    assert guesses(store, failed) <= 10


def test_what_nobody_knows_counts_against_nothing_that_others_share(store):
    for number in range(1000):
        guesses(store, Who("hotel", f"visit {number}", "10.0.0.1", is_known=False), "conference")
    assert guesses(store, Who("hotel", "phone", "10.0.0.1"), "conference") == 0


def messages(store, device, address, network="10.0.0.1", amounts=AMOUNTS):
    try:
        attempts.reserve_message(store, amounts, Who("hotel", device, network), address)
    except TooManyMessages as error:
        return error.reason
    return ""


def test_messages_are_bounded_by_device_address_network_and_day(store, clock):
    assert [messages(store, "phone", f"{n}@x.example") for n in range(7)] == [""] * 6 + [
        "messages of a device"
    ]
    by_address = [messages(store, f"p{n}", "Anna@x.example", f"10.0.1.{n}") for n in range(7)]
    assert by_address == [""] * 6 + ["messages to an address"]
    by_network = [messages(store, f"q{n}", f"q{n}@x.example", "10.0.2.1") for n in range(150)]
    assert by_network.count("") == 61
    few = Limits(messages_venue=100)
    total = [messages(store, f"r{n}", f"r{n}@x.example", f"10.1.{n}.1", few) for n in range(100)]
    assert total.count("") == 100 - 6 - 6 - 61
    assert total[-1] == "messages of a venue"
    clock.now += 86_400
    assert messages(store, "r", "r@x.example", "10.1.0.1", few) == ""


# Over HTTP


def posts(inn, mac, network, username, password, count=1):
    """What the portal answers to this phone's sign-ins; nobody follows to the box, so none is given back."""
    guest = Guest(inn.url, client_ip=network).opens(inn.start(mac))
    form = {"guest": guest.field("guest"), "way": "cred", "username": username, "password": password}
    return [
        requests.post(
            inn.url + "hotel/sign-in",
            data=form,
            headers={"X-Forwarded-For": network},
            allow_redirects=False,
            timeout=5,
        ).status_code
        for _ in range(count)
    ]


def test_sixty_guests_with_one_right_conference_code_in_a_minute_are_sixty_guests_online(tmp_path):
    with inn(tmp_path, config={"proxies": 1}) as one:
        for number in range(60):
            guest = one.guest(f"0200000006{number:02}", client_ip="10.9.0.1")
            guest.fills(username="gast", password="willkommen").presses(way="cred").sees("You are online")


def test_captive_windows_that_close_before_the_way_back_hold_nobody_up(tmp_path):
    with inn(tmp_path, config={"proxies": 1}) as one:
        for number in range(60):
            mac = f"0200000007{number:02}"
            assert posts(one, mac, "10.9.0.1", "gast", "willkommen") == [200]


def test_one_phone_with_junk_holds_up_nobody_else(tmp_path):
    with inn(tmp_path, config={"proxies": 1}) as one:
        codes = posts(one, "020000000801", "10.9.0.1", "gast", "wrong", 100)
        assert codes == [200] * 12 + [429] * 88
        for _ in range(200):
            requests.post(one.url + "hotel/sign-in", data={"way": "cred", "username": "gast"}, timeout=5)
        guest = one.guest("020000000802", client_ip="10.9.0.1")
        guest.fills(username="gast", password="willkommen").presses(way="cred").sees("You are online")


def test_a_guest_who_mistypes_eleven_times_gets_in(tmp_path):
    with inn(tmp_path) as one:
        guest = one.guest()
        for _ in range(11):
            guest.fills(username="gast", password="wrong").presses(way="cred").does_not_see("You are online")
        guest.fills(username="gast", password="willkommen").presses(way="cred").sees("You are online")


def test_a_phone_that_signs_in_rightly_again_and_again_is_never_refused(tmp_path):
    with inn(tmp_path) as one:
        for _ in range(14):
            guest = one.guest().fills(username="gast", password="willkommen").presses(way="cred")
            guest.sees("You are online")
            one.box.devices.get("0200000000aa").grant = None


def test_a_form_that_is_not_filled_out_is_no_guess(tmp_path):
    with inn(tmp_path, config={"proxies": 1}) as one:
        assert posts(one, "020000000803", "10.9.0.1", "", "x", 15) == [422] * 15
        assert posts(one, "020000000803", "10.9.0.1", "gast", "x", 5) == [200] * 5


@pytest.mark.parametrize("kind", ["file", "redis"])
def test_two_processes_count_together(tmp_path, kind):
    with redis_server(tmp_path) as server:
        settings = {"store": server.url if kind == "redis" else "", "proxies": 1, "state_folder": tmp_path}
        with inn(tmp_path / "one", config=settings) as one:
            venue = (tmp_path / "one" / "hotel" / "venue.toml").read_text()
            with running_portal(tmp_path / "two", {"hotel": venue}, **settings) as other:
                token = one.guest("020000bb0001").field("guest")
                form = {"guest": token, "way": "cred", "username": "x", "password": "y"}
                with ThreadPoolExecutor(8) as pool:
                    codes = list(
                        pool.map(
                            lambda number: (
                                requests.post(
                                    (one, other)[number % 2].url + "hotel/sign-in",
                                    data=form,
                                    allow_redirects=False,
                                    timeout=5,
                                ).status_code
                            ),
                            range(32),
                        )
                    )
    assert sorted(codes) == [200] * 12 + [429] * 20


def test_a_store_that_is_down_keeps_no_hotel_offline(tmp_path, caplog):
    with inn(tmp_path, config={"store": "redis://127.0.0.1:9/0", "proxies": 1}) as one:
        guest = one.guest().fills(username="gast", password="willkommen").presses(way="cred")
        guest.sees("You are online")
    assert sum("the shared store does not work" in one.getMessage() for one in caplog.records) == 1


@pytest.fixture
def production(tmp_path):
    """Gunicorn with its two processes and the default store before a pretend Icaro; its URL, the café, a token."""
    with running_cafe(tmp_path / "venues", vouchers=(Voucher("MANY", uses=-1),)) as cafe:
        port = free_port()
        url = f"http://127.0.0.1:{port}/"
        environ = {
            "PORTAL_VENUES": str(tmp_path / "venues"),
            "PORTAL_SECRET_KEY": KEY,
            "PORTAL_STATE": str(tmp_path),
        }
        with gunicorn(port, WEB_CONCURRENCY="2", **environ):
            yield url, cafe


def arrives(url, cafe):
    """The state of a guest who has just arrived."""
    return Guest(url, cookies=False).opens(cafe.landing().replace(cafe.url, url)).field("guest")


def at_once(url, token, codes):
    """The same guest posts these voucher codes all at once; the answers' codes."""

    def post(code):
        form = {"guest": token, "way": "voucher", "code": code, "terms": "y"}
        return requests.post(url + "cafe/sign-in", data=form, allow_redirects=False, timeout=20).status_code

    with ThreadPoolExecutor(len(codes)) as pool:
        return list(pool.map(post, codes))


def test_one_voucher_form_posted_eight_times_at_once_uses_it_once(production):
    url, cafe = production
    token = arrives(url, cafe)
    for _ in range(2):
        before = len(cafe.called("voucher"))
        assert set(at_once(url, token, ["MANY"] * 8)) <= {200, 303}
        assert len(cafe.called("voucher")) <= before + 1
    assert len(cafe.called("voucher")) == 1


def test_twelve_wrong_codes_at_once_are_twelve_and_the_rest_is_told_to_wait(production):
    url, cafe = production
    answers = at_once(url, arrives(url, cafe), [f"wrong{number}" for number in range(20)])
    assert sorted(answers) == [422] * 12 + [429] * 8
    assert len(cafe.called("voucher")) == 12
