"""What must happen once, in the store that all processes share."""

from __future__ import annotations

import pytest

from portal.errors import Unreachable, Unsure
from portal.gateways.icaro import registration
from portal.gateways.icaro.idempotency import Once
from portal.gateways.icaro.settings import Settings
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


def test_the_longest_call_that_a_venue_may_allow_is_alone_to_its_end(store, store_later):
    longest = sum(
        next(bound.le for bound in Settings.model_fields[name].metadata if hasattr(bound, "le"))
        for name in ("connect_timeout", "read_timeout")
    )
    with Once(store, "a").alone(0):
        store_later(longest + 5)
        with pytest.raises(Unsure), Once(store, "a").alone(0):
            pytest.fail("two at once")


def test_a_call_that_never_left_is_free_to_be_made_again_by_a_second_press_at_once(store):
    """The twin of a press that may have been answered is told so; where nothing was sent it makes the call itself."""
    once, began = Once(store, "an address"), 1_000
    with pytest.raises(Unreachable), registration._twins_share(once):
        raise Unreachable("refused")
    assert registration._known(once, began) is None
    with pytest.raises(Unsure), registration._twins_share(once):
        raise Unsure("timed out")
    with pytest.raises(Unsure, match="same press"):
        registration._known(once, began)


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
