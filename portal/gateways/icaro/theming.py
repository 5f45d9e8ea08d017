"""The look and the texts of a hotspot, laid under what the venue's own folder says.

Colours are for light pages only (Icaro knows no dark ones) and are taken only as far as every text on them stays
readable (WCAG AA, 4.5 : 1). A font is named, never loaded. Pictures are not taken over: a data: picture would
outweigh the page, and one of another host would tell it of every guest; ``icaro save-logo`` puts the logo into the
venue's folder instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from portal.gateways.icaro.hotspot import Hotspot
from portal.venues.colours import contrast
from portal.venues.file import Terms, Texts
from portal.venues.themes import Style, hash_source
from portal.venues.values import Text
from portal.venues.venue import Venue

READABLE = 4.5
LARGE = 3.0
ON_PAGE = ("text", "quiet", "action", "error", "success")
_TOKEN = re.compile(r"--colour-([a-z-]+):(#[0-9a-fA-F]{3,6})\b")


def themed(venue: Venue, hotspot: Hotspot) -> Venue:
    """The venue as guests of this hotspot see it."""
    changed = venue
    if hotspot.terms and not venue.file.terms.url and not _said(venue, "terms"):
        changed = _with_text(changed, "terms", hotspot.terms)
        changed = replace(changed, file=changed.file.model_copy(update={"terms": Terms(required=True)}))
    if not venue.settings.skin:
        return changed
    if hotspot.subtitle and not _said(venue, "lead"):
        changed = _with_text(changed, "lead", hotspot.subtitle)
    if hotspot.title:
        changed = replace(changed, file=changed.file.model_copy(update={"name": Text.plain(hotspot.title)}))
    has_own = (venue.folder / "theme" / "theme.css").is_file()
    return replace(
        changed, about=hotspot.about, style=venue.style if has_own else style_of(venue.style, hotspot)
    )


def style_of(style: Style, hotspot: Hotspot) -> Style:
    """A bundled style with the hotspot's colours and font in it."""
    kept = readable(hotspot.colours, tokens(style.text))
    rules = "".join(f"--colour-{name}:{kept[name]};" for name in ("page", "surface", "text") if name in kept)
    text = style.text
    if rules:
        text += "@media (prefers-color-scheme:light){:root{" + rules + "}}"
    if "title" in kept:
        text += "@media (prefers-color-scheme:light){h1{color:" + kept["title"] + "}}"
    if hotspot.font:
        text += f':root{{--font:"{hotspot.font}",system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}}'
    return Style(text, hash_source(text))


def tokens(css: str) -> dict[str, str]:
    """The colours of a style on light pages: what the first ``:root`` says."""
    return dict(_TOKEN.findall(css.partition("@media")[0]))


def readable(wanted: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Of the colours wanted those on which, and with which, everything can be read."""
    kept: dict[str, str] = {}
    text = wanted.get("text", "")
    for ground in ("page", "surface"):
        colour = wanted.get(ground, "")
        others = [own[name] for name in ON_PAGE if name in own]
        if colour and all(contrast(colour, other) >= READABLE for other in others):
            kept[ground] = colour
    grounds = [kept.get(name) or own.get(name, "#ffffff") for name in ("page", "surface")]
    if text and all(contrast(text, ground) >= READABLE for ground in grounds):
        kept["text"] = text
    title = wanted.get("title", "")
    if title and contrast(title, grounds[0]) >= LARGE:
        kept["title"] = title
    return kept


def _said(venue: Venue, kind: str) -> bool:
    return any(getattr(texts, kind) for texts in venue.texts.values())


def _with_text(venue: Venue, kind: str, words: str) -> Venue:
    code = venue.default_language.code
    texts = venue.texts.get(code, Texts()).model_copy(update={kind: words})
    return replace(venue, texts={**venue.texts, code: texts})
