"""Both engines, and what is built on them, do what the stories rely on."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import request

from portal.simulators.server import serve
from tests import screenshots
from tests.axe import violations
from tests.tools import toy

SCRIPTS = """<!doctype html><html lang="en"><title>Scripts</title><h1>Scripts</h1><p id="p">off</p>
<script>document.getElementById('p').textContent = 'on'</script><noscript>Do without</noscript>
<form method="post"><button>Send</button></form>"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    app = toy.portal()

    @app.route("/scripts", methods=["GET", "POST"])
    def scripts() -> str:
        return f"{SCRIPTS}<p>Answer to a {request.method}</p>"

    with serve(app) as running:
        yield running.url


@pytest.fixture(params=["chromium", "webkit"])
def browser(request):
    """The factory of each engine in turn."""
    return request.getfixturevalue(request.param)


def test_a_guest_signs_in(browser, url, tmp_path):
    guest = browser(language="de").open(url).wait_for_text("language: de")
    guest.fill("username", "Müller 山 عر").fill("speed", "Fast").fill("day", "2026-02-03").fill("note", "a b")
    assert guest.value("username") == "Müller 山 عر"
    guest.tick("terms").tick("terms").press("Connect").wait_for_url("/online").wait_for_text("Signed: in")
    assert toy.RECEIVED[-1] == {
        "guest": "token", "way": "cred", "username": "Müller 山 عر", "speed": "2", "day": "2026-02-03",
        "terms": "yes", "note": "a b", "template": "7",
    }  # fmt: skip
    assert guest.title() == "You are online · Toy"
    assert "<h1>You are online</h1>" in guest.html()
    assert guest.screenshot(tmp_path / "shot.png").read_bytes().startswith(b"\x89PNG")
    guest.back().wait_for_text("Ticket code").reload().wait_for_text("Cookie: yes")
    guest.follow("العربية").wait_for_url("lang=ar")
    assert guest.errors() == []


def test_what_is_folded_away_must_be_opened_first(browser, url):
    guest = browser().open(url)
    assert guest.find("field", "room") is None
    guest.press("By room").fill("room", "101").press("Go to the room").wait_for_text("You are online")
    assert toy.RECEIVED[-1] == {"guest": "token", "way": "pms", "room": "101"}


def test_a_wait_ends_and_shows_the_page(browser, url):
    with pytest.raises(AssertionError, match=r"(?s)no text 'Never' after 0.1 s.*Ticket code"):
        browser().open(url).wait_for_text("Never", timeout=0.1)


def test_each_guest_has_cookies_of_her_own(browser, url):
    browser().open(url).open(url).wait_for_text("Cookie: yes")
    browser().open(url).wait_for_text("Cookie: -")


def test_cookies_can_be_refused(browser, url):
    guest = browser(cookies=False).open(url).open(url).wait_for_text("Cookie: -")
    guest.press("Connect").wait_for_text("Signed: -")
    browser(cookies=False, javascript=False).open(url).open(url).wait_for_text("Cookie: -")


def test_scripts_can_be_off(browser, url):
    browser().open(f"{url}scripts").wait_for_text("on\n")
    guest = browser(javascript=False).open(f"{url}scripts").wait_for_text("off\n").wait_for_text("Do without")
    guest.press("Send").wait_for_text("Answer to a POST")


def test_impatient_guests_press_twice(browser, url):
    guest = browser().open(f"{url}scripts").double_press("Send").wait_for_text("Answer to a POST")
    guest.evaluate("""() => document.querySelector('button').addEventListener('click', event => {
        event.preventDefault(); document.title += '!';
    })""")
    guest.double_press("Send").wait_until(lambda: guest.title() == "Scripts!!", "no two clicks")


def test_a_box_with_a_certificate_of_its_own(browser, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
         "2", "-subj", "/CN=box", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    with serve(toy.box(), tls=tls) as running:
        browser(ignore_tls=True).open(f"{running.url}hello").wait_for_text("Box got")


def test_no_other_host_is_reached(browser, url):
    # Any address but 127.0.0.1 stands for the world: without the locks this one would answer.
    asked: list[str] = []

    def world(environ, start_response):
        asked.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<h1>The world</h1>"]

    with serve(world, host="127.0.0.2") as running:
        guest = browser().open(url)
        guest.evaluate("(url) => { location.href = url }", running.url)
        guest.wait_until(lambda: "Ticket code" not in guest.text(), "still there")
        assert "The world" not in guest.text()
    assert asked == []


def test_chromium_tells_what_the_policy_forbids(chromium, url):
    guest = chromium().open(f"{url}broken")
    assert [error for error in guest.errors() if "Content Security Policy" in error]
    guest = chromium().open(url).fill("username", "WRONG").press("Connect").wait_for_text("not known")
    assert guest.errors() == []  # a 422 is an answer


def test_chromium_is_a_phone_light_or_dark(chromium, url):
    assert chromium().open(url).evaluate("() => [innerWidth, innerHeight]") == [360, 640]
    assert chromium(width=320).open(url).evaluate("() => innerWidth") == 320
    dark = "() => matchMedia('(prefers-color-scheme: dark)').matches"
    assert chromium(dark=True).open(url).evaluate(dark) is True
    assert chromium().open(url).evaluate(dark) is False


def test_axe_looks_at_a_page_with_a_strict_policy(chromium, url):
    guest = chromium().open(url)
    assert violations(guest.page) == []
    guest.evaluate("() => { document.querySelector('h1').style.color = '#eee' }")
    guest.evaluate("() => document.querySelector('label').remove()")
    found = "\n".join(violations(guest.page))
    assert "color-contrast: " in found
    assert "label: " in found
    with pytest.raises(AssertionError, match="scripts are off"):
        violations(chromium(javascript=False).open(url).page)


def test_pictures_of_pages_and_a_sheet_of_them(engines, url, tmp_path, capsys):
    assert screenshots.main([str(tmp_path), url, f"{url}?lang=ar"]) == 0
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 5
    assert names[0].startswith("01-")
    assert names[0].endswith("-dark.png")
    assert capsys.readouterr().out.strip() == str(tmp_path / "sheet.png")
    assert width_of(tmp_path / names[0]) == 360
    assert width_of(tmp_path / "sheet.png") == 16 + 4 * 376
    assert screenshots.main([]) == 2


def width_of(png: Path) -> int:
    return int.from_bytes(png.read_bytes()[16:20], "big")
