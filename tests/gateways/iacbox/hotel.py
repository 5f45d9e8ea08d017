"""A hotel for one test: a simulated IACBOX with twelve rooms, and the portal with one venue, on sockets of their own."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.simulators.iacbox import BoxSettings, IacBox, PmsSettings, create_box
from portal.simulators.server import Running, serve
from tests.guest import Guest
from tests.house import running_portal

SECRET = "a secret for tests only"
BERGER = {"room": "214", "birthday": "1985-11-03"}
RUNNING = {"room": "301", "birthday": "1964-02-29"}
FREE = {"room": "303", "birthday": "1980-05-25"}
# kind: what the hotel asks beside the room (by our words), what the box demands, what Anna Berger types
KINDS = {
    "fias": (["birthday"], ("birthday",), BERGER),
    "himed": (["last_name"], ("lname",), {"room": "214", "last_name": "Berger"}),
    "asaj": (["first_name", "last_name"], (), {"room": "214", "first_name": "Anna", "last_name": "Berger"}),
}


@dataclass(frozen=True)
class Hotel:
    """``new_phone`` is where a phone begins that has no cookie of the box yet."""

    portal: Running
    box: IacBox
    box_url: str

    @property
    def new_phone(self) -> str:
        return f"{self.box_url}new-phone"

    def guest(self, language: str = "en", **options: Any) -> Guest:
        """A guest who has just been caught by the box, and sees the login page."""
        return Guest(self.portal.url, language=language, **{"goes_on": True} | options).opens(self.new_phone)

    def is_online(self) -> bool:
        return self.box.online() > 0


def venue(mode: str, box_url: str, pms_url: str, fields: list[str], more: str = "", tables: str = "") -> str:
    """A venue file; ``more`` goes into ``[iacbox.pms]``, ``tables`` behind it."""
    return f"""
name = "Hotel"
system = "iacbox"
landing_url = "https://www.hotel.example/"

[iacbox]
url = "{box_url}"
secret = "{SECRET}"
sign_in = ["pms"]

[iacbox.pms]
mode = "{mode}"
url = "{pms_url or box_url + "pms"}"
fields = {json.dumps(fields)}
{"" if "floor_ms" in more else "floor_ms = 0"}
{more}
{tables}
"""


@contextlib.contextmanager
def open_hotel(
    folder: Path,
    mode: str,
    kind: str = "fias",
    *,
    more: str = "",
    tables: str = "",
    asks: list[str] | None = None,
    tls: Any = None,
    box_tls: Any = None,
    pms_url: str = "",
    **pms: Any,
) -> Iterator[Hotel]:
    """``asks`` are the venue's fields (default: those of the kind), ``pms`` settings of the simulated PMS.

    ``pms_url`` is another address of the endpoint; ``tls`` and ``box_tls`` put the portal and the box on HTTPS.
    """
    asked, demanded, _typed = KINDS[kind]
    settings = PmsSettings(**{"kind": kind, "fields": demanded} | pms)
    if mode == "local" and "finish" not in more:
        more += '\nfinish = "ask"'
    box = IacBox(BoxSettings(secret=SECRET, pms=settings))
    with serve(create_box(box), tls=box_tls) as running:
        text = venue(
            mode, running.url, pms_url, asks or ["room", *asked], f'system = "{kind}"\n{more}', tables
        )
        with running_portal(folder, {"hotel": text}, tls=tls) as portal:
            box.point_at(f"{portal.url}hotel/", f"{portal.url}hotel/callback")
            yield Hotel(portal, box, running.url)
