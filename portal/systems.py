"""The systems by name, each loaded when the first venue speaks to it.

A host that serves one hotel with an IACBOX need not hold the clients of the others in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.journey.system import System


class Systems(Mapping[str, "System"]):
    """``portal.<name>.system`` by name; membership and listing load nothing."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._loaded: dict[str, System] = {}

    def __getitem__(self, name: str) -> System:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = import_module(f"portal.{name}").system
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def in_use(self) -> list[System]:
        """Those that a venue has asked for."""
        return list(self._loaded.values())
