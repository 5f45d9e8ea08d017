"""A venue's own template is text from outside: what its designer tries against the portal and against other venues."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import pytest

from portal.journey import templating
from portal.venues.sandbox import sandbox_of, why_unusable
from portal.venues.template_limits import SECONDS, TooCostly, limited
from tests.gateways.iacbox.inn import VENUE, inn
from tests.guest import Guest
from tests.house import KEY

PAGE = "{% extends layout %}{% block main %}<p>here</p>TRICK"
PAGE += "{% for way in ways %}{% include way.template %}{% endfor %}{% endblock %}"
FORM = "{% set f = ways[0].form %}{% set u = f.username %}{% set p = f.password %}"
GLOBALS = (
    FORM + "{% set a = u.process_data({'__globals__': p}) %}{% set b = u.populate_obj(f, '_fields') %}"
    "{% set c = f.process(None, input_attributes) %}"
)
"""WTForms' setattr and getattr with names of the template's choice."""
EVAL = GLOBALS + "{{ p.data['__builtins__']['eval'](\"CODE\") }}"
ATTACKS = {
    "the secret key": EVAL.replace(
        "CODE", "__import__('portal.app_state').app_state.app_state().config.secret_keys"
    ),
    "another venue's secret": EVAL.replace(
        "CODE", "__import__('portal.app_state').app_state.app_state().venues['other'].settings.secret"
    ),
    "a shell": EVAL.replace("CODE", "__import__('os').popen('echo uid=$((40+2))').read()"),
    "the module": GLOBALS + "{{ p.data }}",
}
OTHER = "the secret of the other one"


def other_venue(box: str = "http://box.example/") -> str:
    return VENUE.format(general="", box=box, keys='sign_in = ["cred"]').replace(
        "correct horse battery", OTHER
    )


def opened(tmp_path: Path, trick: str) -> tuple[str, str]:
    """The login page of a venue with this in its template, and that of another venue afterwards."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "venue.toml").write_text(other_venue())
    with inn(tmp_path, files={"theme/templates/sign_in.html": PAGE.replace("TRICK", trick)}) as one:
        guest = Guest(one.url, inspects=False).opens(one.start())
        return guest.html, Guest(one.url, inspects=False).opens("/other/").html


@pytest.mark.parametrize("name", ATTACKS)
def test_a_template_reaches_no_secret_and_no_shell(tmp_path, name):
    html, _ = opened(tmp_path, ATTACKS[name])
    for word in (KEY, OTHER, "uid=42", "__builtins__", "flask_babel"):
        assert word not in html


def test_a_template_cannot_break_the_posts_of_another_venue(tmp_path):
    from portal.journey.forms import GuestTokenCSRF

    before = GuestTokenCSRF.validate_csrf_token
    trick = FORM + "{% set a = u.populate_obj(f.meta.csrf_class, 'validate_csrf_token') %}"
    try:
        opened(tmp_path, trick)
        assert GuestTokenCSRF.validate_csrf_token is before
    finally:
        GuestTokenCSRF.validate_csrf_token = before  # type: ignore[method-assign]


COSTLY = {
    "a repeated text": "{{ 'x' * 400000000 }}",
    "a repeated list": "{% set a = [1] * 400000000 %}",
    "a text made twice as long again and again": "{% set a = 'xxxxxxxx' %}" + "{% set a = a ~ a %}" * 26,
    "the same with +": "{% set a = 'xxxxxxxx' %}" + "{% set a = a + a %}" * 26,
    "the same with blocks": "{% set a = 'xxxxxxxx' %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 26,
    "the same with a list": "{% set a = [1] %}" + "{% set a = [a, a] %}" * 26 + "{{ a }}",
    "the same with a mapping": "{% set a = 1 %}" + "{% set a = {1: a, 2: a} %}" * 26 + "{{ a|string }}",
    "loops in loops": "{% for a in range(5000) %}{% for b in range(5000) %}{% endfor %}{% endfor %}",
    "a long page": "{% for a in range(5000) %}{{ 'x' * 100000 }}{% endfor %}",
    "a long page in a macro": "{% macro m() %}{% for a in range(5000) %}{{ 'x' * 100000 }}{% endfor %}{% endmacro %}{{ m() }}",
    "a range": "{% for a in range(90000000) %}{% endfor %}",
    "a number": "{% set a = 9 ** (9 ** 9) %}{{ a }}",
    "a number made larger": "{% set a = 999999999 %}" + "{% set a = a * a %}" * 24,
    "a format": "{{ '%400000000d' % 1 }}",
    "a format by method": "{{ '{:400000000}'.format(1) }}",
    "a sentence": "{{ _('%(a)400000000s', a=1) }}",
    "a sentence of many": "{{ _('%(a)s' * 9000, a='x' * 90000) }}",
    "filling": "{{ 'x'.ljust(400000000) }}",
    "centring": "{{ 'x'|center(400000000) }}",
    "replacing": "{{ ('x' * 90000)|replace('x', 'x' * 90000) }}",
    "joining": "{{ range(5000)|map('string')|join('x' * 90000) }}",
    "many copies": "{% set a = ['x' * 190000] * 4000 %}{{ a|map('upper')|list|length }}",
    "a macro that calls itself twice": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(30) }}",
    "a macro without end": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "lorem ipsum": "{{ lipsum(n=900000) }}",
}


