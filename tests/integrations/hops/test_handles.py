"""A journey is a handle: whoever holds it can go on where the guest was, and learns nothing of the guest."""

from __future__ import annotations

import time
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from portal.integrations import hops
from portal.session import TokenCodec
from portal.simulators.icaro import Voucher
from tests.gateways.icaro.hotspot import running_cafe
from tests.guest import Guest
from tests.house import KEY
from tests.integrations.hops.hotel import SURVEY, WITH_CODE
from tests.integrations.hops.test_journeys import agrees, signs_in

CODEC = TokenCodec((KEY,))
PLAIN = SURVEY.replace("wings_compatible = true", "")
ANNA = "anna@example.org"


def leaves(guest):
    """At the integration; the journey that it got."""
    return dict(parse_qsl(urlsplit(agrees(guest).url).query))["journey"]


def held(journey):
    return CODEC.loads(journey, time.time(), hops.JOURNEY)


def test_the_journey_of_a_browser_with_cookies_holds_no_choice_and_no_device(hotel):
    here = hotel(PLAIN)
    guest = here.guest().fills(username="anna", password="s3cret").presses("cred")
    state = held(leaves(guest))
    assert (state.pending, dict(state.typed), dict(state.device)) == (None, {}, {})


def test_without_cookies_it_holds_the_choice_and_nothing_that_was_typed_beside(hotel):
    here = hotel(PLAIN)
    guest = here.guest(cookies=False).fills(username="anna", password="s3cret").presses("cred")
    state = held(leaves(guest))
    assert state.pending is not None
    assert dict(state.typed) == {}


@pytest.mark.parametrize("path", ["/hotel/hop", "/wings/login"])
def test_where_the_guest_keeps_cookies_it_is_worth_nothing_in_another_browser(hotel, path):
    here = hotel(PLAIN, WITH_CODE)
    guest = signs_in(here.guest())
    journey = leaves(guest)
    for stranger in (Guest(here.portal), Guest(here.portal, cookies=False)):
        stranger.opens(f"{path}?journey={journey}&integration_done=true").status(400)
        stranger.sees("This page has expired").does_not_see("ALPEN")
        assert not stranger.session.cookies
    assert here.logons() == 0
    guest.presses(button="Confirm").sees("You are online")


def test_a_guest_who_has_lost_the_cookie_at_the_integration_starts_again(hotel):
    here = hotel(PLAIN, WITH_CODE)
    guest = signs_in(here.guest())
    leaves(guest)
    guest.loses_cookies().presses(button="Confirm").status(400).sees("This page has expired")
    signs_in(guest.opens(here.box_url + "/arrive"))
    agrees(guest).presses(button="Confirm").sees("You are online")


def test_who_takes_the_way_back_of_a_guest_without_cookies_sees_nothing_typed(hotel):
    here = hotel(PLAIN)
    guest = here.guest(cookies=False).fills(username="anna", password="wrong").presses("cred")
    journey = leaves(guest)
    stranger = Guest(here.portal).opens(f"/hotel/hop?journey={journey}")
    for _ in range(2):
        assert "anna" not in stranger.html
        assert "wrong" not in stranger.html
        stranger.opens("/hotel/")


def test_details_that_the_browser_would_carry_readable_are_typed_once_more(hotel):
    """An IACBOX without encryption: redirect 2 would hold name and password for all to read."""
    here = hotel(PLAIN, "encrypt = false\nallow_unencrypted_credentials = true")
    here.box.settings = replace(here.box.settings, encrypt=False)
    guest = here.guest(cookies=False).fills(username="anna", password="s3cret").presses("cred")
    leaves(guest)
    guest.presses(button="Confirm").status(200).sees("That step is done")
    assert guest.field("username") in (None, "")
    assert not any("s3cret" in url for _method, url, _status in guest.trail)
    guest.fills(username="ALPEN2024", password="ALPEN2024").presses("cred").sees("You are online")
    assert len(here.survey.visits) == 2


WAX = '[[integrations]]\nname = "Survey"\npost_auth_redirect_url = "{url}"\n'


@pytest.mark.parametrize("way", ["email", "voucher"])
def test_nor_does_the_journey_of_a_guest_of_an_icaro_hotspot_name_anybody(tmp_path, way):
    vouchers = (Voucher("Once12"),)
    with running_cafe(tmp_path, more=WAX.format(url="http://survey.example"), vouchers=vouchers) as cafe:
        guest = cafe.guest(cookies=False)
        if way == "email":
            guest.fills(email=ANNA).ticks("terms").presses("email")
            guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code")
        else:
            guest.fills(code="Once12").ticks("terms").presses("voucher")
        guest.waits_for_refresh().leaves_for("http://survey.example/wings/login")
        journey = dict(parse_qsl(urlsplit(guest.trail[-1][1]).query))["journey"]
        cafe.icaro.users.find(ANNA if way == "email" else "once12").code = "changed meanwhile"
        stranger = Guest(cafe.url).opens(f"/cafe/hop?journey={journey}")
        for page in ("/cafe/", "/cafe/online", "/cafe/next"):
            assert ANNA not in stranger.html
            assert "once12" not in stranger.html.lower()
            stranger.opens(page)
