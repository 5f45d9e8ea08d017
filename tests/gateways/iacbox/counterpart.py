"""A second box, written from the vendor's API definition alone and sharing no line with ours or with the simulated one.

Whatever the definition lets an operator rename is renamed, and so is everything whose name its copy lost. It knows one
guest of one hotel (a FIAS-like PMS), two tickets, and keeps every message that it sent or got, as an operator would
find it in a browser's address bar or in a log. Source: "API definition", the section named at each part.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import random
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SENT = ["ver", "id", "ac", "ip", "ma", "vl", "iac", "uo", "uop", "mu", "lu", "rc", "err", "userurl"]
"""Outgoing redirects: "The outgoing URL parameters are all setable by yourself"."""
GOT = [
    "version",
    "client",
    "action",
    "type",
    "language",
    "user",
    "password",
    "description",
    "refresh",
    "template",
]
"""Data fields of incoming redirects; the copy has no names for them."""
ASKED = ["json", "callback", "client", "template", "room", "birthday"]
TOLD = ["guest id", "fname", "lname", "room", "arrival", "departure", "birthday", "vip"]
"""Returning PMS data."""


def b64(raw: bytes) -> str:
    """Base64 URL safe encoding: no padding."""
    return base64.urlsafe_b64encode(raw).decode().strip("=")


def un64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Counterpart:
    """One box. ``seed`` chooses its names; ``encrypted`` and ``as_json`` are what the definition leaves open."""

    GUEST = {"room": "118", "birthday": "24.12.1969", "fname": "Łucja", "lname": "O'Neill"}

    def __init__(self, secret: str, seed: int, encrypted: bool, as_json: bool) -> None:
        dice = random.Random(seed)
        letters = "abcdefghijkmnopqrstuvwxyz"

        def names(words: list[str]) -> dict[str, str]:
            made = ["".join(dice.choices(letters, k=dice.randint(1, 9))) + str(n) for n in range(len(words))]
            return dict(zip(words, dice.sample(made, len(made)), strict=True))

        self.sent, self.told = names(SENT), names(TOLD)
        self.got = names([*GOT, *(word for word in ASKED if word not in GOT)])
        self.data, self.mark = names(["data", "mark"]).values()
        self.secret, self.encrypted, self.as_json = secret.encode(), encrypted, as_json
        self.clients: dict[str, str] = {}
        self.online: set[str] = set()
        self.seen: dict[str, str] = {}
        self.landing = "http://127.0.0.1:9/hotel/"
        self.url = ""

    # "HMAC signature", "Salted keys for unencrypted communication", encryption

    def pack(self, fields: dict[str, str]) -> tuple[str, str]:
        clear = ";".join(f"{name}={value.replace(';', '')}" for name, value in fields.items()).encode()
        if not self.encrypted:
            salt = os.urandom(8)
            mac = hmac.new(salt + self.secret, clear, hashlib.sha256).digest()
            return b64(clear), f"{b64(salt)}${b64(mac)}"
        iv, padder = os.urandom(16), padding.PKCS7(128).padder()
        padded = padder.update(clear) + padder.finalize()
        aes = Cipher(algorithms.AES(hashlib.sha256(self.secret).digest()), modes.CBC(iv)).encryptor()
        lapi = b64(iv + aes.update(padded) + aes.finalize())
        return lapi, b64(hmac.new(self.secret, lapi.encode(), hashlib.sha256).digest())

    def unpack(self, lapi: str, si: str) -> dict[str, str]:
        raw = un64(lapi)
        if self.encrypted:
            assert si == b64(hmac.new(self.secret, lapi.encode(), hashlib.sha256).digest())
            aes = Cipher(
                algorithms.AES(hashlib.sha256(self.secret).digest()), modes.CBC(raw[:16])
            ).decryptor()
            unpadder = padding.PKCS7(128).unpadder()
            raw = unpadder.update(aes.update(raw[16:]) + aes.finalize()) + unpadder.finalize()
        else:
            salt, mac = si.split("$")
            assert mac == b64(hmac.new(un64(salt) + self.secret, raw, hashlib.sha256).digest())
        return dict(pair.split("=", 1) for pair in raw.decode().split(";"))

    # Messages

    def redirect_1(self, mac: str) -> str:
        """Step 2: "creates a new unique ID for this client"."""
        client = self.clients.setdefault(mac, b64(os.urandom(16)))
        values = {
            "mu": "800", "lu": "99999", "uop": "53", "uo": "424", "iac": "2014112233", "vl": "17", "ma": mac,
            "ip": "10.1.2.3", "ac": "auth", "id": client, "ver": "2.1", "userurl": "http://example.com/?a=b",
        }  # fmt: skip
        return self._to_portal(self.landing, values)

    def redirect_3(self, client: str, code: int, text: str = "") -> str:
        values = {"rc": str(code), "iac": "2014112233", "ac": "cbk", "id": client, "ver": "2.1"}
        return self._to_portal(self.landing + "callback", values | ({"err": text} if text else {}))

    def _to_portal(self, address: str, values: dict[str, str]) -> str:
        lapi, si = self.pack({self.sent[word]: value for word, value in values.items()})
        return f"{address}?{urlencode({self.data: lapi, self.mark: si})}"

    def own_page(self, client: str) -> str:
        """Redirect 2 as the vendor's own page makes it; always ``lapi`` and ``si``."""
        values = {
            "language": "en", "type": "pms", "client": client, "action": "logon", "version": "2.1", "user": "-",
            "password": "none", "room": self.GUEST["room"], "birthday": self.GUEST["birthday"],
        }  # fmt: skip
        lapi, si = self.pack({self.got[word]: value for word, value in values.items()})
        return f"{self.url}?{urlencode({'lapi': lapi, 'si': si})}"

    def own_question(self, client: str, template: str = "") -> str:
        """What the vendor's own page asks in the guest's browser ("Incoming AJAX requests")."""
        values = {"room": self.GUEST["room"], "birthday": self.GUEST["birthday"], "client": client}
        named = {
            self.got[word]: value
            for word, value in (values | ({"template": template} if template else {})).items()
        }
        query = {self.got["json"]: json.dumps(named)} if self.as_json else named
        return f"{self.url}pms.php?{urlencode({self.got['callback']: 'dataCBK', **query})}"

    def answers(self, query: dict[str, str]) -> str:
        """ "JSON answer with the ticket templates", "Returning PMS data"."""
        fields = json.loads(query[self.got["json"]]) if self.as_json else query
        right = all(str(fields.get(self.got[word])) == self.GUEST[word] for word in ("room", "birthday"))
        client = str(fields.get(self.got["client"]))
        if not right or client not in self.clients.values():
            return json.dumps({"rc": 9, "err": "Unknown guest"})
        if str(fields.get(self.got["template"], "")) == "435":
            self.online.add(client)
            return json.dumps({"rc": 0, "state": "online"})
        told = self.GUEST | {
            "guest id": "A-77",
            "arrival": "20.11.2026",
            "departure": "02.12.2026",
            "vip": "Gold",
        }
        pms, pms_si = self.pack({self.told[word]: value for word, value in told.items()})
        tickets = [
            {"id": 435, "name": "Free Access", "price": "0.00 EUR"},
            {"id": 174, "name": "Premium Speed"},
        ]
        return json.dumps({"rc": 0, "state": "tsel", "tt": tickets, "pms": pms, "pms_si": pms_si})

    def logs_on(self, lapi: str, si: str) -> str:
        """Step 8, and where the client is sent."""
        fields = self.unpack(lapi, si)
        known = {word: fields.get(name, "") for word, name in self.got.items()}
        if known["action"] == "ref":
            mac = next(mac for mac, client in self.clients.items() if client == known["client"])
            return self.redirect_1(mac)
        right = known["type"] == "pms" and all(
            known[word] == self.GUEST[word] for word in ("room", "birthday")
        )
        if right:
            self.online.add(known["client"])
        return self.redirect_3(known["client"], 0 if right else 9, "" if right else "Wrong; sorry")


@contextlib.contextmanager
def running(box: Counterpart) -> Iterator[Counterpart]:
    """The box on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            if parts.path == "/pms.php":
                body = f"{parse_qs(parts.query)[box.got['callback']][0]}({box.answers(query)});".encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/javascript")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            to = (
                box.logs_on(query["lapi"], query["si"]) if "lapi" in query else box.redirect_1(parts.path[1:])
            )
            self.send_response(302)
            self.send_header("Location", to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
