"""A language that nobody speaks: English with accents, 40 % longer, each message in brackets.

What stands on a page without brackets came from no catalogue; what needs more room than English has it in no language.
"""

from __future__ import annotations

import re
from typing import Any

import flask_babel
import pytest
from babel.support import NullTranslations

OPEN, CLOSE = "\u27e6", "\u27e7"
_ACCENTS = str.maketrans("aceinosuyzACEINOSUYZ", "âçéîñöšûýžÂÇÉÎÑÖŠÛÝŽ")
_PLACE = re.compile(r"(%\(\w+\)s)")
_FILL = ("ôñé", "ţŵô", "ţĥŕéé", "ƒôûŕ")


def pseudo(text: str) -> str:
    """A message in it; places of values stay."""
    said = "".join(
        part if _PLACE.fullmatch(part) else part.translate(_ACCENTS) for part in _PLACE.split(text)
    )
    wanted, filled, at = round(len(text) * 0.4), "", 0
    while len(filled) < wanted:
        filled += " " + _FILL[at % len(_FILL)]
        at += 1
    return f"{OPEN}{said}{filled}{CLOSE}"


class Pseudo(NullTranslations):  # type: ignore[misc]
    """A catalogue that has every message."""

    def ugettext(self, message: str) -> str:
        """One sentence."""
        return pseudo(message)

    def ungettext(self, one: str, many: str, number: int) -> str:
        """A sentence for a number."""
        return pseudo(one if number == 1 else many)

    def upgettext(self, context: str, message: str) -> str:
        """A sentence of a context."""
        return pseudo(message)


def speak(patch: pytest.MonkeyPatch) -> None:
    """Every language is this one from now on; its direction, dates and numbers stay."""
    patch.setattr(flask_babel.Domain, "get_translations", lambda self: Pseudo())


def outside(text: str) -> str:
    """What stands outside all brackets, inner ones included."""
    depth, kept = 0, []
    for letter in text:
        depth += letter == OPEN
        if not depth:
            kept.append(letter)
        depth -= letter == CLOSE
    return "".join(kept)


def words(text: Any) -> set[str]:
    """Words of three Latin letters and more, in small letters."""
    return set(re.findall(r"[a-z]{3,}", str(text).lower()))
