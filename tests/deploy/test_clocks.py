"""Hosts whose clocks are ten minutes off, and a clock that is put back: no state is lost, no wait grows."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.bench import free_port
from tests.gateways.iacbox.inn import Inn, inn
from tests.house import KEY
from tests.redis_server import redis_server
from tests.server import FOYER, ROOT, started

OTHER_TIME = """
import time
_real = time.time
def _time():
    with open({file!r}) as file:
        return _real() + float(file.read())
time.time = _time
"""


@dataclass
class Host:
    """``url`` is its address; its clock is ``seconds`` off from when they are written."""

    url: str
    clock: Path

    def is_off(self, seconds: float) -> None:
        self.clock.write_text(str(seconds))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Inn, list[Host]]]:
    """A hotel and three hosts: two with a Redis, one with its file."""
    folder = tmp_path_factory.mktemp("clocks")
    with contextlib.ExitStack() as stack:
        one = stack.enter_context(inn(folder / "venues"))
        store, hosts = stack.enter_context(redis_server(folder)).url, []
        for number, kept in enumerate((store, store, "")):
            own, port = folder / str(number), free_port()
            own.mkdir()
            host = Host(f"http://127.0.0.1:{port}/", own / "seconds")
            host.is_off(0)
            (own / "sitecustomize.py").write_text(OTHER_TIME.format(file=str(host.clock)))
            environ = {
                "PORTAL_VENUES": str(folder / "venues"),
                "PORTAL_SECRET_KEY": KEY,
                "PORTAL_STORE": kept,
            }
            environ |= {"PORTAL_STATE": str(own), "WEB_CONCURRENCY": "1", "PYTHONPATH": str(own)}
            stack.enter_context(started(FOYER, port, ROOT, environ))
            hosts.append(host)
        yield one, hosts


def arrives(one: Inn, url: str, mac: str) -> str:
    """The state of a phone that the box sent to this host."""
    one.box.point_at(f"{url}hotel/", f"{url}hotel/callback")
    page = requests.get(one.start(mac), timeout=10).text
    return page.partition('name="guest" value="')[2].partition('"')[0]


def signs_in(url: str, state: str, password: str) -> requests.Response:
    form = {"way": "cred", "username": "gast", "password": password, "guest": state}
    return requests.post(f"{url}hotel/sign-in", form, timeout=10)


def goes_on(page: requests.Response) -> requests.Response:
    """Over the page that leads to the box."""
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.text)
    assert found, page.text
    return requests.get(html.unescape(found[1]), timeout=10)


@pytest.mark.parametrize(("first", "second"), [(600, 0), (0, 600), (-300, 300)])
def test_a_guest_goes_on_at_a_host_whose_clock_is_ten_minutes_off(scene, first, second):
    one, (here, there, _file) = scene
    here.is_off(first)
    there.is_off(second)
    mac = f"02000000d1{(first + 600) // 10:02x}"
    state = arrives(one, here.url, mac)
    answer = goes_on(signs_in(there.url, state, "wrong"))
    assert "Ticket code" in answer.text
    assert "You are online" in goes_on(signs_in(there.url, state, "willkommen")).text
    assert one.online(mac)


@pytest.mark.parametrize("number", [0, 2], ids=["redis", "file"])
def test_a_clock_that_is_put_back_loses_no_state_and_lengthens_no_wait(scene, number):
    one, host = scene[0], scene[1][number]
    host.is_off(0)
    state = arrives(one, host.url, f"02000000d2{number:02x}")
    for turn in range(12):
        assert signs_in(host.url, state, f"wrong {turn}").status_code == 200
    before = int(signs_in(host.url, state, "wrong").headers["Retry-After"])
    for seconds in (-600, 600):
        host.is_off(seconds)
        after = signs_in(host.url, state, "wrong")
        assert after.status_code == 429
        assert int(after.headers["Retry-After"]) <= before <= 600
