"""The controller's own API. Knows nothing of Flask."""

from __future__ import annotations

from typing import Any

import requests

from portal.errors import Garbled, Refused, Unreachable, Unsure
from tests.gateways.unifi.settings import Settings


def authorize(settings: Settings, mac: str) -> None:
    """Let a device through. Raises an :class:`portal.errors.UpstreamError`."""
    _command(settings, {"cmd": "authorize-guest", "mac": mac, "minutes": settings.minutes})


def unauthorize(settings: Settings, mac: str) -> None:
    """Let it through no longer."""
    _command(settings, {"cmd": "unauthorize-guest", "mac": mac})


def _command(settings: Settings, command: dict[str, Any]) -> None:
    with requests.Session() as session:
        try:
            _post(session, settings, "api/login", {"username": settings.user, "password": settings.password})
        except Unsure as error:  # Nothing was asked yet.
            raise Unreachable(error.reason) from error
        except Refused as error:  # Our own password: nothing that a guest could mend.
            raise Garbled("the controller refuses our login") from error
        _post(session, settings, f"api/s/{settings.site}/cmd/stamgr", command)


def _post(session: requests.Session, settings: Settings, path: str, body: dict[str, Any]) -> None:
    url = settings.url.rstrip("/") + "/" + path
    try:
        answer = session.post(
            url, json=body, timeout=settings.timeout, verify=settings.verify, allow_redirects=False
        )
        meta = answer.json()["meta"]
        outcome, code = meta["rc"], str(meta.get("msg", ""))
    except requests.ReadTimeout as error:
        raise Unsure("no answer") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise Unreachable(type(error).__name__) from error
    except (requests.RequestException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Garbled(type(error).__name__) from error
    if outcome != "ok":
        raise Refused(code)
