"""One calm look for every page of the simulators and of the demo's third parties: ``calm.html``, ``calm.css``."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

TEMPLATES = Path(__file__).parent / "templates"


def with_look(app: Flask) -> Flask:
    """Let an application's templates extend ``calm.html``."""
    own = [app.jinja_loader] if app.jinja_loader else []
    app.jinja_loader = ChoiceLoader([*own, FileSystemLoader(TEMPLATES)])
    return app
