"""What the commands of every gateway share."""

from __future__ import annotations

import difflib

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
    raise NoSuchVenue(name)


class NoSuchVenue(click.ClickException):
    """A name that somebody mistyped, most likely."""

    def __init__(self, name: str) -> None:
        known = list(app_state().venues)
        close = difflib.get_close_matches(name, known, 1)
        there = f"did you mean {close[0]}?" if close else f"there are {', '.join(known) or 'none yet'}"
        super().__init__(f"there is no venue {name!r}; {there}")
