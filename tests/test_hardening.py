"""What reviewers broke once: venue templates that reach for Python, floods, unreadable folders, odd headers."""

from __future__ import annotations

import gzip
import logging

import pytest
import requests

from portal import GATEWAYS
from portal.gateways import Gateways
from portal.security import network
from portal.urls import destination
from portal.venues.loading import load_venues
from portal.venues.venue import Closed
from tests.gateways.iacbox.inn import inn
from tests.guest import Guest
from tests.house import KEY, running_portal, write_venues

ESCAPES = [
    "{{ layout.environment }}",
    "{{ layout.environment.loader.loaders[1].app.extensions }}",
    "{{ layout.__class__ }}",
    "{{ page.__class__.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ input_attributes.__globals__ }}",
    "{{ gettext.__globals__ }}",
    "{{ ways[0].form.meta.__class__.__mro__ }}",
    "{{ config }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% for item in ().__class__.__base__.__subclasses__() %}{{ item }}{% endfor %}",
]
FORBIDDEN = (
    "uid=",
    "secret_keys",
    KEY,
    "correct horse battery",
    "&lt;class",
    "&lt;Flask",
    "subclasses",
    "&lt;Environment",
    "object at 0x",
)


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_venues_template_reaches_nothing(tmp_path, escape):
    page = "{% extends layout %}{% block main %}<p>here</p>" + escape + "{% endblock %}"
    with inn(tmp_path, files={"theme/templates/sign_in.html": page}) as one:
        guest = Guest(one.url, inspects=False).opens(one.start())
        assert guest.response.status_code in (200, 500)
        assert guest.page.h1
        for word in FORBIDDEN:
            assert word not in guest.html


def test_a_venues_template_goes_before_ours_and_may_include_it(tmp_path):
    page = "{% extends layout %}{% block main %}<p>Our own page</p>{% for way in ways %}{% include way.template %}{% endfor %}{% endblock %}"
    with inn(tmp_path, 'sign_in = ["cred"]', files={"theme/templates/sign_in.html": page}) as one:
        one.guest().sees("Our own page").fills(username="gast", password="willkommen").presses(way="cred")
        assert one.online()


@pytest.mark.parametrize("name", ["base.html", "message.html", "sign_in.html"])
def test_a_template_that_breaks_while_a_guest_looks_ends_in_a_plain_page(tmp_path, name):
    with inn(tmp_path, files={f"theme/templates/{name}": "{{ nothing.of.the.kind }}"}) as one:
        for path in (one.start(), one.url + "hotel/?lapi=x&si=y"):
            guest = Guest(one.url, inspects=False).opens(path)
            assert guest.page.h1
            assert "nothing" not in guest.html


def test_a_template_that_cannot_be_read_gives_way_to_ours(tmp_path, caplog):
    files = {
        "venue.toml": 'name = "X"\nsystem = "iacbox"\n[iacbox]\nurl = "http://b/"\nsecret = "12345678"\n',
        "theme/templates/base.html": "{% if",
    }
    write_venues(tmp_path, {"hotel": files})
    with caplog.at_level(logging.ERROR, "portal"), running_portal(tmp_path, {}) as portal:
        assert Guest(portal.url).opens("/hotel/").page.h1.get_text() == "Connect to the Wi-Fi"
    assert "venue=hotel template not used: theme/templates/base.html: line 1: " in caplog.text


@pytest.mark.parametrize("text", ["x = " + "[" * 20_000, "x = " + "1" * 5_000, "\xff\xfe", "name = ", "= 1"])
def test_an_odd_venue_file_closes_one_venue_and_the_log_says_why(tmp_path, caplog, text):
    write_venues(
        tmp_path,
        {
            "odd": text,
            "good": 'name = "G"\nsystem = "iacbox"\n[iacbox]\nurl = "http://b/"\nsecret = "12345678"\n',
        },
    )
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "venue.toml").mkdir()
    with caplog.at_level(logging.ERROR, logger="portal"):
        venues = load_venues(tmp_path, Gateways(GATEWAYS))
    assert [slug for slug, venue in venues.items() if isinstance(venue, Closed)] == ["folder", "odd"]
    assert "venue=odd closed: venue.toml: (file): is no TOML" in caplog.text
    assert "venue=folder closed: venue.toml: (file): cannot be read" in caplog.text


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with inn(tmp_path_factory.mktemp("inn"), config={"proxies": 1}) as found:
        yield found


