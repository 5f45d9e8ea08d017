"""Sessions that end, guests who are caught again, and an AAA that refuses what wax said yes to."""

from __future__ import annotations

import base64
import contextlib
import logging
import random
import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from portal.simulators.icaro import Voucher
from portal.simulators.icaro.vouchers import DAY
from portal.simulators.integration import Survey, Webhook, create_survey
from portal.simulators.server import serve
from tests.gateways.icaro.hotspot import KEY, PHONE, running_cafe
from tests.guest import Guest
from tests.house import running_portal

ANNA = "anna@example.org"
WINGS = '[[integrations]]\nname = "Survey"\npost_auth_redirect_url = "{url}"\nwings_compatible = true\n'
UNITS = pytest.mark.parametrize("unit", [{}, {"obeys_logout": True}], ids=["dedalo", "obeys logout"])
COOKIES = pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])


@pytest.fixture
def passes(monkeypatch):
    """Time goes by, at the portal and at the box."""
    import time

    ahead = [0.0]
    shim = SimpleNamespace(time=lambda: time.time() + ahead[0])
    monkeypatch.setattr("portal.journey.request_context.time", shim)

    def pass_by(cafe, seconds):
        ahead[0] += seconds
        cafe.clock.now += seconds

    return pass_by


@pytest.fixture
def cafe(tmp_path):
    with running_cafe(tmp_path, vouchers=(Voucher("Once12"), Voucher("MANY", uses=-1))) as cafe:
        yield cafe


@contextlib.contextmanager
def cafe_with_survey(folder, **kwargs):
    survey = Survey("", Webhook(""))
    with (
        serve(create_survey(survey)) as running,
        running_cafe(
            folder, more=WINGS.format(url=running.url), vouchers=(Voucher("Once12"),), **kwargs
        ) as cafe,
    ):
        survey.portal_url = cafe.url
        yield cafe


def asks(guest, address=ANNA):
    return guest.fills(email=address).ticks("terms").presses("email").sees("We have sent a code")


def with_voucher(guest, code="Once12"):
    return guest.fills(code=code).ticks("terms").presses("voucher")


def types_code(guest, cafe, address=ANNA):
    return guest.fills(code=cafe.icaro.codes_sent(address)[-1]).presses("code")


def logins(cafe):
    """The sessions of the logins that let somebody in; what was only checked is for nobody's session."""
    asked = [call.query["sessionid"] for call in cafe.icaro.calls if call.path == "/wax/aaa/login"]
    return [session for session in asked if not session.startswith("check-")]


# The current session


@UNITS
@COOKIES
def test_a_code_typed_at_once_goes_by_the_unit_for_the_short_connection_is_ended(tmp_path, unit, cookies):
    with running_cafe(tmp_path, unit=unit) as cafe:
        guest = asks(cafe.guest(cookies=cookies))
        assert cafe.state() == "temporary"
        types_code(guest, cafe).sees("You are online")
        assert any("/www/redirect.chi?url=" in url for _method, url, _status in guest.trail)
        assert len(cafe.called("logout")) == 1
        assert cafe.state() == "online"


@UNITS
@COOKIES
def test_a_code_typed_after_ten_minutes(tmp_path, passes, unit, cookies):
    with running_cafe(tmp_path, unit=unit) as cafe:
        guest = asks(cafe.guest(cookies=cookies))
        assert cafe.state() == "temporary"
        first = cafe.unit.device(PHONE).session_id
        passes(cafe, 600)
        types_code(guest, cafe).sees("You are online")
        assert first not in logins(cafe)
        assert cafe.state() == "online"


def test_a_unit_that_asks_between_logout_and_login(tmp_path):
    """The short connection has then ended, and with it the session."""
    with running_cafe(tmp_path, unit={"obeys_logout": True}) as cafe:
        guest = asks(cafe.guest())
        assert cafe.state() == "temporary"
        well = cafe.icaro.logout
        cafe.icaro.logout = lambda query: (well(query), cafe.unit.poll())[0]
        types_code(guest, cafe).sees("You are online")
        assert cafe.state() == "online"


def test_a_voucher_typed_at_once_goes_straight_to_wax(cafe):
    guest = with_voucher(cafe.guest()).sees("You are online")
    assert len(logins(cafe)) == 1
    assert [url for _method, url, _status in guest.trail][-1].endswith("/cafe/online")
    assert not any("redirect.chi" in url for _method, url, _status in guest.trail)


def test_a_voucher_typed_after_ten_minutes_asks_the_unit(cafe, passes):
    guest = cafe.guest()
    passes(cafe, 600)
    with_voucher(guest).sees("You are online")
    assert any("redirect.chi" in url for _method, url, _status in guest.trail)
    assert cafe.state() == "online"


