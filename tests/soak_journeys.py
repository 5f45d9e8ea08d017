"""Guests of a hotel through nginx and two hosts while workers are killed every two seconds, and one host once.

Whose request dies with a worker sees an error of the proxy and presses again, as people do. What is asked for: nobody is
lost, nobody is let in twice.
"""

from __future__ import annotations

import contextlib
import html
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from tests.deploy.proxy import free_port, nginx, site
from tests.gateways.iacbox.inn import Inn, inn
from tests.redis_server import redis_server
from tests.soak_host import Host

JOURNEYS = 2_000
AT_ONCE = 50
SECONDS = 270
"""After so long no more guests come; what was begun is finished."""
TRIES = 12
WAYS: Mapping[str, Mapping[str, str]] = {"free": {}, "cred": {"username": "gast", "password": "willkommen"}}
"""Every second guest types the one code of a conference."""
_TOKEN = re.compile(r'name="guest" value="([^"]+)"')
_ONWARD = re.compile(r'http-equiv="refresh" content="0;url=([^"]+)"')


def journeys(count: int = JOURNEYS, seconds: float = SECONDS) -> None:
    """2,000 journeys at 50 at once while workers and a host are killed."""
    with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as (one, url, hosts):
        stop, kills = threading.Event(), Counter[str]()
        reaper = threading.Thread(target=_kill, args=(hosts, stop, kills))
        began = time.monotonic()
        reaper.start()
        figures: Counter[str] = Counter()
        times: list[float] = []
        adding = threading.Lock()

        def walk(number: int) -> None:
            if time.monotonic() - began > seconds:
                return
            mac, start = f"02{number:010x}", time.monotonic()
            again = journey(one, url, mac, way=list(WAYS)[number % 2])
            with adding:
                figures["begun"] += 1
                figures["pressed again"] += again
                figures["online"] += one.online(mac)
                times.append(time.monotonic() - start)

        with ThreadPoolExecutor(AT_ONCE) as crowd:
            list(crowd.map(walk, range(count)))
        stop.set()
        reaper.join()
        took = time.monotonic() - began
    times.sort()
    lost = figures["begun"] - figures["online"]
    print(
        "| journeys | at once | seconds | workers killed | hosts killed | pressed again | half | 99 % | lost |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    print(
        f"| {figures['begun']} | {AT_ONCE} | {took:.0f} | {kills['worker']} | {kills['host']} "
        f"| {figures['pressed again']} | {times[len(times) // 2]:.2f} s | {times[len(times) * 99 // 100]:.2f} s | {lost} |"
    )
    assert lost == 0, f"{lost} guests are not online"
    assert kills["worker"] > 0


def journey(one: Inn, url: str, mac: str, slug: str = "hotel", way: str = "free") -> int:
    """A guest from joining the Wi-Fi until online; how often something had to be done again."""
    again = 0
    with requests.Session() as browser:
        browser.trust_env = False
        for _ in range(TRIES):
            try:
                page = browser.get(one.start(mac), timeout=30)
                token = _TOKEN.search(page.text)
                if page.status_code == 200 and token:
                    typed = {**WAYS[way], "way": way, "guest": token[1]}
                    page = browser.post(f"{url}{slug}/sign-in", data=typed, timeout=30)
                    if onward := _ONWARD.search(page.text):
                        page = browser.get(html.unescape(onward[1]), timeout=30)
                        if page.status_code == 200 and "You are online" in page.text:
                            return again
                if one.online(mac):
                    return again
            except requests.RequestException:
                pass
            again += 1
            time.sleep(random.uniform(0.2, 1.0))
    return again


@contextlib.contextmanager
def world(folder: Path) -> Iterator[tuple[Inn, str, list[Host]]]:
    """A hotel with its box, two hosts with a Redis, nginx as ``deploy/`` has it."""
    with contextlib.ExitStack() as stack:
        one = stack.enter_context(inn(folder / "venues", 'sign_in = ["free", "cred"]', max_users=5_000))
        store = stack.enter_context(redis_server(folder)).url
        hosts = [Host(folder, str(number), PORTAL_STORE=store, PORTAL_PROXIES="1") for number in range(2)]
        for host in hosts:
            stack.callback(host.stop)
        front = free_port()
        upstreams = [f"127.0.0.1:{host.port}" for host in hosts]
        stack.enter_context(nginx(folder / "nginx", site("nginx-several-hosts.conf", upstreams, front)))
        url = f"http://127.0.0.1:{front}/"
        one.box.point_at(f"{url}hotel/", f"{url}hotel/callback")
        yield one, url, hosts


def _kill(hosts: list[Host], stop: threading.Event, kills: Counter[str]) -> None:
    dice, rounds = random.Random(7), 0
    while not stop.wait(2):
        rounds += 1
        host = dice.choice(hosts)
        if rounds == 8:
            hosts[0].kill()
            kills["host"] += 1
            if stop.wait(3):
                return
            hosts[0].start()
        elif workers := host.workers():
            with contextlib.suppress(OSError):
                os.kill(dice.choice(workers), signal.SIGKILL)
                kills["worker"] += 1


if __name__ == "__main__":
    journeys(int(sys.argv[1]) if len(sys.argv) > 1 else JOURNEYS)
