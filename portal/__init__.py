"""Foyer: the page that takes a guest online.

``create_app`` is the table of contents. Imports run one way: wsgi, portal, systems, journey, and then guest,
venues, themes, languages, errors, config.
"""

from __future__ import annotations

from flask import Flask

from portal import commands, compression, integrations, journey, monitoring, security, themes
from portal.config import Config, from_environment
from portal.guest import Seal
from portal.house import House
from portal.systems import Systems
from portal.venues import load_venues

SYSTEMS = ("iacbox", "ucopia", "icaro")


def create_app(config: Config | None = None) -> Flask:
    """The portal for one configuration (default: the environment's)."""
    config = config or from_environment()
    app = Flask("portal", root_path=str(themes.ROOT))
    systems = Systems(SYSTEMS)
    venues = load_venues(config.venues, systems, config.demo)
    limiter = security.make_limiter(app, config)
    seal = Seal(config.secret_keys, config.state_life)
    app.extensions["portal"] = House(config, venues, systems, seal, limiter)
    security.secure(app, config)
    compression.init_app(app)
    journey.init_app(app, systems.in_use())
    integrations.init_app(app)
    commands.init_app(app)
    app.wsgi_app = monitoring.Monitors(app.wsgi_app, venues)  # type: ignore[method-assign]
    return app
