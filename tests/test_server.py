"""Production as the README says it: ``gunicorn wsgi:app`` with the bundled configuration, stopped and restarted."""

from __future__ import annotations

import contextlib
import json
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
from tests.privacy import watch
from tests.server import FOYER, started

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
        watch.read(process.communicate(timeout=30)[1])


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


def lines_of(file, count, seconds=20):
    """The lines of a log, once there are so many."""
    deadline = time.monotonic() + seconds
    lines = []
    while time.monotonic() < deadline and len(lines) < count:
        lines = (
            [line for line in file.read_text().splitlines() if "StateLost" in line] if file.exists() else []
        )
    return lines


def test_a_log_in_a_file_is_rotated_and_changes_its_shape(tmp_path):
    port, log, shape = free_port(), tmp_path / "foyer.log", tmp_path / "shape"
    shape.write_text("text")
    environ = {"PORTAL_SECRET_KEY": KEY, "PORTAL_LOG_FILE": str(shape), "WEB_CONCURRENCY": "1"}
    with inn(tmp_path / "venues"):
        environ |= {"PORTAL_VENUES": str(tmp_path / "venues"), "PORTAL_STATE": str(tmp_path / "state")}
        with started([*FOYER, "--log-file", str(log)], port, ROOT, environ) as process:
            lost = f"http://127.0.0.1:{port}/hotel/sign-in"
            requests.post(lost, data={"way": "cred"}, timeout=5)
            (line,) = lines_of(log, 1)
            assert "INFO] portal.journey" in line
            log.rename(tmp_path / "foyer.log.1")
            shape.write_text("json")
            process.send_signal(signal.SIGUSR1)
            while not lines_of(log, 1, 0.5):  # the worker is told by the master, a moment later
                requests.post(lost, data={"way": "cred"}, timeout=5)
            assert json.loads(lines_of(log, 1)[0])["venue"] == "hotel"


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
