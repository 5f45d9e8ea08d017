"""A venue is a folder: ``venue.toml``, and beside it whatever is this venue's own.

Loading never raises: a faulty venue becomes a :class:`Closed` one, with every :class:`Fault` found, and takes
no other venue down. The system's own table is checked by the model that the system brings along.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from portal.languages import BY_CODE, LANGUAGES, Language
from portal.records import Account, Hotspot, Integration, Unit
from portal.themes import BadTheme, Style, logos_in, style_of
from portal.values import HttpUrl, Text

RESERVED = frozenset({"static", "healthz", "wings", "preview", "metrics"})
FILE = "venue.toml"
M = TypeVar("M", bound=BaseModel)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a venue: where, what, and what would be right."""

    file: str
    key: str
    wrong: str
    right: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.wrong}" + (f"; {self.right}" if self.right else "")


class Table(BaseModel):
    """A table of the venue file: frozen, strict, an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Help(Table):
    """The venue's own line on every page."""

    text: Text = Text.plain("")
    url: Annotated[
        str, Field(pattern=r"^(https?://|tel:|mailto:)\S+$|^$", description="tel:, mailto: or https://")
    ] = ""


class Terms(Table):
    """Whether the terms have to be accepted, and where they stand if not in ``texts/``."""

    required: bool = False
    url: HttpUrl = ""


class Texts(Table):
    """``texts/<language>.toml``: what a venue says in its own words."""

    heading: str = ""
    lead: str = ""
    help: str = ""
    terms: str = ""
    privacy: str = ""
    imprint: str = ""


class VenueFile(Table):
    """The keys of ``venue.toml`` that do not depend on the system."""

    name: Text
    system: str
    theme: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", description="the name of a bundled theme")] = (
        "classic"
    )
    languages: Annotated[list[str], Field(min_length=1)] = Field(default_factory=lambda: list(BY_CODE))
    default_language: str = ""
    landing_url: HttpUrl = ""
    help: Help = Help()
    terms: Terms = Terms()
    privacy_url: HttpUrl = ""
    imprint_url: HttpUrl = ""
    demo: bool = False
    hotspot: Hotspot = Hotspot()
    accounts: list[Account] = []
    units: list[Unit] = []
    integrations: list[Integration] = []

    @model_validator(mode="after")
    def _languages_fit(self) -> VenueFile:
        for code in (*self.languages, self.default_language):
            if code and code not in BY_CODE:
                raise ValueError(f"languages: {code!r} is no language code; there are {', '.join(BY_CODE)}")
        if self.default_language and self.default_language not in self.languages:
            raise ValueError("default_language: is not among languages; add it there or choose another")
        names = [integration.name for integration in self.integrations]
        if len(set(names)) < len(names):
            raise ValueError("integrations: two have the same name; names must differ")
        return self


@dataclass(frozen=True)
class Venue:
    """A venue that can serve guests. ``settings`` is the model of its system; ``texts`` is by language code,
    ``logos`` are file names in ``theme/`` by shade (``light``, ``dark``); ``about`` is clean HTML below the ways in,
    from a hotspot that has such a text."""

    slug: str
    folder: Path
    file: VenueFile
    settings: Any
    texts: Mapping[str, Texts]
    style: Style
    logos: Mapping[str, str] = field(default_factory=dict)
    about: str = ""

    @property
    def system(self) -> str:
        """The name of its system."""
        return self.file.system

    @cached_property
    def languages(self) -> tuple[Language, ...]:
        """The rows of the languages it offers, in the order of the venue file."""
        return tuple(BY_CODE[code] for code in self.file.languages)

    @cached_property
    def default_language(self) -> Language:
        """The language of a guest whose browser asks for none that is offered."""
        if self.file.default_language:
            return BY_CODE[self.file.default_language]
        return BY_CODE["en"] if "en" in self.file.languages else self.languages[0]

    def name(self, language: Language) -> str:
        """What the venue is called."""
        return self.file.name.of(language, self.default_language)

    def text(self, kind: str, language: Language) -> str:
        """A text of ``texts/``: in this language, else in the default one, else in English, else in any."""
        order = (language.code, self.default_language.code, "en", *self.texts)
        found = (getattr(self.texts[code], kind) for code in order if code in self.texts)
        return next((text for text in found if text), "")


@dataclass(frozen=True)
class Closed:
    """A venue whose files are faulty: it alone answers 503."""

    slug: str
    folder: Path
    faults: tuple[Fault, ...]


class Faulty(Exception):
    """Raised by :func:`read_venue` with everything that is wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = tuple(faults)


Models = Mapping[str, type[BaseModel]]


def load_venues(folder: Path, systems: Models, demo: bool = False) -> dict[str, Venue | Closed]:
    """Every venue of the folder by its name; ``systems`` gives the model of each system's table."""
    venues: dict[str, Venue | Closed] = {}
    for path in sorted(folder.iterdir()):
        if not path.is_dir() or path.name.startswith((".", "_")):
            continue
        try:
            venues[path.name] = read_venue(path, systems, demo)
        except Faulty as error:
            venues[path.name] = Closed(path.name, path, error.faults)
    return venues


