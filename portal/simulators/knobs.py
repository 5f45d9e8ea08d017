"""The switches of a simulated box's page, made from the dataclass that holds its settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from werkzeug.datastructures import MultiDict


@dataclass(frozen=True)
class Knob:
    """One switch: the input's name, its label, its kind, its value and its choices.

    ``kind`` is ``bool``, ``int``, ``float``, ``str``, ``choice`` or ``list`` (blank between the items).
    """

    name: str
    label: str
    kind: str
    value: Any
    choices: tuple[str, ...] = ()


def knobs(owner: Any, prefix: str) -> list[Knob]:
    """A switch for every field of a dataclass that fits into one input."""
    hints = get_type_hints(type(owner))
    found = []
    for each in fields(owner):
        hint, value = hints[each.name], getattr(owner, each.name)
        name, label = f"{prefix}.{each.name}", each.name.replace("_", " ")
        if get_origin(hint) is Literal:
            found.append(Knob(name, label, "choice", value, get_args(hint)))
        elif hint in (bool, int, float, str):
            found.append(Knob(name, label, hint.__name__, value))
        elif hint == tuple[str, ...]:
            found.append(Knob(name, label, "list", " ".join(value)))
    return found


def turn(owner: Any, prefix: str, form: MultiDict[str, str]) -> None:
    """Set every switch from a form that holds them all; what cannot be read stays as it was."""
    for knob in knobs(owner, prefix):
        given = form.get(knob.name)
        value = given is not None if knob.kind == "bool" else _read(knob, given)
        if value is not None:
            setattr(owner, knob.name.removeprefix(f"{prefix}."), value)


def number(text: str) -> float | None:
    """The number a text holds, if it is one."""
    try:
        return float(text)
    except ValueError:
        return None


def _read(knob: Knob, given: str | None) -> Any:
    if given is None:
        return None
    if knob.kind == "choice":
        return given if given in knob.choices else None
    if knob.kind == "list":
        return tuple(given.split())
    if knob.kind == "str":
        return given.strip()
    read = number(given)
    return int(read) if knob.kind == "int" and read is not None else read
