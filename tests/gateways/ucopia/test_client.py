"""The client meets a controller over real HTTP: sessions, cookies, time-outs, refusals."""

from __future__ import annotations

import contextlib
import http.server
import socketserver
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from portal.errors import Garbled, Refused, Unreachable, Unsure
from portal.gateways.ucopia.client import Client
from portal.gateways.ucopia.endpoint import Endpoint, EntryParams, Session
from portal.gateways.ucopia.errors import AgentRefused, NoAddress, NoPortal, check_refusal
from portal.http_client import http_client_of
from portal.simulators.server import serve
from portal.simulators.ucopia import Account, Controller, ControllerSettings, WireStyle, create_controller
from portal.simulators.ucopia.texts import REFUSALS
from tests.gateways.ucopia.canned import canned
from tests.simulators.ucopia_guest import ZONE

DOOR = EntryParams("http://wanted.example/")
TICKED = {"policy_accept": True}


class Box:
    """A controller and a client of it."""

    def __init__(self, controller: Controller, url: str) -> None:
        self.controller, self.url = controller, url
        self.client = Client(Endpoint(url, read_timeout=2))
        controller.accounts.add(Account("jsmith", "1234"))

    @property
    def faults(self) -> Any:
        return self.controller.settings.faults

    @property
    def actions(self) -> list[str]:
        return [call.action for call in self.controller.calls]


@pytest.fixture
def box() -> Iterator[Box]:
    controller = Controller(ControllerSettings(old_ids_live=False))
    with serve(create_controller(controller)) as server:
        yield Box(controller, server.url)
        controller.release()


def test_a_guest_is_taken_online_and_offline(box: Box) -> None:
    session, init = box.client.init(Session(), DOOR)
    assert (init.step, init.connected, session.path) == ("SUBSCRIBE", False, "/1/portal/")
    session, made = box.client.subscribe(session, DOOR, "one", {"connect_policy_accept": "true"})
    session, reply = box.client.authenticate(session, DOOR, made.login, made.password, TICKED)
    assert (reply.step, reply.nas) == ("FEEDBACK", None)
    session, init = box.client.init(session, DOOR)
    assert init.connected
    session, good = box.client.refresh(session, made.login, 1.0)
    assert good
    session, _reply = box.client.disconnect(session, DOOR, made.login)
    assert not box.client.init(session, DOOR)[1].connected
    assert box.actions.count("open") == 1  # rotated at every answer, never lost


def test_what_real_portals_send(box: Box) -> None:
    session = box.client.open(DOOR)
    box.client.authenticate(session, DOOR, "jsmith", "1234", TICKED)
    call = box.controller.calls[-1]
    assert dict(call.form) == {
        **{"action": "authenticate", "from_ajax": "true", "login": "jsmith", "password": "1234"},
        **{"policy_accept": "true", "wispr_mode": "false"},
    }
    assert call.user_agent == "portal/1"


def test_a_session_survives_a_degraded_first_page(box: Box) -> None:
    box.controller.settings.degraded_first_page = True
    session, init = box.client.init(Session(), DOOR)
    assert init.step == "SUBSCRIBE"
    assert session.cookie


def test_out_of_band_the_zone_is_opened_with_what_the_device_said(box: Box) -> None:
    client = Client(Endpoint(box.url, zone="test"))
    door = EntryParams(nas=ZONE)
    session, _init = client.init(Session(), door)
    assert session.path == "/100/portal/"
    assert box.controller.calls[0].form["challenge"] == ZONE["challenge"]
    session, reply = client.authenticate(session, door, "jsmith", "1234", TICKED)
    assert reply.nas
    assert (reply.nas.host, reply.nas.port, reply.nas.uri) == ("185.0.0.1", "10000", "login")


