"""What a browser does with a form: which one a button belongs to, what is filled, what is sent.

Works on the parsed page itself, as typing does: a filled field stays filled until the page goes.
Constraint validation (``required``, ``pattern``, ``maxlength``) is not done: old browsers do none, and the
server must answer for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup, Tag

FIELDS = ["input", "select", "textarea"]
BUTTONS = ["button", "input"]
UNSENT = {"submit", "image", "reset", "button", "file"}


@dataclass(frozen=True)
class Submission:
    """What goes over the wire: ``body`` is None for a GET, whose fields are in the URL."""

    method: str
    url: str
    body: str | None


def words(text: str) -> str:
    """The text as read: blanks collapsed, marks that only steer the direction of writing left out."""
    return " ".join(text.translate(dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))).split())


def kind(field: Tag) -> str:
    """The type of an input, or the name of another element."""
    if field.name != "input":
        return "submit" if field.name == "button" and field.get("type", "submit") == "submit" else field.name
    return str(field.get("type", "text")).lower()


def is_button(element: Tag) -> bool:
    """Whether pressing it submits a form."""
    return element.name in BUTTONS and kind(element) in {"submit", "image"}


def label_of(button: Tag) -> str:
    """What stands on a button, or what a screen reader says of it."""
    return words(button.get_text(" ")) or words(str(button.get("aria-label") or button.get("value") or ""))


def form_of(page: BeautifulSoup, element: Tag) -> Tag | None:
    """The form that an element belongs to, by its ``form`` attribute or by standing inside it."""
    if element.has_attr("form"):
        return page.find("form", id=element["form"])
    return element.find_parent("form")


def fields_named(page: BeautifulSoup, name: str) -> list[Tag]:
    """All fields of that name, in every form: several ways of signing in may share one."""
    return page.find_all(FIELDS, attrs={"name": name})


def fill(field: Tag, value: str) -> None:
    """Type into a field, choose an option by value or text, or mark the radio button of that value."""
    if field.name == "textarea":
        field.string = value
    elif field.name == "select":
        _choose(field, value)
    elif kind(field) == "radio":
        _mark(field, field.get("value", "on") == value)
    else:
        field["value"] = value


def tick(box: Tag, ticked: bool) -> None:
    """Tick or clear a box."""
    _mark(box, ticked)


def value_of(field: Tag) -> str | None:
    """The current value of a field; None for a box that is not ticked."""
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        options = field.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")] or options[:1]
        return str(chosen[-1].get("value", words(chosen[-1].get_text()))) if chosen else None
    if kind(field) in {"checkbox", "radio"}:
        return str(field.get("value", "on")) if field.has_attr("checked") else None
    return str(field.get("value", ""))


def find_button(page: BeautifulSoup, text: str) -> Tag:
    """The submit button with that text (the whole of it first, then a part of it)."""
    buttons = [button for button in page.find_all(BUTTONS) if is_button(button)]
    for fits in (str.__eq__, str.__contains__):
        for button in buttons:
            if fits(label_of(button), words(text)):
                return button
    raise AssertionError(f"no button {text!r}; there are {[label_of(button) for button in buttons]}")


def find_form(page: BeautifulSoup, way: str | None) -> Tag:
    """The form of a way of signing in, or the first form of the page's main part."""
    forms = page.select("main form") or page.find_all("form")
    if way is not None:
        ways = page.select("form input[name=way]")
        forms = [field.find_parent("form") for field in ways if field.get("value") == way]
        assert forms, f"no form for the way {way!r}; there are {[field.get('value') for field in ways]}"
    assert forms, "no form on this page"
    return forms[0]


def first_button(page: BeautifulSoup, form: Tag) -> Tag | None:
    """The button that Enter presses."""
    buttons = [element for element in page.find_all(BUTTONS) if is_button(element)]
    return next((button for button in buttons if form_of(page, button) is form), None)


def submission(page: BeautifulSoup, url: str, form: Tag, button: Tag | None) -> Submission:
    """What pressing ``button`` of ``form`` sends, on the page that was read from ``url``."""
    pressed = button or Tag(name="button")
    encoding = pressed.get("formenctype") or form.get("enctype") or "application/x-www-form-urlencoded"
    assert encoding == "application/x-www-form-urlencoded", f"a form sends {encoding}"
    method = str(pressed.get("formmethod") or form.get("method") or "get").upper()
    target = urljoin(url, str(pressed.get("formaction") or form.get("action") or url))
    body = urlencode(list(_entries(page, form, button)))
    if method == "POST":
        return Submission("POST", target, body)
    return Submission("GET", urlunsplit(urlsplit(target)._replace(query=body, fragment="")), None)


def _entries(page: BeautifulSoup, form: Tag, button: Tag | None) -> Iterator[tuple[str, str]]:
    for field in page.find_all([*FIELDS, "button"]):
        if field is not button and (kind(field) in UNSENT or field.name == "button"):
            continue
        if not field.get("name") or _is_disabled(field) or form_of(page, field) is not form:
            continue
        value = value_of(field)
        if value is not None:
            yield str(field["name"]), _as_sent(field, value)


def _as_sent(field: Tag, value: str) -> str:
    newline = "\r\n" if field.name == "textarea" or kind(field) == "hidden" else ""
    return newline.join(value.replace("\r\n", "\n").split("\n"))


def _is_disabled(field: Tag) -> bool:
    return field.has_attr("disabled") or field.find_parent("fieldset", disabled=True) is not None


def _mark(box: Tag, marked: bool, attribute: str = "checked") -> None:
    if marked:
        box[attribute] = ""
    else:
        del box[attribute]


def _choose(select: Tag, value: str) -> None:
    options = select.find_all("option")
    texts = {option: (option.get("value"), words(option.get_text())) for option in options}
    assert any(value in text for text in texts.values()), f"no option {value!r} in {list(texts.values())}"
    for option, text in texts.items():
        _mark(option, value in text, "selected")
