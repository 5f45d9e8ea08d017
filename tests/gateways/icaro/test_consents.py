"""Consents: wax writes down a yes for everybody, so what a guest does not give is withdrawn, vouchers included."""

from __future__ import annotations

import threading
import time

import pytest

from portal.simulators.icaro import Voucher
from tests.gateways.icaro.hotspot import PHONE, running_cafe
from tests.gateways.icaro.test_journeys import all_at_once

ANNA = "anna@example.org"
VOUCHERS = (Voucher("Once12"), Voucher("MANY", uses=-1), Voucher("door", type="normal", uses=5))


@pytest.fixture
def cafe(tmp_path):
    with running_cafe(tmp_path, vouchers=VOUCHERS) as cafe:
        yield cafe


def consents(cafe, name):
    user = cafe.icaro.users.find(name)
    return user.marketing, user.survey


def told(cafe):
    """What was told to wax of consents and answers: method and path."""
    paths = ("marketings", "surveys", "additional")
    return [(one.method, one.path) for one in cafe.icaro.calls if any(path in one.path for path in paths)]


@pytest.mark.parametrize("ticked", [(), ("marketing",), ("survey",), ("marketing", "survey")])
def test_who_has_a_voucher_is_asked_unticked_and_answers_are_kept(cafe, ticked):
    guest = cafe.guest()
    for name in ("marketing", "survey"):
        boxes = guest.page.select(f"form:has([name=way][value=voucher]) [name={name}]")
        assert [box.get("checked") for box in boxes] == [None]
    guest.fills(code="Once12").ticks("terms", *ticked).presses("voucher").sees("You are online")
    assert consents(cafe, "once12") == ("marketing" in ticked, "survey" in ticked)


def test_they_are_withdrawn_before_the_login_by_the_number_that_wax_returned(cafe):
    cafe.guest().fills(code="MANY").ticks("terms").presses("voucher").sees("You are online")
    number = cafe.icaro.users.find("many").id
    paths = [call.path for call in cafe.icaro.calls if call.path != "/wax/preferences"]
    assert paths == [
        "/wax/register/voucher/MANY",
        f"/wax/marketings/{number}",
        f"/wax/surveys/{number}",
        "/wax/aaa/login",
    ]


def test_what_is_not_asked_is_withdrawn_too(tmp_path):
    box = {"disclaimers": {"terms_of_use": "", "marketing_use": ""}}
    with running_cafe(tmp_path, {"marketing_1_enabled": "false"}, box=box, vouchers=VOUCHERS) as cafe:
        cafe.guest().fills(code="Once12").presses("voucher").sees("You are online")
        assert consents(cafe, "once12") == (False, False)


@pytest.mark.parametrize("way", ["voucher", "email"])
def test_a_hotspot_that_skips_consents_asks_nothing_and_sends_nothing(tmp_path, way):
    skips = {"check_marketing": "true", "marketing_0_reason_country": "true"}
    with running_cafe(tmp_path, skips, vouchers=VOUCHERS) as cafe:
        guest = cafe.guest().does_not_see("news and offers", "my opinion", "Reason for your visit", "Country")
        if way == "voucher":
            guest.fills(code="Once12").ticks("terms").presses("voucher").sees("You are online")
        else:
            guest.fills(email=ANNA).ticks("terms").presses("email")
            guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code").sees("You are online")
        assert told(cafe) == []


def test_a_voucher_that_unlocks_has_asked_already(tmp_path):
    asks = {"voucher_login": "true", "marketing_0_reason_country": "true"}
    with running_cafe(tmp_path, asks, vouchers=VOUCHERS) as cafe:
        guest = cafe.guest().fills(code="door", reason="business").ticks("terms", "survey").presses("voucher")
        assert told(cafe) == []
        guest.sees("E-mail address").does_not_see("news and offers", "Reason for your visit")
        guest.fills(email=ANNA).presses("email").sees("We have sent a code")
        assert consents(cafe, ANNA) == (False, True)
        assert cafe.icaro.users.find(ANNA).reason == "business"


def test_a_voucher_that_can_only_unlock_asks_nothing(tmp_path):
    with running_cafe(
        tmp_path, {"voucher_login": "true", "temp_code_login": "false"}, vouchers=VOUCHERS
    ) as cafe:
        guest = cafe.guest().does_not_see("news and offers")
        guest.fills(code="door").ticks("terms").presses("voucher")
        guest.sees("E-mail address").does_not_see("news and offers")
        guest.fills(email=ANNA).presses("email").sees("We have sent a code", "news and offers")


