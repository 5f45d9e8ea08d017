"""Guests of a café with an Icaro hotspot, over real HTTP, with and without cookies."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from portal.simulators.icaro import Voucher
from portal.simulators.icaro.vouchers import DAY
from tests import forms
from tests.gateways.icaro.hotspot import KEY, running_cafe
from tests.guest import Guest

ANNA = "anna@example.org"
ODD = ["a+b@example.org", "müller@example.org", "o'neil&x=1#2@example.org"]
ODD_VOUCHERS = ["AB12&x=1 z", "ÄÖü", "مرحبا", "50%+?#"]


@pytest.fixture
def cafe(tmp_path):
    vouchers = (
        Voucher("Once12"),
        Voucher("MANY", uses=-1),
        Voucher("old", expires=1.0),
        Voucher("none", uses=0),
    )
    with running_cafe(tmp_path, vouchers=vouchers) as cafe:
        yield cafe


@pytest.fixture
def locked(tmp_path):
    """Here a voucher comes first."""
    vouchers = (Voucher("Once12"), Voucher("door", type="normal", uses=1))
    with running_cafe(tmp_path, {"voucher_login": "true"}, vouchers=vouchers) as cafe:
        yield cafe


def asks_for_a_code(guest, address=ANNA):
    return guest.fills(email=address).ticks("terms").presses("email")


# Arriving


def test_the_first_page_offers_every_way_and_wears_the_hotspots_words(cafe):
    guest = cafe.guest().status(200)
    guest.sees("E-mail address", "By text message", "With a voucher", "I already have a code")
    guest.sees("Free Wi-Fi for our guests", "Open daily from 7 to 23.")
    assert not urlsplit(guest.url).query.startswith("guest")


@pytest.mark.parametrize("missing", ["digest", "uuid", "sessionid"])
def test_a_link_that_lacks_a_mandatory_value_says_what_to_do(cafe, missing):
    landing = cafe.landing().replace(f"{missing}=", "other=")
    Guest(cafe.url).opens(landing).status(400).sees("Switch the Wi-Fi of your device off and on")
    assert cafe.called("preferences") == []


def test_who_types_the_address_is_told_to_open_the_page_again(cafe):
    Guest(cafe.url).opens("cafe/").status(200).sees("Switch the Wi-Fi of your device off and on")


@pytest.mark.parametrize(
    "change", [("digest=", "digest=0"), (KEY.uuid, "another-unit"), (KEY.digest, "0" * 32)]
)
def test_a_unit_that_is_not_ours_is_refused(cafe, change):
    Guest(cafe.url).opens(cafe.landing().replace(*change)).status(400).sees("This link does not work")


def test_wax_is_not_asked_about_a_unit_that_the_venue_does_not_list(cafe):
    Guest(cafe.url).opens(cafe.landing().replace(KEY.uuid, "another-unit")).status(400)
    assert cafe.called() == []


def test_wax_is_asked_about_the_hotspot_once_a_minute(cafe):
    asks_for_a_code(cafe.guest().reloads())
    cafe.guest("02-00-00-00-00-02")
    assert len(cafe.called("preferences")) == 1


def test_the_digest_stands_on_no_page_and_in_no_link(cafe):
    guest = asks_for_a_code(cafe.guest(cookies=False))
    assert KEY.digest not in guest.html
    assert all(KEY.digest not in url for _method, url, _status in guest.trail)


# E-mail


@pytest.mark.parametrize("cookies", [True, False])
def test_a_new_guest_gets_a_code_reads_it_and_is_online(cafe, cookies):
    guest = asks_for_a_code(cafe.guest(cookies=cookies)).status(200)
    guest.sees("We have sent a code to anna@example.org. For a few minutes this device is connected")
    assert cafe.state() == "temporary"
    [code] = cafe.icaro.codes_sent(ANNA)
    guest.fills(code=f" {code[:3]} {code[3:]} ").presses("code")
    guest.sees("You are online", "You will be online within 10 seconds")
    guest.is_at("/cafe/online" if cookies else "/cafe/session")
    assert cafe.state() == "online"
    assert cafe.called("logout")
    assert cafe.called("aaa/login")


def test_between_logout_and_login_there_is_a_pause(tmp_path):
    with running_cafe(tmp_path, pause=1.0) as cafe:
        cafe.icaro.clock = __import__("time").time
        guest = asks_for_a_code(cafe.guest())
        guest.fills(code=cafe.icaro.codes_sent(ANNA)[-1]).presses("code").sees("You are online")
        assert cafe.icaro.auths.breaches == []


def test_reloading_and_going_back_send_no_second_code(cafe):
    guest = asks_for_a_code(cafe.guest())
    guest.reloads().sees("We have sent a code")
    guest.goes_back()
    guest.goes_back().fills(email=ANNA).ticks("terms").presses("email").sees("We have sent a code")
    assert len(cafe.icaro.codes_sent(ANNA)) == 1
    assert len(cafe.called("register/email")) == 1


def test_a_known_guest_is_sent_a_code_too(cafe):
    asks_for_a_code(cafe.guest("02-00-00-00-00-02"))
    guest = asks_for_a_code(cafe.guest()).sees("We have sent a code to anna@example.org")
    assert len(cafe.icaro.codes_sent(ANNA)) == 2
    guest.fills(code=cafe.icaro.codes_sent(ANNA)[1]).presses("code").sees("You are online")
    assert cafe.state() == "online"


def test_a_guest_has_a_new_code_sent(cafe):
    guest = asks_for_a_code(cafe.guest())
    guest.presses("code", button="Send a new code").status(200).sees("We have sent a code")
    guest.reloads()
    first, second = cafe.icaro.codes_sent(ANNA)
    guest.fills(code=first).presses("code").status(422)
    guest.has_error_on("code", "That code is not correct" if first != second else "")
    guest.fills(code=second).presses("code").sees("You are online")


def test_a_press_for_a_new_code_counts_again_after_half_a_minute(cafe, store_later):
    """A double press sends one code; who comes back to the page later, because none has come, gets another."""
    guest = asks_for_a_code(cafe.guest(cookies=False))
    form = forms.find_form(guest.page, "code")
    sent = forms.submission(guest.page, guest.url, form, forms.find_button(form, "Send a new code"))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    found = []
    for seconds in (0, 0, 25, 10):
        store_later(seconds)
        requests.post(sent.url, sent.body, headers=kind, timeout=10)
        found.append(len(cafe.icaro.codes_sent(ANNA)))
    assert found == [2, 2, 2, 3]


def test_after_a_wrong_code_the_mail_can_still_be_read(cafe):
    guest = asks_for_a_code(cafe.guest())
    guest.fills(code="abcdef").presses("code").has_error_on("code", "That code is not correct")
    assert cafe.state() == "temporary"
    guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code").sees("You are online")


def test_guesses_at_the_code_of_one_address_are_counted_whoever_guesses(tmp_path):
    with running_cafe(tmp_path, top="[limits]\ncode = 3\nmessages_address = 50") as cafe:
        found = []
        for number in range(6):
            guest = asks_for_a_code(cafe.guest(f"02-00-00-00-06-{number:02}"))
            found.append(guest.fills(code="abcdef").presses("code").response.status_code)
        assert found == [422] * 4 + [429] * 2, "three at once, and a turn that is kept for a fresh device"
        other = asks_for_a_code(cafe.guest("02-00-00-00-06-99"), "berta@example.org")
        other.fills(code=cafe.icaro.codes_sent("berta@example.org")[0]).presses("code").sees("You are online")


def test_a_code_whose_account_has_ended_says_so(cafe):
    guest = asks_for_a_code(cafe.guest())
    cafe.clock.now += 40 * DAY
    cafe.icaro.clean_up()
    guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code").has_error_on("code", "no longer valid")


@pytest.mark.parametrize("address", ODD)
def test_odd_addresses_arrive_unchanged(cafe, address):
    guest = asks_for_a_code(cafe.guest(), address).sees(address)
    guest.fills(code=cafe.icaro.codes_sent(address)[0]).presses("code").sees("You are online")


@pytest.mark.parametrize(
    "address", ["", "anna", "anna@", "@example.org", "anna@example", "a b@example.org", "\u202eanna@x.org"]
)
def test_what_is_no_address_is_never_sent(cafe, address):
    asks_for_a_code(cafe.guest(), address).status(422).has_error_on("email")
    assert cafe.called("register") == []


def test_a_refused_domain_says_so(tmp_path):
    listed = {"check_email_domain": "true", "check_email_domain_list": "example.com"}
    with running_cafe(tmp_path, listed) as cafe:
        asks_for_a_code(cafe.guest()).status(422).has_error_on("email", "Addresses of this kind")


@pytest.mark.parametrize("again", ["not_sent", "down"])
def test_a_code_that_was_not_sent_is_sent_by_the_next_press(cafe, again):
    """Wax knows the guest from the first try on, and would send nothing to one it knows."""
    if again == "not_sent":
        cafe.icaro.switches.not_sent = True
        guest = asks_for_a_code(cafe.guest()).has_error_on(
            "email", "We could not send a code to this address or number"
        )
        cafe.icaro.switches.not_sent = False
    else:
        lost, cafe.icaro.register_user = cafe.icaro.register_user, lost_before_sending(cafe.icaro)
        guest = asks_for_a_code(cafe.guest()).status(504)
        cafe.icaro.register_user = lost
    guest.fills(email=ANNA).presses("email").sees("We have sent a code")
    assert len(cafe.icaro.codes_sent(ANNA)) == 1
    guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code").sees("You are online")


def lost_before_sending(icaro):
    """The guest is written down, nothing goes out, and no answer comes."""

    def lost(kind, address, query, host):
        icaro.users.create(address, kind, "000000", icaro.clock() + DAY)
        return 503, {}

    return lost


def test_without_a_code_where_the_hotspot_wants_none(tmp_path):
    with running_cafe(tmp_path, {"email_login_skip_auth": "true"}) as cafe:
        guest = asks_for_a_code(cafe.guest()).sees("You are online")
        assert cafe.state() == "online"
        assert cafe.called("aaa/login") == []
        guest.is_at("/cafe/online")


def test_a_guest_who_lost_the_page_has_a_code_already(cafe):
    asks_for_a_code(cafe.guest())
    other = cafe.guest()
    other.fills(address=ANNA, code=cafe.icaro.codes_sent(ANNA)[0]).ticks("terms").presses("code")
    other.sees("You are online")
    assert cafe.state() == "online"


def test_the_phone_that_looks_too_early_is_not_asked_again(cafe):
    guest = asks_for_a_code(cafe.guest())
    guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code")
    guest.opens(cafe.landing()).sees("You are online")


# Text messages


@pytest.mark.parametrize("typed", ["+39 333 1234567", "0039 333 1234567", "+39-333-123-4567"])
def test_a_number_as_people_write_it(cafe, typed):
    guest = (
        cafe.guest()
        .fills(num=typed)
        .ticks("terms")
        .presses("sms")
        .sees("We have sent a code to +393331234567.")
    )
    assert cafe.called("aaa/temp") == []
    assert cafe.called("/sms/") == ["/wax/register/sms/+393331234567"]
    guest.fills(code=cafe.icaro.codes_sent("+393331234567")[0]).presses("code").sees("You are online")
    assert cafe.called("logout") == []
    assert cafe.state() == "online"


@pytest.mark.parametrize("typed", ["333 1234567", "+", "+39", "abc", "+1234567890123456789"])
def test_what_is_no_number_is_never_sent(cafe, typed):
    cafe.guest().fills(num=typed).ticks("terms").presses("sms").status(422).has_error_on("num", "like +39")
    assert cafe.called("register") == []


def test_a_number_of_the_country_needs_no_plus(tmp_path):
    with running_cafe(tmp_path, icaro='country = "IT"') as cafe:
        cafe.guest().fills(num="333 1234567").ticks("terms").presses("sms").sees("+393331234567")


# Vouchers


@pytest.mark.parametrize("cookies", [True, False])
def test_a_voucher_signs_in_by_itself(cafe, cookies):
    guest = cafe.guest(cookies=cookies).fills(code="ONCE12").ticks("terms").presses("voucher")
    guest.sees("You are online")
    assert cafe.icaro.voucher_uses("Once12") == 1
    assert cafe.state() == "online"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("nope", "That voucher is not known"),
        ("old", "no longer valid"),
        ("none", "used up"),
        ("..", "not known"),
        ("a/b", "not known"),
    ],
)
def test_a_voucher_that_is_not_taken_says_why(cafe, code, said):
    guest = cafe.guest().fills(code=code).ticks("terms").presses("voucher").status(422)
    guest.has_error_on("code", said)
    assert guest.field("code") == code


def test_a_voucher_that_was_refused_may_be_tried_again(cafe):
    guest = cafe.guest().fills(code="late").ticks("terms").presses("voucher").has_error_on("code")
    cafe.icaro.add_voucher(Voucher("late"))
    guest.fills(code="late").presses("voucher").sees("You are online")
    assert len(cafe.called("voucher/late")) == 2


@pytest.mark.parametrize("code", ODD_VOUCHERS)
def test_odd_vouchers_arrive_unchanged(cafe, code):
    cafe.icaro.add_voucher(Voucher(code))
    cafe.guest().fills(code=code).ticks("terms").presses("voucher").sees("You are online")
    assert cafe.icaro.voucher_uses(code) == 1


def all_at_once(guest, way, times=4, urls=()):
    """Press the button of a way several times in one moment, at these portals or at the guest's own."""
    form = forms.find_form(guest.page, way)
    sent = forms.submission(guest.page, guest.url, form, forms.first_button(guest.page, form))
    start = threading.Barrier(times)

    def click(number):
        start.wait(5)
        url = sent.url.replace(guest.base_url, urls[number % len(urls)]) if urls else sent.url
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return requests.post(url, sent.body, headers=kind, timeout=10)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(click, range(times)))


