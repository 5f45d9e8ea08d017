"""What holds for every page: headers, weight, languages, errors, limits, logs, and a journey across processes."""

from __future__ import annotations

import gzip
import logging

import pytest
import requests
from bs4 import BeautifulSoup

from portal.languages import LANGUAGES
from portal.venues.themes import bundled
from tests.gateways.iacbox.inn import TEMPLATES, inn
from tests.guest import Guest
from tests.house import running_portal

TERMS = {"texts/en.toml": 'terms = "Be kind."\nprivacy = "We keep nothing."\nimprint = "Hotel Alpenblick"'}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40"/></svg>'
ALL = 'sign_in = ["cred", "pms", "free", "to", "create"]\n' + TEMPLATES


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    files = {**TERMS, "theme/logo.svg": LOGO}
    broken = {"broken": 'name = "X"\nsystem = "iacbox"\n[iacbox]\nurl = 7\n'}
    with inn(
        tmp_path_factory.mktemp("inn"),
        ALL,
        "terms = { required = true }",
        files=files,
        others=broken,
        config={"proxies": 1},
    ) as found:
        yield found


@pytest.mark.parametrize("theme", bundled())
def test_the_login_page_is_one_light_response_in_every_language(tmp_path, theme):
    general = f'theme = "{theme}"\nterms = {{ required = true }}'
    with inn(tmp_path, ALL, general, files=TERMS) as one:
        for number, language in enumerate(LANGUAGES):
            guest = one.guest(f"02000000bb{number:02x}", language=language.tag)
            assert guest.page.html["lang"] == language.tag
            assert guest.page.html["dir"] == language.direction
            assert len(gzip.compress(guest.html.encode(), 6)) < 10_000
            assert guest.page.select("link[href^='http'], script[src], img[src^='http'], iframe") == []


def test_the_page_travels_gzipped_and_says_so(house):
    answer = requests.get(house.start("020000000cc0"), timeout=5)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) < 10_000
    plain = requests.get(house.start("020000000cc0"), headers={"Accept-Encoding": "identity"}, timeout=5)
    assert "Content-Encoding" not in plain.headers


def test_two_guests_never_share_a_token(house):
    one, two = house.guest("020000000cc1"), house.guest("020000000cc2")
    assert one.field("guest") != two.field("guest")
    again = Guest(house.url).opens(house.start("020000000cc1"))
    assert again.field("guest") != one.field("guest")


def test_a_cached_page_still_speaks_the_guests_language(house):
    for language, heading in (("de", "de"), ("ja", "ja"), ("de", "de"), ("ar", "ar")):
        assert house.guest("020000000cc3", language=language).page.html["lang"] == heading


def test_a_journey_begun_in_one_process_ends_in_another(tmp_path):
    with inn(tmp_path) as first:
        token = first.guest("020000000cc4").field("guest")
        venue = (tmp_path / "hotel" / "venue.toml").read_text()
        with running_portal(tmp_path / "again", {"hotel": venue}) as second:
            guest = (
                Guest(second.url, cookies=False).opens(f"hotel/?guest={token}").sees("Connect to the Wi-Fi")
            )
            guest.fills(username="gast", password="willkommen").presses(way="cred")
            assert first.online("020000000cc4")


def test_the_logo_is_the_one_other_request(house):
    guest = house.guest("020000000cc5")
    assert [image["src"] for image in guest.page.select("img")] == ["/hotel/logo/light"]
    logo = requests.get(house.url + "hotel/logo/light", timeout=5)
    assert logo.headers["Content-Type"].startswith("image/svg+xml")
    assert "sandbox" in logo.headers["Content-Security-Policy"]
    assert requests.get(house.url + "hotel/logo/dark", timeout=5).status_code == 404


