"""Opening a session at a controller (sections 2.1, 4 and 5): its entrance, and every hop from there.

The hops are followed by hand, never to another host, and all of them together have the time of one call.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from urllib.parse import quote, urlencode, urljoin, urlsplit

from portal.errors import Garbled
from portal.gateways.ucopia.endpoint import Endpoint, EntryParams, Session
from portal.gateways.ucopia.transport import Transport
from portal.http_client.response import same_host

ROUNDS, HOPS = 3, 5
_PORTAL = re.compile(r"^/\d+/portal(/|$)")


class Entrance:
    """The way into one controller. Thread-safe; raises :class:`portal.errors.UpstreamError` and nothing else."""

    def __init__(self, endpoint: Endpoint, transport: Transport) -> None:
        self._endpoint = endpoint
        self._transport = transport

    def opened(self, door: EntryParams, session: Session, thorough: bool = False) -> Session:
        """A session, new or told what the NAS said; ``thorough`` also fetches the portal page itself.

        Up to three rounds: the first can end at a page that only sets the cookie (wire).
        """
        start, until = self._start(door), self._until()
        for _ in range(ROUNDS):
            session, arrived = self._round(start, session, thorough, until)
            if arrived:
                break
        if not session.cookie:
            raise Garbled("no session cookie")
        return session

    def followed(self, url: str, session: Session) -> Session:
        """The session after an address that the controller named was opened (``redirect``, wire)."""
        return self._round(url, session, True, self._until())[0]

    def own(self, target: str) -> str:
        """The whole address of what an answer wants opened; empty where that is not the controller."""
        try:
            url = urljoin(self._endpoint.url, target) if target else ""
        except ValueError:
            return ""
        return url if url and same_host(self._endpoint.url, url) else ""

    def _start(self, door: EntryParams) -> str:
        url, wanted = self._endpoint.url, door.original_url
        if self._endpoint.zone:
            said = {**({"userurl": wanted} if wanted else {}), **door.nas}
            return urljoin(url, f"/zone/{quote(self._endpoint.zone)}/") + "?" + urlencode(said)
        return urljoin(url, "/") + ("?" + urlencode({"dst": wanted}) if wanted else "")

    def _round(self, url: str, session: Session, thorough: bool, until: float) -> tuple[Session, bool]:
        """Follow the hops of one round; whether it came to a portal page."""
        for _ in range(HOPS):
            session, answer = self._transport.send("GET", url, session, "open", again=True, until=until)
            target = answer.redirect
            if _PORTAL.match(urlsplit(url).path):
                return session, True
            if not target:
                return session, False
            if _PORTAL.match(urlsplit(target).path):
                session = replace(session, path=urlsplit(target).path)
                if not thorough:
                    return session, True
            url = target
        return session, False

    def _until(self) -> float:
        """When several calls that share the time of one have to end."""
        return time.monotonic() + self._endpoint.connect_timeout + self._endpoint.read_timeout
