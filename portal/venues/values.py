"""Kinds of values that venue files hold: texts by language, web addresses, secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, RootModel, field_validator, model_validator

from portal.languages import BY_CODE, Language
from portal.urls import web_address
from portal.venues.inside import LARGEST_SECRET, inside

DEMO_SECRET = "demo-only-"  # noqa: S105  the mark that keeps bundled secrets out of production
SECRET_VARIABLES = "FOYER_SECRET_"  # noqa: S105  how names of variables begin


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
    """Replace ``<name>_file`` or ``<name>_env`` in a table of the venue file by the secret it names.

    The file lies in the venue's folder; the variable is the venue's own (:func:`variable_prefix`).
    """
    if not isinstance(values, dict):
        return values
    values = dict(values)
    given = [key for key in (name, f"{name}_file", f"{name}_env") if key in values]
    if len(given) > 1:
        raise ValueError(f"{' and '.join(given)} say the same thing; keep one")
    if f"{name}_file" in values:
        values[name] = _from_file(f"{name}_file", str(values.pop(f"{name}_file")), folder)
    elif f"{name}_env" in values:
        values[name] = _from_environment(f"{name}_env", str(values.pop(f"{name}_env")), folder)
    if str(values.get(name, "")).startswith(DEMO_SECRET) and not demo:
        raise ValueError(f"{name} is the demo's; take the one that the box shows")
    return values


def variable_prefix(slug: str) -> str:
    """How the names of a venue's own environment variables begin: ``FOYER_SECRET_HOTEL_AM_SEE`` for
    ``hotel-am-see``. Only these can be named, so that no venue gets at the portal's settings or at another venue's
    secrets."""
    return SECRET_VARIABLES + slug.upper().replace("-", "_")


def _from_file(key: str, file: str, folder: Path) -> str:
    try:
        path = inside(folder, file)
        if path.stat().st_size > LARGEST_SECRET:
            raise ValueError(f"names {file!r}, which is too large for a secret; it holds the secret alone")
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise ValueError(f"{key} cannot be read: it is no text; write the secret alone into it") from error
    except OSError as error:
        raise ValueError(f"{key} cannot be read: {type(error).__name__}") from error
    except ValueError as error:
        raise ValueError(f"{key} {error}") from error


def _from_environment(key: str, variable: str, folder: Path) -> str:
    own = variable_prefix(folder.resolve().name)
    if "--" in folder.name or not re.fullmatch(re.escape(own) + r"(__\w+)?", variable, re.ASCII):
        raise ValueError(
            f"{key} names {variable!r}, which is not this venue's to read; write {own}, or {own}__ and a word"
        )
    if not os.environ.get(variable):
        raise ValueError(f"{key} names {variable!r}, which is not set in the environment; set it")
    return os.environ[variable]
