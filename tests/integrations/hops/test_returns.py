"""Ways back that are forged, stale, repeated, skipped, cancelled or late: none takes anybody online."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
import requests

from portal.integrations import hops
from portal.journey import pages
from portal.session import TokenCodec
from tests.guest import Guest
from tests.house import KEY
from tests.integrations.hops.hotel import NOTICE, SURVEY, TOKEN, WITH_CODE
from tests.integrations.hops.test_journeys import SHARES, agrees, signs_in

SIGNED = NOTICE.replace("pre_auth", "post_auth") + SHARES
SEAL = TokenCodec((KEY,))


def waiting(hotel, integrations=SURVEY, **how):
    """A guest at the integration; the hotel, and the journey as it came there."""
    here = hotel(integrations, WITH_CODE)
    guest = agrees(signs_in(here.guest(**how)))
    return here, guest, dict(parse_qsl(urlsplit(guest.url).query))["journey"]


def sign(journey, token=TOKEN):
    return hmac.new(token.encode(), journey.encode(), hashlib.sha256).hexdigest()


# What a stranger or an impatient guest can send


def tampered(journey: str) -> Iterator[str]:
    """120 journeys that differ from a good one."""
    for place in range(0, len(journey), max(1, len(journey) // 50)):
        yield journey[:place] + ("A" if journey[place] != "A" else "B") + journey[place + 1 :]
    yield from (journey[: len(journey) * part // 20] for part in range(1, 20))
    yield from (journey + tail for tail in ("A", "=", "==", " ", "\n", ".", "%00", "&", "é", journey))
    yield from (journey[::-1], journey.upper(), journey.lower(), journey.swapcase(), " " + journey)
    yield from ("x", "0", "null", "undefined", "[]", "{}", "../../etc/passwd", "<b>", "'", "A" * 60, "é" * 60)
    yield from ("A" * 3000, "-" * 100, "_" * 100, "=" * 100, "%" * 50)
    raw = base64.urlsafe_b64decode(journey + "=" * (-len(journey) % 4))
    for swapped in (
        raw[4:] + raw[:4],
        raw[:4] + raw[16:] + raw[4:16],
        raw[:16] + raw[:16:-1],
        bytes(len(raw)),
    ):
        yield base64.urlsafe_b64encode(swapped).decode().rstrip("=")


def sealed_wrongly(journey: str) -> Iterator[str]:
    """Journeys whose seal or time is not right: another key, another use, too old, from the future."""
    now = time.time()
    guest = SEAL.loads(journey, now, hops.JOURNEY)
    for number in range(20):
        yield TokenCodec((f"another key, 32 characters long {number:02}",)).dumps(guest, now, hops.JOURNEY)
    for use in (b"", b"guest", b"journey ", b"Journey", b"j"):
        yield SEAL.dumps(guest, now, use)
    for late in (7201, 7300, 10_000, 86_400, 10**6, 10**8):
        yield SEAL.dumps(guest, now - late, hops.JOURNEY)
    for early in (960, 1200, 3600, 10**6):
        yield SEAL.dumps(guest, now + early, hops.JOURNEY)


def not_awaited(journey: str) -> Iterator[str]:
    """Journeys that are ours, but of another venue, another guest or another hop."""
    now = time.time()
    guest = SEAL.loads(journey, now, hops.JOURNEY)
    for change in (
        {"venue": "nowhere"},
        {"session_id": "0" * 18},
        {"hops": {}},
        {"hops": {**guest.hops, "wait": ""}},
        {"hops": {**guest.hops, "wait": "pre:Survey"}},
        {"hops": {**guest.hops, "wait": "post:Other"}},
        {"hops": {**guest.hops, "nonce": "00000000"}},
        {"hops": {**guest.hops, "done": ["post:Survey"]}},
    ):
        yield SEAL.dumps(guest.but(**change), now, hops.JOURNEY)


PATHS = ("/hotel/hop", "/wings/login", "/wings/login/email")


def test_three_hundred_forged_and_stale_returns(hotel):
    here, guest, journey = waiting(hotel)
    forged = [*tampered(journey), *sealed_wrongly(journey), *not_awaited(journey)]
    assert len(forged) > 130
    session = guest.session
    tried = 0
    for number, bad in enumerate(forged):
        for path in PATHS[:2] if number % 2 else PATHS:
            address = f"{here.portal}{path}?{urlencode({'journey': bad, 'integration_done': 'true'})}"
            answer = session.get(address, allow_redirects=False)
            assert answer.status_code in {303, 400, 403, 404, 409}, (bad, answer.status_code)
            assert here.box_url not in answer.headers.get("Location", "")
            tried += 1
    assert tried >= 300
    assert (here.online(), here.logons()) == (0, 0)
    guest.presses(button="Confirm").sees("You are online")


def test_forged_returns_without_cookies(hotel):
    here, _guest, journey = waiting(hotel, cookies=False)
    for bad in [*tampered(journey), *sealed_wrongly(journey)]:
        address = f"{here.portal}/hotel/hop?journey={quote(bad)}"
        answer = requests.get(address, allow_redirects=False, timeout=5)
        assert answer.status_code in {400, 403, 409}
        assert "Set-Cookie" not in answer.headers
    assert here.logons() == 0


def test_a_journey_that_stands_twice_is_none(hotel):
    here, guest, journey = waiting(hotel)
    guest.opens(f"/hotel/hop?journey={journey}&journey={journey}").status(400).sees("This link does not work")
    assert here.logons() == 0


def test_a_journey_is_no_state_of_a_page(hotel):
    """An integration that keeps the journey cannot read the guest's pages with it."""
    here, _guest, journey = waiting(hotel)
    stranger = Guest(here.portal)
    stranger.opens(f"/hotel/?guest={journey}").does_not_see("Ticket code").sees("Tap below")


