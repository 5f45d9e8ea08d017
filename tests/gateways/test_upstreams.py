"""What no server that a venue names may do to a guest or to the log, whichever gateway asks it."""

from __future__ import annotations

import logging
import ssl
import threading
import warnings

import pytest

from portal.gateways.ucopia.client import client_of
from portal.http_client.circuit_breaker import SLOTS
from tests.gateways.iacbox.hotel import BERGER, open_hotel
from tests.gateways.icaro.hotspot import KEY, running_cafe
from tests.gateways.ucopia.world import table
from tests.guest import Guest
from tests.house import running_portal
from tests.http_client.conftest import make_authority
from tests.http_client.hostile import Line, hostile, says, within

DRIPS = {
    "headers": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "status line": b"HTTP/1.1 200 O",
    "body": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
}
NET = 'name = "Café"\nsystem = "icaro"\n[icaro]\nurl = "{url}"\nconnect_timeout = 1.0\nread_timeout = 1.0\n{more}\n'
HOTEL = 'name = "Hotel"\nsystem = "iacbox"\n[iacbox]\nurl = "https://box.example/"\nsecret = "a secret of eight"\n'


def drips(head: bytes):
    def script(line: Line) -> None:
        line.hears()
        line.says(head)
        line.drips(b"a")

    return script


def venue_of(gateway: str, more: str) -> str:
    """A venue file with more keys in the table that names a server."""
    return {
        "iacbox.pms": f'{HOTEL}sign_in = ["pms"]\n[iacbox.pms]\nmode = "local"\nurl = "https://box.example/pms"\n{more}',
        "ucopia": f'name = "H"\nsystem = "ucopia"\n[ucopia]\nurl = "https://box.example/"\n{more}',
        "icaro": NET.format(url="https://box.example/", more=more),
    }[gateway]


def arrival(slug: str, secret: str = KEY.digest) -> str:
    """Where a unit of Icaro sends a phone."""
    said = f"digest={secret}&uuid={KEY.uuid}&sessionid=1&mac=02-00-00-00-00-01&uamip=10.1.0.1&uamport=3990"
    return f"{slug}/?{said}"


@pytest.fixture
def everything(caplog):
    """What an operator sees who wants to know it all, of every library."""
    before = {
        name: logging.getLogger(name).level
        for name in ("urllib3", "urllib3.connectionpool", "urllib3.connection")
    }
    caplog.set_level(logging.NOTSET)
    for name in before:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("what", DRIPS)
def test_a_pms_that_drips_holds_no_guest(tmp_path, what):
    more = "connect_timeout = 1\nread_timeout = 1"
    with (
        hostile(drips(DRIPS[what])) as pms,
        open_hotel(tmp_path, "local", more=more, pms_url=pms.url) as hotel,
    ):
        guest = hotel.guest()
        with within(5):
            guest.fills(**BERGER).presses(way="pms").status(422).sees("cannot be reached", "try again")


@pytest.mark.parametrize("what", DRIPS)
def test_a_wax_that_drips_holds_no_guest(tmp_path, what):
    with hostile(drips(DRIPS[what])) as wax:
        venues = {"cafe": NET.format(url=wax.url, more="")}
        with running_portal(tmp_path, venues) as portal, within(6):
            Guest(portal.url).opens(arrival("cafe")).sees("The network does not answer")


def test_nobody_reads_the_digest_in_a_log(tmp_path, everything):
    with running_cafe(tmp_path) as cafe:
        guest = cafe.guest()
        guest.fills(email="anna@example.org").ticks("terms").presses("email").sees("We have sent a code")
        cafe.icaro.switches.down = True
        guest.fills(code="123456").presses("code")
        upstream = "\n".join(row.getMessage() for row in everything.records if row.name != "werkzeug")
    assert cafe.called("register/email")
    assert KEY.digest not in upstream
    assert "anna" not in upstream


