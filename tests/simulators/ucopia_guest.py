"""A guest before a simulated controller: the calls of the manual over real HTTP, cookies kept by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from portal.simulators.server import serve
from portal.simulators.ucopia import Account, Controller, ControllerSettings, create_controller


class FakeClock:
    """A clock that moves when told."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class _From(HTTPAdapter):
    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self.address, 0), **kwargs)


class Guest:
    """One client of a controller; redirects are never followed by themselves."""

    def __init__(self, url: str, address: str = "127.0.0.1") -> None:
        self.url = url
        self.http = requests.Session()
        self.http.headers["User-Agent"] = "portal/1"
        self.http.mount("http://", _From(address))

    @property
    def cookie(self) -> str | None:
        return self.http.cookies.get("PHPSESSID")

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return self.http.get(self.url + path, allow_redirects=False, timeout=5, **kwargs)

    def post(self, action: str, timeout: float = 5, **form: str) -> requests.Response:
        data = {"action": action, "from_ajax": "true"} | form
        return self.http.post(self.url + "portal_api.php", data=data, allow_redirects=False, timeout=timeout)

    def call(self, action: str, **form: str) -> Any:
        """The JSON of an action that is expected to answer with JSON."""
        response = self.post(action, **form)
        assert response.status_code == 200, response.text
        return response.json()

    def arrives(self, wanted: str = "http://wanted.example/") -> Guest:
        """Open the in-line session, up to the portal page."""
        response = self.get("", params={"dst": wanted})
        assert response.status_code == 302
        assert self.get(response.headers["Location"].lstrip("/")).status_code == 200
        return self

    def arrives_in_zone(self, zone: str = "test", **params: str) -> requests.Response:
        """Open the out-of-band session."""
        return self.get(f"zone/{zone}/", params=ZONE | params)

    def close(self) -> None:
        self.http.close()


ZONE = {
    "res": "notyet",
    "uamip": "185.0.0.1",
    "uamport": "10000",
    "challenge": "491547e80adf07498546d902541bdb73",
    "userurl": "http://www.google.com/",
    "mac": "00-22-fb-d5-15-ee",
    "ssid": "test_badis_doc_api",
    "vlan": "7",
}


class Box:
    """A running controller with its clock; ``guest()`` gives clients, all closed at the end."""

    def __init__(self, settings: ControllerSettings, url: str, clock: FakeClock) -> None:
        self.settings, self.url, self.clock = settings, url, clock
        self.controller = Controller(settings, clock)
        self.guests: list[Guest] = []

    def guest(self, address: str = "127.0.0.1") -> Guest:
        guest = Guest(self.url, address)
        self.guests.append(guest)
        return guest

    def account(self, login: str = "jsmith", password: str = "1234", **more: Any) -> Account:
        return self.controller.accounts.add(Account(login, password, **more))


@contextmanager
def box(**settings: Any) -> Iterator[Box]:
    """A controller that serves on a socket of its own while the block runs."""
    running_box = Box(ControllerSettings(**settings), "", FakeClock())
    with serve(create_controller(running_box.controller)) as server:
        running_box.url = server.url
        try:
            yield running_box
        finally:
            running_box.controller.release()
            for guest in running_box.guests:
                guest.close()
