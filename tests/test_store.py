"""Limits that all processes share, and a store that is down."""

from __future__ import annotations

import subprocess

import pytest
import requests

from tests.bench import free_port
from tests.gateways.iacbox.inn import inn
from tests.house import running_portal
from tests.journey.test_pages import sign_in


@pytest.fixture
def store(tmp_path):
    port = free_port()
    command = [
        "redis-server",
        "--port",
        str(port),
        "--save",
        "",
        "--dir",
        str(tmp_path),
        "--bind",
        "127.0.0.1",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    while "Ready to accept connections" not in (line := process.stdout.readline()):
        assert line, "redis-server does not start"
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.communicate(timeout=10)


def test_two_processes_count_together(tmp_path, store):
    settings = {"ratelimit_storage_uri": store, "proxies": 1}
    with inn(tmp_path, config=settings) as one:
        venue = (tmp_path / "hotel" / "venue.toml").read_text()
        with running_portal(tmp_path / "two", {"hotel": venue}, **settings) as other:
            token = one.guest("020000bb0001").field("guest")
            form = {"guest": token, "way": "cred", "username": "x"}
            codes = [
                requests.post(url + "hotel/sign-in", data=form, allow_redirects=False, timeout=5).status_code
                for _ in range(12)
                for url in (one.url, other.url)
            ]
    assert codes == [422] * 20 + [429] * 4


def test_a_store_that_is_down_keeps_no_hotel_offline(tmp_path, caplog):
    with inn(tmp_path, config={"ratelimit_storage_uri": "redis://127.0.0.1:9/0", "proxies": 1}) as one:
        answers = list(sign_in(one, "020000bb0002", "10.3.0.1", "code", 25))
    assert {answer.status_code for answer in answers} == {303}
    assert "limits cannot be counted" in caplog.text