def test_terms_privacy_and_imprint_have_pages(house):
    for kind, words in (
        ("terms", "Be kind."),
        ("privacy", "We keep nothing."),
        ("imprint", "Hotel Alpenblick"),
    ):
        Guest(house.url).opens(f"hotel/{kind}").status(200).sees(words)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nowhere/", 404),
        ("GET", "", 404),
        ("POST", "hotel/", 405),
        ("GET", "hotel/no-such-page", 404),
        ("PUT", "hotel/sign-in", 405),
        ("GET", "wings/login", 400),
    ],
)
def test_every_error_is_a_page_with_a_heading(house, method, path, status):
    answer = requests.request(method, house.url + path, timeout=5)
    assert answer.status_code == status
    assert answer.text.count("<h1>") == 1
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "hotel/no-such-page"), ("POST", "hotel/"), ("PUT", "hotel/sign-in"), ("GET", "nowhere")],
)
@pytest.mark.parametrize(
    ("language", "heading"),
    [("fr", "Cette page n’existe pas"), ("ar", "هذه الصفحة غير موجودة"), ("en", "This page does not exist")],
)
def test_an_error_speaks_the_language_that_it_says_it_speaks(house, method, path, language, heading):
    answer = requests.request(method, house.url + path, headers={"Accept-Language": language}, timeout=5)
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.html["lang"] == language
    assert page.html["dir"] == ("rtl" if language == "ar" else "ltr")
    assert page.h1.get_text() == heading
    assert ("Hotel Alpenblick" in answer.text) == path.startswith("hotel")


def test_a_faulty_venue_alone_answers_503(house):
    answer = requests.get(house.url + "broken/", timeout=5)
    assert answer.status_code == 503
    assert "<h1>" in answer.text
    assert requests.get(house.url + "broken/?ping=1", timeout=5).text != "pong"
    house.guest("020000000cc6").sees("Connect to the Wi-Fi")


def test_a_monitor_gets_pong_before_any_other_work(house, caplog):
    with caplog.at_level(logging.DEBUG):
        answer = requests.get(house.url + "hotel/?ping=1", timeout=5)
        assert (answer.status_code, answer.text) == (200, "pong")
        assert [record for record in caplog.records if record.name.startswith("portal")] == []
        requests.get(house.url + "hotel/?lapi=x&si=y", timeout=5)
        assert [record for record in caplog.records if record.name.startswith("portal")], "this log hears all"
    assert requests.get(house.url + "hotel/?x=2&ping=1", timeout=5).text == "pong"
    assert requests.get(house.url + "hotel/?ping=10", timeout=5).text != "pong"


def test_healthz(house):
    answer = requests.get(house.url + "healthz", headers={"Host": "10.0.0.1"}, timeout=5)
    assert (answer.status_code, answer.text) == (200, "ok")


def sign_in(house, mac, network, username, tries):
    guest = Guest(house.url, client_ip=network).opens(house.start(mac))
    token = guest.field("guest")
    form = {"guest": token, "way": "cred", "username": username, "password": "x"}
    for _ in range(tries):
        yield requests.post(
            house.url + "hotel/sign-in",
            data=form,
            headers={"X-Forwarded-For": network},
            allow_redirects=False,
            timeout=5,
        )


def test_one_guest_is_limited_and_told_how_long(house):
    answers = list(sign_in(house, "020000000dd1", "10.1.1.1", "a-code", 22))
    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    told = int(answers[-1].headers["Retry-After"])
    assert 20 < told <= 60, "the rest of the minute in which 20 posts are free"
    assert f"Wait {told} seconds" in answers[-1].text or told == 60
    assert "There were too many attempts. Wait " in answers[-1].text
    assert 'value="a-code"' in answers[-1].text


def test_the_neighbour_behind_the_same_address_is_not(house):
    list(sign_in(house, "020000000dd2", "10.1.1.2", "b-code", 22))
    assert next(sign_in(house, "020000000dd3", "10.1.1.2", "other", 1)).status_code == 422


