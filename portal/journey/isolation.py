"""Names inside sentences of another direction: set apart in one place, so that no catalogue needs direction marks.

A value put into a sentence (a guest's name, an address, a time) is wrapped in U+2068 FIRST STRONG ISOLATE and U+2069 POP
DIRECTIONAL ISOLATE (Unicode, UAX #9) where its direction can differ from the sentence's: always in a right-to-left
language, elsewhere when the value itself has right-to-left letters.

Japanese, Chinese and Thai have no blanks between words, so a line may end anywhere, after the hyphen of *Wi-Fi* too:
there U+2060 WORD JOINER holds it together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

OPEN, CLOSE = "\u2068", "\u2069"
_WITHOUT_BLANKS = frozenset({"ja", "zh", "th"})
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


class IsolatingDomain(Domain):
    """flask-babel's catalogue, with values set apart."""

    def gettext(self, string: str, **variables: Any) -> str:
        """The sentence in the guest's language."""
        return _whole(super().gettext(string, **_apart(variables)))

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        """The sentence for a number; the number itself needs nothing."""
        return _whole(super().ngettext(singular, plural, num, **_apart(variables)))

    def pgettext(self, context: str, string: str, **variables: Any) -> str:
        """The sentence of a context."""
        return _whole(super().pgettext(context, string, **_apart(variables)))


class IsolatingBabel(Babel):
    """flask-babel with one such catalogue for every request."""

    _isolating = IsolatingDomain()

    @property
    def domain_instance(self) -> Domain:
        """The catalogue of a request."""
        return self._isolating


def _whole(sentence: Any) -> str:
    """The sentence with *Wi-Fi* unbroken where a line may end anywhere."""
    text, locale = str(sentence), get_locale()
    unbroken = bool(locale) and locale.language in _WITHOUT_BLANKS
    return text.replace("Wi-Fi", "Wi-\u2060Fi") if unbroken else text


def _apart(variables: Mapping[str, Any]) -> dict[str, Any]:
    if not variables:
        return {}
    locale = get_locale()
    always = bool(locale) and locale.text_direction == "rtl"
    return {name: isolated(value, always) for name, value in variables.items()}


def isolated(value: Any, always: bool) -> Any:
    """A text set apart where that matters; numbers and markup as they are."""
    if not isinstance(value, str) or isinstance(value, Markup) or not value:
        return value
    if always or any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in value):
        return f"{OPEN}{value}{CLOSE}"
    return value
