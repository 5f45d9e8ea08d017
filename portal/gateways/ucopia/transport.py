"""One HTTP request to a controller: its guest's cookie, and what its status means. Knows nothing of Flask."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from portal.errors import Unreachable, Unsure
from portal.gateways.ucopia.endpoint import Endpoint, Session
from portal.gateways.ucopia.errors import check_refusal
from portal.http_client import Request, Response, http_client_of
from portal.urls import origin

_VALUE = re.compile(r"[A-Za-z0-9,_-]{1,128}")


class Transport:
    """The connections to one controller. Thread-safe; raises :class:`portal.errors.UpstreamError` alone."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._client = http_client_of(endpoint.server)
        # As the vendor's own page asks (wire); some boxes tell a navigation from a call by it.
        self._headers = {
            "User-Agent": endpoint.user_agent,
            "Accept": "application/json, text/javascript, */*; q=0.01",
        }
        self._ajax = {"X-Requested-With": "XMLHttpRequest"}
        self._origin = origin(endpoint.url)

    def send(
        self,
        method: str,
        url: str,
        session: Session,
        action: str,
        form: Mapping[str, str | Sequence[str]] | None = None,
        again: bool = False,
        fresh: bool = False,
        until: float = float("inf"),
        navigates: bool = False,
    ) -> tuple[Session, Response]:
        """One request: the session with the cookie that came last, and an answer below 500. ``again``: harmless;
        ``fresh``, ``until``: as in :class:`portal.http_client.Request`; ``navigates``: as a browser that opens it."""
        cookies = {"PHPSESSID": session.cookie} if session.cookie else {}
        headers = self._headers
        if form is not None and not navigates:
            headers = headers | self._ajax | {"Referer": self._origin + (session.path or "/")}
        call = Request(method, url, action, not again, None, form, None, headers, cookies, fresh, until)
        answer = self._client.send(call)
        check_refusal(answer.status, answer.body)
        if answer.status >= 500:
            raise (Unreachable if again or answer.status == 503 else Unsure)(f"{action}: {answer.status}")
        return _with_cookie(session, answer), answer


def _with_cookie(session: Session, answer: Response) -> Session:
    """Controllers rotate the cookie at any answer (wire)."""
    for name, value in answer.cookies:
        if name == "PHPSESSID" and _VALUE.fullmatch(value):
            session = replace(session, cookie="" if value == "deleted" else value)
    return session
