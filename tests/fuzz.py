"""Requests that no browser makes, from a seed: what comes in as what, where, how often and in which bytes.

The application is called in this process, below any HTTP server: what a server would refuse comes through as well.
"""

from __future__ import annotations

import contextlib
import io
import logging
import random
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from portal import create_app
from portal.config import Config
from portal.simulators.iacbox import BoxSettings, IacBox, create_box
from portal.simulators.icaro import Icaro, IcaroSettings, create_icaro
from portal.simulators.server import serve
from portal.simulators.ucopia import Controller, ControllerSettings, Mode, create_controller
from tests.gateways.iacbox.inn import SECRET, TEMPLATES
from tests.gateways.iacbox.inn import VENUE as INN
from tests.gateways.icaro.hotspot import KEY as UNIT
from tests.gateways.icaro.hotspot import VENUE as CAFE
from tests.gateways.ucopia.world import table
from tests.house import KEY, write_venues

HOP = '\n[[integrations]]\nname = "S"\npre_auth_redirect_url = "http://127.0.0.1:9/s"\nwings_compatible = true\n'
VENUES = ("hotel", "campus", "zone", "cafe", "hops", "closed", "nobody")
PATHS = (
    *(
        "",
        "sign-in",
        "online",
        "terms",
        "privacy",
        "imprint",
        "callback",
        "hop",
        "next",
        "logo/light",
        "account",
    ),
    *("hop/logo/0", "refresh/7", "disconnect", "leave", "ucopia/policy/one/own", "ucopia/disconnect", "ask"),
    *("ucopia/refresh", "iacbox/pms.js", "choose", "purchase", "%s", "../static/base.css", "a" * 3000),
)
ELSEWHERE = (
    "/",
    "/healthz",
    "/static/base.css",
    "/static/../setup.cfg",
    "/wings/login",
    "/wings/login/email",
    "//x",
)
NAMES = (
    *(
        "lapi",
        "si",
        "lang",
        "guest",
        "code",
        "ping",
        "res",
        "uamip",
        "uamport",
        "challenge",
        "userurl",
        "mac",
    ),
    *("reason", "dst", "other", "stop", "digest", "uuid", "sessionid", "user", "nasid", "ssid", "vlan", "ip"),
    *("wings", "validated", "journey", "hop", "num", "email", "username", "password", "way", "terms", "room"),
    *("birthday", "template", "offers", "answer", "by", "again", "login", "prefix", "phone", "email_address"),
    *(
        "postal_country_name",
        "policy_accept",
        "connect_policy_accept",
        "privacy",
        "user_login",
        "skip",
        "signature",
    ),
)
VALUES = (
    *(
        b"",
        b" ",
        b"\x00",
        b"a\x00b",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x98\x80",
        b"'\"><script>",
        b"{{7*7}}",
    ),
    *(
        b"%(x)s",
        b"%s%n",
        b"../../etc/passwd",
        b"a\r\nSet-Cookie: x=y",
        "٣".encode(),
        "\u202eabc".encode(),
        b"-1",
    ),
    *(
        b"0",
        b"1e999",
        b"99999999999999999999",
        b"NaN",
        b"null",
        b"[]",
        b"true",
        b"yes",
        b"x" * 8192,
        b"\xc3(" * 900,
    ),
    *(
        b"notyet",
        b"success",
        b"failed",
        b"logoff",
        b"already",
        b"127.0.0.1",
        b"::1",
        b"1;script-src *",
        b"80",
        b"de",
    ),
    *(
        b"cred",
        b"free",
        b"create",
        b"pms",
        b"to",
        b"login",
        b"one",
        b"direct",
        b"voucher",
        b"email",
        b"sms",
        b"code",
    ),
    *(
        b"http://a.example/",
        b"//evil.example",
        b"javascript:alert(1)",
        b"02-00-00-00-00-01",
        b"gast",
        b"willkommen",
    ),
    *(
        b"https://[::1",
        b"1980-05-31",
        b"31.02.1980",
        b"0000-00-00",
        b"a@b.example",
        b"+4369912345",
        b"zh-TW",
        b"xx",
    ),
)
HEADERS = (
    *(
        "HTTP_COOKIE",
        "HTTP_ACCEPT_LANGUAGE",
        "HTTP_HOST",
        "HTTP_ACCEPT_ENCODING",
        "HTTP_SEC_FETCH_SITE",
        "HTTP_ORIGIN",
    ),
    *(
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_REFERER",
        "HTTP_USER_AGENT",
    ),
    *(
        "SCRIPT_NAME",
        "HTTP_RANGE",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_NONE_MATCH",
        "REMOTE_ADDR",
        "HTTP_CONTENT_ENCODING",
    ),
    *("HTTP_X_FORWARDED_PREFIX", "HTTP_AUTHORIZATION", "HTTP_EXPECT", "HTTP_X_HTTP_METHOD_OVERRIDE"),
)
METHODS = (
    "GET",
    "GET",
    "GET",
    "POST",
    "POST",
    "POST",
    "POST",
    "HEAD",
    "OPTIONS",
    "PUT",
    "DELETE",
    "PATCH",
    "BREW",
)


