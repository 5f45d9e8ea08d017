"""What a new password has to be: announced by the controller (wire), told before typing, and every cause in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.gateways.ucopia.php_json import inner, rows, table, whole, words

LONGEST = 200
"""Characters that a password has at most where nobody says so."""
_DIGITS = frozenset("0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True)
class CharacterSet:
    """At least ``quota`` characters have to be of ``letters``."""

    quota: int
    letters: str

    def lacks(self, password: str) -> bool:
        """Whether a password has too few of them."""
        return sum(letter in self.letters for letter in password) < self.quota


@dataclass(frozen=True)
class PasswordRules:
    """``longest`` 0: without limit."""

    shortest: int = 0
    longest: int = 0
    sets: Sequence[CharacterSet] = ()

    def __bool__(self) -> bool:
        return bool(self.shortest > 1 or self.longest or self.sets)

    def hint(self) -> str:
        """The rules in words, to be read before typing; empty for none."""
        return " ".join(
            [*_lengths(self.shortest if self.shortest > 1 else 0, self.longest), *map(_of, self.sets)]
        )

    def wrong(self, password: str) -> str:
        """Everything that is wrong with a password, in words; empty for a good one."""
        short = 0 < len(password) < self.shortest
        long = 0 < self.longest < len(password)
        found = [
            *([_too_short(self.shortest)] if short else []),
            *([_too_long(self.longest)] if long else []),
        ]
        return " ".join([*found, *(_of(one) for one in self.sets if one.lacks(password))])


def rules_of(announced: Any) -> PasswordRules:
    """``pwdConstraint``: lengths, and sets of which only those with a quota count."""
    value = table(inner(announced))
    lengths = [max(0, min(LONGEST, whole(value.get(name)))) for name in ("minLength", "maxLength")]
    return PasswordRules(lengths[0], lengths[1], _sets(rows(value.get("characterSet"), 10)))


def causes(value: Any) -> str:
    """What a controller says against a password: all causes of ``invalid-password`` (wire), in words."""
    said = []
    for one in (table(cause) for cause in rows(value, 10)):
        name = words(one.get("cause"), 40)
        if name == "small":
            least = whole(one.get("minimum"))
            said.append(_too_short(least) if 0 < least <= LONGEST else _("This password is too short."))
        elif name == "big":
            most = whole(one.get("maximum"))
            said.append(_too_long(most) if 0 < most <= 10_000 else _("This password is too long."))
        elif name in ("missing-occurance", "missing-occurrence"):
            said.extend(_of(lack) for lack in _sets(rows(one.get("classes"), 10)))
    return " ".join(said)


def _sets(announced: Sequence[Any]) -> tuple[CharacterSet, ...]:
    found = (_set(table(one)) for one in announced)
    return tuple(one for one in found if one.quota > 0 and one.letters)


def _set(announced: Mapping[str, Any]) -> CharacterSet:
    letters = announced.get("set")
    text = letters if isinstance(letters, str) else "".join(words(one, 2) for one in rows(letters, 300))
    return CharacterSet(max(0, min(50, whole(announced.get("quota")))), text[:300])


def _lengths(shortest: int, longest: int) -> list[str]:
    if shortest and longest:
        return [_("Use %(least)s to %(most)s characters.", least=shortest, most=longest)]
    if shortest:
        return [_("Use %(count)s characters or more.", count=shortest)]
    return [_("Use %(count)s characters at most.", count=longest)] if longest else []


def _too_short(least: int) -> Any:
    return _("This password is too short. Use %(count)s characters or more.", count=least)


def _too_long(most: int) -> Any:
    return _("This password is too long. Use %(count)s characters at most.", count=most)


def _of(one: CharacterSet) -> Any:
    """``Digits: 2 or more.``: sets that everybody knows have names, others are shown."""
    letters, count = frozenset(one.letters), one.quota
    if letters <= _DIGITS:
        return _("Digits: %(count)s or more.", count=count)
    if letters <= _UPPER:
        return _("Capital letters: %(count)s or more.", count=count)
    if letters <= _LOWER:
        return _("Lower-case letters: %(count)s or more.", count=count)
    if letters <= _UPPER | _LOWER:
        return _("Letters: %(count)s or more.", count=count)
    shown = " ".join(dict.fromkeys(one.letters))
    return _("Of these characters %(count)s or more: %(letters)s", count=count, letters=shown)
