"""The controller's own API. Knows nothing of Flask."""

from __future__ import annotations

from typing import Any

from portal.errors import Garbled, Refused
from portal.http_client import HttpClient, Request, http_client_of
from tests.gateways.unifi.settings import Settings


def authorize(settings: Settings, mac: str) -> None:
    """Let a device through. Raises an :class:`portal.errors.UpstreamError`."""
    _command(settings, {"cmd": "authorize-guest", "mac": mac, "minutes": settings.minutes})


def unauthorize(settings: Settings, mac: str) -> None:
    """Let it through no longer."""
    _command(settings, {"cmd": "unauthorize-guest", "mac": mac})


def _command(settings: Settings, command: dict[str, Any]) -> None:
    client = http_client_of(settings.server)
    ours = {"username": settings.user, "password": settings.password}
    try:
        cookies = _post(client, Request("POST", "/api/login", "login", acts=False, json=ours))
    except Refused as error:  # Our own password: nothing that a guest could mend.
        raise Garbled("the controller refuses our login") from error
    path = f"/api/s/{settings.site}/cmd/stamgr"
    _post(client, Request("POST", path, command["cmd"], json=command, cookies=cookies))


def _post(client: HttpClient, call: Request) -> dict[str, str]:
    """The cookies of a call that the controller says yes to."""
    answer = client.send(call)
    meta = (answer.json_object() or {}).get("meta")
    if not isinstance(meta, dict) or "rc" not in meta:
        raise Garbled(f"{call.name}: no answer, status {answer.status}")
    if meta["rc"] != "ok":
        raise Refused(str(meta.get("msg", "")))
    return dict(answer.cookies)
