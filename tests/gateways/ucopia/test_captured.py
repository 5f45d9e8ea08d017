"""Guests before a controller that others have written: the portal asks it nothing that the vendor's page would not ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.gateways.ucopia.client import client_of
from tests.gateways.ucopia.captured import Captured, captured
from tests.gateways.ucopia.world import table
from tests.guest import Guest
from tests.house import running_portal
from tests.simulators.ucopia.clients import PortalAuth, Slim, shell

START = "campus/?dst=http://connectivitycheck.gstatic.com/generate_204"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Captured, Any]]:
    with captured() as box, running_portal(tmp_path, {"campus": table(box.url)}) as portal:
        yield box, lambda **how: Guest(portal.url, **how)
        client_of.cache_clear()


@pytest.mark.parametrize("cookies", [True, False])
def test_one_click_feedback_and_away(place: tuple[Captured, Any], cookies: bool) -> None:
    box, somebody = place
    guest = somebody(cookies=cookies).opens(START).presses(way="one").status(422).has_error_on("last_name")
    guest.fills(last_name="Müller").presses(way="one").sees("You are online", "150 MB of 150 MB", "1/3")
    assert "User name" in guest.text
    guest.sees("Keep this page open").waits_for_refresh().sees("You are online")
    assert box.last("refresh")["login"] == box.last("authenticate")["login"]
    if cookies:
        guest.opens(START).sees("You are online")
    guest.presses(button="Disconnect").sees("You are disconnected").follows("Connect again")
    guest.fills(last_name="Müller").presses(way="one").sees("You are online")
    assert box.complaints == []


def test_a_login_wrong_first_in_another_language(place: tuple[Captured, Any]) -> None:
    box, somebody = place
    guest = somebody(language="de").opens(START).fills(login="jsmith", password="no").presses(way="login")
    guest.status(422).has_error_on("login").fills(password="1234").presses(way="login").sees(
        "Sie sind online"
    )
    guest.chooses_language("fr").sees("jsmith")
    assert box.last("switch_language")["lang"] == "fr"
    assert box.complaints == []


def test_the_network_s_password_and_then_one_s_own(place: tuple[Captured, Any]) -> None:
    box, somebody = place
    box.network, box.forced = "net & secret", {"jsmith"}
    guest = somebody().opens(START).fills(secure_pwd="x").presses(way="secure").has_error_on("secure_pwd")
    guest.fills(secure_pwd="net & secret").presses(way="secure")
    guest.fills(login="jsmith", password="1234").presses(way="login").sees("Use 6 characters", "Digits: 1")
    guest.fills(new_password="abcde1", new_password_confirm="abcde1").presses(button="Save")
    guest.sees("You are online", "jsmith").presses(button="Disconnect").sees("You are disconnected")
    assert box.complaints == []


def test_a_session_that_the_controller_forgot_costs_nothing(place: tuple[Captured, Any]) -> None:
    box, somebody = place
    guest = somebody().opens(START)
    box.sessions.clear()
    guest.fills(last_name="Müller").presses(way="one").sees("You are online")
    assert box.complaints == []


@pytest.mark.parametrize("architecture", ["out-of-band"])
def test_the_browser_is_sent_to_the_device_that_the_login_names(tmp_path: Path, architecture: str) -> None:
    with captured() as box:
        box.device = "http://192.168.7.1:3990/"
        keys = {"architecture": architecture, "zone": "test"}
        with running_portal(tmp_path, {"campus": table(box.url, **keys)}) as portal:
            arrival = "campus/?res=notyet&uamip=192.168.7.1&uamport=3990&challenge=0f&mac=02-00-00-00-00-01"
            guest = Guest(portal.url).opens(arrival).fills(login="jsmith", password="1234")
            guest.presses(way="login").leaves_for(
                "http://192.168.7.1:3990/login?username=jsmith&response=00ff"
            )
            assert box.complaints == []
    client_of.cache_clear()


def test_real_clients_are_served_by_it_too() -> None:
    with captured() as box:
        slim = Slim(box.url)
        box.rules["lastName"]["mandatory"] = False
        assert slim.goes_online()["step"] == "FEEDBACK"
        assert slim.call("init")["user"]["isConnected"] is True
        slim.close()
        assert PortalAuth(box.url, "jsmith", "1234").goes_online()["step"] == "FEEDBACK"
        assert shell(box.url, action="authenticate", login="jsmith", password="1234")["step"] == "FEEDBACK"
