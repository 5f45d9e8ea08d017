"""Guests of a café with an Icaro hotspot, with real browsers. What is read is checked by place, not by words: the
same story is told in several languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.gateways.icaro.wifi4eu import HOST, SCRIPT
from portal.simulators.icaro import Voucher
from portal.simulators.integration import Survey, Webhook, create_survey
from portal.simulators.server import serve
from tests import axe
from tests.bench import free_port
from tests.browsers import Browser
from tests.browsers.api import OPEN
from tests.gateways.icaro.hotspot import PHONE, running_cafe
from tests.gateways.icaro.test_journeys import lost_after
from tests.gateways.icaro.test_sessions import WINGS, passes
from tests.house import KEY
from tests.test_server import gunicorn

__all__ = ["passes"]

ANNA = "anna@example.org"


def way(name):
    """The button of a way's form, wherever it stands on the page."""
    return f"form:has(input[name=way][value={name}]) button"


@pytest.fixture(params=["chromium", "webkit"])
def browser(request) -> Callable[..., Browser]:
    """Makes guests with either engine."""
    return request.getfixturevalue(request.param)


def speaks(guest, language):
    assert guest.evaluate("() => document.documentElement.lang") == language
    return guest


def opens_way(guest, way):
    """Unfold one of the other ways in."""
    return guest.press(f"details.way:has(input[name=way][value={way}]) > summary")


def is_online(guest, cafe):
    guest.wait_until(lambda: guest.evaluate("() => !!document.querySelector('.done')"), "not online")
    assert cafe.state() == "online"


@pytest.mark.parametrize(
    ("javascript", "cookies", "language"), [(True, True, "de"), (False, False, "ar")], ids=["plain", "bare"]
)
def test_a_code_by_mail(tmp_path, browser, javascript, cookies, language):
    with (
        running_cafe(tmp_path) as cafe,
        browser(javascript=javascript, cookies=cookies, language=language) as guest,
    ):
        speaks(guest.open(cafe.landing()), language)
        guest.fill("email", "a+b@example.org").tick("terms").press(OPEN).wait_for_url("/cafe/")
        guest.wait_for_text("a+b@example.org")
        assert cafe.state() == "temporary"
        guest.reload().wait_for_text("a+b@example.org")
        [code] = cafe.icaro.codes_sent("a+b@example.org")
        guest.fill("code", code).press(OPEN)
        is_online(speaks(guest, language), cafe)


@pytest.mark.parametrize(("cookies", "language"), [(True, "en"), (False, "ja")])
def test_a_voucher_comes_first_and_a_number_after_it(tmp_path, browser, cookies, language):
    vouchers = (Voucher("door", type="normal"),)
    with (
        running_cafe(tmp_path, {"voucher_login": "true"}, vouchers=vouchers) as cafe,
        browser(cookies=cookies, language=language) as guest,
    ):
        guest.open(cafe.landing()).fill("code", "door").tick("terms").press("main form button")
        guest.wait_for_url("/cafe/")
        opens_way(speaks(guest, language), "sms").fill("num", "+39 333 1234567").press(OPEN)
        guest.wait_for_text("+393331234567")
        guest.fill("code", cafe.icaro.codes_sent("+393331234567")[0]).press(OPEN)
        is_online(guest, cafe)
        assert cafe.icaro.voucher_uses("door") == 1


def test_an_impatient_guest_uses_a_voucher_once(tmp_path, browser):
    with running_cafe(tmp_path, vouchers=(Voucher("MANY", uses=-1),)) as cafe, browser() as guest:
        opens_way(guest.open(cafe.landing()), "voucher").fill("code", "MANY").tick("terms").double_press(OPEN)
        is_online(guest, cafe)
        guest.back()
        assert cafe.icaro.voucher_uses("MANY") == 1


def test_four_taps_that_two_processes_take_use_a_voucher_once(tmp_path, browser):
    """Sent past the page's script, which would let one through, and while wax takes its time."""
    taps = "() => [0, 50, 100, 150].forEach((pause) => setTimeout(() => document.forms[0].submit(), pause))"
    only_vouchers = {"email_login": "false", "sms_login": "false"}
    vouchers, slow = (Voucher("MANY", uses=-1),), {"slow_seconds": 0.5}
    folder = tmp_path / "venues"
    with running_cafe(folder, only_vouchers, vouchers=vouchers, box=slow, read_timeout=10.0) as cafe:
        port = free_port()
        environ = {
            "PORTAL_VENUES": str(folder),
            "PORTAL_STATE": str(tmp_path),
            "PORTAL_SECRET_KEY": KEY,
        }
        with gunicorn(port, WEB_CONCURRENCY="2", **environ), browser() as guest:
            guest.open(cafe.landing().replace(cafe.url, f"http://127.0.0.1:{port}/"))
            guest.fill("code", "MANY").tick("terms")
            cafe.icaro.switches.slow = True
            guest.evaluate(taps)
            is_online(guest, cafe)
        assert cafe.icaro.voucher_uses("MANY") == len(cafe.called("register/voucher")) == 1


def test_the_mailed_link_in_another_browser(tmp_path, chromium, webkit):
    with running_cafe(tmp_path) as cafe, webkit() as window, chromium(javascript=False) as mail:
        window.open(cafe.landing()).fill("email", "anna@example.org").tick("terms").press(OPEN)
        window.wait_for_text("anna@example.org")
        [sent] = cafe.icaro.outbox
        mail.open(sent.link).wait_for_text("anna@example.org")
        assert cafe.state() == "temporary"
        mail.tick("terms").press(OPEN)
        is_online(mail, cafe)


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_are_accessible(tmp_path, chromium, dark):
    with running_cafe(tmp_path) as cafe, chromium(dark=dark) as guest:
        guest.open(cafe.landing())
        assert axe.violations(guest.page) == []
        guest.fill("email", "anna@example.org").tick("terms").press(OPEN).wait_for_text("anna@example.org")
        assert axe.violations(guest.page) == []
        guest.fill("code", "000000").press(OPEN).wait_for_text("That code is not correct")
        assert axe.violations(guest.page) == []


