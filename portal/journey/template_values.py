"""What a template gets: plain, frozen values and never a live object.

WTForms' forms and fields hand out ``setattr`` and ``getattr`` (``populate_obj``, ``process``, ``meta``), and a form
class serves every venue. So each page is rendered from copies: texts, numbers, tuples, mappings, frozen dataclasses,
and the views of forms below. Ours get the same as a venue's own templates, so that these can start from ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from flask_babel.speaklater import LazyString
from markupsafe import Markup
from wtforms import Field, Form
from wtforms.widgets import html_params

from portal.journey.steps import SignInMethod
from portal.venues.sandbox import is_frozen

ID_PLACE = "place-of-the-id"
_ID = f'id="{ID_PLACE}"'


@dataclass(frozen=True)
class LabelView:
    """The label of an input."""

    text: str


@dataclass(frozen=True)
class FlagsView:
    """What a browser may check by itself."""

    required: bool = False


@dataclass(frozen=True)
class FieldView:
    """An input of a form. ``input`` is its element, the id left open; ``extra`` what its class names in
    ``for_templates``. ``{{ field(id="…", class="…") }}`` writes the element."""

    for_templates: ClassVar[bool] = True

    name: str
    type: str
    label: LabelView
    description: str
    errors: Sequence[str]
    flags: FlagsView
    input: str
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, **attributes: Any) -> Markup:
        """The element with this id and these attributes, which go before its own."""
        html = self.input
        for name in attributes:
            if name != "id":
                html = _without(html, name)
        attributes.setdefault("id", self.name)
        return Markup(html.replace(_ID, html_params(**attributes), 1))  # noqa: S704  escaped by WTForms

    def __getitem__(self, name: str) -> Any:
        """A value of the field's own class."""
        return self.extra[name]


@dataclass(frozen=True)
class FormView:
    """A form: its inputs in order, by name, and all errors."""

    fields: Mapping[str, FieldView]
    errors: Mapping[str, Sequence[str]]

    def __iter__(self) -> Iterator[FieldView]:
        return iter(self.fields.values())

    def __contains__(self, name: object) -> bool:
        return name in self.fields

    def __getitem__(self, name: str) -> FieldView:
        return self.fields[name]


def plain(value: Any) -> Any:
    """A copy that a template may have; raises TypeError for what must never get into one."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, LazyString):
        return str(value)
    if isinstance(value, SignInMethod):
        return replace(
            value,
            title=plain(value.title),
            submit=plain(value.submit),
            lead=plain(value.lead),
            heading=plain(value.heading),
            form=plain(value.form),
            extra=plain(value.extra),
        )
    if isinstance(value, Form):
        return form_view(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(map(plain, value))
    if is_frozen(type(value)):
        return value
    raise TypeError(f"a template gets plain values, no {type(value).__name__}")


def form_view(form: Any) -> FormView:
    """A form as a template sees it."""
    views = {str(name): field_view(one) for name, one in form._fields.items()}
    return FormView(views, {str(name): plain(errors) for name, errors in form.errors.items()})


def field_view(one: Field) -> FieldView:
    """An input as a template sees it."""
    return FieldView(
        name=str(one.name),
        type=str(one.type),
        label=LabelView(plain(one.label.text)),
        description=plain(one.description),
        errors=plain(one.errors),
        flags=FlagsView(bool(one.flags.required)),
        input=str(one(id=ID_PLACE)),
        extra={name: plain(getattr(one, name)) for name in getattr(one, "for_templates", ())},
    )


def _without(html: str, name: str) -> str:
    """The element without an attribute (WTForms writes ``class_`` and ``aria_label`` for those of HTML)."""
    name = re.escape(name.rstrip("_").replace("_", "-"))
    head, end, rest = html.partition(">")
    return re.sub(rf'\s{name}(="[^"]*")?(?=[\s]|$)', "", head) + end + rest
