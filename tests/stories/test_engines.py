"""What a browser of the stories does between two pages: it looks again, and a fault that lasts is told, not swallowed."""

from __future__ import annotations

from typing import Any

import pytest
from selenium.common.exceptions import NoSuchFrameException


def test_a_fault_that_lasts_is_told(webkit: Any) -> None:
    def gone() -> None:
        raise NoSuchFrameException("gone")

    with webkit() as guest:
        guest.open("about:blank")
        with pytest.raises(AssertionError, match="NoSuchFrameException") as told:
            guest.wait_until(gone, "nothing", timeout=0.1)
        assert isinstance(told.value.__cause__, NoSuchFrameException)
        with pytest.raises(AssertionError, match="notThere"):
            guest.wait_until(lambda: guest.evaluate("() => notThere()"), "nothing", timeout=0.1)
