"""Foyer: the page that takes a guest online.

``create_app`` is the table of contents. Imports run one way: wsgi, portal, systems, journey, and then guest,
venues, themes, languages, errors, config.
"""

from __future__ import annotations

from flask import Flask

from portal import (
    commands,
    compression,
    iacbox,
    icaro,
    integrations,
    journey,
    monitoring,
    security,
    themes,
    ucopia,
)
from portal.config import Config, from_environment
from portal.guest import Seal
from portal.house import House
from portal.journey.system import System
from portal.venues import load_venues

SYSTEMS: dict[str, System] = {system.name: system for system in (iacbox.system, ucopia.system, icaro.system)}


def create_app(config: Config | None = None) -> Flask:
    """The portal for one configuration (default: the environment's)."""
    config = config or from_environment()
    app = Flask("portal", root_path=str(themes.ROOT))
    models = {name: system.model for name, system in SYSTEMS.items()}
    venues = load_venues(config.venues, models, config.demo)
    limiter = security.make_limiter(app, config)
    seal = Seal(config.secret_keys, config.state_life)
    app.extensions["portal"] = House(config, venues, SYSTEMS, seal, limiter)
    security.secure(app, config)
    compression.init_app(app)
    journey.init_app(app, SYSTEMS.values())
    integrations.init_app(app)
    app.add_url_rule("/healthz", view_func=monitoring.healthz)
    commands.init_app(app)
    app.wsgi_app = monitoring.Ping(app.wsgi_app, venues)  # type: ignore[method-assign]
    return app