# Guests who mean well


def test_coming_back_twice_counts_once(hotel):
    here, guest, _journey = waiting(hotel)
    guest.presses(button="Confirm").sees("You are online")
    back = next(url for _, url, _ in guest.trail if "integration_done" in url)
    guest.opens(back).status(409).sees("This step is done").follows("Continue").sees("You are online")
    assert here.logons() == 1


def test_a_look_at_the_way_back_uses_nothing_up(hotel):
    here, guest, journey = waiting(hotel)
    guest.session.head(f"{here.portal}/hotel/hop?journey={journey}")
    assert here.logons() == 0
    guest.presses(button="Confirm").sees("You are online")


def test_coming_back_twice_without_cookies_counts_once_and_leads_on(hotel):
    here, guest, _journey = waiting(hotel, cookies=False)
    guest.presses(button="Confirm").sees("You are online")
    back = next(url for _, url, _ in guest.trail if "integration_done" in url)
    guest.opens(back).status(409).sees("This step is done")
    assert here.logons() == 1
    signs_in(guest.follows("Continue")).sees("You are online")


def test_back_and_choosing_again_is_a_journey_of_its_own(hotel):
    """With the browser's back button, and without cookies: the second choice works at once."""
    here, guest, _journey = waiting(hotel, cookies=False)
    guest.presses(button="Confirm").sees("You are online")
    for _ in range(3):
        guest.goes_back()
    agrees(signs_in(guest.sees("Ticket code"))).presses(button="Confirm").sees("You are online")
    assert here.logons() == 2


def test_a_notice_read_twice_shows_the_login_page_twice(hotel):
    here = hotel(NOTICE, WITH_CODE)
    for cookies in (True, False):
        guest = agrees(here.guest(cookies=cookies)).presses(button="I have read it").sees("Ticket code")
        back = next(url for _, url, _ in guest.trail if "signature" in url)
        guest.opens(back).status(200).sees("Ticket code")


def test_typing_the_way_back_does_not_skip_a_signed_page(hotel):
    here, guest, journey = waiting(hotel, SIGNED)
    for address in (
        "/hotel/hop",
        f"/hotel/hop?journey={journey}",
        "/wings/login?integration_done=true",
        f"/hotel/hop?journey={journey}&signature={sign(journey, 'guess')}",
        f"/hotel/hop?journey={journey}&signature={sign(journey).upper()}",
        f"/hotel/hop?signature={sign('')}",
        f"/hotel/hop?journey={journey}&signature=",
    ):
        guest.opens(address).status(403).sees("One step is missing")
    assert here.logons() == 0
    agrees(guest.follows("Continue").sees("Notice")).presses(button="I have read it").sees("You are online")


def test_a_signed_page_cannot_be_skipped_by_failing_it(hotel):
    here, guest, journey = waiting(hotel, SIGNED)
    guest.opens(f"/hotel/hop?journey={journey}&integration_failed=x").sees("is not finished")
    signs_in(guest).sees("One more step")
    assert here.logons() == 0


def test_a_failed_page_before_the_choice_stays_in_front(hotel):
    here = hotel(NOTICE, WITH_CODE)
    guest = agrees(here.guest()).presses(button="I do not agree")
    guest.status(200).sees("The step “Notice” is not finished", "One more step").does_not_see("Ticket code")
    agrees(guest).presses(button="I have read it").sees("Ticket code")


def test_a_cancelled_survey_lets_the_guest_choose_again(hotel):
    here = hotel(SURVEY, WITH_CODE)
    here.survey.cancel = True
    guest = agrees(signs_in(here.guest())).presses(button="I would rather not")
    guest.status(200).sees("The step “Survey” is not finished", "Ticket code")
    assert guest.field("username") == "ALPEN2024"
    assert here.logons() == 0
    agrees(guest.presses("cred")).presses(button="Confirm").sees("You are online")