def test_a_voucher_counts_once_for_a_double_click(cafe):
    guest = cafe.guest().fills(code="MANY").ticks("terms")
    answers = all_at_once(guest, "voucher")
    assert all("You are online" in answer.text for answer in answers)
    assert cafe.icaro.voucher_uses("MANY") == 1


def test_going_back_and_pressing_again_uses_a_voucher_once(cafe):
    guest = cafe.guest().fills(code="MANY").ticks("terms").presses("voucher")
    guest.goes_back().fills(code="MANY").ticks("terms").presses("voucher").sees("You are online")
    assert cafe.icaro.voucher_uses("MANY") == 1


@pytest.mark.parametrize("cookies", [True, False])
def test_a_voucher_of_which_no_answer_came_is_registered_again(tmp_path, cookies):
    """Wax's login would say yes to it either way, and the unit would refuse it if it was never registered."""
    with running_cafe(tmp_path, vouchers=(Voucher("MANY", uses=-1), Voucher("lost"))) as cafe:
        guest = cafe.guest(cookies=cookies)
        taken, cafe.icaro.register_voucher = cafe.icaro.register_voucher, lambda *_: (503, {})
        guest.fills(code="lost").ticks("terms").presses("voucher").status(504)
        assert cafe.called("aaa/login") == []
        cafe.icaro.register_voucher = lost_after(taken)
        guest.fills(code="MANY").presses("voucher").status(504).sees("check whether you are online")
        cafe.icaro.register_voucher = taken
        guest.fills(code="MANY").presses("voucher").sees("You are online")
        assert cafe.icaro.voucher_uses("MANY") == 2
        assert cafe.state() == "online"


