"""A controller, a Wi-Fi device and a portal before them, on sockets of their own, for one test."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.gateways.ucopia.client import client_of
from portal.simulators.nas import Nas, NasSettings, create_nas
from portal.simulators.server import Running, serve
from portal.simulators.ucopia import Controller, ControllerSettings, create_controller
from tests.guest import Guest
from tests.house import running_portal

SECRET = "uam-secret"


@dataclass
class World:
    """What a test can reach; ``venue`` is the path of the venue's landing URL."""

    portal: Running
    controller: Controller
    controller_url: str
    nas: Nas
    nas_url: str
    venue: str = "campus/"

    @property
    def settings(self) -> ControllerSettings:
        return self.controller.settings

    def guest(self, **how: Any) -> Guest:
        """Somebody with a phone."""
        return Guest(self.portal.url, **how)

    def arrives(self, cna_id: str = "", **how: Any) -> Guest:
        """A guest on the login page, in-line; ``cna_id`` names the window that the phone opened by itself."""
        window = f"&cna_id={cna_id}" if cna_id else ""
        start = f"{self.venue}?dst=http://captive.apple.com/hotspot-detect.html"
        return self.guest(**how).opens(start + window)

    def caught(self, mac: str = "00-22-fb-d5-15-ee", **how: Any) -> Guest:
        """A guest whom the Wi-Fi device has sent."""
        return self.guest(**how).opens(f"{self.nas_url}browse?url=http://wanted.example.org/&mac={mac}")

    def actions(self) -> list[str]:
        """The controller's calls in their order."""
        return [call.action for call in self.controller.calls]

    def sent(self, action: str) -> dict[str, str]:
        """The form of the last call of an action."""
        return dict(next(call for call in reversed(self.controller.calls) if call.action == action).form)


def table(url: str, **keys: Any) -> str:
    """A venue file; keys of ``[ucopia]`` as given."""
    top = {name: keys.pop(name) for name in list(keys) if name in ("languages", "terms", "landing_url")}
    lines = ['name = "Campus"', 'system = "ucopia"', *(f"{name} = {_toml(v)}" for name, v in top.items())]
    lines += ["[ucopia]", f'url = "{url}"', *(f"{name} = {_toml(value)}" for name, value in keys.items())]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(one)}" for name, one in value.items()) + "}"
    return (
        repr(value).replace("'", '"')
        if isinstance(value, (list, tuple))
        else (f'"{value}"' if isinstance(value, str) else str(value))
    )


@contextlib.contextmanager
def world(
    folder: Path,
    settings: ControllerSettings | None = None,
    clock: Callable[[], float] = time.time,
    state: dict[str, Any] | None = None,
    **keys: Any,
) -> Iterator[World]:
    """Everything running; ``keys`` are those of ``[ucopia]``."""
    controller = Controller(settings or ControllerSettings(), clock)
    nas = Nas(NasSettings(uamsecret=SECRET), controller.radius, clock)
    controller.settings.uamsecret = SECRET
    controller.settings.old_ids_live = False  # the strictest: a portal that keeps an old cookie is found out
    with (
        serve(create_controller(controller)) as box,
        serve(create_nas(nas)) as device,
        running_portal(folder, {"campus": table(box.url, **keys)}, **(state or {})) as portal,
    ):
        controller.settings.portal_url = nas.settings.portal_url = f"{portal.url}campus/"
        try:
            yield World(portal, controller, box.url, nas, device.url)
        finally:
            controller.release()
            nas.release()
            client_of.cache_clear()
