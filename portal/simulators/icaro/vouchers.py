"""Vouchers and their uses. Registering one takes a use, whatever comes of it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

DAY = 86_400.0
UNLIMITED = -1


class VoucherRefused(Exception):
    """A voucher that wax does not take; the text is wax's own, with status 401."""


@dataclass
class Voucher:
    """``type`` is ``auth`` (signs in by itself) or ``normal`` (it only unlocks the other methods).

    Icaro stores codes in lower case. ``uses`` left (-1: no limit), ``days`` valid from its first use, ``expires``
    in seconds since 1970 (the day of it counts to its end, in UTC).
    """

    code: str
    type: str = "auth"
    uses: int = 1
    days: int = 1
    expires: float | None = None
    used: int = 0

    def expired(self, now: float) -> bool:
        """Whether the day of its end has passed; an unused one with ``days`` has no end yet."""
        return self.expires is not None and (self.expires // DAY + 1) * DAY <= now


class Vouchers:
    """All vouchers of a hotspot. What a guest types is put into lower case and then compared byte by byte."""

    def __init__(self, vouchers: Iterable[Voucher]) -> None:
        self._by_code: dict[str, Voucher] = {}
        for voucher in vouchers:
            self.add(voucher)

    def __iter__(self) -> Iterator[Voucher]:
        return iter(list(self._by_code.values()))

    def add(self, voucher: Voucher) -> Voucher:
        """Put a copy in and give it back; one of the same code is replaced."""
        mine = replace(voucher, code=voucher.code.lower())
        self._by_code[mine.code] = mine
        return mine

    def find(self, code: str) -> Voucher | None:
        """The voucher of this code, in any capitals."""
        return self._by_code.get(code.lower())

    def use(self, code: str, now: float) -> Voucher:
        """Take one use. Raises :class:`VoucherRefused` with one of wax's three messages."""
        voucher = self.find(code)
        if voucher is None:
            raise VoucherRefused("Voucher is invalid")
        if voucher.expired(now):
            del self._by_code[voucher.code]  # told once, unknown from then on
            raise VoucherRefused("Voucher is expired")
        if voucher.uses == 0:
            raise VoucherRefused("Voucher limit reached")
        if voucher.expires is None:
            voucher.expires = now + voucher.days * DAY
        if voucher.uses != UNLIMITED:
            voucher.uses -= 1
        voucher.used += 1
        return voucher