def test_a_double_press_of_which_no_answer_came_registers_once(tmp_path):
    with running_cafe(tmp_path, vouchers=(Voucher("MANY", uses=-1),)) as cafe:
        taken, arrived = cafe.icaro.register_voucher, []

        def slow_and_lost(*arguments):
            arrived.append(1)
            time.sleep(0.5)
            taken(*arguments)
            return 503, {}

        cafe.icaro.register_voucher = slow_and_lost
        guest = cafe.guest().fills(code="MANY").ticks("terms")
        answers = all_at_once(guest, "voucher")
        assert {answer.status_code for answer in answers} == {504}
        assert len(arrived) == 1


def lost_after(call):
    """The call is done, and its answer is no answer."""

    def lost(*arguments):
        call(*arguments)
        return 503, {}

    return lost


def test_where_a_voucher_comes_first_it_stands_alone_and_unlocks_the_rest(locked):
    guest = locked.guest().does_not_see("By e-mail", "I already have a code")
    guest.fills(code="door").ticks("terms").presses("voucher").sees("E-mail address", "Your voucher is valid")
    guest.does_not_see("With a voucher").reloads()
    guest.fills(email=ANNA).presses("email").sees("We have sent a code")
    register = next(call for call in locked.icaro.calls if "register/email" in call.path)
    assert register.query["voucher_code"] == "door"
    guest.fills(code=locked.icaro.codes_sent(ANNA)[0]).presses("code").sees("You are online")
    assert locked.icaro.voucher_uses("door") == 1


