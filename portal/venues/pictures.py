"""A venue's pictures: which lie where, and what is wrong with one before a guest sees it.

``theme/logo.svg`` or ``logo.png``, ``theme/logo-dark.*`` for dark pages, ``theme/photo.jpg|webp|avif``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from portal.venues.tables import Fault

LOGOS = {"light": "logo", "dark": "logo-dark"}
LOGO_ENDINGS = ("svg", "png")
PHOTO_ENDINGS = ("jpg", "webp", "avif")
HEAVIEST_LOGO = 60_000
"""Bytes: a logo is shown at 64 px of height and travels with the first page."""
HEAVIEST_PHOTO = 60_000
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"%PDF": "pdf",
    b"BM": "bmp",
}
_LOOKS_LIKE = re.compile(r"(logo|photo)", re.IGNORECASE)
_ACTIVE = re.compile(rb"<script|\son[a-z]+\s*=|javascript:|<foreignObject", re.IGNORECASE)
_OUTSIDE = re.compile(rb"(?:href|src)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)


def logos_in(folder: Path) -> dict[str, str]:
    """The logos of a venue's ``theme/`` folder, file names by shade."""
    found = {}
    for shade, stem in LOGOS.items():
        names = [f"{stem}.{ending}" for ending in LOGO_ENDINGS if (folder / f"{stem}.{ending}").is_file()]
        if names:
            found[shade] = names[0]
    return found


def photo_in(folder: Path) -> str:
    """The file name of the venue's photo in its ``theme/`` folder, or nothing."""
    return next((f"photo.{end}" for end in PHOTO_ENDINGS if (folder / f"photo.{end}").is_file()), "")


def faults_of(folder: Path) -> Iterator[Fault]:
    """What is wrong with the pictures of a venue's folder."""
    theme = folder / "theme"
    used = {*logos_in(theme).values(), *filter(None, [photo_in(theme)])}
    for name in sorted(used):
        yield from _faults_of_file(theme / name, f"theme/{name}")
    for path in sorted([*folder.glob("*.*"), *theme.glob("*.*")]):
        if path.name in used and path.parent == theme:
            continue
        if path.suffix.lower() in {
            ".png",
            ".svg",
            ".jpg",
            ".jpeg",
            ".gif",
            ".webp",
            ".avif",
        } and _LOOKS_LIKE.match(path.stem):
            yield _unused(path, folder, used)


def _unused(path: Path, folder: Path, used: set[str]) -> Fault:
    name = str(path.relative_to(folder))
    kind = "photo" if path.stem.lower().startswith("photo") else "logo"
    endings = PHOTO_ENDINGS if kind == "photo" else LOGO_ENDINGS
    right = f"a {kind} is theme/{kind}.{' or .'.join(endings)}"
    if any(name.startswith(kind) for name in used):
        right += "; another one is there already, so take this one away"
    return Fault(name, "(file)", "is not used", right)


def _faults_of_file(path: Path, name: str) -> Iterator[Fault]:
    photo = path.stem == "photo"
    try:
        raw = path.read_bytes()
    except OSError as error:
        yield Fault(name, "(file)", f"cannot be read: {error.strerror}")
        return
    is_now = kind_of(raw)
    wanted = path.suffix.lstrip(".")
    if is_now != wanted:
        right = (
            "save it as "
            + (" or ".join(PHOTO_ENDINGS if photo else LOGO_ENDINGS))
            + ", with the ending it has"
        )
        yield Fault(name, "(file)", f"holds {is_now or 'no picture'} and not {wanted}", right)
        return
    most = HEAVIEST_PHOTO if photo else HEAVIEST_LOGO
    if len(raw) > most:
        right = f"at most {most // 1000} kB; make it smaller" + (" with: foyer venues photo" if photo else "")
        yield Fault(name, "(file)", f"has {len(raw) // 1000} kB", right)
    if wanted == "svg":
        yield from _faults_of_svg(raw, name)


def kind_of(raw: bytes) -> str:
    """What a file holds, by its first bytes: ``png``, ``jpg``, ``svg`` …; nothing if it is no picture we know."""
    for start, kind in _SIGNATURES.items():
        if raw.startswith(start):
            return kind
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "webp"
    if raw[4:12] in (b"ftypavif", b"ftypavis"):
        return "avif"
    return "svg" if b"<svg" in raw[:2000] else ""


def _faults_of_svg(raw: bytes, name: str) -> Iterator[Fault]:
    if b"<!ENTITY" in raw or (b"<!DOCTYPE" in raw and b"[" in raw.partition(b"<!DOCTYPE")[2][:200]):
        yield Fault(name, "(file)", "declares entities", "export it as plain SVG")
        return
    try:
        ElementTree.fromstring(raw)  # noqa: S314  entities were refused above
    except ElementTree.ParseError as error:
        yield Fault(name, "(file)", f"is a broken SVG: {error}", "export it again from the drawing program")
        return
    if _ACTIVE.search(raw):
        yield Fault(name, "(file)", "holds a script, which browsers ignore here", "export it as plain SVG")
    if _OUTSIDE.search(raw):
        yield Fault(name, "(file)", "fetches something from elsewhere", "embed it, or draw it")
