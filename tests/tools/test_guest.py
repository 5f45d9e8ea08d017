"""The navigator walks as a browser does, and notices what is wrong with a page."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
import requests

from portal.simulators.server import serve
from tests.guest import Guest
from tests.page import faults, inspect
from tests.tools import toy


@pytest.fixture(scope="module")
def box_url() -> Iterator[str]:
    with serve(toy.box()) as running:
        yield running.url


@pytest.fixture(scope="module")
def url(box_url: str) -> Iterator[str]:
    with serve(toy.portal(box_url)) as running:
        yield running.url


def test_a_guest_signs_in(url):
    guest = Guest(url).opens("/").sees("Connect to the Wi-Fi").status(200).is_at("/")
    guest.fills(username="ABCD", speed="Fast", note="a\nb").ticks("terms").presses(way="cred")
    guest.is_at("/online").sees("You are online", "Signed: in").does_not_see("Ticket code")
    assert guest.trail == [("POST", f"{url}sign-in", 303), ("GET", f"{url}online", 200)]
    assert toy.RECEIVED[-1] == {
        "guest": "token", "way": "cred", "username": "ABCD", "speed": "2", "day": "", "terms": "yes",
        "note": "a\r\nb", "template": "7",
    }  # fmt: skip


def test_only_the_pressed_button_is_sent_and_an_unticked_box_is_not(url):
    Guest(url).opens("/").presses(button="Connect faster")
    assert toy.RECEIVED[-1]["template"] == "8"
    assert "terms" not in toy.RECEIVED[-1]


def test_a_way_has_its_own_form(url):
    Guest(url).opens("/").fills(room="101").presses(way="pms")
    assert toy.RECEIVED[-1] == {"guest": "token", "way": "pms", "room": "101"}
    with pytest.raises(AssertionError, match="no form for the way 'free'"):
        Guest(url).opens("/").presses(way="free")


def test_a_guest_sees_her_error_and_what_she_typed(url):
    guest = Guest(url).opens("/").fills(username="WRONG").presses().status(422)
    guest.has_error_on("username", "not known")
    assert guest.field("username") == "WRONG"
    with pytest.raises(AssertionError, match="not marked as wrong"):
        guest.has_error_on("room")


def test_what_cannot_be_done_fails(url):
    guest = Guest(url).opens("/")
    for step in (
        lambda: guest.fills(nothing="x"),
        lambda: guest.fills(guest="forged"),
        lambda: guest.fills(speed="Warp"),
        lambda: guest.ticks("username"),
        lambda: guest.presses(button="Sign out"),
        lambda: guest.follows("Nowhere"),
        lambda: guest.chooses_language("fr"),
        lambda: guest.sees("You are online"),
        lambda: guest.does_not_see("Wi-Fi"),
        lambda: guest.is_at("/online"),
        lambda: guest.status(404),
        lambda: guest.leaves_for("https://hotel.example/"),
        lambda: guest.waits_for_refresh(),
        lambda: guest.goes_back(),
    ):
        with pytest.raises(AssertionError):
            step()


def test_cookies_come_back_unless_refused_or_lost(url):
    assert "Cookie: yes" in Guest(url).opens("/").opens("/").text
    assert "Cookie: -" in Guest(url, cookies=False).opens("/").opens("/").text
    assert "Cookie: -" in Guest(url).opens("/").loses_cookies().opens("/").text


def test_cookies_are_shared_by_the_ports_of_a_host(url):
    Guest(url).opens("/").follows("To the box").sees("cookie yes")


def test_a_guest_tells_her_language_and_chooses_another(url):
    guest = Guest(url, language="de-AT").opens("/").sees("language: de-AT")
    guest.chooses_language("ar").is_at("/?lang=ar")
    assert guest.page.html["dir"] == "rtl"


def test_only_the_portal_is_told_her_address(url):
    guest = Guest(url, client_ip="2001:db8::1").opens("/").sees("from: 2001:db8::1")
    guest.follows("/far").sees("from -")


def test_she_presses_on_where_a_script_would(url, box_url):
    guest = Guest(url).opens("/hop").presses().is_at(f"{box_url}enter").sees("Box got {'ticket': 'T1'}")
    guest.goes_back().sees("One moment").is_at(f"{url}hop")


def test_a_307_repeats_the_post(url):
    guest = Guest(url).opens("/keep").presses().is_at("/online")
    assert [(method, status) for method, _, status in guest.trail] == [
        ("POST", 307),
        ("POST", 303),
        ("GET", 200),
    ]


def test_she_stops_where_the_world_begins(url):
    guest = Guest(url).opens("/").follows("To the world").leaves_for("http://hotel.example/welcome")
    assert guest.html == ""
    with pytest.raises(AssertionError, match="redirected without end"):
        Guest(url).opens("/loop")


def test_a_backslash_is_a_slash_as_browsers_read_it():
    def app(environ, start_response):
        start_response("302 Found", [("Location", "/\\hotel.example\\a?b=\\")])
        return [b""]

    with serve(app) as running:
        Guest(running.url).opens("/").leaves_for("http://hotel.example/a?b=\\")


def test_she_waits_for_a_page_that_refreshes_itself(url):
    Guest(url).opens("/wait").waits_for_refresh().is_at("/online")


def test_a_forged_field_is_sent(url):
    Guest(url).opens("/").forges(guest="forged").presses()
    assert toy.RECEIVED[-1]["guest"] == "forged"


def test_pages_of_the_portal_are_inspected_and_others_are_not(url):
    with pytest.raises(AssertionError, match="another host in <img"):
        Guest(url).opens("/broken")
    Guest(url, inspects=False).opens("/broken").sees("Broken")
    Guest(url).opens("/far").sees("{{ Box got")


OWN = "http://portal.test"


def answer(html: str, **changes: str) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url = 200, f"{OWN}/venue/"
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    response.headers.update(
        {name: value.format(box="https://box.example") for name, value in toy.HEADERS.items()}
    )
    response.headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    response._content = html.encode()
    return response


GOOD = toy.PAGE.format(
    language="en", direction="ltr", heading="Connect", style=toy.STYLE, cookie="", asked="", client="",
    main=toy.FORMS.format(username="", wrong='aria-describedby="username-error"', error=toy.ERROR),
)  # fmt: skip
HIDDEN = '<input type="hidden" name="guest" value="token">'


def test_a_good_page_has_no_faults():
    inspect(answer(GOOD), OWN)
    inspect(answer(GOOD.replace("</main>", toy.HOP.format(box="https://box.example/") + "</main>")), OWN)
    inspect(answer('{"a": "None"}', Content_Type="application/json"), OWN)


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("<h1>Connect</h1>", "<h2>Connect</h2>", "0 <h1>, not one"),
        ("<h1>", "<h1>A</h1><h1>", "2 <h1>, not one"),
        ("<h1>Connect</h1>", "<h1>Sign in</h1>", "does not hold the <h1>"),
        ("<title>Connect · Toy</title>", "", "does not hold the <h1>"),
        ('lang="en" dir="ltr"', 'dir="ltr"', "<html> has no lang"),
        ('lang="en"', 'lang="zh_TW"', "'zh_TW' is no BCP 47 code"),
        ('lang="en"', 'lang="ar"', "dir is 'ltr', not 'rtl'"),
        ('dir="ltr"', "", "dir is None"),
        ('<nav aria-label="Language">', "<nav>", "stands in no <nav> or <details> with a name"),
        ('<label for="username">Ticket code</label>', "", "no label for <input"),
        ('for="speed">Speed', 'for="speed">', "no label for <select"),
        ('<label for="note">Note</label>', "", "no label for <textarea"),
        ("<button>Go to the room</button>", "<button></button>", "no label for <button"),
        ('id="room"', 'id="day"', "the id 'day' stands 2 times"),
        ('id="username-error"', "", "aria-describedby='username-error' points at nothing"),
        ('for="room"', 'for="roon"', "for='roon' points at nothing"),
        ('method="post" action="/sign-in"', 'action="/sign-in"', "a form is not posted"),
        (HIDDEN, "", "no hidden input 'guest'"),
        (HIDDEN, '<input type="hidden" name="guest" value="">', "no hidden input 'guest'"),
        ('action="/sign-in"', 'action="https://evil.example/"', "is not marked data-submit"),
        (
            'action="/sign-in"',
            'action="https://evil.example/" data-submit',
            "form-action of the policy does not",
        ),
        ('<button name="template"', '<button formaction="//evil.example/" name="template"', "another host"),
        ("<main>", '<main onclick="x()">', "the attribute onclick"),
        ("<main>", '<main style="color: red">', "the attribute style"),
        ('href="/far"', 'href=" java\nscript:x()"', "code in href"),
        ("<main>", "<main><script>x()</script>", "does not name the hash of <script>"),
        ("color: #111", "color: #112", "does not name the hash of <style>"),
        ("<main>", '<main><img src="https://cdn.example/a.png" alt="">', "another host in <img"),
        ("<main>", '<main><script src="//cdn.example/a.js"></script>', "another host in <script"),
        ("<main>", '<main><link rel="stylesheet" href="https://cdn.example/a.css">', "another host in <link"),
        ("color: #111", "background: url(https://cdn.example/a.png)", "another host in a style"),
        ("<main>", '<main><img src="/a.png">', "no alt for <img"),
        ("<main>", "<main>{{ name }}", "'{{' in the text"),
        ("<main>", "<main>{% if %}", "'{%' in the text"),
        ("<main>", "<main>%(name)s", "'%(' in the text"),
        ("<main>", "<main>Room None", "'None' in the text"),
        ("<main>", "<main>Undefined", "'Undefined' in the text"),
        ('name="room"', 'name="room" value="None"', "value is 'None'"),
        ("<main>", f"<main><p>{secrets.token_hex(16_000)}</p>", "bytes gzipped, more than"),
    ],
)
def test_a_fault_on_a_page_is_found(good, bad, fault):
    assert good in GOOD
    assert fault in "\n".join(faults(answer(GOOD.replace(good, bad, 1)), OWN))
    with pytest.raises(AssertionError, match="faults of http"):
        inspect(answer(GOOD.replace(good, bad, 1)), OWN)


CSP = toy.HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("Content_Security_Policy", "", "default-src is None"),
        (
            "Content_Security_Policy",
            CSP.replace("default-src 'none'", "default-src 'self'"),
            "default-src is",
        ),
        ("Content_Security_Policy", CSP.replace("frame-ancestors 'none';", ""), "frame-ancestors is None"),
        ("Content_Security_Policy", CSP.replace("form-action 'self' {box};", ""), "no form-action"),
        (
            "Content_Security_Policy",
            CSP + "; script-src 'unsafe-inline'",
            "script-src allows 'unsafe-inline'",
        ),
        ("Content_Security_Policy", CSP + "; script-src 'unsafe-eval'", "script-src allows 'unsafe-eval'"),
        ("Content_Security_Policy", CSP.replace("img-src 'self'", "img-src *"), "img-src allows *"),
        ("Cache_Control", "private", "without no-store"),
        ("Referrer_Policy", "origin", "Referrer-Policy is 'origin'"),
        ("X_Content_Type_Options", "", "X-Content-Type-Options is ''"),
        ("Content_Type", "text/html", "without UTF-8"),
    ],
)
def test_a_fault_of_a_header_is_found(name, value, fault):
    assert fault in "\n".join(faults(answer(GOOD, **{name: value}), OWN))
