"""The 16 languages, one row each, and how one of them is chosen.

The codes are UCOPIA's (portal API 5.1, Table 4): they stand in URLs, venue files and guests' states.
``zh-TW`` never matches ``zh_Hant`` by itself, so every row lists the browser's other spellings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, eq=False)
class Language:
    """One language of the portal; there is one object per row, so rows are compared by identity.

    ``code`` is ours and UCOPIA's, ``tag`` what HTML calls it (BCP 47), ``catalogue`` the folder in ``translations/``,
    ``locale`` whose dates, times, numbers and names of countries go with it (CLDR), ``short`` the two letters an IACBOX
    understands.
    """

    code: str
    catalogue: str
    tag: str
    native: str
    english: str
    direction: str = "ltr"
    aliases: tuple[str, ...] = ()
    region: str = ""

    @property
    def locale(self) -> str:
        """Babel's name of it: the sentences are European Portuguese and British English, and so are the dates."""
        return f"{self.catalogue}_{self.region}" if self.region else self.catalogue

    @property
    def short(self) -> str:
        """The two letters of ISO 639-1 (Login-API: "2 char language code")."""
        return self.code[:2]


LANGUAGES: tuple[Language, ...] = (
    Language("ar", "ar", "ar", "العربية", "Arabic", direction="rtl"),
    Language("de", "de", "de", "Deutsch", "German", aliases=("gsw", "lb")),
    Language("en", "en", "en", "English", "English", region="GB"),
    Language("es", "es", "es", "Español", "Spanish", aliases=("ca", "gl", "eu")),
    Language("fr", "fr", "fr", "Français", "French"),
    Language("id", "id", "id", "Bahasa Indonesia", "Indonesian", aliases=("in", "ms")),
    Language("it", "it", "it", "Italiano", "Italian"),
    Language("ja", "ja", "ja", "日本語", "Japanese"),
    Language("ko", "ko", "ko", "한국어", "Korean"),
    Language("nl", "nl", "nl", "Nederlands", "Dutch"),
    Language("pl", "pl", "pl", "Polski", "Polish"),
    Language("pt", "pt", "pt", "Português", "Portuguese", region="PT"),
    Language("ru", "ru", "ru", "Русский", "Russian", aliases=("be",)),
    Language("th", "th", "th", "ไทย", "Thai"),
    Language(
        "zh_CN",
        "zh_Hans_CN",
        "zh-Hans",
        "简体中文",
        "Chinese (simplified)",
        aliases=("zh", "zh-cn", "zh-sg", "zh-my", "zh-hans", "zh-hans-cn", "zh-hans-sg", "cmn", "cmn-hans"),
    ),
    Language(
        "zh_TW",
        "zh_Hant_TW",
        "zh-Hant",
        "繁體中文",
        "Chinese (traditional)",
        aliases=("zh-tw", "zh-hk", "zh-mo", "zh-hant", "zh-hant-tw", "zh-hant-hk", "yue", "cmn-hant"),
    ),
)

BY_CODE = {language.code: language for language in LANGUAGES}
DEFAULT = BY_CODE["en"]
_BY_TAG = {alias: row for row in LANGUAGES for alias in (row.tag.lower(), row.code.lower(), *row.aliases)}
_LONGEST_HEADER = 400


def find(name: str | None) -> Language | None:
    """The row of a code or BCP 47 tag in any spelling (``zh_TW``, ``zh-Hant-HK``, ``pt-BR``, ``in``)."""
    tag = (name or "").strip().lower().replace("_", "-")
    while tag:
        if row := _BY_TAG.get(tag):
            return row
        tag = tag.rpartition("-")[0]
    return None


@lru_cache(1000)
def preferred(header: str | None) -> tuple[Language, ...]:
    """The rows of an ``Accept-Language`` header, most wanted first; anything unreadable is passed over."""
    wanted: list[tuple[float, int, Language]] = []
    for place, item in enumerate((header or "")[:_LONGEST_HEADER].split(",")):
        tag, _, quality = item.partition(";")
        row = find(tag)
        weight = _weight(quality)
        if row and weight > 0:
            wanted.append((-weight, place, row))
    return tuple(row for _, _, row in sorted(wanted, key=lambda item: item[:2]))


def _weight(quality: str) -> float:
    try:
        return float(quality.partition("=")[2] or 1)
    except ValueError:
        return 0.0


def choose(offered: Sequence[Language], wishes: Sequence[Language | None], default: Language) -> Language:
    """The first wish that is offered; else the default; else English; else the first one offered."""
    for wish in (*wishes, default, DEFAULT):
        if wish in offered:
            return wish  # type: ignore[return-value]
    return offered[0]
