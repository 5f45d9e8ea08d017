"""A page of the product as a frame of the preview shows it: one scheme forced, the text larger, nothing that leads away.

The production policy stays but for two things: a frame of our own origin may show the page, and since the scheme is
written into the style, its hash is another one.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass

from portal.journey.sample_pages import SamplePage
from portal.venues import colours
from portal.venues.themes import hash_source

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_SCHEME = re.compile(r"@media[^{]*prefers-color-scheme:\s*(dark|light)[^{]*\{")
_REFRESH = re.compile(r'<meta http-equiv="refresh"[^>]*>')
_FOCUS = re.compile(r"(?<=\s)autofocus(?:=\"[^\"]*\")?(?=[\s>])")
SCHEMES = ("light", "dark")
SIZES = (100, 150, 200)


@dataclass(frozen=True)
class Frame:
    """What the browser gets for a frame."""

    html: str
    policy: str


@dataclass(frozen=True)
class Facts:
    """What is told beside a frame: bytes gzipped, and the worst contrast of the scheme, with its pair; ``weak`` where
    a pair is below AA."""

    weight: int
    contrast: float
    pair: str
    weak: tuple[str, ...]


def frame_of(page: SamplePage, scheme: str, size: int) -> Frame:
    """The page in one scheme, with text of ``size`` per cent."""
    found = _STYLE.search(page.html)
    old = found.group(1) if found else ""
    new = _in_scheme(old, scheme) + (f"html{{font-size:{size}%}}" if size != 100 else "")
    html = page.html.replace(f"<style>{old}</style>", f"<style>{new}</style>", 1)
    html = html.replace('content="light dark"', f'content="{scheme}"', 1)
    html = html.replace(
        'media="(prefers-color-scheme:dark)"', f'media="{"all" if scheme == "dark" else "not all"}"'
    )
    # A frame that leads away by itself shows nothing of this page, and one of many must not take the keyboard.
    html = _FOCUS.sub("", _REFRESH.sub("", html))
    policy = page.policy.replace(hash_source(old), hash_source(new))
    return Frame(html, policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'"))


def _in_scheme(css: str, scheme: str) -> str:
    return _SCHEME.sub(lambda found: "@media all{" if found.group(1) == scheme else "@media not all{", css)


def facts_of(page: SamplePage, scheme: str) -> Facts:
    """Weight and contrast of a page."""
    found = _STYLE.search(page.html)
    shown = dict(zip(SCHEMES, colours.schemes(found.group(1) if found else ""), strict=True))[scheme]
    ratios = [
        (
            colours.contrast(shown[text], shown[ground]) / least,
            colours.contrast(shown[text], shown[ground]),
            pair,
        )
        for text, ground, least in colours.PAIRS
        if text in shown and ground in shown and (pair := f"{text} on {ground}")
    ]
    _share, ratio, pair = min(ratios, default=(0.0, 0.0, ""))
    weight = len(gzip.compress(page.html.encode(), 6, mtime=0))
    return Facts(weight, round(ratio, 2), pair, tuple(colours.weak_pairs(shown, scheme)))
