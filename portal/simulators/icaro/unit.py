"""A unit: the CoovaChilli that stands between the phones and the world, and the script beside it.

It redirects a phone that is offline to the guest pages (``…/wings/?digest=…``), and asks wax every ten seconds for
every record of its sessions. A ``login`` makes it ask wax's AAA, which may refuse: then the phone stays offline with
the session it has, and the unit asks again next time. A ``logout`` is not obeyed (the script knows ``login`` and
``temporary``); ``obeys_logout`` plays a unit that does.

Whenever an authenticated session ends (the short connection too) CoovaChilli gives the phone a new session id.
``/www/redirect.chi?url=<base64>`` sends a phone on to an address, with its current session id added.
Sources: the scripts of Icaro's dedalo, and CoovaChilli. ASSUMED: which phone asks is told by a cookie of ``/browse``,
else it is the phone seen last (a real unit looks at the address).
"""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from flask import Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from portal.simulators.icaro.settings import UnitKey
from portal.simulators.look import with_look

PROBE = "http://captive.apple.com/hotspot-detect.html"
COOKIE = "unit_device"
LONGEST_QUERY = 2047
"""Bytes of a query that CoovaChilli keeps (``REDIR_USERURLSIZE``); it drops the rest without a word."""
OFFLINE, TEMPORARY, ONLINE = "offline", "temporary", "online"


@dataclass(frozen=True)
class UnitSettings:
    """Where a unit stands. ``portal_url``: the guest pages (``HS_SPLASH_PAGE_URL``), ``wax_url``: the host that
    serves wax. ``uamip`` and ``uamport`` are found from the first request when empty."""

    portal_url: str
    wax_url: str
    key: UnitKey = field(default_factory=UnitKey)
    name: str = "Bar"
    nasid: str = "Caffè Centrale"
    timezone: str = "Europe/Rome"
    uamip: str = ""
    uamport: str = ""
    poll_seconds: float = 10.0
    timeout: float = 5.0
    obeys_logout: bool = False


@dataclass
class Device:
    """A phone. ``until``: when its session ends by itself, ``began``: when it was let in (seconds since 1970)."""

    mac: str
    ip: str
    session_id: str
    challenge: str
    state: str = OFFLINE
    username: str = ""
    began: float = 0.0
    until: float = 0.0
    seen: int = 0


