"""What every guest sees, whatever the system: the login page, the terms, the page after success, the errors."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask

from portal.journey.gateway import Gateway


def init_app(app: Flask, gateways: Iterable[Gateway]) -> None:
    """Languages, templates, routes and error pages; the gateways' own routes come first."""
    from portal.journey import error_pages, hop_views, link_state, page_cache, templating, views

    app.extensions["login pages"] = page_cache.PageCache()
    app.extensions["link states"] = link_state.LinkStates(app.extensions["portal"].passing)
    templating.init_app(app)
    error_pages.init_app(app)
    for gateway in gateways:
        if gateway.blueprint:
            app.register_blueprint(gateway.blueprint)
    app.register_blueprint(hop_views.blueprint)
    app.register_blueprint(views.blueprint)
