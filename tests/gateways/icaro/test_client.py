"""The road to wax: what may come back, and what it is called. A pretend wax, and one that says what it is told."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
import time
from urllib.parse import unquote

import pytest

from portal.errors import Garbled, Refused, Unreachable, Unsure, UpstreamError
from portal.gateways.icaro.client import Unit, Voucher, Wax
from portal.http_client import Server
from portal.simulators import icaro as box
from portal.simulators.server import serve
from tests.gateways.icaro.hotspot import KEY

LARGEST = 100_000
UNIT = Unit(KEY.digest, KEY.uuid, "session-1")


class Says:
    """A server that answers every request with the same bytes; ``seen`` are the request lines."""

    def __init__(self, status="200 OK", body=b"{}", headers=(), wait=None):
        self.status, self.body, self.headers, self.wait, self.seen = status, body, list(headers), wait, []

    def __call__(self, environ, start_response):
        self.seen.append(
            f"{environ['REQUEST_METHOD']} {environ['RAW_URI' if 'RAW_URI' in environ else 'REQUEST_URI']}"
        )
        if self.wait:
            self.wait.wait(5)
        start_response(self.status, [("Content-Type", "application/json"), *self.headers])
        return [self.body]


@pytest.fixture
def wax():
    icaro = box.Icaro(
        box.IcaroSettings(units=[KEY], vouchers=(box.Voucher("V"), box.Voucher("d", type="normal")))
    )
    with serve(box.create_icaro(icaro)) as running:
        wax = Wax(Server(running.url.rstrip("/"), connect_timeout=2, read_timeout=2), UNIT)
        wax.box = icaro
        yield wax


def asked(says, call, read=1.0):
    with serve(says) as running:
        return call(
            Wax(Server(running.url.rstrip("/"), connect_timeout=1, read_timeout=read, max_size=LARGEST), UNIT)
        )


CALLS = {
    "preferences": lambda wax: wax.preferences(),
    "voucher": lambda wax: wax.register_voucher("V", {}),
    "email": lambda wax: wax.register("email", "a@b.org", False, {}),
    "temp": lambda wax: wax.temporary("a@b.org", 1, ""),
    "logout": lambda wax: wax.logout("a@b.org"),
    "login": lambda wax: wax.login("a@b.org", "1"),
    "withdraw": lambda wax: wax.withdraw("marketings", 1),
    "tell": lambda wax: wax.tell(1, "other", "IT"),
}
HARMLESS = {"preferences", "withdraw", "tell"}


def test_a_voucher_that_signs_in_and_one_that_unlocks(wax):
    assert wax.register_voucher("V", {}) == Voucher("v", True, 1)
    assert wax.register_voucher("d", {}).signs_in is False


def test_a_guest_is_new_then_known_then_sent_another_code(wax):
    assert [wax.register("email", "a@b.org", reset, {}) for reset in (False, False, True)] == [2, 2, 2]


def test_wax_that_panics_over_a_text_message_has_not_sent_it():
    with pytest.raises(Refused) as no:
        asked(Says("500 Oops", b""), lambda wax: wax.register("sms", "+391", True, {}))
    assert no.value.code == "down"
    for status, kind in (("500 Oops", "email"), ("503 Oops", "sms")):
        with pytest.raises(Unsure):
            asked(Says(status, b""), lambda wax, kind=kind: wax.register(kind, "x", True, {}))


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("400 No", {"error": "authorization code not send"}, "not-sent"),
        ("400 No", {"error": "authorization code not sent"}, "not-sent"),
        ("400 No", {"message": "email domain is invalid"}, "domain"),
        ("400 No", {"message": "email is invalid"}, "domain"),
        ("404 No", {"message": "API not found"}, "unknown"),
    ],
)
def test_why_a_registration_is_refused(status, body, code):
    with pytest.raises(Refused) as no:
        asked(Says(status, json.dumps(body).encode()), lambda wax: wax.register("email", "a@b.org", True, {}))
    assert no.value.code == code


@pytest.mark.parametrize(
    ("state", "reason"), [("0", "wrong"), (0, "wrong"), ("2", "expired"), (2, "expired")]
)
def test_a_login_that_is_not_let_in(state, reason):
    body = json.dumps({"clientState": state}).encode()
    with pytest.raises(Refused) as no:
        asked(Says("201 Created", body), CALLS["login"])
    assert no.value.code == reason


@pytest.mark.parametrize("state", ["1", 1])
def test_a_login_that_is_let_in(state):
    asked(Says("201 Created", json.dumps({"clientState": state}).encode()), CALLS["login"])


@pytest.mark.parametrize("state", [None, True, "yes", 3, [], {"1": 1}, "1 "])
def test_a_client_state_that_is_none(state):
    with pytest.raises(Garbled):
        asked(Says("201 Created", json.dumps({"clientState": state}).encode()), CALLS["login"])


@pytest.mark.parametrize(
    "code", ["AB12&x=1 z", "ÄÖ/ü", "a//b", "50%+?#", "%2e%2e", "a/../b", "...", "\x7f\x01"]
)
def test_a_code_is_one_segment_of_the_path(code):
    says = Says(body=b'{"code": "x", "type": "auth", "user_db_id": 7}')
    asked(says, lambda wax: wax.register_voucher(code, {}))
    path = says.seen[0].split()[1].split("?")[0]
    assert path.count("/") == 4
    assert unquote(path) == f"/wax/register/voucher/{code}"


@pytest.mark.parametrize("code", ["", ".", ".."])
def test_what_no_path_can_hold_is_not_asked(code):
    says = Says()
    with pytest.raises(Refused):
        asked(says, lambda wax: wax.register_voucher(code, {}))
    assert says.seen == []


# What goes wrong


@pytest.mark.parametrize("name", CALLS)
def test_nobody_listens(name):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(Unreachable):
            CALLS[name](Wax(Server(url, connect_timeout=1, read_timeout=1), UNIT))


@pytest.mark.parametrize("name", CALLS)
def test_a_connection_that_is_cut(wax, name):
    wax.box.switches.down = True
    with pytest.raises(Unreachable if name in HARMLESS else Unsure):
        CALLS[name](wax)


@pytest.mark.parametrize("name", CALLS)
def test_no_answer_in_time(name):
    wait = threading.Event()
    says = Says(wait=wait)
    try:
        with pytest.raises(Unreachable if name in HARMLESS else Unsure):
            asked(says, CALLS[name], read=0.2)
    finally:
        wait.set()


@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "503 Busy", "504 Late"])
@pytest.mark.parametrize("name", CALLS)
def test_a_server_in_trouble(name, status):
    with pytest.raises(Unreachable if name in HARMLESS else Unsure):
        asked(Says(status, b"<h1>oops</h1>"), CALLS[name])


BODIES = [
    b"",
    b"<html>Under maintenance</html>",
    b'{"hotspot_id": 1, "hotspot_name": "\xff\xfe',
    b"[]",
    b'"text"',
    b"null",
    b"17",
    b"{" * 3000,
    b"[" * 100_000,
    b'{"clientState": ' + b"9" * 6000 + b"}",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_answer(name, body):
    with pytest.raises(Garbled):
        asked(Says(body=body), CALLS[name])


@pytest.mark.parametrize("name", CALLS)
def test_a_redirect_is_not_followed(name):
    with serve(Says(body=b'{"clientState": 1, "status": "success"}')) as other:
        to = [("Location", f"{other.url}wax/aaa/login")]
        with pytest.raises(Garbled):
            asked(Says("302 Found", b"{}", to), CALLS[name])
        assert other.server.app.seen == []


def test_an_endless_answer_ends():
    says = Says(body=b" " * (LARGEST + 1))
    with pytest.raises(Garbled):
        asked(says, CALLS["preferences"])


def test_an_answer_that_trickles_ends():
    class Trickle(Says):
        def __call__(self, environ, start_response):
            super().__call__(environ, start_response)
            return (gate.wait(0.1) or b" " for _ in range(100))

    gate = threading.Event()
    try:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            asked(Trickle(), CALLS["preferences"], read=0.3)
        assert time.monotonic() - began < 5
    finally:
        gate.set()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("401 No", b'{"message": "Voucher is invalid"}', "unknown"),
        ("401 No", b'{"message": "Voucher is expired"}', "expired"),
        ("401 No", b'{"message": "Voucher limit reached"}', "used-up"),
        ("400 No", b'{"message": "email domain is invalid"}', "domain"),
        ("400 No", b'{"message": "authorization code not sent"}', "not-sent"),
        ("400 No", b'{"error": "authorization code not send"}', "not-sent"),
        ("400 No", b'{"message": "digest is invalid"}', "unit"),
        ("400 No", b'{"message": "<script>alert(1)</script>"}', "other"),
        ("404 No", b'{"message": {"a": [1]}}', "other"),
        ("429 No", b"{}", "other"),
    ],
)
def test_what_wax_refuses(status, body, code):
    with pytest.raises(Refused) as no:
        asked(Says(status, body), CALLS["voucher"])
    assert no.value.code == code


@pytest.mark.parametrize("number", ["x", "", -1, 0, True, 1.5, None, [], 2**60, "٣", "9" * 30])
def test_a_guest_number_that_is_none_counts_as_none(number):
    body = json.dumps({"type": "auth", "user_db_id": number}).encode()
    assert asked(Says(body=body), CALLS["voucher"]).user == 0


def test_no_consent_to_take_back_is_as_good():
    asked(Says("404 Not Found", b'{"message": "No user found!"}'), CALLS["withdraw"])


@pytest.mark.parametrize("name", CALLS)
def test_neither_logs_nor_errors_tell_the_digest_or_a_code(wax, name, caplog):
    caplog.set_level(logging.DEBUG)
    with contextlib.suppress(Refused):
        CALLS[name](wax)
    wax.box.switches.down = True
    with pytest.raises(UpstreamError) as lost:
        CALLS[name](wax)
    assert KEY.digest not in repr(lost.value)
    assert lost.value.__cause__ is lost.value.__context__ is None
    assert KEY.digest not in caplog.text
    assert "a@b.org" not in caplog.text


def test_the_environments_proxy_is_not_asked(wax, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert wax.preferences()["hotspot_id"] == 1
