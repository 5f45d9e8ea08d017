"""Contrast of the colours of a theme: every pair that touches, in light and dark, against WCAG 2.2 AA.

Relative luminance and ratio as in WCAG 2.2, "contrast ratio"; text needs 4.5, outlines of controls and of the
focus need 3. This is the one place where contrast is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

PAIRS = (
    *(
        (text, ground, 4.5)
        for text in ("text", "quiet", "error", "success", "action")
        for ground in ("page", "surface")
    ),
    ("on-action", "action", 4.5),
    ("focus", "page", 3.0),
    ("focus", "surface", 3.0),
)
_DARK = re.compile(r"@media[^{]*dark[^{]*\{(.*?\})\s*\}", re.DOTALL)
_COLOUR = re.compile(r"--colour-([a-z-]+)\s*:\s*#([0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?)\b")
Rgb = tuple[float, float, float]
Colours = Mapping[str, str]
"""Names without ``--colour-`` to ``#rrggbb``."""


def checks(css: str) -> Iterator[str]:
    """A line per pair below AA: the pair, the ratio, the nearest colour that would do. Colours in hex are read."""
    light, dark = schemes(css)
    for mode, colours in (("light", light), ("dark", dark)):
        yield from weak_pairs(colours, mode)


def weak_pairs(colours: Colours, mode: str) -> Iterator[str]:
    """The lines for one scheme."""
    for text, ground, least in PAIRS:
        if text not in colours or ground not in colours:
            continue
        one, other = rgb(colours[text]), rgb(colours[ground])
        found = ratio(one, other)
        if found < least:
            better = nearest(one, other, least)
            yield f"--colour-{text} on --colour-{ground} ({mode}): {found:.2f}, needs {least}; {better} would do"


def schemes(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """The colours that apply on light pages and on dark ones, by name."""
    light = {name: f"#{value}" for name, value in _COLOUR.findall(_DARK.sub("", css))}
    dark = dict(light)
    for part in _DARK.findall(css):
        dark |= {name: f"#{value}" for name, value in _COLOUR.findall(part)}
    return light, dark


def ratio(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def contrast(one: str, other: str) -> float:
    """The same of two colours in hex."""
    return ratio(rgb(one), rgb(other))


def nearest(colour: Rgb, ground: Rgb, least: float) -> str:
    """The same colour, as little darker or lighter as is enough on this ground, in hex."""
    found = []
    for goal in (0.0, 1.0):
        for step in range(1, 101):
            mixed = tuple(part + (goal - part) * step / 100 for part in colour)
            text = _hex(mixed)
            if ratio(rgb(text), ground) >= least:
                found.append((step, text))
                break
    return min(found)[1] if found else "no shade of it"


def rgb(text: str) -> Rgb:
    """The parts of ``#rgb`` or ``#rrggbb``, each 0 to 1."""
    digits = text.lstrip("#")
    if len(digits) == 3:
        digits = "".join(letter * 2 for letter in digits)
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def _hex(colour: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
