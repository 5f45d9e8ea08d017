"""One HTTP request to a controller: its connection, its cookie, its time-outs, its size. Knows nothing of Flask.

Connections are shared between guests and kept alive; cookies never are, each call sends its guest's own one.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass, replace

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    MaxRetryError,
    NewConnectionError,
    SSLError,
)

from portal.errors import Garbled, Unreachable, Unsure
from portal.gateways.ucopia.deadline import timely
from portal.gateways.ucopia.endpoint import Endpoint, Session
from portal.gateways.ucopia.errors import OF_STATUS

log = logging.getLogger("portal.gateways.ucopia")
# It would tell whole URLs, with the page wanted and the MAC: every request at DEBUG, an odd header at WARNING.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).setLevel(logging.ERROR)
LARGEST = 1_000_000
"""Bytes of an answer; a real init has about 20,000."""
_COOKIE = re.compile(r"^\s*PHPSESSID=([A-Za-z0-9,_-]{1,128})\s*(?:;|$)")
_NOT_SENT = (NewConnectionError, ConnectTimeoutError, SSLError, LocationValueError)


@dataclass(frozen=True)
class Answer:
    """An answer of any status that the road lets through; ``session`` holds the cookie that came last."""

    status: int
    location: str
    body: bytes
    session: Session


class Wire:
    """The connections to one controller. Thread-safe; raises :class:`portal.errors.UpstreamError` alone."""

    def __init__(self, link: Endpoint) -> None:
        self.link = link
        self._pool = self._new_pool()

    def _new_pool(self) -> urllib3.PoolManager:
        verify = self.link.verify
        if verify is False:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return timely(
            urllib3.PoolManager(
                num_pools=4,
                maxsize=128,
                retries=False,
                timeout=urllib3.Timeout(connect=self.link.connect_timeout, read=self.link.read_timeout),
                cert_reqs="CERT_NONE" if verify is False else "CERT_REQUIRED",
                ca_certs=verify if isinstance(verify, str) else None,
            )
        )

    def send(
        self,
        method: str,
        url: str,
        session: Session,
        action: str,
        form: str = "",
        again: bool = False,
        fresh: bool = False,
    ) -> Answer:
        """One request. ``again``: harmless, so a broken connection is tried once more; ``fresh``: a new connection,
        so that a closed one that was kept cannot leave us unsure."""
        pool = self._new_pool() if fresh else self._pool
        began = time.monotonic()
        try:
            try:
                return self._once(pool, method, url, session, form)
            except HTTPError as error:
                if not again or _kind(error) is not Unsure or _timed_out(error):
                    raise
                return self._once(pool, method, url, session, form)
        except _TooLarge as error:
            raise (Garbled if again else Unsure)(f"{action}: the answer is too large") from error
        except (HTTPError, UnicodeError) as error:
            kind = Unreachable if again or not isinstance(error, HTTPError) else _kind(error)
            raise kind(f"{action}: {type(error).__name__}") from error
        except _ServerFault as error:
            raise (Unreachable if again or error.status == 503 else Unsure)(
                f"{action}: {error.status}"
            ) from None
        finally:
            log.debug("call action=%s seconds=%.3f", action, time.monotonic() - began)
            if fresh:
                pool.clear()

    def _once(self, pool: urllib3.PoolManager, method: str, url: str, session: Session, form: str) -> Answer:
        headers = {"User-Agent": self.link.user_agent, "Accept": "application/json, */*;q=0.5"}
        if session.cookie:
            headers["Cookie"] = f"PHPSESSID={session.cookie}"
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        response = pool.request(
            method, url, body=form or None, headers=headers, redirect=False, preload_content=False
        )
        try:
            body = _bounded(response)
        finally:
            response.release_conn() if response.length_remaining == 0 else response.close()
        if response.status in OF_STATUS:
            raise OF_STATUS[response.status](str(response.status))
        if response.status >= 500:
            raise _ServerFault(response.status)
        return Answer(
            response.status, response.headers.get("Location", ""), body, _with_cookie(session, response)
        )


class _TooLarge(Exception):
    """An answer that nobody reads to its end."""


class _ServerFault(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def _bounded(response: urllib3.BaseHTTPResponse) -> bytes:
    """The body, within its size; its time is the pool's."""
    body = bytearray()
    # read1 hands out what has come; read would wait for a whole block however slowly it drips.
    while chunk := response.read1(65536, decode_content=True):
        body += chunk
        if len(body) > LARGEST:
            raise _TooLarge
    return bytes(body)


def _with_cookie(session: Session, response: urllib3.BaseHTTPResponse) -> Session:
    for line in response.headers.getlist("Set-Cookie"):
        found = _COOKIE.match(line)
        if found:
            session = replace(session, cookie="" if found[1] == "deleted" else found[1])
    return session


def _kind(error: HTTPError) -> type[Unreachable] | type[Unsure]:
    """Whether the request can have reached the controller."""
    cause = error.reason if isinstance(error, MaxRetryError) else error
    return Unreachable if isinstance(cause, _NOT_SENT) else Unsure


def _timed_out(error: HTTPError) -> bool:
    cause = error.reason if isinstance(error, MaxRetryError) else error
    return isinstance(cause, urllib3.exceptions.TimeoutError)
