"""A guest goes online through an IACBOX: every way in, every way back, over real HTTP against the pretend box."""

from __future__ import annotations

import hashlib

import pytest

from portal.simulators.iacbox import PmsSettings
from tests.gateways.iacbox.inn import TEMPLATES, inn
from tests.guest import Guest

ALL = 'sign_in = ["cred", "pms", "free", "to", "create"]\n' + TEMPLATES
TERMS = {"texts/en.toml": 'terms = "Be kind."', "texts/de.toml": 'terms = "Seien Sie nett."'}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with inn(
        tmp_path_factory.mktemp("hotel"),
        ALL,
        "terms = { required = true }",
        files=TERMS,
        pms=PmsSettings(fields=("birthday",)),
    ) as found:
        yield found


@pytest.fixture(params=[True, False], ids=["cookies", "no-cookies"])
def cookies(request):
    return request.param


@pytest.fixture
def mac(request):
    return "02" + hashlib.sha256(request.node.name.encode()).hexdigest()[:8] + "00"


def test_the_landing_page_is_answered_at_once(house, mac):
    guest = house.guest(mac)
    assert [status for _, _, status in guest.trail] == [302, 200]
    guest.sees("Connect to the Wi-Fi", "Hotel Alpenblick", "Reception, dial 9")
    assert guest.page.select_one(".first input[name=way]")["value"] == "cred"
    assert not guest.page.select("details.way[open]")


def test_a_ticket_takes_a_guest_online(house, cookies, mac):
    guest = house.guest(mac, cookies=cookies)
    guest.fills(username="gast", password="willkommen").ticks("terms").presses(way="cred")
    assert [status for _, _, status in guest.trail] == [200, 302, 200]
    guest.sees("You are online").is_at("/hotel/callback")
    assert house.online(mac)


@pytest.mark.parametrize("way", ["free", "to"])
def test_a_button_is_enough(house, cookies, mac, way):
    guest = house.guest(mac, cookies=cookies)
    guest.page.select_one(f"#{way}-terms")["checked"] = ""
    guest.presses(way=way).sees("You are online")
    assert house.online(mac)


def test_a_guest_chooses_a_ticket(house, cookies, mac):
    guest = house.guest(mac, cookies=cookies, language="de")
    guest.sees("Komfort", "24 Stunden", "9 €", "Week").does_not_see("Secret")
    guest.page.select_one("#create-terms")["checked"] = ""
    guest.presses(button="Komfort").sees("9 €")
    assert not house.online(mac)
    guest.presses(button="Komfort").sees("Komfort", "9 €", "24 Stunden")
    assert house.online(mac)
    assert [one.template for one in house.box.purchases if one.mac == mac] == [174]
    assert "174" in str(house.box.devices[mac].grant)


def test_a_room_takes_a_guest_online(house, cookies, mac):
    guest = house.guest(mac, cookies=cookies)
    guest.page.select_one("#pms-terms")["checked"] = ""
    guest.fills(room="214", birthday="1985-11-03").presses(way="pms").sees("You are online")
    assert house.online(mac)


def test_terms_have_to_be_accepted_and_nothing_typed_is_lost(house, cookies, mac):
    guest = house.guest(mac, cookies=cookies).fills(username="gäst <b>", password="secret")
    guest.presses(way="cred").status(422).has_error_on("terms")
    assert guest.field("username") == "gäst <b>"
    assert not guest.field("password")
    assert "secret" not in guest.html
    assert not house.online(mac)
    assert guest.chooses_language("de").field("username") == "gäst <b>"


def test_a_wrong_password_comes_back_in_the_boxs_words(house, mac):
    guest = (
        house.guest(mac, language="de")
        .fills(username="gast", password="falsch")
        .ticks("terms")
        .presses(way="cred")
    )
    guest.sees("falsch").is_at("/hotel/callback")
    assert guest.field("username") == "gast"
    assert not guest.field("password")
    assert "falsch" not in guest.page.select_one("form").decode()
    guest.fills(password="willkommen").ticks("terms").presses(way="cred")
    assert house.online(mac)


def test_without_cookies_a_refused_guest_can_try_again(house, mac):
    guest = (
        house.guest(mac, cookies=False)
        .fills(username="gast", password="no")
        .ticks("terms")
        .presses(way="cred")
    )
    guest.fills(username="gast", password="willkommen").ticks("terms").presses(way="cred")
    assert house.online(mac)


def test_the_language_goes_along_to_the_box(house, cookies, mac):
    guest = house.guest(mac, cookies=cookies).chooses_language("fr")
    assert guest.page.html["lang"] == "fr"
    guest.fills(username="gast", password="faux").ticks("terms").presses(way="cred")
    assert any(message.fields.get("lang") == "fr" for message in house.box.messages)


