"""A guest types ``wifi.hotel.example``, or scans a card: the right form comes, the code is there and not sent."""

from __future__ import annotations

import pytest
import requests

from portal.config import BadConfig, from_environment
from tests.gateways.iacbox.inn import inn
from tests.gateways.icaro.hotspot import running_cafe
from tests.guest import Guest
from tests.house import KEY

HOSTS = {"hosts": {"127.0.0.1": "hotel"}}


def test_the_bare_address_is_the_venues_landing_page(tmp_path):
    with inn(tmp_path, config=HOSTS) as one:
        guest = Guest(one.url, goes_on=True).opens("/").sees("Connect to the Wi-Fi").sees("Hotel Alpenblick")
        assert guest.trail == [("GET", one.url, 200)]
        other = requests.get(one.url, headers={"Host": "other.example"}, timeout=5)
        assert other.status_code == 404
        assert requests.get(one.url, headers={"Host": "127.0.0.1:80"}, timeout=5).status_code == 200


def test_hosts_are_trusted_beside_the_trusted_ones(tmp_path):
    with inn(tmp_path, config={**HOSTS, "trusted_hosts": ("wifi.example",)}) as one:
        for host, status in (("127.0.0.1", 200), ("wifi.example", 404), ("evil.example", 400)):
            assert requests.get(one.url, headers={"Host": host}, timeout=5).status_code == status


def test_a_proxys_word_for_the_host_counts(tmp_path):
    with inn(tmp_path, config={"hosts": {"wifi.hotel.example": "hotel"}, "proxies": 1}) as one:
        headers = {"X-Forwarded-Host": "wifi.hotel.example"}
        assert requests.get(one.url, headers=headers, timeout=5).status_code == 200


def test_a_code_of_a_card_waits_until_the_device_is_known_and_is_never_sent_by_itself(tmp_path):
    with inn(tmp_path, config=HOSTS) as one:
        guest = one.guest().opens("/")  # an old visit's cookie
        guest.session.cookies.clear()
        guest = Guest(one.url, goes_on=True).opens("/?code=ALPEN-2024").sees("Connect to the Wi-Fi")
        guest.opens(one.start())
        assert guest.page.select_one("input[name=username]")["value"] == "ALPEN-2024"
        assert not one.online()
        guest.fills(password="ALPEN-2024").presses(way="cred").sees("You are online")


def test_a_voucher_of_a_card_waits_for_the_unit(tmp_path):
    with running_cafe(tmp_path) as cafe:
        guest = Guest(cafe.url).opens("/cafe/?code=caffe24").sees("Connect to the Wi-Fi")
        guest.opens(cafe.landing("02-00-00-00-00-77"))
        assert "caffe24" in [box.get("value") for box in guest.page.select("input[name=code]")]


@pytest.mark.parametrize("value", ["wifi.hotel.example", "https://a/=hotel", "a=", "a=b a=c", "=b"])
def test_what_names_no_host_and_venue_stops_the_start(tmp_path, value):
    environ = {"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY, "PORTAL_HOSTS": value}
    with pytest.raises(BadConfig, match="PORTAL_HOSTS: "):
        from_environment(environ)


APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
SAFARI = APPLE.replace("Mobile", "Version/17.5 Mobile") + " Safari/604.1"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/X; wv) AppleWebKit/537.36 Version/4.0 Chrome/125.0 Safari/537.36"


@pytest.mark.parametrize(
    ("browser", "told"),
    [(APPLE, True), (ANDROID, True), (SAFARI, False), (ANDROID.replace("; wv", ""), False)],
)
def test_a_captive_window_says_where_to_go_on(tmp_path, browser, told):
    with inn(tmp_path) as one:
        guest = Guest(one.url, goes_on=True)
        guest.session.headers["User-Agent"] = browser
        guest.opens(one.start()).fills(username="gast", password="willkommen").presses(way="cred")
        guest.sees("You are online")
        assert ("Close this window and go on in your browser." in guest.html) == told
