"""Jinja and flask-babel as this house uses them."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from flask_babel import gettext, ngettext
from jinja2 import Environment, StrictUndefined, TemplateError, TemplatesNotFound

from portal.journey.isolation import IsolatingBabel
from portal.journey.template_values import plain
from portal.languages import DEFAULT
from portal.venues.sandbox import Sandbox, sandbox_of
from portal.venues.template_limits import TooCostly, limited
from portal.venues.themes import template_names
from portal.venues.venue import Venue

log = logging.getLogger("portal.journey")
LAYOUT = "layout.html"
"""A venue's or a theme's own frame of every page; without one it is ``base.html``."""
REST = 60.0
"""Seconds that the own templates of a venue rest after one that cost too much."""
_resting: dict[str, float] = {}


@dataclass
class Watch:
    """What a trial of a venue's own templates sees: which page was rendered, and what went wrong with it; ``missing``
    are the pages that we have no template for."""

    own: bool
    names: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)


_watch: ContextVar[Watch | None] = ContextVar("watch over templates", default=None)


@contextmanager
def watched(own: bool = True) -> Iterator[Watch]:
    """Pages are made for a trial: faults of the venue's templates are kept and not logged; ``own`` = False leaves
    the venue's own templates out."""
    token = _watch.set(watch := Watch(own))
    try:
        yield watch
    finally:
        _watch.reset(token)


def init_app(app: Flask) -> None:
    """Strict templates, the language of the request, and no way from a template to the configuration."""
    IsolatingBabel(app, locale_selector=lambda: g.get("language", DEFAULT).locale)
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.globals["input_attributes"] = input_attributes
    for name in ("config", "request", "session", "g", "get_flashed_messages"):
        env.globals.pop(name, None)
    app.template_context_processors[None] = []


def render_template(venue: Venue, name: str, values: Mapping[str, Any]) -> str:
    """A page of a venue: its own template, the theme's, or ours, the first there is; raises TemplatesNotFound where the
    venue's own fails and we have none.

    A template of the venue that breaks or costs too much is the venue's fault and no guest's: then ours is shown,
    and the log says so. One that cost too much rests for a minute, since each try costs the other venues as much.
    """
    theme, values = venue.file.theme, {name: plain(value) for name, value in values.items()}
    watch = _watch.get()
    if watch:
        watch.names.append(name)
    own = None if watch and not watch.own else sandbox_of_venue(venue)
    if own is not None and (watch or _resting.get(venue.slug, 0.0) < time.monotonic()):
        try:
            with limited():
                return _render(own, theme, name, values)
        except Exception as fault:
            _failed(venue, name, fault, watch)
    try:
        return _render(current_app.jinja_env, theme, name, values)
    except TemplatesNotFound:
        if watch:
            watch.missing.append(name)
        raise


def _failed(venue: Venue, name: str, fault: Exception, watch: Watch | None) -> None:
    if watch:
        watch.faults.append(fault)
        return
    log.error("template venue=%s name=%s kind=%s", venue.slug, name, type(fault).__name__)
    if isinstance(fault, TooCostly):
        _resting[venue.slug] = time.monotonic() + REST


def _render(env: Environment, theme: str, name: str, values: Mapping[str, Any]) -> str:
    layout = env.select_template([f"own/{LAYOUT}", f"themes/{theme}/{LAYOUT}", "base.html"]).name
    return env.select_template(template_names(theme, name)).render(layout=layout, **values)


def sandbox_of_venue(venue: Venue) -> Sandbox | None:
    """The sandbox of a venue that brings templates of its own."""
    has_own = (venue.folder / "theme" / "templates").is_dir()
    return _sandbox(current_app.jinja_env, venue.folder) if has_own else None


def has_own_page(venue: Venue, name: str) -> bool:
    """Whether the venue brings a page of this name that can be used."""
    sandbox = sandbox_of_venue(venue)
    try:
        return sandbox is not None and bool(sandbox.get_template(f"own/{name}"))
    except TemplateError:
        return False


@cache
def _sandbox(ours: Environment, folder: Path) -> Sandbox:
    functions = {"input_attributes": input_attributes}
    return sandbox_of(folder, ours.loader, functions=functions, gettext=gettext, ngettext=ngettext)


def input_attributes(field: Any, id: str, alone: bool = False) -> dict[str, Any]:
    """The ARIA attributes of an input: which hint and which error belong to it. The only mistake is focused."""
    described = [f"{id}-hint"] if field.description else []
    if field.errors:
        described.append(f"{id}-error")
    attributes: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if field.errors:
        attributes |= {"aria-invalid": "true"} | ({"autofocus": True} if alone else {})
    return attributes