def test_a_flood_is_cut_off_with_a_page(house):
    answer = requests.post(
        house.url + "hotel/sign-in",
        data=b"x=" + b"y" * 2_000_000,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=10,
    )
    assert answer.status_code == 413
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    ("address", "neighbour"),
    [
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("10.0.0.7:5678", "10.0.0.7"),
        ("[2001:db8::1]:443", "2001:db8::"),
        ("2001:db8::1", "2001:db8::"),
        ("", "unknown"),
    ],
)
def test_every_spelling_of_an_address_is_one_neighbour(address, neighbour):
    assert network(address) == neighbour


@pytest.mark.parametrize(
    "probe",
    [
        "http://captive.g.aaplimg.com/",
        "http://www.airport.us/x",
        "http://msftconnecttest.com/",
        "http://conntest.nintendowifi.net/",
        "http://a.example/x/y/generate_204",
        "http://connectivitycheck.gstatic.com/generate_204",
    ],
)
def test_a_probe_is_never_where_a_guest_wanted_to_go(probe):
    assert destination(probe, "https://hotel.example/") == "https://hotel.example/"


def test_a_guest_with_an_expired_state_finds_the_way_back(house):
    guest = house.guest("020000aa0001").forges(guest="gone").loses_cookies().presses(way="free").status(400)
    guest.follows("Back to the start").sees("Connect to the Wi-Fi").follows("refresh").sees(
        "Ticket code or user name"
    )


def test_pages_of_different_paths_keep_their_own_links(house):
    first = house.guest("020000aa0002")
    first.opens("hotel/online")
    assert "/hotel/online?lang=de" in first.html
    assert "/hotel/online?lang=de" not in house.guest("020000aa0003").html


def test_a_head_request_gets_no_body_and_405_says_what_is_allowed(house):
    assert requests.head(house.url + "hotel/?ping=1", timeout=5).status_code == 200
    assert "GET" in requests.put(house.url + "hotel/", timeout=5).headers["Allow"]


def test_a_browser_that_refuses_gzip_gets_none(house):
    answer = requests.get(
        house.start("020000aa0004"), headers={"Accept-Encoding": "gzip;q=0"}, timeout=5, stream=True
    )
    assert "Content-Encoding" not in answer.headers
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(answer.raw.read())


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
def test_a_post_from_another_site_cannot_use_the_cookie(house, site, status):
    guest = house.guest(f"020000aa001{status % 7}")
    form = {"way": "free"}
    answer = guest.session.post(
        house.url + "hotel/sign-in",
        data=form,
        headers={"Sec-Fetch-Site": site},
        allow_redirects=False,
        timeout=5,
    )
    assert answer.status_code == status


def test_the_landing_url_is_answered_without_its_slash_too(house):
    assert requests.get(house.url + "hotel", allow_redirects=False, timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("css", "fits"),
    [
        (':root { --font: "abc; }', False),
        (":root { --space: calc(1rem; }", False),
        (":root { --colour-action: banana; }", False),
        (":root { --colour-action: #123456; --font: 'Noto Sans', sans-serif; }", True),
        ("\ufeff:root { --colour-action: rgb(18 52 86); }", True),
        ("@media (prefers-color-scheme: dark) { :root { --colour-page: #111; } }", True),
    ],
)
def test_a_theme_file_cannot_swallow_the_rest_of_the_style(tmp_path, css, fits):
    text = 'name = "X"\nsystem = "iacbox"\n[iacbox]\nurl = "http://b/"\nsecret = "12345678"\n'
    write_venues(tmp_path, {"hotel": {"venue.toml": text, "theme/theme.css": css}})
    found = load_venues(tmp_path, Gateways(GATEWAYS))["hotel"]
    assert isinstance(found, Closed) is not fits
