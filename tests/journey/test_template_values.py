"""Everything that a template can reach from a page's values, walked: plain values and nothing that does anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from wtforms import Form, StringField

from portal.journey import templating
from portal.journey.template_values import FieldView, plain
from portal.simulators.ucopia import ControllerSettings, Mode
from portal.venues.sandbox import OF_MAPPING, OF_TEXT, Sandbox, is_frozen, sandbox_of
from portal.venues.template_limits import limited
from tests.gateways.iacbox.inn import TEMPLATES, inn
from tests.gateways.icaro.hotspot import running_cafe
from tests.gateways.ucopia.world import world
from tests.guest import Guest

HOP = """
[[integrations]]
name = "Survey"
privacy = "We read it."
pre_auth_redirect_url = "http://127.0.0.1:9/s"
"""
SCALARS = (str, Markup, int, float, bool, type(None))
Seen = dict[str, list[tuple[dict[str, Any], str]]]


def reachable(value: Any, sandbox: Sandbox, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """The value and all that a template gets at from it by attributes, items and iteration."""
    if id(value) in seen or type(value) in SCALARS:
        return
    seen.add(id(value))
    yield path, value
    parts = list(value.items()) if isinstance(value, Mapping) else []
    parts += (
        [(f"[{place}]", one) for place, one in enumerate(value)] if isinstance(value, tuple | list) else []
    )
    for name in dir(value):
        one = getattr(value, name, None)
        if sandbox.is_safe_attribute(value, name, one) and not (type(value) is dict and name in OF_MAPPING):
            parts.append((name, one))
    for name, one in parts:
        yield from reachable(one, sandbox, f"{path}.{name}", seen)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Every page that is rendered, by template, with its values and its HTML."""
    seen: Seen = {}
    known = templating._render

    def render(env: Any, theme: str, name: str, values: dict[str, Any]) -> str:
        html = known(env, theme, name, values)
        seen.setdefault(name, []).append((values, html))
        own = templating._sandbox(env, Path("/nonexistent"))
        with limited():
            assert known(own, theme, name, values) == html
        return html

    monkeypatch.setattr(templating, "_render", render)
    return seen


def is_plain(pages: Seen, *names: str) -> None:
    """These pages were seen, and nothing but plain values can be reached from any page."""
    assert set(names) <= set(pages)
    sandbox = sandbox_of(Path("/nonexistent"), None, functions={}, gettext=str, ngettext=str)
    for name, shown in pages.items():
        for values, _ in shown:
            found = list(reachable(values, sandbox, name, set()))
            assert len(found) > 20, "a page has values that can be reached"
            for path, one in found:
                assert type(one) in (dict, list, tuple) or is_frozen(type(one)), f"{path}: {type(one)}"
                assert not isinstance(one, type), path


def test_the_pages_of_an_iacbox_are_plain(tmp_path, pages):
    keys = 'sign_in = ["cred", "create", "free"]\n' + TEMPLATES
    terms = {"texts/en.toml": 'terms = "Be nice."\nprivacy = "We keep nothing."'}
    general = "terms = { required = true }"
    with inn(tmp_path, keys, general, files=terms) as one:
        guest = one.guest().presses(way="cred").status(422)
        Guest(one.url).opens("hotel/terms").sees("Be nice")
        guest.fills(username="gast", password="willkommen").ticks("terms").presses("cred").sees(
            "You are online"
        )
        Guest(one.url).opens("/hotel/?lapi=x&si=y").status(400)
        is_plain(pages, "sign_in.html", "text.html", "online.html", "message.html")


def test_the_page_of_an_integration_is_plain(tmp_path, pages):
    with inn(tmp_path, 'sign_in = ["free"]\n' + HOP) as one:
        one.guest().sees("Survey").presses("hop").has_error_on("privacy")
        is_plain(pages, "hops/consent.html")


def test_the_pages_of_a_ucopia_are_plain(tmp_path, pages):
    direct = Mode(True).show("email", mandatory=True).show("phone").show("postalAddress")
    with world(tmp_path, ControllerSettings(one=Mode(), direct=direct)) as there:
        guest = there.arrives().presses(way="direct").has_error_on("email_address")
        guest.fills(email_address="a@example.com").presses(way="direct").sees("Your account")
        guest.presses(button="Connect").sees("You are online").presses(button="Disconnect")
        is_plain(pages, "sign_in.html", "ucopia/account.html", "ucopia/online.html", "message.html")


def test_the_pages_of_an_icaro_are_plain(tmp_path, pages):
    with running_cafe(tmp_path) as cafe:
        cafe.guest().presses("voucher").status(422)
        Guest(cafe.url).opens("/cafe/")
        is_plain(pages, "sign_in.html", "message.html")


class Sample(Form):
    name = StringField("Your <name>", default='"x"', render_kw={"placeholder": "a", "class": "b"})


def test_an_input_is_written_with_attributes_of_the_page():
    view = plain(Sample())["name"]
    html = view(id="a-b", class_="wide", aria_label='"')
    assert html == (
        '<input aria-label="&#34;" class="wide" id="a-b" name="name" placeholder="a" type="text" value="&#34;x&#34;">'
    )
    assert view() == (
        '<input class="b" id="name" name="name" placeholder="a" type="text" value="&#34;x&#34;">'
    )


@pytest.mark.parametrize("live", [Sample, object(), print, iter([]), Sample().name, pytest])
def test_a_live_object_never_gets_into_a_page(live):
    with pytest.raises(TypeError, match="plain values"):
        plain({"page": [live]})


def test_what_texts_may_do_is_named():
    assert isinstance(plain(Sample())["name"], FieldView)
    assert not OF_TEXT & {"format", "format_map", "join", "replace", "ljust", "zfill", "translate", "strip"}
