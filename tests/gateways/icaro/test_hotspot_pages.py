"""What some hotspots show that others do not: WiFi4EU's banner, no way in at all; and the entries at Wings' paths."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from portal.gateways.icaro.wifi4eu import HOST
from portal.simulators.icaro import UnitKey, Voucher
from portal.venues.themes import hash_source
from tests.gateways.icaro.hotspot import KEY, running_cafe
from tests.guest import Guest

EU = {"wifi4eu_enabled": "true", "wifi4eu_id": "a1b2-c3", "wifi4eu_lang": "it"}
CLOSED = {"email_login": "false", "sms_login": "false", "temp_code_login": "false"}


# WiFi4EU


def policy(guest):
    return guest.response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("language", "told"), [("de", "de"), ("ar", "it"), ("pt", "pt")])
def test_a_wifi4eu_hotspot_shows_the_commissions_banner_on_its_first_page(tmp_path, language, told):
    with running_cafe(tmp_path, EU) as cafe:
        guest = Guest(cafe.url, language=language, inspects=False).opens(cafe.landing())
        image = guest.page.select_one("img#wifi4eubanner")
        assert image["alt"] == "WiFi4EU"
        assert image["src"].startswith("data:image/svg+xml")
        inline, loaded = guest.page.select("div.wifi4eu ~ script")
        assert loaded["src"] == "https://collection.wifi4eu.ec.europa.eu/wifi4eu.min.js"
        assert 'wifi4euNetworkIdentifier="a1b2-c3"' in inline.string
        assert f'wifi4euLanguage="{told}"' in inline.string
        for part in (
            f"{hash_source(inline.string)} {HOST};",
            f"connect-src {HOST}",
            f"data: {HOST}",
        ):
            assert part in policy(guest)


def test_without_scripts_there_are_the_logo_and_a_sentence(tmp_path):
    with running_cafe(tmp_path, EU) as cafe:
        guest = Guest(cafe.url, inspects=False).opens(cafe.landing())
        assert "paid for by the European Union" in guest.page.select_one(".wifi4eu noscript").get_text()


def test_no_other_page_loads_or_allows_anything_of_it(tmp_path):
    with running_cafe(tmp_path, EU, vouchers=(Voucher("Once12"),)) as cafe:
        for step in (
            lambda guest: guest.follows("Terms of use"),
            lambda guest: guest.fills(email="anna@example.org").ticks("terms").presses("email"),
            lambda guest: guest.fills(code="Once12").ticks("terms").presses("voucher"),
        ):
            guest = Guest(cafe.url, inspects=False).opens(cafe.landing())
            step(guest)
            assert "wifi4eubanner" not in guest.html.lower()
            assert "europa" not in policy(guest)


def test_a_hotspot_without_it_knows_nothing_of_it(tmp_path):
    with running_cafe(tmp_path) as cafe:
        guest = cafe.guest()
        assert "wifi4eubanner" not in guest.html
        assert "europa" not in policy(guest)


def test_a_hostile_network_name_reaches_no_script(tmp_path):
    hostile = {
        "wifi4eu_enabled": "true",
        "wifi4eu_id": "</script><script>alert(1)//",
        "wifi4eu_lang": "it';x",
    }
    with running_cafe(tmp_path, hostile) as cafe:
        guest = Guest(cafe.url, inspects=False, language="ja").opens(cafe.landing())
        assert "alert(1)" not in guest.html
        assert 'wifi4euLanguage="en"' in guest.html


# No way in


@pytest.mark.parametrize(
    ("social", "said"),
    [
        ({"facebook_login": "true"}, "is used with Facebook"),
        ({"facebook_login": "true", "linkedin_login": "true"}, "Facebook or LinkedIn"),
        ({}, "There is no way to connect at the moment"),
    ],
)
def test_a_hotspot_that_offers_nothing_we_can_do_says_so(tmp_path, social, said):
    with running_cafe(tmp_path, CLOSED | social) as cafe:
        guest = cafe.guest().status(503).does_not_see("does not answer")
        assert re.sub("[\u2066-\u2069]", "", said) in re.sub("[\u2066-\u2069]", "", guest.text)


def test_the_same_hotspot_works_with_the_address_of_icaros_own_page(tmp_path):
    social = 'social_url = "https://wings.icaro.example/wings"'
    with running_cafe(tmp_path, CLOSED | {"facebook_login": "true"}, icaro=social) as cafe:
        cafe.guest().status(200).presses("facebook").leaves_for("https://wings.icaro.example/wings?")


# Wings' paths


@pytest.mark.parametrize("path", ["wings/", "wings/login"])
def test_the_units_query_finds_the_venue_by_its_uuid(tmp_path, path):
    other = UnitKey("another-unit", "s3cret", "E4-95-6E-44-1D-5D")
    bar = 'name = "Bar"\nsystem = "icaro"\n[icaro]\nurl = "http://127.0.0.1:9"\nunits = ["another-unit"]\n'
    with running_cafe(tmp_path, venues={"bar": bar}, vouchers=(Voucher("Once12"),)) as cafe:
        query = urlsplit(cafe.landing()).query
        guest = Guest(cafe.url).opens(f"{path}?{query}").status(200).sees("Caffè Centrale", "With a voucher")
        guest.fills(code="Once12").ticks("terms").presses("voucher").sees("You are online").is_at(
            "/cafe/online"
        )
        Guest(cafe.url).opens(f"{path}?{query.replace(KEY.uuid, other.uuid)}").status(503).sees("Bar")
        Guest(cafe.url).opens(f"{path}?{query.replace(KEY.uuid, 'nobody')}").status(400)


def test_who_types_the_address_of_wings_is_led_to_where_the_unit_catches(tmp_path):
    with running_cafe(tmp_path) as cafe:
        guest = Guest(cafe.url).opens("/wings/").status(200).sees("Connect to the Wi-Fi")
        guest.follows("Open the Wi-Fi page").leaves_for("http://1.0.0.1/")
        Guest(cafe.url).opens("/cafe/").follows("Open the Wi-Fi page").leaves_for("http://1.0.0.1/")


def test_who_was_here_before_is_at_the_login_page(tmp_path):
    with running_cafe(tmp_path) as cafe:
        cafe.guest().opens("/wings/").status(200).sees("With a voucher")