@pytest.mark.parametrize(
    ("header", "tag", "direction"),
    [("zh-TW", "zh-Hant", "ltr"), ("ar-EG", "ar", "rtl"), ("in", "id", "ltr"), ("sw", "en", "ltr")],
)
def test_the_browser_chooses_the_language(house, mac, header, tag, direction):
    page = house.guest(mac, language=header).page
    assert (page.html["lang"], page.html["dir"]) == (tag, direction)


def test_the_terms_can_be_read_before(house, cookies, mac):
    guest = house.guest(mac, cookies=cookies).fills(username="gast").follows("terms of use")
    guest.sees("Be kind.").chooses_language("de").sees("Seien Sie nett.").chooses_language("en").follows(
        "Back"
    )
    guest.fills(username="gast", password="willkommen").ticks("terms").presses(way="cred")
    assert house.online(mac)


def test_a_code_from_a_qr_code_is_filled_in_and_never_sent(house, mac):
    guest = house.guest(mac).opens("hotel/?code=ALPEN-2024")
    assert guest.field("username") == "ALPEN-2024"
    assert not house.online(mac)


def test_a_code_waits_while_the_device_is_asked_for(house, mac):
    house.guest(mac)
    guest = Guest(house.url).opens("hotel/?code=ALPEN-2024").sees("Connect to the Wi-Fi")
    guest.follows("refresh")
    assert guest.field("username") == "ALPEN-2024"


def test_a_guest_without_state_is_offered_the_refresh_cycle(house, mac):
    house.guest(mac)
    guest = Guest(house.url, cookies=False, goes_on=True).opens("hotel/").status(200)
    guest.follows("/hotel/refresh/1")
    assert [status for _, _, status in guest.trail] == [302, 302, 200]
    guest.fills(username="gast", password="willkommen").ticks("terms").presses(way="cred").sees(
        "You are online"
    )


def test_pressing_twice_does_no_harm(house, mac):
    guest = house.guest(mac).fills(username="gast", password="willkommen").ticks("terms")
    guest.presses(way="cred").sees("You are online").goes_back()
    guest.fills(username="gast", password="willkommen").ticks("terms").presses(way="cred").sees(
        "You are online"
    )
    assert house.online(mac)


def test_the_wanted_page_is_offered_and_a_probe_is_not(house, mac):
    guest = house.guest(mac, wanted="http://www.example.com/news?a=1").fills(
        username="gast", password="willkommen"
    )
    guest.ticks("terms").presses(way="cred")
    assert guest.page.select_one("a.button")["href"] == "http://www.example.com/news?a=1"
    guest = (
        house.guest(mac[:-2] + "77")
        .fills(username="gast", password="willkommen")
        .ticks("terms")
        .presses(way="cred")
    )
    assert guest.page.select_one("a.button")["href"] == "https://www.hotel.example/"


def test_another_guests_answer_is_refused(house, mac):
    first = house.guest(mac).fills(username="gast", password="willkommen").ticks("terms").presses(way="cred")
    other = house.guest(mac[:-2] + "99").opens(first.url).status(403).sees("This link is for another device")
    assert "You are online" not in other.html


@pytest.mark.parametrize("fault", ["replay", "other_id"])
def test_the_good_news_of_another_guest_is_refused(house, mac, fault):
    other = house.guest(mac[:-2] + "99").fills(username="gast", password="willkommen").ticks("terms")
    other.presses(way="cred").sees("You are online")
    guest = house.guest(mac)
    setattr(house.box.faults, fault, True)
    try:
        guest.fills(username="gast", password="willkommen").ticks("terms").presses(way="cred")
        guest.status(403).sees("This link is for another device").does_not_see("You are online")
    finally:
        setattr(house.box.faults, fault, False)


@pytest.mark.parametrize("fault", ["wrong_secret", "altered_url", "other_version"])
def test_a_box_that_cannot_be_trusted_gets_a_clear_page(house, mac, fault):
    setattr(house.box.faults, fault, True)
    try:
        guest = house.guest(mac)
        assert 400 <= guest.response.status_code < 504
        guest.does_not_see("Ticket code")
        assert guest.page.h1
    finally:
        setattr(house.box.faults, fault, False)


def test_an_expired_state_says_what_to_do_next(house, mac):
    guest = (
        house.guest(mac)
        .fills(username="gast", password="willkommen")
        .ticks("terms")
        .forges(guest="gone")
        .loses_cookies()
    )
    guest.presses(way="cred").status(400).sees("This page has expired")


def test_the_state_of_another_venue_opens_nothing(tmp_path, mac):
    other = """name = "Other"\nsystem = "iacbox"\n[iacbox]\nurl = "http://127.0.0.1:9/"\nsecret = "another secret"\n"""
    with inn(tmp_path, others={"other": other}) as two:
        token = two.guest(mac).field("guest")
        guest = two.guest(mac).opens("other/")
        assert "Ticket code" not in guest.html
        response = guest.session.post(
            two.url + "other/sign-in", data={"guest": token, "way": "cred"}, timeout=5
        )
        assert response.status_code == 403
