"""What a password of an account has to be, how that is announced (wire), and what is wrong with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.simulators.ucopia.codes import Rejected


@dataclass(frozen=True)
class PasswordRules:
    """Lengths (``longest`` 0: without limit) and sets of characters, each with how many of it are wanted."""

    shortest: int = 1
    longest: int = 0
    sets: Sequence[tuple[int, str]] = ()

    def announced(self) -> dict[str, Any]:
        """``pwdConstraint``; nothing where any password will do."""
        if self.shortest <= 1 and not self.longest and not self.sets:
            return {}
        value: dict[str, Any] = {"minLength": max(1, self.shortest)}
        value |= {"maxLength": self.longest} if self.longest else {}
        value["characterSet"] = [_class(quota, letters) for quota, letters in self.sets]
        return {"pwdConstraint": {"value": value}}

    def causes(self, password: str) -> list[dict[str, Any]]:
        """Why a password is refused; several causes can stand together."""
        found: list[dict[str, Any]] = []
        if len(password) < max(self.shortest, 1):
            found.append({"cause": "small", "minimum": max(self.shortest, 1)})
        if self.longest and len(password) > self.longest:
            found.append({"cause": "big", "maximum": self.longest})
        lacking = [
            _class(quota, letters)
            for quota, letters in self.sets
            if sum(letter in letters for letter in password) < quota
        ]
        if lacking:
            found.append({"cause": "missing-occurance", "classes": lacking})
        return found

    def judge(self, password: str, again: str) -> None:
        """Raises :class:`Rejected` for a password that differs from its repetition or breaks a rule."""
        if password != again:
            raise Rejected("different-passwords")
        if causes := self.causes(password):
            raise Rejected("invalid-password", causes)


def read_sets(items: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Sets as the switches hold them, ``1:0123456789``; what cannot be read is left out."""
    pairs = [item.partition(":") for item in items]
    return tuple(
        (int(quota), letters) for quota, _, letters in pairs if quota.isdecimal() and int(quota) and letters
    )


def _class(quota: int, letters: str) -> dict[str, Any]:
    return {"quota": quota, "set": list(letters)}
