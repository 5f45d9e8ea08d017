"""The gateways by name, each loaded when the first venue speaks to it.

A host that serves one hotel with an IACBOX need not hold the clients of the others in memory. What a gateway brings
is :class:`portal.journey.gateway.Gateway`, which lies below the journey so that imports run one way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from portal.journey.gateway import Gateway


class Gateways(Mapping[str, Gateway]):
    """``portal.gateways.<name>.gateway`` by name; membership and listing load nothing.

    A word with dots is the package of a gateway that lives elsewhere; its last part is the name.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        self._names = {
            word.rpartition(".")[2]: word if "." in word else f"portal.gateways.{word}" for word in words
        }
        self._loaded: dict[str, Gateway] = {}

    def __getitem__(self, name: str) -> Gateway:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._loaded:
            self._loaded[name] = import_module(self._names[name]).gateway
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def in_use(self) -> list[Gateway]:
        """Those that a venue has asked for."""
        return list(self._loaded.values())
