"""Jinja and flask-babel as this house uses them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, current_app, g
from flask_babel import Babel, gettext, ngettext
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from portal.languages import DEFAULT
from portal.venues.venue import Venue


def init_app(app: Flask) -> None:
    """Strict templates, the language of the request, and no way from a template to the configuration."""
    Babel(app, locale_selector=lambda: g.get("language", DEFAULT).catalogue)
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.globals["input_attributes"] = input_attributes
    for name in ("config", "request", "session", "g", "get_flashed_messages"):
        env.globals.pop(name, None)
    app.template_context_processors[None] = []


def environment_of(venue: Venue) -> Environment:
    """The templates of a venue: the house's, or a sandbox of its own where it overrides some of them.

    A template of a venue is text from outside: it can neither call into Python nor read the configuration.
    """
    own = venue.folder / "theme" / "templates"
    return _sandbox(current_app.jinja_env, own) if own.is_dir() else current_app.jinja_env


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, and no attribute of anything that leads to the application."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a venue's template may read this."""
        leads_away = isinstance(obj, Environment | Template | BaseLoader | Flask | ModuleType)
        return not leads_away and super().is_safe_attribute(obj, attr, value)


@cache
def _sandbox(app_state: Environment, own: Path) -> Environment:
    """A venue's templates come first, under ``own/`` too: so they also go before those of a bundled theme."""
    mine = FileSystemLoader(own)
    loader = ChoiceLoader([PrefixLoader({"own": mine}), mine, app_state.loader or mine])
    sandbox = Sandbox(
        loader=loader, undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    sandbox.add_extension("jinja2.ext.i18n")
    sandbox.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    sandbox.globals["input_attributes"] = input_attributes
    return sandbox


def input_attributes(field: Any, id: str) -> dict[str, str]:
    """The ARIA attributes of an input: which hint and which error belong to it."""
    described = [f"{id}-hint"] if field.description else []
    if field.errors:
        described.append(f"{id}-error")
    attributes = {"aria-describedby": " ".join(described)} if described else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes
