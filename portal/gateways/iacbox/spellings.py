"""What a guest typed as the box is told it, and how it may be told once more when the box says no."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from portal import text
from portal.gateways.iacbox.pms_settings import Pms
from portal.gateways.iacbox.settings import Settings
from portal.session import PendingSignIn

DAYS = frozenset({"birthday", "arrival", "departure"})
NAMES = ("first_name", "last_name")
Values = Mapping[str, str]


def spellings(settings: Settings, chosen: PendingSignIn) -> Sequence[Values]:
    """The values of a sign-in as they are tried one after the other, the first as they were typed."""
    if chosen.way == "cred" and settings.credentials == "code":
        return [{**chosen.values, "username": code} for code in codes(settings, chosen.values["username"])]
    if chosen.way.startswith("pms"):
        one = settings.pms_of(chosen.way)
        return [chosen.values, *(_otherwise(chosen.values) if one.second_try else [])]
    return [chosen.values]


def at(settings: Settings, chosen: PendingSignIn) -> Values:
    """The values of the spelling that is tried now."""
    tried = spellings(settings, chosen)
    return tried[min(int(chosen.values.get("spelling", 0)), len(tried) - 1)]


def next_one(settings: Settings, chosen: PendingSignIn) -> PendingSignIn | None:
    """The same sign-in in its next spelling; None when all were tried."""
    number = int(chosen.values.get("spelling", 0)) + 1
    if number >= len(spellings(settings, chosen)):
        return None
    return PendingSignIn(chosen.way, {**chosen.values, "spelling": str(number)})


def codes(settings: Settings, typed: str) -> Sequence[str]:
    """A ticket code as it was typed and without its dashes, or the one of both that the venue wants."""
    cases = {"upper": str.upper, "lower": str.lower}
    kept, bare = (cases.get(settings.code_case, str)(text.code(typed, dashes)) for dashes in (True, False))
    match settings.code_dashes:
        case "keep":
            return [kept]
        case "drop":
            return [bare]
    return list(dict.fromkeys((kept, bare)))


def room_fields(values: Values, pms: Pms) -> dict[str, str]:
    """What a guest typed, as the hotel's PMS wants it, by our words.

    ASSUMED: Himed's own room field holds the same room unless it is asked for, and "the first N characters of
    the name" is the last name.
    """
    fields: dict[str, str] = {word: wire(word, values[word], pms) for word in pms.fields if values.get(word)}
    if pms.system == "himed" and fields.get("room"):
        fields.setdefault("room_himed", fields["room"])
    return fields | ({"template": values["template"]} if values.get("template") else {})


def wire(word: str, value: str, pms: Pms) -> str:
    """One value in the form in which it travels."""
    if word in DAYS:
        return wire_day(value)
    value = text.plain(value)
    if word in ("room", "room_himed") and value.isascii() and value.isdecimal():
        return value.zfill(pms.pad)
    if word == "last_name" and pms.name_characters:
        return value[: pms.name_characters]
    return value


def wire_day(value: str) -> str:
    """A date as ``DD.MM.YYYY`` (given); anything else as it was typed."""
    day = iso_day(value)
    return f"{day:%d.%m.%Y}" if day else value


def iso_day(value: str) -> date | None:
    """The day of ``YYYY-MM-DD``, or None."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _otherwise(values: Values) -> list[Values]:
    """The names as a hotel may have written them for want of letters."""
    others = {word: text.other_spellings(values[word]) for word in NAMES if values.get(word)}
    most = max(map(len, others.values()), default=0)
    return [
        {**values} | {word: found[min(number, len(found) - 1)] for word, found in others.items() if found}
        for number in range(most)
    ]
