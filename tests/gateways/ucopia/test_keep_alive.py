"""Who has to keep the page open is told so and led nowhere; everybody else may close it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from portal.simulators.ucopia import ControllerSettings
from tests.gateways.ucopia.canned import portal_before
from tests.gateways.ucopia.world import World

LOGIN = {"login": "jsmith", "password": "1234"}
TARGET = "https://welcome.example.org/"
TABLE = list(product([True, False, None], [True, False, None], [None, "absent", 0, 20]))


@pytest.mark.parametrize(("auto", "caution", "redirect"), TABLE)
def test_the_one_rule(tmp_path: Path, auto: bool | None, caution: bool | None, redirect: Any) -> None:
    user: dict[str, Any] = {"login": {"value": "jsmith"}, "isConnected": True}
    user |= {} if auto is None else {"autoDisconnect": {"value": auto}}
    announced: dict[str, Any] = {
        "step": "FEEDBACK",
        "type": "CONNECT",
        "user": user,
        "refreshInterval": 50_000,
    }
    announced |= {} if caution is None else {"feedback": {"caution": {"display": caution}}}
    if redirect is not None:
        delay = {} if redirect == "absent" else {"delay": str(redirect)}
        announced["postConnectRedirect"] = {"url": TARGET, **delay}
    form = {"step": "LOGON", "auth_modes": {"standard": True}}
    says = {"init": [form, announced], "authenticate": {"step": "FEEDBACK", "user": user}}
    says["refresh"] = {"step": "FEEDBACK", "type": "REFRESH"}
    with portal_before(tmp_path, says) as (controller, guest):
        guest.opens("campus/").fills(**LOGIN).presses(way="login").sees("You are online")
        metas = [str(meta["content"]) for meta in guest.page.select("meta[http-equiv=refresh]")]
        page = guest.page
        stays, leads = auto is False, auto is True and isinstance(redirect, int)
        # the words
        assert ("Keep this page open" in guest.text) == stays
        assert ("You can close this page" in guest.text) == (not stays)
        # without scripts
        assert [meta for meta in metas if TARGET in meta] == ([f"{redirect};url={TARGET}"] if leads else [])
        assert bool([meta for meta in metas if "again=1" in meta]) == stays
        # with scripts
        assert bool(page.select("[data-after]")) == leads
        assert bool(page.select("[data-refresh][data-every='50']")) == stays
        # the link
        link = page.select_one(f"a[href='{TARGET}']")
        assert bool(link) == (redirect is not None)
        if link:
            assert (link.get("target") == "_blank") == stays
        assert ("The next page opens in" in guest.text) == (leads and redirect == 20)
        assert "refresh" not in [one["action"] for one in controller.asked]
        # once more: refreshed at once where the page has to stay, led nowhere by itself
        guest.opens("campus/online")
        assert ("refresh" in [one["action"] for one in controller.asked]) == stays
        assert not guest.page.select("[data-after]")


def test_a_refresh_without_scripts_is_a_page_that_opens_itself(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(auto_disconnect=False))
    guest = there.arrives().fills(**LOGIN).presses(way="login").waits_for_refresh()
    guest.sees("You are online")
    assert there.actions()[-2:] == ["refresh", "init"]


def test_the_landing_page_of_who_is_online_refreshes_at_once_too(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(auto_disconnect=False))
    guest = there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    assert "refresh" not in there.actions()
    guest.opens("campus/?dst=http://a.example/").sees("You are online")
    assert there.actions()[-1] == "refresh"
    there.settings.auto_disconnect = True
    before = there.actions().count("refresh")
    guest.opens("campus/").sees("You are online")
    assert there.actions().count("refresh") == before


HIDING = list(product([True, False, None], [None, "absent", 0, 20], [True, False]))


@pytest.mark.parametrize(("shown", "redirect", "landing"), HIDING)
def test_the_link_to_the_next_page_can_be_hidden_and_the_jump_stays(
    tmp_path: Path, shown: bool | None, redirect: Any, landing: bool
) -> None:
    """``feedback.requestedURL`` with ``display`` false hides the controller's link, not what the venue file names."""
    user = {"login": {"value": "jsmith"}, "isConnected": True, "autoDisconnect": {"value": True}}
    announced: dict[str, Any] = {"step": "FEEDBACK", "type": "CONNECT", "user": user}
    announced |= {} if shown is None else {"feedback": {"requestedURL": {"display": shown}}}
    if redirect is not None:
        announced["postConnectRedirect"] = {"url": TARGET} | (
            {} if redirect == "absent" else {"delay": redirect}
        )
    form = {"step": "LOGON", "auth_modes": {"standard": True}}
    says = {"init": [form, announced], "authenticate": {"step": "FEEDBACK", "user": user}}
    keys = {"landing_url": "https://hotel.example/"} if landing else {}
    with portal_before(tmp_path, says, **keys) as (_controller, guest):
        guest.opens("campus/?dst=http://wanted.example.org/").fills(**LOGIN).presses(way="login")
        links = [str(link["href"]) for link in guest.page.select("main a.button:not([hidden])")]
        jumps = redirect in (0, 20)
        if shown is not False:
            assert links == [TARGET if redirect is not None else "http://wanted.example.org/"]
        else:
            assert links == (["https://hotel.example/"] if landing and not jumps else [])
        assert [
            meta for meta in guest.page.select("meta[http-equiv=refresh]") if TARGET in meta["content"]
        ] == (guest.page.select("meta[http-equiv=refresh]") if jumps else [])
        assert bool(guest.page.select("[data-after]")) == jumps
        assert ("The next page opens in 20 seconds" in guest.text) == (redirect == 20)
