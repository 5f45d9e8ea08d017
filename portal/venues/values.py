"""Kinds of values that venue files hold: texts by language, web addresses, secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, RootModel, field_validator, model_validator

from portal.languages import BY_CODE, Language
from portal.urls import web_address

DEMO_SECRET = "demo-only-"  # noqa: S105  the mark that keeps bundled secrets out of production


class Text(RootModel[dict[str, str]]):
    """A guest text of a venue: one string, or a table by language code."""

    model_config = {"frozen": True}

    @classmethod
    def plain(cls, text: str) -> Text:
        """The same words in every language."""
        return cls({"": text})

    @model_validator(mode="before")
    @classmethod
    def _one_string(cls, value: Any) -> Any:
        if not isinstance(value, str | dict | Text):
            raise ValueError('is neither a text nor a table by language; write "…" or { en = "…", de = "…" }')
        return {"": value} if isinstance(value, str) else value

    @field_validator("root")
    @classmethod
    def _known_languages(cls, value: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(set(value) - {"", *BY_CODE}):
            raise ValueError(f"{unknown[0]!r} is no language code; there are {', '.join(BY_CODE)}")
        return value

    def of(self, language: Language, default: Language | None = None) -> str:
        """The words in this language; else in English, in the default, in any: more guests read English."""
        for code in (language.code, "", "en", default.code if default else ""):
            if text := self.root.get(code):
                return text
        return next(iter(self.root.values()), "")

    def __bool__(self) -> bool:
        return any(self.root.values())

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        return iter(self.root.values())


HttpUrl = Annotated[str, AfterValidator(web_address), Field(description="https://host/path")]


def take_secret(values: Any, name: str, folder: Path, demo: bool) -> Any:
    """Replace ``<name>_file`` or ``<name>_env`` in a table of the venue file by the secret it names."""
    if not isinstance(values, dict):
        return values
    values = dict(values)
    given = [key for key in (name, f"{name}_file", f"{name}_env") if key in values]
    if len(given) > 1:
        raise ValueError(f"{' and '.join(given)} say the same thing; keep one")
    if file := values.pop(f"{name}_file", None):
        path = folder / str(file)
        if not path.is_file():
            raise ValueError(f"{name}_file names {str(file)!r}, which is no file in the venue's folder")
        try:
            values[name] = path.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{name}_file cannot be read: {type(error).__name__}") from error
    elif variable := values.pop(f"{name}_env", None):
        if not os.environ.get(str(variable)):
            raise ValueError(f"{name}_env names {str(variable)!r}, which is not set in the environment")
        values[name] = os.environ[str(variable)]
    if str(values.get(name, "")).startswith(DEMO_SECRET) and not demo:
        raise ValueError(f"{name} is the demo's; take the one that the box shows")
    return values
