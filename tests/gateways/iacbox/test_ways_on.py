"""A guest never stands before a page that leads nowhere, and a typo in the venue file never serves."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest

from portal.session import TokenCodec, new_session
from portal.simulators.iacbox import wire
from tests.gateways.iacbox.inn import SECRET, inn
from tests.guest import Guest
from tests.house import KEY
from tests.venues.test_loading import GOOD, faults

REFRESH = '[iacbox.refresh]\n7 = "account"\n8 = "terms"\n10 = "pool.html"\n'
FILES = {
    "texts/en.toml": 'terms = "Be kind."',
    "theme/templates/pool.html": "{% extends layout %}{% block main %}<p>The pool</p>{% endblock %}",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with inn(tmp_path_factory.mktemp("inn"), 'sign_in = ["free"]\n' + REFRESH, files=FILES) as found:
        yield found


def test_a_guest_who_is_online_and_comes_back_is_told_so(house):
    guest = house.guest("020000cc0001").presses(way="free").sees("You are online")
    guest.opens("hotel/").sees("You are online").does_not_see("Free Wi-Fi")
    guest.opens("hotel/?lang=de").sees("Sie sind online")


@pytest.mark.parametrize("query", ["?utm_source=qr", "?fbclid=abc&x=1", "?res=notyet", ""])
def test_a_foreign_parameter_leads_to_the_refresh_cycle(house, query):
    house.guest("020000cc0002")
    Guest(house.url).opens(f"hotel/{query}").status(200).follows("refresh").sees("Connect")


@pytest.mark.parametrize("query", ["?lapi=x", "?si=x", "?lapi=&si=", "?lapi=a&lapi=b&si=c"])
def test_half_a_redirect_is_none(house, query):
    Guest(house.url).opens(f"hotel/{query}").status(400).sees("This link does not work")


@pytest.mark.parametrize("cookies", [True, False])
@pytest.mark.parametrize(
    ("refid", "english", "german"),
    [
        ("7", "This device", "Dieses Gerät"),
        ("8", "Be kind.", "Nutzungsbedingungen"),
        ("10", "The pool", "The pool"),
    ],
)
def test_a_mapped_page_stays_when_the_language_changes(house, cookies, refid, english, german):
    house.guest("020000cc0003")
    guest = Guest(house.url, cookies=cookies).opens(f"hotel/refresh/{refid}").sees(english)
    guest.chooses_language("de").sees(german)
    assert guest.page.html["lang"] == "de"


def test_the_terms_lead_back_without_cookies(house):
    house.guest("020000cc0004")
    guest = Guest(house.url, cookies=False, goes_on=True).opens("hotel/refresh/8").follows("Back")
    guest.presses(way="free").sees("You are online")


def test_the_boxs_text_is_cleaned_of_what_no_eye_sees(house):
    fields = {
        "ver": "2.1",
        "id": wire.new_client_id(),
        "ac": "cbk",
        "rc": "12",
        "err": "No\u202e <b>way</b>\x07 in",
    }
    lapi, si = wire.Codec(SECRET).seal(wire.pack(fields))
    guest = (
        Guest(house.url)
        .opens("hotel/callback?" + urlencode({"lapi": lapi, "si": si}))
        .sees("No <b>way</b> in")
    )
    assert "\u202e" not in guest.html
    assert "\x07" not in guest.html
    assert "<b>way" not in guest.html


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('[iacbox.refresh]\n7 = "acount"', "iacbox.refresh: 'acount' is no page"),
        ('[iacbox.refresh]\n7 = "../x.html"', "is no page"),
        ('names = { user = "pwd" }', "'pwd' is the wire name of two fields"),
        ('lapi = "si"', "lapi: and si must differ"),
        ('lapi = "lang"', "lapi: and si must differ"),
        ('sign_in = ["cred", "cred"]', "sign_in: a way stands twice"),
        ('url = "https://logon.now/#x"', "url: has a part behind #"),
    ],
)
def test_a_typo_in_the_table_is_a_fault(tmp_path, line, said):
    text = GOOD.replace('url = "https://logon.now/"\n', "") if line.startswith("url") else GOOD
    assert said in " | ".join(faults(tmp_path, text + line + "\n"))


def test_a_missing_secret_hides_no_other_fault(tmp_path):
    text = GOOD.replace(
        'secret = "correct horse battery"', 'secret_file = "nope"\nverzion = "2.1"\nencrypt = "yes"'
    )
    found = " | ".join(faults(tmp_path, text))
    assert "iacbox.secret_file: " in found
    assert "iacbox.verzion: is not a known key; did you mean version?" in found
    assert "iacbox.encrypt: " in found
    assert "iacbox.secret: is missing" not in found


@pytest.mark.parametrize(
    ("keys", "tells"), [('sign_in = ["cred"]', True), ('sign_in = ["cred", "pms"]', False)]
)
def test_without_a_state_the_boxs_words_never_tell_rooms_apart(tmp_path, keys, tells):
    with inn(tmp_path, keys) as one:
        fields = {"ver": "2.1", "id": wire.new_client_id(), "ac": "cbk", "rc": "21", "err": "No such room"}
        lapi, si = wire.Codec(SECRET).seal(wire.pack(fields))
        guest = Guest(one.url, cookies=False).opens("hotel/callback?" + urlencode({"lapi": lapi, "si": si}))
        assert ("No such room" in guest.html) is tells
        assert guest.page.select(".notice.bad")


def test_a_state_of_the_venues_former_system_starts_again(tmp_path):
    with inn(tmp_path, 'sign_in = ["free"]') as one:
        token = TokenCodec([KEY]).dumps(
            new_session("hotel", device={"id": "x", "unit": {"digest": "y"}}), time.time()
        )
        guest = Guest(one.url)
        answer = guest.session.post(
            one.url + "hotel/sign-in", data={"guest": token, "way": "free"}, timeout=5
        )
        assert answer.status_code == 400
        assert "This page has expired" in answer.text
