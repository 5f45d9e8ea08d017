"""Themes are data and template names, not loaders: Jinja caches by name, so names must not depend on a request.

A theme is ``static/themes/<theme>/theme.css`` (custom properties) and, where it needs one, a template of the
same name under ``templates/themes/<theme>/``. A venue's own ``theme/theme.css`` goes on top: only the tokens,
so it can neither fetch anything nor break out of the style element.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
"""Where ``templates``, ``static`` and ``translations`` lie: in the installed package, or beside it in a checkout."""
TOKENS = (
    *("colour-page", "colour-surface", "colour-text", "colour-quiet", "colour-line", "colour-action"),
    *("colour-on-action", "colour-error", "colour-success", "colour-focus", "font", "font-heading"),
    *("size-base", "weight-heading", "radius", "space", "column", "image-page"),
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r":root\s*\{([^{}]*)\}")
_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*\{\s*(:root\s*\{[^{}]*\})\s*\}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|(rgb|rgba|hsl|hsla|oklch|oklab|lab|lch|color-mix)\([^()]*\)")
_UNSAFE = re.compile(r"[<>\\@]|url\s*\(|expression|javascript", re.IGNORECASE)


class BadTheme(ValueError):
    """A theme that cannot be used; the message says what is wrong; what would be right."""

    def __init__(self, message: str, file: str = "theme/theme.css", key: str = "(file)") -> None:
        super().__init__(message)
        self.file = file
        self.key = key


@dataclass(frozen=True)
class Style:
    """The text of the one style element of a page and its hash as a source of ``style-src``."""

    text: str
    source: str


def bundled() -> list[str]:
    """The names of the themes that come with the portal."""
    return sorted(path.parent.name for path in (ROOT / "static" / "themes").glob("*/theme.css"))


@cache
def style_of(theme: str, own: Path | None = None) -> Style:
    """The style of a bundled theme with a venue's own tokens on top; raises :class:`BadTheme`."""
    file = ROOT / "static" / "themes" / theme / "theme.css"
    if not file.is_file():
        raise BadTheme(
            f"{theme!r} is no bundled theme; there are {', '.join(bundled())}", "venue.toml", "theme"
        )
    parts = [file.read_text(), own_tokens(own) if own else "", (ROOT / "static" / "base.css").read_text()]
    text = _smaller("\n".join(parts))
    return Style(text, hash_source(text))


def own_tokens(file: Path) -> str:
    """A venue's ``theme.css``, checked: ``:root { --token: value; }``, and the same inside the dark media query."""
    text = _COMMENT.sub("", file.read_text(encoding="utf-8-sig"))
    if found := _UNSAFE.search(_DARK.sub(r"\1", text)):
        raise BadTheme(f"{found.group()!r} has no place in a theme; it holds custom properties only")
    rest = _RULE.sub("", _DARK.sub("", text)).strip()
    if rest:
        raise BadTheme(f"{rest[:40]!r} is not understood; write :root {{ --colour-action: #123456; }}")
    for body in _RULE.findall(text):
        for line in filter(None, map(str.strip, body.split(";"))):
            name, colon, value = line.partition(":")
            if any(value.count(opened) != value.count(closed) for opened, closed in ("()", "[]")) or _odd(
                value
            ):
                raise BadTheme(f"{line!r} has a quote or a bracket that does not close; close it")
            if name.strip().startswith("--colour-") and not _COLOUR.fullmatch(value.strip()):
                raise BadTheme(f"{value.strip()!r} is no colour; write #123456 or rgb(18 52 86)")
            if not colon or not value.strip() or name.strip().removeprefix("--") not in TOKENS:
                raise BadTheme(f"{line!r} is no token; there are --{', --'.join(sorted(TOKENS))}")
    return text


def _odd(value: str) -> bool:
    return value.count('"') % 2 == 1 or value.count("'") % 2 == 1


def logos_in(folder: Path) -> dict[str, str]:
    """The logos of a venue's ``theme/`` folder: ``logo.svg`` or ``logo.png``, and ``logo-dark`` for dark pages."""
    found = {}
    for shade, stem in (("light", "logo"), ("dark", "logo-dark")):
        names = [f"{stem}.{ending}" for ending in ("svg", "png") if (folder / f"{stem}.{ending}").is_file()]
        if names:
            found[shade] = names[0]
    return found


def hash_source(text: str) -> str:
    """What a Content-Security-Policy calls an inline element with this text."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _smaller(css: str) -> str:
    css = re.sub(r"\s+", " ", _COMMENT.sub("", css))
    return re.sub(r"\s*([{};,])\s*", r"\1", css).replace(";}", "}").strip()


def template_names(theme: str, name: str) -> list[str]:
    """Where a template may come from: the venue's own, the theme's, ours."""
    return [f"own/{name}", f"themes/{theme}/{name}", name]
