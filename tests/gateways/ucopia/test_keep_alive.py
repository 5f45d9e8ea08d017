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
