"""``extends``: a hotel group writes things once. A venue starts from the ``venue.toml`` and the ``texts/`` of a folder
beside it, and says what is different.

Tables are merged key by key; lists and values of the venue stand in place of the group's. A secret of the venue, in
whatever way it is given, takes the place of the group's; files that a key names lie in the venue's own folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.venues.tables import Fault
from portal.venues.text_files import read_toml

KEY, FILE = "extends", "venue.toml"
SHARED = "_"
"""What the names of folders begin with that others may extend: no venue is called so, and none can take up the secrets
of another."""
MOST = 5
"""Folders that may extend each other in a row."""


def with_group(
    folder: Path, data: Mapping[str, Any], faults: list[Fault]
) -> tuple[dict[str, Any], list[Path]]:
    """The venue's data over those of the folders it extends, and these folders, the farthest first."""
    data, here = dict(data), folder
    bases: list[Path] = []
    while KEY in data:
        wish = data.pop(KEY)
        base = (here / str(wish)).resolve()
        if not isinstance(wish, str) or base.parent != folder.parent.resolve() or not (base / FILE).is_file():
            right = 'name a folder beside the venue\'s that has a venue.toml: "../_group"'
            faults.append(Fault(FILE, KEY, f"{wish!r} is no such folder", right))
            break
        if base in bases or base == folder.resolve() or len(bases) == MOST:
            faults.append(Fault(FILE, KEY, "leads back to itself or goes on too long", "extend one folder"))
            break
        if not base.name.startswith(SHARED):
            right = f'share what both want in a folder that is no venue: "../{SHARED}group"'
            faults.append(Fault(FILE, KEY, f"{wish!r} is a venue, a stranger to this one", right))
            break
        bases.insert(0, base)
        theirs = read_toml(base / FILE, f"../{base.name}/{FILE}", faults, "write one, or leave extends out")
        data = merged(theirs, data) | ({KEY: theirs[KEY]} if KEY in theirs else {})
        here = base
    return data, bases


def merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """One table over another; where both have a table, key by key."""
    result = {key: value for key, value in base.items() if key != KEY and not _is_given_otherwise(key, own)}
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def _is_given_otherwise(key: str, own: Mapping[str, Any]) -> bool:
    """Whether a secret of the base is given by the venue in another way: in a file, in the environment, in clear."""
    name = key.removesuffix("_file").removesuffix("_env")
    return key not in own and any(
        f"{name}{end}" in own for end in ("", "_file", "_env") if f"{name}{end}" != key
    )
