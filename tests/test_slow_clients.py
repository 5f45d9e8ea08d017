"""Production without a proxy: slow clients hold up nobody, a bad setting at a reload keeps the old workers."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from portal import serving
from portal.serving import Connection, Worker
from tests.bench import free_port
from tests.house import KEY, write_venues
from tests.privacy import watch

ROOT = Path(__file__).resolve().parent.parent
VENUE = 'name = "H"\nsystem = "iacbox"\n[iacbox]\nurl = "http://b.example/"\nsecret = "12345678"\n'
HEAD = b"GET /hotel/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = (
    b"POST /hotel/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)


class Server:
    """gunicorn as an operator starts it; ``lines`` are those of its log."""

    def __init__(self, port: int, environ: dict[str, str]) -> None:
        self.port, self.lines = port, []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app"],
            cwd=ROOT,
            env={**os.environ, "BIND": f"127.0.0.1:{port}", **environ},
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        self.lines.extend(self.process.stderr)

    def get(self, path: str = "hotel/", **how: Any) -> requests.Response:
        """Ask with a connection of its own."""
        return requests.get(f"http://127.0.0.1:{self.port}/{path}", timeout=10, **how)

    def says(self, words: str) -> None:
        """Wait for a line of the log."""
        ends = time.monotonic() + 20
        while not any(words in line for line in self.lines):
            assert time.monotonic() < ends, self.lines
            self.process.poll()
            threading.Event().wait(0.02)

    def count(self, words: str) -> int:
        """How many lines hold these words."""
        return sum(words in line for line in self.lines)

    def connects(self, sent: bytes) -> socket.socket:
        """A client that has sent this much."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        client.sendall(sent)
        return client


@contextlib.contextmanager
def server(folder: Path, **environ: str) -> Iterator[Server]:
    """gunicorn before one venue."""
    write_venues(folder / "venues", {"hotel": VENUE})
    known = {"PORTAL_VENUES": str(folder / "venues"), "PORTAL_SECRET_KEY": KEY}
    running = Server(free_port(), known | environ)
    try:
        ends = time.monotonic() + 30
        while time.monotonic() < ends and running.process.poll() is None:
            with contextlib.suppress(requests.ConnectionError):
                running.get("healthz")
                break
        yield running
    finally:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(timeout=40)
        running._reader.join(5)
        watch.read("".join(running.lines))
        assert running.process.stderr
        running.process.stderr.close()


@pytest.mark.parametrize(
    "sent",
    [
        HEAD,
        b"G",
        b"",
        BODY + b"Content-Length: 1000\r\n\r\nway=",
        BODY + b"Content-Length: 900\r\nExpect: 100-continue\r\n\r\n",
    ],
    ids=["headers", "a letter", "nothing", "a body", "a body that asks first"],
)
def test_three_hundred_slow_clients_hold_up_nobody(tmp_path: Path, sent: bytes) -> None:
    with server(tmp_path, WEB_CONCURRENCY="1") as portal, contextlib.ExitStack() as stack:
        slow = [stack.enter_context(portal.connects(sent)) for _ in range(300)]
        for _ in range(5):
            began = time.monotonic()
            assert portal.get().status_code == 200
            assert time.monotonic() - began < 1
        if sent == HEAD:
            slow[0].sendall(b"\r\n")
            assert slow[0].recv(100).startswith(b"HTTP/1.1 200")


def test_a_client_that_keeps_its_side_open_holds_up_nobody(tmp_path: Path) -> None:
    with server(tmp_path, WEB_CONCURRENCY="1") as portal:
        client = portal.connects(HEAD + b"Connection: close\r\n\r\n")
        with client:
            answer = b"".join(iter(lambda: client.recv(65_536), b""))
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.rstrip().endswith(b"</html>")
            began = time.monotonic()
            assert portal.get().status_code == 200
            assert time.monotonic() - began < 0.5


