"""What a guest is told is true, and no account is made twice, when the controller leaves it open how things are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.simulators.ucopia import Account, ControllerSettings, WireStyle
from tests.gateways.ucopia.canned import portal_before
from tests.gateways.ucopia.world import World

REDIRECTS = WireStyle(navigation="redirect")
ONE_BUTTON = {
    "step": "SUBSCRIBE",
    "type": "ONE",
    "subscribe": {"count": 1, "one": {}},
    "auth_modes": {"one": True},
}


@pytest.mark.parametrize("guests_by", ["session", "address"])
def test_a_browser_s_login_that_failed_does_not_leave_a_page_that_says_online(
    campus: Callable[..., World], guests_by: Any
) -> None:
    there = campus(ControllerSettings(guests_by=guests_by, wire=REDIRECTS), calls="browser")
    guest = there.guest().opens(f"{there.controller_url}arrive")
    guest.fills(login="jsmith", password="wrong").presses(way="login").presses(button="Continue")
    guest.opens("campus/").sees("You are online").follows("Connect again").sees("User name")
    assert guest.field("login") == "jsmith"
    guest.opens(f"{there.controller_url}arrive").sees("User name").does_not_see("You are online")


def test_a_guest_whom_the_controller_catches_again_is_not_online(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(wire=REDIRECTS), calls="browser")
    guest = there.guest().opens(f"{there.controller_url}arrive?dst={there.portal.url}campus/online")
    guest.presses(way="one").presses(button="Continue").sees("You are online")
    for one in there.controller.guests.values():
        there.controller.sign_off(one)
    guest.opens(f"{there.controller_url}arrive").sees("no longer knows this device", "Your account")
    guest.does_not_see("You are online")


def test_disconnecting_a_guest_who_is_offline_already_is_no_error(campus: Callable[..., World]) -> None:
    there = campus()
    guest = there.arrives().presses(way="one").sees("You are online")
    for one in there.controller.guests.values():
        there.controller.sign_off(one)
    guest.presses(button="Disconnect").sees("You are disconnected")


def test_a_session_that_has_only_just_begun_does_not_tell_that_a_guest_is_offline(
    campus: Callable[..., World],
) -> None:
    there = campus()
    guest = there.arrives().presses(way="one")
    there.settings.faults.lose_session_at = "disconnect"
    guest.presses(button="Disconnect").sees("You could not be disconnected")
    cards = guest.page.select(".card")
    assert cards
    assert [card for card in cards if not card.get_text(strip=True)] == []


def test_the_manual_s_logout_at_the_wifi_device_is_followed(tmp_path: Path) -> None:
    user = {"login": {"value": "jsmith"}, "isConnected": True}
    params = {"type": "POST", "uri": "logout", "host": "127.0.0.1", "port": "10000", "protocol": "http"}
    says = {
        "init": {"step": "FEEDBACK", "type": "CONNECT", "user": user},
        "disconnect": {
            "step": "LOGON",
            "type": "",
            "info": {"code": "disconnect_success"},
            "login_URL_params": params,
        },
    }
    with portal_before(tmp_path, says, architecture="out-of-band", zone="test") as (_controller, guest):
        guest.opens("campus/?res=notyet&uamip=127.0.0.1&uamport=10000&challenge=00&mac=02-00-00-00-00-01")
        guest.presses(button="Disconnect").sees("One moment")
        assert guest.page.select_one("form[action='http://127.0.0.1:10000/logout']")


def test_connecting_again_out_of_band_starts_at_the_wifi_device(campus: Callable[..., World]) -> None:
    there = campus(architecture="out-of-band", zone="test")
    guest = there.guest().opens(f"{there.nas_url}browse?url=http://captive.apple.com/")
    guest.fills(login="jsmith", password="1234").presses(way="login").presses(button="Disconnect")
    guest.sees("You are disconnected")
    assert guest.page.select_one(
        "a[href='http://captive.apple.com/']"
    )  # the challenge that we have is used up


def test_an_account_behind_an_endless_answer_is_not_made_again(tmp_path: Path) -> None:
    says = {"init": ONE_BUTTON, "subscribe": b" " * 1_100_000}
    with portal_before(tmp_path, says) as (controller, guest):
        guest.opens("campus/").presses(way="one").status(504).sees("do not know whether your account")
        guest.goes_back().presses(way="one").sees("do not know whether your account")
        assert [form["action"] for form in controller.asked].count("subscribe") == 1


def test_an_account_behind_a_page_is_not_made_again_while_init_is_silent(
    campus: Callable[..., World],
) -> None:
    there = campus()
    guest = there.arrives()
    there.settings.faults.garble["subscribe"] = "html"
    there.settings.faults.dead.add("init")
    guest.presses(way="one").status(504).sees("do not know whether your account")
    there.settings.faults.garble.clear()
    there.settings.faults.dead.clear()
    guest.goes_back().presses(way="one").sees("do not know whether your account")
    assert there.controller.accounts.made == 1


def test_a_store_that_is_broken_costs_nobody_an_account_and_makes_nobody_two(
    tmp_path: Path, campus: Callable[..., World]
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "shared.sqlite").write_bytes(b"no database at all" * 1000)
    there = campus(state={"state_folder": tmp_path / "broken"})
    guest = there.arrives()
    guest.presses(way="one").sees("You are online")
    guest.goes_back().presses(way="one").sees("You are online")
    assert there.controller.accounts.made == 1


def test_guessing_the_password_of_a_login_is_slowed_whoever_guesses_and_the_guest_gets_in(
    campus: Callable[..., World],
) -> None:
    there = campus(ControllerSettings(max_attempts=0))
    for number in range(31):
        guest = there.arrives().fills(login="JSmith", password=f"guess{number}").presses(way="login")
        guest.status(422)
    slowed = there.arrives().fills(login="JSmith", password="guess31").presses(way="login").status(429)
    slowed.sees("There were too many attempts. Wait ", " seconds, then try again")
    assert int(slowed.response.headers["Retry-After"]) <= 20


def test_right_details_are_never_refused_however_many_guests_share_them(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(max_attempts=0))
    there.controller.accounts.add(Account("anna", "1234"))
    for _ in range(60):
        there.arrives().fills(login="anna", password="1234").presses(way="login").sees("You are online")
