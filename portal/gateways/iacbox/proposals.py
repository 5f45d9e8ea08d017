"""From captured messages to what a venue file should say, and what of the assumptions is thereby settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from portal.gateways.iacbox import checks, wire_names
from portal.gateways.iacbox.captured import Captured
from portal.gateways.iacbox.settings import Settings


def toml_of(captured: Sequence[Captured], settings: Settings, refresh_url: str = "") -> str:
    """The keys of ``[iacbox]`` that settle what was seen; names that are as assumed are written down as well."""
    own, pms = keys_of(captured, settings, refresh_url)
    lines = ["[iacbox]", *(f"{name} = {_written(value)}" for name, value in own.items())]
    if pms:
        lines += ["[iacbox.pms]", *(f"{name} = {_written(value)}" for name, value in pms.items())]
    return "\n".join(lines)


def keys_of(
    captured: Sequence[Captured], settings: Settings, refresh_url: str = ""
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What belongs into ``[iacbox]`` and into ``[iacbox.pms]``."""
    own: dict[str, Any] = {}
    requests, answers = _names(captured, True), _names(captured, False)
    if requests:
        own["names"] = dict(settings.names) | requests
    if answers:
        own["answer_names"] = dict(settings.answer_names) | answers
    for one in captured:
        own |= {"salt": one.salt} if one.salt else {}
        if not one.is_request and one.kind.startswith("redirect") and one.lapi:
            own |= {
                name: wire
                for name, wire in (("lapi", one.lapi), ("si", one.si))
                if wire != getattr(settings, name)
            }
    if refresh_url:
        own["refresh_url"] = refresh_url
    styles = [one.style for one in captured if one.style]
    return own, {"style": styles[-1]} if styles else {}


def settled(captured: Sequence[Captured], settings: Settings, refresh_url: str = "") -> Iterator[str]:
    """Each assumption of the check, with what has become of it."""
    own, pms = keys_of(captured, settings, refresh_url)
    given = settings.model_dump(include=settings.model_fields_set, exclude_unset=True)
    after = Settings.model_validate(given | own | {"pms": given.get("pms", {}) | pms}, context={})
    left = set(checks.assumed(after))
    for line in checks.assumed(settings):
        yield f"{'open' if line in left else 'settled'}: {line}"
    yield from (f"open: {line}" for line in left - set(checks.assumed(settings)))


def _names(captured: Sequence[Captured], requests: bool) -> dict[str, str]:
    assumed = wire_names.ASSUMED_REQUESTS if requests else wire_names.ASSUMED_ANSWERS
    table = wire_names.REQUESTS if requests else wire_names.ANSWERS
    found: dict[str, str] = {}
    for one in captured:
        if one.is_request == requests:
            found |= {word: wire for wire, word in one.words.items() if word in table}
    return {word: wire for word, wire in found.items() if word in assumed or table[word] != wire}


def _written(value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return "{ " + ", ".join(f'{word} = "{wire}"' for word, wire in value.items()) + " }"