@dataclass
class Fuzz:
    """A portal and its source of requests; ``wrong`` says what must not be, with the request."""

    app: Any
    seed: int = 1
    wrong: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.tokens: dict[str, list[bytes]] = {}
        self.venue = ""

    def run(self, count: int, seconds: float = 3600) -> int:
        """Send so many requests, or as many as the time allows; how many they were."""
        log, ends = _Faults(), time.monotonic() + seconds
        logging.getLogger("portal").addHandler(log)
        try:
            for number in range(count):
                if time.monotonic() > ends:
                    return number
                log.lines.clear()
                environ = self.request()
                self._send(environ, log)
        finally:
            logging.getLogger("portal").removeHandler(log)
        return count

    def _send(self, environ: dict[str, Any], log: _Faults) -> None:
        shown = {name: environ.get(name) for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "BODY")}
        shown |= {name: environ[name] for name in HEADERS if name in environ}
        answer: list[Any] = []
        try:
            parts = self.app(environ, lambda status, headers, exc_info=None: answer.extend([status, headers]))
            body = b"".join(parts)
            if hasattr(parts, "close"):
                parts.close()
        except Exception:
            self.wrong.append(f"{shown}\n{traceback.format_exc()}")
            return
        status, headers = int(answer[0].split()[0]), answer[1]
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == 500 or log.lines or b"Traceback (most" in body:
            self.wrong.append(f"{status} {shown} {log.lines}")
        for name, value in headers:
            if any(letter in value for letter in "\r\n\0") or not value.isascii():
                self.wrong.append(f"{name}: {value!r} {shown}")
        if b'name="guest" value="' in body and self.dice.random() < 0.2:
            known = self.tokens.setdefault(environ["PATH_INFO"].split("/")[1], [])
            known.append(body.partition(b'name="guest" value="')[2].partition(b'"')[0])
            del known[:-10]

    def token(self) -> bytes:
        """A guest's state: mostly one of this venue, else another's or none."""
        known = self.tokens.get(self.venue if self.dice.random() < 0.8 else self.dice.choice(VENUES))
        return self.dice.choice(known) if known else b"gone"

    def request(self) -> dict[str, Any]:
        """The next request, as a WSGI server would hand it over."""
        dice = self.dice
        venue = self.venue = dice.choice(VENUES)
        method, way = dice.choice(METHODS), dice.choice(PATHS)
        if dice.random() < 0.6:
            method, way = dice.choice([("GET", ""), ("POST", "sign-in"), ("POST", "next"), ("GET", "online")])
        path = dice.choice(ELSEWHERE) if dice.random() < 0.1 else f"/{venue}/{way}"
        path = path.replace("%s", dice.choice(VALUES).decode("latin-1"))
        body, kind = self.body() if dice.random() < 0.7 else (b"", "")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": self.pairs(dice.randrange(6)).decode("latin-1"),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(256)}",
            "HTTP_HOST": "127.0.0.1",
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(body))
            if dice.random() < 0.95
            else dice.choice(["", "-1", "x", "9999999"]),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "BODY": body[:300],
        }
        if dice.random() < 0.5:
            environ["HTTP_COOKIE"] = "guest=" + self.token().decode("latin-1")
        for name in dice.sample(HEADERS, dice.choice([0, 0, 0, 1, 2])):
            environ[name] = dice.choice(VALUES).replace(b"\r\n", b"").decode("latin-1")
        return environ

    def pairs(self, count: int) -> bytes:
        """A query or a posted form: names once or twice, values of every kind, the guest's token now and then."""
        found = []
        for _ in range(count):
            name, value = self.dice.choice(NAMES), self.value()
            if name in ("guest", "journey"):
                value = self.token()
            raw = self.dice.random() < 0.1
            found += [name.encode() + b"=" + (value if raw else quote_from_bytes(value).encode())]
            found += found[-1:] if self.dice.random() < 0.1 else []
        return b"&".join(found).replace(b"\r\n", b"%0d%0a")

    def value(self) -> bytes:
        """One of the values, or some bytes."""
        return (
            self.dice.choice(VALUES)
            if self.dice.random() < 0.9
            else self.dice.randbytes(self.dice.randrange(60))
        )

    def body(self) -> tuple[bytes, str]:
        """What is posted and how it is called; inputs also come as files."""
        ways = (
            b"cred",
            b"create",
            b"pms",
            b"free",
            b"to",
            b"one",
            b"direct",
            b"login",
            b"voucher",
            b"email",
            b"hop",
        )
        fields = [("guest", self.token()), ("way", self.dice.choice(ways))]
        fields += [(self.dice.choice(NAMES), self.value()) for _ in range(self.dice.randrange(8))]
        match self.dice.randrange(8):
            case 0 | 1:
                return self.multipart(fields), "multipart/form-data; boundary=b"
            case 2:
                return self.multipart(fields)[: self.dice.randrange(200)], "multipart/form-data; boundary=b"
            case 3:
                return b'{"guest": [1]}', "application/json"
            case 4:
                return self.pairs(5), self.dice.choice(
                    ["", "text/plain", "x" * 900, "multipart/form-data", "a/b; c=\xff"]
                )
        pairs = [name.encode() + b"=" + quote_from_bytes(value).encode() for name, value in fields]
        return b"&".join(pairs), "application/x-www-form-urlencoded"

    def multipart(self, fields: list[tuple[str, bytes]]) -> bytes:
        """The fields, each as text or as a file."""
        parts = []
        for name, value in fields:
            file = self.dice.choice(["", '; filename="a.txt"', '; filename=""', "; filename*=utf-8''%ff"])
            parts.append(
                f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + value
            )
        return b"\r\n".join(parts) + b"\r\n--b--\r\n"


