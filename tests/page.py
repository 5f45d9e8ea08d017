"""What must be true of every page of the portal; the navigator asks it of each page that it fetches."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, NavigableString, Tag

from tests.forms import kind, words

MOST_BYTES = 14 * 1024  # gzipped: what TCP's first window carries
BCP47 = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")
RIGHT_TO_LEFT = {"ar", "dv", "fa", "he", "ps", "ur", "yi"}
ARTEFACTS = re.compile(r"\{\{|\{%|%\(|\bNone\b|\bUndefined\b")
TEXTS = ("value", "placeholder", "title", "alt", "aria-label", "content")
LOADED = {"img": "src", "script": "src", "iframe": "src", "link": "href", "style": "href", "source": "srcset"}
UNLABELLED = {"hidden", "submit", "button", "reset"}
UNSEEN = {"head", "script", "style", "template", "option", "textarea"}
INLINE = {
    "a",
    "abbr",
    "b",
    "bdi",
    "bdo",
    "code",
    "em",
    "i",
    "kbd",
    "mark",
    "small",
    "span",
    "strong",
    "time",
    "wbr",
}


@dataclass(frozen=True)
class Page:
    """A page as the rules see it; ``own`` is the origin of the portal, without a slash at the end."""

    response: requests.Response
    own: str

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.source, "html.parser")

    @property
    def source(self) -> str:
        return self.response.content.decode("utf-8").replace("\r\n", "\n")

    @cached_property
    def csp(self) -> dict[str, list[str]]:
        """The Content-Security-Policy: sources by directive."""
        header = self.response.headers.get("Content-Security-Policy", "")
        parts = [part.split() for part in header.split(";") if part.strip()]
        return {part[0].lower(): part[1:] for part in parts}

    def whole(self, url: object) -> str:
        return urljoin(self.response.url, str(url))

    def is_own(self, url: object) -> bool:
        """Whether a URL, as it stands on the page, stays with the portal."""
        return (
            urlsplit(self.whole(url)).scheme not in {"http", "https"} or origin(self.whole(url)) == self.own
        )

    def allows_inline(self, directive: str, element: Tag) -> bool:
        """Whether the policy names the hash of this inline style or script."""
        digest = hashlib.sha256("".join(element.find_all(string=True)).encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'" in self.csp.get(directive, [])


Rule = Callable[[Page], Iterator[str]]


def inspect(response: requests.Response, own_origin: str) -> None:
    """Raise AssertionError with all faults of a page of the portal; what is not HTML passes."""
    found = faults(response, own_origin) if is_html(response) else []
    assert not found, f"faults of {response.url} ({response.status_code}):\n- " + "\n- ".join(found)


def faults(response: requests.Response, own_origin: str) -> list[str]:
    """All faults of an HTML page, in words."""
    page = Page(response, own_origin.rstrip("/"))
    return [fault for rule in RULES for fault in rule(page)]


def is_html(response: requests.Response) -> bool:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "text/html"


def origin(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


def visible_text(element: Tag) -> str:
    """The text a guest without JavaScript can read, blanks collapsed; closed ``<details>`` count."""
    return words("".join(_texts(element)))


def _texts(element: Tag) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, Tag) and child.name not in UNSEEN and not child.has_attr("hidden"):
            gap = "" if child.name in INLINE else " "
            yield from (gap, *_texts(child), gap)
        elif type(child) is NavigableString:
            yield child


def headings(page: Page) -> Iterator[str]:
    found = page.soup.find_all("h1")
    if len(found) != 1:
        yield f"{len(found)} <h1>, not one"
    title = words(page.soup.title.get_text()) if page.soup.title else ""
    if (found and words(found[0].get_text(" ")) not in title) or not title:
        yield f"the title {title!r} does not hold the <h1> {[words(h1.get_text(' ')) for h1 in found]}"


def languages(page: Page) -> Iterator[str]:
    html = page.soup.html or Tag(name="html")
    code, direction = str(html.get("lang", "")), html.get("dir")
    right = "rtl" if code.split("-")[0] in RIGHT_TO_LEFT else "ltr"
    if direction != right:
        yield f"dir is {direction!r}, not {right!r}, for the language {code!r}"
    if "lang" not in html.attrs:
        yield "<html> has no lang"
    for element in page.soup.select("[lang], [hreflang]"):
        for name in ("lang", "hreflang"):
            if element.has_attr(name) and not BCP47.fullmatch(str(element[name])):
                yield f"{name}={element[name]!r} is no BCP 47 code"


def language_menu(page: Page) -> Iterator[str]:
    for link in page.soup.select("a[hreflang]"):
        menu = link.find_parent(["nav", "details"])
        named = menu and (menu.get("aria-label") or menu.get("aria-labelledby") or menu.find("summary"))
        if not named:
            yield f"the language {link['hreflang']!r} stands in no <nav> or <details> with a name"


def labels(page: Page) -> Iterator[str]:
    for field in page.soup.find_all(["input", "select", "textarea", "button"]):
        inner = field.get_text(strip=True) if field.name == "button" else ""
        if field.name == "input" and kind(field) in UNLABELLED:
            continue
        label = page.soup.find("label", attrs={"for": field["id"]}) if field.get("id") else None
        label = label or field.find_parent("label")
        text = label.get_text(strip=True) if label else ""
        if not (inner or text or field.get("aria-label") or field.get("aria-labelledby")):
            yield f"no label for {_short(field)}"
    for image in page.soup.select("img:not([alt])"):
        yield f"no alt for {_short(image)}"


def ids(page: Page) -> Iterator[str]:
    count = Counter(str(element["id"]) for element in page.soup.select("[id]"))
    yield from (f"the id {name!r} stands {times} times" for name, times in count.items() if times > 1)
    for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for", "form"):
        for element in page.soup.select(f"[{name}]"):
            for target in str(element[name]).split():
                if target not in count:
                    yield f"{name}={target!r} points at nothing"
    for link in page.soup.select("a[href^='#']"):
        if link["href"][1:] not in {*count, "", "top"}:
            yield f"the link {link['href']!r} points at nothing"


def form_rules(page: Page) -> Iterator[str]:
    for form in page.soup.find_all("form"):
        actions = [form.get("action", ""), *(b["formaction"] for b in form.select("[formaction]"))]
        foreign = [page.whole(action) for action in actions if not page.is_own(action)]
        if foreign:
            yield from _foreign_form(page, form, foreign)
        elif not _chooses_language(form):
            if str(form.get("method", "")).lower() != "post":
                yield f"a form is not posted: {_short(form)}"
            if not form.select("input[type=hidden][name=guest][value]:not([value=''])"):
                yield f"a form has no hidden input 'guest' with a value: {_short(form)}"


def _foreign_form(page: Page, form: Tag, actions: list[str]) -> Iterator[str]:
    if not form.has_attr("data-submit"):
        yield f"a form goes to another host and is not marked data-submit: {_short(form)}"
    for action in actions:
        if origin(action) not in [origin(source) for source in page.csp.get("form-action", [])]:
            yield f"a form goes to {origin(action)}, which form-action of the policy does not name"


def _chooses_language(form: Tag) -> bool:
    names = {str(field["name"]) for field in form.select("[name]")}
    return bool(names) and names <= {"language", "lang"}


def no_inline_code(page: Page) -> Iterator[str]:
    for element in page.soup.find_all(True):
        for name, value in element.attrs.items():
            if name.startswith("on") or name == "style":
                yield f"the attribute {name} in {_short(element)}"
            elif name in {"href", "src", "action", "formaction"} and re.match(
                r"(javascript|vbscript|data:text)", re.sub(r"[\s\x00-\x1f]", "", str(value)), re.I
            ):
                yield f"code in {name} of {_short(element)}"
    for script in page.soup.find_all("script", src=False):
        if script.get("type") != "application/json" and not page.allows_inline("script-src", script):
            yield f"the policy does not name the hash of {_short(script)}"
    for style in page.soup.find_all("style"):
        if not page.allows_inline("style-src", style):
            yield f"the policy does not name the hash of {_short(style)}"


def no_foreign_hosts(page: Page) -> Iterator[str]:
    for name, attribute in LOADED.items():
        for element in page.soup.select(f"{name}[{attribute}]"):
            if not page.is_own(str(element[attribute]).split(" ")[0]):
                yield f"another host in {_short(element)}"
    for style in page.soup.find_all("style"):
        for url in re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s;]+)", style.get_text()):
            if not page.is_own(url):
                yield f"another host in a style: {url}"


def no_artefacts(page: Page) -> Iterator[str]:
    text = visible_text(page.soup)
    for match in ARTEFACTS.finditer(text):
        yield f"{match[0]!r} in the text: …{text[max(0, match.start() - 30) : match.end() + 30]}…"
    for element in page.soup.find_all(True):
        for name in TEXTS:
            if element.get(name) in {"None", "Undefined"}:
                yield f"{name} is {element[name]!r} in {_short(element)}"


def headers(page: Page) -> Iterator[str]:
    got = page.response.headers
    for directive in ("default-src", "frame-ancestors"):
        if page.csp.get(directive) != ["'none'"]:
            yield f"Content-Security-Policy: {directive} is {page.csp.get(directive)}, not 'none'"
    if "form-action" not in page.csp:
        yield "Content-Security-Policy: no form-action"
    for directive, sources in page.csp.items():
        for source in {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set(sources):
            yield f"Content-Security-Policy: {directive} allows {source}"
    if "no-store" not in got.get("Cache-Control", ""):
        yield f"Cache-Control is {got.get('Cache-Control')!r}, without no-store"
    for name, value in {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}.items():
        if got.get(name) != value:
            yield f"{name} is {got.get(name)!r}, not {value!r}"
    if "charset=utf-8" not in got.get("Content-Type", "").lower().replace(" ", ""):
        yield f"Content-Type is {got.get('Content-Type')!r}, without UTF-8"


def weight(page: Page) -> Iterator[str]:
    size = len(gzip.compress(page.response.content))
    if size > MOST_BYTES:
        yield f"{size} bytes gzipped, more than {MOST_BYTES}"


def _short(element: Tag) -> str:
    return str(element)[:120].replace("\n", " ")


RULES: tuple[Rule, ...] = (
    headings, languages, language_menu, labels, ids, form_rules,
    no_inline_code, no_foreign_hosts, no_artefacts, headers, weight,
)  # fmt: skip
