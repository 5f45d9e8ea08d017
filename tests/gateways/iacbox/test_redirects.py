"""One answer of the portal at a time: what goes to the box, what stays in the state, whose state counts."""

from __future__ import annotations

import time

import pytest
from bs4 import BeautifulSoup

from portal import create_app
from portal.config import Config
from portal.session import TokenCodec, new_session
from tests.gateways.iacbox.redirects import ID, OTHER_ID, VENUE, arrival, outcome, sent
from tests.house import KEY, write_venues

UCOPIA = 'name = "U"\nsystem = "ucopia"\n[ucopia]\nurl = "https://controller.example/"\n'


@pytest.fixture
def make(tmp_path):
    """Makes a browser that visits a portal; ``keys`` go into ``[iacbox]``, ``general`` above it."""

    def client(keys="", general="", files=None):
        text = VENUE.replace("[iacbox]", general + "\n[iacbox]") + keys
        venues = {"hotel": {"venue.toml": text, **(files or {})}, "other": UCOPIA}
        return create_app(Config(write_venues(tmp_path, venues), (KEY,))).test_client()

    return client


@pytest.fixture
def phone(make):
    return make()


def soup(answer):
    return BeautifulSoup(answer.text, "html.parser")


def token(answer):
    return soup(answer).select_one("input[name=guest]")["value"]


def kept(client):
    """The guest's state, as the portal reads it from the cookie."""
    return TokenCodec([KEY]).loads(client.get_cookie("guest").value, time.time())


def onward(answer):
    """Where a page that goes on by itself goes."""
    return soup(answer).select_one("main a.button")["href"]


def post(client, path="/hotel/sign-in", **form):
    return client.post(path, data=form)


def test_the_token_stands_in_links_until_the_cookie_has_come_back_and_then_no_more(phone):
    assert "guest=" in phone.get(arrival()).text
    assert "guest=" not in phone.get(arrival()).text


def test_nobody_puts_a_guest_into_somebody_elses_state_by_a_form(phone):
    foreign = token(phone.get(arrival()))
    phone.get(arrival(OTHER_ID))
    assert kept(phone).device["id"] == OTHER_ID
    assert sent(onward(post(phone, guest=foreign, way="free")))["id"] == OTHER_ID


def test_nobody_puts_a_guest_into_somebody_elses_state_by_a_link(phone):
    foreign = token(phone.get(arrival()))
    phone.get(arrival(OTHER_ID))
    asked = sent(phone.get(f"/hotel/refresh/7?guest={foreign}").location)
    assert asked == {"ver": "2.1", "id": OTHER_ID, "ac": "ref", "refid": "7"}
    phone.get(f"/hotel/?guest={foreign}")
    assert kept(phone).device["id"] == OTHER_ID


def test_a_link_serves_a_browser_without_the_cookie_unless_another_site_sent_it(phone):
    mine = token(phone.get(arrival()))
    phone.delete_cookie("guest")
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert "id" not in sent(phone.get(f"/hotel/refresh/7?guest={mine}", headers=elsewhere).location)
    assert sent(phone.get(f"/hotel/refresh/7?guest={mine}").location)["id"] == ID


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
@pytest.mark.parametrize("cookie", [True, False])
def test_a_post_of_another_site_is_refused_whatever_it_holds(phone, headers, cookie):
    mine = token(phone.get(arrival()))
    if not cookie:
        phone.delete_cookie("guest")
    for form in ({"guest": mine, "way": "free"}, {"way": "free"}):
        assert phone.post("/hotel/sign-in", data=form, headers=headers).status_code == 403
    ours = {"Origin": "null"}
    assert phone.post("/hotel/sign-in", data={"guest": mine, "way": "free"}, headers=ours).status_code == 200


@pytest.mark.parametrize(
    "device",
    [
        {"id": ID, "colour": "blue"},
        {"mac": "00"},
        {"id": 7},
        {"id": ID, "offered": "all"},
        {"unit": {"digest": "y"}},
    ],
)
@pytest.mark.parametrize("path", ["/hotel/", "/hotel/online", "/hotel/no-such-page", "/hotel/refresh/7"])
def test_a_state_of_another_release_is_no_state_and_no_fault(phone, device, path):
    old = TokenCodec([KEY]).dumps(new_session("hotel", device=device), time.time())
    phone.set_cookie("guest", old)
    assert phone.get(path).status_code in (200, 302, 404)


