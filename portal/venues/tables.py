"""Tables of a venue's files: frozen models, and every fault as a line with file, key, what is wrong, what is right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from portal.venues.values import take_secret

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a venue: where, what, and what would be right."""

    file: str
    key: str
    wrong: str
    right: str = ""

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.wrong}" + (f"; {self.right}" if self.right else "")


class Table(BaseModel):
    """A table of the venue file: frozen, strict, an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def parse(
    model: type[M], data: object, file: str, prefix: str, context: Mapping[str, Any], faults: list[Fault]
) -> M | None:
    """A table as its model; None, and every fault added to ``faults``, if it does not fit. ``prefix`` is where
    the table stands in the file (``iacbox.``)."""
    before = len(faults)
    for name in getattr(model, "secret_names", ()):
        data = _with_secret(data, name, file, prefix, context, faults)
    try:
        parsed = model.model_validate(data, context=dict(context))
    except ValidationError as error:
        faults += [_fault(model, file, prefix, detail) for detail in error.errors(include_url=False)]
        return None
    return parsed if len(faults) == before else None


def _with_secret(
    data: object, name: str, file: str, prefix: str, context: Mapping[str, Any], faults: list[Fault]
) -> object:
    """The table with a secret in place of the file or variable that holds it; where there is none, a stand-in, so
    that all other faults of the table are found too."""
    try:
        return take_secret(data, name, context["folder"], context["demo"])
    except ValueError as error:
        wrong, right = halves(str(error))
        key = wrong.partition(" ")[0] if wrong.startswith(name) else name
        faults.append(Fault(file, prefix + key, wrong, right))
        rest = (
            {key: value for key, value in data.items() if not key.startswith(name)}
            if isinstance(data, dict)
            else {}
        )
        return {**rest, name: "x" * 64}


def _fault(model: type[BaseModel], file: str, prefix: str, detail: Any) -> Fault:
    path = tuple(detail["loc"])
    key = (prefix + ".".join(str(part) for part in path)).rstrip(".")
    siblings, right = _look_up(model, path)
    wrong = str(detail["msg"]).removeprefix("Value error, ")
    match detail["type"]:
        case "missing":
            return Fault(file, key, "is missing", f"it is {right}" if right else "")
        case "extra_forbidden":
            close = difflib.get_close_matches(str(path[-1]), siblings, 1)
            return Fault(
                file,
                key,
                "is not a known key",
                f"did you mean {close[0]}?" if close else "known are " + ", ".join(siblings),
            )
        case "string_pattern_mismatch" if words := _choices(detail["ctx"]["pattern"]):
            close = difflib.get_close_matches(str(detail["input"]), words, 1)
            there = "there are " + ", ".join(words)
            return Fault(file, key, "is not known", f"did you mean {close[0]}? {there}" if close else there)
        case "value_error":
            named = re.fullmatch(r"([a-z_.]+): (.*)", wrong, re.DOTALL)
            where, wrong = (prefix + named[1], named[2]) if named else (key.rstrip(".") or "(file)", wrong)
            return Fault(file, where, *halves(wrong))
    return Fault(file, key, wrong[0].lower() + wrong[1:], f"it is {right}" if right else "")


def _choices(pattern: str) -> list[str]:
    """The words of a pattern that is a list of words, ``^(this|that)$``; none of any other."""
    listed = re.fullmatch(r"\^\((.*)\)\$", pattern)
    return [word for word in listed[1].split("|") if re.fullmatch(r"[\w-]+", word)] if listed else []


def halves(message: str) -> tuple[str, str]:
    """What is wrong and what would be right, of a message that says both with a semicolon between."""
    wrong, _, right = message.partition("; ")
    return wrong, right


def _look_up(model: type[BaseModel], path: tuple[int | str, ...]) -> tuple[list[str], str]:
    """The keys beside the last one of the path, and what the venue file may hold there."""
    right = ""
    for part in path[:-1]:
        field = model.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field else None
        model = inner or model
    if path and (field := model.model_fields.get(str(path[-1]))):
        right = field.description or ""
    return sorted(model.model_fields), right


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)
