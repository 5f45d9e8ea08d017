"""What every catalogue has to keep to; ``make check`` runs it. A line per fault: language, sentence, what is wrong.

The rules of tone stand in ``README.md`` beside this file; here is what a program can see of them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog

from translations import update

BUTTONS = frozenset(
    {
        *("Back", "Back to the start", "Check my connection", "Choose another", "Connect", "Connect again"),
        *(
            "Connect anyway",
            "Continue",
            "Create account",
            "Disconnect",
            "Enter them",
            "Print it",
            "Send a new code",
        ),
        *("Send it", "Send me a code", "Start again", "Stay on this page", "Stop reloading", "Try again"),
    }
)
LONGEST, LONGEST_CJK = 24, 14
SHORT = 3
"""Words of a message that cannot be understood by itself."""
CJK = frozenset({"ja", "ko", "zh_Hans_CN", "zh_Hant_TW"})
MAY_SAY_PLEASE = frozenset({"ar", "ja", "ko", "pl", "th", "zh_Hans_CN", "zh_Hant_TW"})
"""In Polish «proszę» with an infinitive is what an impersonal sentence is made of; the others cannot do without."""
_PLEASE = {
    "en": r"\bplease\b",
    "de": r"\bbitte\b",
    "es": r"\bpor favor\b",
    "fr": r"s['’]il vous plaît|\bveuillez\b",
    "id": r"\bmohon\b|\bharap\b",
    "it": r"\bper favore\b",
    "nl": r"\balstublieft\b|\bgelieve\b",
    "pt": r"\bpor favor\b",
    "ru": r"\bпожалуйста\b",
}
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FRENCH = re.compile(r"(?<![\u00a0\u202f\s])[?!;»](?!\w)|(?<![\u00a0\u202f\sps\d]):(?![/\d])")
_ASCII_AFTER_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff][,.?!;](?:\s|$)")
_LATIN_COMMA = re.compile(r"[\u0621-\u064a][,;?]")


def faults(language: str, catalog: Catalog) -> Iterator[str]:
    """Everything that is wrong with a catalogue."""
    for message in update.missing(catalog):
        yield f"{update.key_of(message)!r}: is missing"
    for message in update.marked(catalog):
        yield f"{update.key_of(message)!r}: its English has changed; look at it (update.py review {language})"
    for message in catalog:
        if not message.id:
            continue
        key = update.key_of(message)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            yield from (f"{key!r}: {wrong}: {text!r}" for wrong in _wrong_with(language, key, text))
        if isinstance(message.id, tuple) and len(texts) != catalog.num_plurals:
            yield f"{key!r}: has {len(texts)} plural forms, this language has {catalog.num_plurals}"


def unexplained(catalog: Catalog) -> Iterator[str]:
    """Short messages of which translators are told nothing, and explanations of what is no message."""
    there = {update.key_of(message).rpartition("|")[2] for message in catalog if message.id}
    for message in catalog:
        key = update.key_of(message) if message.id else ""
        if key and len(key.split()) <= SHORT and not message.auto_comments:
            yield f"{key!r}: nothing says what it is; write it into notes.toml"
    yield from (f"notes.toml: {key!r} is no message" for key in update.notes() if key not in there)


def _wrong_with(language: str, key: str, text: str) -> Iterator[str]:
    if "!" in text or "！" in text:
        yield "has an exclamation mark"
    if _MARKS.search(text):
        yield "has a direction mark; the code sets them"
    if language not in MAY_SAY_PLEASE and re.search(_PLEASE[language], text, re.IGNORECASE):
        yield "says please"
    if language in ("fr", "it") and "'" in text.replace("_ ' .", ""):
        yield "has a straight apostrophe; write ’"
    if language == "fr" and _FRENCH.search(re.sub(r"%\(\w+\)[sd]", "x\u202f", text)):
        yield "lacks the narrow blank before ? ! : ; or »"
    if language in ("ja", "zh_Hans_CN", "zh_Hant_TW") and _ASCII_AFTER_CJK.search(text):
        yield "has Latin punctuation after a character"
    if language == "ar" and _LATIN_COMMA.search(text):
        yield "has Latin punctuation after a letter; write ، ؛ ؟"
    longest = LONGEST_CJK if language in CJK else LONGEST
    if key in BUTTONS and len(text) > longest:
        yield f"is a button of {len(text)} characters; {longest} fit"


def main() -> int:
    """Print every fault; the exit code is 1 when there are some."""
    found = [
        f"{language}: {line}"
        for language in update.LANGUAGES
        for line in faults(language, update.read(language))
    ]
    found += unexplained(update.extract())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
