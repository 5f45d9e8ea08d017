"""The worlds that UCOPIA's tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from portal.simulators.ucopia import Account, ControllerSettings
from tests.gateways.ucopia.world import World, world


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes a world: settings of the controller, then keys of the venue file."""
    with ExitStack() as stack:

        def make(settings: ControllerSettings | None = None, **keys: Any) -> World:
            made: World = stack.enter_context(world(tmp_path, settings, **keys))
            made.controller.accounts.add(Account("jsmith", "1234"))
            return made

        yield make
