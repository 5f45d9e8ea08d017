"""Wax down, slow, garbled and hostile at every step of a guest: each page says what happened, and has a way on."""

from __future__ import annotations

import json
import zlib

import pytest
from werkzeug.wrappers import Response

from portal.simulators.icaro import Voucher
from portal.simulators.icaro.switches import MARKUP, broken
from tests.gateways.icaro.hotspot import KEY, running_cafe
from tests.guest import Guest

ANNA = "anna@example.org"
SWITCHES = ["down", "slow", "html", "garbled"]
ANSWERS = [
    (200, "[]"),
    (200, "{}"),
    (200, "null"),
    (200, '{"preferences": {"email_login": ["true"]}, "user_db_id": {"a": 1}, "clientState": {}}'),
    (
        200,
        json.dumps(
            {"message": MARKUP, "code": MARKUP, "type": MARKUP, "user_db_id": MARKUP, "clientState": MARKUP}
        ),
    ),
    (201, '{"status": "failed", "skip_auth": "true", "clientState": "7"}'),
    (204, ""),
    (302, "{}"),
    (400, json.dumps({"message": MARKUP})),
    (403, "<h1>Forbidden</h1>"),
    (404, "{}"),
    (429, '{"message": "slow down"}'),
    (500, '{"message": "database"}'),
    (502, "<h1>Bad gateway</h1>"),
]
FAULTS = [*SWITCHES, *ANSWERS]


STEPS = {
    "arriving": lambda guest, cafe, mail: guest.opens(cafe.landing("02-00-00-00-00-07")),
    "e-mail": lambda guest, cafe, mail: guest.fills(email=mail).ticks("terms").presses("email"),
    "number": lambda guest, cafe, mail: (
        guest.fills(num=f"+39333{zlib.crc32(mail.encode()) % 10**7:07}").ticks("terms").presses("sms")
    ),
    "voucher": lambda guest, cafe, mail: guest.fills(code="V").ticks("terms").presses("voucher"),
    "code": lambda guest, cafe, mail: guest.fills(address=mail, code="123456").ticks("terms").presses("code"),
    "again": lambda guest, cafe, mail: (
        guest.fills(address=mail).ticks("terms").presses("code", "Send a new code")
    ),
    "mailed link": lambda guest, cafe, mail: guest.opens(
        "/wings/login/email?"
        + cafe.landing("02-00-00-00-00-08").partition("?")[2]
        + f"&code=123456&email={mail}"
    ),
}


@pytest.fixture(scope="module")
def cafe(tmp_path_factory):
    vouchers = (Voucher("V", uses=-1),)
    box = {"slow_seconds": 0.6}
    with running_cafe(tmp_path_factory.mktemp("cafe"), vouchers=vouchers, read_timeout=0.3, box=box) as cafe:
        yield cafe


def breaks(cafe, fault, monkeypatch):
    """Switch the fault on until the test ends."""
    if isinstance(fault, str):
        monkeypatch.setattr(cafe.icaro.switches, fault, True)
        return
    status, body = fault

    def answer(*_):
        return Response(body, status, [("Location", "/elsewhere")], mimetype="application/json")

    monkeypatch.setattr("portal.simulators.icaro.views.broken", answer)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_broken_wax_gives_a_page_with_a_way_on(cafe, fault, step, monkeypatch, request):
    number = zlib.crc32(request.node.name.encode())
    guest = cafe.guest(f"03-{number}", cookies=step != "voucher")
    breaks(cafe, fault, monkeypatch)
    STEPS[step](guest, cafe, f"guest{number}@example.org")
    assert guest.response.status_code in {200, 400, 422, 502, 503, 504}
    assert guest.page.h1
    guest.does_not_see("<script>", "None", "database", "Forbidden", "Bad gateway")
    assert KEY.digest not in guest.html
    assert "online" not in guest.page.h1.get_text()
    ways_on = guest.page.select("main form, main a.button") or "Switch the Wi-Fi of your device" in guest.text
    assert ways_on


@pytest.mark.parametrize("fault", SWITCHES)
def test_a_guest_who_arrives_while_wax_is_away_goes_on_when_it_is_back(tmp_path, fault):
    with running_cafe(tmp_path, read_timeout=0.3, box={"slow_seconds": 0.6}) as cafe:
        setattr(cafe.icaro.switches, fault, True)
        guest = cafe.guest().sees("The network does not answer")
        cafe.icaro.switches.set({})
        guest.follows("Try again").status(200).sees("E-mail address")


def test_what_was_typed_stays_when_wax_does_not_answer(cafe, monkeypatch):
    guest = cafe.guest("03-9")
    breaks(cafe, "down", monkeypatch)
    guest.fills(email=ANNA).ticks("terms").presses("email").status(504).sees("check whether you are online")
    assert guest.field("email") == ANNA


def test_a_wax_that_has_no_short_connection_to_end_lets_the_guest_sign_in(cafe, monkeypatch):
    guest = cafe.guest("03-12")
    guest.fills(email="late@example.org").ticks("terms").presses("email").sees("We have sent a code")
    monkeypatch.setattr(cafe.icaro, "logout", lambda query: (404, {"message": "No session found!"}))
    guest.fills(code=cafe.icaro.codes_sent("late@example.org")[-1]).presses("code").sees("You are online")


def test_a_hostile_hotspot_changes_nothing_but_words(tmp_path):
    with running_cafe(tmp_path) as cafe:
        cafe.icaro.switches.hostile = True
        guest = cafe.guest().status(200).does_not_see("alert(1)")
        assert "javascript:" not in guest.html
        assert "onerror" not in guest.html


def test_the_simulator_still_asks_whether_it_is_broken():
    from portal.simulators.icaro import views

    assert views.broken is broken


def test_a_wax_that_comes_back_dresses_the_pages_again(cafe):
    assert Guest(cafe.url).opens(cafe.landing("03-11")).sees("Free Wi-Fi for our guests")
