"""A phone at a simulated IACBOX, over real HTTP, with the portal played by the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from portal.simulators.iacbox import BoxSettings, IacBox, create_box
from portal.simulators.iacbox.outgoing import codec_of
from portal.simulators.iacbox.wire import pack, unpack
from portal.simulators.server import serve

LANDING = "http://127.0.0.1:9/hotel/"
CALLBACK = "http://127.0.0.1:9/hotel/callback"
NOON = 1_750_075_200.0  # 16 June 2025, 12:00 UTC


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


class Phone:
    """One phone and the portal behind it: every method is one request, redirects are not followed."""

    def __init__(self, box: IacBox, url: str, mac: str = "0a0000000001") -> None:
        self.box, self.url, self.mac, self.id = box, url, mac, ""
        self.browser = requests.Session()

    def get(self, path: str, **kwargs) -> requests.Response:
        return self.browser.get(self.url + path, allow_redirects=False, timeout=5, **kwargs)

    def browses(self, wanted: str = "http://example.com/") -> requests.Response:
        return self.get(f"device/{self.mac}/browse", params={"url": wanted})

    def reads(self, response: requests.Response) -> dict[str, str]:
        """The fields of redirect 1 or 3."""
        assert response.status_code == 302, response.text
        query = parse_qs(urlsplit(response.headers["Location"]).query)
        settings = self.box.settings
        return unpack(codec_of(settings).open(query[settings.lapi][0], query[settings.si][0]))

    def arrives(self, wanted: str = "http://example.com/") -> dict[str, str]:
        fields = self.reads(self.browses(wanted))
        self.id = fields[self.box.settings.wire("id")]
        return fields

    def seals(self, **fields: str) -> dict[str, str]:
        settings = self.box.settings
        lapi, si = codec_of(settings).seal(
            pack({settings.wire(name): value for name, value in fields.items()})
        )
        return {"lapi": lapi, "si": si}

    def logs_on(self, type: str, path: str = "", **fields: str) -> requests.Response:
        """Redirect 2; a field given as empty text is sent empty."""
        head = {"ver": "2.1", "id": self.id, "ac": "logon", "type": type, "lang": "en"}
        return self.get(path, params=self.seals(**head | fields))

    def outcome(self, type: str, **fields: str) -> tuple[str, str]:
        """Return code and message of redirect 3."""
        back = self.reads(self.logs_on(type, **fields))
        assert back["ac"] == "cbk"
        return back["rc"], back.get("err", "")

    def is_online(self) -> bool:
        return self.browses().status_code == 200


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Stage:
    """One socket for all tests of a run; each puts its own box on it."""

    def __init__(self) -> None:
        self.box = None

    def __call__(self, environ, start_response):
        return self.box(environ, start_response)


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage()
    with serve(stage) as running:
        yield stage, running.url


@pytest.fixture
def open_box(clock, stage) -> Iterator[Callable[..., Phone]]:
    """Opens a box with these settings and hands over a phone; the box is gone with the test."""
    phones = []

    def open(**settings) -> Phone:
        given = {"secret": "correct horse battery", "landing_url": LANDING, "callback_url": CALLBACK}
        box = IacBox(BoxSettings(**given | settings), clock)
        stage[0].box = create_box(box)
        phones.append(Phone(box, stage[1]))
        return phones[-1]

    yield open
    stage[0].box = None
    for phone in phones:
        phone.browser.close()


@pytest.fixture
def phone(open_box) -> Phone:
    return open_box()


@pytest.fixture
def another() -> Callable[[Phone], Phone]:
    """A second phone at the box of the first."""
    return lambda first: Phone(first.box, first.url, "0a0000000002")
