"""Names inside sentences of the other direction are set apart by the code, never by a catalogue."""

from __future__ import annotations

import pytest
from flask_babel import force_locale, gettext
from markupsafe import Markup

from portal import create_app
from portal.config import Config
from portal.journey.isolation import isolated
from tests.house import KEY


@pytest.mark.parametrize(
    ("locale", "name", "apart"),
    [
        ("ar", "Anna", True),
        ("ar", "ليلى", True),
        ("de", "ليلى", True),
        ("de", "Anna", False),
        ("ja", "Anna", False),
    ],
)
def test_a_name_is_set_apart_where_its_direction_can_differ(tmp_path, locale, name, apart):
    app = create_app(Config(tmp_path, (KEY,)))
    with app.test_request_context(), force_locale(locale):
        said = gettext("Welcome, %(name)s.", name=name)
    assert (f"\u2068{name}\u2069" in said) == apart
    assert name in said


@pytest.mark.parametrize("value", [7, "", Markup("<b>7</b>")])
def test_numbers_and_markup_stay_as_they_are(value):
    assert isolated(value, True) is value


@pytest.mark.parametrize(("locale", "whole"), [("ja", True), ("th", True), ("zh_CN", True), ("en", False)])
def test_wi_fi_is_never_broken_where_a_line_may_end_anywhere(tmp_path, locale, whole):
    app = create_app(Config(tmp_path, (KEY,)))
    with app.test_request_context(), force_locale(locale):
        said = gettext("Connect to the Wi-Fi")
    assert ("Wi-\u2060Fi" in said, "Wi-Fi" in said) == (whole, not whole)
