"""What a box says of a ticket in the words a guest would use: a price, a speed. What is not understood stays as it came."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.core import Locale
from babel.numbers import format_currency, format_decimal
from flask_babel import get_locale

_MONEY = re.compile(r"\s*(\d{1,6})(?:[.,](\d{1,2}))?\s*([A-Z]{3})\s*")
_SPEED = re.compile(r"(\d{1,9})\s*k[bB]it/s")


def money(text: str) -> str:
    """``9.00 EUR`` as the guest's language writes it, without cents that are none: ``9 €``."""
    found = _MONEY.fullmatch(text)
    if found is None:
        return text
    whole, cents, currency = found.groups()
    amount, locale = Decimal(f"{whole}.{(cents or '0').ljust(2, '0')}"), _locale()
    pattern = locale.currency_formats["standard"].pattern
    if amount == int(amount):
        pattern = re.sub(r"\.0+", "", pattern)
    return str(format_currency(amount, currency, pattern, locale=locale, currency_digits=False))


def speed(text: str) -> str:
    """``Max. download bandwidth: 51200 kBit/s`` as ``50 Mbit/s``."""
    found = _SPEED.search(text)
    if found is None or int(found[1]) < 1000:
        return text
    kilobits = int(found[1])
    megabits = kilobits / (1000 if kilobits % 1024 else 1024)
    return f"{format_decimal(round(megabits, 1), locale=_locale())} Mbit/s"


def _locale() -> Locale:
    return get_locale() or Locale("en")
