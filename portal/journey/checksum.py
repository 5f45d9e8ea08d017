"""The checksum of a page for every guest, without the page.

A gzip file ends with the CRC-32 of the whole text. CRC-32 is linear: how a guest's token changes the checksum of a page
depends on the token's own checksum alone, bit by bit, and not on what else stands there. So 33 numbers kept with the page
for each place tell it for every guest.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

SHORTEST = 4
"""Bytes of a value: the last four alone give it every checksum there is."""


@dataclass(frozen=True)
class Place:
    """``own`` is the checksum of zeros at this place; ``changes`` says for each bit of a value's own checksum what it
    changes in that of the text."""

    own: int
    changes: tuple[int, ...]

    def change(self, value: bytes) -> int:
        """What a value changes against zeros."""
        different, found = zlib.crc32(value) ^ self.own, 0
        while different:
            bit = different & -different
            found ^= self.changes[bit.bit_length() - 1]
            different ^= bit
        return found


@dataclass(frozen=True)
class Checksum:
    """Of a text of ``size`` bytes with any values of these lengths in it; ``zeros`` is that of zeros everywhere."""

    size: int
    zeros: int
    places: Mapping[str, Place]

    def of(self, values: Mapping[str, str]) -> int:
        """The text's checksum with these values."""
        found = self.zeros
        for name, place in self.places.items():
            found ^= place.change(values[name].encode())
        return found


def checksum(page: bytes, lengths: Mapping[str, int]) -> Checksum:
    """For a page with values of so many bytes, at least :data:`SHORTEST`, wherever their places stand."""
    zeros = page
    for place, length in lengths.items():
        zeros = zeros.replace(place.encode(), bytes(length))
    places = {}
    for place, length in lengths.items():
        others = page
        for other in lengths.keys() - {place}:
            others = others.replace(other.encode(), bytes(lengths[other]))
        places[place] = _place(others, place.encode(), length, zlib.crc32(zeros))
    return Checksum(len(zeros), zlib.crc32(zeros), places)


def _place(text: bytes, place: bytes, length: int, whole: int) -> Place:
    own, rows = zlib.crc32(bytes(length)), []
    for bit in range(32):
        value = bytes(length - 4) + (1 << bit).to_bytes(4, "big")
        rows.append((zlib.crc32(value) ^ own, zlib.crc32(text.replace(place, value)) ^ whole))
    return Place(own, _by_bit(rows))


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
