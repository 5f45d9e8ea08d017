"""What must happen once, in the store that all processes share."""

from __future__ import annotations

import pytest

from portal.errors import Unsure
from portal.gateways.icaro.idempotency import Once
from portal.shared_store import open_store


@pytest.fixture
def store(tmp_path):
    store = open_store("", tmp_path, ("a-key-for-tests-only-of-32-characters",))
    yield store
    store.close()


def test_a_result_is_known_to_everybody_who_asks_for_the_same(store):
    Once(store, "a", "b").keep(17)
    assert Once(store, "a", "b").result() == 17
    assert Once(store, "ab").result() == 0
    Once(store, "a", "b").keep(3)
    assert Once(store, "a", "b").result() == 3
    Once(store, "a", "b").forget()
    assert Once(store, "a", "b").result() == 0


def test_only_one_is_alone(store):
    with Once(store, "a").alone(0), pytest.raises(Unsure), Once(store, "a").alone(0):
        pytest.fail("two at once")
    with Once(store, "a").alone(0):
        pass


def test_who_waits_gets_in_when_the_other_is_done(store):
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        first.__exit__(None, None, None)

    first = Once(store, "a").alone(0)
    first.__enter__()
    with Once(store, "a", pause=pause).alone(5):
        assert len(pauses) == 1


def test_a_failure_makes_way(store):
    with pytest.raises(KeyError), Once(store, "a").alone(0):
        raise KeyError
    with Once(store, "a").alone(0):
        pass


def test_a_store_that_is_away_keeps_nobody_offline(tmp_path):
    store = open_store("redis://127.0.0.1:9/0", tmp_path, ("a-key-for-tests-only-of-32-characters",))
    with Once(store, "a").alone(0):
        Once(store, "a").keep(3)
    assert Once(store, "a").result() == 3, "this process still knows its own"
    store.close()