def test_a_network_of_ipv6_is_one_neighbour():
    from portal.security import network

    assert network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9") != network("2001:db8:1:3::1")
    assert network("10.0.0.1") != network("10.0.0.2")
    assert network("no address") == "unknown"


def test_logs_name_nobody(house, caplog):
    with caplog.at_level(logging.DEBUG, logger="portal"):
        guest = house.guest("020000000ee1", wanted="http://www.example.com/secret-page")
        guest.fills(username="private-name", password="private-word").presses(way="cred")
        guest.fills(username="private-name", password="private-word").ticks("terms").presses(way="cred")
        requests.post(house.url + "hotel/sign-in", data={"username": "private-name"}, timeout=5)
        requests.get(house.url + "hotel/?lapi=private-name&si=x", timeout=5)
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("portal"))
    assert "venue=hotel" in said
    for secret in ("private", "020000000ee1", "secret-page", "127.0.0.1"):
        assert secret not in said


@pytest.mark.parametrize("cookies", [True, False])
def test_the_language_menu_is_plain_links_that_keep_the_guest(house, cookies):
    guest = house.guest(f"020000000f0{cookies:d}", cookies=cookies)
    links = guest.page.select(".languages a[hreflang]")
    assert [link.get_text() for link in links] == [row.native for row in LANGUAGES]
    guest.chooses_language("th").chooses_language("en").fills(username="gast", password="willkommen").ticks(
        "terms"
    )
    guest.presses(way="cred").sees("You are online")


@pytest.mark.parametrize("cookies", [True, False])
def test_a_language_chosen_by_hand_goes_before_the_browsers_and_the_one_chosen_before(house, cookies):
    guest = house.guest(f"020000000f1{cookies:d}", cookies=cookies, language="ar,fr")
    assert guest.page.html["lang"] == "ar"
    for code in ("de", "ja", "fr"):
        guest.chooses_language(code)
        assert guest.page.html["lang"] == code
    guest.fills(username="", password="x").presses(way="cred").status(422)
    assert guest.page.html["lang"] == "fr", "and it stays"


def test_a_language_in_the_address_of_a_stranger_goes_before_the_browsers(house):
    guest = Guest(house.url, language="ar").opens("hotel/terms?lang=de")
    assert guest.page.html["lang"] == "de"


def test_one_language_shows_no_menu(tmp_path):
    with inn(tmp_path, general='languages = ["de"]') as one:
        assert one.guest(language="en").page.select(".languages") == []


def test_a_page_with_every_country_is_compressed_with_care(monkeypatch):
    from flask import Flask, Response

    from portal import compression

    names = "".join(f"<option value={number}>{number * 7919 % 10007:05d} ประเทศ" for number in range(400))
    page = f"<select>{names}</select>" * 2

    def weight():
        with Flask("test").test_request_context(headers={"Accept-Encoding": "gzip"}):
            packed = compression.compress(Response(page, content_type="text/html; charset=utf-8")).get_data()
        assert gzip.decompress(packed).decode() == page
        return len(packed)

    with_care = weight()
    monkeypatch.setattr(compression, "LARGE", 10**9)
    assert with_care < weight() * 0.8


def test_the_venue_s_sentence_stands_on_its_first_way_alone_and_makes_room_for_what_went_wrong(tmp_path):
    texts = {"texts/en.toml": 'lead = "Sign in with your ticket."\nterms = "Be kind."'}
    with inn(tmp_path, 'sign_in = ["cred", "free"]', "terms = { required = true }", files=texts) as one:
        guest = one.guest("020000000cd1").sees("Sign in with your ticket.")
        guest.presses(way="cred").status(422).sees("Check these:").does_not_see("Sign in with your ticket.")
        guest = one.guest("020000000cd2").presses(way="free").status(422)
        guest.sees("Accept the terms").does_not_see("Sign in with your ticket.")
        assert guest.page.select_one(".lead").get_text() == "Free Wi-Fi"
