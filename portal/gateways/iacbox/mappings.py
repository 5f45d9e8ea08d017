"""Refresh-ID mappings of the vendor's SDK (``main.config``) as a table of a venue file. Knows nothing of Flask."""

from __future__ import annotations

import re

PAGES = {
    "index": "sign-in",
    "login": "sign-in",
    "terms": "terms",
    "agb": "terms",
    "account": "account",
    "status": "account",
}
_LINE = re.compile(
    r"^\s*\$?(?:config\s*\[\s*)?[\"']?refreshidmapping[\"']?[\s\]]*(?:\[[^\]]*\])?\s*=(.*)$", re.I
)
_VALUE = re.compile(r"<?([\w-]{1,32})>?\s*:\s*<?([\w./-]+?)(\.php)?>?", re.I | re.ASCII)


class NoMapping(ValueError):
    """What is wrong, with the number of the line, and what would be right."""


def read(text: str) -> dict[str, str]:
    """Refresh id and page of every mapping; raises :class:`NoMapping`.

    Values may stand in quotes, the key may have brackets (``refreshidmapping[] =``), any capitals and blanks.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("#", ";", "//")) or not (match := _LINE.match(line)):
            continue
        value = re.sub(r"\s+[#;].*$|\s*//.*$", "", match[1]).strip().rstrip(";").strip().strip("\"'").strip()
        parsed = _VALUE.fullmatch(value)
        if not parsed or ".." in parsed[2]:
            raise NoMapping(
                f"line {number}: {value[:40]!r} is no mapping; write refreshidmapping = 7:account.php"
            )
        if found.setdefault(parsed[1], parsed[2]) != parsed[2]:
            raise NoMapping(f"line {number}: the refresh id {parsed[1]} stands twice; keep one of them")
    if not found:
        raise NoMapping("there is no line like: refreshidmapping = 7:account.php")
    return found


def as_toml(found: dict[str, str]) -> str:
    """The table ``[iacbox.refresh]``; a page that we have not got becomes a template of the venue's own."""
    lines = ["[iacbox.refresh]"]
    for refid, page in found.items():
        stem = page.rpartition("/")[2]
        ours = PAGES.get(stem.lower())
        note = "" if ours else f"    # was {page}.php: put this template into theme/templates/"
        lines.append(f'"{refid}" = "{ours or stem + ".html"}"{note}')
    return "\n".join(lines)