def test_another_device_inherits_the_language_and_nothing_else(phone):
    phone.get(arrival())
    answer = phone.get("/hotel/?lang=fr")
    post(phone, guest=token(answer), way="cred", username="anna-berger")
    assert kept(phone).typed["username"] == "anna-berger"
    page = phone.get(arrival(OTHER_ID))
    assert soup(page).html["lang"] == "fr"
    assert "anna-berger" not in page.text
    assert kept(phone).device["id"] == OTHER_ID
    assert kept(phone).typed == {}


@pytest.mark.parametrize("terms", ["", "terms = { required = true, url = 'https://t.example/' }"])
def test_no_secret_stays_in_the_state(make, terms):
    phone = make(general=terms)
    shown = phone.get(arrival())
    answer = post(phone, guest=token(shown), way="cred", username="gast", password="willkommen")
    assert answer.status_code == (422 if terms else 200)
    assert kept(phone).typed["username"] == "gast"
    assert "willkommen" not in str(kept(phone))


@pytest.mark.parametrize(
    "form",
    [
        {"username": "   "},
        {"username": ""},
        {"password": " "},
        {"username": "ga\x00st"},
        {"username": "\u202etsag"},
        {"password": "a\nb"},
        {"username": "x" * 201},
    ],
    ids=repr,
)
def test_what_no_keyboard_types_never_reaches_the_box(phone, form):
    shown = phone.get(arrival())
    answer = post(
        phone, **{"guest": token(shown), "way": "cred", "username": "gast", "password": "x", **form}
    )
    assert answer.status_code == 422
    assert [field["name"] for field in soup(answer).select("[aria-invalid]")] == list(form)


def test_blanks_around_a_name_are_not_meant_and_those_of_a_password_are(phone):
    answer = post(
        phone, guest=token(phone.get(arrival())), way="cred", username=" gast ", password=" will kommen "
    )
    told = sent(onward(answer))
    assert (told["user"], told["pwd"]) == ("gast", " will kommen ")


def test_the_box_gets_the_two_letters_of_a_language_and_no_wanted_page(phone):
    phone.get(arrival(userurl="http://www.example.com/"))
    answer = post(phone, guest=token(phone.get("/hotel/?lang=zh_TW")), way="free")
    assert sent(onward(answer)) == {"ver": "2.1", "id": ID, "ac": "logon", "type": "free", "lang": "zh"}


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("http://www.example.com/news", "http://www.example.com/news"),
        ("http://captive.apple.com/hotspot-detect.html", "https://www.hotel.example/"),
        ("javascript:alert(1)", "https://www.hotel.example/"),
        ("http://user@evil.example/", "https://www.hotel.example/"),
        ("", "https://www.hotel.example/"),
    ],
)
def test_without_a_callback_the_box_is_told_only_a_clean_address(make, wanted, goes):
    phone = make("callback = false\n")
    answer = post(phone, guest=token(phone.get(arrival(userurl=wanted))), way="free")
    links = [link["href"] for link in soup(answer).select("main a.button")]
    assert [sent(link)["userurl"] for link in links] == [goes]


def test_a_ticket_may_have_no_password_and_expires_from_now_on(make):
    phone = make(
        'credentials = "code"\ncode_password = "empty"\ncode_dashes = "drop"\noverrides = { expires = 60 }\n'
    )
    before = int(time.time())
    answer = post(phone, guest=token(phone.get(arrival())), way="cred", username="ab-cd 12")
    told = sent(onward(answer))
    assert (told["user"], told["pwd"]) == ("abcd12", "")
    assert before + 60 <= int(told["ov_expires"]) <= time.time() + 60


def test_a_logon_too_long_for_the_box_is_a_page(make):
    phone = make(f'names = {{ user = "{"u" * 6000}" }}\n')
    answer = post(phone, guest=token(phone.get(arrival())), way="cred", username="gast", password="x")
    assert answer.status_code == 400
    assert "This link does not work" in answer.text


