"""Values of venue files and of redirects: which texts are web addresses, and where a guest may be sent."""

import pytest

from portal.urls import destination, origin, web_address

ADDRESSES = [
    "https://www.hotel.example/a?b=c#d",
    "http://hotel.example:8080/",
    "http://[2001:db8::1]/",
    "https://xn--mnchen-3ya.example/",
]
NONE = [
    "hotel.example",
    "//evil.example/",
    "ftp://hotel.example/",
    "javascript:alert(1)",
    "http:///path",
    "http://user@hotel.example/",
    "http://hotel.example:port/",
    "http://evil.example\\.hotel.example/",
    "http://hotel.example/a b",
    "http://hotel.example/\x00",
    "http://hotel.example/\x7f",
    'http://hotel.example/"onload=',
    "http://hotel.example/<b>",
    "http://hotel.example/a>b",
]


@pytest.mark.parametrize("text", ["", *ADDRESSES])
def test_a_web_address_stays_as_it_is(text):
    assert web_address(text) == text


@pytest.mark.parametrize("text", NONE)
def test_anything_else_is_refused_and_leads_nowhere(text):
    with pytest.raises(ValueError, match="address"):
        web_address(text)
    assert destination(text, "https://landing.example/") == "https://landing.example/"


@pytest.mark.parametrize("text", ADDRESSES[:2])
def test_a_guest_goes_where_she_wanted_to(text):
    assert destination(f" {text}\n", "https://landing.example/") == text


@pytest.mark.parametrize(
    "text", ["", "http://h\u043etel.example/", "http://intranet/", "http://captive.apple.com/"]
)
def test_a_guest_goes_to_the_landing_page_instead_of(text):
    assert destination(text, "https://landing.example/") == "https://landing.example/"


PROBES = (
    "http://captive.apple.com/hotspot-detect.html",
    "http://captive.apple.com/",
    "http://captive.g.aaplimg.com/",
    "http://www.apple.com/library/test/success.html",
    "http://www.airport.us/",
    "http://www.ibook.info/",
    "http://www.itools.info/",
    "http://www.thinkdifferent.us/",
    "http://www.appleiphonecell.com/",
    "http://connectivitycheck.gstatic.com/generate_204",
    "http://connectivitycheck.android.com/",
    "http://connectivitycheck.platform.hicloud.com/generate_204",
    "http://www.gstatic.com/gen_204",
    "http://www.google.com/gen_204",
    "http://play.googleapis.com/generate_204",
    "http://clients3.google.com/",
    "http://connect.rom.miui.com/generate_204",
    "http://wifi.vivo.com.cn/generate204",
    "http://www.msftconnecttest.com/redirect",
    "http://msftconnecttest.com/redirect",
    "http://ipv6.msftconnecttest.com/",
    "http://www.msftncsi.com/",
    "http://a.example/connecttest.txt",
    "http://a.example/ncsi.txt",
    "http://a.example/hotspot-detect.html",
    "http://a.example/success.txt",
    "http://a.example/canonical.html",
    "http://detectportal.firefox.com/",
    "http://network-test.debian.org/nm",
    "http://nmcheck.gnome.org/check_network_status.txt",
    "http://nmcheck.gnome.org/",
    "http://a.example/check_network_status.txt",
    "http://fedoraproject.org/static/hotspot.txt",
    "http://ping.archlinux.org/nm-check.txt",
    "http://connectivity-check.ubuntu.com/",
    "http://networkcheck.kde.org/",
    "http://conntest.nintendowifi.net/",
    "http://ctest.cdn.nintendo.net/",
    "http://spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html",
    "http://spectrum.s3.amazonaws.com/",
    "http://a.example/kindle-wifi/wifistub.html",
)
"""What phones, computers and consoles ask for by themselves, as their makers and systems write it."""


@pytest.mark.parametrize("text", PROBES)
def test_no_guest_is_sent_to_what_only_the_device_asked_for(text):
    assert destination(text, "https://landing.example/") == "https://landing.example/"
    assert destination(text.upper().replace("HTTP:", "http:"), "") == ""


@pytest.mark.parametrize(
    "text",
    [
        "http://www.apple.com/",
        "http://www.google.com/search?q=generate_204",
        "http://www.gnome.org/",
        "http://ubuntu.com/",
        "http://fedoraproject.org/",
        "http://a.example/library/success.txt.html/x",
    ],
)
def test_who_wanted_a_page_of_the_same_makers_gets_there(text):
    assert destination(text, "https://landing.example/") == text


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("HTTPS://Logon.Now:8443/x?y", "https://logon.now:8443"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]:80"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]"),
        ("/path", ""),
        ("http://hotel.example:port/", ""),
        ("", ""),
    ],
)
def test_the_origin_of_an_address(url, found):
    assert origin(url) == found
