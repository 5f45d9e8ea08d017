"""Somebody who has read our documents, and tries what they promise cannot be done, at an instance as operators start it.

Each test is one trick, named by what would be wrong. Beside the hotel stand a neighbour with a box of its own and venues
whose designers are hostile: one with pages of theirs, one of links and pipes, one whose very file is a pipe.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
import requests

from portal.gateways.iacbox import protocol
from portal.simulators.iacbox import BoxSettings, IacBox, create_box
from portal.simulators.server import serve
from tests.bench import free_port
from tests.gateways.iacbox.inn import SECRET, VENUE
from tests.guest import Guest
from tests.house import KEY, running_portal, write_venues
from tests.server import FOYER, ROOT, started

EVIL = VENUE.replace("Hotel Alpenblick", "Casa Malvada").replace(SECRET, "the secret of evil")
SUN = VENUE.replace("Hotel Alpenblick", "Pension Sonne").replace(SECRET, "the secret of the sun")
WAYS = 'sign_in = ["cred", "free"]'


@dataclass
class Scene:
    """The hotel's box, the portal's address, its folder and its log."""

    box: IacBox
    box_url: str
    url: str
    folder: Path
    log: Path

    def start(self, mac: str = "0200000000e1") -> str:
        return f"{self.box_url}device/{mac}/browse?url=http://captive.apple.com/"

    def arrival(self, mac: str = "0200000000e1") -> str:
        """Redirect 1 as a whole address."""
        return requests.get(self.start(mac), allow_redirects=False, timeout=5).headers["Location"]

    def guest(self, mac: str = "0200000000e1", **how: object) -> Guest:
        return Guest(self.url, **{"goes_on": True} | how).opens(self.start(mac))  # type: ignore[arg-type]

    def raw(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """An answer to these very bytes."""
        where = urlsplit(self.url)
        with socket.create_connection((str(where.hostname), where.port or 80), 10) as line:
            line.sendall(request)
            answer = http.client.HTTPResponse(line)
            answer.begin()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder, port = tmp_path_factory.mktemp("attacks"), free_port()
    box = IacBox(BoxSettings(secret=SECRET))
    with contextlib.ExitStack() as stack:
        box_url = stack.enter_context(serve(create_box(box))).url
        write_venues(
            folder / "venues",
            {
                "hotel": VENUE.format(box=box_url, keys=WAYS, general=""),
                "sun": SUN.format(box="http://sun.example/", keys=WAYS, general=""),
                "sly": {
                    "venue.toml": EVIL.format(box="http://evil.example/", keys=WAYS, general=""),
                    "theme/templates/online.html": "{{ page.__class__.__mro__ }}{{ config }}{{ ''|attr('__class__') }}",
                    "theme/templates/message.html": "{{ cycler.__init__.__globals__.os.environ }}<h1>{{ title }}</h1>",
                },
                "evil": pipes_and_links(folder / "venues"),
            },
        )
        environ = {
            "PORTAL_VENUES": str(folder / "venues"),
            "PORTAL_SECRET_KEY": KEY,
            "PORTAL_STATE": str(folder / "s"),
        }
        stack.enter_context(started(FOYER, port, ROOT, environ | {"WEB_CONCURRENCY": "2"}, folder / "log"))
        url = f"http://127.0.0.1:{port}/"
        box.point_at(f"{url}hotel/", f"{url}hotel/callback")
        yield Scene(box, box_url, url, folder, folder / "log")


def pipes_and_links(venues: Path) -> dict[str, str]:
    """What a designer put there who can make more than files."""
    theme = venues / "evil" / "theme" / "templates"
    theme.mkdir(parents=True)
    (venues / "pipe").mkdir()
    for pipe in (
        theme.parent / "theme.css",
        theme / "sign_in.html",
        theme.parent / "photo.jpg",
        venues / "pipe/venue.toml",
    ):
        os.mkfifo(pipe)
    (theme.parent / "logo.svg").symlink_to("/etc/passwd")
    (venues / "evil" / "texts").symlink_to("../hotel")
    (theme / "message.html").symlink_to("../../../hotel/venue.toml")
    return {"venue.toml": EVIL.format(box="http://evil.example/", keys=WAYS, general="")}


def headers_of(scene: Scene, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{scene.url}{path}", headers=headers, allow_redirects=False, timeout=10)


# Somebody else's state


def test_a_link_with_my_state_does_not_move_a_guest_who_has_one(scene):
    mine, theirs = scene.guest("0200000000e1"), scene.guest("0200000000e2")
    before = theirs.session.cookies["guest"]
    theirs.opens(f"hotel/?guest={mine.field('guest')}").fills(username="gast", password="willkommen")
    theirs.presses(way="cred").sees("You are online")
    assert before
    assert scene.box.devices["0200000000e2"].online
    assert not scene.box.devices["0200000000e1"].online


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_on_another_page_brings_no_state(scene, site):
    state = scene.guest().field("guest")
    answer = headers_of(scene, f"hotel/sign-in?guest={state}", **{"Sec-Fetch-Site": site})
    assert "Ticket code" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://{host}@evil.example"},
        {"Origin": "http://{host}.evil.example"},
        {"Origin": "http://evil.example/{host}"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_on_another_page_signs_nobody_in(scene, headers):
    guest, host = scene.guest("0200000000e3"), urlsplit(scene.url).netloc
    sent = {name: value.format(host=host) for name, value in headers.items()}
    answer = guest.session.post(f"{scene.url}hotel/sign-in", {"way": "free"}, headers=sent, timeout=5)
    assert answer.status_code == 403
    form = {"way": "free", "guest": guest.field("guest")}
    assert requests.post(f"{scene.url}hotel/sign-in", form, headers=sent, timeout=5).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary="])
def test_a_body_of_another_kind_is_no_form(scene, kind):
    guest = scene.guest("0200000000e4")
    body = urlencode({"way": "free"})
    answer = guest.session.post(f"{scene.url}hotel/sign-in", body, headers={"Content-Type": kind}, timeout=5)
    assert answer.status_code == 400
    assert "lapi=" not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
def test_other_methods_do_nothing(scene, method):
    status, _headers, body = scene.raw(
        f"{method} /hotel/sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    )
    assert status in (400, 404, 405, 501)
    assert b"Traceback" not in body


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_header_makes_no_post_of_a_get(scene, name):
    guest = scene.guest("0200000000e5")
    answer = guest.session.get(f"{scene.url}hotel/sign-in?way=free", headers={name: "POST"}, timeout=5)
    assert "lapi=" not in answer.text


# Addresses and headers


@pytest.mark.parametrize(
    "path",
    [
        "hotel/?lang=de%0d%0aSet-Cookie:%20a=b", "hotel/refresh/1%0d%0aX-Evil:%20b", "hotel/%0d%0aX-Evil:%20b",
        "hotel/?code=%0d%0aX-Evil:b", "wings/login/%0d%0aX-Evil:b?uuid=%0d%0aX-Evil:b", "hotel%0aX-Evil:b/",
    ],
)  # fmt: skip
def test_no_header_is_written_by_an_address(scene, path):
    answer = headers_of(scene, path)
    assert "x-evil" not in answer.headers
    assert "a=b" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/static/..%5cwsgi.py", "/static/%252e%252e/wsgi.py",
        "/hotel/logo/light/../../venue.toml", "/hotel/venue.toml", "/hotel/../hotel/venue.toml", "/.env", "/s/shared.sqlite",
        "/evil/logo/light", "/hotel/hop/logo/0", "/hotel/hop/logo/99999999999999999999", "/hotel/hop/logo/-1",
        "//evil.example/hotel/", "/hotel//", "/%2e%2e/", "/HOTEL/", "/hotel%00/", "/ｈotel/", "/hotel/photo", "/_group/",
    ],
)  # fmt: skip
def test_no_path_leads_out(scene, path):
    request = f"GET {quote(path, safe='/%')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    status, headers, body = scene.raw(request)
    assert status in (200, 301, 308, 400, 404, 503)
    for leak in (SECRET.encode(), b"root:", b"SQLite format", b"create_app", KEY.encode()):
        assert leak not in body
    assert "evil.example" not in headers.get("location", "")
    assert not headers.get("location", "").startswith("//")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}, {"X-Original-URL": "/sun/"},
        {"X-Rewrite-URL": "/sun/"}, {"X-Forwarded-Prefix": "//evil.example"}, {"X-Script-Name": "//evil.example"},
        {"Forwarded": "host=evil.example"}, {"Script-Name": "//evil.example"}, {"X-Forwarded-Proto": "javascript"},
        {"Accept-Language": "evil.example"}, {"User-Agent": "evil.example; wv)"}, {"Cookie": "guest=evil.example"},
    ],
)  # fmt: skip
def test_no_header_reaches_the_next_guest(scene, headers):
    """Login pages are rendered once for many guests; what one sends stands in nobody's page."""
    for _ in range(4):
        headers_of(scene, "hotel/", **headers)
        requests.get(scene.arrival("0200000000e6"), headers=headers, timeout=5)
    for page in (headers_of(scene, "hotel/"), requests.get(scene.arrival("0200000000e7"), timeout=5)):
        assert "evil.example" not in page.text + str(page.headers)
        assert "Pension Sonne" not in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_an_absolute_request_line_changes_nothing(scene):
    status, headers, body = scene.raw(
        b"GET http://evil.example/hotel/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert status in (200, 400, 404)
    assert b"evil.example" not in body
    assert "evil.example" not in str(headers)


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /hotel/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /",
        b"POST /hotel/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\nway=",
        b"POST /hotel/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nway=",
        b"POST /hotel/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"GET /hotel/ HTTP/1.1\r\nHost: x\r\nCookie: guest=\x00\xff\r\n\r\n",
        b"GET /hotel/ HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\nConnection: close\r\n\r\n",
    ],
)
def test_no_request_hides_another(scene, request_):
    with contextlib.suppress(http.client.HTTPException, ConnectionError, TimeoutError):
        status, _headers, body = scene.raw(request_)
        assert status < 500 or status == 501
        assert b"Traceback" not in body


