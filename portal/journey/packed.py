"""A page compressed once for every guest: only the token differs, so only the token is put in.

Compressing a login page is a quarter of what it costs. The page is therefore deflated once, with a stand-in where
the token goes. The first stand-in is left out of the compressed part and put in as a *stored* block (RFC 1951,
3.2.4: five bytes, then the bytes as they are); all later ones are copies of it by their distance, so they copy
whatever token stands there, as long as it has the stand-in's length. That this came out right is tried when a
page is prepared; where it did not, the page is compressed for each guest as any other.
"""

from __future__ import annotations

import gzip
import secrets
import struct
import zlib
from dataclasses import dataclass

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_WINDOW = 32_768


@dataclass(frozen=True)
class Packed:
    """A compressed page up to and after the first token."""

    before: bytes
    after: bytes

    def with_token(self, token: bytes, text: bytes) -> bytes:
        """The gzip file of ``text``, which is the page with this token in it."""
        trailer = struct.pack("<II", zlib.crc32(text), len(text) & 0xFFFFFFFF)
        return b"".join((_HEADER, self.before, token, self.after, trailer))


def pack(html: str, place: str, length: int) -> Packed | None:
    """A page in which ``place`` stands for a token of ``length`` characters; None if it cannot be packed.

    A copy spans 258 bytes at most, so a longer token is copied in pieces, and a byte between two pieces may come
    out as itself: then another level of effort cuts elsewhere.
    """
    if not 0 < length < _WINDOW // 2 or place not in html:
        return None
    for level in (
        *(9,) * 8,
        6,
        6,
        5,
        4,
        3,
        2,
        1,
    ):  # each stand-in is cut elsewhere, and half of them come out right
        stand_in = secrets.token_urlsafe(length)[:length]
        packed = _deflate(html.replace(place, stand_in).encode(), stand_in.encode(), level)
        # No character of this token is the stand-in's, so nothing of the stand-in can go unnoticed.
        token = "".join("A" if letter != "A" else "B" for letter in stand_in)
        text = html.replace(place, token).encode()
        if _is(packed.with_token(token.encode(), text), text):
            return packed
    return None


def _is(file: bytes, text: bytes) -> bool:
    try:
        return gzip.decompress(file) == text
    except (OSError, EOFError, zlib.error):
        return False


def _deflate(page: bytes, stand_in: bytes, level: int) -> Packed:
    head, _, rest = page.partition(stand_in)
    first = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    before = first.compress(head) + first.flush(zlib.Z_FULL_FLUSH)
    stored = struct.pack("<BHH", 0, len(stand_in), 0xFFFF - len(stand_in))
    known = (head + stand_in)[-_WINDOW:]
    second = zlib.compressobj(level, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, known)
    return Packed(before + stored, second.compress(rest) + second.flush())
