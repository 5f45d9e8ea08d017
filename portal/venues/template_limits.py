"""What a venue's template may cost: processor time, characters made, items of a list.

A designer's mistake (or malice) must not make the guests of other venues wait. Each rendering has a
:class:`Budget`; everything in the sandbox that makes text or goes round a loop charges it. Outside of a
rendering (while a template is compiled) nothing is charged.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import islice
from typing import Any

from jinja2 import Undefined, filters, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

SECONDS = 1.0
"""Of this thread's own processor time: waiting for other guests is not the template's fault."""
CHARACTERS = 8_000_000
"""That one rendering may make in all; a page of ours with every country makes a tenth of it."""
LONGEST = 200_000
"""Characters of one text."""
MOST_ITEMS = 5_000
"""Of one list, those of the lists in it counted each time they stand there."""
MOST_BITS = 4_096
SCALARS = (str, int, float, bool, type(None))


class TooCostly(SecurityError):
    """A template asks for more than a page may cost."""


class Budget:
    """What is left for one rendering."""

    def __init__(self, seconds: float = SECONDS, characters: int = CHARACTERS) -> None:
        self._ends = time.thread_time() + seconds
        self._left = characters

    def charge(self, characters: int = 0) -> None:
        """Take this much; raises :class:`TooCostly` when it is used up or the time is over."""
        self._left -= characters
        if self._left < 0:
            raise TooCostly("the page is too long")
        if time.thread_time() > self._ends:
            raise TooCostly("the page takes too long")


_budget: ContextVar[Budget | None] = ContextVar("budget of a template", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """A rendering, with a budget of its own."""
    token = _budget.set(Budget())
    try:
        yield
    finally:
        _budget.reset(token)


def charge(characters: int = 0) -> None:
    """Charge the rendering that goes on, if any does."""
    if budget := _budget.get():
        budget.charge(characters)


def charged(value: Any) -> Any:
    """The value, after it was paid for: texts by their length, lists by what is in them."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise TooCostly("a text is too long")
        charge(len(value))
    elif isinstance(value, list | tuple | set | frozenset | Mapping):
        weigh(value)
    return value


def weigh(value: Any, with_texts: bool = False) -> None:
    """Raises :class:`TooCostly` for a list of too many items, however they are nested; ``with_texts``: also for one
    that would be too long if it were written out."""
    items, characters, waiting = 0, 0, [value]
    while waiting:
        one = waiting.pop()
        items += 1
        if with_texts and isinstance(one, str):
            characters += len(one)
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        if items + len(waiting) > MOST_ITEMS or characters > LONGEST:
            raise TooCostly("a list is too long")
    charge(items)


def printed(value: Any) -> Any:
    """What an expression prints: text, numbers, small lists; never an object by its name in memory."""
    if isinstance(value, str):
        charge(len(value))
    elif isinstance(value, list | tuple | Mapping):
        weigh(value, with_texts=True)
    elif not isinstance(value, SCALARS) and not isinstance(value, Undefined):
        raise SecurityError(f"a {type(value).__name__} cannot be printed")
    return value


def concat(pieces: Iterable[str]) -> str:
    """Pieces of a page as one text."""
    found = []
    for piece in pieces:
        charge(len(piece))
        found.append(piece)
    return "".join(found)


def bounded_loop(items: Iterable[Any]) -> Iterator[Any]:
    """The items of a ``{% for %}``, one look at the clock each."""
    for item in items:
        charge(1)
        yield item


def bounded_range(*arguments: int) -> range:
    """``range`` of no more items than a list may have."""
    found = range(*arguments)
    if len(found) > MOST_ITEMS:
        raise TooCostly("a range is too long")
    return found


def binary(operator: str, left: Any, right: Any, apply: Callable[[Any, Any], Any]) -> Any:
    """An operator of the template, refused where its result would be huge."""
    if operator == "%" and isinstance(left, str):
        raise SecurityError("texts are not formatted with %; write {{ … }}")
    if operator in ("*", "**") and isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        if bits > MOST_BITS:
            raise TooCostly("a number is too large")
    elif operator == "*":
        sequence, count = (right, left) if isinstance(left, int) else (left, right)
        if isinstance(sequence, str | list | tuple) and isinstance(count, int):
            longest = LONGEST if isinstance(sequence, str) else MOST_ITEMS
            if len(sequence) * count > longest:
                raise TooCostly("a repetition is too long")
    return charged(apply(left, right))


