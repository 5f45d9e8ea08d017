"""What the commands of every gateway share."""

from __future__ import annotations

import click

from portal.app_state import app_state
from portal.venues.venue import Closed, Venue


def venue_or_fail(name: str) -> Venue:
    """A venue that serves, for a command; otherwise says why not."""
    found = app_state().venues.get(name)
    if isinstance(found, Venue):
        return found
    if isinstance(found, Closed):
        raise click.ClickException("; ".join(map(str, found.faults)))
    raise click.ClickException(f"there is no venue {name!r}; there are {', '.join(app_state().venues)}")
