"""Reading PHP's JSON: booleans as words, numbers as strings, stray blanks, empty hashes as lists.

Every reader takes anything and never raises: what cannot be read is the default.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"", "false", "0", "no", "off", "null"})
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d*)?")
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MOST = 10**12
LONGEST = 2000


def table(value: Any) -> Mapping[str, Any]:
    """A hash; an empty one may come as ``[]`` (wire), anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any, most: int = 100) -> Sequence[Any]:
    """A list, or the values of a hash that stands for one (PHP arrays with gaps)."""
    if isinstance(value, dict):
        return list(value.values())[:most]
    return value[:most] if isinstance(value, list) else []


def flag(value: Any, default: bool = False) -> bool:
    """``true``, ``"TRUE"`` (the manual), ``1``, ``"on"``; the default for what is neither true nor false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value == 1
    if isinstance(value, str):
        text = value.strip().lower()
        return text in _TRUE or (default and text not in _FALSE)
    return default


def whole(value: Any, default: int = 0) -> int:
    """A number that came as a number or as a string, cut to a sane size."""
    if isinstance(value, bool):
        return default
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, (int, float)) and (isinstance(value, int) or math.isfinite(value)):
        return max(-MOST, min(MOST, int(value)))
    return default


def words(value: Any, longest: int = LONGEST) -> str:
    """A text without stray blanks and without what nobody can see; numbers become text."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(whole(value))
    return _UNSEEN.sub("", value[: longest * 2]).strip()[:longest] if isinstance(value, str) else ""


def inner(value: Any) -> Any:
    """What stands under ``value`` in a hash (appendix 2); other shapes are the value themselves."""
    return value.get("value") if isinstance(value, dict) and "value" in value else value


def is_shown(rule: Any) -> bool:
    """Whether a rule says ``display: true``; an absent one does not."""
    return flag(table(rule).get("display"))
