"""Countries and phone prefixes in the guest's language: Babel's names, the phone library's codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from portal.countries import countries, sorting

_SMALL = frozenset(
    (
        *(
            "AQ",
            "AX",
            "AS",
            "AI",
            "BL",
            "BQ",
            "BV",
            "CC",
            "CK",
            "CX",
            "EH",
            "FK",
            "FM",
            "GG",
            "GS",
            "HM",
            "IM",
        ),
        *(
            "IO",
            "JE",
            "KY",
            "MF",
            "MH",
            "MP",
            "MS",
            "NF",
            "NR",
            "NU",
            "PM",
            "PN",
            "PW",
            "SH",
            "SJ",
            "SX",
            "TC",
        ),
        *(
            "TF",
            "TK",
            "TV",
            "UM",
            "VG",
            "VI",
            "WF",
            "YT",
            "KI",
            "GU",
            "FO",
            "GL",
            "BM",
            "AW",
            "CW",
            "VC",
            "KN",
        ),
    )
)
"""Territories whose visitors type their name or choose the state that they belong to."""
_DIGITS = re.compile(r"(?:\+|00)?([1-9][0-9]{0,3})")


@lru_cache(maxsize=32)
def suggestions(locale: str) -> tuple[str, ...]:
    """The names that are suggested, in one list for all inputs of a page: all but the smallest territories.

    What is typed may be any country (:func:`country_code`); the list is an aid, and weighs a fifth of a page.
    """
    return tuple(name for region, name in countries(locale) if region not in _SMALL)


def country_code(text: str, locale: str) -> str:
    """The two letters of a country by its name in this language or in English, or by the letters themselves."""
    name = sorting(text.strip())
    return _regions(locale).get(name) or _regions("en").get(name, "")


def country_name(code: str) -> str:
    """A country's English name in the characters of the manual's s-string (Table 3)."""
    name = dict(countries("en")).get(code, code)
    return re.sub(r"\s*\(.*?\)", "", name).replace("’", "'").replace(",", "").strip()


def localized(code: str, locale: str) -> str:
    """A country's name in a language; empty for none."""
    return dict(countries(locale)).get(code, "")


def prefix_digits(text: str, locale: str) -> str:
    """The country code of a phone number, from ``33``, ``+33``, ``0033`` or a country's name; empty for none."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    text = text.strip()
    found = _DIGITS.fullmatch(re.sub(r"[\s().-]", "", text))
    if found:
        return found[1] if int(found[1]) in COUNTRY_CODE_TO_REGION_CODE else ""
    name = re.sub(r"\s*\+[0-9 ]+$", "", text)
    code = _code(country_code(name, locale))
    return str(code) if code else ""


def prefix_of(region: str) -> str:
    """``+33`` for a country; empty for none."""
    code = _code(region)
    return f"+{code}" if code else ""


def split_number(text: str) -> tuple[str, str] | None:
    """Country code and number of one international number (``+33 6 12 34 56 78``); None if it is none."""
    from phonenumbers import NumberParseException, is_possible_number, national_significant_number, parse

    if not text.startswith("+"):
        return None
    try:
        number = parse(text[:40])
    except NumberParseException:
        return None
    if not is_possible_number(number):
        return None
    return str(number.country_code), national_significant_number(number)


def is_possible(prefix: str, phone: str) -> bool:
    """Whether such a number can exist, with or without the zero that some countries dial at home."""
    from phonenumbers import NumberParseException, is_possible_number, parse

    try:
        return is_possible_number(parse(f"+{prefix}{phone}"))
    except NumberParseException:
        return False


@lru_cache(maxsize=32)
def _regions(locale: str) -> Mapping[str, str]:
    """Country by what its name is sorted by, and by its two letters."""
    names = {sorting(name): code for code, name in countries(locale)}
    return {code.lower(): code for code, _name in countries(locale)} | names


def _code(region: str) -> int:
    from phonenumbers import country_code_for_region

    return country_code_for_region(region) if region else 0
