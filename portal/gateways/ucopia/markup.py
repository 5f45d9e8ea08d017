"""A controller's texts as plain text: its own page puts policies, labels and descriptions in as HTML (wire).

They are never markup here: tags become line breaks or nothing, entities become letters, links stay links to web
addresses. What holds no tag and no entity is left as it came.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urljoin

from portal.urls import web_address

Piece = tuple[str, str]
"""A text and the address that it links to, empty for none."""
Paragraph = Sequence[Piece]
_MARKUP = re.compile(r"<[a-zA-Z/!]|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_BLOCKS = frozenset(
    (
        *("p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr"),
        *("section", "article", "blockquote", "pre", "dl", "dt", "dd", "header", "footer"),
    )
)
_SILENT = frozenset({"script", "style", "title", "head", "template", "noscript", "iframe", "svg"})


def plain(text: str) -> str:
    """One text with line breaks and without markup."""
    return "\n".join("".join(part for part, _url in one) for one in paragraphs(text, ""))


def one_line(text: str) -> str:
    """The same in one line, for labels."""
    return " ".join(plain(text).split())


def paragraphs(text: str, base: str) -> Sequence[Paragraph]:
    """The text in paragraphs of pieces; ``base`` is the page that relative links belong to."""
    if not _MARKUP.search(text):
        return [[(line.strip(), "")] for line in text.splitlines() if line.strip()]
    reader = _Reader(base)
    reader.feed(text)
    reader.close()
    return reader.found()


class _Reader(HTMLParser):
    """Collects pieces; unbalanced and unknown tags harm nobody."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = base
        self._lines: list[list[Piece]] = [[]]
        self._link = ""
        self._silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins a paragraph, a link marks what follows."""
        if self._silent:
            return
        if tag in _SILENT:
            self._silent = tag
        elif tag in _BLOCKS:
            self._lines.append([])
        elif tag == "a":
            self._link = self._address(dict(attrs).get("href") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<br/>``; nothing stays open after it."""
        if tag in _BLOCKS:
            self._lines.append([])

    def handle_endtag(self, tag: str) -> None:
        """A block ends its paragraph."""
        if tag == self._silent:
            self._silent = ""
        elif tag in _BLOCKS:
            self._lines.append([])
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        """Text; blanks are those of HTML."""
        text = re.sub(r"\s+", " ", data)
        if text and not self._silent:
            self._lines[-1].append((text, self._link))

    def found(self) -> Sequence[Paragraph]:
        """The paragraphs that hold a text, without blanks at their ends."""
        return [line for line in map(_trimmed, self._lines) if line]

    def _address(self, href: str) -> str:
        try:
            return web_address(urljoin(self._base, href.strip())) if href.strip() else ""
        except ValueError:
            return ""


def _trimmed(line: list[Piece]) -> list[Piece]:
    whole = "".join(text for text, _url in line)
    if not whole.strip():
        return []
    line[0] = (line[0][0].lstrip(), line[0][1])
    line[-1] = (line[-1][0].rstrip(), line[-1][1])
    return [piece for piece in line if piece[0]]
