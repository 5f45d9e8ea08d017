"""Templates that a venue brings along, as they are written: what cannot be read, and names that nothing uses.

Whether they work shows when they are rendered (:mod:`portal.journey.own_templates`). A venue is not closed because of
them: ours take their place.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from jinja2 import TemplateSyntaxError, meta

from portal.venues.inside import is_inside
from portal.venues.sandbox import Sandbox, sandbox_of, why_unusable
from portal.venues.tables import Fault
from portal.venues.text_files import Unreadable, read_text

PLACE = "theme/templates"


def names_of(folder: Path) -> list[str]:
    """The names of the templates in a venue's folder, as a page would ask for them."""
    own = folder / PLACE
    return sorted(path.relative_to(own).as_posix() for path in own.rglob("*.html"))


def unusable(folder: Path) -> Mapping[str, Fault]:
    """Those that no page can be made with, by name."""
    sandbox = sandbox_of(folder, None, functions={}, gettext=str, ngettext=str)
    return {name: fault for name in names_of(folder) if (fault := _why(folder, name, sandbox))}


def _why(folder: Path, name: str, sandbox: Sandbox) -> Fault | None:
    file = f"{PLACE}/{name}"
    try:
        if is_inside(folder, file) and (found := why_unusable(sandbox, read_text(folder / file))):
            line, wrong = found
            right = "close every {% %} and {{ }}; docs/security.md says what a venue's template may use"
            return Fault(file, f"line {line}" if line else "(file)", wrong, right)
    except Unreadable as error:
        return Fault(file, "(file)", error.wrong, error.right)
    except OSError as error:
        return Fault(file, "(file)", f"cannot be read: {error.strerror}")
    return None


def strays(folder: Path, known: Collection[str], pages: Collection[str]) -> Iterator[Fault]:
    """Names that are no template: neither one of ours (``known``), nor a page that the venue file names, nor
    something that another template of the venue includes. No guest would ever see them."""
    names = names_of(folder)
    included = {one for name in names for one in _included(folder, name)}
    for name in names:
        if name not in known and name not in pages and name not in included:
            near = difflib.get_close_matches(name, [*known, *(one.replace("_", "") for one in known)], 1, 0.7)
            meant = next((one for one in known if near and near[0] in (one, one.replace("_", ""))), "")
            right = f"did you mean {meant}?" if meant else "docs/skins.md lists the names"
            yield Fault(f"{PLACE}/{name}", "(file)", "is the name of no template, so no guest sees it", right)


def _included(folder: Path, name: str) -> set[str]:
    sandbox = sandbox_of(folder, None, functions={}, gettext=str, ngettext=str)
    try:
        tree = sandbox.parse(read_text(folder / PLACE / name))
    except (TemplateSyntaxError, Unreadable, OSError, RecursionError, ValueError):
        return set()
    return {one for one in meta.find_referenced_templates(tree) if one}
