"""A positive word is believed: what ``init`` says later refines it, and only its "no" takes it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.simulators.ucopia import ControllerSettings
from tests.gateways.ucopia.canned import portal_before
from tests.gateways.ucopia.world import World
from tests.simulators.ucopia_guest import FakeClock

FORM = {"step": "LOGON", "auth_modes": {"standard": True}}
LOGIN = {"login": "jsmith", "password": "1234"}


@pytest.mark.parametrize("says", ["first step", "bare feedback"])
@pytest.mark.parametrize("cookies", [True, False])
def test_init_that_lags_does_not_take_a_guest_offline(
    campus: Callable[..., World], says: Any, cookies: bool
) -> None:
    clock = FakeClock()
    there = campus(ControllerSettings(init_lag=30, lag_says=says), clock=clock)
    guest = there.arrives(cookies=cookies).fills(**LOGIN).presses(way="login")
    guest.sees("You are online", "jsmith")
    if cookies:
        guest.reloads().sees("You are online")
        clock.passes(31)
        guest.reloads().sees("You are online", "jsmith", "profile_1").does_not_see("no longer knows")
    guest.presses(button="Disconnect").sees("You are disconnected")


def test_the_landing_page_believes_it_too(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(init_lag=3600))
    guest = there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    guest.opens("campus/").sees("You are online")
    guest.opens("campus/?dst=http://captive.apple.com/").sees("You are online")


def test_an_explicit_no_takes_it_back(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(init_lag=3600, lag_says="not connected"))
    guest = there.arrives().fills(**LOGIN).presses(way="login")
    guest.sees("no longer knows this device").does_not_see("You are online")


def test_a_yes_and_then_a_login_step_takes_it_back(campus: Callable[..., World]) -> None:
    there = campus()
    guest = there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    for one in there.controller.guests.values():
        there.controller.sign_off(one)
    guest.opens("campus/online").sees("no longer knows this device")


def test_a_session_that_the_controller_began_anew_tells_nothing(campus: Callable[..., World]) -> None:
    there = campus()
    guest = there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    for session in there.controller.sessions.all():
        there.controller.sessions.lose(session)
    guest.opens("campus/online").sees("You are online", "jsmith").does_not_see("no longer knows")


def test_step_feedback_alone_counts_and_the_login_is_the_one_that_was_typed(tmp_path: Path) -> None:
    feedback = {"step": "FEEDBACK", "type": "CONNECT", "feedback": {"login": {"display": True}}}
    says = {"init": [FORM, feedback], "authenticate": {"step": "FEEDBACK"}}
    says["disconnect"] = {"step": "LOGON", "info": {"code": "disconnect_success"}}
    with portal_before(tmp_path, says) as (controller, guest):
        guest.opens("campus/").fills(**LOGIN).presses(way="login").sees("You are online", "jsmith")
        guest.presses(button="Disconnect").sees("You are disconnected")
        assert controller.last("disconnect")["login"] == "jsmith"


def test_a_session_counts_only_after_the_portal_page_was_fetched(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(needs_portal_page=True))
    guest = there.arrives().sees("With an account").presses(way="one").sees("You are online")
    assert there.actions()[:5] == ["open", "init", "open", "open", "init"]
    assert there.controller.accounts.made == 1
    guest.presses(button="Disconnect").sees("You are disconnected")


@pytest.mark.parametrize("answer", ["redirect", "html", "error"])
def test_the_very_first_call_may_meet_a_page(campus: Callable[..., World], answer: Any) -> None:
    there = campus()
    there.settings.faults.lose_session_at, there.settings.faults.lost_session_answer = "init", answer
    there.arrives().status(200).sees("With an account")


def test_an_address_that_an_answer_names_is_opened_first(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(init_redirect="/1/portal/"))
    there.arrives().status(200).sees("With an account")
    assert [call.path for call in there.controller.calls][:4] == [
        *("/", "/portal_api.php", "/1/portal/", "/portal_api.php"),
    ]


def test_an_address_elsewhere_is_not_opened(tmp_path: Path) -> None:
    with portal_before(tmp_path, {"init": FORM | {"redirect": "https://evil.example/"}}) as (
        controller,
        guest,
    ):
        guest.opens("campus/").status(200).sees("User name", "Connect")
        assert [form["action"] for form in controller.asked] == ["open", "init"]