@pytest.mark.parametrize("ticked", [(), ("marketing",), ("survey",), ("marketing", "survey")])
@pytest.mark.parametrize("way", ["email", "sms"])
def test_with_a_code_they_are_asked_beside_it(cafe, way, ticked):
    address, field = {"email": (ANNA, "email"), "sms": ("+393331234567", "num")}[way]
    guest = cafe.guest()
    assert not guest.page.select(f"form:has([name=way][value={way}]) [name=marketing]")
    guest.fills(**{field: address}).ticks("terms").presses(way)
    assert consents(cafe, address) == (False, False)  # until somebody has asked
    code = cafe.icaro.codes_sent(address)[0]
    guest.fills(code="000000" if code != "000000" else "111111").ticks(*ticked).presses("code").status(422)
    assert consents(cafe, address) == (False, False)
    guest.fills(code=code).presses("code").sees("You are online")  # a tick once given stays
    assert consents(cafe, address) == ("marketing" in ticked, "survey" in ticked)
    assert len(cafe.icaro.codes_sent(address)) == 1


def test_a_wax_that_takes_no_consent_keeps_nobody_offline(cafe, monkeypatch, caplog):
    guest = cafe.guest().fills(email=ANNA).ticks("terms").presses("email")
    monkeypatch.setattr(cafe.icaro, "register_user", lambda *_, **__: (500, {"message": "database"}))
    guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).ticks("marketing").presses("code").sees("You are online")
    assert consents(cafe, ANNA) == (False, False)
    assert "consents not told" in caplog.text
    assert ANNA not in caplog.text


def test_where_no_code_is_sent_they_are_asked_with_the_address(tmp_path):
    with running_cafe(tmp_path, {"email_login_skip_auth": "true"}) as cafe:
        guest = cafe.guest().sees("news and offers")
        guest.fills(email=ANNA).ticks("terms", "marketing").presses("email").sees("You are online")
        [user] = [one for one in cafe.icaro.users if one.username.startswith(ANNA)]
        assert (user.marketing, user.survey) == (True, False)


@pytest.mark.parametrize("first", ["true", "false"])
def test_a_voucher_that_signs_in_is_no_way_in_where_that_is_switched_off(tmp_path, first):
    switches = {"temp_code_login": "false", "voucher_login": first}
    with running_cafe(tmp_path, switches, vouchers=VOUCHERS) as cafe:
        guest = cafe.guest()
        if first == "false":
            guest.does_not_see("With a voucher")
            return
        guest.fills(code="Once12").ticks("terms").presses("voucher").status(422)
        guest.has_error_on("code", "not known")
        assert cafe.called("aaa/login") == []
        assert consents(cafe, "once12") == (False, False)


def test_two_consents_are_never_withdrawn_at_the_same_time(cafe):
    """Wax reads and writes a guest as a whole: of two changes at once one is lost."""
    under_way, most, lock = [0], [0], threading.Lock()

    def slowly(well):
        def call(*arguments):
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            time.sleep(0.05)
            with lock:
                under_way[0] -= 1
            return well(*arguments)

        return call

    for name in ("forget_marketing", "forget_survey", "remember"):
        setattr(cafe.icaro, name, slowly(getattr(cafe.icaro, name)))
    answers = all_at_once(cafe.guest().fills(code="MANY").ticks("terms"), "voucher")
    assert all("You are online" in answer.text for answer in answers)
    assert most == [1]
    assert consents(cafe, "many") == (False, False)


def test_nobody_is_asked_twice_and_the_answer_stays(cafe):
    """Not when the session has ended, not with another number, not with a voucher."""
    guest = cafe.guest().fills(email=ANNA).ticks("terms").presses("email").sees("news and offers")
    guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).ticks("marketing").presses("code").sees("You are online")
    assert cafe.state() == "online"
    cafe.unit.end(cafe.unit.device(PHONE))
    guest.opens(cafe.landing()).does_not_see("news and offers", "my opinion")
    guest.fills(num="+39 333 1234567").presses("sms").sees("We have sent a code")
    guest.does_not_see("news and offers", "my opinion")
    assert consents(cafe, ANNA) == consents(cafe, "+393331234567") == (True, False)
    guest.fills(code="Once12").presses("voucher").sees("You are online")
    assert consents(cafe, "once12") == (True, False)
