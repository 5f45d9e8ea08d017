"""Countries and phone prefixes in the guest's language: Babel's names, the phone library's codes."""

from __future__ import annotations

import re
from functools import lru_cache

from portal.countries import countries, sorting


@lru_cache(maxsize=64)
def prefixes(locale: str) -> tuple[tuple[str, str], ...]:
    """(value, ``France +33``) of every country with a phone code.

    The value is the code's digits; a country that shares its code with a larger one adds its two letters, so that
    the one that was chosen can be shown again.
    """
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    names = dict(countries(locale))
    found = [
        (str(code) if place == 0 else f"{code} {region}", f"{names[region]} +{code}")
        for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()
        for place, region in enumerate(regions)
        if region in names
    ]
    return tuple(sorted(found, key=lambda pair: sorting(pair[1])))


def prefix_value(region: str) -> str:
    """The value of :func:`prefixes` for a country; empty for none."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, country_code_for_region

    code = country_code_for_region(region) if region else 0
    if not code:
        return ""
    return str(code) if COUNTRY_CODE_TO_REGION_CODE[code][0] == region else f"{code} {region}"


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


def country_name(code: str) -> str:
    """A country's English name in the characters of the manual's s-string (Table 3)."""
    name = dict(countries("en")).get(code, code)
    return re.sub(r"\s*\(.*?\)", "", name).replace("’", "'").replace(",", "").strip()
