"""What every guest sees, whatever the system: the login page, the terms, the page after success, the errors."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask

from portal.journey.system import System


def init_app(app: Flask, systems: Iterable[System]) -> None:
    """Languages, templates, routes and error pages; the systems' own routes come first."""
    from portal.journey import dress, faults, hop_views, views

    dress.init_app(app)
    faults.init_app(app)
    for system in systems:
        if system.blueprint:
            app.register_blueprint(system.blueprint)
    app.register_blueprint(hop_views.blueprint)
    app.register_blueprint(views.blueprint)
