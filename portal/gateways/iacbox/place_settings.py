"""The tables of a venue file about where a guest is: several boxes on one landing URL, VLANs, and the ways in there."""

from __future__ import annotations

import re
from datetime import datetime, time
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from portal.gateways.iacbox.ticket_settings import TicketTemplate
from portal.venues import themes
from portal.venues.tables import Table
from portal.venues.values import HttpUrl, Text, take_secret

WAYS = ("cred", "pms", "free", "to", "create")
WayName = Annotated[
    str,
    Field(
        pattern=r"^(cred|pms|free|to|create|pms-[a-z][a-z0-9]*)$",
        description=f"of: {', '.join(WAYS)}, or pms-<name> for a form of [iacbox.pms.forms]",
    ),
]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(?:([a-z]{3})(?:-([a-z]{3}))? )?([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


class Box(Table):
    """One ``[[iacbox.boxes]]``: a box that shares the landing URL, known by its registration number.

    What it does not say of ``url``, ``pms_url`` and ``secret`` is as in ``[iacbox]``.
    """

    registration: Annotated[
        str, Field(pattern=r"^[0-9A-Za-z-]{1,20}$", description="the box's registration number (iac)")
    ]
    url: HttpUrl = ""
    pms_url: HttpUrl = ""
    secret: Annotated[str, Field(repr=False)] = ""

    @model_validator(mode="before")
    @classmethod
    def _secret_elsewhere(cls, values: Any, info: ValidationInfo) -> Any:
        known = info.context or {}
        return take_secret(values, "secret", known.get("folder", Path()), known.get("demo", False))

    @model_validator(mode="after")
    def _long_enough(self) -> Box:
        if self.secret and len(self.secret) < 8:
            raise ValueError("secret: is shorter than 8 characters; take the one that the box shows")
        return self


class Vlan(Table):
    """One ``[[iacbox.vlans]]``: another look, other ways in, tickets and texts for some VLANs.

    ``ids`` are numbers and ranges ("20-29"). What is not set is as for the whole venue.
    """

    ids: Annotated[list[str | int], Field(min_length=1, description='VLAN ids: [17, "20-29"]')]
    name: Text = Text.plain("")
    theme: str = ""

    sign_in: list[WayName] | None = None
    templates: list[TicketTemplate] | None = None
    heading: Text = Text.plain("")
    lead: Text = Text.plain("")
    notice: Text = Text.plain("")

    @model_validator(mode="after")
    def _ids_are_ids(self) -> Vlan:
        for one in self.ids:
            match = _RANGE.fullmatch(str(one))
            if not match or int(match[2] or match[1]) > 4096 or int(match[2] or match[1]) < int(match[1]):
                raise ValueError(f'ids: {one!r} is no VLAN; write 17 or "20-29", up to 4096')
        if self.theme and self.theme not in themes.bundled():
            raise ValueError(
                f"theme: {self.theme!r} is no bundled theme; there are {', '.join(themes.bundled())}"
            )
        return self

    def holds(self, vlan: str) -> bool:
        """Whether a guest's VLAN is among these."""
        if not vlan.isdecimal():
            return False
        ranges = [_RANGE.fullmatch(str(one)) for one in self.ids]
        return any(one and int(one[1]) <= int(vlan) <= int(one[2] or one[1]) for one in ranges)


def _hours(text: str) -> str:
    match = _HOURS.fullmatch(text)
    days = {match[1], match[2]} - {None} if match else {""}
    if not match or days - set(DAYS) or f"{match[5]}:{match[6]}" > "24:00":
        raise ValueError(f'{text!r} are no hours; write "08:00-22:00" or "mon-fri 08:00-18:00"')
    return text


class WaySettings(Table):
    """One ``[iacbox.ways.<way>]``: what a way in is called here, a line about it, and when it is open.

    ``hours`` are by the venue's ``time_zone``; none = always. Hours may run over midnight ("18:00-02:00").
    """

    title: Text = Text.plain("")
    button: Text = Text.plain("")
    notice: Text = Text.plain("")
    hours: list[Annotated[str, AfterValidator(_hours)]] = []

    @cached_property
    def _open(self) -> list[tuple[frozenset[int], int, int]]:
        return [_read(text) for text in self.hours]

    def is_open(self, now: datetime) -> bool:
        """Whether this way is open at a local time."""
        if not self.hours:
            return True
        minute, today, yesterday = now.hour * 60 + now.minute, now.weekday(), (now.weekday() - 1) % 7
        for days, begin, end in self._open:
            if begin < end and today in days and begin <= minute < end:
                return True
            if begin >= end and ((today in days and minute >= begin) or (yesterday in days and minute < end)):
                return True
        return False

    def next_opening(self, now: datetime) -> tuple[int, time] | None:
        """In how many days it opens again (0 = today) and at what time; None where it never does."""
        for ahead in range(8):
            weekday = (now.weekday() + ahead) % 7
            begins = sorted(begin for days, begin, _end in self._open if weekday in days)
            for begin in begins:
                if ahead or begin > now.hour * 60 + now.minute:
                    return ahead, time(begin // 60, begin % 60)
        return None


def _read(text: str) -> tuple[frozenset[int], int, int]:
    match = _HOURS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} are no hours; they were never checked by _hours")
    first = DAYS.index(match[1]) if match[1] else 0
    last = DAYS.index(match[2]) if match[2] else first if match[1] else 6
    days = [first + step for step in range((last - first) % 7 + 1)]
    begin, end = int(match[3]) * 60 + int(match[4]), int(match[5]) * 60 + int(match[6])
    return frozenset(day % 7 for day in days), begin, end


Meaning = Literal["wrong", "outage", "left", "devices", "posting", "full"]
