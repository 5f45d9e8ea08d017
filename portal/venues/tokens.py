"""A venue's own tokens: custom properties in ``theme/theme.css``, each checked for what it is.

``:root { --colour-action: #7a2e1f; }`` for light pages, and the same inside ``@media (prefers-color-scheme: dark)``.
Nothing else has a place there, so a theme can neither fetch anything nor break out of the style element.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

FILE = "theme/theme.css"
COLOURS = (
    *("page", "surface", "text", "quiet", "line", "action"),
    *("on-action", "error", "success", "focus"),
)
GENERIC = frozenset(
    {"serif", "sans-serif", "monospace", "cursive", "system-ui", "ui-serif", "ui-sans-serif", "ui-rounded"}
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r":root\s*\{([^{}]*)\}")
_DARK = re.compile(
    r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*\{\s*((?::root\s*\{[^{}]*\}\s*)*)\}"
)
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_FUNCTION = re.compile(r"(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch)\([0-9a-z%.,/ +-]*\)")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(px|rem|em|%)?")
_FAMILY = re.compile(r'"[^"\\<>;{}]{1,60}"|\'[^\'\\<>;{}]{1,60}\'|[A-Za-z][\w -]{0,60}|var\(--font\)')
_GRADIENT = re.compile(r"none|(?:linear|radial)-gradient\([#0-9a-zA-Z%., ()/-]*\)")
_SIZES = {"px": 1.0, "rem": 16.0, "em": 16.0, "%": 0.16}


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with a theme file: the token (or ``(file)``), what is wrong, what would be right."""

    key: str
    wrong: str
    right: str = ""


@dataclass
class Tokens:
    """Own tokens by scheme: colours as ``#rrggbb`` without their prefix, everything else as it was written."""

    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


def read_tokens(css: str) -> tuple[Tokens, list[Wrong]]:
    """The tokens of a theme file, and everything that is wrong with it."""
    text, found, wrong = _COMMENT.sub("", css), Tokens(), list[Wrong]()
    rest = _RULE.sub("", _DARK.sub("", text)).strip()
    if rest:
        wrong.append(
            Wrong("(file)", f"{rest[:40]!r} is not understood", "write :root { --colour-action: #123456; }")
        )
    for dark, body in _bodies(text):
        for line in filter(None, map(str.strip, body.split(";"))):
            if fault := _take(line, dark, found):
                wrong.append(fault)
    return found, wrong


def _bodies(text: str) -> Iterator[tuple[bool, str]]:
    for body in _RULE.findall(_DARK.sub("", text)):
        yield False, body
    for part in _DARK.findall(text):
        for body in _RULE.findall(part):
            yield True, body


def _take(line: str, dark: bool, found: Tokens) -> Wrong | None:
    """One declaration; what is wrong with it."""
    name, colon, value = (part.strip() for part in line.partition(":"))
    kind = name.removeprefix("--")
    if not colon or not value:
        return Wrong(name[:60], "is no declaration", f"write {name[:40]}: value;")
    if name.startswith("--colour-") and kind.removeprefix("colour-") in COLOURS:
        try:
            (found.dark if dark else found.light)[kind.removeprefix("colour-")] = _colour(value)
        except ValueError as error:
            return Wrong(name, *_halves(f"{value!r} {error}"))
        return None
    check = OTHERS.get(kind)
    if check is None or not name.startswith("--"):
        known = ", ".join(f"--{one}" for one in (*(f"colour-{one}" for one in COLOURS), *OTHERS))
        return Wrong(name[:60], "is no token", f"there are {known}")
    if dark and kind != "image-page":
        return Wrong(
            name, "stands among the dark colours", "write it into the first :root; it serves both schemes"
        )
    try:
        found.others[kind] = check(value)
    except ValueError as error:
        return Wrong(name, *_halves(f"{value!r} {error}"))
    return None


def _halves(message: str) -> tuple[str, str]:
    wrong, _, right = message.partition("; ")
    return wrong, right


def _colour(value: str) -> str:
    if value.startswith("#") and not _HEX.fullmatch(value):
        raise ValueError("is no colour; # is followed by 3, 4, 6 or 8 digits of 0-9 and a-f, like #123456")
    if not (_HEX.fullmatch(value) or _FUNCTION.fullmatch(value)):
        raise ValueError("is no colour; write #123456 or rgb(18 52 86)")
    from portal.venues.palette import as_hex

    try:
        return as_hex(value)
    except ValueError as error:
        own = str(error).startswith("is transparent")
        raise ValueError(str(error) if own else "is no colour; write #123456 or rgb(18 52 86)") from error


def _length(least: float, most: float, example: str) -> Callable[[str], str]:
    """A length between two bounds in CSS pixels."""

    def check(value: str) -> str:
        match = _LENGTH.fullmatch(value)
        if not match:
            raise ValueError(f"is no length; write {example}")
        number, unit = float(match[1]), match[2]
        if unit is None and number:
            raise ValueError(f"has no unit; write {match[1]}px or {example}")
        if not least <= number * _SIZES.get(unit or "px", 1.0) <= most:
            raise ValueError(f"is out of proportion; it is {least:g}px to {most:g}px, like {example}")
        return value

    return check


def _weight(value: str) -> str:
    if value not in {"normal", "bold"} and not (value.isdecimal() and 100 <= int(value) <= 900):
        raise ValueError("is no weight; write a number from 100 to 900, normal or bold")
    return value


def _fonts(value: str) -> str:
    """Families separated by commas, the last one generic: a font that a phone lacks is never loaded."""
    families = [part.strip() for part in value.split(",")]
    if not all(_FAMILY.fullmatch(family) for family in families):
        raise ValueError('is no list of fonts; write names in quotes, like "Gill Sans", sans-serif')
    if families[-1] not in GENERIC and families[-1] != "var(--font)":
        raise ValueError("ends without a font that every device has; end with sans-serif, serif or system-ui")
    return value


def _image(value: str) -> str:
    if not _GRADIENT.fullmatch(value) or value.count("(") != value.count(")"):
        raise ValueError(
            "is no picture a page can have; write none, linear-gradient(…) or radial-gradient(…)"
        )
    return value


OTHERS: dict[str, Callable[[str], str]] = {
    "font": _fonts,
    "font-heading": _fonts,
    "size-base": _length(14, 24, "1rem"),
    "weight-heading": _weight,
    "radius": _length(0, 40, "14px"),
    "space": _length(4, 16, "8px"),
    "column": _length(256, 720, "26rem"),
    "image-page": _image,
}