def test_nobody_reads_a_room_in_a_log(tmp_path, everything):
    with open_hotel(tmp_path, "local") as hotel:
        guest = hotel.guest().fills(**BERGER).presses(way="pms").sees("Premium Speed")
        hotel.box.faults.down = "close"
        guest.opens("hotel/")
        upstream = "\n".join(row.getMessage() for row in everything.records if row.name != "werkzeug")
    assert "room=214" not in upstream
    assert BERGER["birthday"] not in upstream


@pytest.mark.parametrize("content", [None, "no certificate"])
@pytest.mark.parametrize("name", ["ca.pem", "../ca.pem"])
@pytest.mark.parametrize("gateway", ["iacbox.pms", "ucopia", "icaro"])
def test_a_ca_file_that_is_none_is_a_fault_of_the_venue_file(tmp_path, gateway, name, content, caplog):
    if content:
        (tmp_path / "hotel").mkdir()
        (tmp_path / "hotel" / name).write_text(content)
    text = venue_of(gateway, f'verify = "{name}"')
    with running_portal(tmp_path, {"hotel": text, "other": HOTEL}) as portal:
        Guest(portal.url).opens("hotel/").status(503).sees("The Wi-Fi page is being set up")
        Guest(portal.url).opens("other/").status(200)
    assert f"venue.toml: {gateway}.verify: " in caplog.text
    assert name in caplog.text


@pytest.mark.parametrize("gateway", ["iacbox.pms", "ucopia", "icaro"])
def test_a_server_that_is_not_checked_is_named_in_the_log(tmp_path, gateway, caplog):
    with running_portal(tmp_path, {"hotel": venue_of(gateway, 'verify = false\ntls = "old"')}):
        pass
    assert "host=box.example verify=false: not authenticated" in caplog.text
    assert "host=box.example tls=old:" in caplog.text


@pytest.mark.parametrize("tls", ["strict", "old"])
def test_an_old_controller_is_reached_where_the_venue_says_so(tmp_path, tls, caplog):
    (tmp_path / "cafe").mkdir()
    authority = make_authority(tmp_path / "cafe", bits=1024)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(authority.file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    with hostile(
        says(b'{"hotspot_id": 1, "hotspot_name": "x", "preferences": {"email_login": "true"}}'), tls=context
    ) as wax:
        venues = {"cafe": NET.format(url=wax.url, more=f'verify = "ca.pem"\ntls = "{tls}"')}
        with running_portal(tmp_path, venues) as portal:
            guest = Guest(portal.url).opens(arrival("cafe"))
            if tls == "strict":
                guest.sees("The network does not answer")
            else:
                guest.sees("E-mail address")
    assert bool(wax.asked) == (tls == "old")
    assert ("tls=old" in caplog.text) == (tls == "old")


def test_a_controller_that_hangs_harms_no_other_venue(tmp_path, monkeypatch):
    """Hundred and fifty guests before a controller that hangs: those beyond its share, and the guests of another
    venue, have their pages while all the others still wait."""
    monkeypatch.setattr(SLOTS, "free", 120)
    go, waiting, answered = threading.Event(), threading.Semaphore(0), threading.Semaphore(0)

    def hangs(line: Line) -> None:
        if line.hears():
            waiting.release()
            go.wait(60)

    shown = []
    with hostile(hangs) as controller:
        venues = {"campus": table(controller.url, read_timeout=60), "hotel": HOTEL}
        with running_portal(tmp_path, venues) as portal:

            def guest() -> None:
                shown.append(Guest(portal.url).opens("campus/").response.status_code)
                answered.release()

            threads = [threading.Thread(target=guest) for _ in range(150)]
            for one in threads:
                one.start()
            for _ in range(107):
                assert waiting.acquire(timeout=30)
            for _ in range(43):
                assert answered.acquire(timeout=30)
            late = Guest(portal.url).opens("campus/").status(503).sees("The network does not answer")
            assert 5 <= int(late.response.headers["Refresh"]) < 15
            Guest(portal.url).opens("hotel/").status(200)
            assert controller.connections == 107
            assert shown == [503] * 43
            go.set()
            for one in threads:
                one.join()
    client_of.cache_clear()
    assert shown == [503] * 150