def test_where_a_voucher_comes_first_one_that_signs_in_does(locked):
    locked.guest().fills(code="once12").ticks("terms").presses("voucher").sees("You are online")


def test_where_a_voucher_comes_first_no_link_goes_round_it(locked):
    query = urlsplit(locked.landing()).query
    guest = Guest(locked.url).opens(f"/wings/login/email?{query}&email={ANNA}&code=1")
    guest.does_not_see("By e-mail", "Send a new code")
    guest.ticks("terms").presses("code").status(422)
    body = {"guest": guest.field("guest"), "way": "code", "again": "yes", "terms": "yes"}
    answer = requests.post(f"{locked.url}cafe/sign-in", body, timeout=10)
    assert answer.status_code in (422, 200)
    assert locked.called("register") == []


def test_a_voucher_from_a_qr_code_is_filled_in_and_not_sent(cafe):
    guest = cafe.guest().opens("cafe/?code=Once12")
    assert guest.field("code") == "Once12"
    assert cafe.called("voucher") == []
    guest.ticks("terms").presses("voucher").sees("You are online")


# The mailed link


@pytest.mark.parametrize("same_browser", [True, False])
def test_the_mailed_link_fills_in_the_code_and_waits_for_the_guest(cafe, same_browser):
    guest = asks_for_a_code(cafe.guest())
    reader = guest if same_browser else Guest(cafe.url, cookies=False)
    [sent] = cafe.icaro.outbox
    reader.opens(sent.link).status(200).sees("We have sent a code")
    assert reader.field("code") == sent.code
    assert cafe.called("aaa/login") == []
    (reader if same_browser else reader.ticks("terms")).presses("code").sees("You are online")
    assert cafe.called("logout")
    assert cafe.state() == "online"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("email=a+b@example.org", "a+b@example.org"),
        ("email=a%2Bb@example.org", "a+b@example.org"),
        ("num=+393331234567", "+393331234567"),
    ],
)
def test_a_link_whose_plus_was_left_as_it_is_means_a_plus(cafe, written, address):
    query = cafe.landing("02-00-00-00-00-09").partition("?")[2]
    guest = Guest(cafe.url).opens(f"/wings/login/email?{query}&code=123456&{written}").sees(address)
    assert guest.field("code") == "123456"


