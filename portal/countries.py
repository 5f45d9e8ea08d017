"""The countries in a guest's language, for forms of any system."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from babel import Locale

_NO_COUNTRY = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


@lru_cache(maxsize=32)
def countries(locale: str) -> tuple[tuple[str, str], ...]:
    """(two letters, name) of every country, in the order of the language."""
    territories = Locale.parse(locale).territories
    known = {code: name for code, name in territories.items() if len(code) == 2 and code.isalpha()}
    pairs = [(code, name) for code, name in known.items() if code not in _NO_COUNTRY]
    return tuple(sorted(pairs, key=lambda pair: sorting(pair[1])))


def sorting(name: str) -> str:
    """What a name is sorted by: accents and case do not count."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
