"""Wax, the part of Icaro that guest pages talk to: one private road for every call, and its answers.

Every call carries ``digest``, ``uuid`` and ``sessionid``; ``digest`` is as good as a password of the unit. Redirects
are not followed. Errors (:mod:`portal.errors`): ``Unreachable`` when nothing was
sent or nothing can have happened, ``Unsure`` when a registration or login may have been done, ``Refused`` with
one of :data:`REASONS`, ``Garbled`` for what is no answer. Nothing here knows Flask.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from portal.errors import Garbled, Refused, Unreachable, Unsure
from portal.http_client import Request, Response, Server, http_client_of

log = logging.getLogger("portal.gateways.icaro")

REASONS: Mapping[str, str] = {
    "voucher is invalid": "unknown",
    "voucher is expired": "expired",
    "voucher limit reached": "used-up",
    "email domain is invalid": "domain",
    "authorization code not sent": "not-sent",
    "authorization code not send": "not-sent",
    "email is invalid": "domain",
    "api not found": "unknown",
    "digest is invalid": "unit",
    "digest required": "unit",
    "uuid is invalid": "unit",
    "uuid required": "unit",
}
"""What wax says (lower-case), and what we call it; anything else is ``other``."""


@dataclass(frozen=True)
class Unit:
    """Who calls: the unit's digest and uuid, and the guest's session."""

    digest: str
    uuid: str
    session: str


@dataclass(frozen=True)
class Voucher:
    """A voucher that wax took: ``signs_in`` by itself (type ``auth``), or it only unlocks the other ways."""

    code: str
    signs_in: bool
    user: int


class Wax:
    """One hotspot's wax, at ``server``, whose ``url`` has no final slash."""

    def __init__(self, server: Server, unit: Unit) -> None:
        self._server, self._unit = server, unit

    def preferences(self) -> dict[str, Any]:
        """``/wax/preferences`` as it came (an object), see :mod:`portal.gateways.icaro.hotspot`."""
        return self._ask("preferences", acts=False)

    def register_voucher(self, code: str, told: Mapping[str, str]) -> Voucher:
        """Use a voucher up by one. ``told``: ``uamip uamport nasid mac`` as the unit gave them."""
        told = {**told, "voucher_code": code, "reset": "false"}
        answer = self._ask(f"register/voucher/{_segment(code)}", told)
        return Voucher(_text(answer, "code") or code, answer.get("type") == "auth", _number(answer))

    def register(self, kind: str, address: str, reset: bool, told: Mapping[str, str]) -> int:
        """Register an address (``email``) or number (``sms``): a new guest is sent a code, a known one if ``reset``.
        Returns wax's number of the guest; raises Refused ``down`` where text messages cannot be sent (wax panics)."""
        told = {**told, "reset": "true" if reset else "false", "user": address}
        answer = self._ask(f"register/{kind}/{_segment(address)}", told, panics=kind == "sms")
        return _number(answer)

    def temporary(self, username: str, user: int, mac: str) -> bool:
        """A short connection to read the code; True when the guest is online for good instead (``skip_auth``)."""
        answer = self._ask("aaa/temp", {"username": username, "userid": str(user), "mac": mac})
        if answer.get("status") != "success":
            raise Refused("not-connected")
        return str(answer.get("skip_auth")).lower() == "true"

    def logout(self, username: str) -> None:
        """End a temporary session."""
        self._ask("aaa/logout", {"username": username})

    def login(self, username: str, password: str) -> None:
        """Note the guest for the unit, which lets him in within 10 s; raises Refused ``expired`` or ``wrong``."""
        answer = self._ask("aaa/login", {"username": username, "password": password}, keep_empty=True)
        state = str(answer.get("clientState"))
        if state not in {"0", "1", "2"} or isinstance(answer.get("clientState"), bool):
            raise Garbled("clientState")
        if state != "1":
            raise Refused("expired" if state == "2" else "wrong")

    def withdraw(self, what: str, user: int) -> None:
        """Take back a consent (``marketings`` or ``surveys``); none to take back is as good."""
        try:
            self._ask(f"{what}/{user}", method="DELETE", acts=False)
        except Refused as refused:
            if refused.value != 404:
                raise

    def tell(self, user: int, reason: str, country: str) -> None:
        """Why a guest is here and where from (:mod:`portal.gateways.icaro.questions`); saying it again changes nothing."""
        said = {"reason": reason, "country": country}
        self._ask(f"additional/{user}", method="PUT", acts=False, said=said)

    def _ask(
        self,
        path: str,
        told: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        acts: bool = True,
        keep_empty: bool = False,
        panics: bool = False,
        said: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        unit = self._unit
        own = {"digest": unit.digest, "uuid": unit.uuid, "sessionid": unit.session}
        query = {name: value for name, value in {**own, **(told or {})}.items() if value or keep_empty}
        name, began = "/".join(path.split("/")[:2]) if acts else path.split("/")[0], time.monotonic()
        url = f"{self._server.url}/wax/{path}"
        call = Request(method, url, f"wax {name}", acts, params=query, json=said)
        answer = http_client_of(self._server).send(call)
        if panics and answer.status == 500:
            raise Refused("down", answer.status)
        log.info("wax call=%s status=%d ms=%d", name, answer.status, (time.monotonic() - began) * 1000)
        return _read(answer, acts)


def _read(answer: Response, acts: bool) -> dict[str, Any]:
    status, said = answer.status, answer.json_object()
    if status >= 500:
        raise (Unsure if acts else Unreachable)(f"wax: status {status}")
    if said is None or not (200 <= status < 300 or status >= 400):
        raise Garbled(f"wax: no answer, status {status}")
    if status >= 400:
        reason = str(said.get("message") or said.get("error") or "").strip().lower()
        raise Refused(REASONS.get(reason, "other"), status)
    return said


def _segment(text: str) -> str:
    """One segment of a path. ``.`` and ``..`` cannot be one: HTTP libraries and servers resolve them."""
    if text in {"", ".", ".."}:
        raise Refused("unknown")
    return quote(text, safe="")


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) and len(value) <= 250 else ""


def _number(answer: Mapping[str, Any]) -> int:
    """``user_db_id``, 0 when there is none."""
    value = answer.get("user_db_id")
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else 0
