"""The tables of a venue file about tickets: ``[[iacbox.templates]]`` and ``[iacbox.overrides]``."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from portal.venues.tables import Table
from portal.venues.values import Text

NUMBERS = ("time", "volume", "idle", "expires", "down", "up")
PLACEHOLDERS = {"room": "{room}", "name": "{name}", "visit": "{visit}"}
LONGEST_TIME = 10 * 366 * 86_400
"""Seconds; a number beyond is no duration but a date."""


def _no_date(seconds: int) -> int:
    if seconds > LONGEST_TIME:
        raise ValueError("is a date or longer than ten years; write the seconds from the logon on")
    return seconds


def _placeholders(text: str) -> str:
    if unknown := set(re.findall(r"{(.*?)}", text)) - set(PLACEHOLDERS):
        raise ValueError(
            f"{{{sorted(unknown)[0]}}} is no placeholder; there are {', '.join(PLACEHOLDERS.values())}"
        )
    return text


class Overrides(Table):
    """Values in place of the ticket template's (Login-API, "Ticket overrides"); what is not set is not sent.

    ``time`` and ``idle`` in seconds, ``volume`` in MB, ``expires`` in seconds from the logon, ``down`` and ``up`` in
    kbit/s. ``description`` is the text of the generated ticket, with ``{room}``, ``{name}`` and ``{visit}``.
    """

    time: Annotated[int, Field(ge=0), AfterValidator(_no_date)] | None = None
    volume: Annotated[int, Field(ge=0)] | None = None
    idle: Annotated[int, Field(ge=0), AfterValidator(_no_date)] | None = None
    expires: Annotated[int, Field(ge=0), AfterValidator(_no_date)] | None = None
    down: Annotated[int, Field(ge=0)] | None = None
    up: Annotated[int, Field(ge=0)] | None = None
    description: Annotated[str, AfterValidator(_placeholders)] | None = None

    def over(self, other: Overrides) -> Overrides:
        """These, and the other ones where these say nothing."""
        mine = {name: getattr(self, name) for name in Overrides.model_fields}
        theirs = {name: getattr(other, name) for name in Overrides.model_fields}
        return Overrides(**{name: theirs[name] if mine[name] is None else mine[name] for name in mine})


class WaysOverrides(Overrides):
    """``[iacbox.overrides]``: what goes with every logon, and a table for each way in that goes before it.

    A ticket that the guest chose is what was offered: only its own ``overrides``, the table of its way, and
    the description of all change it.
    """

    cred: Overrides = Overrides()
    pms: Overrides = Overrides()
    free: Overrides = Overrides()
    to: Overrides = Overrides()
    create: Overrides = Overrides()

    @property
    def describes(self) -> bool:
        """Whether any ticket gets a description."""
        ways = (self, self.cred, self.pms, self.free, self.to, self.create)
        return any(one.description is not None for one in ways)

    def of(self, way: str, ticket: Overrides | None) -> Overrides:
        """What goes with a logon of this way (``cred``, ``pms``, ``free``, ``to``, ``create``), for this ticket if one was chosen."""
        if ticket is None:
            return getattr(self, way).over(self)  # type: ignore[no-any-return]
        return ticket.over(getattr(self, way)).over(Overrides(description=self.description))


class TicketTemplate(Table):
    """One ``[[iacbox.templates]]``: a ticket the guest can take, in the venue's own words.

    ``charge`` says who pays ("added to your room bill").
    """

    id: Annotated[int, Field(ge=0, description="the number of the ticket template at the box")]
    name: Text = Text.plain("")
    description: Text = Text.plain("")
    price: Text = Text.plain("")
    charge: Text = Text.plain("")
    duration: Text = Text.plain("")
    featured: bool = False
    hidden: bool = False
    default: bool = False
    overrides: Overrides = Overrides()