@pytest.mark.parametrize("answer", ["redirect", "html", "error"])
@pytest.mark.parametrize("action", ["init", "subscribe", "authenticate", "disconnect"])
def test_a_lost_session_is_opened_once_more_and_the_call_repeated(box: Box, action: str, answer: str) -> None:
    session = box.client.open(DOOR)
    if action == "disconnect":
        session, _ = box.client.authenticate(session, DOOR, "jsmith", "1234", TICKED)
    box.faults.lose_session_at, box.faults.lost_session_answer = action, answer
    box.controller.settings.init_opens = False
    calls: dict[str, Any] = {
        "init": lambda: box.client.init(session, DOOR),
        "subscribe": lambda: box.client.subscribe(session, DOOR, "one", {}),
        "authenticate": lambda: box.client.authenticate(session, DOOR, "jsmith", "1234", TICKED),
    }
    if action == "disconnect":  # the new session is nobody's: the controller says so
        with pytest.raises(Refused, match="failed to disconnect device"):
            box.client.disconnect(session, DOOR, "jsmith")
    else:
        assert calls[action]()[0].cookie
    assert box.actions.count(action) == 2
    assert box.actions.count("open") >= 2
    assert box.controller.accounts.made == (action == "subscribe")


def test_a_session_that_is_lost_again_is_no_answer(box: Box) -> None:
    session = box.client.open(DOOR)
    box.faults.garble["init"] = "html"
    with pytest.raises(Unreachable):
        box.client.init(session, DOOR)
    assert box.actions.count("init") == 2


@pytest.mark.parametrize("garble", ["html", "cut", "binary"])
def test_a_subscription_behind_garbage_is_never_repeated(box: Box, garble: str) -> None:
    session = box.client.open(DOOR)
    box.faults.garble["subscribe"] = garble
    with pytest.raises(Unsure):
        box.client.subscribe(session, DOOR, "one", {})
    assert box.controller.accounts.made == 1
    assert box.actions.count("subscribe") == 1


@pytest.mark.parametrize(
    ("action", "kind"),
    [("init", Unreachable), ("open", Unreachable), ("subscribe", Unsure), ("authenticate", Unsure)],
)
def test_a_time_out_says_whether_it_may_have_worked(box: Box, action: str, kind: type[Exception]) -> None:
    client = Client(Endpoint(box.url, read_timeout=0.2))
    session = client.open(DOOR)
    box.faults.slow[action] = 30
    with pytest.raises(kind):
        _call(client, session, action)
    box.controller.release()


@pytest.mark.parametrize("action", ["init", "open", "subscribe", "authenticate"])
def test_a_dead_controller_was_never_reached(action: str) -> None:
    with canned({}) as there:
        client = Client(Endpoint(there.url))
        session = Session("gone")
    with pytest.raises(Unreachable):
        _call(client, session, action)


def _call(client: Client, session: Session, action: str) -> None:
    match action:
        case "open":
            client.open(DOOR, session)
        case "init":
            client.init(session, DOOR)
        case "subscribe":
            client.subscribe(session, DOOR, "one", {})
        case "authenticate":
            client.authenticate(session, DOOR, "jsmith", "1234", TICKED)


TABLE_1 = {
    **{"no-portal": NoPortal, "no-incoming-network": NoPortal, "no-license": NoPortal, "dns": NoPortal},
    **{"internal": Unreachable, "user-agent": AgentRefused, "web-browser": AgentRefused},
    **{"empty-address": NoAddress},
}