# Venues, boxes and instances


def test_pages_of_two_venues_never_mix(scene):
    def looks(number: int) -> bool:
        slug, name, other = [("hotel", "Alpenblick", "Sonne"), ("sun", "Sonne", "Alpenblick")][number % 2]
        page = headers_of(scene, f"{slug}/?lang={'de' if number % 3 else 'en'}").text
        return name in page and other not in page

    with ThreadPoolExecutor(8) as crowd:
        assert all(crowd.map(looks, range(120)))


def test_no_two_guests_get_one_state(scene):
    def state(number: int) -> str:
        page = requests.get(scene.arrival(f"0200000e{number:04x}"), timeout=10).text
        return page.partition('name="guest" value="')[2].partition('"')[0]

    with ThreadPoolExecutor(8) as crowd:
        states = list(crowd.map(state, range(60)))
    assert len(set(states)) == 60
    assert all(states)


@pytest.mark.parametrize("slug", ["sun", "sly"])
def test_a_state_and_a_redirect_of_one_venue_open_no_other(scene, slug):
    guest = scene.guest("0200000000e8")
    form = {"way": "free", "guest": guest.field("guest")}
    assert requests.post(f"{scene.url}{slug}/sign-in", form, timeout=5).status_code in (400, 403, 409)
    query = urlsplit(scene.arrival("0200000000e8")).query
    assert headers_of(scene, f"{slug}/?{query}").status_code == 400


