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