@pytest.mark.parametrize("name", REFUSALS)
def test_table_1_is_read_by_its_text_which_goes_to_the_log(
    box: Box, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    box.controller.settings.refusal = name  # type: ignore[assignment]
    with pytest.raises(TABLE_1[name]):
        box.client.open(DOOR)
    assert REFUSALS[name][1] in caplog.text


@pytest.mark.parametrize("status", [200, 401, 403, 404, 500])
def test_a_text_of_table_1_counts_whatever_its_status(status: int) -> None:
    page = b"<html><body><p>Service Temporarily Unavailable. Please try later</p></body></html>"
    with pytest.raises(Unreachable):
        check_refusal(status, page)
    check_refusal(200, b'{"step": "LOGON", "note": "No portal is defined for this zone"}')
    check_refusal(200, b"<html>" + b" " * 5000 + b"no portal is defined")


def test_a_site_that_wants_mozilla_gets_it(box: Box) -> None:
    box.controller.settings.user_agents = "mozilla"
    with pytest.raises(AgentRefused):
        box.client.open(DOOR)
    assert Client(Endpoint(box.url, user_agent="Mozilla/5.0")).open(DOOR).cookie


@pytest.mark.parametrize(
    "style",
    [
        WireStyle(),
        WireStyle.manual(),
        WireStyle(
            booleans="strings",
            numbers="strings",
            empty_hashes="list",
            hidden_rules="absent",
            services_key="service",
            redirect_params_in="top",
            incoming="incomming",
            content_type="application/json",
        ),
    ],
)
def test_every_style_of_answers_says_the_same(box: Box, style: WireStyle) -> None:
    box.controller.settings.wire = style
    session, init = box.client.init(Session(), DOOR)
    assert (list(init.modes), init.standard, init.refresh) == (["one"], True, 50)
    with pytest.raises(Refused) as refused:
        box.client.authenticate(session, DOOR, "jsmith", "wrong", TICKED)
    assert refused.value.code == "bad-login-or-password"
    session, reply = box.client.authenticate(box.client.open(DOOR), DOOR, "jsmith", "1234", TICKED)
    assert reply.step == "FEEDBACK"


def test_cookies_of_many_guests_on_shared_connections_never_mix(box: Box) -> None:
    logins = [f"guest{number}" for number in range(24)]
    for login in logins:
        box.controller.accounts.add(Account(login, login))
    seen: dict[str, str] = {}

    def stay(login: str) -> None:
        session, _init = box.client.init(Session(), DOOR)
        session, _reply = box.client.authenticate(session, DOOR, login, login, TICKED)
        session, init = box.client.init(session, DOOR)
        seen[login] = init.user["login"]["value"] if init.connected else ""

    threads = [threading.Thread(target=stay, args=(login,)) for login in logins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {login: login for login in logins}
    assert "guest0" not in repr(vars(box.client.api.transport))


def test_it_never_follows_a_redirect_to_another_host() -> None:
    visited: list[str] = []

    def elsewhere(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        visited.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [b""]

    with serve(elsewhere) as other:

        def controller(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            headers = [("Location", f"{other.url}1/portal/"), ("Set-Cookie", "PHPSESSID=abc")]
            start_response("302 Found", headers)
            return [b""]

        with serve(controller) as box:
            assert Client(Endpoint(box.url)).open(DOOR) == Session("abc")
    assert visited == []


OTHERS = [
    "http://localhost:{port}/x",
    "http://a@127.0.0.1:{port}/x",
    "//localhost:{port}/x",
    "https://127.0.0.1:x/",
]


@pytest.mark.parametrize("target", OTHERS)
def test_another_name_of_the_same_machine_is_another_host(target: str) -> None:
    visited: list[str] = []

    def controller(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        visited.append(environ["PATH_INFO"])
        location = target.format(port=environ["SERVER_PORT"])
        start_response("302 Found", [("Location", location), ("Set-Cookie", "PHPSESSID=abc")])
        return [b""]

    with serve(controller) as box:
        assert Client(Endpoint(box.url)).open(DOOR) == Session("abc")
    assert set(visited) == {"/"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"step": "LOGON", "text": "' + b"a" * 1_000_001 + b'"}', Garbled),
        (b'{"a":' * 100_000, Garbled),
        (b"[" * 200_000, Garbled),
        (b"[]", Garbled),
        (b'"init"', Garbled),
        (b"", Garbled),
        (b"\x00\xff\xfe", Garbled),
        (b'{"step": ', Garbled),
        (b"{}", Garbled),
        (b"<html>", Unreachable),
    ],
)
def test_an_answer_that_is_none_is_an_error_of_ours(body: bytes, kind: type[Exception]) -> None:
    with canned({"init": body}) as there, pytest.raises(kind):
        Client(Endpoint(there.url)).init(Session(), DOOR)


@pytest.mark.parametrize("line", ["PHPSESSID=a b; path=/", "PHPSESSID=" + "a" * 500, "other=1", "PHPSESSID="])
def test_a_cookie_that_is_none_is_not_sent_back(line: str) -> None:
    with canned({"init": {"step": "LOGON"}}) as there:
        there.headers = [("Set-Cookie", line)]
        assert Client(Endpoint(there.url)).init(Session(), DOOR)[0].cookie == "first"


def test_a_controller_with_a_certificate_of_its_own_is_refused_unless_the_venue_says_otherwise(
    tls_context: Any, ca_file: str
) -> None:
    controller = Controller(ControllerSettings(old_ids_live=False))
    with serve(create_controller(controller), tls=tls_context) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            Client(Endpoint(url)).open(DOOR)
        assert Client(Endpoint(url, verify=ca_file)).open(DOOR).cookie
        assert Client(Endpoint(url, verify=False)).open(DOOR).cookie


@pytest.fixture(scope="module")
def ca_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A certificate of our own for localhost, with its key in the same file."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "ca.pem"
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(certificate.public_bytes(pem) + private)
    return str(file)


@pytest.fixture
def tls_context(ca_file: str) -> Any:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file)
    return context


@pytest.mark.parametrize("location", ["http://[", "//[bad/", "http://127.0.0.1:99999/", "", "/\u00e9 \u00e9"])
def test_a_redirect_to_no_address_leads_nowhere(location: str) -> None:
    def controller(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        cookie = ("Set-Cookie", "PHPSESSID=first")
        start_response("302 Found", [("Location", location), cookie])
        return [b""]

    with serve(controller) as box:
        assert Client(Endpoint(box.url)).open(DOOR) == Session("first")


def test_all_hops_together_have_the_time_of_one_call() -> None:
    def controller(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        time.sleep(0.3)
        start_response("302 Found", [("Location", "/next"), ("Set-Cookie", "PHPSESSID=first")])
        return [b""]

    with serve(controller) as box:
        began = time.monotonic()
        with pytest.raises(Unreachable):
            Client(Endpoint(box.url, connect_timeout=0.4, read_timeout=0.6)).open(DOOR)
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(("action", "kind"), [("init", Unreachable), ("authenticate", Unsure)])
def test_an_answer_that_drips_ends_when_its_time_is_up(action: str, kind: type[Exception]) -> None:
    stop = threading.Event()

    def controller(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/html")])
        for _ in range(200):
            if stop.wait(0.05):
                return
            yield b" "

    with serve(controller) as box:
        client = Client(Endpoint(box.url, read_timeout=0.4))
        began = time.monotonic()
        with pytest.raises(kind):
            _call(client, Session("abc"), action)
        assert time.monotonic() - began < 3
        stop.set()


@pytest.mark.parametrize(("action", "kind"), [("init", Unreachable), ("authenticate", Unsure)])
def test_headers_that_drip_end_when_their_time_is_up(action: str, kind: type[Exception]) -> None:
    stop = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            with contextlib.suppress(OSError):
                while not stop.wait(0.05):
                    self.wfile.write(b"a")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        threading.Timer(4, stop.set).start()
        client = Client(Endpoint(f"http://127.0.0.1:{server.server_address[1]}/", read_timeout=0.4))
        began = time.monotonic()
        with pytest.raises(kind):
            _call(client, Session("abc"), action)
        assert time.monotonic() - began < 3
        stop.set()
        server.shutdown()


def test_no_log_tells_what_a_guest_wanted_or_which_device_it_is(caplog: pytest.LogCaptureFixture) -> None:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            lines = (
                b"HTTP/1.1 200 OK\r\nno header at all\r\nSet-Cookie: PHPSESSID=a\r\nContent-Length: 0\r\n\r\n"
            )
            self.wfile.write(lines)

    caplog.set_level("DEBUG")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        door = EntryParams("http://secret.example/", {"mac": "00-22-fb-d5-15-ee"})
        with contextlib.suppress(Garbled):
            Client(Endpoint(url)).open(door)
        with contextlib.suppress(Garbled):
            Client(Endpoint(url, zone="test")).open(door)
        server.shutdown()
    assert "call=open" in caplog.text
    assert "secret.example" not in caplog.text
    assert "00-22" not in caplog.text


@pytest.mark.parametrize("chunked", [False, True])
def test_one_connection_serves_guest_after_guest(chunked: bool) -> None:
    connections = set()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            connections.add(self.client_address)
            body = b'{"step": "LOGON"}'
            self.send_response(200)
            if chunked:
                self.send_header("Transfer-Encoding", "chunked")
                body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            else:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        client = Client(Endpoint(f"http://127.0.0.1:{server.server_address[1]}/"))
        for number in range(10):
            client.init(Session(f"guest{number}"), DOOR)
        http_client_of(client.endpoint.server).close()
        server.shutdown()
    assert len(connections) == 1
