"""What an operator types: a file per noun; each gateway brings its own group beside these."""

from __future__ import annotations

from collections.abc import Mapping

import click
from flask import Flask

from portal.cli import integrations, venues
from portal.journey.gateway import Gateway


def init_app(app: Flask) -> None:
    """Register every command. They have the same names whatever venues exist."""
    app.cli.add_command(venues.venues)
    app.cli.add_command(integrations.group)
    gateways = app.extensions["portal"].gateways
    for name in gateways:
        app.cli.add_command(GatewayTools(name, gateways))


class GatewayTools(click.Group):
    """The commands of a gateway, loaded when somebody types them."""

    def __init__(self, name: str, gateways: Mapping[str, Gateway]) -> None:
        super().__init__(name, help=f"Tools for venues with {name}.")
        self._gateways = gateways

    def list_commands(self, context: click.Context) -> list[str]:
        """Their names."""
        return sorted(self._tools())

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """One of them."""
        return self._tools().get(name)

    def _tools(self) -> dict[str, click.Command]:
        """The commands of the group of this name, and other groups by theirs."""
        tools: dict[str, click.Command] = {}
        for group in self._gateways[self.name or ""].commands:
            tools |= group.commands if group.name == self.name else {group.name or "": group}
        return tools
