"""A venue as the rest of the portal sees it: read, checked and frozen; or closed, with what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from portal.languages import BY_CODE, Language
from portal.venues.file import Texts, VenueFile
from portal.venues.tables import Fault
from portal.venues.themes import Style


@dataclass(frozen=True)
class Venue:
    """A venue that can serve guests. ``settings`` is the model of its system; ``texts`` is by language code,
    ``logos`` are file names in ``theme/`` by shade (``light``, ``dark``), ``photo`` is one too, or nothing; ``about``
    is clean HTML below the ways in, from a hotspot that has such a text."""

    slug: str
    folder: Path
    file: VenueFile
    settings: Any
    texts: Mapping[str, Texts]
    style: Style
    logos: Mapping[str, str] = field(default_factory=dict)
    photo: str = ""
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

    def own_text(self, kind: str, language: Language) -> str:
        """A text of ``texts/`` in this language alone; nothing where nobody translated it."""
        texts = self.texts.get(language.code)
        return getattr(texts, kind) if texts else ""

    def text(self, kind: str, language: Language) -> str:
        """A text of ``texts/``: in this language, else in English, in the default one, in any."""
        return self.spoken(kind, language)[0]

    def spoken(self, kind: str, language: Language) -> tuple[str, Language]:
        """The same with the language that it is in, for the page to say so."""
        order = (language.code, "en", self.default_language.code, *self.texts)
        found = ((self.own_text(kind, BY_CODE[code]), BY_CODE[code]) for code in order)
        return next((pair for pair in found if pair[0]), ("", language))


@dataclass(frozen=True)
class Closed:
    """A venue whose files are faulty: it alone answers 503."""

    slug: str
    folder: Path
    faults: tuple[Fault, ...]