# Sessions that end


def asks_for_a_code(guest, cafe):
    """At the page for the code, with a short connection to read it."""
    guest.open(cafe.landing()).fill("email", ANNA).tick("terms").press(way("email"))
    guest.wait_for_text(ANNA)
    assert cafe.state() == "temporary"
    return guest


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
def test_a_code_typed_after_ten_minutes(tmp_path, browser, passes, cookies):
    with running_cafe(tmp_path, unit={"obeys_logout": True}) as cafe, browser(cookies=cookies) as guest:
        asks_for_a_code(guest, cafe)
        passes(cafe, 600)
        guest.fill("code", cafe.icaro.codes_sent(ANNA)[0]).press(way("code"))
        is_online(guest, cafe)
        assert guest.errors() == []


def test_a_survey_longer_than_the_short_connection(tmp_path, browser, passes):
    survey = Survey("", Webhook(""))
    with (
        serve(create_survey(survey)) as asks,
        running_cafe(tmp_path, more=WINGS.format(url=asks.url)) as cafe,
        browser() as guest,
    ):
        survey.portal_url = cafe.url
        asks_for_a_code(guest, cafe).fill("code", cafe.icaro.codes_sent(ANNA)[0]).press(way("code"))
        guest.wait_for_text("Survey").press("main form button").wait_for_text("A question")
        passes(cafe, 900)
        guest.press("Confirm")
        is_online(guest, cafe)


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
def test_a_guest_who_is_caught_again_gets_no_second_code(tmp_path, browser, passes, cookies):
    with running_cafe(tmp_path) as cafe, browser(cookies=cookies) as guest:
        asks_for_a_code(guest, cafe)
        passes(cafe, 400)
        guest.open(cafe.landing())
        if not cookies:
            guest.fill("email", ANNA).tick("terms").press(way("email"))
        guest.wait_for_text(ANNA).fill("code", cafe.icaro.codes_sent(ANNA)[0]).press(way("code"))
        is_online(guest, cafe)
        assert len(cafe.icaro.codes_sent(ANNA)) == 1


def test_the_network_refuses_after_a_yes(tmp_path, browser, passes):
    only_vouchers = {"email_login": "false", "sms_login": "false"}
    with running_cafe(tmp_path, only_vouchers, vouchers=(Voucher("Once12"),)) as cafe, browser() as guest:
        cafe.icaro.plan_valid = False
        guest.open(cafe.landing()).fill("code", "Once12").tick("terms").press(way("voucher"))
        guest.wait_for_url("/cafe/online")
        assert cafe.state() == "offline"
        passes(cafe, 15)
        guest.open(cafe.landing()).wait_for_text("This device could not be connected")
        cafe.icaro.plan_valid = True
        guest.fill("code", "Once12").press(way("voucher"))
        is_online(guest, cafe)
        assert cafe.icaro.voucher_uses("Once12") == 1


def test_a_registration_of_which_no_answer_came(tmp_path, browser):
    only_vouchers = {"email_login": "false", "sms_login": "false"}
    with (
        running_cafe(tmp_path, only_vouchers, vouchers=(Voucher("MANY", uses=-1),)) as cafe,
        browser() as guest,
    ):
        taken, cafe.icaro.register_voucher = (
            cafe.icaro.register_voucher,
            lost_after(cafe.icaro.register_voucher),
        )
        guest.open(cafe.landing()).fill("code", "MANY").tick("terms").press(way("voucher"))
        guest.wait_for_text("check whether you are online")
        cafe.icaro.register_voucher = taken
        guest.fill("code", "MANY").press(way("voucher"))
        is_online(guest, cafe)
        assert cafe.unit.device(PHONE).username.lower() == "many"


def test_in_at_wings_own_address(tmp_path, browser):
    with running_cafe(tmp_path, splash="wings", vouchers=(Voucher("Once12"),)) as cafe, browser() as guest:
        opens_way(guest.open(cafe.landing()), "voucher").fill("code", "Once12").tick("terms").press(
            way("voucher")
        )
        is_online(guest, cafe)


def test_the_commissions_script_may_do_its_work_on_the_first_page(tmp_path, chromium):
    """It puts its own picture into the banner and tells the Commission's host; the page's policy lets it."""
    told = []
    theirs = (
        "addEventListener('load',()=>{const b=document.getElementById('wifi4eubanner');"
        f"b.src='{HOST}/'+wifi4euLanguage+'.svg';fetch('{HOST}/'+wifi4euNetworkIdentifier,{{mode:'no-cors'}})}})"
    )
    wifi4eu = {"wifi4eu_enabled": "true", "wifi4eu_id": "a1b2", "wifi4eu_lang": "it"}

    def answer(route):
        told.append(route.request.url)
        is_script = route.request.url == SCRIPT
        route.fulfill(
            body=theirs if is_script else "<svg xmlns='http://www.w3.org/2000/svg'/>",
            content_type="text/javascript" if is_script else "image/svg+xml",
        )

    with running_cafe(tmp_path, wifi4eu) as cafe, chromium(language="de") as guest:
        guest.page.route(f"{HOST}/**", answer)
        guest.open(cafe.landing())
        guest.wait_until(lambda: len(told) == 3, "the script was stopped")
        assert sorted(told) == sorted([SCRIPT, f"{HOST}/de.svg", f"{HOST}/a1b2"])
        assert guest.errors() == []
        assert axe.violations(guest.page) == []