def made(source: str, **values: object) -> str:
    """The text that a template of a venue makes, as a page would."""
    sandbox = sandbox_of(Path("/nonexistent"), None, functions={}, gettext=str, ngettext=str)
    with limited():
        return sandbox.from_string(source).render(**values)


def peak() -> int:
    """The most memory this process has had since :func:`reset_peak`, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@pytest.mark.parametrize("name", COSTLY)
def test_a_template_costs_little(name):
    Path("/proc/self/clear_refs").write_text("5")
    before, began = peak(), time.thread_time()
    with pytest.raises(Exception) as caught:  # noqa: PT011  refused in whatever way
        made(COSTLY[name])
    assert not isinstance(caught.value, MemoryError)
    assert time.thread_time() - began < 3 * SECONDS
    assert peak() - before < 60


def test_a_template_that_costs_too_much_is_replaced_by_ours_and_rests(tmp_path, caplog, monkeypatch):
    # Samples of pages have no state in their links, so that this fault shows only when a guest looks.
    page = PAGE.replace("TRICK", "{% if '?' in page.start %}{{ 'x' * 400000000 }}{% endif %}")
    monkeypatch.setattr(templating, "_resting", {})
    with (
        caplog.at_level(logging.ERROR, "portal"),
        inn(tmp_path, files={"theme/templates/sign_in.html": page}) as one,
    ):
        one.guest().sees("Connect to the Wi-Fi").fills(username="gast", password="willkommen").presses("cred")
        assert one.online()
        one.guest("0200000000ab").does_not_see("here")
    assert caplog.text.count("kind=TooCostly") == 1


ORDINARY = """
{% extends layout %}{% from "macros.html" import fields, summary with context %}
{% block heading %}{{ super() }} – {{ page.venue_name|upper }}{% endblock %}
{% block main %}{{ summary(ways, notice, upstream_message) }}
{% for way in ways %}<h2 class="{{ loop.cycle('odd', 'even') }}">{{ loop.index }}/{{ loop.length }} {{ way.title|title }}</h2>
<form method="post" action="{{ page.sign_in }}"><input type="hidden" name="guest" value="{{ page.token }}">
<input type="hidden" name="way" value="{{ way.name }}">
{% for field in way.form if field.type != "CSRFTokenField" %}<label for="x-{{ field.name }}">{{ field.label.text }}</label>
{{ field(id="x-" ~ field.name, class="wide", placeholder=_("Code")) }}{% endfor %}<button>{{ way.submit }}</button></form>
{% endfor %}{% set rest = page.footer|selectattr(1)|map(attribute=0)|list %}{{ rest|join(", ") }}
{{ _("In %(count)s seconds you are taken on.", count=3) }}{{ {"a": 1}.get("a", 2) }} {{ "a,b".split(",")[1] }}{% endblock %}
"""


def test_what_a_designer_ordinarily_writes_works(tmp_path, caplog):
    with (
        caplog.at_level(logging.ERROR, "portal"),
        inn(tmp_path, files={"theme/templates/sign_in.html": ORDINARY}) as one,
    ):
        guest = Guest(one.url, inspects=False).opens(one.start())
        guest.sees("HOTEL ALPENBLICK", "1/2", "In 3 seconds you are taken on.", "1 b")
        box = guest.page.find(id="x-username")
        assert (box["class"], box["placeholder"], box["name"]) == (["wide"], "Code", "username")
        guest.fills(username="gast", password="willkommen").presses("cred").sees("You are online")
    assert "template" not in caplog.text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ 'x'|center(4) }}", "No filter named 'center'"),
        ("\n{% if", "unexpected"),
        ("x" * 300_000, "more than 200000 characters"),
        ("{{ " + "(" * 20_000, "RecursionError"),
    ],
)
def test_what_a_template_cannot_use_is_said_when_it_is_read(source, said):
    sandbox = sandbox_of(Path("/nonexistent"), None, functions={}, gettext=str, ngettext=str)
    _, wrong = why_unusable(sandbox, source)
    assert said in wrong


def test_each_page_has_a_budget_of_its_own():
    for _ in range(3):
        assert made("{% for a in range(20) %}{{ 'x' * 100000 }}{% endfor %}")
    with pytest.raises(TooCostly):
        made("{% for a in range(90) %}{{ 'x' * 100000 }}{% endfor %}")


def test_a_link_in_the_folder_of_templates_leads_nowhere(tmp_path):
    files = {
        "theme/templates/sign_in.html": PAGE.replace("TRICK", "{% include 'gone.html' ignore missing %}ours")
    }
    with inn(tmp_path, files=files) as one:
        os.symlink("/etc/passwd", tmp_path / "hotel" / "theme" / "templates" / "gone.html")
        guest = Guest(one.url, inspects=False).opens(one.start()).sees("ours")
        assert "root:" not in guest.html
