"""Foyer: the page that takes a guest online.

``create_app`` is the table of contents. Imports run one way: wsgi, portal, cli, gateways, journey, integrations, and
then venues, session, limits, errors, languages, config.
"""

from __future__ import annotations

from flask import Flask

from portal import cli, compression, installation, integrations, journey, log_lines, monitoring, security
from portal.app_state import AppState
from portal.config import Config, from_environment
from portal.gateways import Gateways
from portal.journey import own_templates
from portal.session import TokenCodec
from portal.shared_store import open_passing, open_store
from portal.venues import themes
from portal.venues.loading import load_venues
from portal.venues.served import ServedVenues

GATEWAYS = ("iacbox", "ucopia", "icaro")


def create_app(
    config: Config | None = None, gateways: tuple[str, ...] = GATEWAYS, *, serves: bool = True
) -> Flask:
    """The portal for one configuration (default: the environment's), with these gateways; ``serves``: guests, and not an
    operator's command."""
    config = config or from_environment()
    installation.check(themes.ROOT)
    log_lines.init_app()
    app = Flask("portal", root_path=str(themes.ROOT))
    known = Gateways(gateways)
    served = ServedVenues(config.venues, known, config.state, config.demo) if serves else None
    venues = served if served is not None else load_venues(config.venues, known, config.demo)
    store = open_store(config.store, config.state, config.secret_keys)
    passing = open_passing(store, config.store, config.state, config.secret_keys)
    codec = TokenCodec(config.secret_keys, config.state_life)
    app.extensions["portal"] = AppState(config, venues, known, codec, store, passing)
    security.secure(app, config)
    compression.init_app(app)
    journey.init_app(app, known.in_use())
    integrations.init_app(app)
    cli.init_app(app)
    own_templates.init_app(app)
    app.wsgi_app = monitoring.Monitors(app.wsgi_app, app.extensions["portal"])  # type: ignore[method-assign]
    return app