def test_what_another_instance_sealed_is_nothing_here(scene, tmp_path):
    text = VENUE.format(box=scene.box_url, keys=WAYS, general="")
    with running_portal(
        tmp_path, {"hotel": text}, secret_keys=("another key of 32 characters, or more",)
    ) as other:
        query = urlsplit(scene.arrival("0200000000e9")).query
        page = requests.get(f"{other.url}hotel/?{query}", timeout=5)
    token, handle = page.cookies["guest"], re.findall(r"guest=([\w-]{22})\b", page.text)[0]
    assert "Ticket code" not in headers_of(scene, "hotel/sign-in", Cookie=f"guest={token}").text
    for foreign in (token, handle):
        assert "Ticket code" not in headers_of(scene, f"hotel/sign-in?guest={foreign}").text


def test_our_own_messages_to_the_box_are_no_messages_of_the_box(scene):
    key = protocol.Key(SECRET)
    for action in ("logon", "ref"):
        fields = {"version": "2.1", "id": "7yXYLm3pQ2uVbZkT1LlCwA", "action": action, "type": "free"}
        query = urlsplit(protocol.outgoing_url("http://x.example/", fields, key)).query
        for path in ("hotel/", "hotel/callback"):
            answer = headers_of(scene, f"{path}?{query}")
            assert answer.status_code == 400
            assert "You are online" not in answer.text


