"""``foyer serve``: the portal in production."""

from __future__ import annotations

import os
import sys

import click

SETTINGS = "python:portal.gunicorn_settings"


@click.command("serve", context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def serve(options: tuple[str, ...]) -> None:
    """Serve guests, with gunicorn and settings that are right by default.

    BIND (default 127.0.0.1:8000), WEB_CONCURRENCY (processes, default 2) and LOG_LEVEL come from the environment;
    OPTIONS go to gunicorn as they are. HUP reads settings and venues again, TERM ends it gracefully.
    """
    command = [sys.executable, "-m", "gunicorn", "-c", SETTINGS, *options, "portal:create_app()"]
    os.environ.pop("FLASK_RUN_FROM_CLI", None)
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606  ourselves, so that signals reach gunicorn
