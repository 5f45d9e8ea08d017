"""Integrations as an operator and their platforms know them: switched on and off, told by a webhook.

The venue file says whether an integration is enabled; an operator's ``integrations enable`` or ``disable`` goes
before it and is kept in the state folder (:mod:`.state_file`). Each switch is told to the integration's platform once
and in order (:mod:`.deliveries`, :mod:`.webhook`), and the platform may read its venue's record with the token
it was told (:mod:`.views`). What guests meet is in :mod:`portal.integrations.hops`.
Source: Icaro's page on integrations (Sun-API).
"""

from __future__ import annotations

from flask import Flask

from portal.integrations import views


def init_app(app: Flask) -> None:
    """The platform's route."""
    app.register_blueprint(views.blueprint)
