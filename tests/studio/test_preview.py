"""The preview of a venue: every page of it, in every dress, live, behind a token, and nothing that reaches a box."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import threading

import pytest
import requests

from portal import create_app
from portal.cli import checks
from portal.config import Config
from portal.simulators.server import serve
from portal.studio.preview import Preview
from portal.studio.venue_on_show import VenueOnShow
from portal.venues.themes import hash_source
from tests.house import KEY, write_venues

VENUE = 'name = "Inn"\nsystem = "iacbox"\nlanguages = ["en", "ar"]\nlanding_url = "https://inn.example/"\n[iacbox]\nurl = "https://logon.now/"\nsecret = "correct horse battery"\nsign_in = ["cred", "free"]\n'
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4" width="80" height="40"><rect width="8" height="4"/></svg>'


class Shown:
    """A preview that runs, and requests to it."""

    def __init__(self, url, show, folder):
        self.url, self.show, self.folder = url, show, folder

    def get(self, path, **query):
        return requests.get(self.url + path, params=query, timeout=30)

    def state(self):
        return self.get("state").json()


@pytest.fixture
def shown(tmp_path):
    write_venues(tmp_path, {"inn": {"venue.toml": VENUE, "theme/logo.svg": LOGO}})
    app = create_app(Config(tmp_path, (KEY,), trusted_hosts=("portal.inn.example",)))
    show = VenueOnShow(app, "inn", checks.notes)
    with serve(Preview(show, "token")) as running:
        yield Shown(running.url + "token/", show, tmp_path / "inn")


@contextlib.contextmanager
def watching(shown):
    thread = threading.Thread(target=shown.show.watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        shown.show.stop()
        thread.join(10)


def test_every_sample_is_a_frame_in_each_scheme_with_its_weight_and_contrast(shown):
    state = shown.state()
    assert (state["name"], [code for code, *_ in state["languages"]]) == ("Inn", ["en", "ar"])
    assert len(state["samples"]) > 30
    facts = shown.get("facts", lang="en", scheme="dark").json()
    for name, _title, _group in state["samples"]:
        frame = shown.get(f"frame/{name}", lang="ar", scheme="dark", size=200)
        assert frame.status_code == 200
        assert 'content="dark"' in frame.text
        assert "prefers-color-scheme" not in frame.text
        assert 'http-equiv="refresh"' not in frame.text
        assert 1_000 < facts[name]["weight"] < 20_000
        assert facts[name]["contrast"] >= 3


def test_a_frame_has_the_policy_of_production_but_for_who_may_frame_it(shown):
    frame = shown.get("frame/sign-in", scheme="light", size=150)
    policy = frame.headers["Content-Security-Policy"]
    style = re.search(r"<style>(.*?)</style>", frame.text, re.DOTALL).group(1)
    assert style.endswith("html{font-size:150%}")
    assert f"style-src {hash_source(style)};" in policy
    assert "frame-ancestors 'self'" in policy
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "Set-Cookie" not in frame.headers


def test_what_a_page_asks_for_beside_is_there_and_nothing_can_be_sent(shown):
    root = shown.url.removesuffix("token/")
    assert requests.get(root + "inn/logo/light", timeout=30).text == LOGO
    assert requests.post(root + "inn/sign-in", data={"way": "cred"}, timeout=30).status_code == 403


def test_without_the_token_there_is_no_preview(shown):
    root = shown.url.removesuffix("token/")
    for path in ("", "state", "guess/state", "Token/state", "token-/"):
        assert "samples" not in requests.get(root + path, timeout=30).text


def test_a_question_for_news_is_answered_by_the_change(shown):
    with watching(shown):
        answers = []
        asking = threading.Thread(target=lambda: answers.append(shown.get("generation", known=1).json()))
        asking.start()
        while asking.is_alive():  # the watcher may not have begun when the first change is made
            (shown.folder / "theme" / "theme.css").write_text(":root { --radius: 4px }")
            asking.join(0.2)
    assert answers[0] > 1
    assert "--radius:4px" in shown.get("frame/sign-in").text


def test_a_fault_is_told_and_the_last_good_pages_stay(shown):
    (shown.folder / "venue.toml").write_text(VENUE + "colour = 3\n")
    shown.show.read()
    state = shown.state()
    assert "venue.toml: iacbox.colour: " in state["faults"][0]
    assert shown.get("frame/sign-in").status_code == 200
    (shown.folder / "venue.toml").write_text(VENUE)
    shown.show.read()
    assert shown.state()["faults"] == []


def test_a_template_that_fails_is_told_beside_its_page(shown):
    path = shown.folder / "theme" / "templates" / "online.html"
    path.parent.mkdir()
    path.write_text("{% extends layout %}{% block main %}{{ nothing }}{% endblock %}")
    shown.show.read()
    assert (
        "online.html: line 1: UndefinedError: 'nothing' is undefined (on the page “Online”)"
        in shown.state()["faults"][0]
    )
    assert "You are online" in shown.get("frame/online").text
    path.write_text(
        "{% extends layout %}{% block main %}<p>Enjoy</p>{% for l, u in links %}{{ l }}{% endfor %}"
        '{% if disconnect %}<form action="{{ disconnect }}" method="post"><input name="guest" value="{{ page.token }}"><button>x</button></form>{% endif %}{% endblock %}'
    )
    shown.show.read()
    assert shown.state()["faults"] == []
    assert "<p>Enjoy</p>" in shown.get("frame/online").text


def test_the_command_says_where_and_ends_by_ctrl_c(tmp_path):
    import functools
    import os
    import signal

    write_venues(tmp_path, {"inn": VENUE})
    environ = {
        **os.environ,
        "PORTAL_VENUES": str(tmp_path),
        "PORTAL_SECRET_KEY": KEY,
        "PYTHONUNBUFFERED": "1",
    }
    words = [sys.executable, "-m", "flask", "--app", "wsgi", "venues", "preview", "inn", "--lan"]
    background = functools.partial(signal.signal, signal.SIGINT, signal.SIG_IGN)  # as a shell starts "… &"
    with subprocess.Popen(
        words, env=environ, stdout=subprocess.PIPE, text=True, preexec_fn=background
    ) as process:
        try:
            line, warning = process.stdout.readline(), process.stdout.readline()
            url = re.search(r"http://[^/]+(:\d+/\S+/)", line).group(1)
            assert requests.get(f"http://127.0.0.1{url}state", timeout=30).json()["slug"] == "inn"
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    assert "Whoever knows this address" in warning
    assert "\u2580" in rest or "\u2588" in rest
    assert process.returncode == 0


def test_the_command_says_which_venues_there_are(tmp_path):
    app = create_app(Config(write_venues(tmp_path, {"inn": VENUE}), (KEY,)))
    answer = app.test_cli_runner().invoke(args=["venues", "preview", "in"])
    assert answer.exit_code == 1
    assert "there is no venue 'in'; did you mean inn?" in answer.output


def test_the_wall_works_by_keyboard_in_a_browser(shown, chromium):
    with watching(shown):
        guest = chromium(width=1280)
        guest.open(shown.url)
        page = guest.page
        page.wait_for_selector("figure:first-child figcaption span:not(:empty)")
        assert page.locator("figure").count() == len(shown.state()["samples"])
        page.keyboard.press("/")
        page.keyboard.type("consent")
        assert 3 <= page.locator("figure").count() <= 8
        page.keyboard.press("Escape")
        page.locator("body").click(position={"x": 5, "y": 5})
        page.keyboard.press("j")
        assert page.locator("figure").count() == 1
        page.locator("#language").select_option("*")
        assert page.locator("figure").count() == 2
        assert page.locator("iframe").nth(1).content_frame.locator("html").get_attribute("dir") == "rtl"
        (shown.folder / "venue.toml").write_text(VENUE.replace('"Inn"', '"The Old Inn"'))
        page.wait_for_selector("#venue:has-text('The Old Inn')")