def test_a_yes_for_one_phone_is_no_yes_for_another(scene):
    lucky, other = scene.guest("0200000000f1"), scene.guest("0200000000f2")
    lucky.presses(way="free").sees("You are online")
    yes = next(url for _method, url, _status in reversed(lucky.trail) if "/callback?" in url)
    other.opens(yes).does_not_see("You are online")
    assert not scene.box.devices["0200000000f2"].online


@pytest.mark.parametrize("change", ["twice", "swapped", "padded", "upper", "cut", "empty"])
def test_a_redirect_that_was_touched_opens_nothing(scene, change):
    lapi, si = (part.partition("=")[2] for part in urlsplit(scene.arrival("0200000000f3")).query.split("&"))
    query = {
        "twice": f"lapi={lapi}&si={si}&lapi=x", "swapped": f"lapi={si}&si={lapi}", "padded": f"lapi={lapi}AA&si={si}",
        "upper": f"lapi={lapi.upper()}&si={si}", "cut": f"lapi={lapi}&si={si[:-1]}", "empty": f"lapi={lapi}&si=",
    }[change]  # fmt: skip
    answer = headers_of(scene, f"hotel/?{query}")
    assert answer.status_code == 400
    assert "Ticket code" not in answer.text


# A hostile venue


@pytest.mark.parametrize("slug", ["sly", "evil", "pipe"])
def test_a_hostile_venue_stops_nobody_and_shows_nothing(scene, slug):
    assert headers_of(scene, "hotel/").status_code == 200
    for page in ("", "online", "terms", "nothing", "logo/light", "photo", "refresh/x%20y"):
        began = time.monotonic()
        answer = headers_of(scene, f"{slug}/{page}")
        assert time.monotonic() - began < 2
        assert answer.status_code in ((200, 400, 404) if slug == "sly" else (404, 503))
        for leak in (SECRET, "root:", KEY, "__mro__", "<class", "PORTAL_"):
            assert leak not in answer.text


# Limits


HEADERS = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "True-Client-IP", "CF-Connecting-IP"]


@pytest.mark.parametrize("number", range(len(HEADERS)))
def test_nobody_chooses_the_address_or_the_capitals_that_limits_know(scene, number):
    """Twelve wrong codes of a device in ten minutes, however they are written and wherever they seem to come from."""
    guest, code = scene.guest(f"02000000d0{number:02}"), f"gast{number}"
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    spellings = [
        code,
        code.upper(),
        f" {code.title()} ",
        wide,
        f"g\u200b{code[1:]}",
        f"{code[:2]}-{code[2:]}",
    ]
    answers = []
    for turn in range(16):
        form = {
            "way": "cred",
            "username": spellings[turn % 6],
            "password": f"{turn}",
            "guest": guest.field("guest"),
        }
        sent = {HEADERS[number]: f"203.0.113.{turn}", "User-Agent": f"phone {turn}"}
        answers.append(requests.post(f"{scene.url}hotel/sign-in", form, headers=sent, timeout=5).status_code)
    assert answers == [200] * 12 + [429] * 4


def test_the_log_has_one_line_an_event_and_nothing_of_all_this(scene):
    headers_of(scene, "hotel/?reason=%0aINFO%20forged%20line&code=very-secret")
    log = scene.log.read_text()
    for never in ("Traceback", "forged line", "very-secret", "willkommen", SECRET, KEY, "lapi="):
        assert never not in log
