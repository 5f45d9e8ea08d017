"""Times in the zone that the controller means, with their day when it is not today; data as controllers count it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.simulators.ucopia import Account, ControllerSettings
from tests.gateways.ucopia.canned import portal_before
from tests.gateways.ucopia.world import World
from tests.simulators.ucopia_guest import FakeClock

NOW = 1_425_305_092  # Monday, 2 March 2015, 14:04:52 UTC
SHOWN = ("timeCredit", "validity", "consumedData", "totalTimeCredit", "forceDiscTimer")


def feedback(tmp_path: Path, **user: Any) -> Any:
    """The success page for what a controller tells of its user."""
    told = {"login": {"value": "a"}, "isConnected": True, "universalTime": {"value": NOW}} | user
    shown = {name: {"display": True} for name in SHOWN}
    return portal_before(
        tmp_path, {"init": {"step": "FEEDBACK", "type": "CONNECT", "user": told, "feedback": shown}}
    )


def credit(left: int, **more: Any) -> dict[str, Any]:
    return {"timeCredit": {"value": "90000", "remaining": {"value": left}, **more}}


@pytest.mark.parametrize(
    ("offset", "zone", "until"),
    [
        ("3600", "", "until 16:04"),
        ("-18000", "", "until 10:04"),
        (-10800, "", "until 12:04"),
        ("0", "", "until 15:04"),
        ("3600", "America/Lima", "until 10:04"),
        ("-18000", "No/Where", "until 10:04"),
        ("nonsense", "", "until 15:04"),
    ],
)
def test_the_zone_is_the_controller_s(tmp_path: Path, offset: Any, zone: str, until: str) -> None:
    user = credit(3600) | {"timezoneOffset": {"value": offset}}
    if zone:
        zone_told = {"isControllerTimezone": False, "zoneTimezone": zone}
        user["consumedData"] = {"timezone": {"value": zone_told}}
    with feedback(tmp_path, **user) as (_controller, guest):
        guest.opens("campus/").sees(until)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (600, "until 14:14"),
        (11 * 3600, "until Tuesday, 01:04"),
        (3 * 86_400, "until Thursday, 14:04"),
        (9 * 86_400, "until 11 Mar 2015, 14:04"),
    ],
)
def test_a_day_is_named_when_it_is_not_today(tmp_path: Path, left: int, words: str) -> None:
    with feedback(tmp_path, **credit(left), timezoneOffset={"value": "0"}) as (_controller, guest):
        guest.opens("campus/").sees(words)


@pytest.mark.parametrize(
    ("language", "today", "later"),
    [
        ("fr", "jusqu’à 14:14 aujourd’hui", "jusqu’au 11 mars 2015, 14:04"),
        ("es", "hasta las 14:14 de hoy", "hasta el 11 mar 2015, 14:04"),
        ("it", "fino alle 14:14 di oggi", "fino al giorno 11 mar 2015, 14:04"),
    ],
)
def test_a_time_and_a_date_have_each_their_own_words(
    tmp_path: Path, language: str, today: str, later: str
) -> None:
    for left, words in ((600, today), (9 * 86_400, later)):
        with feedback(tmp_path, **credit(left), timezoneOffset={"value": "0"}) as (_controller, guest):
            guest.opens("campus/").chooses_language(language).sees(words)


@pytest.mark.parametrize(("days", "words"), [("1", "every day"), ("30", "every 30 days"), ("0", "")])
def test_a_time_credit_says_when_it_begins_anew(tmp_path: Path, days: str, words: str) -> None:
    with feedback(tmp_path, **credit(60, reneweach={"value": days})) as (_controller, guest):
        guest.opens("campus/").sees(words)
        assert ("Renewed" in guest.text) == bool(words)


@pytest.mark.parametrize(("days", "words"), [("1", "毎日"), ("30", "30日ごと")])
def test_each_day_has_its_word_where_a_language_has_no_singular(
    tmp_path: Path, days: str, words: str
) -> None:
    with feedback(tmp_path, **credit(60, reneweach={"value": days})) as (_controller, guest):
        guest.opens("campus/?lang=ja").sees(words)


def test_data_left_stands_first_in_the_controller_s_units_with_its_renewal(
    campus: Callable[..., World],
) -> None:
    clock = FakeClock(NOW)
    settings = ControllerSettings(data_quota=157_286_400, data_period=86_400, zone_timezone="America/Lima")
    there = campus(settings, clock=clock)
    guest = there.arrives().fills(login="jsmith", password="1234").presses(way="login")
    guest.sees("Data left", "150 MB of 150 MB", "until 19:00")
    assert guest.text.index("Data left") < guest.text.index("Connection details")
    clock.passes(1200)
    guest.reloads().sees("99.6 MB of 150 MB", "Data received 45.8 MB")


def test_a_quota_for_each_direction_shows_the_one_that_ends_first(campus: Callable[..., World]) -> None:
    clock = FakeClock(NOW)
    there = campus(ControllerSettings(data_quota=104_857_600, data_quota_is_sum=False), clock=clock)
    guest = there.arrives().fills(login="jsmith", password="1234").presses(way="login")
    clock.passes(1200)
    guest.reloads().sees("54.2 MB of 100 MB")


def test_who_is_barred_reads_why_and_until_when(campus: Callable[..., World]) -> None:
    settings = ControllerSettings(data_quota=1_000_000, data_period=86_400, zone_timezone="America/Lima")
    there = campus(settings, clock=FakeClock(NOW))
    there.controller.accounts.add(Account("jsmith", "1234", bytes_before=2_000_000))
    guest = (
        there.arrives(language="de").fills(login="jsmith", password="1234").presses(way="login").status(422)
    )
    guest.sees("02.03.2015, 19:00")
    guest.chooses_language("en").sees("2 Mar 2015, 19:00")


def test_an_error_inside_init_is_read_above_the_form(campus: Callable[..., World]) -> None:
    there = campus()
    there.settings.faults.init_error = "volume-quota-reached-detail"
    there.settings.faults.init_value = {"renewTimeStamp": NOW, "zoneOffset": -18_000}
    there.arrives().status(200).sees("You can connect again from 2 Mar 2015, 09:04", "With an account")
    there.settings.faults.init_error, there.settings.faults.init_value = "too-many-attempts", 7
    there.arrives().sees("Try again in 7 minutes")
    there.settings.faults.init_error = "nobody-knows"
    there.arrives().sees("nobody-knows")
