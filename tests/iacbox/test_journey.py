"""A guest goes online through an IACBOX: every way in, every way back, over real HTTP against the pretend box."""

from __future__ import annotations

import pytest

from portal.simulators.iacbox import PmsSettings
from tests.guest import Guest
from tests.iacbox.inn import TEMPLATES, inn

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
    return "02" + f"{abs(hash(request.node.name)) % 16**10:010x}"


def test_the_landing_page_is_answered_at_once(house, mac):
    guest = house.guest(mac)
    assert [status for _, _, status in guest.trail] == [302, 200]
    guest.sees("Connect to the Wi-Fi", "Hotel Alpenblick", "Reception, dial 9")
    assert guest.page.select_one("details.way[open] summary").get_text() == "With a ticket"
    assert len(guest.page.select("details.way[open]")) == 1


def test_a_ticket_takes_a_guest_online(house, cookies, mac):
    guest = house.guest(mac, cookies=cookies)
    guest.fills(username="gast", password="willkommen").ticks("terms").presses(way="cred")
    assert [status for _, _, status in guest.trail] == [303, 302, 200]
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
    guest.sees("Komfort", "24 Stunden", "9.00 EUR", "Week").does_not_see("Secret")
    guest.page.select_one("#create-terms")["checked"] = ""
    guest.presses(button="Komfort")
    assert house.online(mac)
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
    guest = house.guest(mac, cookies=cookies).fills(username="gast").follows("Read the terms of use")
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
    guest = Guest(house.url, cookies=False).opens("hotel/").status(200)
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


def test_a_replayed_redirect_takes_nobody_online(house, mac):
    guest = house.guest(mac)
    house.box.faults.replay = True
    try:
        guest.fills(username="gast", password="falsch").ticks("terms").presses(way="cred")
        assert not house.online(mac)
    finally:
        house.box.faults.replay = False


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
    guest.presses(way="cred").status(400).sees("Let us start again")


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


KINDS = {
    "unencrypted": ({"encrypt": False}, "encrypt = false\nallow_unencrypted_credentials = true"),
    "text-salt": (
        {"encrypt": False, "salt": "text"},
        'encrypt = false\nsalt = "text"\nallow_unencrypted_credentials = true',
    ),
    "protocol-1": (
        {"version": "1.3", "encrypt": False},
        'version = "1.3"\nencrypt = false\nallow_unencrypted_credentials = true',
    ),
    "protocol-1-encrypted": ({"version": "1.3"}, 'version = "1.3"'),
    "renamed": (
        {"lapi": "data", "si": "sig", "names": {"id": "cid", "user": "usr", "pwd": "pw"}},
        'lapi = "data"\nsi = "sig"\nnames = { id = "cid", user = "usr", pwd = "pw" }',
    ),
    "rest-like": ({"rest_like": True}, ""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_form_of_the_wire_takes_a_guest_online(tmp_path, mac, kind):
    settings, keys = KINDS[kind]
    with inn(tmp_path, keys, **settings) as one:
        one.guest(mac).fills(username="müller 7", password="p=ä$&x").presses(way="cred").sees(
            "You are online"
        )
        assert one.online(mac)


def test_without_a_final_callback_the_box_sends_the_guest_on(tmp_path, mac):
    with inn(tmp_path, "callback = false", callback=False) as one:
        guest = one.guest(mac, wanted="http://www.example.com/news").fills(
            username="gast", password="willkommen"
        )
        guest.presses(way="cred").sees("One moment").waits_for_refresh().leaves_for(
            "http://www.example.com/news"
        )
        assert one.online(mac)


def test_one_field_is_enough_for_a_ticket(tmp_path, mac):
    with inn(tmp_path, 'credentials = "code"\ncode_case = "upper"') as one:
        guest = one.guest(mac)
        assert guest.page.select("input[name=password]") == []
        guest.fills(username=" alpen - 2024 ").presses(way="cred")
        said = next(message.fields for message in one.box.messages if message.fields.get("type") == "cred")
        assert (said["user"], said["pwd"]) == ("ALPEN2024", "ALPEN2024")


def test_overrides_travel_with_the_logon(tmp_path, mac):
    with inn(tmp_path, "overrides = { time = 3600, down = 512, desc = 'a;b' }") as one:
        one.guest(mac).fills(username="gast", password="willkommen").presses(way="cred").sees(
            "You are online"
        )
        said = str(one.box.messages)
        assert "'ov_time': '3600'" in said
        assert "'ov_down': '512'" in said
        assert "'ov_desc': 'ab'" in said


@pytest.mark.parametrize(
    ("refid", "sees"),
    [("7", "This device"), ("8", "Be kind."), ("9", "Connect to the Wi-Fi"), ("10", "The pool opens at 7")],
)
def test_a_refresh_id_leads_to_its_page(tmp_path, mac, refid, sees):
    pool = "{% extends layout %}{% block main %}<p>The pool opens at 7</p>{% endblock %}"
    refresh = '[iacbox.refresh]\n7 = "account"\n8 = "terms"\n10 = "pool.html"\n'
    files = {**TERMS, "theme/templates/pool.html": pool}
    with inn(tmp_path, refresh, files=files) as one:
        one.guest(mac)
        Guest(one.url).opens(f"hotel/refresh/{refid}").sees(sees)


def test_a_venues_template_can_read_no_secret(tmp_path, mac):
    spy = "{% extends layout %}{% block main %}{{ config }}{{ ''.__class__.__mro__ }}{% endblock %}"
    with inn(tmp_path, '[iacbox.refresh]\n7 = "spy.html"\n', files={"theme/templates/spy.html": spy}) as one:
        one.guest(mac)
        guest = Guest(one.url).opens("hotel/refresh/7")
        assert guest.response.status_code == 500
        assert "SECRET" not in guest.html
        guest.sees("Something went wrong")