class _Faults(logging.Handler):
    """Keeps what is logged as a fault of ours."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("fault"):
            self.lines.append(record.getMessage())


@contextlib.contextmanager
def fuzz(seed: int = 1) -> Iterator[Fuzz]:
    """A portal with a venue of each gateway, their simulators, and one venue whose box is out of order."""
    direct = Mode(True).show("email", mandatory=True).show("phone").show("postalAddress")
    controller = Controller(ControllerSettings(one=Mode(True).show("lastName"), direct=direct), time.time)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(create_box(IacBox(BoxSettings(secret=SECRET)))) as box,
        serve(create_controller(controller)) as ucopia,
        serve(create_icaro(Icaro(IcaroSettings(units=[UNIT]), time.time))) as wax,
    ):
        keys = 'sign_in = ["cred", "pms", "create", "free", "to"]\n' + TEMPLATES
        cafe = {"top": "", "icaro": "", "more": "", "read_timeout": 2.0, "pause": 0.0}
        venues = {
            "hotel": INN.format(
                box=box.url, keys=keys, general="terms = { required = true, url = 'http://t.example/' }"
            ),
            "hops": INN.format(box=box.url, keys='sign_in = ["free"]\n' + HOP, general=""),
            "campus": table(ucopia.url),
            "zone": table(ucopia.url, architecture="out-of-band", zone="test"),
            "cafe": CAFE.format(url=wax.url, uuid=UNIT.uuid, **cafe),
            "closed": "nonsense",
        }
        config = Config(write_venues(Path(folder), venues), (KEY,), proxies=seed % 2)
        try:
            yield Fuzz(create_app(config), seed)
        finally:
            controller.release()
