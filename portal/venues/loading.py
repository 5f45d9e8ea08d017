"""A venue is a folder: ``venue.toml``, and beside it whatever is this venue's own.

Loading never raises: a faulty venue becomes a :class:`Closed` one, with every :class:`Fault` found, and takes
no other venue down. The system's own table is checked by the model that the system brings along.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from portal.languages import BY_CODE, LANGUAGES
from portal.venues import pictures
from portal.venues.file import Texts, VenueFile
from portal.venues.inheritance import with_group
from portal.venues.tables import Fault, parse
from portal.venues.text_files import read_toml
from portal.venues.themes import BadTheme, Style, style_of
from portal.venues.venue import Closed, Venue

RESERVED = frozenset({"static", "healthz", "readyz", "wings", "studio", "preview", "metrics"})
FILE = "venue.toml"
log = logging.getLogger("portal.venues.loading")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Faulty(Exception):
    """Raised by :func:`read_venue` with everything that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


class HasModel(Protocol):
    """What a system brings along for its table of the venue file."""

    @property
    def model(self) -> type[BaseModel]:
        """The table's model."""


Models = Mapping[str, HasModel]


def load_venues(folder: Path, gateways: Models, demo: bool = False) -> dict[str, Venue | Closed]:
    """Every venue of the folder by its name; ``systems`` brings the model of each system's table."""
    venues: dict[str, Venue | Closed] = {}
    for path in venue_folders(folder):
        try:
            venues[path.name] = read_folder(path, gateways, demo)
        except Faulty as error:
            venues[path.name] = Closed(path.name, path, error.faults)
            for fault in error.faults:
                log.error("venue=%s closed: %s", path.name, fault)
    return venues


def venue_folders(folder: Path) -> list[Path]:
    """The folders of venues; those that begin with a dot or an underscore are something else."""
    return [path for path in sorted(folder.iterdir()) if path.is_dir() and path.name[0] not in "._"]


def read_folder(path: Path, gateways: Models, demo: bool = False) -> Venue:
    """:func:`read_venue`, which also raises :class:`Faulty` for a folder that cannot be read at all."""
    try:
        return read_venue(path, gateways, demo)
    except (OSError, RecursionError) as error:
        fault = Fault(path.name, "(folder)", f"cannot be read: {type(error).__name__}")
        raise Faulty([fault]) from error


def is_slug(name: str) -> bool:
    """Whether a folder of this name can be a venue."""
    return bool(_SLUG.fullmatch(name)) and name not in RESERVED


def read_venue(folder: Path, gateways: Models, demo: bool = False) -> Venue:
    """Read one venue's folder; raises :class:`Faulty` with all its faults."""
    faults: list[Fault] = []
    if not is_slug(folder.name):
        faults.append(
            Fault(
                folder.name,
                "(folder)",
                "cannot be a venue's name",
                "use a-z, 0-9 and -; not " + ", ".join(sorted(RESERVED)),
            )
        )
    faults += _leading_out(folder)
    if faults:
        raise Faulty(faults)
    data = _toml(folder, FILE, faults)
    data, bases = with_group(folder, data, faults)
    if faults:
        raise Faulty(faults)
    if data.get("demo") and not demo:
        faults.append(Fault(FILE, "demo", "is a venue of the demo", "make your own with: foyer venues new"))
    system = data.get("system")
    context = {"folder": folder, "demo": demo}
    table = data.pop(system, None) if isinstance(system, str) and system in gateways else None
    file = parse(VenueFile, data, FILE, "", context, faults)
    settings = None
    if isinstance(system, str) and system in gateways:
        settings = parse(gateways[system].model, table or {}, FILE, f"{system}.", context, faults)
    elif data:
        faults.append(Fault(FILE, "system", f"{system!r} is no system", "there are " + ", ".join(gateways)))
    texts = _inherited([*(_texts(base, context, faults) for base in bases), _texts(folder, context, faults)])
    style = _style(file, folder, faults) if file else None
    faults += _templates(folder)
    faults += pictures.faults_of(folder)
    if file:
        faults += _sense(file, texts)
    if faults or file is None or style is None:
        raise Faulty(faults)
    logos, photo = pictures.logos_in(folder / "theme"), pictures.photo_in(folder / "theme")
    return Venue(folder.name, folder, file, settings, texts, style, logos, photo)


def _leading_out(folder: Path) -> Iterator[Fault]:
    """Links in the folder that lead out of it: a venue shows and sends only what is its own."""
    places = [folder / FILE, folder / "theme", folder / "texts"]
    for path in [*places, *(one for place in places[1:] for one in sorted(place.rglob("*")))]:
        try:
            stays = path.resolve().is_relative_to(folder.resolve())
        except (OSError, RuntimeError):
            stays = False
        if not stays:
            name = str(path.relative_to(folder))
            yield Fault(name, "(link)", "leads out of the venue's folder", "copy the file into it")


def _style(file: VenueFile, folder: Path, faults: list[Fault]) -> Style | None:
    own = folder / "theme" / "theme.css"
    try:
        return style_of(file.theme, own if own.is_file() else None, file.brand)
    except BadTheme as error:
        faults += error.faults
    return None


def _toml(folder: Path, name: str, faults: list[Fault]) -> dict[str, Any]:
    return read_toml(folder / name, name, faults, "make one with: foyer venues new")


def _texts(folder: Path, context: Mapping[str, Any], faults: list[Fault]) -> dict[str, Texts]:
    texts: dict[str, Texts] = {}
    for path in sorted((folder / "texts").glob("*.toml")):
        name = f"texts/{path.name}"
        if path.stem not in BY_CODE:
            faults.append(
                Fault(
                    name, "(file)", "is no language", "there are " + ", ".join(row.code for row in LANGUAGES)
                )
            )
            continue
        parsed = parse(Texts, _toml(folder, name, faults), name, "", context, faults)
        if parsed:
            texts[path.stem] = parsed
    return texts


def _inherited(layers: Sequence[Mapping[str, Texts]]) -> dict[str, Texts]:
    """Texts over those of the folders that a venue extends: what it does not say in a language is the group's."""
    found: dict[str, Texts] = {}
    for layer in layers:
        for code, own in layer.items():
            said = {name: text for name, text in own.model_dump().items() if text}
            found[code] = found.get(code, Texts()).model_copy(update=said)
    return found


def _templates(folder: Path) -> Iterator[Fault]:
    """Templates that lie where nobody looks; those in ``theme/templates`` close no venue (:mod:`.own_templates`)."""
    for wrong in ("templates", "Templates", "theme/Templates"):
        if wrong != "theme/templates" and (folder / wrong).is_dir() and any((folder / wrong).glob("*.html")):
            yield Fault(
                f"{wrong}/", "(folder)", "is not looked at", "templates of a venue lie in theme/templates/"
            )


def _sense(file: VenueFile, texts: Mapping[str, Texts]) -> Iterator[Fault]:
    if file.terms.required and not file.terms.url and not any(text.terms for text in texts.values()):
        yield Fault(
            FILE,
            "terms",
            "must be accepted but stand nowhere",
            "write terms into texts/<language>.toml, or give terms.url",
        )
