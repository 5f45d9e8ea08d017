"""What goes out and what comes back: connections, redirects, cookies, JSON, and answers that are none."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from portal.errors import Garbled, Unreachable, Unsure, UpstreamError
from portal.http_client import HttpClient, Request, Response, Server, http_client_of
from tests.http_client.hostile import Line, hostile, raw, says, within

OK = b"HTTP/1.1 200 OK\r\n"


def asks(url: str, path: str = "/", acts: bool = False, **more):
    return HttpClient(Server(url, connect_timeout=1, read_timeout=2)).send(
        Request("GET", path, "ask", acts=acts, **more)
    )


# Connections


@pytest.mark.parametrize("chunked", [False, True])
def test_one_connection_serves_call_after_call(chunked):
    def chunks(line: Line) -> None:
        while line.hears():
            line.says(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")

    with hostile(chunks if chunked else says(b"ok")) as server:
        client = HttpClient(Server(server.url))
        assert [client.send(Request("POST", "/", "do")).body for _ in range(5)] == [b"ok"] * 5
        assert server.connections == 1


def test_threads_share_connections_and_never_answers():
    def echo(line: Line) -> None:
        while asked := line.hears():
            line.says(b"%sContent-Length: 3\r\n\r\n%s" % (OK, asked.split()[1][1:]))

    with hostile(echo) as server:
        client, wrong = HttpClient(Server(server.url)), []

        def walk(number: int) -> None:
            for _ in range(20):
                if client.send(Request("GET", f"/{number}", "ask")).body != str(number).encode():
                    wrong.append(number)

        threads = [threading.Thread(target=walk, args=(100 + number,)) for number in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert wrong == []
        assert server.connections <= 8


def test_a_call_with_a_connection_of_its_own_leaves_the_kept_one_alone():
    with hostile(says(b"ok")) as server:
        client = HttpClient(Server(server.url))
        for fresh in (False, True, False, True):
            client.send(Request("GET", "/", "ask", fresh=fresh))
        assert server.connections == 3


def closes_after_one(line: Line) -> None:
    line.hears()
    line.says(OK + b"Content-Length: 2\r\n\r\nok")
    line.hears()  # the next request comes, and nobody answers it any more


def test_a_kept_connection_that_is_closed_is_made_anew_for_a_call_that_does_no_harm():
    with hostile(closes_after_one) as server:
        client = HttpClient(Server(server.url))
        assert [client.send(Request("GET", "/", "ask", acts=False)).body for _ in range(3)] == [b"ok"] * 3
        with pytest.raises(Unsure):
            client.send(Request("GET", "/", "do"))
        assert client.send(Request("GET", "/", "do", fresh=True)).body == b"ok"


def test_what_follows_an_answer_is_no_answer_to_the_next_guest():
    double = OK + b"Content-Length: 3\r\n\r\none" + OK + b"Content-Length: 4\r\n\r\nevil"

    def script(line: Line) -> None:
        while line.hears():
            line.says(double)

    with hostile(script) as server:
        client = HttpClient(Server(server.url))
        for _ in range(4):
            with contextlib.suppress(UpstreamError):
                assert client.send(Request("GET", "/", "ask", acts=False)).body == b"one"


# What goes out


def test_a_form_and_json_and_parameters_and_cookies_go_out():
    with hostile(says(b"ok")) as server:
        client = HttpClient(Server(server.url))
        client.send(
            Request(
                "POST", "/a", "do", form={"ä": "1 2"}, cookies={"SID": "x"}, headers={"User-Agent": "p/1"}
            )
        )
        client.send(
            Request(
                "PUT", "/b?c=d", "do", json={"é": 1}, params={"e": "f&g"}, headers={"X-Token": "ü".encode()}
            )
        )
        form, json = server.asked
    assert form.startswith(b"POST /a HTTP/1.1\r\n")
    assert b"\r\nCookie: SID=x\r\n" in form
    assert b"\r\nUser-Agent: p/1\r\n" in form
    assert b"\r\nContent-Type: application/x-www-form-urlencoded\r\n" in form
    assert form.endswith(b"\r\n\r\n%C3%A4=1+2")
    assert json.startswith(b"PUT /b?c=d&e=f%26g HTTP/1.1\r\n")
    assert b"\r\nX-Token: \xc3\xbc\r\n" in json
    assert json.endswith(b'{"\\u00e9": 1}')


def test_no_cookie_is_kept_between_calls():
    with hostile(says(b"ok", head=b"Set-Cookie: SID=anna; Path=/\r\n")) as server:
        client = HttpClient(Server(server.url))
        assert client.send(Request("GET", "/", "ask")).cookies == (("SID", "anna"),)
        client.send(Request("GET", "/", "ask"))
        assert len(server.asked) == 2
        assert [asked for asked in server.asked if b"anna" in asked] == []


def test_the_environment_names_no_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with hostile(says(b"ok")) as server:
        assert asks(server.url).body == b"ok"


@pytest.mark.parametrize(
    "bad",
    [
        {"headers": {"A": "b\r\nC: d"}},
        {"headers": {"A": "\u0141"}},
        {"cookies": {"SID": "a\r\nB: c"}},
        {"params": {"a": "\ud800"}},
        {"form": {"a": "\ud800"}},
        {"path": "http://other.example/"},
        {"path": "http://["},
        {"path": "//other.example/"},
        {"path": "file:///etc/passwd"},
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_not_asked(bad):
    with hostile(says(b"ok")) as server, pytest.raises(Unreachable):
        asks(server.url, acts=True, **bad)
    assert server.asked == []


@pytest.mark.parametrize(
    "url", ["http://[", "http://a..b/", "http://" + "a" * 70 + "/", "ftp://a/", "", "http://a:99999/"]
)
def test_a_server_that_has_no_address_is_not_reached(url):
    with pytest.raises(Unreachable):
        asks(url, acts=True)


def test_another_server_is_not_asked_and_hears_no_cookie():
    with hostile(says(b"ok")) as server, hostile(says(b"ok")) as other:
        for path in (other.url, other.url.partition(":")[2], server.url.replace("//", "//user@")):
            with pytest.raises(Unreachable, match="another host"):
                asks(server.url, path, cookies={"SID": "anna"})
        assert other.asked == []


# What comes back


@pytest.mark.parametrize(
    "location",
    [
        *(b"http://other.example/", b"//other.example/x", b"http://localhost.other.example/", b"http://a@localhost/"),
        *(b"http://[", b"http://localhost:99999/", b"http://localhost:x/", b"javascript:alert(1)", b"file:///etc"),
        *(b"", b" ", b"/" + b"a" * 5000, b"\\\\other.example/", b"http://localhost\\.other.example/"),
        b"http://127.0.0.1/",
    ],
)  # fmt: skip
def test_a_redirect_to_another_host_or_none_leads_nowhere(location):
    with hostile(says(head=b"Location: " + location + b"\r\n", status=b"302 Found")) as server:
        answer = asks(server.url, "/start")
        assert answer.status == 302
        assert answer.redirect == "" or answer.redirect.startswith(server.url)
        assert "other.example" not in answer.redirect.partition("//")[2].partition("/")[0]
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("location", "path"),
    [
        (b"/1/portal/?a=b#c", "1/portal/?a=b#c"),
        (b"next", "next"),
        (b"/caf\xc3\xa9", "caf%C3%A9"),
        (b"/caf\xe9", "caf%E9"),
        (b"/a%20b", "a%20b"),
        (b"/\xed\xa0\x80", "%ED%A0%80"),
        (b"/a b\x01", "a%20b%01"),
    ],
)
def test_a_redirect_within_the_server_is_handed_out_and_can_be_followed(location, path):
    with hostile(says(head=b"Location: " + location + b"\r\n", status=b"302 Found")) as server:
        answer = asks(server.url)
        assert answer.redirect == server.url + path
        assert asks(server.url, answer.redirect).status == 302


@pytest.mark.parametrize("status", [b"200 OK", b"304 Not", b"500 No", b"399 What"])
def test_only_a_redirect_leads_on(status):
    with hostile(says(head=b"Location: /next\r\n", status=status)) as server:
        assert asks(server.url).redirect == ""


@pytest.mark.parametrize(
    "location", ["http://box@box/", "http://box:80/", "/" + "a" * 5000, "http://box.other/"]
)
def test_a_redirect_to_an_address_like_the_servers_own_leads_nowhere(location):
    assert Response("http://box/", 302, b"", location).redirect == ""


def test_http_may_become_https_and_not_the_other_way_round():
    up = Response("http://box/", 302, b"", "https://box/")
    down = Response("https://box/", 302, b"", "http://box/")
    assert (up.redirect, down.redirect) == ("https://box/", "")


@pytest.mark.parametrize(
    ("line", "cookies"),
    [
        (b"SID=a,b-c_1; path=/; HttpOnly", (("SID", "a,b-c_1"),)),
        (b"SID=deleted; expires=Thu, 01-Jan-1970", (("SID", "deleted"),)),
        (b'SID="q"', (("SID", "q"),)),
        (b"SID=", (("SID", ""),)),
        (b"SID", ()),
        (b"=x", ()),
        (b"SID=a b", ()),
        (b"SID=\xe9", ()),
        (b"SID=" + b"a" * 5000, ()),
        (b"; ; ;", ()),
    ],
)
def test_cookies_are_pairs_of_plain_text(line, cookies):
    with hostile(says(head=b"Set-Cookie: " + line + b"\r\n")) as server:
        assert asks(server.url).cookies == cookies


def test_the_cookies_of_an_answer_come_in_their_order():
    with hostile(says(head=b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nSet-Cookie: a=3\r\n")) as server:
        assert asks(server.url).cookies == (("a", "1"), ("b", "2"), ("a", "3"))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"17", b'"a"', b"<html>", b'{"a":', b"[" * 90_000, b'{"a":' * 90_000, b'{"a": NaN}',
     b'{"a": ' + b"9" * 6000 + b"}", b"\xff\xfe\x00", b"{} {}"],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_what_is_no_json_object_is_none(body):
    with hostile(says(body)) as server:
        assert asks(server.url).json_object() is None


def test_a_json_object_is_one():
    with hostile(says(b'\xef\xbb\xbf{"a": ["\xff"]}')) as server:
        assert asks(server.url).json_object() == {"a": ["\ufffd"]}


NO_ANSWERS = [
    *(b"", b"\r\n", b"\0" * 100, b"<html>\r\n\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n"),
    *(b"HTTP/1.1 -1 OK\r\n\r\n", b"HTTP/1.1 99999 OK\r\n\r\n", b"SSH-2.0-OpenSSH\r\n", b"\x16\x03\x01\x02\x00" * 50),
    *(OK + b"Content-Length: 9\r\n\r\nshort", OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    *(OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc"),
    *(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", OK + b"A: b\r\n" * 200 + b"\r\n"),
]  # fmt: skip
ODD = [
    *(b"HTTP/1.0 200 OK\r\n\r\nok", b"HTTP/1.1 200\r\n\r\nok", OK + b"no header\r\n\r\nok", OK + b": x\r\n\r\nok"),
    *(OK + b"\xe9\xff: \xff\r\nX: =?utf-8?b?_?=\r\n\r\nok", OK + b" folded: x\r\n\r\nok", OK + b"A: b\r\n c\r\n\r\nok"),
    *(OK + b"Content-Length: x\r\n\r\nok", OK + b"Content-Length: -1\r\n\r\nok", OK + b"Content-Type: \xff;;;=\r\n\r\nok"),
    *(OK + b"Set-Cookie: a=1; expires=\xff\r\n\r\nok", OK + b"Connection: \xff\r\n\r\nok", OK + b"A\0B: c\0\r\n\r\nok"),
    OK + b"Content-Encoding: gzip, gzip, gzip, gzip, gzip, gzip\r\n\r\nok",
]  # fmt: skip


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("answer", NO_ANSWERS, ids=lambda answer: repr(answer[:40]))
def test_what_is_no_answer_is_one_of_our_errors(answer, acts):
    with hostile(raw(answer)) as server, within(3), pytest.raises(UpstreamError) as no:
        asks(server.url, acts=acts)
    assert isinstance(no.value, Unsure if acts else (Garbled, Unreachable))
    assert no.value.__cause__ is no.value.__context__ is None


@pytest.mark.parametrize("answer", ODD, ids=lambda answer: repr(answer[:40]))
def test_what_is_odd_is_an_answer_or_one_of_our_errors(answer):
    with hostile(raw(answer)) as server, within(3), contextlib.suppress(Garbled, Unreachable):
        assert asks(server.url).status == 200


@pytest.mark.parametrize("acts", [False, True])
def test_nobody_listens(acts):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="ConnectionRefusedError"):
            asks(f"http://127.0.0.1:{closed.getsockname()[1]}/", acts=acts)


def test_one_server_has_one_client():
    one, other = Server("http://a.example/"), Server("http://a.example/", connect_timeout=1)
    assert http_client_of(one) is http_client_of(Server("http://a.example/"))
    assert http_client_of(one) is not http_client_of(other)
