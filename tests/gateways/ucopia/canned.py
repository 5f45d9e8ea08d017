"""A controller that answers what a test tells it to, byte by byte."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from portal.gateways.ucopia.client import client_of
from portal.simulators.server import serve
from tests.gateways.ucopia.world import table
from tests.guest import Guest
from tests.house import running_portal

VECTORS = Path(__file__).parents[2] / "vectors" / "ucopia"


def vector(name: str) -> Any:
    """An example of the manual, made valid JSON."""
    return json.loads((VECTORS / f"{name}.json").read_text())


@dataclass
class Canned:
    """``says`` by action: JSON-able data, bytes, or a list of them, the last one for ever. ``asked`` are the forms."""

    says: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    status: str = "200 OK"
    url: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        form = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        form["cookie"] = environ.get("HTTP_COOKIE", "")
        if environ["PATH_INFO"] != "/portal_api.php":
            self.asked.append({"action": "open", "path": environ["PATH_INFO"], **form})
            cookie = ("Set-Cookie", "PHPSESSID=first; path=/; HttpOnly")
            start_response("302 Found", [("Location", "/1/portal/"), cookie])
            return [b""]
        self.asked.append(form)
        said = self.says.get(form["action"], {})
        if isinstance(said, list):
            said = said.pop(0) if len(said) > 1 else said[0]
        start_response(self.status, [("Content-Type", "text/html; charset=UTF-8"), *self.headers])
        return [said if isinstance(said, bytes) else json.dumps(said).encode()]

    def last(self, action: str) -> dict[str, str]:
        """The form of the last call of an action."""
        return next(form for form in reversed(self.asked) if form["action"] == action)


@contextlib.contextmanager
def canned(says: dict[str, Any]) -> Iterator[Canned]:
    """The controller alone."""
    controller = Canned(says)
    with serve(controller) as box:
        controller.url = box.url
        try:
            yield controller
        finally:
            client_of.cache_clear()


@contextlib.contextmanager
def portal_before(folder: Path, says: dict[str, Any], **keys: Any) -> Iterator[tuple[Canned, Guest]]:
    """The controller, a portal before it, and a guest who has not come yet."""
    with canned(says) as controller:
        files = {"campus": table(controller.url, **keys)}
        with running_portal(folder, files) as portal:
            yield controller, Guest(portal.url)
