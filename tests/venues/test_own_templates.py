"""A venue's own templates are tried on every page before a guest meets one; what fails is told and gives way to ours."""

from __future__ import annotations

import logging
import time

import pytest

from portal import create_app
from portal.config import Config
from tests.guest import Guest
from tests.house import KEY, running_portal, write_venues

VENUE = 'name = "Inn"\nsystem = "iacbox"\nlanding_url = "https://inn.example/"\n[iacbox]\nurl = "https://logon.now/"\nsecret = "correct horse battery"\nsign_in = ["cred"]\n'
WAYS = "{% for way in ways %}{% include way.template %}{% endfor %}"
GOOD = "{% extends layout %}{% block main %}<p>Welcome to the inn</p>" + WAYS + "{% endblock %}"
MESSAGE = "{% extends layout %}{% block main %}<p>{{ text }}</p>{% endblock %}"
OURS = "Connect to the Wi-Fi"
CASES = {
    "a name that nothing has": (
        {"sign_in.html": GOOD.replace("<p>", "\n<p>{{ wais }}")},
        "sign_in.html: line 2: UndefinedError: 'wais' is undefined (on the page “First screen”); docs/skins.md",
    ),
    "an error on one page alone": (
        {"message.html": "{% extends layout %}{% block main %}{{ links[0][2] }}{% endblock %}"},
        "message.html: line 1: ",
    ),
    "a block left open": (
        {"sign_in.html": "{% extends layout %}\n{% block main %}"},
        "sign_in.html: line 2: ",
    ),
    "a name that is no template": (
        {"signin.html": GOOD},
        "signin.html: (file): is the name of no template, so no guest sees it; did you mean sign_in.html?",
    ),
    "no form": (
        {"sign_in.html": GOOD.replace(WAYS, "")},
        "sign_in.html: page “First screen”: lacks the form that goes to /inn/sign-in; put the form",
    ),
    "a form without an input": (
        {
            "sign_in.html": GOOD.replace(
                WAYS, '<form method="post" action="{{ page.sign_in }}"><button>Go</button></form>'
            )
        },
        "sign_in.html: page “First screen”: leaves out of its form: guest, password, username, way",
    ),
    "macros that ours need": (
        {"macros.html": "{% macro icon(name) %}{% endmacro %}"},
        "macros.html: (file): SecurityError: ",
    ),
    "too much": (
        {"sign_in.html": GOOD.replace("<p>", "<p>{{ 'x' * 400000000 }}")},
        "sign_in.html: line 1: TooCostly: ",
    ),
    "a name that one language lacks": (
        {
            "sign_in.html": GOOD.replace(
                "to the inn", '{{ {"en": "here", "de": "hier"}[page.language.code] }}'
            )
        },
        "sign_in.html: line 1: UndefinedError: 'dict object' has no attribute 'ar' (on the page “First screen” in Arabic)",
    ),
    "no form in one language": (
        {"sign_in.html": GOOD.replace(WAYS, '{% if page.language.code != "ar" %}' + WAYS + "{% endif %}")},
        "sign_in.html: page “First screen” in Arabic: lacks the form that goes to /inn/sign-in; put the form",
    ),
    "UTF-16": ({"sign_in.html": GOOD.encode("utf-16")}, "sign_in.html: (file): is written in UTF-16; "),
}


def written(folder, templates):
    write_venues(folder, {"inn": VENUE})
    for name, text in templates.items():
        path = folder / "inn" / "theme" / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@pytest.mark.parametrize("case", CASES)
def test_a_template_that_fails_is_told_once_and_no_guest_meets_it(tmp_path, caplog, case):
    templates, said = CASES[case]
    with caplog.at_level(logging.ERROR, "portal"), running_portal(written(tmp_path, templates), {}) as portal:
        guest = Guest(portal.url).opens("/inn/")
        assert guest.page.h1.get_text() == OURS
        Guest(portal.url).opens("/inn/nowhere").sees("Inn")
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 1
    assert f"venue=inn template not used: theme/templates/{said}" in told[0]


def test_a_template_that_passes_is_what_guests_see(tmp_path, caplog):
    with (
        caplog.at_level(logging.ERROR, "portal"),
        running_portal(written(tmp_path, {"sign_in.html": GOOD}), {}) as portal,
    ):
        Guest(portal.url).opens("/inn/nowhere").sees("Inn")
    assert not caplog.records


@pytest.mark.parametrize("case", CASES)
def test_the_check_tells_it_and_says_what_would_be_right(tmp_path, case):
    templates, said = CASES[case]
    app = create_app(Config(written(tmp_path, templates), (KEY,)))
    answer = app.test_cli_runner().invoke(args=["venues", "check", "inn"])
    assert answer.exit_code == 1
    assert f"fault: theme/templates/{said}" in answer.output
    assert answer.output.count("theme/templates/") == 1


def test_venues_without_templates_load_as_fast_as_before(tmp_path, monkeypatch):
    from portal.journey import own_templates

    write_venues(tmp_path, {f"inn-{number}": VENUE for number in range(100)})
    spent = []
    tried = own_templates.init_app
    monkeypatch.setattr(
        own_templates,
        "init_app",
        lambda app: (spent.append(-time.process_time()), tried(app), spent.append(time.process_time())),
    )
    began = time.process_time()
    create_app(Config(tmp_path, (KEY,)))
    assert sum(spent) < (time.process_time() - began) / 20


def test_pages_without_a_template_of_the_venue_are_tried_in_one_language(tmp_path, monkeypatch):
    from portal.journey import own_templates

    tried = []
    page_of = own_templates.sample_pages.page_of
    monkeypatch.setattr(
        own_templates.sample_pages,
        "page_of",
        lambda sample, venue, language: (
            tried.append((sample.name, language.code)),
            page_of(sample, venue, language),
        )[1],
    )
    create_app(Config(written(tmp_path, {"message.html": MESSAGE}), (KEY,)))
    languages = {name: {code for one, code in tried if one == name} for name, _ in tried}
    assert languages["sign-in"] == {"en"}
    assert len(languages["error-404"]) == 16
