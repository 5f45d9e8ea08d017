"""No log, no error and no traceback holds a URL, a digest, a room or a guest."""

from __future__ import annotations

import http.client
import logging
import traceback

import pytest

from portal.errors import UpstreamError
from portal.http_client import HttpClient, Request, Server
from tests.http_client.hostile import Line, hostile, raw, says

SECRET = "s3cr3t"


@pytest.fixture
def everything(caplog):
    """Whatever anybody logs, at every level, by an operator who wants to know it all."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith(("urllib3", "requests"))]
    before = {name: logging.getLogger(name).level for name in names}
    caplog.set_level(logging.NOTSET)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


ANSWERS = {
    "right": says(b"ok"),
    "odd headers": raw(b"HTTP/1.1 200 OK\r\nno header at all\r\nContent-Length: 0\r\n\r\n"),
    "cut": raw(),
    "no answer": raw(b"<html>"),
    "redirect": says(head=b"Location: /s3cr3t?room=s3cr3t\r\n", status=b"302 Found"),
    "cookie": says(head=b"Set-Cookie: a=s3cr3t; expires=never; domain=.s3cr3t\r\n"),
}


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("what", ANSWERS)
def test_no_log_and_no_error_tells_what_was_asked(what, acts, everything, capsys, monkeypatch):
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    told = ""
    with hostile(ANSWERS[what]) as server:
        client = HttpClient(Server(server.url + SECRET, connect_timeout=1, read_timeout=1))
        for _ in range(2):
            try:
                client.send(
                    Request(
                        "POST",
                        f"/{SECRET}",
                        "ask",
                        acts,
                        {"room": SECRET},
                        {"a": SECRET},
                        cookies={"SID": SECRET},
                    )
                )
            except UpstreamError as error:
                told += "".join(traceback.format_exception(error)) + repr(error.__context__)
    told += everything.text + "".join(capsys.readouterr())
    assert SECRET not in told.replace(f"answers[{SECRET}", "")
    assert "call=ask" in everything.text


def test_a_server_nobody_reaches_is_no_reason_to_tell(everything):
    client = HttpClient(Server(f"http://127.0.0.1:9/{SECRET}", connect_timeout=0.5))
    for _ in range(8):
        with pytest.raises(UpstreamError) as no:
            client.send(Request("GET", f"/{SECRET}", "ask", params={"room": SECRET}))
        assert no.value.__context__ is None
    assert "host=127.0.0.1 is down" in everything.text
    assert SECRET not in everything.text


def test_many_connections_at_once_are_no_reason_to_tell(everything):
    """urllib3 warns with the host when more come back than are kept."""
    import threading

    together = threading.Barrier(12)

    def script(line: Line) -> None:
        line.hears()
        together.wait(5)
        line.says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        line.hears()

    with hostile(script) as server:
        client = HttpClient(Server(server.url))
        threads = [
            threading.Thread(target=client.send, args=(Request("GET", "/", "ask"),)) for _ in range(12)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert "pool" not in everything.text
