"""Guests of a campus and of a station with UCOPIA controllers, with real browsers, in four languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from portal.simulators.ucopia import Account, ControllerSettings, Mode, Policy, WireStyle
from tests import axe
from tests.browsers import Browser
from tests.browsers.api import OPEN
from tests.gateways.ucopia.world import World, world

ALL = (
    *("userLogin", "userPassword", "firstName", "lastName", "email", "phone", "organizationalUnitName"),
    *("postalAddress", "personalField_1"),
)
TYPED = {
    **{"first_name": "Anna", "last_name": "Meier", "email_address": "anna@example.com", "prefix": "41"},
    **{"phone": "791234567", "organizational_unit_name": "ETH", "postal_address": "Weg 1"},
    **{"postal_code": "8000", "postal_locality_name": "Basel", "postal_country_name": "CH"},
    **{"personal_field_1": "77", "user_login": "anna", "user_password": "s3cret-77"},
    "user_password_confirm": "s3cret-77",
}


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Any]:
    """Makes a world; the first page of a guest is ``landing``."""
    with ExitStack() as stack:

        def make(settings: ControllerSettings, **keys: Any) -> World:
            made: World = stack.enter_context(world(tmp_path, settings, **keys))
            made.controller.accounts.add(Account("jsmith", "1234"))
            return made

        yield make


def landing(there: World) -> str:
    return f"{there.portal.url}campus/?dst=http://www.example.com/"


def caught(there: World) -> str:
    return f"{there.nas_url}browse?url=http://www.example.com/&mac=00-22-fb-d5-15-ee"


def is_online(guest: Browser, there: World, language: str) -> Browser:
    guest.wait_until(lambda: guest.evaluate("() => !!document.querySelector('.done')"), "not online")
    assert guest.evaluate("() => document.documentElement.lang") == language
    assert any(one.online for one in there.controller.guests.values())
    return guest


def test_one_click_and_a_page_that_keeps_the_guest_online(campus: Any, chromium: Any) -> None:
    settings = ControllerSettings(auto_disconnect=False, time_credit=3600, standard_login=False)
    there = campus(settings)
    with chromium(language="de") as guest:
        guest.page.clock.install()
        guest.open(landing(there)).press("main form button")
        is_online(guest, there, "de")
        left = "() => document.querySelector('[data-left]').textContent"
        before = guest.evaluate(left)
        token = "() => document.querySelector('[data-refresh] [name=guest]').value"
        first = guest.evaluate(token)
        guest.page.clock.run_for(51_000)
        guest.wait_until(lambda: "refresh" in there.actions(), "the page does not refresh")
        guest.wait_until(lambda: guest.evaluate(token) != first, "the page keeps an old state")
        assert guest.evaluate(left) < before
        guest.page.clock.run_for(50_000)
        guest.wait_until(lambda: there.actions().count("refresh") == 2, "no second refresh")
        guest.wait_until(lambda: there.actions()[-1] == "refresh", "the session was lost on the way")
        assert axe.violations(guest.page) == []
        guest.press("form[data-refresh] button")
        guest.wait_until(lambda: there.actions()[-1] == "disconnect", "not disconnected")
        assert guest.errors() == []


def test_a_redirect_after_connecting_waits_and_can_be_stopped(campus: Any, chromium: Any) -> None:
    settings = ControllerSettings(standard_login=False, redirect_delay=20)
    there = campus(settings)
    settings.redirect_url = f"{there.portal.url}campus/?welcome=1"
    with chromium(language="en") as guest:
        guest.page.clock.install()
        guest.open(landing(there)).press("main form button").wait_for_text("opens in 20 seconds")
        guest.page.clock.run_for(19_000)
        assert "/campus/online" in guest.url()
        guest.page.clock.run_for(2_000)
        guest.wait_for_url("welcome=1")
        guest.open(f"{there.portal.url}campus/online").wait_for_text("You are online")
        guest.page.clock.run_for(60_000)
        assert "/campus/online" in guest.url()
        assert guest.errors() == []


@pytest.mark.parametrize("engine", ["chromium", "webkit"])
def test_a_form_with_all_fields_without_scripts(
    campus: Any, engine: str, request: pytest.FixtureRequest
) -> None:
    one = Mode(True, policy=Policy(display=True)).show(*ALL, mandatory=True)
    there = campus(ControllerSettings(one=one, logon_policy=Policy("logon", True)))
    with request.getfixturevalue(engine)(javascript=False, language="fr") as guest:
        guest.open(landing(there))
        for name, value in TYPED.items():
            guest.fill(name, value)
        guest.tick("policy_accept").press(OPEN).wait_until(
            lambda: "connect_policy_accept-error" in guest.html(), "the second box was not asked for"
        )
        assert guest.value("postal_locality_name") == "Basel"
        assert guest.value("user_password") == ""
        guest.fill("user_password", "s3cret-77").fill("user_password_confirm", "s3cret-77")
        guest.tick("policy_accept").tick("connect_policy_accept").press(OPEN)
        is_online(guest, there, "fr")
    sent = there.sent("subscribe")
    assert (sent["prefix"], sent["phone"], sent["postal_country_name"]) == ("41", "791234567", "Switzerland")


@pytest.mark.parametrize("engine", ["chromium", "webkit"])
def test_direct_shows_the_account_first(campus: Any, engine: str, request: pytest.FixtureRequest) -> None:
    there = campus(ControllerSettings(one=Mode(), direct=Mode(True), standard_login=False))
    with request.getfixturevalue(engine)(language="ar") as guest:
        guest.open(landing(there)).double_press("main form button")
        guest.wait_until(lambda: "/ucopia/connect" in guest.html(), "no account")
        assert there.controller.accounts.made == 1
        account = there.controller.accounts.all()[-1]
        guest.wait_for_text(account.login).wait_for_text(account.password)
        guest.press("main form button")
        is_online(guest, there, "ar").wait_for_text(account.login)


@pytest.mark.parametrize("engine", ["chromium", "webkit"])
def test_a_login_without_cookies(campus: Any, engine: str, request: pytest.FixtureRequest) -> None:
    there = campus(ControllerSettings(one=Mode()))
    with request.getfixturevalue(engine)(cookies=False, language="ja") as guest:
        guest.open(landing(there)).fill("login", "jsmith").fill("password", "wrong").press("main form button")
        guest.wait_until(lambda: "login-login-error" in guest.html(), "no error")
        assert guest.value("login") == "jsmith"
        guest.fill("password", "1234").press("main form button")
        is_online(guest, there, "ja")
        assert "jsmith" in guest.html()


CASES = [
    ("chromium", "GET", True),
    ("chromium", "POST", False),
    ("webkit", "GET", False),
    ("webkit", "POST", True),
]


@pytest.mark.parametrize(("engine", "login_type", "javascript"), CASES)
def test_out_of_band_in_and_out(
    campus: Any, engine: str, login_type: Any, javascript: bool, request: pytest.FixtureRequest
) -> None:
    settings = ControllerSettings(one=Mode(), login_type=login_type)
    there = campus(settings, architecture="out-of-band", zone="test")
    by_hand = login_type == "POST" and not javascript
    with request.getfixturevalue(engine)(javascript=javascript, language="de") as guest:
        guest.open(caught(there)).fill("login", "jsmith").fill("password", "1234").press("main form button")
        if by_hand:
            guest.wait_until(lambda: "data-submit" in guest.html(), "no button").press("main form button")
        guest.wait_for_url("res=success")
        is_online(guest, there, "de")
        assert there.nas.devices["00-22-fb-d5-15-ee"].online
        guest.press("form[action$=disconnect] button")
        if by_hand:
            guest.wait_until(lambda: "data-submit" in guest.html(), "no button").press("main form button")
        guest.wait_for_url("res=logoff")
        assert not there.nas.devices["00-22-fb-d5-15-ee"].online


@pytest.mark.parametrize("javascript", [True, False])
def test_the_browser_carries_the_login_to_the_controller_and_comes_back(
    campus: Any, chromium: Any, javascript: bool
) -> None:
    wire = WireStyle(navigation="redirect")
    there = campus(ControllerSettings(guests_by="address", wire=wire), calls="browser")
    with chromium(javascript=javascript, language="fr") as guest:
        guest.open(f"{there.controller_url}arrive?dst={there.portal.url}campus/online").press(OPEN)
        if not javascript:
            guest.wait_for_text(there.controller.accounts.all()[-1].password).press("main form button")
        guest.wait_for_url("/campus/online")
        is_online(guest, there, "fr")
        assert guest.errors() == []


@pytest.mark.parametrize("engine", ["chromium", "webkit"])
def test_leaving_never_shows_the_controller_s_json(
    campus: Any, engine: str, request: pytest.FixtureRequest
) -> None:
    wire = WireStyle(navigation="redirect")
    there = campus(ControllerSettings(guests_by="address", wire=wire), calls="browser")
    with request.getfixturevalue(engine)(language="en") as guest:
        guest.open(f"{there.controller_url}arrive?dst={there.portal.url}campus/online").press(OPEN)
        guest.wait_for_url("/campus/online")
        is_online(guest, there, "en")
        wire.navigation = "json"
        guest.press("form[action$=disconnect] button").wait_for_text("You are disconnected")
        assert not any(one.online for one in there.controller.guests.values())


@pytest.mark.parametrize("engine", ["chromium", "webkit"])
def test_init_that_lags_does_not_take_a_guest_offline(
    campus: Any, engine: str, request: pytest.FixtureRequest
) -> None:
    there = campus(ControllerSettings(one=Mode(), init_lag=3600))
    with request.getfixturevalue(engine)(language="de") as guest:
        guest.open(landing(there)).fill("login", "jsmith").fill("password", "1234").press("main form button")
        is_online(guest, there, "de").open(f"{there.portal.url}campus/online")
        is_online(guest, there, "de").open(landing(there))
        is_online(guest, there, "de")


@pytest.mark.parametrize(("engine", "javascript"), [("chromium", True), ("webkit", False)])
def test_what_today_s_firmware_asks_of_a_guest(
    campus: Any, engine: str, javascript: bool, request: pytest.FixtureRequest
) -> None:
    settings = ControllerSettings(one=Mode(), secure_password="net", private_policy=Policy(display=True))
    settings.data_quota, settings.zone_timezone, settings.auto_disconnect = 157_286_400, "America/Lima", False
    settings.redirect_url, settings.min_password = "https://www.example.org/", 5
    there = campus(settings)
    there.controller.accounts.add(Account("anna", "first", must_change=True))
    with request.getfixturevalue(engine)(javascript=javascript, language="en") as guest:
        guest.open(landing(there)).fill("secure_pwd", "net").press("main form button")
        guest.wait_until(
            lambda: "private_policy_accept" in guest.html(), "the network's password is not taken"
        )
        guest.fill("login", "anna").fill("password", "first").tick("private_policy_accept")
        guest.press("main form button").wait_for_text("Choose your own password")
        guest.wait_for_text("Use 5 characters or more")
        guest.fill("new_password", "abcde").fill("new_password_confirm", "abcde").press("main form button")
        is_online(guest, there, "en").wait_for_text("of 150 MB").wait_for_text("Keep this page open")
        link = "() => document.querySelector('a[href*=\"www.example.org\"]').target"
        place = "words => document.querySelector('main').innerText.indexOf(words)"
        assert guest.evaluate(link) == "_blank"
        data, details = (guest.evaluate(place, words) for words in ("Data left", "Connection details"))
        assert 0 < data < details
        assert "profile_1" not in guest.text(), "technical facts are folded"
        assert "/campus/online" in guest.url()
        assert "refresh" not in there.actions()
        guest.open(landing(there))
        is_online(guest, there, "en").wait_for_text("Keep this page open")
        assert there.actions()[-1] == "refresh"


@pytest.mark.parametrize("engine", ["chromium", "webkit"])
def test_who_is_barred_reads_until_when(campus: Any, engine: str, request: pytest.FixtureRequest) -> None:
    settings = ControllerSettings(one=Mode(), data_quota=1000, zone_timezone="America/Lima")
    there = campus(settings)
    there.controller.accounts.add(Account("anna", "x", bytes_before=2000))
    with request.getfixturevalue(engine)(language="en") as guest:
        guest.open(landing(there)).fill("login", "anna").fill("password", "x").press("main form button")
        guest.wait_for_text("Your data has been used up").open(landing(there)).wait_for_text("19:00")


LOOKS = [("en", False), ("ar", True)]


@pytest.mark.parametrize(("language", "dark"), LOOKS, ids=["english-light", "arabic-dark"])
def test_no_page_shuts_anybody_out(campus: Any, chromium: Any, language: str, dark: bool) -> None:
    direct = Mode(True, policy=Policy(display=True)).show(*ALL, mandatory=True)
    settings = ControllerSettings(one=Mode(True), direct=direct, logon_policy=Policy("logon", True))
    settings.shibboleth = settings.pwd_recovery = True
    settings.auto_disconnect, settings.time_credit = False, 3600
    settings.redirect_url, settings.redirect_delay = "https://www.example.org/", 60
    there = campus(settings)
    # axe is put into the page, which the policy of the page would not allow.
    with chromium(language=language, dark=dark, width=320, bypass_csp=True) as guest:

        def looks_good() -> None:
            assert axe.violations(guest.page) == []
            wide = guest.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= 320, wide

        guest.open(landing(there))
        looks_good()
        guest.press("details.way > summary").press(OPEN)
        guest.wait_until(lambda: "last_name-error" in guest.html(), "no error")
        looks_good()
        for name, value in TYPED.items():
            guest.fill(name, value)
        guest.tick("policy_accept").press(OPEN)
        guest.wait_until(lambda: "/ucopia/connect" in guest.html(), "no account")
        looks_good()
        guest.tick("policy_accept").press("main form button")
        is_online(guest, there, language)
        looks_good()
