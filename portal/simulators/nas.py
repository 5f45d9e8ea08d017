"""A simulated Wi-Fi device (NAS) that redirects guests to a portal and lets them in after CHAP.

Section 5 of the vendor's "UCOPIA portal API, version 5.1": a page that an unknown guest opens is answered
by a redirect to the landing URL with ``res=notyet`` and a challenge (Table 9). The guest's browser then
comes to ``/login`` with ``username`` and ``response``; the device asks a RADIUS server and redirects back
with ``res=success``, ``failed`` (and ``reason``) or ``already``. ``/logout`` ends with ``res=logoff``.

A phone behind the device is told apart by its MAC, which ``/browse?url=…&mac=…`` names in place of the
radio. ASSUMED: ``/login`` and ``/logout`` know the device by a cookie set there, else by its address.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from flask import Flask, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from portal.simulators.knobs import knobs, turn
from portal.simulators.look import with_look
from portal.simulators.radius import Radius, chap_challenge

COOKIE = "nas_device"


@dataclass
class NasSettings:
    """A device's settings. ``portal_url`` is the landing URL that guests are redirected to.

    ``uamip`` and ``uamport`` are found from the request when empty; ``ssid_name`` is ``SSID`` in the
    manual's table and ``ssid`` in its example. ``res_names`` replaces words, as vendors do (``logoff`` by
    ``logout``). ``force_res`` answers every login with that word and ``force_reason``.
    """

    portal_url: str = ""
    uamsecret: str = "uam-secret"
    uamip: str = ""
    uamport: str = ""
    ssid: str = "Hotel Guests"
    ssid_name: Literal["ssid", "SSID"] = "ssid"
    vlan: str = "0"
    upper_case: bool = False
    challenge_life: float = 600.0
    force_res: str = ""
    force_reason: str = ""
    slow: float = 0.0
    res_names: dict[str, str] = field(default_factory=dict)


@dataclass
class Device:
    """A phone on the Wi-Fi: offline until a login succeeds."""

    mac: str
    address: str
    wanted: str = ""
    challenge: str = ""
    challenged_at: float = 0.0
    online: bool = False
    username: str = ""
    seen: float = 0.0


class Nas:
    """The device: its settings, the phones on it by MAC, and the RADIUS server it asks."""

    def __init__(
        self,
        settings: NasSettings,
        radius: Radius,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self.radius = radius
        self.clock = clock
        self.lock = threading.RLock()
        self.devices: dict[str, Device] = {}
        self._released = threading.Event()

    def wait(self) -> None:
        """Be as slow as set; :meth:`release` ends every wait."""
        if self.settings.slow > 0:
            self._released.wait(self.settings.slow)

    def release(self) -> None:
        """End all waits, now and from now on."""
        self._released.set()

    def device(self, mac: str, address: str) -> Device:
        """The phone of a MAC, else the one last seen at an address, else a new one."""
        with self.lock:
            there = [one for one in self.devices.values() if one.address == address]
            if not mac and there:
                return max(there, key=lambda one: one.seen)
            mac = mac.lower().replace(":", "-") or "02-" + secrets.token_bytes(5).hex("-")
            device = self.devices.setdefault(mac, Device(mac, address))
            device.address, device.seen = address, self.clock()
            return device

    def challenge(self, device: Device, fresh: bool = False) -> str:
        """The phone's challenge: kept over several requests, since a phone sends many probes at once."""
        with self.lock:
            old = self.clock() - device.challenged_at > self.settings.challenge_life
            if fresh or old or not device.challenge:
                device.challenge, device.challenged_at = secrets.token_hex(16), self.clock()
            return device.challenge

    def login(self, device: Device, username: str, response: str) -> tuple[str, str]:
        """Try a login: the word for ``res`` and a reason. A challenge is good for one try."""
        settings = self.settings
        with self.lock:
            if device.online:
                return "already", ""
            old = self.clock() - device.challenged_at > settings.challenge_life
            challenge, device.challenge = device.challenge, ""
        if settings.force_res:
            return settings.force_res, settings.force_reason
        if not challenge or old:
            return "failed", "challenge"
        answer = self.radius(username, response, chap_challenge(challenge, settings.uamsecret))
        if not answer.accepted:
            return "failed", answer.reason
        with self.lock:
            device.online, device.username = True, username
        return "success", ""

    def logout(self, device: Device) -> None:
        """Put a phone offline."""
        with self.lock:
            device.online, device.username, device.challenge = False, "", ""

    def landing(self, device: Device, res: str, host: str, reason: str = "") -> str:
        """The landing URL with the attributes of Table 9; ``host`` is this device's ``host:port``."""
        settings = self.settings
        name, _, port = host.rpartition(":") if ":" in host else (host, "", "80")
        known = res in ("success", "already", "logoff")
        word = settings.res_names.get(res, res)
        query = {
            "res": word.upper() if settings.upper_case else word,
            "uamip": settings.uamip or name,
            "uamport": settings.uamport or port,
            **({} if known else {"challenge": self.challenge(device)}),
            "userurl": device.wanted,
            "mac": device.mac,
            settings.ssid_name: settings.ssid,
            "vlan": settings.vlan,
            **({"reason": reason} if reason else {}),
        }
        mark = "&" if "?" in settings.portal_url else "?"
        return f"{settings.portal_url}{mark}{urlencode(query)}"


def create_nas(nas: Nas) -> Flask:
    """The Flask application of a device; serve it with :func:`portal.simulators.server.serve`."""
    app = with_look(Flask(__name__))

    @app.get("/browse")
    def browse() -> AnyResponse:
        nas.wait()
        device = nas.device(request.args.get("mac", ""), _address())
        device.wanted = request.args.get("url", "") or "http://www.example.com/"
        if device.online:
            return _remember(Response(render_template("nas_online.html", device=device)), device)
        return _remember(redirect(nas.landing(device, "notyet", request.host)), device)

    @app.route("/login", methods=["GET", "POST"])
    def login() -> AnyResponse:
        nas.wait()
        device, given = _device(nas), request.values
        res, reason = nas.login(device, given.get("username", ""), given.get("response", ""))
        return redirect(nas.landing(device, res, request.host, reason))

    @app.route("/logout", methods=["GET", "POST"])
    def logout() -> AnyResponse:
        nas.wait()
        device = _device(nas)
        nas.logout(device)
        return redirect(nas.landing(device, "logoff", request.host))

    @app.get("/")
    @app.get("/simulator")
    def board() -> str:
        return render_template("nas.html", **_board(nas))

    @app.post("/simulator")
    def turn_board() -> AnyResponse:
        with nas.lock:
            turn(nas.settings, "settings", request.form)
        return redirect("/simulator", 303)

    return app


def _board(nas: Nas) -> Mapping[str, Any]:
    with nas.lock:
        return {
            "devices": list(nas.devices.values())[-50:],
            "knobs": knobs(nas.settings, "settings"),
        }


def _address() -> str:
    return request.remote_addr or ""


def _device(nas: Nas) -> Device:
    return nas.device(request.cookies.get(COOKIE, ""), _address())


def _remember(response: AnyResponse, device: Device) -> AnyResponse:
    response.set_cookie(COOKIE, device.mac, path="/", httponly=True)
    return response