def test_a_mailed_link_of_another_hotspot_is_nobodys(cafe):
    link = f"/wings/login/email?digest={'0' * 32}&uuid=other&sessionid=1&code=1&email={ANNA}"
    Guest(cafe.url).opens(link).status(400)
    assert cafe.called("preferences") == []


# Consents


def consents(cafe, address=ANNA):
    user = cafe.icaro.users.find(address)
    return user.marketing, user.survey


def test_consents_that_are_not_asked_are_not_given(tmp_path):
    box = {"disclaimers": {"terms_of_use": "", "marketing_use": ""}}
    with running_cafe(tmp_path, {"marketing_1_enabled": "false"}, box=box) as cafe:
        guest = cafe.guest().does_not_see("I accept the terms", "news and offers", "opinion")
        guest.fills(email=ANNA).presses("email").sees("We have sent a code")
        assert consents(cafe) == (False, False)


def test_a_consent_that_cannot_be_withdrawn_keeps_nobody_offline(cafe):
    well = cafe.icaro.forget_marketing, cafe.icaro.forget_survey
    cafe.icaro.forget_marketing = cafe.icaro.forget_survey = lambda _user: (500, {})
    guest = asks_for_a_code(cafe.guest()).sees("We have sent a code")
    cafe.icaro.forget_marketing, cafe.icaro.forget_survey = well
    guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code").sees("You are online")
    assert consents(cafe) == (False, False)


def test_the_hotspots_terms_are_readable_and_have_to_be_accepted(cafe):
    guest = cafe.guest().follows("terms of use").sees("Use the network lawfully.")
    guest.follows("Back").fills(email=ANNA).presses("email").status(422).has_error_on("terms")
    assert cafe.called("register") == []


def test_the_venues_own_terms_come_first(tmp_path):
    files = {"texts/en.toml": 'terms = "Our own rules."\nlead = "Our own welcome."'}
    with running_cafe(tmp_path, files=files) as cafe:
        guest = cafe.guest().sees("Our own welcome.").follows("terms of use")
        guest.sees("Our own rules.").does_not_see("lawfully")


# Afterwards


def test_the_way_on_is_what_the_hotspot_says_else_what_the_venue_says(tmp_path):
    for redirect, wanted in (
        ("https://www.hotspot.example/a?b=1", "https://www.hotspot.example/a?b=1"),
        ("javascript:alert(1)", "https://www.caffe.example/"),
        ("", "https://www.caffe.example/"),
    ):
        with running_cafe(tmp_path, {"captive_1_redir": redirect}, vouchers=(Voucher("v"),)) as cafe:
            guest = cafe.guest().fills(code="v").ticks("terms").presses("voucher")
            assert guest.page.select_one("a.button")["href"] == wanted


