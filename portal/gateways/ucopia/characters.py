"""The characters that a controller takes (Table 3), and what to say of the others."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.text import characters

# Table 3, s-string. The copy we have lost some letters between those it lists (ê, î, ñ, ö), so the whole
# block of Latin letters with accents is taken (ASSUMED); a controller that knows fewer says so itself.
S_STRING = re.compile(r"[ a-zA-Z0-9À-ÖØ-öø-ÿ\-@_'./&]+")
S_PHONE = re.compile(r"[0-9]+")
# Table 3, s-email, without the nested repeats that can take for ever; the printed copy lost "_" and "|".
_ATOM = r"[-a-zA-Z0-9!#$%&'*+/=?^_`{|}~]+"
_LABEL = r"[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
S_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-zA-Z0-9](?:[-a-zA-Z0-9]{{0,61}}[a-zA-Z0-9])")

ALLOWED = _l("Use only Latin letters (A to Z), numbers, spaces and - @ _ ' . / &")
_NAMES = {
    ",": _l("comma"),
    ";": _l("semicolon"),
    ":": _l("colon"),
    "!": _l("exclamation mark"),
    "?": _l("question mark"),
    '"': _l("quotation mark"),
    "(": _l("bracket"),
    ")": _l("bracket"),
    "+": _l("plus sign"),
}


def phone_number(text: str) -> str:
    """A number without what people put between its digits: ``06 12 34 56 78``, ``+33 (0)6-12.34``, ``0049 …``."""
    bare = re.sub(r"[ \-./()]", "", characters(text).replace("(0)", ""))
    return "+" + bare[2:] if bare.startswith("00") else bare


def forbidden(text: str) -> str:
    """The characters of a text that are none of s-string, each once, in their order."""
    return "".join(dict.fromkeys(one for one in text if not S_STRING.fullmatch(one)))


def complaint(text: str) -> Any:
    """What to tell a guest of a text that holds forbidden characters: which they are, and what can be used."""
    found = forbidden(text)
    if not found:
        return ALLOWED
    name = _NAMES.get(found)
    sign = f"{found[:12]} ({name})" if name else found[:12]
    return _(
        "This cannot be used here: %(sign)s. Use only Latin letters (A to Z), numbers, spaces and - @ _ ' . / &",
        sign=sign,
    )
