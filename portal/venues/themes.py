"""Themes are data and template names, not loaders: Jinja caches by name, so names must not depend on a request.

A theme is ``static/themes/<theme>/theme.css`` (custom properties) and, where it needs one, a template of the
same name under ``templates/themes/<theme>/``. A venue's own ``theme/theme.css`` goes on top: only the tokens,
so it can neither fetch anything nor break out of the style element.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.venues import colours
from portal.venues.tables import Fault
from portal.venues.text_files import Unreadable, read_text
from portal.venues.tokens import FILE, Tokens, read_tokens

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
"""Where ``templates``, ``static`` and ``translations`` lie: in the installed package, or beside it in a checkout."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class BadTheme(ValueError):
    """A theme that cannot be used, with all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Style:
    """The text of the one style element of a page and its hash as a source of ``style-src``."""

    text: str
    source: str


def bundled() -> list[str]:
    """The names of the themes that come with the portal."""
    return sorted(path.parent.name for path in (ROOT / "static" / "themes").glob("*/theme.css"))


def style_of(theme: str, own: Path | None = None, brand: str = "") -> Style:
    """The style of a bundled theme with a venue's one colour and own tokens on top; raises :class:`BadTheme`.

    Tokens count for the scheme they are written for: what a venue says for light pages never stands on dark ones,
    where the theme's own value, or one derived from the venue's, takes its place.
    """
    file = ROOT / "static" / "themes" / theme / "theme.css"
    if not file.is_file():
        wrong, right = f"{theme!r} is no bundled theme", f"there are {', '.join(bundled())}"
        raise BadTheme([Fault("venue.toml", "theme", wrong, right)])
    css = _text_of(file)
    rules = _own_rules(css, own, brand) if own or brand else ""
    text = _smaller("\n".join([css, rules, _text_of(ROOT / "static" / "base.css")]))
    return Style(sys.intern(text), hash_source(text))  # hundreds of venues wear eight skins


@cache
def _text_of(file: Path) -> str:
    """One of our own style sheets, without comments."""
    return _COMMENT.sub("", file.read_text())


def _own_rules(css: str, own: Path | None, brand: str) -> str:
    from portal.venues import palette

    light, dark = colours.schemes(css)
    on_light, on_dark = palette.palette(brand, light, dark) if brand else ({}, {})
    tokens = _tokens_of(own)
    new_light = {**on_light, **tokens.light}
    new_dark = {
        **on_dark,
        **palette.derived_dark(tokens.light, {**dark, **on_dark, **tokens.dark}),
        **tokens.dark,
    }
    restated = {name: dark[name] for name in new_light if name in dark}
    others = "".join(f"--{name}:{value};" for name, value in tokens.others.items())
    rules = f":root{{{_declared(new_light)}{others}}}" if new_light or others else ""
    if all_dark := {**restated, **new_dark}:
        rules += f"@media (prefers-color-scheme:dark){{:root{{{_declared(all_dark)}}}}}"
    return rules


def _declared(values: Mapping[str, str]) -> str:
    return "".join(f"--colour-{name}:{value};" for name, value in values.items())


def _tokens_of(own: Path | None) -> Tokens:
    if own is None:
        return Tokens()
    try:
        tokens, wrong = read_tokens(read_text(own))
    except Unreadable as error:
        raise BadTheme([Fault(FILE, "(file)", error.wrong, error.right)]) from error
    except OSError as error:
        raise BadTheme([Fault(FILE, "(file)", f"cannot be read: {error.strerror}")]) from error
    if wrong:
        raise BadTheme([Fault(FILE, one.key, one.wrong, one.right) for one in wrong])
    return tokens


def hash_source(text: str) -> str:
    """What a Content-Security-Policy calls an inline element with this text."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _smaller(css: str) -> str:
    css = re.sub(r"\s+", " ", _COMMENT.sub("", css))
    return re.sub(r"\s*([{};,])\s*", r"\1", css).replace(";}", "}").strip()


def template_names(theme: str, name: str) -> list[str]:
    """Where a template may come from: the venue's own, the theme's, ours."""
    return [f"own/{name}", f"themes/{theme}/{name}", name]