def test_an_outcome_before_any_visit_is_skipping(hotel):
    here = hotel(SURVEY, WITH_CODE)
    guest = signs_in(here.guest()).sees("One more step")
    guest.opens("/wings/login?integration_done=true").status(403).sees("One step is missing")
    guest.opens("/hotel/hop").status(403).follows("Continue").sees("One more step", "Survey")
    assert here.logons() == 0


def test_a_way_back_without_an_outcome_leads_on(hotel):
    here, guest, journey = waiting(hotel)
    guest.opens(f"/wings/login?journey={journey}&integration_done=").status(403).follows("Continue").sees(
        "Survey"
    )
    assert here.logons() == 0


def test_a_late_return_says_so(hotel):
    here, guest, journey = waiting(hotel)
    state = SEAL.loads(journey, time.time(), hops.JOURNEY)
    late = SEAL.dumps(state, time.time() - 7300, hops.JOURNEY)
    for how in (guest, Guest(here.portal)):
        how.opens(f"/wings/login?journey={late}&integration_done=true").status(400).sees(
            "This page has expired"
        )
    assert here.logons() == 0


def test_another_browser_without_the_journey_knows_nothing(hotel):
    here, _guest, _journey = waiting(hotel)
    for address in ("/wings/login?integration_done=true", "/hotel/hop", "/wings/login", "/wings/login/sms"):
        Guest(here.portal).opens(address).status(400).sees("This page has expired")
    assert here.logons() == 0


def test_the_journey_of_another_guest_is_refused(hotel):
    here, _guest, journey = waiting(hotel)
    other = here.guest().sees("Ticket code")
    other.opens(f"/hotel/hop?journey={journey}").status(403).sees("This link is for another device")
    other.follows("Continue").sees("Ticket code")
    assert here.logons() == 0


def test_the_journey_of_another_venue_is_refused(hotel):
    here, guest, journey = waiting(hotel)
    guest.opens(f"/other/hop?journey={journey}").status(403)
    assert here.logons() == 0


def test_an_older_choice_does_not_win_over_a_newer_one(hotel):
    here, guest, journey = waiting(hotel)
    signs_in(guest.opens("/hotel/"), "SECOND").sees("Survey")
    guest.opens(f"/hotel/hop?journey={journey}").status(403).follows("Continue").sees("Survey")
    assert here.logons() == 0


def test_a_page_of_consent_left_open_consents_to_nothing_else(hotel):
    """Two integrations in a row: the button of the first, pressed again after it, does not agree to the second."""
    second = SURVEY.replace('"Survey"', '"Second"') + 'privacy = "Terms."\n'
    here = hotel(SURVEY + second, WITH_CODE)
    guest = agrees(signs_in(here.guest())).presses(button="Confirm").sees("Second")
    guest.forges(hop="post:Survey").presses("hop").status(200).sees("Second")
    assert len(here.survey.visits) == 2


def test_an_integration_switched_off_meanwhile_lets_its_guests_go_on(hotel):
    from portal.integrations.deliveries import Postman
    from portal.integrations.state_file import Store
    from portal.venues.records import Integration

    here, guest, _journey = waiting(hotel)
    store = Store(here.folder / ".state")
    record = Integration(name="Survey")
    venue = type("Venue", (), {"slug": "hotel"})
    with store.alone("hotel"):
        Postman(store, time.time).switch(venue, record, False)
    guest.presses(button="Confirm").sees("You are online")


def test_a_state_that_outgrows_its_cookie_leaves_no_older_one_behind(hotel, monkeypatch):
    here = hotel(SURVEY, WITH_CODE)
    guest = here.guest()
    monkeypatch.setattr(pages, "LONGEST_HEADERS", len(guest.session.cookies["guest"]) + 1150)
    code = "".join(random.Random(8).choices("日本語漢字仮名交文章長大過剰例", k=200))
    signs_in(guest, code).sees("One more step")
    assert "guest" not in guest.session.cookies
    agrees(guest).presses(button="Confirm")
    sent = next(message for message in here.box.messages if message.fields.get("ac") == "logon")
    assert sent.fields["user"] == code


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
def test_however_a_guest_comes_back_the_page_says_what_is_true(hotel, cookies):
    """By the address bar, by the page after success, by the step before: not online yet, and a way on."""
    here, guest, _journey = waiting(hotel, cookies=cookies, goes_on=False)
    own = "" if cookies else "?guest=" + leaving_state(guest)
    guest.opens(f"/hotel/{own}").sees(
        "The step “Survey” is not finished, so you are not online yet", "Ticket code"
    )
    guest.opens(f"/hotel/online{own}").sees("One more step", "Survey").does_not_see("You are online")
    guest.opens(f"/hotel/next{own}").sees("One more step", "Survey")
    guest.goes_on = True
    agrees(guest).presses(button="Confirm").sees("You are online")
    assert here.logons() == 1


def leaving_state(guest):
    """The state in the links of our page that led to the integration."""
    before = next(response for _url, response in reversed(guest._before) if "is opening" in response.text)
    return re.search(r"guest=([\w-]+)", before.text)[1]
