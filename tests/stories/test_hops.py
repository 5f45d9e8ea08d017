"""Guests with real browsers on their way to integrations and back: a hotel with an IACBOX, a café with Icaro, a campus
with UCOPIA."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug import Request, Response

from portal.simulators.icaro.vouchers import DAY
from portal.simulators.server import serve
from portal.simulators.ucopia import Account
from tests import axe
from tests.browsers import Browser
from tests.browsers.api import OPEN
from tests.gateways.icaro.hotspot import Cafe
from tests.gateways.icaro.test_announced import cafe_with_surveys, host
from tests.integrations.hops.hotel import NOTICE, SURVEY, WITH_CODE, Opens, open_hotels
from tests.integrations.hops.test_ucopia import campus
from tests.stories.test_icaro import opens_way

VOUCHERS_ALONE = {"email_login": "false", "sms_login": "false"}
MAIL = "a+b@example.org"
PRIVACY = 'privacy = "We keep your answer for a year."\n'
TWO = SURVEY + PRIVACY + SURVEY.replace('"Survey"', '"Second survey"')


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[Opens]:
    with open_hotels(tmp_path) as opens:
        yield opens


@pytest.fixture(params=["chromium", "webkit"])
def browser(request) -> Callable[..., Browser]:
    """Makes guests with either engine."""
    return request.getfixturevalue(request.param)


def continues(guest: Browser) -> Browser:
    """Agree and arrive at the integration: the way there needs no tap of its own."""
    return guest.press("main button")


@pytest.mark.parametrize(
    ("javascript", "cookies", "language", "connect", "online"),
    [
        (True, True, "en", "Connect to the Wi-Fi", "You are online"),
        (False, True, "de", "Connect to the Wi-Fi", "You are online"),
        (True, False, "ar", "Connect to the Wi-Fi", "You are online"),
        (False, False, "ja", "Connect to the Wi-Fi", "You are online"),
    ],
)
def test_a_notice_before_and_two_surveys_after(
    hotel, browser, javascript, cookies, language, connect, online
):
    here = hotel(NOTICE + TWO, WITH_CODE)
    with browser(javascript=javascript, cookies=cookies, language=language) as guest:
        guest.open(here.box_url + "/arrive").wait_for_text("A notice")
        guest.press("I have read it").wait_for_url("/hotel/")
        guest.fill("username", "ALPEN2024").press("main button").wait_for_text("survey.example")
        assert guest.evaluate("() => document.documentElement.lang") == language
        continues(guest.tick("privacy")).wait_for_text("A question")
        guest.press("Confirm").wait_for_text("Second survey")
        assert here.online() == 0
        continues(guest).wait_for_text("A question")
        guest.press("Confirm").wait_for_url("/hotel/callback")
        guest.wait_until(lambda: here.online() == 1, "not online")
        assert guest.errors() == []
    assert here.logons() == 1


def test_an_integration_that_sends_its_guests_on_to_another_host(hotel, browser):
    """Engines apply ``form-action`` to every redirect after a post; ours ends before the guest leaves."""
    target = []

    @Request.application
    def detour(request: Request) -> Response:
        return Response(status=302, headers={"Location": target[0] + request.full_path})

    with serve(detour) as elsewhere:
        here = hotel(SURVEY.replace("{survey}", elsewhere.url.replace("127.0.0.1", "localhost")), WITH_CODE)
        with serve(here.survey_app) as second:
            target.append(second.url.rstrip("/"))
            with browser() as guest:
                guest.open(here.box_url + "/arrive").wait_for_text("Ticket code")
                guest.fill("username", "ALPEN2024").press("main button").wait_for_text("Survey")
                continues(guest).wait_for_text("A question").press("Confirm").wait_for_text("You are online")


def test_an_integration_that_drops_what_it_does_not_know(hotel, browser):
    here = hotel(SURVEY, WITH_CODE)
    here.survey.drop_unknown = True
    with browser(language="de") as guest:
        guest.open(here.box_url + "/arrive").wait_for_url("/hotel/")
        guest.fill("username", "ALPEN2024").press("main button").wait_for_text("Survey")
        continues(guest).wait_for_text("A question").press("Confirm").wait_for_url("/hotel/callback")
        guest.wait_until(lambda: here.online() == 1, "not online")


def test_back_from_the_integration_and_a_second_confirmation(hotel, browser):
    here = hotel(SURVEY, WITH_CODE)
    with browser() as guest:
        guest.open(here.box_url + "/arrive").wait_for_text("Ticket code")
        guest.fill("username", "ALPEN2024").press("main button").wait_for_text("Survey")
        continues(guest).wait_for_text("A question")
        guest.back().wait_for_text("One more step")
        continues(guest).wait_for_text("A question").press("Confirm").wait_for_text("You are online")
        guest.back().wait_for_text("A question").press("Confirm").wait_for_text("This step is done")
        guest.follow("Continue").wait_for_text("You are online")
    assert here.logons() == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_of_consent_is_accessible(hotel, chromium, dark):
    here = hotel(
        SURVEY.replace("wings_compatible", "sign_return = false\nwings_compatible") + PRIVACY, WITH_CODE
    )
    with chromium(dark=dark, language="ar") as guest:
        guest.open(here.box_url + "/arrive").fill("username", "ALPEN2024").press("main button")
        guest.wait_for_text("Survey").wait_for_url("/hotel/next")
        assert axe.violations(guest.page) == []
        guest.press("main button").wait_until(
            lambda: guest.evaluate("() => document.querySelector('[aria-invalid]') !== null"), "no error"
        )
        assert axe.violations(guest.page) == []


# Icaro and UCOPIA: without cookies and scripts, where the integration keeps the query; and with cookies, where it
# brings back only what Wings sends.


@pytest.fixture(params=["bare", "forgetful"])
def how(request) -> dict[str, object]:
    """How a guest browses; ``forgetful`` is the integration."""
    if request.param == "bare":
        return {"javascript": False, "cookies": False, "language": "ar"}
    return {"language": "de"}


def answers(guest: Browser) -> Browser:
    continues(guest).wait_for_text("A question")
    return guest.press("Confirm")


def is_online(guest: Browser, cafe: Cafe, how: dict[str, object]) -> None:
    guest.wait_until(lambda: guest.evaluate("() => !!document.querySelector('.done')"), "not online")
    assert guest.evaluate("() => document.documentElement.lang") == how["language"]
    assert cafe.state() == "online"


def test_a_single_use_voucher_survives_its_hop(tmp_path, browser, how):
    with (
        cafe_with_surveys(tmp_path, preferences=VOUCHERS_ALONE) as (cafe, [survey], [url]),
        browser(**how) as guest,
    ):
        survey.drop_unknown = "javascript" not in how
        guest.open(cafe.landing()).fill("code", "Once12").tick("terms").press("main form button")
        guest.wait_for_text(host(url))
        assert cafe.state() != "online"
        is_online(answers(guest), cafe, how)
        assert cafe.icaro.voucher_uses("Once12") == 1


def types_the_code(guest: Browser, cafe: Cafe) -> Browser:
    """Ask for a code by mail, and type it."""
    guest.open(cafe.landing()).fill("email", MAIL).tick("terms").press(OPEN).wait_for_text(MAIL)
    assert cafe.state() == "temporary"
    return guest.fill("code", cafe.icaro.codes_sent(MAIL)[-1]).press(OPEN)


def test_a_code_by_mail_waits_for_its_hop(tmp_path, browser, how):
    with cafe_with_surveys(tmp_path) as (cafe, [survey], [url]), browser(**how) as guest:
        survey.drop_unknown = "javascript" not in how
        types_the_code(guest, cafe).wait_for_text(host(url))
        assert cafe.state() == "temporary"
        is_online(answers(guest), cafe, how)
        assert survey.visits[-1].query["email"] == MAIL


def test_a_hop_longer_than_the_short_connection_leads_online_while_the_code_is_good(tmp_path, chromium):
    with cafe_with_surveys(tmp_path) as (cafe, _surveys, [url]), chromium() as guest:
        continues(types_the_code(guest, cafe).wait_for_text(host(url))).wait_for_text("A question")
        cafe.clock.now += 301
        assert cafe.state() not in {"temporary", "online"}
        guest.press("Confirm").wait_for_text("You are online")
        assert cafe.state() == "online"


def test_a_hop_longer_than_the_account_says_so(tmp_path, webkit):
    with cafe_with_surveys(tmp_path) as (cafe, _surveys, [url]), webkit() as guest:
        continues(types_the_code(guest, cafe).wait_for_text(host(url))).wait_for_text("A question")
        cafe.clock.now += 40 * DAY
        cafe.icaro.clean_up()
        guest.press("Confirm").wait_for_text("This code is no longer valid. Get a new one.")
        assert cafe.state() != "online"
        guest.press("Send a new code").wait_until(lambda: guest.url().endswith("/cafe/"), "no new code")
        assert len(cafe.icaro.codes_sent(MAIL)) == 2
        guest.fill("code", cafe.icaro.codes_sent(MAIL)[-1]).press(OPEN).wait_for_text("You are online")
        assert cafe.state() == "online"


def test_a_guest_whom_the_unit_catches_at_the_integration_goes_on(tmp_path, webkit):
    with cafe_with_surveys(tmp_path) as (cafe, _surveys, [url]), webkit() as guest:
        continues(types_the_code(guest, cafe).wait_for_text(host(url))).wait_for_text("A question")
        cafe.clock.now += 301
        guest.open(cafe.landing()).wait_for_text(host(url))
        assert cafe.state() != "online"
        answers(guest).wait_for_text("You are online")
        assert cafe.state() == "online"


def test_a_campus_login_between_a_notice_and_a_survey(tmp_path, browser, how):
    with campus(tmp_path, "") as here, browser(**how) as guest:
        here.survey.drop_unknown = "javascript" not in how
        here.controller.accounts.add(Account("müller+1", "p=ä&x z"))
        guest.open(here.arrival).wait_for_text("A notice").press("I have read it").wait_for_url("/campus/")
        opens_way(guest, "login").fill("login", "müller+1").fill("password", "p=ä&x z").press(OPEN)
        guest.wait_for_text("A question")
        assert here.authenticated() == 0
        guest.press("Confirm")
        guest.wait_until(lambda: guest.evaluate("() => !!document.querySelector('.done')"), "not online")
        assert guest.evaluate("() => document.documentElement.lang") == how["language"]
        assert here.authenticated() == 1
