"""A state that somebody kept from before the disconnection takes nobody online again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from portal.simulators.ucopia import ControllerSettings
from tests.gateways.ucopia.world import World

ENGLISH = {"Accept-Language": "en"}
LOGIN = {"login": "jsmith", "password": "1234"}


@pytest.mark.parametrize("stays", [True, False], ids=["page kept open", "page closed"])
def test_a_state_from_before_the_disconnection_is_of_no_use(
    campus: Callable[..., World], stays: bool
) -> None:
    there = campus(ControllerSettings(auto_disconnect=not stays))
    guest = there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    old = str(guest.field("guest"))
    guest.presses(button="Disconnect").sees("You are disconnected")
    before = there.actions().count("authenticate")
    base = f"{there.portal.url}campus/"
    answer = requests.post(f"{base}ucopia/refresh", {"guest": old}, timeout=5)
    assert answer.status_code == 410
    for page in ("online", "online?again=1", "ucopia/left", "next", ""):
        seen = requests.get(f"{base}{page}", params={"guest": old}, headers=ENGLISH, timeout=5)
        assert "You are online" not in seen.text, page
    for path, form in (
        ("sign-in", {"way": "login", "login": "jsmith"}),
        ("ucopia/connect", {}),
        ("next", {"hop": "post:x"}),
    ):
        posted = requests.post(f"{base}{path}", {"guest": old, **form}, headers=ENGLISH, timeout=5)
        assert "You are online" not in posted.text
    assert there.actions().count("authenticate") == before
