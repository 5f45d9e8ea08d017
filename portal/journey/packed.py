"""A page compressed once for every guest: only what is a guest's own differs, so only that is put in.

Compressing a login page is a quarter of what it costs. The page is therefore deflated once, with stand-ins where the
guest's token and the handle of its links go. The first of each is left out of the compressed part and put in as a *stored*
block (RFC 1951, 3.2.4: five bytes, then the bytes as they are); all later ones are copies of it by their distance, so
they copy whatever stands there, as long as it has the stand-in's length. That this came out right is tried when a
page is prepared; where it did not, the page is compressed for each guest as any other.
"""

from __future__ import annotations

import gzip
import secrets
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.journey.checksum import SHORTEST, Checksum, checksum

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_WINDOW = 32_768
_EFFORTS = (*(9,) * 8, 6, 6, 5, 4, 3, 2, 1)
"""Levels to try: each stand-in is cut elsewhere, and half of them come out right."""
Values = Mapping[str, str]
"""What stands at each place."""


@dataclass(frozen=True)
class Packed:
    """A compressed page: before each first place, whose it is, and after the last."""

    parts: Sequence[tuple[bytes, str]]
    after: bytes
    checksum: Checksum

    def with_values(self, values: Values) -> bytes:
        """The gzip file of the page with these values in it."""
        trailer = struct.pack("<II", self.checksum.of(values), self.checksum.size & 0xFFFFFFFF)
        filled = (piece for before, place in self.parts for piece in (before, values[place].encode()))
        return b"".join((_HEADER, *filled, self.after, trailer))


def filled(html: str, values: Values) -> str:
    """A page with these values in it."""
    for place, value in values.items():
        html = html.replace(place, value)
    return html


def pack(html: str, lengths: Mapping[str, int]) -> Packed | None:
    """A page in which places stand for values of so many characters; None if it cannot be packed.

    A copy spans 258 bytes at most, so a longer value is copied in pieces, and a byte between two pieces may come
    out as itself: then another level of effort cuts elsewhere.
    """
    if not all(SHORTEST <= length < _WINDOW // 2 and place in html for place, length in lengths.items()):
        return None
    known = checksum(html.encode(), lengths)
    for level in _EFFORTS:
        stand_ins = {place: secrets.token_urlsafe(length)[:length] for place, length in lengths.items()}
        packed = Packed(*_deflate(html, stand_ins, level), known)
        # No character of these values is the stand-in's, so nothing of a stand-in can go unnoticed.
        values = {
            place: "".join("A" if letter != "A" else "B" for letter in stand_in)
            for place, stand_in in stand_ins.items()
        }
        text = filled(html, values).encode()
        if _is(packed.with_values(values), text):
            return packed
    return None


def _is(file: bytes, text: bytes) -> bool:
    try:
        return gzip.decompress(file) == text
    except (OSError, EOFError, zlib.error):
        return False


def _deflate(html: str, stand_ins: Values, level: int) -> tuple[Sequence[tuple[bytes, str]], bytes]:
    """The page before each first stand-in, and after the last."""
    page = filled(html, stand_ins).encode()
    parts, at = [], 0
    for place in sorted(stand_ins, key=html.index):
        start = len(filled(html[: html.index(place)], stand_ins).encode())
        stored = struct.pack("<BHH", 0, len(stand_ins[place]), 0xFFFF - len(stand_ins[place]))
        parts.append((_squeezed(page, at, start, level, zlib.Z_FULL_FLUSH) + stored, place))
        at = start + len(stand_ins[place])
    return parts, _squeezed(page, at, len(page), level, zlib.Z_FINISH)


def _squeezed(page: bytes, start: int, end: int, level: int, flush: int) -> bytes:
    """A piece of the page as deflate goes on after what comes before it."""
    known = page[max(0, start - _WINDOW) : start]
    level = level if known else 9
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, known)
    return packer.compress(page[start:end]) + packer.flush(flush)