def test_requests_in_pieces_one_after_the_other_and_refused_ones(tmp_path: Path) -> None:
    with server(tmp_path, WEB_CONCURRENCY="1") as portal:
        with portal.connects(HEAD[:9]) as client:
            client.sendall(HEAD[9:] + b"\r\n" + b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" + b"GET /hea")
            stream = client.makefile("rb")
            assert _answer(stream)[0] == 200
            assert _answer(stream) == (200, b"ok")
            client.sendall(b"lthz HTTP/1.1\r\nHost: a\r\n\r\n")
            assert _answer(stream) == (200, b"ok")
        for sent, status in (
            (BODY + b"Content-Length: 3\r\n\r\nway", 400),
            (BODY + b"Transfer-Encoding: chunked\r\n\r\n3\r\nway\r\n0\r\n\r\n", 411),
            (BODY + b"Content-Length: 9000000\r\n\r\n" + b"x" * 100_000, 413),
            (BODY + b"Content-Length: -3\r\n\r\nway", 400),
            (b"nonsense\r\n\r\n", 400),
            (HEAD + b"SCRIPT_NAME: /elsewhere\r\n\r\n", 200),
            (HEAD + b"X: " + b"x" * 70_000, 431),
        ):
            with portal.connects(sent) as client:
                assert int(client.makefile("rb").readline().split()[1]) == status, sent[:90]
        assert portal.get().status_code == 200
        assert not portal.count("Traceback")


def _answer(stream: Any) -> tuple[int, bytes]:
    status = int(stream.readline().split()[1])
    length = 0
    for line in iter(stream.readline, b"\r\n"):
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return status, stream.read(length)


@pytest.mark.parametrize(
    ("received", "whole"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\n\r", False),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\nCONTENT-LENGTH:3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nX: 1\r\n\r\nContent-Length: 9\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 900000\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 0000000000000000005\r\n\r\nabc", False),
        (b"x" * 70_000, False),
    ],
)
def test_when_a_request_is_whole(received: bytes, whole: bool) -> None:
    conn = Connection.__new__(Connection)
    conn.received = bytearray(received)
    assert conn.is_whole() is whole


def test_a_request_that_cannot_be_read_is_not_quoted_in_the_log(tmp_path: Path) -> None:
    with server(tmp_path, WEB_CONCURRENCY="1") as portal:
        with portal.connects(b"GET /hotel/?room=214&name=Berger HTTP/9.9 x\r\n\r\n") as client:
            assert b" 400 " in client.recv(1000)
        portal.says("Invalid request")
    assert (portal.count("Berger"), portal.count("from ip")) == (0, 0)


def test_a_worker_that_ends_hears_out_who_has_just_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(serving.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(Worker, "_let_go", lambda self, conn, waiting: waiting.pop(conn))
    monkeypatch.setattr(Worker.__mro__[1], "murder_pending", lambda self: None)
    worker = Worker.__new__(Worker)
    silent, speaking = Connection.__new__(Connection), Connection.__new__(Connection)
    silent.received, speaking.received = bytearray(), bytearray(b"GET ")
    silent.deadline = speaking.deadline = now[0] + serving.PATIENCE
    worker.alive, worker.gathering, worker.lingering = True, {silent: None, speaking: None}, {}
    worker.murder_pending()
    worker.alive = False
    for passed, left in ((0.1, 2), (serving.LAST_CALL, 1), (serving.PATIENCE, 0)):
        now[0] += passed
        worker.murder_pending()
        assert len(worker.gathering) == left, passed


def test_a_bad_setting_at_a_reload_keeps_the_old_workers(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(KEY)
    with server(tmp_path, PORTAL_SECRET_KEY_FILE=str(key), WEB_CONCURRENCY="1") as portal:
        booted = portal.count("Booting worker")
        key.write_text("short")
        portal.process.send_signal(signal.SIGHUP)
        portal.says("PORTAL_SECRET_KEY: each key needs")
        assert portal.get().status_code == 200
        assert portal.count("Booting worker") == booted
        key.write_text(KEY + " " + KEY[::-1])
        portal.process.send_signal(signal.SIGHUP)
        portal.says("Handling signal: hup")
        portal.says("Hang up: Master")
        assert portal.get().status_code == 200


def test_two_instances_of_one_user_do_not_meet(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environ = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "WEB_CONCURRENCY": "1"}
    with server(tmp_path / "one", **environ) as one, server(tmp_path / "two", **environ) as two:
        assert one.get().status_code == two.get().status_code == 200
        assert not [path for path in home.rglob("*") if path.is_socket()]
    assert not sum(
        portal.count(word) for portal in (one, two) for word in ("[ERROR]", "Traceback", "Exception")
    )
