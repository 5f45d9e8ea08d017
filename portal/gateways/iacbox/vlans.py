"""One landing URL, several parts of a house: in some VLANs a venue looks otherwise and offers other ways in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from portal.gateways.iacbox.place_settings import Vlan
from portal.gateways.iacbox.settings import Settings
from portal.languages import BY_CODE
from portal.venues import themes
from portal.venues.file import Texts
from portal.venues.values import Text
from portal.venues.venue import Venue

_made: dict[tuple[int, int], tuple[Venue, Venue]] = {}
"""The venue of the file, kept so that its identity stays its own, and the venue as it is in its n-th VLAN."""


def at_vlan(venue: Venue, vlan: str) -> Venue:
    """The venue as it is in this VLAN; itself where nothing is said about it."""
    settings: Settings = venue.settings
    for number, one in enumerate(settings.vlans):
        if one.holds(vlan):
            key = (id(venue), number)
            if key not in _made:
                _made[key] = (venue, _as_in(venue, one, settings.by_vlan[number]))
            return _made[key][1]
    return venue


def _as_in(venue: Venue, vlan: Vlan, settings: Settings) -> Venue:
    changes = {"name": vlan.name} if vlan.name else {}
    file, style = venue.file, venue.style
    if vlan.theme:
        changes["theme"] = vlan.theme  # type: ignore[assignment]
        style = themes.style_of(vlan.theme, None, file.brand)
    texts = _texts(venue, {"heading": vlan.heading, "lead": vlan.lead})
    return replace(venue, file=file.model_copy(update=changes), settings=settings, style=style, texts=texts)


def _texts(venue: Venue, said: Mapping[str, Text]) -> Mapping[str, Texts]:
    """The venue's texts, with those of the VLAN in the languages that it has them in."""
    if not any(said.values()):
        return venue.texts
    codes = dict.fromkeys([*venue.texts, *(code for text in said.values() for code in text.root if code)])
    if any("" in text.root for text in said.values()):
        codes |= dict.fromkeys(row.code for row in venue.languages)
    found = {}
    for code in codes:
        old = venue.texts.get(code, Texts())
        new = {kind: text.root.get(code) or text.root.get("") for kind, text in said.items()}
        found[code] = old.model_copy(update={kind: words for kind, words in new.items() if words})
    return {code: found[code] for code in found if code in BY_CODE}
