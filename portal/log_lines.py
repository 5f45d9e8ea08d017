"""One event is one line: what comes from outside never begins a line of its own in our log.

A voucher's code, a box's reason or a name may hold line breaks and control characters. Every record of our loggers
is made with such characters written out, whatever handler an operator uses.
"""

from __future__ import annotations

import logging
import re
from typing import Any

LONGEST = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """The text with control characters as ``\\x0a``, and an end."""
    shown = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text[:LONGEST])
    return shown if len(text) <= LONGEST else shown + "…"


def init_app() -> None:
    """Make the records of our loggers this way, once."""
    known = logging.getLogRecordFactory()
    if getattr(known, "one_line", False):
        return

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = known(*args, **kwargs)
        if record.name.split(".")[0] == "portal" and isinstance(record.args, tuple):
            record.args = tuple(_shown(value) for value in record.args)
        return record

    factory.one_line = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(factory)


def _shown(value: object) -> object:
    return value if isinstance(value, int | float | None) else one_line(str(value))
