"""A second wax with a unit, on one socket, for one phone: written from Icaro's texts alone and sharing nothing with the
simulators, so that a misreading has to be made twice to go unnoticed. The unit has CoovaChilli's limit of 2048 bytes for
a query, and haserl's way of reading one."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, unquote_plus, urlencode, urlsplit

UUID, SECRET, MAC = "4e0d1b7a-unit", "a unit's secret", "02-AB-00-00-00-01"
DIGEST = hashlib.md5((SECRET + UUID).encode()).hexdigest()
LONGEST_QUERY = 2047
SHORT, DAY = 300, 86_400


class Counterpart:
    """The state of both. ``lost``: a part of a path whose next answer gets lost after it was acted on. ``plan_over``:
    the unit's AAA lets nobody in. ``now``: seconds, moved by hand."""

    def __init__(self) -> None:
        self.now, self.lost, self.plan_over = 1_800_000_000, "", False
        self.preferences = {
            "voucher_login": "false", "temp_code_login": "true", "email_login": "true", "sms_login": "false",
            "email_login_skip_auth": "false", "facebook_login": "false", "linkedin_login": "false",
            "marketing_1_enabled": "true", "check_marketing": "false", "temp_session_duration": str(SHORT),
            "captive_1_redir": "https://www.example.org/", "wifi4eu_enabled": "false", "wifi4eu_id": "",
        }  # fmt: skip
        self.uses: dict[str, int] = {}
        self.users: dict[str, dict] = {}
        self.records: list[dict] = []
        self.calls: list[str] = []
        self._ids, self._sessions = itertools.count(7), itertools.count(1)
        self.session, self.state, self.until = f"s{next(self._sessions)}", "dnat", 0

    def sell(self, code: str, uses: int) -> None:
        """A voucher that signs in by itself: it has a user, whose time begins with the first registration."""
        self.uses[code.lower()] = uses
        self._user(code.upper(), "", until=0)

    def _user(self, name: str, code: str, until: int) -> dict:
        self.users[name] = {
            "id": next(self._ids), "name": name, "code": code, "until": until, "yes": {"marketings", "surveys"}
        }  # fmt: skip
        return self.users[name]

    def named(self, name: str) -> dict | None:
        """Names are the same in any capitals."""
        return next((one for key, one in self.users.items() if key.lower() == name.lower()), None)

    # Wax

    def wax(self, method: str, path: list[str], query: dict[str, str]) -> tuple[int, dict]:
        """One call, its path in decoded segments."""
        if (query.get("digest"), query.get("uuid")) != (DIGEST, UUID):
            return 400, {"message": "digest is invalid"}
        session = query.get("sessionid", "")
        match path:
            case ["preferences"]:
                said = {"terms_of_use": "Terms.", "marketing_use": "Letters."}
                return 200, {"hotspot_id": 1, "hotspot_name": "Bar", "preferences": self.preferences,
                             "disclaimers": said, "socials": {}, "integrations": None}  # fmt: skip
            case ["register", "voucher", code]:
                return self._voucher(code.lower())
            case ["register", "email", address]:
                return self._email(address, query.get("reset", ""))
            case ["aaa", "temp"]:
                self._write(session, "temporary", query["username"], "")
                return 201, {"status": "success", "skip_auth": "false"}
            case ["aaa", "logout"]:
                self._write(session, "logout", query["username"], "")
                return 201, {"status": "success"}
            case ["aaa", "login"]:
                user = self.named(query["username"])
                if user is None or user["code"] != query["password"]:
                    return 201, {"clientState": 0}
                self._write(session, "login", query["username"], query["password"])
                return 201, {"clientState": "1"}
            case [("marketings" | "surveys") as what, number] if method == "DELETE":
                user = next(one for one in self.users.values() if str(one["id"]) == number)
                gone = what == "marketings" and what not in user["yes"]
                user["yes"].discard(what)
                return (
                    (404, {"message": "No marketing info found!"}) if gone else (200, {"status": "success"})
                )
        return 404, {"message": "API not found"}

    def _voucher(self, code: str) -> tuple[int, dict]:
        if code not in self.uses:
            return 401, {"message": "Voucher is invalid"}
        if self.uses[code] == 0:
            return 401, {"message": "Voucher limit reached"}
        self.uses[code] -= 1
        user = self.users[code.upper()]
        user["until"], user["yes"] = user["until"] or self.now + DAY, {"marketings", "surveys"}
        return 200, {"message": "Voucher is valid", "code": code, "type": "auth", "user_db_id": user["id"]}

    def _email(self, address: str, reset: str) -> tuple[int, dict]:
        user = self.named(address)
        if user is None:
            user = self._user(address, "123456", self.now + 31 * DAY)
            return 200, {"user_id": address, "user_db_id": user["id"]}
        user["yes"] = {"marketings", "surveys"}
        if reset == "true":
            user["code"] = f"{int(user['code']) + 1}"
        return 200, {"user_id": address, "exists": True, "reset": reset, "user_db_id": user["id"]}

    def _write(self, session: str, type: str, name: str, password: str) -> None:
        key = (session, name)
        self.records = [one for one in self.records if (one["session"], one["name"]) != key]
        self.records.append({"session": session, "name": name, "type": type, "password": password})

    # The unit

    def landing(self, portal: str, port: int) -> str:
        """Where the phone is sent while it is offline."""
        self._settle()
        query = {"digest": DIGEST, "uuid": UUID, "timezone": "Europe/Rome", "res": "notyet", "uamip": "127.0.0.1",
                 "uamport": port, "challenge": "0" * 32, "called": "AA", "mac": MAC, "ip": "192.168.182.9",
                 "nasid": "Bar", "sessionid": self.session, "userurl": "http://neverssl.com/"}  # fmt: skip
        return f"{portal}wings/?{urlencode(query)}"

    def poll(self) -> str:
        """The unit asks once and obeys; how the phone stands afterwards."""
        self._settle()
        for one in self.records:
            if one["session"] != self.session or self.state == "pass":
                continue
            if one["type"] == "temporary" and self.state == "dnat":
                self.state, self.until = "temporary", self.now + SHORT
            elif one["type"] == "login":
                if self.state == "temporary":
                    self._end()
                user = self.named(one["name"]) or {"until": 0}
                if user["until"] >= self.now and not self.plan_over:
                    self.state, self.until = "pass", user["until"]
        return self.state

    def _settle(self) -> None:
        if self.state != "dnat" and self.now >= self.until:
            self._end()

    def _end(self) -> None:
        self.session, self.state = f"s{next(self._sessions)}", "dnat"

    def redirect_chi(self, raw: str) -> str:
        """``echo "${FORM_url}" | base64 -d``, and the current session after it."""
        self._settle()
        form = dict(pair.partition("=")[::2] for pair in raw[:LONGEST_QUERY].split("&"))
        url = base64.b64decode(unquote_plus(form.get("url", "")), validate=True).decode("ascii")
        return f"{url}&sessionid={self.session}"


class _Handler(BaseHTTPRequestHandler):
    counterpart: Counterpart

    def do_GET(self) -> None:
        theirs, parts = self.counterpart, urlsplit(self.path)
        if parts.path == "/www/redirect.chi":
            self.send_response(302)
            self.send_header("Location", theirs.redirect_chi(parts.query))
            return self.end_headers()
        theirs.calls.append(f"{self.command} {parts.path}")
        segments = [unquote(segment) for segment in parts.path.split("/")[2:]]
        status, body = theirs.wax(self.command, segments, dict(parse_qsl(parts.query, True)))
        if theirs.lost and theirs.lost in parts.path:
            theirs.lost = ""
            return self.connection.shutdown(socket.SHUT_RDWR)
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_DELETE = do_GET

    def log_message(self, *_: object) -> None: ...


def serving(counterpart: Counterpart) -> ThreadingHTTPServer:
    """A running server, to be shut down by who asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"counterpart": counterpart}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
