"""A controller as scripts, apps and captures describe it, written from the wire's text and from nothing of ours.

It shares no line with the simulated controller, so that a slip of the one cannot hide a slip of the portal. It serves
whatever real clients get served, and notes in ``complaints`` what the vendor's own page would never send.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PERSON = "last_name first_name organizational_unit_name birth_date user_language sponsor_email"
POSTAL = "address code locality_name postoffice_box state_or_province_name country_name"
ALWAYS = {
    "user_login",
    "user_password",
    "user_password_confirm",
    "email_address",
    "prefix",
    "phone",
    "policy_accept",
}
ALWAYS |= {"gender", "interests"}
MAY = ALWAYS | {*PERSON.split(), *(f"postal_{one}" for one in POSTAL.split()), "interests[]"}
MAY |= {f"personal_field_{number}" for number in (1, 2, 3)} | {
    "connect_policy_accept",
    "private_policy_accept",
}
BOXES = {"policy_accept", "connect_policy_accept", "private_policy_accept", "from_ajax", "wispr_mode"}
# Action: what has to stand in it, what may. Every call may carry the network's password.
SENT: dict[str, tuple[set[str], set[str]]] = {
    "init": (set(), {"cna_id", "free_urls[]"}),
    "authenticate": (
        {"login", "password", "policy_accept", "from_ajax", "wispr_mode"},
        {"private_policy_accept", "cna_id"},
    ),
    "subscribe": ({"type"} | ALWAYS, MAY),
    "refresh": ({"login", "time"}, {"password_digest", "policy_accept"}),
    "disconnect": ({"login"}, {"password_digest"}),
    "switch_language": ({"lang", "isAppleCNA_fakeclick"}, set()),
    "secure_pwd": ({"secure_pwd"}, set()),
    "back_action": (set(), set()),
    "force_modify_pwd": ({"login", "password", "new_password", "new_password_confirm"}, set()),
}
FAKE = {"value": "fake_value_kept_for_backward_compatibility"}
HIDDEN, NO_POLICY = {"display": False, "mandatory": False}, {"display": False}
SHOWN = "pms.customer caution requestedURL login profile services multidevice validity forceDiscTimer consumedData"


class Captured:
    """One controller: ``people`` are its accounts, ``sessions`` what it knows by cookie.

    ``rules`` are those of one-click, ``forced`` who has to choose a password, ``network`` the network's password,
    ``device`` where a Wi-Fi device is that lets guests in, ``catalogue`` the file beside the portal page.
    """

    def __init__(self) -> None:
        self.people = {"jsmith": "1234"}
        self.sessions: dict[str, dict[str, Any]] = {}
        self.rules: dict[str, Any] = {"lastName": {"display": True, "mandatory": True}}
        self.forced: set[str] = set()
        self.refusals: dict[str, dict[str, Any]] = {}
        self.network, self.device, self.catalogue, self.url = "", "", "", ""
        self.stays_open = True
        self.complaints: list[str] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.lock = threading.Lock()

    def last(self, action: str) -> dict[str, str]:
        """The form of the last call of an action."""
        return next(form for name, form in reversed(self.asked) if name == action)

    # -- the API

    def answer(self, action: str, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        """What is answered to one call."""
        if self.network and action not in ("init", "secure_pwd") and form.get("secure_pwd") != self.network:
            self.complaints.append(f"{action} without the network's password")
        if action in self.refusals:
            return {"error": self.refusals[action]}
        return dict(getattr(self, f"_{action}")(form, session))

    def _step(self, session: dict[str, Any]) -> dict[str, str]:
        if self.network and not session.get("opened"):
            return {"step": "SECURE_PWD", "type": ""}
        return {"step": "LOGON", "type": ""} if session.get("back") else {"step": "SUBSCRIBE", "type": "ONE"}

    def _init(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        user = {"isAuthenticatedThroughShibboleth": False, "lang": None, "passwordDigest": FAKE}
        user |= {"visitor_id": session["visitor"], "nas_constructor": None}
        names = [name.split(".") for name in SHOWN.split()]
        feedback: dict[str, Any] = {name[0]: {"display": True} for name in names if len(name) == 1}
        feedback["pms"] = {name[1]: {"display": True} for name in names if len(name) == 2}
        one = {
            "userLogin": HIDDEN,
            "userPassword": HIDDEN,
            "email": HIDDEN,
            "countField": 1,
            "policy": NO_POLICY,
        }
        whole = {
            **{"user": user, "portalEntryUrl": "/?from_api=true", "logon": {"policy": NO_POLICY}},
            "subscribe": {"count": 1, "one": one | {"sponsoringEnable": False} | self.rules},
            **{"displayRegistrationFirst": False, "restrictWelcomeTitleDisplay": False},
            **{
                "restrictWelcomeSubtitleDisplay": False,
                "private_policy": NO_POLICY,
                "customTextCollection": [],
            },
            **{"auth_modes": {"standard": True, "one": True}, "feedback": feedback, "ucopia_id": "c0ffee"},
            **{"pwdRecovery": False, "accountRefill": False, "refreshInterval": 50000},
            "lang": {"displayLang": ["fr", "en", "de"], "defaultLang": "fr", "customFieldsDefaultLang": None},
            **{"sponsorship": {"enable": False, "status": None}, "modifyPwd": True, "forceModifyPwd": True},
        } | self._step(session)
        if self.network:
            whole["securePwd"] = True
        if session.get("online"):
            whole["user"] |= self._person(session) | {"isConnected": True}
            whole |= {"step": "FEEDBACK", "type": "CONNECT"}
        return whole

    def _person(self, session: dict[str, Any]) -> dict[str, Any]:
        """``user`` of somebody online: strings and numbers as captured, no ``isConnected`` of its own."""
        quota = {"upload": 157286400, "download": None}
        row = {"available": quota, "total": quota, "bandwidth": {"download": -1, "upload": -1}}
        zone = {"isControllerTimezone": True, "zoneTimezone": "Europe/Paris"}
        return {
            **{"login": {"value": session["login"]}, "profile": {"id": 4, "value": "Visitors"}},
            **{"services": {"value": "web"}, "autoDisconnect": {"value": not self.stays_open}},
            **{"multidevice": {"value": "1/3"}, "validity": {"value": "0"}, "schedule": {"value": []}},
            **{"universalTime": {"value": 1700000000}, "timezoneOffset": {"value": "3600"}},
            **{"requestedURL": {"value": "http://www.gstatic.com/generate_204"}},
            "consumedData": {
                **{"download": {"value": 0}, "upload": {"value": 0}, "timestamp": {"value": 1700000000}},
                **{"renewTimestamp": {"value": 1700086400}, "timezone": {"value": zone}},
                "extra": {"value": [row | {"isSumQuota": True, "isDisconnectQuota": True}]},
            },
        }

    def _subscribe(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        if self.rules["lastName"]["mandatory"] and not form.get("last_name"):
            return {"error": {"code": "error_one-subscribe_no-last-name"}}
        login = secrets.token_hex(3)
        self.people[login] = secrets.token_hex(4)
        made = {"login": login, "password": self.people[login], "user_object": []}
        return {
            "info": {"code": "info_one-subscribe_success", "subscribe": made},
            "user": {"passwordDigest": FAKE},
        }

    def _authenticate(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        if self.people.get(form.get("login", "")) != form.get("password"):
            return {"error": {"code": "error_logon_bad-login-or-password"}}
        session["login"] = form["login"]
        if form["login"] in self.forced:
            rules = {
                "value": {"minLength": 6, "characterSet": {"0": {"quota": 1, "set": list("0123456789")}}}
            }
            return {"step": "FORCE_MODIFY_PWD", "type": "", "user": {"pwdConstraint": rules}}
        return self._in(session)

    def _in(self, session: dict[str, Any]) -> dict[str, Any]:
        user = self._person(session)
        if self.device:
            host = urlsplit(self.device)
            call = {
                "type": "GET",
                "protocol": "http",
                "host": host.hostname,
                "port": str(host.port),
                "uri": "login",
            }
            user["login_URL_params"] = call | {
                "parameters": {"username": session["login"], "response": "00ff"}
            }
        else:
            session["online"] = True
        before = {"authenticate_step": "SUBSCRIBE", "authenticate_type": "ONE"}
        return before | {"step": "FEEDBACK", "type": "CONNECT", "user": user, "accountRefill": False}

    def _refresh(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        online = session.get("online") and form.get("login") == session["login"]
        return {"step": "FEEDBACK", "type": "REFRESH"} if online else {"step": "LOGON", "type": ""}

    def _disconnect(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        session["online"] = False
        return {"step": "LOGON", "type": "", "info": {"code": "disconnect_success"}}

    def _switch_language(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        return {}

    def _back_action(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        session["back"] = not session.get("back")
        return self._step(session)

    def _secure_pwd(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        if form.get("secure_pwd") != self.network:
            return {"error": {"code": "error_logon_bad-secure-password"}}
        session["opened"] = True
        return self._step(session)

    def _force_modify_pwd(self, form: dict[str, str], session: dict[str, Any]) -> dict[str, Any]:
        new = form["new_password"]
        if len(new) < 6 or not re.search("[0-9]", new):
            return {
                "error": {
                    "code": "error_force-modify-pwd_invalid-password",
                    "value": [{"cause": "small", "minimum": 6}],
                }
            }
        self.people[form["login"]] = new
        self.forced.discard(form["login"])
        return self._in(session)

    # -- what the vendor's own page would not do

    def judge(self, action: str, form: dict[str, str], headers: Any) -> None:
        """Notes every parameter that is missing, unknown, or no boolean, and headers that give a stranger away."""
        must, may = SENT.get(action, (set(), set()))
        if form.get("type") in ("sms", "mail"):
            must = must - {"user_login", "user_password", "user_password_confirm"}
        if action == "subscribe" and "interests[]" in form:
            must = must - {"interests"}
        for name in sorted(must - set(form)):
            self.complaints.append(f"{action}: no {name}")
        for name in sorted(set(form) - must - may - {"action", "secure_pwd"}):
            self.complaints.append(f"{action}: {name} is not known")
        for name in BOXES & set(form):
            if form[name] not in ("true", "false"):
                self.complaints.append(f"{action}: {name}={form[name]}")
        if action == "refresh" and not re.fullmatch("[0-9]{13}", form.get("time", "")):
            self.complaints.append("refresh: time is no milliseconds")
        if headers.get("X-Requested-With") != "XMLHttpRequest":
            self.complaints.append(f"{action}: no call of a page")
        if not re.fullmatch(r"https?://[^/]+/1/portal/", headers.get("Referer", "")):
            self.complaints.append(f"{action}: comes from {headers.get('Referer')}")


def _handler(box: Captured) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query, True))
            if path == "/portal_api.php":
                self._api(query)
            elif path == "/1/portal/portal.lang.xml":
                self._say(200 if box.catalogue else 404, box.catalogue, "text/xml")
            elif path.startswith("/1/portal/"):
                self._say(200, "<html><title>Portal</title></html>", cookie=self._session()[0])
            else:
                self._say(302, "", location="/1/portal/", cookie=self._session()[0])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            self._api(dict(parse_qsl(body, keep_blank_values=True)))

        def _session(self) -> tuple[str, dict[str, Any]]:
            """A new id for every answer; the one before is dead."""
            cookies = self.headers.get("Cookie") or ""
            old = re.search(r"PHPSESSID=(\w+)", cookies)
            with box.lock:
                known = box.sessions.pop(old[1], None) if old else None
                session = {"visitor": secrets.token_hex(6)} if known is None else known
                box.sessions[new := secrets.token_hex(13)] = session
            return new, session

        def _api(self, form: dict[str, str]) -> None:
            action = form.get("action", "")
            box.asked.append((action, form))
            box.judge(action, form, self.headers)
            cookie, session = self._session()
            body = json.dumps(box.answer(action, form, session)).replace("/", "\\/")
            self._say(200, body, "text/html; charset=UTF-8", cookie=cookie)

        def _say(
            self, status: int, body: str, kind: str = "text/html", location: str = "", cookie: str = ""
        ) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if location:
                self.send_header("Location", location)
            if cookie:
                self.send_header("Set-Cookie", f"PHPSESSID={cookie}; path=/; HttpOnly")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def captured() -> Iterator[Captured]:
    """It runs while the block does."""
    box = Captured()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(box))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    box.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
