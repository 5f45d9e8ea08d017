"""A pretend Icaro with one unit, and the portal in front of it; all on sockets of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.simulators.icaro import (
    Icaro,
    IcaroSettings,
    Unit,
    UnitKey,
    UnitSettings,
    Voucher,
    create_icaro,
    create_unit,
)
from portal.simulators.server import serve
from tests.guest import Guest
from tests.house import running_portal

KEY = UnitKey("8b758c35-7fb4-48a3-9021-df7a51a82c90", "s3cret", "E4-95-6E-44-1D-5C")
PHONE = "02-00-00-00-00-01"
VENUE = """
name = "Caffè Centrale"
system = "icaro"
default_language = "en"
landing_url = "https://www.caffe.example/"
{top}

[icaro]
url = "{url}"
units = ["{uuid}"]
temp_pause = {pause}
connect_timeout = 2.0
read_timeout = {read_timeout}

{icaro}
{more}
"""


OPEN_HOUSE = {
    "temp_code_login": "true",
    "facebook_login": "false",
    "linkedin_login": "false",
    "marketing_1_enabled": "true",
}
"""What the café's manager has changed since the hotspot was made: every way of our own is open, guests are asked."""


class Clock:
    """Time that stands still until it is moved: the box's, not ours."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Cafe:
    """A running hotspot: the portal, its wax and its unit. ``slug`` is the venue's."""

    url: str
    icaro: Icaro
    unit: Unit
    unit_url: str
    clock: Clock
    slug: str = "cafe"

    def landing(self, mac: str = PHONE, wanted: str = "http://captive.apple.com/hotspot-detect.html") -> str:
        """Where the unit sends a phone."""
        return self.unit.landing_url(self.unit.device(mac), wanted)

    def guest(self, mac: str = PHONE, **kwargs: Any) -> Guest:
        """A guest who has just opened the Wi-Fi's page."""
        return Guest(self.url, **kwargs).opens(self.landing(mac))

    def state(self, mac: str = PHONE) -> str:
        """What the unit makes of a phone when it asks the next time."""
        assert self.unit.poll(), self.unit.poll_fault
        return self.unit.device(mac).state

    def called(self, *parts: str) -> list[str]:
        """The paths that wax was asked, those with one of the parts in them."""
        paths = [call.path for call in self.icaro.calls]
        return [path for path in paths if not parts or any(part in path for part in parts)]


@contextlib.contextmanager
def running_cafe(
    folder: Path,
    preferences: Mapping[str, str] | None = None,
    *,
    vouchers: tuple[Voucher, ...] = (),
    files: Mapping[str, str] | None = None,
    top: str = "",
    icaro: str = "",
    more: str = "",
    read_timeout: float = 2.0,
    pause: float = 0.0,
    box: Mapping[str, Any] | None = None,
    unit: Mapping[str, Any] | None = None,
    splash: str = "cafe/",
    venues: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Iterator[Cafe]:
    """The whole of it. ``preferences`` are laid over the simulator's own, ``top``/``icaro``/``more`` go into the venue file,
    ``box`` and ``unit`` are settings of wax and the unit, ``splash`` is where on the portal the unit sends its guests."""
    clock = Clock()
    known = IcaroSettings(
        **{
            "units": [KEY],
            "preferences": {**OPEN_HOUSE, **(preferences or {})},
            "vouchers": vouchers,
            **(box or {}),
        }
    )
    wax = Icaro(known, clock)
    with serve(create_icaro(wax)) as running:
        text = VENUE.format(
            url=running.url,
            uuid=KEY.uuid,
            top=top,
            icaro=icaro,
            more=more,
            read_timeout=read_timeout,
            pause=pause,
        )
        written = {"cafe": {"venue.toml": text, **(files or {})}, **(venues or {})}
        with running_portal(folder, written, **settings) as portal:
            wax.wings_url = portal.url
            there = UnitSettings(
                f"{portal.url}{splash}", running.url, KEY, nasid="Caffè & Bar", **(unit or {})
            )
            box_at_the_bar = Unit(there, clock)
            wax.attach(box_at_the_bar)
            with serve(create_unit(box_at_the_bar)) as behind:
                box_at_the_bar.stands_at(behind.url)
                yield Cafe(portal.url, wax, box_at_the_bar, behind.url, clock)
