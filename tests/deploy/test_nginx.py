"""The files of ``deploy/`` for nginx: its stock buffers bear every state, a host may die, addresses stay right."""

from __future__ import annotations

import contextlib
import http.client
import random
import re
import signal
import subprocess

import pytest
import requests
from flask import request

from portal import create_app
from portal.config import Config
from portal.simulators.server import serve
from tests.deploy.proxy import DEPLOY, free_port, nginx, site
from tests.gateways.iacbox.inn import inn
from tests.guest import Guest
from tests.house import KEY
from tests.redis_server import redis_server
from tests.server import FOYER, ROOT, started

FILES = ("nginx-one-host.conf", "nginx-several-hosts.conf")


@pytest.mark.parametrize("name", FILES)
def test_the_file_as_it_is_is_sound(tmp_path, name):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    text = (DEPLOY / name).read_text()
    text = re.sub(r"ssl_certificate_key .*", f"ssl_certificate_key {key};", text)
    text = re.sub(r"ssl_certificate .*", f"ssl_certificate {certificate};", text)
    (tmp_path / "nginx.conf").write_text(f"events {{}}\npid {tmp_path}/pid;\nhttp {{ {text} }}\n")
    tried = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "errors")],
        capture_output=True,
        text=True,
    )
    assert tried.returncode == 0, tried.stderr
    assert "warn" not in tried.stderr


@pytest.fixture
def hosts(tmp_path):
    """Two hosts that share a Redis and the venues, nginx before them, and a hotel's box; each process can be killed."""
    with contextlib.ExitStack() as stack:
        one = stack.enter_context(inn(tmp_path / "venues", 'sign_in = ["cred", "free"]'))
        store = stack.enter_context(redis_server(tmp_path)).url
        ports, processes = [free_port(), free_port()], []
        for number, port in enumerate(ports):
            environ = {
                "PORTAL_VENUES": str(tmp_path / "venues"),
                "PORTAL_SECRET_KEY": KEY,
                "PORTAL_STORE": store,
            }
            environ |= {"PORTAL_STATE": str(tmp_path / f"state{number}"), "PORTAL_PROXIES": "1"}
            environ |= {"WEB_CONCURRENCY": "1"}
            log = tmp_path / f"log{number}"
            processes.append(stack.enter_context(started([*FOYER], port, ROOT, environ, log)))
        front = free_port()
        upstreams = [f"127.0.0.1:{port}" for port in ports]
        errors = stack.enter_context(
            nginx(tmp_path / "nginx", site("nginx-several-hosts.conf", upstreams, front))
        )
        url = f"http://127.0.0.1:{front}/"
        one.box.point_at(f"{url}hotel/", f"{url}hotel/callback")
        yield one, url, processes, errors


def test_the_longest_states_go_through_stock_buffers(hosts):
    one, url, _processes, errors = hosts
    wanted = "http://www.example.org/" + random.Random(7).randbytes(730).hex()
    guest = Guest(url, goes_on=True).opens(one.start("0200000000b1", wanted)).status(200)
    assert len(guest.session.cookies["guest"]) > 1200
    guest.fills(username="x" * 200, password="wrong").presses(way="cred")
    guest.fills(username="gast", password="willkommen").presses(way="cred").sees("You are online")
    assert {status for _method, _url, status in guest.trail} <= {200, 302, 303}
    assert "too big" not in errors.read_text()


def test_a_host_is_killed_and_nothing_is_lost(hosts):
    one, url, processes, _errors = hosts
    guests = [
        Guest(url, goes_on=True, cookies=bool(number % 2)).opens(one.start(f"0200000001{number:02x}"))
        for number in range(8)
    ]
    processes[0].send_signal(signal.SIGKILL)
    for number, guest in enumerate(guests):
        guest.fills(username="gast", password="willkommen").presses(way="cred").sees("You are online")
        assert one.online(f"0200000001{number:02x}")


def test_monitors_of_this_host_come_through_and_nothing_forged_does(hosts):
    _one, url, _processes, _errors = hosts
    assert requests.get(url + "readyz", timeout=10).text == "ready\n"


@pytest.mark.parametrize(
    ("proxies", "forged", "source", "seen"),
    [
        (1, "", "127.0.0.9", "127.0.0.9"),
        (1, "203.0.113.5", "127.0.0.9", "127.0.0.9"),
        (2, "", "127.0.0.9", "127.0.0.9"),
        (2, "203.0.113.5, 10.0.0.1", "127.0.0.9", "127.0.0.9"),
        (1, "2001:db8::1", "::1", "::1"),
        (2, "", "::1", "::1"),
    ],
)
def test_addresses_are_right_through_one_and_two_proxies(tmp_path, proxies, forged, source, seen):
    app = create_app(Config(tmp_path, (KEY,), proxies=proxies))
    app.add_url_rule("/whoami", "whoami", lambda: f"{request.remote_addr} {request.host} {request.scheme}")
    outer, inner = free_port(), free_port()
    with serve(app) as portal:
        upstream = portal.url.removeprefix("http://").rstrip("/")
        sites = [site("nginx-one-host.conf", [upstream], outer)]
        if proxies == 2:
            behind = site("nginx-one-host.conf", [upstream], inner, "$proxy_add_x_forwarded_for")
            behind = behind.replace("X-Forwarded-Host $host", "X-Forwarded-Host $http_x_forwarded_host,$host")
            behind = behind.replace(
                "X-Forwarded-Proto $scheme", "X-Forwarded-Proto $http_x_forwarded_proto,http"
            )
            sites = [site("nginx-one-host.conf", [f"127.0.0.1:{inner}"], outer), behind]
        with nginx(tmp_path / "nginx", *sites):
            local = "::1" if ":" in source else "127.0.0.1"
            connection = http.client.HTTPConnection(local, outer, timeout=10, source_address=(source, 0))
            headers = {"Host": "wifi.hotel.example"} | ({"X-Forwarded-For": forged} if forged else {})
            connection.request("GET", "/whoami", headers=headers)
            assert connection.getresponse().read().decode() == f"{seen} wifi.hotel.example http"
            connection.close()