# Filters


def joined(texts: Iterable[str]) -> str:
    """Texts as one, paid for before it is made."""
    found, length = [], 0
    for text in texts:
        length += len(text)
        if length > LONGEST:
            raise TooCostly("a text is too long")
        charge(len(text))
        found.append(text)
    return "".join(found)


def concat_operator(*values: Any) -> str:
    """``~``: the values as one text, those that are not markup escaped."""
    return Markup(joined(escape(printed(value)) for value in values))  # noqa: S704


@pass_eval_context
def join(context: EvalContext, values: Iterable[Any], between: str = "", attribute: str | None = None) -> str:
    """Jinja's ``join`` with an end."""
    if attribute is not None:
        values = map(filters.make_attrgetter(context.environment, attribute), values)
    between = escape(between)
    parts = (escape(printed(value)) for value in values)
    return Markup(joined(between + part if place else part for place, part in enumerate(parts)))  # noqa: S704


def replace(text: Any, old: str, new: str) -> Any:
    """Jinja's ``replace``, refused where it would make a huge text."""
    text = text if isinstance(text, str) else str(printed(text))
    old, new = str(printed(old)), str(printed(new))
    if len(text) + (text.count(old) if old else len(text) + 1) * len(new) > LONGEST:
        raise TooCostly("a text is too long")
    return text.replace(old, new)


def trim(text: Any, characters: str | None = None) -> str:
    """Jinja's ``trim`` of a few characters."""
    if characters is not None and len(characters) > 40:
        raise TooCostly("too many characters to trim")
    return str(text).strip(characters) if not isinstance(text, Markup) else text.strip(characters)


def as_list(items: Iterable[Any]) -> list[Any]:
    """Jinja's ``list`` with an end."""
    found = []
    for item in islice(items, MOST_ITEMS + 1):
        charge(1)
        found.append(item)
    return found


TEXT_FILTERS = ("capitalize", "e", "escape", "float", "int", "lower", "string", "title", "truncate", "upper")
LIST_FILTERS = (
    *(
        "abs",
        "count",
        "d",
        "default",
        "dictsort",
        "first",
        "groupby",
        "items",
        "last",
        "length",
        "map",
        "max",
    ),
    *("min", "reject", "rejectattr", "reverse", "safe", "select", "selectattr", "sort", "unique"),
    *("urlencode", "wordcount"),
)
OWN_FILTERS: dict[str, Callable[..., Any]] = {
    "join": join,
    "list": as_list,
    "replace": replace,
    "trim": trim,
}


def bounded_filters() -> dict[str, Callable[..., Any]]:
    """What a venue's template may use after ``|``: those of Jinja's filters whose cost is that of their input."""
    known = filters.FILTERS
    chosen = {name: known[name] for name in (*TEXT_FILTERS, *LIST_FILTERS)} | OWN_FILTERS
    return {name: _paid(filter, name in TEXT_FILTERS) for name, filter in chosen.items()}


def _paid(filter: Callable[..., Any], of_text: bool) -> Callable[..., Any]:
    @wraps(filter)
    def paid(*arguments: Any, **named: Any) -> Any:
        for value in arguments if of_text else ():
            if isinstance(value, list | tuple | Mapping):
                weigh(value, with_texts=True)
        charge(1)
        return charged(filter(*arguments, **named))

    return paid


_PLACES = re.compile(r"%%|%\(\w+\)s")


def filled(text: str, values: Mapping[str, Any]) -> str:
    """A translated sentence with its values, ``%(name)s`` only."""
    if "%" in _PLACES.sub("", text):
        raise SecurityError("a sentence holds % that is no %(name)s")
    longest = max((len(str(printed(value))) for value in values.values()), default=0)
    if len(text) + text.count("%(") * longest > LONGEST:
        raise TooCostly("a text is too long")
    return charged(Markup(text) % values)  # type: ignore[no-any-return]  # noqa: S704
