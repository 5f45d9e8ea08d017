"""A simulated hotspot on sockets of its own, and the shortest way to call it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests

from portal.simulators.icaro import (
    Icaro,
    IcaroSettings,
    Unit,
    UnitKey,
    UnitSettings,
    Voucher,
    create_icaro,
    create_unit,
)
from portal.simulators.server import serve

KEY = UnitKey(uuid="unit-1", secret="s3cret", mac="E4-95-6E-44-1D-5C")
OTHER = UnitKey(uuid="unit-2", secret="s3cret-2", mac="E4-95-6E-44-1D-5D")
PHONE = "02-00-00-00-00-09"
ANNA = "anna@example.org"


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Hotspot:
    """A running wax and the shortest way to call it."""

    icaro: Icaro
    url: str
    clock: Clock

    def call(self, path, method="GET", json=None, key=KEY, **query):
        query = {"digest": key.digest, "uuid": key.uuid, "sessionid": "s1", **query}
        query = {name: value for name, value in query.items() if value is not None}
        return requests.request(
            method, f"{self.url}wax/{path}", params=query, json=json, timeout=5, allow_redirects=False
        )

    def register(self, kind, name, **query):
        return self.call(f"register/{kind}/{quote(name, safe='')}", **query)

    def code(self, address=ANNA, **query):
        """Register an address; the code that was sent there last."""
        assert self.register("email", address, **query).status_code == 200
        return self.icaro.codes_sent(address)[-1]

    def state(self, username, password="", **query):
        answer = self.call("aaa/login", username=username, password=password, **query)
        assert answer.status_code == 201
        return answer.json()["clientState"]


@dataclass
class Wire:
    """A running unit and what a phone does behind it."""

    unit: Unit
    url: str
    wax: Hotspot

    def browse(self, mac=PHONE, url="http://captive.apple.com/a?b=c d&e=ü"):
        return requests.get(
            f"{self.url}browse", params={"mac": mac, "url": url}, allow_redirects=False, timeout=5
        )

    def sees(self, mac=PHONE):
        """``offline``, ``temporary`` or ``online``, and the session in the redirect of a phone that is offline."""
        answer = self.browse(mac)
        if answer.status_code == 200:
            return "online" if "is online" in answer.text else "temporary"
        return "offline"

    def session(self, mac=PHONE):
        return self.unit.device(mac).session_id

    def redirected(self, mac=PHONE):
        return parse_qs(urlsplit(self.browse(mac).headers["Location"]).query)

    def connects(self, mac=PHONE):
        """A short connection to read the code."""
        self.browse(mac)
        self.wax.call("aaa/temp", sessionid=self.session(mac), username=ANNA, userid="1", mac=mac)
        assert self.unit.poll()
        assert self.sees(mac) == "temporary"

    def signs_in(self, mac=PHONE, voucher="many"):
        """A voucher is registered and logged in; the unit has not asked yet."""
        self.browse(mac)
        session = self.session(mac)
        self.wax.register("voucher", voucher, sessionid=session)
        assert self.wax.state(voucher, sessionid=session) == "1"
        return session


@pytest.fixture
def hotspot():
    """Makes running hotspots; ``settings`` are those of :class:`IcaroSettings`."""
    running = []

    def make(**settings):
        clock = Clock()
        icaro = Icaro(IcaroSettings(**{"units": [KEY, OTHER], "slow_seconds": 0.4, **settings}), clock)
        server = serve(create_icaro(icaro))
        running.append(server)
        return Hotspot(icaro, server.url, clock)

    yield make
    for server in running:
        server.stop()


@pytest.fixture
def wax(hotspot):
    vouchers = [Voucher("Once12"), Voucher("MANY", uses=-1), Voucher("door", type="normal", uses=2)]
    return hotspot(vouchers=vouchers, wings_url="http://portal.example/")


@pytest.fixture
def units(wax):
    """Makes running units of the hotspot."""
    running = []

    def make(key=KEY, **settings):
        known = {"portal_url": "http://portal.example/wings", "wax_url": wax.url, "nasid": "Caffè & Bar"}
        unit = Unit(UnitSettings(**{**known, "key": key, **settings}), wax.clock)
        wax.icaro.attach(unit)
        server = serve(create_unit(unit))
        running.append(server)
        return Wire(unit, server.url, wax)

    yield make
    for server in running:
        server.stop()


@pytest.fixture
def wire(units):
    return units()
