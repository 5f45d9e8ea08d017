"""What must happen once, in the store that all processes share."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_limiter import Limiter

from portal.errors import Unsure
from portal.gateways.icaro.idempotency import Once


@pytest.fixture
def limiter():
    app = Flask(__name__)
    limiter = Limiter(lambda: "", storage_uri="memory://")
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)
    return limiter


def test_a_result_is_known_to_everybody_who_asks_for_the_same(limiter):
    Once(limiter, "a", "b").keep(17)
    assert Once(limiter, "a", "b").result() == 17
    assert Once(limiter, "ab").result() == 0
    Once(limiter, "a", "b").keep(3)
    assert Once(limiter, "a", "b").result() == 3
    Once(limiter, "a", "b").forget()
    assert Once(limiter, "a", "b").result() == 0


def test_only_one_is_alone(limiter):
    with Once(limiter, "a").alone(0), pytest.raises(Unsure), Once(limiter, "a").alone(0):
        pytest.fail("two at once")
    with Once(limiter, "a").alone(0):
        pass


def test_who_waits_gets_in_when_the_other_is_done(limiter):
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        first.__exit__(None, None, None)

    first = Once(limiter, "a").alone(0)
    first.__enter__()
    with Once(limiter, "a", pause=pause).alone(5):
        assert pauses == [0.1]


def test_a_failure_makes_way(limiter):
    with pytest.raises(KeyError), Once(limiter, "a").alone(0):
        raise KeyError
    with Once(limiter, "a").alone(0):
        pass


def test_a_store_that_is_away_keeps_nobody_offline(limiter, monkeypatch, caplog):
    def away(*_args, **_kwargs):
        raise ValueError("connection refused")

    for name in ("incr", "get", "clear"):
        monkeypatch.setattr(limiter.storage, name, away)
    once = Once(limiter, "a")
    with once.alone(0):
        once.keep(3)
    assert once.result() == 0
    assert "does not answer: ValueError" in caplog.text
