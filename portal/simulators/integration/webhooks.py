"""The platform's end of the webhook: the records it keeps and every delivery it saw."""

from __future__ import annotations

import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from requests.structures import CaseInsensitiveDict
from werkzeug.wrappers import Response as BaseResponse

HEADER = "X-Icaro-WebHook-Token"
DROPPED = 0
FAULTS = ("", "down", "error", "redirect", "slow")


@dataclass(frozen=True)
class Delivery:
    """One POST to the webhook. ``at`` in seconds since 1970; ``answered`` is the status, 0 = dropped.

    ``headers`` are found in any case.
    """

    at: float
    headers: Mapping[str, str]
    body: bytes
    answered: int

    @property
    def document(self) -> Any:
        """The body as JSON; ``None`` when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass
class Webhook:
    """Records by hotspot uuid, deliveries in order, and one switch: ``fault`` is one of :data:`FAULTS`.

    ``fails``: so many deliveries more are dropped, whatever the switch says. A record need not have ``accounts`` and
    ``units``: Icaro's manager leaves out what is empty. Exactly 200 means taken, as Icaro's manager reads it.
    ``leaks`` holds the headers of every request that followed the redirect.
    """

    token: str
    clock: Callable[[], float] = time.time
    slow_seconds: float = 5.0
    fault: str = ""
    fails: int = 0
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    leaks: list[Mapping[str, str]] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def accepted(self) -> list[Delivery]:
        """The deliveries that were answered 200, in order."""
        return [delivery for delivery in list(self.deliveries) if delivery.answered == 200]

    def heal(self) -> None:
        """Switch the fault off; an answer that is held back goes out."""
        with self._changed:
            self.fault = ""
            self._changed.notify_all()

    def wait(self) -> None:
        """Hold an answer back while the webhook is slow, at most ``slow_seconds``."""
        with self._changed:
            self._changed.wait_for(lambda: self.fault != "slow", self.slow_seconds)

    def record_of(self, uuid: str) -> dict[str, Any] | None:
        """The record of a hotspot, by its own uuid or by that of one of its units (Wings sends the latter)."""
        for record in list(self.records.values()):
            units = record.get("units") or []
            if uuid in {record["hotspot"]["uuid"], *(unit.get("uuid") for unit in units)}:
                return record
        return None

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        """Keep a delivery and say with what status it is answered."""
        with self._lock:
            status = self._judge(headers, body)
            self.deliveries.append(Delivery(self.clock(), headers, body, status))
            return status

    def _judge(self, headers: Mapping[str, str], body: bytes) -> int:
        broken = {"down": DROPPED, "error": 500, "redirect": 302}
        if self.fails > 0:
            self.fails -= 1
            return DROPPED
        if self.fault in broken:
            return broken[self.fault]
        token = headers.get(HEADER, "")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return 401
        return self._store(body)

    def _store(self, body: bytes) -> int:
        try:
            document = json.loads(body)
            uuid, on = str(document["hotspot"]["uuid"]), document["status"]
        except (ValueError, KeyError, TypeError):
            return 400
        if on is True and document.get("token"):
            self.records[uuid] = document
        elif on is False:
            self.records.pop(uuid, None)
        else:
            return 400
        return 200


def add_webhook(app: Flask, webhook: Webhook) -> None:
    """``POST /webhook``, and ``/elsewhere`` for a sender that follows redirects."""

    @app.post("/webhook")
    def receive() -> BaseResponse | tuple[Response, int]:
        if webhook.fault == "slow":
            webhook.wait()
        status = webhook.take(CaseInsensitiveDict(request.headers), request.get_data())
        if status == DROPPED:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return Response(status=503)  # nobody reads it
        if status == 302:
            return redirect("/elsewhere", 302)
        return jsonify(status="success" if status == 200 else "failed"), status

    @app.route("/elsewhere", methods=["GET", "POST"])
    def elsewhere() -> Response:
        webhook.leaks.append(CaseInsensitiveDict(request.headers))
        return jsonify(status="success")

    @app.post("/simulator/fault")
    def set_fault() -> BaseResponse:
        wanted = request.form.get("fault", "")
        webhook.heal()
        webhook.fault = wanted if wanted in FAULTS else ""
        return redirect("/simulator", 303)
