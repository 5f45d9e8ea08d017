"""Fixtures for all tests; those of one system stand beside its tests."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest

from tests import browsers, privacy

# A green run stays green: the same examples every time. New ones: HYPOTHESIS_PROFILE=explore make test
hypothesis.settings.register_profile("same", derandomize=True, print_blob=True)
hypothesis.settings.register_profile("explore", print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True, scope="session")
def every_line() -> Iterator[None]:
    """The portal's loggers make all their lines, and all are looked at."""
    ours = logging.getLogger("portal")
    ours.setLevel(logging.DEBUG)
    ours.addHandler(privacy.watch)
    yield
    ours.removeHandler(privacy.watch)


@pytest.fixture(autouse=True)
def nothing_personal_in_the_log(every_line: None) -> Iterator[None]:
    """No line that was written during a test tells anything of a guest."""
    yield
    assert privacy.watch.told() == []


@pytest.fixture
def store_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Puts the clock of every store of this process ahead by so many seconds: states of guests stay as young as they are."""
    ahead = [0.0]
    shim = SimpleNamespace(
        **{name: getattr(time, name) for name in ("time", "monotonic", "sleep", "CLOCK_BOOTTIME")},
        clock_gettime=lambda source: time.clock_gettime(source) + ahead[0],
    )
    monkeypatch.setattr("portal.shared_store.sqlite.time", shim)

    def later(seconds: float) -> None:
        ahead[0] += seconds

    return later


@pytest.fixture(scope="session")
def engines() -> Iterator[None]:
    """Whatever browsers this worker has started, stopped when its last test is done."""
    yield
    browsers.stop_engines()


@pytest.fixture
def chromium(engines: None) -> Iterator[Callable[..., Any]]:
    """Makes guests with Chromium (options as :func:`tests.browsers.chromium`), closed after the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(browsers.chromium(**options))


@pytest.fixture
def webkit(engines: None) -> Iterator[Callable[..., Any]]:
    """Makes guests with WebKit (options as :func:`tests.browsers.webkit`), closed after the test."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(browsers.webkit(**options))
