"""Kinds of values that venue files hold: texts by language, web addresses, secrets."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, RootModel, field_validator, model_validator

from portal.languages import BY_CODE, Language

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


def web_address(text: str) -> str:
    """An absolute http or https address without user name, control characters or blanks; or nothing."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError as error:
        raise ValueError(f"is no web address ({error}); write https://host/path") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("is no web address; write https://host/path")
    if any(character <= " " or character in '\\"<>\x7f' for character in text):
        raise ValueError("holds a blank or a character that no address has; write it percent-encoded")
    return text


HttpUrl = Annotated[str, AfterValidator(web_address), Field(description="https://host/path")]


@lru_cache(1000)
def origin(url: str) -> str:
    """``scheme://host[:port]`` of a web address, lower-case; "" if it is none."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}".lower()


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