def test_nobody_is_told_to_be_online_before_the_box_said_so(phone):
    post(phone, guest=token(phone.get(arrival())), way="free")
    for path in ("/hotel/online", "/hotel/", "/hotel/callback"):
        answer = phone.get(path)
        assert answer.status_code == 200
        assert "You are online" not in answer.text
    assert "You are online" in phone.get(outcome(0)).text
    assert "You are online" in phone.get("/hotel/online").text


def test_a_refusal_without_words_gets_ours(phone):
    post(phone, guest=token(phone.get(arrival())), way="free")
    assert "That did not work. Check what you typed" in phone.get(outcome(7)).text
    assert "That did not work" not in phone.get(outcome(7, message="No more tickets")).text


def test_a_guest_whose_device_is_unknown_cannot_sign_in(phone):
    unknown = phone.get("/hotel/")
    assert "Tap below" in unknown.text
    assert "Tap below" in phone.get("/hotel/").text, "nor with the state that the first page gave"
    state = phone.get_cookie("guest").value
    answer = post(phone, guest=state, way="free")
    assert (answer.status_code, answer.location) == (400, None)


def test_forms_lead_to_us_alone_and_a_page_of_ours_leads_on(phone):
    page = phone.get(arrival())
    assert "form-action 'self';" in page.headers["Content-Security-Policy"]
    assert onward(post(phone, guest=token(page), way="free")).startswith("https://logon.now/?lapi=")


@pytest.mark.parametrize("path", ["callback", "ticket", "refresh/1", "a/b", "callback/a/b"])
def test_the_routes_of_a_box_are_not_those_of_another_system(phone, path):
    assert phone.get(f"/other/{path}").status_code == 404


@pytest.mark.parametrize("refid", ["<b>", "a;b=c", "a b", "9" * 33])
def test_an_odd_refresh_id_is_not_signed(phone, refid):
    answer = phone.get(f"/hotel/refresh/{refid}")
    assert (answer.status_code, answer.location) == (400, None)


def test_the_page_of_tickets_is_limited_too(phone):
    form = {"guest": token(phone.get(arrival())), "template": "1"}
    answers = [post(phone, "/hotel/ticket", **form) for _ in range(21)]
    assert [answer.status_code for answer in answers] == [400] * 20 + [429]
    assert 20 < int(answers[-1].headers["Retry-After"]) <= 60


def test_a_new_visit_of_the_same_device_has_no_new_attempts(phone):
    form = {"way": "cred", "username": "", "password": "x"}
    for _ in range(20):
        assert post(phone, guest=token(phone.get(arrival())), **form).status_code == 422
        phone.delete_cookie("guest")
    assert post(phone, guest=token(phone.get(arrival())), **form).status_code == 429


def test_a_venues_template_shows_text_as_text(make):
    page = "{% extends layout %}{% block main %}<p>{{ device.ip }}</p>{% endblock %}"
    phone = make('[iacbox.refresh]\n7 = "spy.html"\n', files={"theme/templates/spy.html": page})
    assert "<p>&lt;i&gt;10&lt;/i&gt;</p>" in phone.get(arrival(ip="<i>10</i>", refid="7")).text


def test_only_the_way_that_was_posted_shows_errors_and_is_open(phone):
    answer = post(phone, guest=token(phone.get(arrival())), way="pms")
    assert {field["name"] for field in soup(answer).select("[aria-invalid]")} == {"room", "birthday"}
    (opened,) = soup(answer).select(".first")
    assert opened.select("[name=room]")


def test_the_venues_own_heading_and_lead_stand_above_the_ways(make):
    phone = make(files={"texts/en.toml": 'heading = "Welcome aboard"\nlead = "Free for all"'})
    page = soup(phone.get(arrival()))
    assert page.h1.get_text(strip=True) == "Welcome aboard"
    assert "Free for all" in page.main.get_text()


@pytest.mark.parametrize("way", ["", "to", "admin"])
def test_a_way_that_the_venue_does_not_offer_is_none(phone, way):
    answer = post(phone, guest=token(phone.get(arrival())), way=way, username="gast", password="x")
    assert (answer.status_code, answer.location) == (400, None)
    assert "Choose how to connect." in answer.text
