"""``gunicorn wsgi:app`` in this folder finds the same settings as ``foyer serve``."""

from portal.gunicorn_settings import *  # noqa: F403
