"""A unit: the CoovaChilli that stands between the phones and the world.

It redirects a phone that is offline to the guest pages, and asks wax every ten seconds which of its
sessions may go online. The question and its answer are wax's (real); where a phone's session id comes from
and how long it lives is ASSUMED: one per phone, for as long as the phone is known.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
from flask import Flask, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from portal.simulators.icaro.settings import UnitKey
from portal.simulators.look import with_look

PROBE = "http://captive.apple.com/hotspot-detect.html"
OFFLINE, TEMPORARY, ONLINE = "offline", "temporary", "online"


@dataclass(frozen=True)
class UnitSettings:
    """Where a unit stands. ``portal_url``: the guest pages; ``wax_url``: the host that serves wax."""

    portal_url: str
    wax_url: str
    key: UnitKey = field(default_factory=UnitKey)
    name: str = "Bar"
    nasid: str = "Caffè Centrale"
    timezone: str = "Europe/Rome"
    uamip: str = "192.168.182.1"
    uamport: int = 3990
    poll_seconds: float = 10.0
    timeout: float = 5.0


@dataclass
class Device:
    """A phone. ``until``: when its temporary session ends, in seconds since 1970."""

    mac: str
    ip: str
    session_id: str
    challenge: str
    state: str = OFFLINE
    username: str = ""
    until: float = 0.0
    obeyed: int = 0


class Unit:
    """One unit. ``portal_url`` may be set later, when the portal's address is known."""

    def __init__(self, settings: UnitSettings, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings
        self.clock = clock
        self.portal_url = settings.portal_url
        self.name = settings.name
        self.poll_fault = ""
        self._devices: dict[str, Device] = {}
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def devices(self) -> list[Device]:
        """Every phone seen so far, in the state of this moment."""
        with self._lock:
            for device in self._devices.values():
                self._settle(device)
            return list(self._devices.values())

    def device(self, mac: str) -> Device:
        """The phone of this address; a new one gets an IP address and a session."""
        with self._lock:
            if mac not in self._devices:
                network = self.settings.uamip.rpartition(".")[0]
                ip = f"{network}.{2 + len(self._devices) % 250}"
                self._devices[mac] = Device(mac, ip, secrets.token_hex(8), secrets.token_hex(16))
            return self._settle(self._devices[mac])

    def landing_url(self, device: Device, wanted: str) -> str:
        """Where an offline phone is sent (real: CoovaChilli's parameters in this order)."""
        settings = self.settings
        query = {
            "digest": settings.key.digest,
            "uuid": settings.key.uuid,
            "timezone": settings.timezone,
            "res": "notyet",
            "uamip": settings.uamip,
            "uamport": str(settings.uamport),
            "challenge": device.challenge,
            "called": settings.key.mac,
            "mac": device.mac,
            "ip": device.ip,
            "nasid": settings.nasid,
            "sessionid": device.session_id,
            "userurl": wanted,
        }
        joint = "&" if "?" in self.portal_url else "?"
        return f"{self.portal_url}{joint}{urlencode(query)}"

    def poll(self) -> bool:
        """Ask wax once and obey. False, with the reason in ``poll_fault``, when wax gave no answer."""
        key = self.settings.key
        query = {"digest": key.digest, "uuid": key.uuid, "secret": key.secret}
        address = f"{self.settings.wax_url.rstrip('/')}/wax/aaa/auth"
        try:
            answer = requests.get(address, params=query, timeout=self.settings.timeout)
            notes = answer.json() if answer.status_code == 200 else []
        except (requests.RequestException, ValueError) as fault:
            self.poll_fault = type(fault).__name__
            return False
        self.poll_fault = "" if answer.status_code in (200, 404) else f"status {answer.status_code}"
        with self._lock:
            for note in notes:
                self._obey(note)
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

    def _settle(self, device: Device) -> Device:
        if device.state == TEMPORARY and self.clock() >= device.until:
            device.state, device.username = OFFLINE, ""
        return device

    def _obey(self, note: dict[str, Any]) -> None:
        session = note["session_id"]
        device = next((one for one in self._devices.values() if one.session_id == session), None)
        if device is None or note["id"] <= device.obeyed:
            return
        device.obeyed = note["id"]
        self._settle(device)
        if note["type"] == "login":
            device.state, device.username = ONLINE, note["username"]
        elif note["type"] == "logout":
            device.state, device.username = OFFLINE, ""
        elif device.state == OFFLINE:
            device.state, device.username = TEMPORARY, "temporary"
            device.until = self.clock() + note["session_timeout"]


def create_unit(unit: Unit) -> Flask:
    """A phone's view of the world behind this unit: ``/browse?url=…&mac=…`` and ``/new-phone``."""
    app = with_look(Flask(__name__))

    @app.get("/browse")
    def browse() -> BaseResponse | str:
        device = unit.device(request.args.get("mac") or "02-00-00-00-00-01")
        wanted = request.args.get("url") or PROBE
        if device.state == OFFLINE:
            return redirect(unit.landing_url(device, wanted), 302)
        return render_template("unit.html", device=device, wanted=wanted)

    @app.get("/new-phone")
    def new_phone() -> BaseResponse:
        mac = "02-" + "-".join(f"{byte:02X}" for byte in secrets.token_bytes(5))
        return redirect("/browse?" + urlencode({"url": PROBE, "mac": mac}), 303)

    return app
