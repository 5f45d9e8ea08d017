"""What gunicorn and the flask command load: ``gunicorn wsgi:app``, ``flask --app wsgi …``."""

import os

from portal import create_app

app = create_app(serves="FLASK_RUN_FROM_CLI" not in os.environ)
