"""What a UCOPIA page weighs: every field of both modes, in every language, within what the contract allows."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from portal.languages import LANGUAGES
from portal.simulators.ucopia import ControllerSettings, Policy
from portal.simulators.ucopia.rules import RULES
from tests.gateways.ucopia.world import World

MOST = 12 * 1024


@pytest.fixture
def crowded(campus: Callable[..., World]) -> World:
    """Every rule there is, optional and mandatory, with both policies."""
    settings = ControllerSettings(logon_policy=Policy("logon", True), private_policy=Policy(display=True))
    for mode in (settings.one, settings.direct):
        mode.enabled = mode.sponsoring = True
        mode.policy = Policy(display=True)
        mode.show(*RULES).show("lastName", "email", mandatory=True)
    return campus(settings, country="FR")


def test_every_field_of_both_modes_stays_within_its_weight_in_every_language(crowded: World) -> None:
    for language in LANGUAGES:
        guest = crowded.arrives().opens(f"campus/?lang={language.code}").status(200)
        packed = guest.session.get(
            f"{crowded.portal.url}campus/", headers={"Accept-Encoding": "gzip"}, stream=True
        )
        weight = len(packed.raw.read(decode_content=False))
        assert packed.headers["Content-Encoding"] == "gzip"
        assert weight <= MOST, (language.code, weight, len(gzip.compress(guest.response.content)))


def test_one_list_of_countries_serves_every_form(crowded: World) -> None:
    page = crowded.arrives().page
    (countries,) = page.select("datalist")
    assert len(countries.select("option")) > 180
    assert len(page.select(f"input[list={countries['id']}]")) == 4
    assert not page.select("select[name=prefix], select[name=postal_country_name]")
