"""The controller's own sentences for its codes: the catalogue beside its portal page (section 11 of the wire).

``<portal>.lang.xml`` holds an entry for each error: one or more ``msgid`` and an element per language, with places in
sprintf style. It belongs to a portal's own files and differs by firmware, so every entry that looks like one is taken
and nothing else is asked of the file. It is read without any guest's cookie, once for all of them.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from portal.errors import UpstreamError
from portal.gateways.ucopia.answers import bare
from portal.gateways.ucopia.api import NOBODY, Api
from portal.gateways.ucopia.markup import one_line
from portal.gateways.ucopia.php_json import words
from portal.languages import find

LIFE, AGAIN = 6 * 3600, 3600
"""Seconds that a catalogue is kept, and until one is asked for again that could not be read."""
PATIENCE = 3
"""Seconds that a guest who was refused waits for better words at most."""
LONGEST = 300
_MOST = 8
_LANGUAGE = re.compile(r"[a-z]{2}(_[A-Z]{2})?")
_PORTAL = re.compile(r"^(/\d+/)(portal[\w-]*)(?:/|$)")
_PLACE = re.compile(r"%(?:\d+\$)?[-+ 0#]*\d*(?:\.\d+)?[sdiuf]")
Catalogue = Mapping[str, Mapping[str, str]]
"""Sentences by code, in full and without its prefixes, and by language."""


class Sentences:
    """The catalogues of one controller, by portal. Thread-safe: who comes twice reads the file twice, no more."""

    def __init__(self, api: Api, clock: Callable[[], float] = time.monotonic) -> None:
        self._api, self._clock = api, clock
        self._kept: dict[str, tuple[float, Catalogue]] = {}

    def of(self, path: str) -> Catalogue:
        """The catalogue beside a portal page; an empty one where it cannot be read."""
        url = self._url(path)
        until, catalogue = self._kept.get(url, (0.0, {}))
        if until > self._clock():
            return catalogue
        try:
            catalogue = catalogue_of(self._read(url))
        except UpstreamError:
            catalogue = {}
        while len(self._kept) >= _MOST:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[url] = (self._clock() + (LIFE if catalogue else AGAIN), catalogue)
        return catalogue

    def _read(self, url: str) -> bytes:
        until = time.monotonic() + PATIENCE
        return self._api.transport.send("GET", url, NOBODY, "words", again=True, until=until)[1].body

    def _url(self, path: str) -> str:
        """``/1/portal/`` has ``/1/portal/portal.lang.xml``."""
        found = _PORTAL.match(path) or _PORTAL.match("/1/portal/")
        name = found[2] if found else ""
        return urljoin(self._api.url, f"{found[1] if found else '/'}{name}/{name}.lang.xml")


def sentence(catalogue: Catalogue, code: str, value: Any, languages: Iterable[str]) -> str:
    """The words for a code in the first of these languages that has some, its value put in; "" for none."""
    texts = catalogue.get(code) or catalogue.get(bare(code)) or {}
    text = next((texts[language] for language in languages if texts.get(language)), "")
    put = "" if isinstance(value, (bool, dict, list)) else words(value, 60)
    if _PLACE.search(text.replace("%%", "")) and not put:
        return ""
    return "%".join(_PLACE.sub(lambda _place: put, part) for part in text.split("%%"))


def catalogue_of(body: bytes) -> Catalogue:
    """What a catalogue says; what stands before a fault in it counts, and a file with a DTD is none."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.CharacterDataHandler = reader.text
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = _no_dtd
    with contextlib.suppress(expat.ExpatError, ValueError):
        parser.Parse(body, True)
    return reader.found


@dataclass
class _Element:
    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    by_language: dict[str, str] = field(default_factory=dict)


class _Reader:
    """Collects entries, however deep: an element that holds codes and languages is one."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, str]] = {}
        self._open = [_Element()]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._open.append(_Element())

    def text(self, data: str) -> None:
        """Its text."""
        self._open[-1].texts.append(data)

    def end(self, name: str) -> None:
        """It ends: a code or a sentence of the one around it, or an entry of its own."""
        one, around = self._open.pop(), self._open[-1]
        text = words("".join(one.texts))
        if name == "msgid" and text:
            around.codes.append(text[:120])
        elif _LANGUAGE.fullmatch(name) and (language := find(name)):
            around.by_language[language.code] = one_line(text)[:LONGEST]
        for code in one.codes if one.by_language else ():
            self.found[code] = one.by_language
            self.found.setdefault(bare(code), one.by_language)


def _no_dtd(*_declared: Any) -> None:
    raise ValueError("a catalogue has no DTD")
