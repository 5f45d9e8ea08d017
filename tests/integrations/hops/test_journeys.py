"""Guests who are taken to integrations and come back, over plain HTTP."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.guest import Guest
from tests.integrations.hops.hotel import NOTICE, SURVEY, WITH_CODE

SHARES = 'share = ["mac"]\n'
TWICE = SURVEY.replace('"Survey"', '"Second survey"')
BOTH_MOMENTS = SURVEY + 'pre_auth_redirect_url = "{survey}"\n'


def signs_in(guest, code="ALPEN2024"):
    return guest.fills(username=code).presses("cred")


def agrees(guest):
    """Consent where it is asked for, and the way there."""
    if guest.page.find("input", attrs={"name": "hop"}):
        guest.presses("hop")
    return guest if guest.goes_on else guest.waits_for_refresh()


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
class TestWithAndWithoutCookies:
    def test_a_survey_after_the_choice(self, hotel, cookies):
        here = hotel(SURVEY, WITH_CODE)
        guest = (
            signs_in(here.guest(cookies=cookies))
            .status(200)
            .sees("One more step", "Survey", "survey.example")
        )
        assert here.online() == 0
        agrees(guest).sees("A question")
        assert here.online() == 0
        guest.presses(button="Confirm").sees("You are online")
        assert (here.online(), here.logons()) == (1, 1)

    def test_a_notice_before_the_choice(self, hotel, cookies):
        here = hotel(NOTICE, WITH_CODE)
        guest = here.guest(cookies=cookies).status(200).sees("A notice")
        agrees(guest).sees("A notice").presses(button="I have read it").sees("Ticket code")
        signs_in(guest).sees("You are online")
        assert here.online() == 1

    def test_before_and_after_and_two_in_a_row(self, hotel, cookies):
        here = hotel(NOTICE + BOTH_MOMENTS + TWICE, WITH_CODE)
        guest = agrees(here.guest(cookies=cookies)).presses(button="I have read it")
        agrees(guest.sees("A question")).presses(button="Confirm").sees("Ticket code")
        agrees(signs_in(guest).sees("Survey").does_not_see("Second")).presses(button="Confirm")
        assert here.online() == 0
        agrees(guest.sees("Second survey")).presses(button="Confirm").sees("You are online")
        assert (here.online(), here.logons()) == (1, 1)


def test_cookies_with_an_integration_that_drops_what_it_does_not_know(hotel):
    here = hotel(SURVEY, WITH_CODE)
    here.survey.drop_unknown = True
    agrees(signs_in(here.guest())).presses(button="Confirm").sees("You are online")


def test_neither_cookies_nor_the_journey_say_what_to_do(hotel):
    here = hotel(SURVEY, WITH_CODE)
    here.survey.drop_unknown = True
    guest = agrees(signs_in(here.guest(cookies=False))).presses(button="Confirm").status(400)
    guest.sees("This page has expired")
    assert here.logons() == 0


def test_the_journey_keeps_the_language(hotel):
    here = hotel(NOTICE + SHARES + SURVEY, WITH_CODE)
    guest = here.guest(cookies=False).chooses_language("ar")
    agrees(guest).presses(button="I have read it")
    assert guest.page.html["lang"] == "ar"
    assert signs_in(guest).page.html["lang"] == "ar"
    assert agrees(guest).presses(button="Confirm").trail[-1][2] == 200
    sent = next(message for message in here.box.messages if message.fields.get("ac") == "logon")
    assert sent.fields["lang"] == "ar"


def test_the_menu_of_languages_stays_on_the_page_of_consent(hotel):
    here = hotel(SURVEY, WITH_CODE)
    guest = signs_in(here.guest()).is_at("/hotel/next").chooses_language("de").is_at("/hotel/next")
    assert guest.page.html["lang"] == "de"


def test_the_login_page_cannot_be_posted_before_the_notice(hotel):
    here = hotel(NOTICE + SHARES, WITH_CODE)
    guest = here.guest()
    token = guest.field("guest")
    answer = guest.session.post(
        f"{here.portal}/hotel/sign-in",
        data={"guest": token, "way": "cred", "username": ""},
        allow_redirects=False,
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/hotel/next")


def test_a_choice_is_not_sent_twice_by_a_reload(hotel):
    here = hotel(SURVEY, WITH_CODE)
    guest = signs_in(here.guest())
    assert guest.trail[-2][0] == "POST"
    assert guest.trail[-2][2] == 303
    guest.reloads().status(200).sees("One more step")


def test_a_refusal_of_the_box_does_not_repeat_the_hop(hotel):
    here = hotel(SURVEY, WITH_CODE)
    guest = agrees(signs_in(here.guest(), "WRONG-1")).presses(button="Confirm").sees("Ticket code")
    signs_in(guest).sees("You are online")
    assert len([visit for visit in here.survey.visits if visit.outcome == "done"]) == 1


ODD = ["a+b@example.org", "+39 333 123456", "AB12&x=1 z", "Müller/Ça%20", "مرحبا", "日本=&?#"]


@pytest.mark.parametrize("code", ODD)
def test_odd_values_arrive_and_return_unchanged(hotel, code):
    here = hotel(SURVEY, 'credentials = "code"')
    guest = agrees(signs_in(here.guest(), code))
    query = here.survey.visits[-1].query
    assert query["code"] == code
    assert query["nasid"] == "Hôtel & Söhne مرحبا"
    guest.presses(button="Confirm")
    returned = next(url for _, url, _ in guest.trail if "integration_done" in url)
    assert dict(parse_qsl(urlsplit(returned).query))["code"] == code
    sent = next(message for message in here.box.messages if message.fields.get("ac") == "logon")
    assert sent.fields["user"] == code.replace(" ", "").replace("-", "")


def test_wings_query_has_nothing_but_wings_names_and_ours(hotel):
    here = hotel(SURVEY, WITH_CODE)
    agrees(signs_in(here.guest()))
    visit = here.survey.visits[-1]
    assert visit.path == "/wings/login"
    assert list(visit.query) == ["uuid", "sessionid", "nasid", "code", "validated", "journey", "callback"]
    assert visit.query["uuid"] == "hotspot-1"
    assert visit.query["validated"] == "true"
    assert visit.query["callback"] == f"{here.portal}/hotel/hop"


def test_by_default_credentials_and_addresses_stay_home(hotel):
    here = hotel(SURVEY.replace("wings_compatible = true", ""), WITH_CODE)
    agrees(signs_in(here.guest()))
    query = here.survey.visits[-1].query
    assert list(query) == ["uuid", "sessionid", "nasid", "method", "lang", "journey", "callback"]
    assert (query["method"], query["lang"]) == ("cred", "en")
    assert "ALPEN" not in str(query)


def test_what_the_venue_shares_is_passed_on_and_shown(hotel):
    shared = SURVEY.replace("wings_compatible = true", 'share = ["mac", "ip", "room"]')
    here = hotel(shared, WITH_CODE)
    guest = signs_in(here.guest()).sees("What we pass on", "Device address", "IP address")
    agrees(guest)
    query = here.survey.visits[-1].query
    assert query["mac"] in here.box.devices
    assert query["ip"] == "10.20.0.10"
    assert "room" not in query


def test_an_account_is_named_and_its_password_is_not(hotel):
    here = hotel(SURVEY)
    guest = here.guest().fills(username="müller 7", password="p=ä$&x").presses("cred")
    agrees(guest)
    query = here.survey.visits[-1].query
    assert query["user"] == "müller 7"
    assert "p=ä$&x" not in str({name: value for name, value in query.items() if name != "journey"})
    guest.presses(button="Confirm").sees("You are online")


def test_an_account_is_a_pseudonym_by_default(hotel):
    """The same whenever it signs in here, another at another venue, and nothing that was typed."""
    quiet = SURVEY.replace("wings_compatible = true", "")
    here = hotel(quiet)
    seen = []
    for slug, account in (
        ("hotel", "Müller 7"),
        ("hotel", " müller 7"),
        ("hotel", "anna@example.org"),
        ("other", "müller 7"),
    ):
        guest = Guest(here.portal + "/", goes_on=True)
        here.box.point_at(f"{here.portal}/{slug}/", f"{here.portal}/{slug}/callback")
        guest.opens(here.box_url + "/arrive").fills(username=account, password="p=ä$&x").presses("cred")
        guest.sees("A question")
        seen.append(here.survey.visits[-1].query)
    first, again, anna, elsewhere = (query["user"] for query in seen)
    assert first == again
    assert len({first, anna, elsewhere}) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", query["user"]) for query in seen)
    told = [value for query in seen for name, value in query.items() if name not in ("journey", "callback")]
    assert not any("ller" in value or "anna" in value or "p=" in value for value in told)


def test_an_account_is_named_where_the_venue_shares_it(hotel):
    here = hotel(SURVEY.replace("wings_compatible = true", 'share = ["user"]'))
    guest = here.guest().fills(username="müller 7", password="p").presses("cred")
    agrees(guest.sees("What we pass on", "müller 7"))
    assert here.survey.visits[-1].query["user"] == "müller 7"


def test_where_no_consent_is_needed_there_is_one_page_less(hotel):
    """No privacy terms, and nothing of the guest is passed on."""
    here = hotel(SURVEY.replace("wings_compatible = true", ""), WITH_CODE)
    guest = signs_in(here.guest(goes_on=False)).is_at("/hotel/leave").sees("Survey is opening")
    guest.goes_on = True
    guest.waits_for_refresh().sees("A question").presses(button="Confirm").sees("You are online")


PRIVACY = 'privacy = {en = "We keep your answer for a year.", de = "Wir behalten Ihre Antwort ein Jahr."}\n'


def test_privacy_terms_need_a_tick_of_their_own(hotel):
    here = hotel(SURVEY + PRIVACY, WITH_CODE)
    guest = signs_in(here.guest()).sees("We keep your answer for a year.")
    assert guest.field("privacy") is None
    guest.presses("hop").status(422).has_error_on("privacy", "Accept the terms")
    assert here.survey.visits == []
    agrees(guest.ticks("privacy")).sees("A question")


def test_no_terms_no_box(hotel):
    guest = signs_in(hotel(SURVEY, WITH_CODE).guest())
    assert not guest.page.select("input[type=checkbox]")


def test_an_address_with_a_path_and_a_query_of_its_own_keeps_them(hotel):
    own = SURVEY.replace('"{survey}"', '"{survey}/?lang=it&tenant=7%20b"').replace(
        "wings_compatible = true", ""
    )
    here = hotel(own, WITH_CODE)
    agrees(signs_in(here.guest())).sees("A question")
    query = here.survey.visits[-1].query
    assert (query["tenant"], query["lang"], here.survey.visits[-1].path) == ("7 b", "it", "/wings/login")


def test_switched_off_in_the_venue_file_there_is_no_hop(hotel):
    here = hotel(SURVEY + "enabled = false\n", WITH_CODE)
    signs_in(here.guest()).sees("You are online")


def test_a_logo_of_the_venue_folder_is_shown(hotel):
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
    here = hotel(SURVEY + 'logo = "survey.svg"\n', WITH_CODE, files={"survey.svg": picture})
    guest = signs_in(here.guest())
    address = guest.page.select_one("main img")["src"]
    answer = guest.session.get(here.portal + address)
    assert (answer.text, answer.headers["Content-Type"]) == (picture, "image/svg+xml; charset=utf-8")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert guest.session.get(here.portal + "/hotel/hop/logo/7").status_code == 404


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('logo = "../other/venue.toml"', "is no picture; name a .png or .svg file in the venue's folder"),
        ('logo = "../other/survey.svg"', "lies outside the venue's folder"),
        ('logo = "gone.png"', "which is no file"),
        (f'privacy = "{"x" * 2049}"', "at most 2048"),
        (f'post_auth_redirect_url = "https://h.example/{"x" * 250}"', "at most 250"),
        ('pre_auth_redirect_url = "https://h.example/?journey=1"', "which the portal adds"),
        ("sign_return = true", "needs a webhook_token"),
        ('webhook_token_file = "gone"', "is no file in the venue's folder"),
        ('webhook_token = "demo-only-x"', "is the demo's"),
    ],
)
def test_a_faulty_record_is_explained(tmp_path, line, wrong):
    from portal import GATEWAYS
    from portal.gateways import Gateways
    from portal.venues.loading import Faulty, read_venue
    from tests.house import write_venues

    text = 'name = "H"\nsystem = "iacbox"\n[iacbox]\nurl = "https://box.example"\nsecret = "12345678"\n'
    write_venues(tmp_path, {"hotel": f'{text}[[integrations]]\nname = "S"\n{line}\n'})
    with pytest.raises(Faulty) as caught:
        read_venue(tmp_path / "hotel", Gateways(GATEWAYS))
    assert wrong in str(caught.value)
