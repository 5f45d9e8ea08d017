"""A hotel with a pretend IACBOX and the portal in front of it, for every way in; both over real HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.simulators.iacbox import BoxSettings, IacBox, PmsSettings, create_box
from portal.simulators.server import serve
from tests.guest import Guest
from tests.house import Files, running_portal

SECRET = "correct horse battery"
VENUE = """
name = "Hotel Alpenblick"
system = "iacbox"
landing_url = "https://www.hotel.example/"
help = {{ text = "Reception, dial 9", url = "tel:+43512345" }}
{general}
[iacbox]
url = "{box}"
secret = "correct horse battery"
{keys}
"""
TEMPLATES = """
[[iacbox.templates]]
id = 174
name = { en = "Premium", de = "Komfort" }
price = "9.00 EUR"
duration = { en = "24 hours", de = "24 Stunden" }
featured = true
[[iacbox.templates]]
id = 512
name = "Week"
[[iacbox.templates]]
id = 9
name = "Secret"
hidden = true
"""


@dataclass
class Inn:
    """The box, and where a phone starts; ``url`` is the portal's."""

    box: IacBox
    box_url: str
    url: str

    def guest(self, mac: str = "0200000000aa", wanted: str = "", **options: Any) -> Guest:
        """A guest whose phone has just joined the Wi-Fi and looks for the internet."""
        guest = Guest(self.url, **{"goes_on": True} | options)
        return guest.opens(self.start(mac, wanted))

    def start(self, mac: str = "0200000000aa", wanted: str = "") -> str:
        """Where this phone looks for the internet."""
        return f"{self.box_url}device/{mac}/browse?url={wanted or 'http://captive.apple.com/hotspot-detect.html'}"

    def online(self, mac: str = "0200000000aa") -> bool:
        """Whether the box lets this phone through."""
        device = self.box.devices.get(mac)
        return bool(device and device.online)


@contextlib.contextmanager
def inn(
    folder: Path,
    keys: str = 'sign_in = ["cred", "free"]',
    general: str = "",
    *,
    files: Files | None = None,
    callback: bool = True,
    others: dict[str, Any] | None = None,
    pms: PmsSettings | None = None,
    config: dict[str, Any] | None = None,
    **settings: Any,
) -> Iterator[Inn]:
    """An inn; ``keys`` go into ``[iacbox]``, ``general`` to the top of the venue file, ``settings`` to the box."""
    box = IacBox(BoxSettings(secret=SECRET, pms=pms or PmsSettings(), **settings))
    with contextlib.ExitStack() as stack:
        box_url = stack.enter_context(serve(create_box(box))).url
        text = VENUE.format(box=box_url, keys=keys, general=general)
        venues = {"hotel": {"venue.toml": text, **(files or {})}, **(others or {})}
        portal = stack.enter_context(running_portal(folder, venues, **(config or {})))
        box.point_at(f"{portal.url}hotel/", f"{portal.url}hotel/callback" if callback else None)
        yield Inn(box, box_url, portal.url)
