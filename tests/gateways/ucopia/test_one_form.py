"""One form makes one account, however long the controller takes over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.gateways.ucopia.idempotency import Taken, ticket
from portal.gateways.ucopia.settings import Settings
from portal.shared_store import SharedStore, open_store
from tests.house import KEY


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SharedStore]:
    store = open_store("", tmp_path, (KEY,))
    yield store
    store.close()


def test_the_longest_call_that_a_venue_may_allow_is_alone_to_its_end(
    store: SharedStore, store_later: Callable[[float], None]
) -> None:
    """Whoever presses meanwhile waits for it, and never takes what it left open for an answer that got lost."""
    longest = sum(
        next(bound.le for bound in Settings.model_fields[name].metadata if hasattr(bound, "le"))
        for name in ("connect_timeout", "read_timeout")
    )
    with ticket(store, "a form", 0) as first:
        store_later(longest + 5)
        first.release()
        with pytest.raises(Taken), ticket(store, "a form", 0):
            pytest.fail("two at once")
