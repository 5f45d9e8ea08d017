"""Normal forms of what people type and paste: names, rooms, PINs, codes. Knows nothing of Flask or of a gateway.

Phones put ’ for ', – for -, no-break and double blanks, marks that nobody sees and the digits of the keyboard's own
script; what looks the same has to be the same before a system compares it that only ignores case. Nothing here
changes how a text looks: letters stay as they were typed, capitals included. What does change it
(:func:`other_spellings`, :func:`as_key`) says so.

``static/pms.js`` holds the same classes of characters for browsers that ask a box by themselves;
``tests/test_text.py`` keeps the two alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

APOSTROPHES = "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u02ca\u02cb\u055a\u2018\u2019\u201b\u2032\ua78c"
"""Typed for ``'``: on phones and by word processors (quotation marks, the prime, accents that stand alone)."""
DASHES = (
    "\u02d7\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0"
    "\ufe31\ufe32\ufe58\ufe63"
)
"""Typed for ``-``, as the inside of a character class. The long vowel ー of Japanese is a letter."""
BLANKS = "\\s\u0085\u00a0\u115f\u1160\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000\u3164"
"""Typed for a blank: white space of every width, controls that break a line, fillers that show nothing."""
INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
"""Nothing to see: soft hyphens, marks of direction, joiners of words, variation selectors, tags."""
JOINERS = re.compile("(?<![\u0600-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff])")
"""Zero-width joiners anywhere but between letters of scripts whose look depends on them."""

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_BLANKS = re.compile(f"[{BLANKS}]+")
_APOSTROPHES = re.compile(f"[{APOSTROPHES}]")
_DASHES = re.compile(f"[{DASHES}]")
_AROUND_A_DASH = re.compile(" ?- ?")
_WIDE = re.compile("[\uff01-\uffee]+")
_BETWEEN = re.compile("[ \\-_.]")


def plain(text: str) -> str:
    """A text in its normal form: that of :func:`characters`, and no blank beside a dash either.

    Full-width letters and half-width kana become ordinary ones. Normalising twice changes nothing.
    """
    return _AROUND_A_DASH.sub("-", characters(text)).strip(" ")


def characters(text: str) -> str:
    """NFC, one kind of apostrophe, dash and blank, digits 0-9, nothing invisible, no blank at an end or beside another.

    For what is kept as it was meant: the blanks around a dash may be meant in an address.
    """
    text = JOINERS.sub("", _INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFC", _WIDE.sub(lambda wide: unicodedata.normalize("NFKC", wide[0]), text))
    return digits(_DASHES.sub("-", _APOSTROPHES.sub("'", _BLANKS.sub(" ", text)))).strip(" ")


def digits(text: str) -> str:
    """The same with the digits of any script as 0-9: a guest types ٢١٤ and the hotel means 214."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def code(text: str, keep_dashes: bool = False) -> str:
    """A ticket or voucher code as it goes out: without blanks, and without dashes unless they are part of it."""
    text = plain(text).replace(" ", "")
    return text if keep_dashes else text.replace("-", "")


def as_key(text: str) -> str:
    """A code, room, user name or number by which attempts are counted: every way of writing it gives one key.

    At most 64 characters; "" when nothing is left.
    """
    folded = unicodedata.normalize("NFKC", plain(text)).casefold()
    return _BETWEEN.sub("", folded)[:64]


def room_key(text: str) -> str:
    """A room as a hotel reads it, so that ``0214``, `` 214`` and ``２１４`` count as one."""
    letters = "".join(character for character in as_key(text) if character.isalnum())
    return letters.lstrip("0") or letters[:1]


_EXPANDED: Mapping[str, str] = {
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe", "þ": "th",
}  # fmt: skip
_STROKES: Mapping[str, str] = {
    "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "þ": "th", "ð": "d", "đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t",
}  # fmt: skip
MOST_SPELLINGS = 2


def other_spellings(name: str) -> tuple[str, ...]:
    """How a hotel may have written a name for want of letters, the likeliest first; at most two, none of them ``name``.

    Juergen for Jürgen, then Jurgen without accents, and without apostrophes and dashes (ONeill, AnnaMaria).
    """
    name = plain(name)
    without = unaccented(name)
    bare = without.replace("'", "").replace("-", "")
    expanded = _replaced(name, _EXPANDED)
    tries = (expanded, bare) if expanded != name else (without, bare)
    return tuple(dict.fromkeys(one for one in tries if one and one != name))[:MOST_SPELLINGS]


def unaccented(text: str) -> str:
    """Latin letters without their accents and strokes; letters of other scripts stay whole."""
    return _replaced("".join(_base(character) for character in unicodedata.normalize("NFC", text)), _STROKES)


def _base(character: str) -> str:
    letter = unicodedata.normalize("NFD", character)[0]
    return letter if letter.isascii() else character


def _replaced(text: str, table: Mapping[str, str]) -> str:
    """The text with letters replaced, capitals as capitals: Ärger gives Aerger, ÄRGER AERGER."""
    return "".join(_one(character, table, loud=text.isupper()) for character in text)


def _one(character: str, table: Mapping[str, str], *, loud: bool) -> str:
    new = table.get(character.lower())
    if new is None:
        return character
    if not character.isupper():
        return new.upper() if loud else new
    return new.upper() if loud else new.capitalize()
