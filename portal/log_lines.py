"""One event is one line: what comes from outside never begins a line of its own in our log.

A voucher's code, a box's reason or a name may hold line breaks and control characters. Every record of our loggers
is made with such characters written out, whatever handler an operator uses; and it names the venue that was asked for.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from flask import has_request_context, request

LONGEST = 300
MOST_CAUSES = 5
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FIELD = re.compile(r"(?:(\w+)=)?%(?:[-0-9.]*[sdrfx])")


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
        if record.name.split(".")[0] in ("portal", "gunicorn") and record.exc_info:
            record.exc_text = without_words(record.exc_info[1])
        if record.name.split(".")[0] == "portal" and isinstance(record.args, tuple):
            record.args = tuple(_shown(value) for value in record.args)
            if (venue := _venue()) and isinstance(record.msg, str) and "venue=" not in record.msg:
                record.msg += " venue=%s"
                record.args += (venue,)
        return record

    factory.one_line = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(factory)


def without_words(error: BaseException | None) -> str:
    """Where an error came from and of which kind it is, its causes first; what it says may hold what a guest typed."""
    told: list[str] = []
    while error is not None and len(told) < MOST_CAUSES:
        told.insert(0, f"{''.join(traceback.format_tb(error.__traceback__))}{type(error).__name__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(told)


def _venue() -> str:
    """The venue of the request that is being answered, if there is one."""
    slug = (request.view_args or {}).get("venue", "") if has_request_context() else ""
    return one_line(str(slug))


def _shown(value: object) -> object:
    return value if isinstance(value, int | float | None) else one_line(str(value))


class JsonFormatter(logging.Formatter):
    """A record as one JSON object; ``name=%s`` in a message becomes a field of that name."""

    def format(self, record: logging.LogRecord) -> str:
        """The object: ``time`` (UTC), ``level``, ``logger``, ``process``, ``message``, then what the message names."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["error"] = record.exc_text or self.formatException(record.exc_info)
        values = record.args if isinstance(record.args, tuple) else ()
        for field, value in zip(_FIELD.findall(str(record.msg)), values, strict=False):
            if field:
                told.setdefault(field, value)
        return json.dumps(told, ensure_ascii=False, default=str)


def formatter(kind: str) -> logging.Formatter:
    """``kind``: ``json``, or anything else for lines of text."""
    if kind == "json":
        return JsonFormatter()
    return logging.Formatter("[%(asctime)s] [%(process)d] [%(levelname)s] %(name)s: %(message)s")
