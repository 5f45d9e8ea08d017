"""What may be asked of a key before something is tried: the steps that a backend takes, all of them or none.

A step sees a key's ``number`` (None = the key is not there) and the milliseconds that it has ``left``, and says
whether the key lets it pass. Every wait is read from what a key has left and never from a clock, so a step means the
same in SQLite and in Redis (``take.lua`` says the same once more; a test holds the two together).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Verdict(NamedTuple):
    """``passes``: whether the step may be taken. ``wait``: milliseconds until it may, or until its turn comes.

    ``number`` and ``left`` are what the key holds once the step is taken; ``number`` None = the key goes.
    """

    passes: bool
    wait: int
    number: int | None = None
    left: int = 0


class Step(Protocol):
    """One condition on one key."""

    @property
    def names(self) -> Sequence[str]:
        """What the key is about, the purpose first; hashed before it reaches a store."""

    def verdict(self, number: int | None, left: int) -> Verdict:
        """What the step says of a key."""

    def wire(self) -> list[object]:
        """The step for ``take.lua``: its kind and its numbers, times in milliseconds."""


@dataclass(frozen=True)
class Window:
    """At most ``amount`` in ``seconds``, counted from the first one."""

    names: Sequence[str]
    amount: int
    seconds: float

    def verdict(self, number: int | None, left: int) -> Verdict:
        """Passes while there is room; else the wait until the window ends."""
        if number is None:
            return Verdict(self.amount > 0, _ms(self.seconds) * (self.amount <= 0), 1, _ms(self.seconds))
        if number < self.amount:
            return Verdict(True, 0, number + 1, left)
        return Verdict(False, left)

    def wire(self) -> list[object]:
        """``window``, amount, milliseconds."""
        return ["window", self.amount, _ms(self.seconds)]


@dataclass(frozen=True)
class Pace:
    """After ``n`` attempts the next one comes ``delays[n]`` seconds later (the last delay stays); forgotten
    ``memory`` seconds after the last one. ``memory`` is longer than every delay."""

    names: Sequence[str]
    delays: Sequence[float]
    memory: float

    def verdict(self, number: int | None, left: int) -> Verdict:
        """Passes when the delay is over; a wait is never longer than the delay, whatever a clock did."""
        if number is None:
            return Verdict(True, 0, 1, _ms(self.memory))
        delay = _ms(self.delays[min(number, len(self.delays) - 1)])
        wait = min(delay, delay - (_ms(self.memory) - left))
        return Verdict(wait <= 0, max(wait, 0), number + 1, _ms(self.memory))

    def wire(self) -> list[object]:
        """``pace``, milliseconds of memory, and the delays."""
        return ["pace", _ms(self.memory), [_ms(delay) for delay in self.delays]]


@dataclass(frozen=True)
class Turn:
    """One turn every ``seconds``; the next free one is taken, up to ``ahead`` seconds from now."""

    names: Sequence[str]
    seconds: float
    ahead: float = 0

    def verdict(self, number: int | None, left: int) -> Verdict:
        """Passes with the wait until the turn comes, 0 = it is now."""
        left = 0 if number is None else left
        return Verdict(left <= _ms(self.ahead), left, 1, left + _ms(self.seconds))

    def wire(self) -> list[object]:
        """``turn``, milliseconds between turns, milliseconds ahead."""
        return ["turn", _ms(self.seconds), _ms(self.ahead)]


@dataclass(frozen=True)
class Due:
    """Uses up a key that was put there, once it has at most ``within`` seconds left."""

    names: Sequence[str]
    within: float

    def verdict(self, number: int | None, left: int) -> Verdict:
        """Passes and takes the key away; without the key it does not pass, and there is nothing to wait for."""
        if number is None:
            return Verdict(False, 0)
        return Verdict(left <= _ms(self.within), max(left - _ms(self.within), 0))

    def wire(self) -> list[object]:
        """``due``, milliseconds within."""
        return ["due", _ms(self.within)]


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
