"""From one colour to a light and a dark palette in which every pair that touches can be read.

The mathematics is coloraide's: OKLCH keeps the hue while the lightness changes. It is loaded only for a venue that has
colours of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from coloraide import Color

from portal.venues.colours import Colours, contrast

TEXT, OUTLINE = 4.5, 3.0
MARGIN = 0.06
"""Above what is needed, so that rounding to hex and to a screen's colours takes nothing away."""
WHITE, INK = "#ffffff", "#14110f"
_NEUTRAL = 0.012
"""Chroma below which a page has no colour of its own and may take a breath of the brand's."""


def as_hex(text: str) -> str:
    """A CSS colour as ``#rrggbb``, within what screens show; raises ValueError for what is none or is transparent."""
    colour = Color(text)
    if colour.alpha() < 1:
        raise ValueError(
            "is transparent; what lies behind it decides whether it can be read, so write a solid colour"
        )
    return _hex(colour)


def palette(brand: str, light: Colours, dark: Colours) -> tuple[dict[str, str], dict[str, str]]:
    """What a brand's colour changes of a theme's light and dark colours. ``brand`` is any solid CSS colour."""
    return _scheme(brand, light), _scheme(brand, dark)


def _scheme(brand: str, colours: Colours) -> dict[str, str]:
    tinted = {name: _tinted(colours[name], brand) for name in ("page", "surface", "line") if name in colours}
    new = {**colours, **tinted}
    grounds = [new["page"], new["surface"]]
    tinted["action"] = readable(brand, grounds, TEXT)
    tinted["on-action"] = on(tinted["action"])
    tinted["focus"] = readable(brand, grounds, OUTLINE)
    for name in ("text", "quiet", "error", "success"):
        tinted[name] = readable(new[name], grounds, TEXT)
    return tinted


def derived_dark(own_light: Colours, dark: Colours) -> dict[str, str]:
    """The dark values of what a venue wrote for light pages alone: its action, and what belongs to it.

    Grounds and texts of light pages say nothing about dark ones: there the theme's own stand.
    """
    grounds = [dark["page"], dark["surface"]]
    new: dict[str, str] = {}
    for name, least in (("action", TEXT), ("error", TEXT), ("success", TEXT), ("focus", OUTLINE)):
        if name in own_light:
            new[name] = readable(own_light[name], grounds, least)
    if "action" in new:
        new["on-action"] = on(new["action"])
    return new


def readable(colour: str, grounds: Iterable[str], least: float) -> str:
    """The colour, as little lighter or darker as is enough on every ground, in hex; its hue stays."""
    grounds = list(grounds)

    def can_be_read(text: str) -> bool:
        return all(contrast(text, ground) >= least + MARGIN for ground in grounds)

    if can_be_read(as_is := _hex(Color(colour))):
        return as_is
    wanted = Color(colour).convert("oklch")
    found = [text for goal in (0.0, 1.0) if can_be_read(text := _towards(wanted, goal, can_be_read))]
    if found:
        return min(found, key=lambda text: abs(Color(text).convert("oklch")["l"] - wanted["l"]))
    return max((WHITE, INK), key=lambda text: min(contrast(text, ground) for ground in grounds))


def _towards(colour: Color, goal: float, good: Callable[[str], bool]) -> str:
    """The shade nearest to the colour that is good, on the way to black (0) or white (1): one that is not good
    becomes so once on that way, so halving finds it."""
    near, far = 0.0, 1.0
    for _turn in range(8):
        middle = (near + far) / 2
        near, far = (near, middle) if good(_shade(colour, goal, middle)) else (middle, far)
    return _shade(colour, goal, far)


def _shade(colour: Color, goal: float, part: float) -> str:
    return _hex(colour.clone().set("l", colour["l"] + (goal - colour["l"]) * part))


def on(colour: str) -> str:
    """The text on a button of this colour: white where it can be read, else dark, else whichever is better."""
    for text in (WHITE, INK):
        if contrast(text, colour) >= TEXT:
            return text
    return max((WHITE, "#000000"), key=lambda text: contrast(text, colour))


def _tinted(colour: str, brand: str) -> str:
    """A neutral ground with a breath of the brand's hue; one with a colour of its own stays."""
    ground, hue = Color(colour).convert("oklch"), Color(brand).convert("oklch")
    if ground["c"] >= _NEUTRAL or hue["c"] < 0.02:
        return colour
    return _hex(ground.set("c", 0.008).set("h", hue["h"]))


def _hex(colour: Color) -> str:
    return str(colour.convert("srgb").fit("srgb", method="oklch-chroma").to_string(hex=True, alpha=False))
