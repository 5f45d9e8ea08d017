"""JSON of other servers and browsers, read strictly: what comes out can be written and sent again."""

from __future__ import annotations

import json
import re
from typing import Any

_MAY_BE_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def loads(text: str) -> Any:
    """The value of a JSON text; :class:`ValueError` for anything else, ``NaN`` and endless nesting included.

    Half a surrogate pair (``"\\ud800"``) is valid JSON and no character: it becomes U+FFFD, for no answer can
    hold it in UTF-8.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
        if _MAY_BE_HALF.search(text):
            whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")
            value = json.loads(whole.decode("utf-16", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def _refuse(constant: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")
