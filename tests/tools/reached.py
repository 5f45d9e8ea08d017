"""A pytest plug-in for :mod:`tests.tools.mutate`: which test reaches which line, in every thread of this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[2]
_measured = coverage.Coverage(
    data_file=os.environ.get("MUTATE_COVERAGE"),
    source=[str(ROOT / "portal")],
    omit=["*/simulators/*"],
    branch=False,
    messages=False,
)
_measured.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Everything that runs while a test runs is reached by it."""
    _measured.switch_context(item.nodeid)
    return (yield)


def pytest_sessionfinish() -> None:
    """Keep what was measured."""
    _measured.stop()
    _measured.save()
