"""What a hotspot may ask a guest beside (preference ``marketing_0_reason_country``): why here, and where from.

Real: Wings asks after the login of a registered guest, in its English and Italian pages, with Italy and business
preselected, and sends ``{"reason": "business" | "family" | "other", "country": "IT"}`` (two letters of ISO 3166) to
``PUT /wax/additional/<user>``. Here both are asked with the consents, before the login, and may stay empty.
ASSUMED: wax takes an empty text for what was not answered; a guest who answers neither is not told of at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Field, SelectField
from wtforms.fields import SelectChoice

from portal.countries import countries

ASKED = ("reason", "country")


class Pick(SelectField):
    """A question that may stay unanswered; what is none of its answers counts as none."""

    def __init__(self, label: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        lines = [SelectChoice(value, text) for value, text in (("", ""), *choices)]
        super().__init__(label, choices=lines, validate_choice=False, **kwargs)

    def process_data(self, value: Any) -> None:
        """What was chosen before."""
        self.data = value if value in {line.value for line in self.choices} else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was chosen now."""
        self.process_data(valuelist[0] if valuelist else "")


def fields() -> dict[str, Field]:
    """Both questions, in the guest's language."""
    return {
        "reason": Pick(_("Reason for your visit"), reasons()),
        "country": Pick(
            _("Country"), countries(str(get_locale() or "en")), render_kw={"autocomplete": "country"}
        ),
    }


def answers(form: Any) -> dict[str, str]:
    """What was answered; empty where nothing was, or was not asked."""
    return {name: (form[name].data if name in form else "") or "" for name in ASKED}


def reasons() -> list[tuple[str, str]]:
    """Wings' three values and the guest's words."""
    return [
        ("business", _("Business")),
        ("family", _("Family or leisure")),
        ("other", _("Something else")),
    ]
