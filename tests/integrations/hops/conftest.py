"""The hotel of every test here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integrations.hops.hotel import Opens, open_hotels


@pytest.fixture
def hotel(tmp_path: Path) -> Iterator[Opens]:
    """Opens a hotel with these integrations (TOML text with ``{survey}`` and ``{notice}``)."""
    with open_hotels(tmp_path) as opens:
        yield opens
