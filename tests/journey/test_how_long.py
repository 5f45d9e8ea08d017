"""The time to wait that a guest reads: who comes back then is not too early, and not much too late."""

from __future__ import annotations

import pytest

from portal import create_app
from portal.config import Config
from portal.journey.attempt_limits import how_long
from tests.house import KEY

UNITS = {"second": 1, "seconds": 1, "minute": 60, "minutes": 60}


@pytest.fixture
def app(tmp_path):
    return create_app(Config(tmp_path, (KEY,)))


def test_who_comes_back_after_the_time_told_is_not_too_early(app):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        for seconds in range(1, 1300):
            number, unit = how_long(seconds).split()
            told = int(number) * UNITS[unit]
            assert seconds <= told < seconds + 60


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (121, "3 minutes")],
)
def test_from_a_minute_on_it_is_whole_minutes_rounded_up(app, seconds, words):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert how_long(seconds) == words
