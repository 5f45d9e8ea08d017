"""What a place that processes share can do. Each call is atomic there; every key ends after its milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from portal.shared_store.steps import Step


class StoreDown(Exception):
    """The place does not answer, is full or is broken; the message is for the log and names no key."""


class Outcome(NamedTuple):
    """Of one step: whether it passed, and its wait in milliseconds (0 = now)."""

    passed: bool
    wait: int


class Backend(Protocol):
    """Keys are opaque; values are whole numbers or bytes. Every method may raise :class:`StoreDown`."""

    def take(self, steps: Sequence[tuple[bytes, Step]], really: bool) -> list[Outcome]:
        """Take all steps if all pass, else none; ``really`` False only looks. Keys must differ."""

    def give_back(self, keys: Sequence[bytes]) -> None:
        """Take one off each number, not below 0."""

    def add(self, key: bytes, value: bytes, ms: int) -> bool:
        """Put a value where there is none; True also when this very value is there (the call was repeated)."""

    def put(self, key: bytes, value: bytes, ms: int) -> None:
        """Put a value, whatever is there."""

    def increment(self, key: bytes, by: int, ms: int) -> int:
        """Add to a number and return the sum; the life counts from the first one."""

    def raise_to(self, key: bytes, number: int, ms: int) -> int:
        """Put a number unless a greater one is there; returns the greater one. Its life begins anew with it."""

    def read(self, key: bytes) -> tuple[bytes | int | None, int]:
        """The value and the milliseconds it has left; None, 0 without one. A number may come as its digits."""

    def remove(self, keys: Sequence[bytes]) -> int:
        """Take keys away; returns how many were there."""

    def remove_if(self, key: bytes, value: bytes) -> bool:
        """Take a key away if it holds this value."""

    def ping(self) -> None:
        """Find out whether the place works, writing included."""

    def close(self) -> None:
        """Let go of files and connections."""
