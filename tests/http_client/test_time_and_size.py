"""A server that is slow, drips, floods or packs bombs holds nobody and fills nothing."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
import zlib

import pytest

from portal.errors import Garbled, Unreachable, Unsure
from portal.http_client import HttpClient, Request, Server
from portal.http_client.connections import LARGEST_HEAD
from tests.http_client.hostile import Line, hostile, raw, says, within

OK = b"HTTP/1.1 200 OK\r\n"


def client(url: str, **more) -> HttpClient:
    return HttpClient(Server(url, **{"connect_timeout": 1, "read_timeout": 0.4, "max_size": 100_000} | more))


def asks(url: str, acts: bool = False, **more):
    return client(url, **more).send(Request("GET", "/", "ask", acts=acts))


def after(head: bytes, text: bytes):
    def script(line: Line) -> None:
        line.hears()
        line.says(head)
        line.drips(text)

    return script


DRIPS = {
    "nothing at all": after(b"", b""),
    "the status line": after(b"HTTP/1.1 200 O", b"K"),
    "a header": after(OK + b"X-Slow: ", b"a"),
    "header after header": after(OK, b"A: b\r\n"),
    "100 Continue": after(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "the body": after(OK + b"\r\n", b"a"),
    "a body of a length": after(OK + b"Content-Length: 9999\r\n\r\n", b"a"),
    "a chunk's size": after(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
    "chunks": after(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "trailers": after(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n"),
}


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("what", DRIPS)
def test_what_drips_ends_when_the_answers_time_is_up(what, acts):
    with hostile(DRIPS[what]) as server, within(3), pytest.raises(Unsure if acts else Unreachable):
        asks(server.url, acts)


def test_a_last_byte_gives_no_more_time():
    def script(line: Line) -> None:
        line.hears()
        line.says(OK + b"X: ")
        line.stop.wait(1.8)
        line.says(b"a")
        line.stop.wait(5)

    with hostile(script) as server, within(3), pytest.raises(Unsure):
        asks(server.url, True, read_timeout=2)


def test_a_secure_server_that_drips_holds_nobody_either(authority):
    with hostile(DRIPS["a header"], tls=authority.context) as server, within(3), pytest.raises(Unsure):
        asks(server.url, True, verify=authority.file)


def test_a_handshake_that_drips_is_part_of_the_connections_time():
    def script(line: Line) -> None:
        line.says(b"\x16\x03\x03\x40\x00")
        line.drips(b"\x02")

    with hostile(script) as server, within(3), pytest.raises(Unreachable):
        asks(server.url.replace("http:", "https:"), True, connect_timeout=0.4)


def test_a_name_server_that_does_not_answer_is_part_of_the_connections_time(monkeypatch):
    done = threading.Event()
    honest = socket.getaddrinfo

    def getaddrinfo(host, *args, flags=0, **more):
        if not flags:
            done.wait(5)
        return honest(host, *args, flags=flags, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with within(3), pytest.raises(Unreachable, match="TimeoutError"):
        asks("http://controller.example/", True, connect_timeout=0.3)
    done.set()


def test_an_address_that_swallows_leaves_time_for_the_next_one(monkeypatch):
    with hostile(says(b"here")) as server, socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        held = [socket.socket() for _ in range(3)]  # a full queue: further connections get no answer
        for one in held:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        row = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        port = int(server.url.rstrip("/").rpartition(":")[2])
        rows = [(*row, full.getsockname()), (*row, ("127.0.0.1", port))]
        monkeypatch.setattr("portal.http_client.connections._addresses", lambda *_: rows)
        assert asks("http://controller.example/", connect_timeout=0.6).body == b"here"
        for one in held:
            one.close()


def test_several_calls_can_share_their_time():
    with hostile(after(OK + b"\r\n", b"a")) as server:
        with within(4), pytest.raises(Unreachable):
            client(server.url, read_timeout=9).send(
                Request("GET", "/", "ask", acts=False, until=time.monotonic() + 0.3)
            )
        with pytest.raises(Unreachable):
            client(server.url).send(Request("GET", "/", "ask", until=time.monotonic() - 1))
        assert server.connections == 1


def floods(head: bytes, text: bytes):
    def script(line: Line) -> None:
        line.hears()
        line.says(head)
        line.floods(text * (65_536 // len(text)))

    return script


CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
FLOODS = {
    "a status line": floods(b"HTTP/1.1 200 ", b"OK"),
    "a header": floods(OK + b"X: ", b"a"),
    "headers": floods(OK, b"A: b\r\n"),
    "long headers": floods(OK, b"A: " + b"b" * 30_000 + b"\r\n"),
    "100 Continue": floods(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "the body": floods(OK + b"\r\n", b"a"),
    "a body of a length": floods(OK + b"Content-Length: 99999999999\r\n\r\n", b"a"),
    "chunks": floods(CHUNKED, b"1\r\na\r\n"),
    "one chunk": floods(CHUNKED + b"fffffffff\r\n", b"a"),
    "a chunk's extension": floods(CHUNKED + b"1;", b"a"),
    "trailers": floods(CHUNKED + b"0\r\n", b"A: b\r\n"),
    "packed nothing": floods(OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + b"\0" * 6, b"name"),
}


@pytest.mark.parametrize("what", FLOODS)
def test_what_floods_is_not_read_to_its_end(what):
    tracemalloc.start()
    with hostile(FLOODS[what]) as server, within(15), pytest.raises((Garbled, Unreachable)) as no:
        asks(server.url, read_timeout=20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000
    assert "http" not in str(no.value).lower() or "HTTPException" in str(no.value)


def packed(body: bytes, encoding: bytes = b"gzip"):
    return says(body, head=b"Content-Encoding: " + encoding + b"\r\n")


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_bomb_is_not_unpacked(pack, acts):
    bomb = pack(b"\0" * 80_000_000)
    tracemalloc.start()
    with hostile(packed(bomb)) as server, pytest.raises(Unsure if acts else Garbled, match="TooLarge"):
        asks(server.url, acts, read_timeout=5)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000


def test_what_is_packed_is_unpacked():
    with hostile(packed(gzip.compress(b"x" * 90_000))) as server:
        assert asks(server.url).body == b"x" * 90_000
    with hostile(packed(b"plain", b"UTF-8")) as server:
        assert asks(server.url).body == b"plain"


@pytest.mark.parametrize(
    "body", [b"", b"no gzip", gzip.compress(b"x" * 1000, mtime=0)[:-20], b"\x1f\x8b\x08"]
)
def test_what_is_not_packed_as_it_says_is_no_answer(body):
    with hostile(packed(body)) as server, pytest.raises(Garbled):
        asks(server.url)


def test_the_largest_answer_is_taken_and_one_byte_more_is_not():
    with hostile(says(b"a" * 100_000)) as server:
        assert len(asks(server.url, read_timeout=5).body) == 100_000
    with hostile(says(b"a" * 100_001)) as server, pytest.raises(Garbled, match="TooLarge"):
        asks(server.url, read_timeout=5)


def test_headers_of_a_common_size_are_taken():
    head = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 500) for number in range(90))
    assert len(head) < LARGEST_HEAD
    with hostile(says(b"ok", head=head)) as server:
        assert asks(server.url).body == b"ok"


def test_no_answer_at_all_is_cut():
    with hostile(raw()) as server, pytest.raises(Unsure, match="RemoteDisconnected"):
        asks(server.url, True)
