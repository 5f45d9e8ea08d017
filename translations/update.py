"""Keep the catalogues. ``README.md`` beside this file tells the whole way of a sentence.

* without arguments: extract ``messages.pot``, update every ``messages.po`` (new messages empty, old ones gone);
* ``missing LANG``: the untranslated messages as JSON, ``{key: ""}``, plurals as ``{key: {"plural": …, "forms": n}}``;
* ``fill LANG FILE``: put translations in from JSON, ``{key: text}`` or ``{key: [form, …]}``; they count as looked at;
* ``reword OLD NEW`` (or ``reword FILE`` with ``{old: new}``): change an English sentence in the source and keep its
  translations, marked ``needs-review`` until somebody has looked;
* ``review LANG``: the marked messages as JSON, ``{key: {"was": …, "now": …, "text": …}}``; ``fill`` takes the mark off,
  ``keep LANG KEY…`` (or ``keep LANG --all``) does so without a change;
* ``compile``: write every ``messages.mo`` that is older than its catalogue.

A key is the English sentence; with a context it is ``context|sentence``. Neither line numbers nor dates are kept, so
that a catalogue changes only when its words do.
"""

from __future__ import annotations

import ast
import copy
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LANGUAGES = (
    *("ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th"),
    *("zh_Hans_CN", "zh_Hant_TW"),
)
NOTES = HERE / "notes.toml"
REVIEW = "needs-review"
WAS = "was: "
PYTHON = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "_n": (1, 2),
    "_ln": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = [("portal/simulators/**", "ignore"), ("portal/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
COMMENTS = ("Translators:",)


PLURALS = {
    "ar": (
        6,
        "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5)",
    ),
    "id": (1, "0"),
}
"""Where Babel's table differs from CLDR: Indonesian has one form; Arabic's are zero, one, two, few, many, other."""


# Reading and writing


def extract() -> Catalog:
    """Every message of the code and the templates with what it tells translators, in order."""
    found = Catalog(project="Foyer", version="1", copyright_holder="Foyer", fuzzy=False)
    for _file, _line, message, comments, context in extract_from_dir(
        str(ROOT),
        METHODS,
        OPTIONS,
        PYTHON,
        comment_tags=COMMENTS,
        strip_comment_tags=True,
        directory_filter=lambda path: not Path(path).name.startswith((".", "test")),
    ):
        told = [*([" ".join(comments)] if comments else []), *_note(message)]
        found.add(message, auto_comments=told, context=context)
    return found


def _note(message: str | Sequence[str]) -> list[str]:
    """What ``notes.toml`` says of it."""
    told = notes().get(message if isinstance(message, str) else message[0], "")
    return [told] if told else []


@cache
def notes() -> dict[str, str]:
    """What short messages are, by their English; raises ValueError where the file is no TOML."""
    return tomllib.loads(NOTES.read_text(encoding="utf-8"))


def po(language: str) -> Path:
    """Where a language's catalogue lies; SystemExit for a language that there is none of."""
    if language not in LANGUAGES:
        raise SystemExit(f"{language!r} is no catalogue; there are {', '.join(LANGUAGES)}")
    return HERE / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """A catalogue, or a new one."""
    if po(language).exists():
        with po(language).open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        catalog = Catalog(locale=Locale.parse(language), project="Foyer", version="1", fuzzy=False)
    if language in PLURALS:
        catalog._num_plurals, catalog._plural_expr = PLURALS[language]
    return catalog


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


def key_of(message: Message) -> str:
    """What a person calls a message: its English, after its context if it has one."""
    sentence = message.id[0] if isinstance(message.id, tuple) else message.id
    return f"{message.context}|{sentence}" if message.context else str(sentence)


def by_key(catalog: Catalog) -> dict[str, Message]:
    """The messages of a catalogue by :func:`key_of`."""
    return {key_of(message): message for message in catalog if message.id}


# Commands


def update() -> None:
    """Extract, update all, say what is missing."""
    template = extract()
    write(HERE / "messages.pot", template)
    for language in LANGUAGES:
        catalog = read(language)
        before = by_key(catalog)
        catalog.update(copy.deepcopy(template), no_fuzzy_matching=True)
        for key, message in by_key(catalog).items():
            if key in before and REVIEW in before[key].flags:
                message.flags.add(REVIEW)
        if language == "en":
            _say_it_in_english(catalog)
        write(po(language), catalog)
        print(
            f"{language}: {len(missing(catalog))} of {len(catalog)} untranslated, {len(marked(catalog))} to review"
        )


def _say_it_in_english(catalog: Catalog) -> None:
    for message in catalog:
        if message.id:
            message.string = message.id if isinstance(message.id, tuple) else str(message.id)
            _looked_at(message)


def missing(catalog: Catalog) -> list[Message]:
    """The messages without a translation, or with an empty form."""
    return [
        one
        for one in catalog
        if one.id and not all(one.string if isinstance(one.string, tuple) else [one.string])
    ]


def marked(catalog: Catalog) -> list[Message]:
    """The messages whose English has changed since somebody looked at the translation."""
    return [one for one in catalog if one.id and REVIEW in one.flags]


def show_missing(language: str) -> None:
    """Print what has to be translated."""
    catalog = read(language)
    wanted: dict[str, object] = {}
    for one in missing(catalog):
        plural = isinstance(one.id, tuple)
        wanted[key_of(one)] = {"plural": one.id[1], "forms": catalog.num_plurals} if plural else ""
    _print(wanted)


def show_review(language: str) -> None:
    """Print what has to be looked at."""
    _print(
        {key_of(one): {"was": _was(one), "now": one.id, "text": one.string} for one in marked(read(language))}
    )


def _was(message: Message) -> str:
    return next((line[len(WAS) :] for line in message.user_comments if line.startswith(WAS)), "")


def _print(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1))


def fill(language: str, file: str) -> None:
    """Put translations in; refuse one that lacks a placeholder or brings another."""
    catalog = read(language)
    messages = by_key(catalog)
    for key, text in json.loads(Path(file).read_text(encoding="utf-8")).items():
        message = messages.get(key)
        if message is None:
            print(f"no such message: {key!r}")
            continue
        message.string = tuple(text) if isinstance(text, list) else text
        _looked_at(message)
        for error in message.check(catalog):
            raise SystemExit(f"{language}: {key!r}: {error}")
    write(po(language), catalog)
    print(f"{language}: {len(missing(catalog))} untranslated, {len(marked(catalog))} to review")


def keep(language: str, keys: list[str]) -> None:
    """Say of marked translations that they are right as they are."""
    catalog = read(language)
    for message in marked(catalog):
        if keys == ["--all"] or key_of(message) in keys:
            _looked_at(message)
    write(po(language), catalog)
    print(f"{language}: {len(marked(catalog))} to review")


def _looked_at(message: Message) -> None:
    message.flags.discard(REVIEW)
    message.user_comments = [line for line in message.user_comments if not line.startswith(WAS)]


def reword(changes: Mapping[str, str]) -> None:
    """Change English sentences in the source and in every catalogue; the translations stay, marked.

    Raises SystemExit for a sentence that is not in the source, before anything is changed.
    """
    edits = {path: text for path in _sources() if (text := _reworded(path, changes)) is not None}
    known = {one for message in extract() if message.id for one in _ids(message)}
    unknown = [old for old in changes if old not in known]
    if unknown:
        raise SystemExit(f"no such sentence: {unknown[0]!r}")
    for path, text in edits.items():
        path.write_text(text, encoding="utf-8")
    told = "".join(
        _renamed_note(line, changes) for line in NOTES.read_text(encoding="utf-8").splitlines(keepends=True)
    )
    NOTES.write_text(told, encoding="utf-8")
    notes.cache_clear()
    for language in LANGUAGES:
        catalog = read(language)
        for message in [one for one in catalog if one.id]:
            _rename(catalog, message, changes)
        write(po(language), catalog)
    update()


def _renamed_note(line: str, changes: Mapping[str, str]) -> str:
    """A line of ``notes.toml`` with its sentence changed."""
    for old, new in changes.items():
        if line.startswith(f"{json.dumps(old, ensure_ascii=False)} = "):
            return line.replace(json.dumps(old, ensure_ascii=False), json.dumps(new, ensure_ascii=False), 1)
    return line


def _ids(message: Message) -> tuple[str, ...]:
    """The English of a message: one sentence, or one and its plural."""
    return tuple(message.id) if isinstance(message.id, tuple | list) else (str(message.id),)


def _rename(catalog: Catalog, message: Message, changes: Mapping[str, str]) -> None:
    ids = _ids(message)
    new = tuple(changes.get(one, one) for one in ids)
    if new == ids:
        return
    was = catalog.get(new[0], message.context)
    if was is None or not was.string:
        catalog.delete(message.id, message.context)
        flags = {*message.flags, REVIEW}
        name = new if len(new) > 1 else new[0]
        said = [*message.user_comments, WAS + " / ".join(ids)]
        catalog.add(name, message.string, flags=flags, user_comments=said, context=message.context)


def _sources() -> Iterator[Path]:
    for folder, ending in (("portal", "*.py"), ("templates", "*.html")):
        for path in sorted((ROOT / folder).rglob(ending)):
            if "simulators" not in path.parts:
                yield path


def _reworded(path: Path, changes: Mapping[str, str]) -> str | None:
    """The text of a source file with the sentences changed; None if it has none of them."""
    text = path.read_text(encoding="utf-8")
    new = _in_python(text, changes) if path.suffix == ".py" else _in_template(text, changes)
    return new if new != text else None


def _in_python(text: str, changes: Mapping[str, str]) -> str:
    """Literals equal to a sentence, also those that stand in several pieces."""
    lines = text.splitlines(keepends=True)
    found = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in changes
    ]
    for node in sorted(found, key=lambda one: (one.lineno, one.col_offset), reverse=True):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        head = lines[first].encode()[: node.col_offset].decode()
        tail = lines[last].encode()[node.end_col_offset :].decode()
        lines[first : last + 1] = [head + json.dumps(changes[str(node.value)], ensure_ascii=False) + tail]
    return "".join(lines)


def _in_template(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        pattern = r"\s+".join(map(re.escape, old.split()))
        text = re.sub(
            rf'(?<=["\'}}])(\s*){pattern}(\s*)(?=["\'{{])', lambda m, new=new: m[1] + new + m[2], text
        )
    return text


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
        case ["review", name]:
            show_review(name)
        case ["fill", name, path]:
            fill(name, path)
        case ["keep", name, *keys] if keys:
            keep(name, keys)
        case ["reword", file]:
            reword(json.loads(Path(file).read_text(encoding="utf-8")))
        case ["reword", old, new]:
            reword({old: new})
        case _:
            raise SystemExit(__doc__)
