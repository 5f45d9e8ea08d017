"""Keep the catalogues: ``python translations/update.py`` after a change of texts.

* without arguments: extract ``messages.pot``, update every ``messages.po`` (new messages empty, old ones gone);
* ``missing LANG``: the untranslated messages as JSON, ``{msgid: ""}``, plurals as ``{msgid: {"plural": …, "forms": n}}``;
* ``fill LANG FILE``: put translations in from JSON, ``{msgid: text}`` or ``{msgid: [form, …]}``.

Neither line numbers nor dates are kept, so that a catalogue changes only when its words do.
"""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LANGUAGES = (
    *("ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th"),
    *("zh_Hans_CN", "zh_Hant_TW"),
)
PYTHON = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "_n": (1, 2),
    "_ln": (1, 2),
}
METHODS = [("portal/simulators/**", "ignore"), ("portal/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}


def extract() -> Catalog:
    """Every message of the code and the templates, in order."""
    found = Catalog(project="Foyer", version="1", copyright_holder="Foyer", fuzzy=False)
    for _file, _line, message, _comments, context in extract_from_dir(
        str(ROOT),
        METHODS,
        OPTIONS,
        PYTHON,
        directory_filter=lambda path: not Path(path).name.startswith((".", "test")),
    ):
        found.add(message, context=context)
    return found


def po(language: str) -> Path:
    """Where a language's catalogue lies."""
    return HERE / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A catalogue, or a new one."""
    if po(language).exists():
        with po(language).open("rb") as file:
            return read_po(file, locale=language)
    return Catalog(locale=Locale.parse(language), project="Foyer", version="1", fuzzy=False)


def write(path: Path, catalog: Catalog) -> None:
    """Write without dates and line numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.fuzzy = False
    with path.open("wb") as file:
        write_po(
            file,
            catalog,
            width=110,
            no_location=True,
            omit_header=False,
            sort_output=True,
            ignore_obsolete=True,
        )
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join(line for line in lines if not line.startswith(_DATES)), encoding="utf-8")


_DATES = (
    '"Report-Msgid',
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Language-Team',
    '"Generated-By',
    "# FIRST",
    "# Translations",
    "# Copyright",
    "# This file",
    "#, fuzzy",
)


def update() -> None:
    """Extract, update all, say what is missing."""
    template = extract()
    write(HERE / "messages.pot", template)
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(copy.deepcopy(template), no_fuzzy_matching=True)
        if language == "en":
            _say_it_in_english(catalog)
        write(po(language), catalog)
        print(f"{language}: {len(missing(catalog))} of {len(catalog)} untranslated")


def _say_it_in_english(catalog: Catalog) -> None:
    for message in catalog:
        if message.id:
            message.string = message.id if isinstance(message.id, tuple) else str(message.id)


def missing(catalog: Catalog) -> list:
    """The messages without a translation, or with an empty form."""
    return [
        one
        for one in catalog
        if one.id and not all(one.string if isinstance(one.string, tuple) else [one.string])
    ]


def show_missing(language: str) -> None:
    """Print what has to be translated."""
    catalog = read(language)
    wanted = {}
    for one in missing(catalog):
        if isinstance(one.id, tuple):
            wanted[one.id[0]] = {"plural": one.id[1], "forms": catalog.num_plurals}
        else:
            wanted[one.id] = ""
    print(json.dumps(wanted, ensure_ascii=False, indent=1))


def fill(language: str, file: str) -> None:
    """Put translations in; refuse one that lacks a placeholder or brings another."""
    catalog = read(language)
    for msgid, text in json.loads(Path(file).read_text(encoding="utf-8")).items():
        message = catalog.get(msgid)
        if message is None:
            print(f"no such message: {msgid!r}")
            continue
        message.string = tuple(text) if isinstance(text, list) else text
        for error in message.check(catalog):
            raise SystemExit(f"{msgid!r}: {error}")
    write(po(language), catalog)
    print(f"{language}: {len(missing(catalog))} untranslated")


def compile_all() -> None:
    """Write every ``messages.mo`` that is older than its catalogue."""
    for language in LANGUAGES:
        target = po(language).with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < po(language).stat().st_mtime:
            with target.open("wb") as file:
                write_mo(file, read(language))


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            update()
        case ["compile"]:
            compile_all()
        case ["missing", name]:
            show_missing(name)
        case ["fill", name, path]:
            fill(name, path)
        case _:
            raise SystemExit(__doc__)