@UNITS
@COOKIES
def test_a_survey_longer_than_the_short_connection(tmp_path, passes, unit, cookies):
    with cafe_with_survey(tmp_path, unit=unit) as cafe:
        guest = asks(cafe.guest(cookies=cookies))
        assert cafe.state() == "temporary"
        types_code(guest, cafe).sees("Survey").presses().waits_for_refresh().sees("A question")
        passes(cafe, 900)
        guest.presses().sees("You are online")
        assert cafe.state() == "online"


def test_a_voucher_after_a_long_survey(tmp_path, passes):
    with cafe_with_survey(tmp_path) as cafe:
        guest = with_voucher(cafe.guest()).presses().waits_for_refresh()
        passes(cafe, 900)
        guest.presses().sees("You are online")
        assert cafe.icaro.voucher_uses("Once12") == 1
        assert cafe.state() == "online"


@pytest.mark.parametrize(
    "uamip", ["8.8.8.8", "portal.example", "127.0.0.1@evil.example", "", "evil.example/"]
)
def test_only_private_addresses_are_taken_for_a_unit(cafe, uamip):
    """A link can name any address as the unit's; nobody is sent there."""
    landing = cafe.landing().replace("uamip=127.0.0.1", f"uamip={uamip}")
    guest = asks(Guest(cafe.url).opens(landing))
    assert uamip not in guest.response.headers["Content-Security-Policy"] or not uamip
    types_code(guest, cafe).sees("You are online")
    assert not any("redirect.chi" in url for _method, url, _status in guest.trail)


@pytest.mark.parametrize("uamport", ["", "80/x", "abc", "٣٩٩٠"])
def test_only_numbers_are_taken_for_a_port(cafe, uamport):
    port = urlsplit(cafe.unit_url).port
    landing = cafe.landing().replace(f"uamport={port}", f"uamport={uamport}")
    guest = asks(Guest(cafe.url).opens(landing))
    types_code(guest, cafe).sees("You are online")


def errand(guest):
    """The address to which the unit sends back, as the unit reads it."""
    asked = next(url for _method, url, _status in guest.trail if "redirect.chi" in url)
    return base64.b64decode(parse_qs(urlsplit(asked).query)["url"][0]).decode()


@COOKIES
def test_the_unit_is_told_no_secret(cafe, cookies):
    guest = types_code(asks(cafe.guest(cookies=cookies)), cafe)
    query = dict(parse_qsl(urlsplit(errand(guest)).query))
    assert set(query) == ({"errand"} if cookies else {"errand", "guest"})
    assert cafe.icaro.codes_sent(ANNA)[0] not in str(query)


@COOKIES
@pytest.mark.parametrize("more", ["", "a", "ab"])
def test_what_the_unit_reads_needs_no_decoding(cafe, cookies, more):
    """Wax sends base64 as it is, and nobody has tried a unit with anything else."""
    slug = urlsplit(cafe.landing()).path
    guest = types_code(
        asks(cafe.guest(cookies=cookies), f"anna{more}@example.org"), cafe, f"anna{more}@example.org"
    )
    asked = next(url for _method, url, _status in guest.trail if "redirect.chi" in url)
    assert re.fullmatch(r"url=[A-Za-z0-9/]+", urlsplit(asked).query)
    assert errand(guest).startswith(f"{cafe.url.rstrip('/')}{slug}session?errand=")


def test_a_long_address_that_was_wanted_does_not_burst_the_units_query(cafe):
    """Without cookies the state is in the query, of which the unit reads 2047 bytes."""
    wanted = "http://x.example/" + base64.b64encode(random.Random(1).randbytes(735)).decode()
    guest = Guest(cafe.url, cookies=False).opens(cafe.landing(wanted=wanted))
    types_code(asks(guest), cafe).sees("You are online")
    asked = next(url for _method, url, _status in guest.trail if "redirect.chi" in url)
    assert len(urlsplit(asked).query) <= 2047
    assert cafe.state() == "online"


def test_a_strangers_link_does_not_log_the_strangers_session_in(cafe, monkeypatch):
    """The guest's browser waits at the unit; meanwhile a link of somebody else is opened in it."""
    guest = asks(cafe.guest())
    monkeypatch.setattr("tests.guest._is_here", lambda url: "redirect.chi" not in url)
    types_code(guest, cafe)
    monkeypatch.undo()
    for link in ("/cafe/session?sessionid=evil", "/cafe/session?errand=guess&sessionid=evil"):
        guest.opens(link).sees("Check your e-mail")
    assert logins(cafe) == []