class Unit:
    """One unit. ``portal_url`` may be set later, when the portal's address is known."""

    def __init__(self, settings: UnitSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.clock = clock
        self.portal_url = settings.portal_url
        self.name = settings.name
        self.uamip, self.uamport = settings.uamip, settings.uamport
        self.poll_fault = ""
        self.refusals: list[str] = []
        self._devices: dict[str, Device] = {}
        self._requests = 0
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    # The phones

    def devices(self) -> list[Device]:
        """Every phone seen so far, in the state of this moment."""
        with self._lock:
            return [self._settle(device) for device in self._devices.values()]

    def device(self, mac: str) -> Device:
        """The phone of this address; a new one gets an IP address and a session."""
        with self._lock:
            if mac not in self._devices:
                ip = f"192.168.182.{2 + len(self._devices) % 250}"
                self._devices[mac] = Device(mac, ip, secrets.token_hex(8), secrets.token_hex(16))
            return self._settle(self._devices[mac])

    def latest(self) -> Device | None:
        """The phone that was seen last."""
        with self._lock:
            device = max(self._devices.values(), key=lambda one: one.seen, default=None)
            return self._settle(device) if device else None

    def stands_at(self, url: str) -> None:
        """Tell the unit its own address, where none is configured."""
        parts = urlsplit(url)
        self.uamip = self.uamip or parts.hostname or ""
        self.uamport = self.uamport or str(parts.port or 80)

    def landing_url(self, device: Device, wanted: str) -> str:
        """Where an offline phone is sent: ``HS_SPLASH_PAGE_URL/?…``, CoovaChilli's parameters in this order."""
        settings = self.settings
        with self._lock:
            self._requests += 1
            device.seen = self._requests
        query = {
            "digest": settings.key.digest,
            "uuid": settings.key.uuid,
            "timezone": settings.timezone,
            "res": "notyet",
            "uamip": self.uamip or "192.168.182.1",
            "uamport": self.uamport or "3990",
            "challenge": device.challenge,
            "called": settings.key.mac,
            "mac": device.mac,
            "ip": device.ip,
            "nasid": settings.nasid,
            "sessionid": device.session_id,
            "userurl": wanted,
        }
        return f"{self.portal_url.rstrip('/')}/?{urlencode(query)}"

    def end(self, device: Device) -> None:
        """An authenticated session ends: the phone is offline, with a new session id."""
        if device.state == OFFLINE:
            return
        if device.state == ONLINE:
            self._tell(device, "stop", str(int(min(self.clock(), device.until) - device.began)))
        device.state, device.username = OFFLINE, ""
        device.session_id, device.challenge = secrets.token_hex(8), secrets.token_hex(16)

    def _settle(self, device: Device) -> Device:
        if device.state != OFFLINE and self.clock() >= device.until:
            self.end(device)
        return device

    # Wax

    def poll(self) -> bool:
        """Ask wax once and obey. False, with the reason in ``poll_fault``, when wax gave no answer."""
        key = self.settings.key
        answer = self._ask("/wax/aaa/auth", {"digest": key.digest, "uuid": key.uuid, "secret": key.secret})
        if answer is None:
            return False
        try:
            records = answer.json() if answer.status_code == 200 else []
        except ValueError as fault:
            self.poll_fault = type(fault).__name__
            return False
        self.poll_fault = "" if answer.status_code in (200, 404) else f"status {answer.status_code}"
        with self._lock:
            for record in records:
                self._obey(record)
        return not self.poll_fault

    def start(self) -> None:
        """Ask again and again, in a thread of its own."""
        self._thread = threading.Thread(target=self._ask_on, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End that thread."""
        self._stopped.set()
        if self._thread:
            self._thread.join()

    def _ask_on(self) -> None:
        while not self._stopped.wait(self.settings.poll_seconds):
            self.poll()

    def _obey(self, record: dict[str, Any]) -> None:
        """What the script does with a record of a session that is not online."""
        found = (one for one in self.devices() if one.session_id == record["session_id"])
        device = next(found, None)
        if device is None or device.state == ONLINE:
            return
        if record["type"] == "login":
            if device.state == TEMPORARY:
                self.end(device)
            self._login(device, record["username"], record["password"])
        elif record["type"] == "temporary" and device.state != TEMPORARY:
            self._let_in(device, TEMPORARY, "temporary", record["session_timeout"])
        elif record["type"] == "logout" and self.settings.obeys_logout:
            self.end(device)

    def _login(self, device: Device, username: str, password: str) -> None:
        asked = {"stage": "login", "service": "login", "user": username, "pass": password}
        answer = self._ask("/wax/aaa", {**asked, **self._about(device)})
        if answer is None or answer.status_code != 200:
            self.refusals.append(
                "no answer" if answer is None else answer.text.partition("Reply-Message: ")[2]
            )
            return
        seconds = next(
            (int(line.partition(":")[2]) for line in answer.text.splitlines() if "Timeout" in line), 0
        )
        self._let_in(device, ONLINE, username, seconds)

    def _let_in(self, device: Device, state: str, username: str, seconds: int) -> None:
        device.state, device.username = state, username
        device.began, device.until = self.clock(), self.clock() + seconds
        self._tell(device, "start")

    def _tell(self, device: Device, status: str, duration: str = "") -> None:
        told = {"stage": "counters", "status": status, "user": device.username, "duration": duration}
        self._ask("/wax/aaa", {**told, **self._about(device)})

    def _about(self, device: Device) -> dict[str, str]:
        key = self.settings.key
        unit = {"digest": key.digest, "uuid": key.uuid, "timezone": self.settings.timezone, "ap": key.mac}
        return {**unit, "mac": device.mac, "ip": device.ip, "sessionid": device.session_id}

    def _ask(self, path: str, query: dict[str, str]) -> requests.Response | None:
        address = self.settings.wax_url.rstrip("/") + path
        try:
            return requests.get(address, params=query, timeout=self.settings.timeout)
        except requests.RequestException as fault:
            self.poll_fault = type(fault).__name__
            return None


def onward(packed: str, session: str) -> str:
    """Where ``redirect.chi`` leads: the address in base64 (as far as it is some), and the session after an ``&``."""
    letters = packed.partition(" ")[0]
    try:
        url = base64.b64decode(letters[: len(letters) // 4 * 4]).decode("utf-8", "replace")
    except binascii.Error:
        url = ""
    return f"{url}&sessionid={session}"


def create_unit(unit: Unit) -> Flask:
    """A phone's view of the world behind this unit, and the unit's own pages.

    ``/browse?url=…&mac=…``, ``/new-phone``; ``/www/redirect.chi``, and ``/logout`` for ``http://logout``.
    """
    app = with_look(Flask(__name__))

    @app.before_request
    def know_myself() -> None:
        unit.stands_at(request.host_url)

    @app.get("/browse")
    def browse() -> BaseResponse:
        device = unit.device(request.args.get("mac") or "02-00-00-00-00-01")
        wanted = request.args.get("url") or PROBE
        answer: BaseResponse = (
            redirect(unit.landing_url(device, wanted), 302)
            if device.state == OFFLINE
            else Response(render_template("unit.html", device=device, wanted=wanted))
        )
        answer.set_cookie(COOKIE, device.mac, path="/", httponly=True)
        return answer

    @app.get("/www/redirect.chi")
    def redirect_chi() -> BaseResponse:
        mac = request.cookies.get(COOKIE, "")
        device = unit.device(mac) if mac else unit.latest()
        if device is None:
            return Response(status=404)
        read = request.query_string[:LONGEST_QUERY].decode("latin-1")
        return redirect(onward(parse_qs(read).get("url", [""])[0], device.session_id), 302)

    @app.get("/logout")
    def logout() -> Response:
        mac = request.cookies.get(COOKIE, "")
        device = unit.device(mac) if mac else unit.latest()
        if device:
            unit.end(device)
        return Response("You are logged out.", mimetype="text/plain")

    @app.get("/new-phone")
    def new_phone() -> BaseResponse:
        mac = "02-" + "-".join(f"{byte:02X}" for byte in secrets.token_bytes(5))
        return redirect("/browse?" + urlencode({"url": PROBE, "mac": mac}), 303)

    return app
