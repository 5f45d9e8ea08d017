"""Production as the README says it: ``gunicorn wsgi:app`` with the bundled configuration, stopped and restarted."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.bench import free_port
from tests.gateways.iacbox.inn import inn
from tests.guest import Guest
from tests.house import KEY

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def gunicorn(port, **environ):
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "wsgi:app"],
        cwd=ROOT,
        env={**os.environ, "BIND": f"127.0.0.1:{port}", **environ},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                break
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def test_a_guest_goes_online_through_gunicorn_and_across_a_restart(tmp_path):
    with inn(tmp_path) as one:
        port = free_port()
        url = f"http://127.0.0.1:{port}/"
        one.box.point_at(f"{url}hotel/", f"{url}hotel/callback")
        environ = {"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY}
        with gunicorn(port, **environ):
            guest = (
                Guest(url, cookies=False, goes_on=True)
                .opens(one.start())
                .fills(username="gast", password="willkommen")
            )
        with gunicorn(port, **environ):
            guest.presses(way="cred").sees("You are online")
        assert one.online()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTAL_SECRET_KEY", "short", "PORTAL_SECRET_KEY: each key needs"),
        ("PORTAL_VENUES", "/nowhere", "is not a folder"),
    ],
)
def test_a_bad_setting_stops_the_start_and_says_why(tmp_path, name, value, said):
    environ = {"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY, name: value}
    answer = subprocess.run(
        [sys.executable, "-m", "gunicorn", "wsgi:app"],
        cwd=ROOT,
        env={**os.environ, "BIND": f"127.0.0.1:{free_port()}", **environ},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert answer.returncode != 0
    assert answer.stderr.count(said) == 1
