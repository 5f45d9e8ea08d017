"""How an answer is written: PHP's JSON, and the habits of real controllers with types and blanks."""

from __future__ import annotations

import json
from typing import Any

from portal.simulators.ucopia.settings import WireStyle

# Numbers that controllers send as strings.
_STRING_NUMBERS = {"validity", "initTimeGMT", "timezoneOffset", "timeCredit", "reneweach"}
# Strings that the manual's examples show with stray blanks.
_BLANK_KEYS = {"code", "url", "link"}
_BLANK_PARENTS = {"labels", "label", "requestedURL"}


def php_json(data: Any) -> bytes:
    r"""JSON as PHP writes it: no blanks, ``\uXXXX`` for all but ASCII, slashes escaped."""
    return json.dumps(data, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def dressed(data: Any, style: WireStyle, key: str = "", parent: str = "") -> Any:
    """A copy of an answer in a controller's style; ``key`` and ``parent`` say where in it we are."""
    if isinstance(data, dict):
        return _dressed_hash(data, style, key)
    if isinstance(data, list):
        return [dressed(value, style, key, parent) for value in data]
    if isinstance(data, bool):
        return ("TRUE" if data else "FALSE") if style.booleans == "strings" else data
    if isinstance(data, int):
        return str(data) if style.numbers == "strings" else data
    if isinstance(data, str):
        return _dressed_string(data, style, key, parent)
    return data


def _dressed_hash(data: dict[str, Any], style: WireStyle, key: str) -> Any:
    copy = {}
    for name, value in data.items():
        if value == {} and style.empty_hashes == "absent":
            continue
        copy[name] = dressed(value, style, name, key)
    return [] if not copy and style.empty_hashes == "list" else copy


def _dressed_string(value: str, style: WireStyle, key: str, parent: str) -> Any:
    counted = key == "delay" or (key == "value" and parent in _STRING_NUMBERS)
    if style.numbers == "numbers" and counted and value.isdecimal():
        return int(value)
    if style.stray_blanks and value and (key in _BLANK_KEYS or parent in _BLANK_PARENTS):
        return f" {value}" if key == "code" else f" {value} "
    return value
