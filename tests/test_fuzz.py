"""A few thousand requests that no browser makes: no fault of ours, no traceback, no broken header."""

from __future__ import annotations

import pytest

from tests.fuzz import fuzz


@pytest.mark.parametrize("seed", [1, 2])
def test_no_request_is_a_fault_of_ours(seed: int) -> None:
    with fuzz(seed) as requests:
        assert requests.run(2_000, seconds=60) > 300
        assert requests.wrong == [], requests.wrong[0]
        assert {200, 303, 400, 404, 405, 422} <= set(requests.statuses)
