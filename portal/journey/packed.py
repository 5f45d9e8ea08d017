"""A page compressed once for every guest: only the token differs, so only the token is put in.

Compressing a login page is a quarter of what it costs. The page is therefore deflated once, with a stand-in where
the token goes. The first stand-in is left out of the compressed part and put in as a *stored* block (RFC 1951,
3.2.4: five bytes, then the bytes as they are); all later ones are copies of it by their distance, so they copy
whatever token stands there, as long as it has the stand-in's length. That this came out right is tried when a
page is prepared; where it did not, the page is compressed for each guest as any other.

A gzip file ends with the checksum of the whole text. CRC-32 is linear: how a token changes the checksum of a page
depends on the token's own checksum alone, bit by bit, so 33 numbers kept with the page tell it for every token, and
the text itself is not needed any more.
"""

from __future__ import annotations

import gzip
import secrets
import struct
import zlib
from dataclasses import dataclass

_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_WINDOW = 32_768
_LEVELS = (*(9,) * 8, 6, 6, 5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Packed:
    """A compressed page up to and after the first token, and what its checksum is."""

    before: bytes
    after: bytes
    checksum: Checksum

    def with_token(self, token: bytes) -> bytes:
        """The gzip file of the page with this token in it."""
        trailer = struct.pack("<II", self.checksum.of(token), self.checksum.size & 0xFFFFFFFF)
        return b"".join((_HEADER, self.before, token, self.after, trailer))


@dataclass(frozen=True)
class Checksum:
    """The CRC-32 of a text of ``size`` bytes with any token of one length in it.

    ``own`` and ``whole`` are those of a token of zeros and of the text with it; ``changes`` says for each bit of a
    token's own checksum what it changes in that of the text.
    """

    size: int
    own: int
    whole: int
    changes: tuple[int, ...]

    def of(self, token: bytes) -> int:
        """The text's checksum with this token."""
        different, found = zlib.crc32(token) ^ self.own, self.whole
        while different:
            bit = different & -different
            found ^= self.changes[bit.bit_length() - 1]
            different ^= bit
        return found


def checksum(text: bytes, place: bytes, length: int) -> Checksum:
    """For ``text`` with a token of ``length`` bytes, at least four, wherever ``place`` stands."""
    zeros = bytes(length)
    whole = text.replace(place, zeros)
    own_of_zeros, whole_of_zeros = zlib.crc32(zeros), zlib.crc32(whole)
    rows = []
    for bit in range(32):
        # The last four bytes of a token alone give it every checksum there is.
        token = zeros[:-4] + (1 << bit).to_bytes(4, "big")
        rows.append(
            (zlib.crc32(token) ^ own_of_zeros, zlib.crc32(text.replace(place, token)) ^ whole_of_zeros)
        )
    return Checksum(len(whole), own_of_zeros, whole_of_zeros, _by_bit(rows))


def _by_bit(rows: list[tuple[int, int]]) -> tuple[int, ...]:
    """From what 32 independent differences change to what each single bit changes (Gauss, modulo 2)."""
    for bit in range(32):
        pivot = next(at for at in range(bit, 32) if rows[at][0] >> bit & 1)
        rows[bit], rows[pivot] = rows[pivot], rows[bit]
        own, change = rows[bit]
        rows = [
            (row[0] ^ own, row[1] ^ change) if at != bit and row[0] >> bit & 1 else row
            for at, row in enumerate(rows)
        ]
    return tuple(change for _own, change in rows)


def pack(html: str, place: str, length: int) -> Packed | None:
    """A page in which ``place`` stands for a token of ``length`` characters; None if it cannot be packed.

    A copy spans 258 bytes at most, so a longer token is copied in pieces, and a byte between two pieces may come
    out as itself: then another level of effort cuts elsewhere.
    """
    if not 4 <= length < _WINDOW // 2 or place not in html:
        return None
    page, spot = html.encode(), place.encode()
    known = checksum(page, spot, length)
    for level in _LEVELS:  # each stand-in is cut elsewhere, and half of them come out right
        stand_in = secrets.token_urlsafe(length)[:length].encode()
        packed = Packed(*_deflate(page.replace(spot, stand_in), stand_in, level), known)
        # No character of this token is the stand-in's, so nothing of the stand-in can go unnoticed.
        token = bytes(66 if letter == 65 else 65 for letter in stand_in)
        if _is(packed.with_token(token), page.replace(spot, token)):
            return packed
    return None


def _is(file: bytes, text: bytes) -> bool:
    try:
        return gzip.decompress(file) == text
    except (OSError, EOFError, zlib.error):
        return False


def _deflate(page: bytes, stand_in: bytes, level: int) -> tuple[bytes, bytes]:
    """The page up to and after the first stand-in."""
    head, _, rest = page.partition(stand_in)
    first = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    before = first.compress(head) + first.flush(zlib.Z_FULL_FLUSH)
    stored = struct.pack("<BHH", 0, len(stand_in), 0xFFFF - len(stand_in))
    known = (head + stand_in)[-_WINDOW:]
    second = zlib.compressobj(level, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, known)
    return before + stored, second.compress(rest) + second.flush()
