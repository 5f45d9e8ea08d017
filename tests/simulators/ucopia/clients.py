"""Three clients as the world has them, written after what their kind does on the wire and after nothing of ours.

None of them shares a line with the portal's own client, so that a slip of the one cannot hide a slip of the other.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests


class Slim:
    """A small program for a trade fair's newest firmware: a cookie jar, ``init`` first, AJAX headers like jQuery's."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        headers = {
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Safari/537.36",
            "Accept": "application/json, text/javascript, */*; q=0.01",
            "X-Requested-With": "XMLHttpRequest",
            "Referer": f"{url}1/portal/",
            "Origin": url.rstrip("/"),
        }
        self.http.headers.update(headers)

    def call(self, action: str, **form: str) -> Any:
        """One action, JSON back."""
        answer = self.http.post(f"{self.url}portal_api.php", data={"action": action, **form}, timeout=5)
        return answer.json()

    def goes_online(self) -> dict[str, Any]:
        """One click: ``subscribe`` with empty fields, then the login that it made."""
        self.call("init", **{"free_urls[]": f"{self.url}free"})
        made = self.call(
            "subscribe",
            type="one",
            connect_policy_accept="true",
            user_login="",
            user_password="",
            user_password_confirm="",
            email_address="",
            prefix="",
            phone="",
            policy_accept="false",
            gender="",
            interests="",
        )["info"]
        assert made["code"] == "info_one-subscribe_success"
        answer: dict[str, Any] = self.call(
            "authenticate",
            login=made["subscribe"]["login"],
            password=made["subscribe"]["password"],
            policy_accept="true",
            private_policy_accept="false",
            from_ajax="true",
            wispr_mode="false",
        )
        return answer

    def close(self) -> None:
        """End the connections."""
        self.http.close()


class PortalAuth:
    """An app on the phone: the first hop's cookie alone, everything in the query of a GET, no ``from_ajax``."""

    def __init__(self, url: str, login: str, password: str) -> None:
        self.parts, self.login, self.password = urlsplit(url), login, password
        self.cookie = ""

    def get(self, path: str) -> tuple[int, str]:
        """One GET by hand, without following anything."""
        connection = HTTPConnection(self.parts.hostname or "", self.parts.port, timeout=5)
        headers = {"User-Agent": "Dalvik/2.1.0 (Linux; U; Android 13)"} | (
            {"Cookie": self.cookie} if self.cookie else {}
        )
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        if not self.cookie and answer.headers.get("Set-Cookie"):
            self.cookie = answer.headers["Set-Cookie"].partition(";")[0]
        connection.close()
        return answer.status, body

    def call(self, action: str, **form: str) -> Any:
        """One action in a query."""
        return json.loads(self.get(f"/portal_api.php?{urlencode({'action': action, **form})}")[1])

    def goes_online(self) -> Any:
        """No ``init`` at all."""
        self.get("/?dst=http%3A%2F%2Fconnectivitycheck.example%2Fgenerate_204")
        return self.call("authenticate", login=self.login, password=self.password, policy_accept="true")


def shell(url: str, **form: str) -> Any:
    """A script around curl or wget: one POST, no cookie kept, no header of a browser."""
    data = urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(
        f"{url}portal_api.php", data, {"User-Agent": "curl/8.5.0", "Accept": "*/*"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)
