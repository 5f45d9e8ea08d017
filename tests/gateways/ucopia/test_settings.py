"""The table [ucopia] and ``ucopia probe``: every fault is said, and an operator learns what a controller needs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import create_app
from portal.config import Config
from portal.simulators.server import serve
from portal.simulators.ucopia import Controller, ControllerSettings, Mode, create_controller
from portal.venues.venue import Closed
from tests.gateways.ucopia.world import table
from tests.house import KEY, write_venues

URL = "https://controller.example/"
FAULTS = [
    ({"architecture": "out-of-band"}, "ucopia.zone", "out-of-band needs"),
    ({"architecture": "out-of-band", "zone": "a", "calls": "browser"}, "ucopia.calls", "server"),
    ({"architecture": "sideways"}, "ucopia.architecture", "in-line"),
    ({"user_agent": "Android 5"}, "ucopia.user_agent", "refuse"),
    ({"user_agent": "x" * 61}, "ucopia.user_agent", "60"),
    ({"verify": "missing.pem"}, "ucopia.verify", "no file"),
    ({"names": {"nickname": "nick"}}, "ucopia.names", "no input"),
    ({"names": {"gender": "a b"}}, "ucopia.names", "POST name"),
    ({"read_timeout": 0}, "ucopia.read_timeout", "greater"),
    ({"country": "France"}, "ucopia.country", "two letters"),
    ({"nas_hosts": ["http://x/"]}, "ucopia.nas_hosts.0", "host"),
    ({"refresh": 5}, "ucopia.refresh", "not a known key"),
]


def app_of(folder: Path, text: str) -> Any:
    return create_app(Config(write_venues(folder, {"campus": text}), (KEY,)))


@pytest.mark.parametrize(("keys", "key", "words"), FAULTS)
def test_a_fault_is_said_with_its_key_and_what_is_right(
    tmp_path: Path, keys: dict[str, Any], key: str, words: str
) -> None:
    venue = app_of(tmp_path, table(URL, **keys)).extensions["portal"].venues["campus"]
    assert isinstance(venue, Closed)
    assert [fault.key for fault in venue.faults] == [key]
    assert words in str(venue.faults[0])


def test_no_check_of_the_certificate_is_never_silent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        app = app_of(tmp_path, table(URL, verify=False))
    assert "not authenticated" in caplog.text
    answer = app.test_cli_runner().invoke(args=["venues", "check", "campus"])
    assert "verify is false" in answer.output


def test_the_file_that_venues_new_makes_is_right(tmp_path: Path) -> None:
    runner = app_of(tmp_path, table(URL)).test_cli_runner()
    assert runner.invoke(args=["venues", "new", "harbour", "--system", "ucopia"]).exit_code == 0
    another = app_of(tmp_path, table(URL)).test_cli_runner()  # every command is a process of its own
    answer = another.invoke(args=["venues", "check", "harbour"])
    assert (answer.exit_code, "serves" in answer.output) == (0, True), answer.output


@pytest.fixture
def controller() -> Iterator[tuple[Controller, str]]:
    made = Controller(ControllerSettings())
    with serve(create_controller(made)) as server:
        yield made, server.url
        made.release()


def probe(folder: Path, url: str, **keys: Any) -> Any:
    return app_of(folder, table(url, **keys)).test_cli_runner().invoke(args=["ucopia", "probe", "campus"])


def test_probe_says_what_is_announced_and_who_should_call(
    tmp_path: Path, controller: tuple[Controller, str]
) -> None:
    box, url = controller
    box.settings.one = Mode(True).show("lastName", mandatory=True).show("phone")
    answer = probe(tmp_path, url)
    assert answer.exit_code == 0, answer.output
    for words in ("step SUBSCRIBE, type ONE", "lastName*, phone", "ways in: one, login", "native-in"):
        assert words in answer.output
    assert 'calls = "server" is right (as it is)' in answer.output


def test_probe_knows_a_controller_that_knows_guests_by_address(
    tmp_path: Path, controller: tuple[Controller, str]
) -> None:
    box, url = controller
    box.settings.guests_by = "address"
    assert 'calls = "browser" is right (the venue file says server)' in probe(tmp_path, url).output


def test_probe_opens_a_zone(tmp_path: Path, controller: tuple[Controller, str]) -> None:
    _box, url = controller
    answer = probe(tmp_path, url, architecture="out-of-band", zone="test")
    assert "/100/portal/" in answer.output
    assert "native-out" in answer.output


ADVICE = [("no-portal", "401"), ("user-agent", "user_agent"), ("empty-address", "404")]


@pytest.mark.parametrize(("refusal", "words"), ADVICE)
def test_probe_explains_table_1(
    tmp_path: Path, controller: tuple[Controller, str], refusal: Any, words: str
) -> None:
    box, url = controller
    box.settings.refusal = refusal
    answer = probe(tmp_path, url)
    assert answer.exit_code == 1
    assert words in answer.output


def test_probe_of_a_controller_that_is_not_there(tmp_path: Path) -> None:
    answer = probe(tmp_path, "http://127.0.0.1:9/", connect_timeout=1)
    assert answer.exit_code == 1
    assert "no connection" in answer.output


def test_probe_names_what_is_not_known_here(tmp_path: Path, controller: tuple[Controller, str]) -> None:
    from tests.gateways.ucopia.canned import canned, vector

    init = vector("init") | {"newThing": 1}
    init["logon"]["subscribe"]["one"]["faxNumber"] = {"display": True}
    with canned({"init": init}) as box:
        output = probe(tmp_path, box.url).output
    assert "not known here: newThing" in output
    assert "faxNumber" in output


def test_probe_reads_what_stands_in_the_controller_s_own_page_alone(
    tmp_path: Path, controller: tuple[Controller, str]
) -> None:
    output = probe(tmp_path, controller[1]).output
    assert "genders on its page: m, f" in output
    assert "interests on its page: 1, 2" in output
    assert "codes that have no words here: only-this-box-says-so, night-pause, no-more-accounts" in output


def test_probe_warns_of_bare_json_and_of_ways_that_only_the_controller_has(
    tmp_path: Path, controller: tuple[Controller, str]
) -> None:
    box, url = controller
    box.settings.guests_by = "address"
    assert "bare JSON" in probe(tmp_path, url).output
    box.settings.wire.navigation = "redirect"
    assert "bare JSON" not in probe(tmp_path, url, user_agent="Mozilla/5.0").output
    assert "the manual forbids it" in probe(tmp_path, url, user_agent="Mozilla/5.0").output


def test_probe_names_ways_and_steps_that_are_not_served_here(tmp_path: Path) -> None:
    from tests.gateways.ucopia.canned import canned

    init = {"step": "PAYMENT", "type": "PMS", "auth_modes": {"standard": True, "facebook": True}}
    with canned(
        {"init": init, "switch_language": {}, "refresh": {"step": "LOGON"}, "authenticate": {}}
    ) as box:
        output = probe(tmp_path, box.url).output
    assert "ways on the controller's own page alone: facebook" in output
    assert "step PAYMENT is not known here" in output


def test_check_tells_of_an_agent_that_the_manual_forbids_and_of_values_that_nobody_names(
    tmp_path: Path,
) -> None:
    runner = app_of(tmp_path, table(URL, user_agent="Mozilla/5.0")).test_cli_runner()
    output = runner.invoke(args=["venues", "check", "campus"]).output
    assert "begins with Mozilla" in output
    assert "ASSUMED values" in output


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"birth_date": "%d/%m"}, "birth_date"),
        ({"birth_date": "%x %d %m %Y and much more than that"}, "birth_date"),
        ({"genders": ["m"]}, "genders"),
    ],
)
def test_values_that_make_no_sense_are_faults(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    runner = app_of(tmp_path, table(URL, **keys)).test_cli_runner()
    answer = runner.invoke(args=["venues", "check", "campus"])
    assert answer.exit_code != 0
    assert words in answer.output