def read_venue(folder: Path, systems: Models, demo: bool = False) -> Venue:
    """Read one venue's folder; raises :class:`Faulty` with all its faults."""
    faults: list[Fault] = []
    if not _SLUG.fullmatch(folder.name) or folder.name in RESERVED:
        faults.append(
            Fault(
                folder.name,
                "(folder)",
                "cannot be a venue's name",
                "use a-z, 0-9 and -; not " + ", ".join(sorted(RESERVED)),
            )
        )
    data = _toml(folder, FILE, faults)
    if data.get("demo") and not demo:
        faults.append(
            Fault(FILE, "demo", "is a venue of the demo", "make your own with: flask --app wsgi venues new")
        )
    system = data.get("system")
    context = {"folder": folder, "demo": demo}
    table = data.pop(system, None) if isinstance(system, str) and system in systems else None
    file = _parse(VenueFile, data, FILE, "", context, faults)
    settings = None
    if isinstance(system, str) and system in systems:
        settings = _parse(systems[system], table or {}, FILE, f"{system}.", context, faults)
    elif data:
        faults.append(Fault(FILE, "system", f"{system!r} is no system", "there are " + ", ".join(systems)))
    texts = _texts(folder, context, faults)
    style = _style(file, folder, faults) if file else None
    if file:
        faults += _sense(file, texts)
    if faults or file is None or style is None:
        raise Faulty(faults)
    return Venue(folder.name, folder, file, settings, texts, style, logos_in(folder / "theme"))


def _style(file: VenueFile, folder: Path, faults: list[Fault]) -> Style | None:
    own = folder / "theme" / "theme.css"
    try:
        return style_of(file.theme, own if own.is_file() else None)
    except BadTheme as error:
        faults.append(Fault(error.file, error.key, *_halves(str(error))))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault("theme/theme.css", "(file)", f"cannot be read: {error}"))
    return None


def _toml(folder: Path, name: str, faults: list[Fault]) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(Fault(name, "(file)", "is missing", "make one with: flask --app wsgi venues new"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault(name, "(file)", f"is no TOML: {error}", 'text stands in quotes: key = "value"'))
    except OSError as error:
        faults.append(Fault(name, "(file)", f"cannot be read: {error.strerror}"))
    return {}


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
        parsed = _parse(Texts, _toml(folder, name, faults), name, "", context, faults)
        if parsed:
            texts[path.stem] = parsed
    return texts


def _sense(file: VenueFile, texts: Mapping[str, Texts]) -> Iterator[Fault]:
    if file.terms.required and not file.terms.url and not any(text.terms for text in texts.values()):
        yield Fault(
            FILE,
            "terms",
            "must be accepted but stand nowhere",
            "write terms into texts/<language>.toml, or give terms.url",
        )


def _parse(
    model: type[M], data: object, file: str, prefix: str, context: Mapping[str, Any], faults: list[Fault]
) -> M | None:
    try:
        return model.model_validate(data, context=dict(context))
    except ValidationError as error:
        faults += [_fault(model, file, prefix, detail) for detail in error.errors(include_url=False)]
        return None


def _fault(model: type[BaseModel], file: str, prefix: str, detail: Any) -> Fault:
    path = tuple(detail["loc"])
    key = prefix + ".".join(str(part) for part in path)
    siblings, right = _look_up(model, path)
    wrong = str(detail["msg"]).removeprefix("Value error, ")
    match detail["type"]:
        case "missing":
            return Fault(file, key, "is missing", f"it is {right}" if right else "")
        case "extra_forbidden":
            close = difflib.get_close_matches(str(path[-1]), siblings, 1)
            return Fault(
                file,
                key,
                "is not a known key",
                f"did you mean {close[0]}?" if close else "known are " + ", ".join(siblings),
            )
        case "value_error":
            named = re.fullmatch(r"([a-z_.]+): (.*)", wrong, re.DOTALL)
            where, wrong = (prefix + named[1], named[2]) if named else (key.rstrip(".") or "(file)", wrong)
            return Fault(file, where, *_halves(wrong))
    return Fault(file, key, wrong[0].lower() + wrong[1:], f"it is {right}" if right else "")


def _halves(message: str) -> tuple[str, str]:
    wrong, _, right = message.partition("; ")
    return wrong, right


def _look_up(model: type[BaseModel], path: tuple[int | str, ...]) -> tuple[list[str], str]:
    """The keys beside the last one of the path, and what the venue file may hold there."""
    right = ""
    for part in path[:-1]:
        field = model.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field else None
        model = inner or model
    if path and (field := model.model_fields.get(str(path[-1]))):
        right = field.description or ""
    return sorted(model.model_fields), right


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)
