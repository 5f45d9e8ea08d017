"""The longest state that a UCOPIA guest can have: every page goes through a stock proxy, with cookies and without."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import pytest

from portal.simulators.ucopia import ControllerSettings
from portal.simulators.ucopia.rules import Mode, Policy
from tests.gateways.ucopia.world import World

RULES = ("userLogin", "userPassword", "lastName", "firstName", "email", "organizationalUnitName")


def noise(length: int) -> str:
    """Text that nothing compresses."""
    return "".join(random.Random(length).choices(string.ascii_letters + string.digits, k=length))


@pytest.mark.parametrize("cookies", [True, False])
def test_every_answer_has_small_headers(campus: Callable[..., World], cookies: bool) -> None:
    there = campus(ControllerSettings(one=Mode(True).show(*RULES), logon_policy=Policy("logon", True)))
    guest = there.guest(cookies=cookies).opens(f"campus/?dst=http://example.com/{noise(1450)}")
    names = ("user_login", "first_name", "last_name", "organizational_unit_name")
    guest.fills(
        **{name: noise(190 + number) for number, name in enumerate(names)}, email_address="no address"
    )
    guest.presses(way="one").status(422)
    assert "guest" not in guest.session.cookies
    guest.chooses_language("de").chooses_language("en")
    guest.fills(login="jsmith", password="1234").ticks("policy_accept").presses(way="login").sees(
        "You are online"
    )
