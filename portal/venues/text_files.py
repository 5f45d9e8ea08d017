"""Reading what people wrote with all kinds of editors: what is wrong is said as it is, and what would be right."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

from portal.venues.tables import Fault

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SMART_QUOTES = "“”„‟«»‘’‚"
AS_UTF8 = "save it as UTF-8; editors call that «Encoding» in «Save as»"


class Unreadable(ValueError):
    """A file that holds no text we can read; says what is wrong and what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(f"{wrong}; {right}")
        self.wrong, self.right = wrong, right


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, a byte order mark in front of it left out; raises :class:`Unreadable`, OSError."""
    raw = read_bytes(path)
    if raw.startswith(_UTF16):
        raise Unreadable("is written in UTF-16", AS_UTF8)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"is not UTF-8, see line {line}; it looks like Latin-1 (Windows)", AS_UTF8
        ) from error


def read_bytes(path: Path) -> bytes:
    """What is in a file; raises :class:`Unreadable`, OSError. Nobody waits for a pipe that stands in its place: opened so,
    it is only looked at."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Unreadable("is no ordinary file", "put a file there")
        return file.read()


def read_toml(path: Path, name: str, faults: list[Fault], missing: str) -> dict[str, Any]:
    """The tables of a TOML file; nothing, and a fault that says just what is wrong. ``missing``: what would be right
    if there is no such file."""
    try:
        text = read_text(path)
    except FileNotFoundError:
        faults.append(Fault(name, "(file)", "is missing", missing))
        return {}
    except Unreadable as error:
        faults.append(Fault(name, "(file)", error.wrong, error.right))
        return {}
    except OSError as error:
        faults.append(Fault(name, "(file)", f"cannot be read: {error.strerror}"))
        return {}
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        faults.append(_what_is_wrong(text, name, str(error)))
    return {}


def _what_is_wrong(text: str, name: str, said: str) -> Fault:
    """The fault of a file that is no TOML: the usual slips are named as what they are."""
    for number, line in enumerate(text.splitlines(), 1):
        value = line.partition("#")[0].partition("=")[2].strip()
        if value[:1] and value[0] in _SMART_QUOTES:
            wrong = f"line {number} has typographic quotes ({value[0]})"
            return Fault(name, "(file)", wrong, 'write straight ones: key = "value"')
    if "Cannot declare" in said or "Cannot overwrite" in said or "Cannot mutate" in said:
        return Fault(name, "(file)", f"says the same table or key twice: {said}", "keep one of them")
    return Fault(name, "(file)", f"is no TOML: {said}", 'text stands in quotes: key = "value"')
