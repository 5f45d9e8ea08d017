"""The command ``foyer``: what an operator types once the package is installed; ``flask --app wsgi …`` knows the same."""

from __future__ import annotations

import logging

import click
from flask import Flask
from flask.cli import FlaskGroup

from portal.cli.serve import serve


def _app() -> Flask:
    from portal import create_app

    logging.getLogger("portal.venues.loading").addHandler(
        logging.NullHandler()
    )  # the commands tell faults themselves
    return create_app(serves=False)


@click.group(
    cls=FlaskGroup,
    create_app=_app,
    add_default_commands=False,
    add_version_option=False,
    help="Foyer, the captive portal. It reads its settings from the environment (PORTAL_…).",
)
@click.version_option(package_name="foyer", prog_name="foyer")
def main() -> None:
    """See the help of the group."""


main.add_command(serve)

if __name__ == "__main__":
    main()