@COOKIES
def test_the_way_back_twice_logs_in_once(cafe, cookies):
    guest = types_code(asks(cafe.guest(cookies=cookies)), cafe).sees("You are online")
    back = next(url for _method, url, _status in guest.trail if "/cafe/session?" in url)
    guest.opens(back).sees("You are online")
    assert requests.head(back, timeout=5).status_code == 200
    assert len(logins(cafe)) == 1


@COOKIES
def test_the_way_back_stays_used_up_as_long_as_a_state_lives(cafe, store_later, cookies):
    guest = types_code(asks(cafe.guest(cookies=cookies)), cafe).sees("You are online")
    back = next(url for _method, url, _status in guest.trail if "/cafe/session?" in url)
    for minutes in (1, 14, 100):
        store_later(minutes * 60)
        guest.opens(back)
    assert len(logins(cafe)) == 1


def test_who_overhears_a_way_back_cannot_use_it_for_another_session(cafe):
    """Without cookies the state is in the address, and the unit's pages are plain http."""
    guest = types_code(asks(cafe.guest(cookies=False)), cafe).sees("You are online")
    back = next(url for _method, url, _status in guest.trail if "/cafe/session?" in url)
    stranger = Guest(cafe.url).opens(f"{back.partition('&sessionid=')[0]}&sessionid=theirs")
    stranger.status(400).sees("This page has expired").does_not_see(ANNA)
    assert "theirs" not in logins(cafe)


def test_a_way_back_without_a_session_says_where_the_guest_is(cafe, monkeypatch):
    guest = asks(cafe.guest())
    monkeypatch.setattr("tests.guest._is_here", lambda url: "redirect.chi" not in url)
    types_code(guest, cafe)
    back = errand(guest)
    monkeypatch.undo()
    guest.opens(back).sees("Check your e-mail")
    guest.opens(f"{back}&sessionid=<b>").sees("Check your e-mail")
    guest.opens(f"{back}&sessionid=s&sessionid=t").sees("Check your e-mail")
    assert logins(cafe) == []
    types_code(guest, cafe).sees("You are online")


def test_a_unit_that_cannot_be_reached_does_not_hold_a_guest_who_is_caught_again(cafe, monkeypatch, passes):
    guest = asks(cafe.guest())
    monkeypatch.setattr("tests.guest._is_here", lambda url: "redirect.chi" not in url)
    types_code(guest, cafe)
    monkeypatch.undo()
    passes(cafe, 301)
    guest.opens(cafe.landing()).sees("You are online")
    assert cafe.state() == "online"


def test_another_gateways_venue_has_no_such_page(tmp_path):
    other = 'name = "H"\nsystem = "iacbox"\n[iacbox]\nurl = "https://box.example"\nsecret = "12345678"\n'
    with running_cafe(tmp_path, venues={"hotel": other}) as cafe:
        assert requests.get(f"{cafe.url}hotel/session?sessionid=1", timeout=5).status_code == 404


# Caught again


def test_a_guest_who_is_caught_again_keeps_what_was_typed_and_sent(cafe, passes):
    guest = asks(cafe.guest())
    assert cafe.state() == "temporary"
    passes(cafe, 400)
    guest.opens(cafe.landing()).sees("We have sent a code to anna@example.org").does_not_see(
        "For a few minutes"
    )
    types_code(guest, cafe).sees("You are online")
    assert len(cafe.icaro.codes_sent(ANNA)) == 1
    assert cafe.state() == "online"


def test_a_guest_without_cookies_who_is_caught_again_is_sent_no_second_code(cafe, passes):
    asks(cafe.guest(cookies=False))
    assert cafe.state() == "temporary"
    passes(cafe, 400)
    guest = asks(cafe.guest(cookies=False))
    assert len(cafe.icaro.codes_sent(ANNA)) == 1
    types_code(guest, cafe).sees("You are online")
    assert cafe.state() == "online"


@COOKIES
def test_a_voucher_counts_once_for_a_phone_whose_session_has_ended(cafe, passes, cookies):
    guest = with_voucher(cafe.guest(cookies=cookies)).sees("You are online")
    assert cafe.state() == "online"
    cafe.unit.end(cafe.unit.device(PHONE))
    passes(cafe, 60)
    guest.opens(cafe.landing()).does_not_see("You are online")
    if not cookies:
        guest.ticks("terms")
    guest.fills(code="Once12").presses("voucher").sees("You are online")
    assert cafe.icaro.voucher_uses("Once12") == 1
    assert cafe.state() == "online"


def test_a_guest_whose_session_has_ended_is_known_by_the_code_of_before(cafe, passes):
    guest = types_code(asks(cafe.guest()), cafe).sees("You are online")
    assert cafe.state() == "online"
    cafe.unit.end(cafe.unit.device(PHONE))
    passes(cafe, 60)
    guest.opens(cafe.landing()).sees("is already registered")
    types_code(guest, cafe).sees("You are online")
    assert cafe.state() == "online"