def test_social_logins_lead_to_icaros_own_page(tmp_path):
    with running_cafe(
        tmp_path,
        {"facebook_login": "true"},
        icaro='social_url = "https://wings.icaro.example/wings"',
    ) as cafe:
        guest = cafe.guest().sees("Facebook").does_not_see("LinkedIn")
        assert "https://wings.icaro.example" in guest.response.headers["Content-Security-Policy"]
        guest.presses("facebook").leaves_for("https://wings.icaro.example/wings?")
        assert parse_qs(urlsplit(guest.trail[-1][1]).query)["digest"] == [KEY.digest]


def test_social_logins_need_the_address_of_the_page(tmp_path):
    with running_cafe(tmp_path, {"facebook_login": "true", "social_url": "https://evil.example/"}) as cafe:
        cafe.guest().does_not_see("Facebook")
        assert "evil" not in cafe.guest().html


def test_client_state_may_be_a_number(cafe):
    cafe.icaro.switches.number = True
    guest = cafe.guest().fills(code="Once12").ticks("terms").presses("voucher").sees("You are online")
    cafe.icaro.switches.refuse = True
    other = cafe.guest("02-00-00-00-00-09").fills(code="MANY").ticks("terms").presses("voucher")
    other.has_error_on("code", "could not be used")
    assert guest.response.status_code == 200


def test_a_guest_who_asks_for_many_codes_has_to_wait(cafe):
    guest = cafe.guest()
    for number in range(6):
        asks_for_a_code(guest, f"guest{number}@example.org") if number == 0 else guest.fills(
            email=f"guest{number}@example.org"
        ).presses("email")
    guest.fills(email="more@example.org").presses("email").status(429)
    guest.sees("Several codes have been sent already. Wait 60 minutes, then try again")
    assert len(cafe.called("register/email")) == 6


def test_nobody_has_many_codes_sent_to_one_address(cafe):
    for number in range(5):
        guest = asks_for_a_code(cafe.guest(f"02-00-00-00-01-{number:02}"))  # one code, to the first of them
        guest.presses(button="Send a new code").does_not_see("Several codes")
    asks_for_a_code(cafe.guest("02-00-00-00-01-99")).status(429).sees("Several codes have been sent already.")


def test_a_phone_that_invents_sessions_has_no_more_messages_sent_than_its_network_may(tmp_path):
    """Fresh devices take turns afterwards: the bill of an hour has a bound, and nobody is locked out by another."""
    with running_cafe(tmp_path, top="[limits]\nmessages_network = 5") as cafe:
        for number in range(30):
            asks_for_a_code(cafe.guest(f"02-00-00-00-02-{number:02}"), f"guest{number}@example.org")
        assert len(cafe.called("register/email")) == 6
        assert int(guest_told_to_wait(cafe).response.headers["Retry-After"]) <= 20


def guest_told_to_wait(cafe):
    return asks_for_a_code(cafe.guest("02-00-00-00-03-01"), "late@example.org").status(429)


def test_a_venue_sends_no_more_messages_in_a_day_than_it_says(tmp_path):
    with running_cafe(tmp_path, top="[limits]\nmessages_venue = 3") as cafe:
        for number in range(5):
            asks_for_a_code(cafe.guest(f"02-00-00-00-04-{number:02}"), f"guest{number}@example.org")
        assert len(cafe.called("register/email")) == 3
        guest = guest_told_to_wait(cafe).sees("Wait 24 hours, then try again, or connect another way.")
        guest.fills(code="Once12").presses("voucher").does_not_see("Several codes")


def test_messages_that_were_not_sent_are_not_counted(cafe):
    cafe.icaro.switches.not_sent = True
    guest = cafe.guest().ticks("terms")
    for number in range(9):
        guest.fills(email=f"guest{number}@example.org").presses("email").sees(
            "We could not send a code to this address or number"
        )


def test_a_guesser_of_vouchers_has_twelve_wrong_ones_and_a_neighbour_is_not_held_up(cafe):
    guest = cafe.guest()
    for number in range(12):
        wrong = guest.fills(code=f"wrong{number}")
        (wrong.ticks("terms") if number == 0 else wrong).presses("voucher").status(422)
    guest.fills(code="Once12").presses("voucher").status(429).sees(
        "There were too many attempts. Wait 10 minutes"
    )
    other = cafe.guest("02-00-00-00-00-09").fills(code="Once12").ticks("terms").presses("voucher")
    other.sees("You are online")
