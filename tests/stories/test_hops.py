"""Guests with real browsers on their way to integrations and back, at a hotel with an IACBOX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug import Request, Response

from portal.simulators.server import serve
from tests import axe
from tests.browsers import Browser
from tests.hops.hotel import NOTICE, SURVEY, WITH_CODE, Opens, open_hotels

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
        guest.open(here.box_url + "/arrive").wait_for_text("Notice")
        assert guest.evaluate("() => document.documentElement.lang") == language
        continues(guest).wait_for_text("A notice")
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
        guest.follow("Go on").wait_for_text("You are online")
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