def test_another_phone_is_another_guest(cafe):
    guest = asks(cafe.guest())
    guest.opens(cafe.landing("02-00-00-00-00-77")).does_not_see("We have sent a code")
    with_voucher(cafe.guest("02-00-00-00-00-78"), "MANY").sees("You are online")
    with_voucher(cafe.guest("02-00-00-00-00-79"), "MANY").sees("You are online")
    assert cafe.icaro.voucher_uses("MANY") == 2


def test_a_phone_without_a_mac_is_known_by_its_session(cafe):
    landing = cafe.landing().replace(f"mac={PHONE}", "mac=")
    guest = asks(Guest(cafe.url).opens(landing))
    guest.opens(landing).sees("We have sent a code")
    cafe.unit.end(cafe.unit.device(PHONE))
    types_code(guest, cafe).sees("You are online")


# The network refuses


def refuses(cafe, what):
    if what == "plan":
        cafe.icaro.plan_valid = False
    elif what == "account":
        cafe.icaro.users.find("once12").valid_until = 1.0
    elif what == "daily time":
        cafe.icaro.users.find("once12").max_time = 60
        cafe.icaro.users.find("once12").spent = {int(cafe.clock.now // DAY): 60}
    else:
        cafe.icaro.sessions.elsewhere = lambda *_: True


@COOKIES
@pytest.mark.parametrize("what", ["plan", "account", "daily time", "elsewhere"])
def test_who_is_caught_again_after_a_yes_is_told_that_the_network_refused(
    cafe, passes, what, cookies, caplog
):
    refuses(cafe, what)
    guest = with_voucher(cafe.guest(cookies=cookies)).sees("You are online")
    assert cafe.state() == "offline"
    assert cafe.unit.refusals
    passes(cafe, 15)
    with caplog.at_level(logging.INFO):
        guest.opens(cafe.landing())
    guest.sees("This device could not be connected", "ask at reception", "With a voucher")
    assert "network refused venue=cafe" in caplog.text


@COOKIES
def test_the_phone_that_looks_before_the_unit_has_asked_is_not_told_so(cafe, cookies):
    guest = with_voucher(cafe.guest(cookies=cookies)).sees("You are online")
    guest.opens(cafe.landing()).sees("You are online").does_not_see("This device could not be connected")


def test_after_a_refusal_the_same_voucher_may_be_tried_again_and_counts_once(cafe, passes):
    cafe.icaro.plan_valid = False
    guest = with_voucher(cafe.guest()).sees("You are online")
    assert cafe.state() == "offline"
    passes(cafe, 15)
    guest.opens(cafe.landing()).sees("This device could not be connected")
    cafe.icaro.plan_valid = True
    guest.fills(code="once12").presses("voucher").sees("You are online")
    assert cafe.icaro.voucher_uses("Once12") == 1
    assert cafe.state() == "online"


def test_a_refusal_is_told_once(cafe, passes):
    cafe.icaro.plan_valid = False
    guest = with_voucher(cafe.guest()).sees("You are online")
    passes(cafe, 15)
    guest.opens(cafe.landing()).sees("This device could not be connected")
    guest.opens(cafe.landing()).does_not_see("This device could not be connected", "You are online")


def test_the_entry_at_wings_is_the_same(tmp_path, passes):
    with running_cafe(tmp_path, splash="wings", vouchers=(Voucher("Once12"),)) as cafe:
        assert urlsplit(cafe.landing()).path == "/wings/"
        guest = cafe.guest().sees("With a voucher")
        assert KEY.digest not in guest.html
        with_voucher(guest).sees("You are online").is_at("/cafe/online")
        assert cafe.state() == "online"


def test_four_windows_of_a_phone_at_two_processes_use_a_voucher_once(tmp_path):
    """Captive windows come and go, each with a state of its own; the store is what the processes share."""
    shared = {"state_folder": tmp_path / "state"}
    with running_cafe(tmp_path / "one", vouchers=(Voucher("MANY", uses=-1),), **shared) as cafe:
        venue = (tmp_path / "one" / "cafe" / "venue.toml").read_text()
        with running_portal(tmp_path / "two", {"cafe": venue}, **shared) as other:
            urls = [cafe.url, other.url] * 2
            windows = [Guest(url).opens(cafe.landing().replace(cafe.url, url)) for url in urls]
            with ThreadPoolExecutor(4) as pool:
                pages = list(pool.map(lambda guest: with_voucher(guest, "MANY"), windows))
    assert all("You are online" in page.text for page in pages)
    assert cafe.icaro.voucher_uses("MANY") == 1
