"""A day that people know by heart: three numbers in the order of the guest's language, as GOV.UK asks for dates.

All three inputs have the field's own name, so a form posts it three times, in that order. One text with the whole
date (pasted into the first input, filled in by a browser, or posted by a program) is understood as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _

from portal.journey.forms import DayInput, day_order, read_day

LABELS = {"d": _("Day"), "M": _("Month"), "y": _("Year")}
AUTOCOMPLETE = {"d": "bday-day", "M": "bday-month", "y": "bday-year"}
EXAMPLE = {"d": "3", "M": "11", "y": "1985"}


@dataclass(frozen=True)
class Part:
    """One of the three inputs; ``part`` is ``d``, ``M`` or ``y``."""

    for_templates: ClassVar[bool] = True

    part: str
    label: str
    autocomplete: str
    value: str


class BirthdayInput(DayInput):
    """``data`` is a :class:`datetime.date`; ``parts`` are the inputs that a template shows."""

    for_templates = ("parts", "wired")

    @property
    def wired(self) -> dict[str, str]:
        """Attributes that each of the inputs gets."""
        return dict(self.render_kw or {})

    @property
    def parts(self) -> list[Part]:
        """The inputs in the order of the language, filled with what was typed or kept."""
        values = self._values()
        return [Part(part, str(LABELS[part]), AUTOCOMPLETE[part], values[part]) for part in _order()]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read three numbers, or a whole date in one of them."""
        typed = [text.strip() for text in valuelist]
        whole = [text for text in typed if len(re.findall(r"\d+", text)) > 1]
        if whole or not any(typed):
            return super().process_formdata(whole[:1])
        self.data = None
        try:
            self.data = _read(typed)
        except ValueError as error:
            example = " ".join(EXAMPLE[part] for part in _order())
            raise ValueError(
                _("This date is not valid. Write it like this: %(example)s", example=example)
            ) from error
        return None

    def _values(self) -> dict[str, str]:
        if isinstance(self.data, date):
            return {"d": str(self.data.day), "M": str(self.data.month), "y": str(self.data.year)}
        typed = [str(text) for text in self.raw_data or ()]
        padded = [*typed, "", "", ""]
        return dict(zip(_order(), padded, strict=False))


def _read(typed: Sequence[str]) -> date:
    if len(typed) != 3 or not all(text.isdecimal() for text in typed):
        raise ValueError("three numbers")
    values = dict(zip(_order(), typed, strict=True))
    return read_day(f"{values['y']}-{values['M']}-{values['d']}", _locale())


def _order() -> str:
    """English is written both ways round; its inputs say which is which."""
    return day_order(_locale()) or "dMy"


def _locale() -> str:
    return str(get_locale() or "en")
