"""A thousand answers of a server that has gone mad: each is an answer or one of our errors, and nothing stays."""

from __future__ import annotations

import gc
import gzip
import logging
import random
import threading
import tracemalloc

import pytest

from portal.errors import UpstreamError
from portal.http_client import HttpClient, Request, Server
from tests.http_client.hostile import Line, hostile, within

BODY = b'{"step": "LOGON", "user": {"login": {"value": "\xc3\xa9"}}, "list": [1, 2, {"a": null}]}'
GOOD = [
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY),
    b"HTTP/1.1 302 Found\r\nLocation: /1/portal/?a=b\r\nSet-Cookie: PHPSESSID=abc; path=/\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\nX-Trailer: a\r\n\r\n" % (len(BODY), BODY),
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(BODY * 50),
    b"HTTP/1.0 500 Oops\r\n\r\n<html>\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
]  # fmt: skip
NASTY = [
    *(b"", b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b":", b";", b",", b"=", b'"', b"\\", b"%", b"#", b"@", b"//", b"[", b"]"),
    *(b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xc3", b"-1", b"0", b"9" * 40, b"ffffffff", b"chunked", b"gzip", b"NaN"),
    *(b"A: b\r\n" * 150, b"[" * 5000, b"{" * 5000, b"a" * 70_000, b"http://[", b"javascript:", b"=?utf-8?q?=00?=", b"\x1f\x8b"),
]  # fmt: skip
LENGTHS = (1, 2, 5, 20)


def twisted(dice: random.Random) -> bytes:
    """A right answer with some of it replaced, doubled, moved or cut off."""
    answer = dice.choice(GOOD)
    for _ in range(dice.randint(1, 5)):
        at = dice.randrange(len(answer) + 1)
        end = min(len(answer), at + dice.choice(LENGTHS))
        answer = dice.choice(
            [
                answer[:at] + dice.choice(NASTY) + answer[end:],
                answer[:end] + answer[at:],
                answer[:at] + answer[end:] + answer[at:end],
                answer[:at],
                answer[:at] + bytes([dice.randrange(256)]) + answer[at + 1 :],
            ]
        )
    return answer


@pytest.mark.parametrize("acts", [False, True])
def test_a_thousand_twisted_answers_are_answers_or_our_errors(acts, caplog):
    caplog.set_level(logging.ERROR, "portal")  # pytest keeps every record, and what is kept is measured here
    dice = random.Random(8 + acts)

    def script(line: Line) -> None:
        if line.hears():
            line.says(twisted(dice))

    outcomes = {"answer": 0, "error": 0}
    with hostile(script) as server, within(60):
        client = HttpClient(Server(server.url, connect_timeout=2, read_timeout=2, max_size=50_000))
        threads = threading.active_count()
        for number in range(1000):
            if number == 100:
                gc.collect()
                tracemalloc.start()
            try:
                answer = client.send(Request("GET", "/", "ask", acts=acts))
                assert isinstance(answer.json_object(), dict | None)
                assert answer.redirect.startswith((server.url, "https://localhost")) or not answer.redirect
                answer.redirect.encode("ascii")
                outcomes["answer"] += 1
            except UpstreamError:
                outcomes["error"] += 1
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert min(outcomes.values()) > 200
    assert kept < 300_000
    assert threading.active_count() <= threads + 2
