"""The webhook: what a platform is told when its integration is switched on or off for a venue.

Source: Icaro's page on integrations, "Hotspot manager (Sun-API)": the header, the body and its types.
``business_dpo`` and the short body of "off" are from Icaro's own source.
"""

from __future__ import annotations

import hashlib
from typing import Any

from portal.errors import Unreachable, UpstreamError
from portal.http_client import HttpClient, Request, Server
from portal.venues.records import Integration
from portal.venues.venue import Venue

HEADER = "X-Icaro-WebHook-Token"
TIMEOUT = 30.0
"""Seconds, as in Icaro."""
Body = dict[str, Any]


class Undelivered(Exception):
    """The platform did not take it; the message is a reason without a body or an address."""


class Doubtful(Undelivered):
    """The call went out and no answer came: it may have been taken."""


def uuid_of(venue: Venue) -> str:
    """What integrations know the venue by."""
    return venue.file.hotspot.uuid or venue.slug


def id_of(venue: Venue) -> int:
    """The number of the venue: that of its file, else one made of its uuid, so that no two venues share one."""
    given = venue.file.hotspot.id
    return (
        int.from_bytes(hashlib.sha256(uuid_of(venue).encode()).digest()[:4]) >> 1 if given is None else given
    )


def record_of(venue: Venue) -> Body:
    """``hotspot``, ``accounts`` and ``units`` with the documented keys; a venue without a uuid or a name of its own
    gets its folder's and its guests'. As Icaro's manager sends it: what is empty is left out; ``password_hash`` stands
    only where the venue file has one."""
    file = venue.file
    lists = {
        "accounts": [account.model_dump(exclude_none=True) for account in file.accounts],
        "units": [unit.model_dump() for unit in file.units],
    }
    return {"hotspot": hotspot_of(venue), **{name: some for name, some in lists.items() if some}}


def hotspot_of(venue: Venue) -> Body:
    """The hotspot alone."""
    hotspot = venue.file.hotspot
    name = hotspot.name or venue.name(venue.default_language)
    return hotspot.model_copy(update={"id": id_of(venue), "uuid": uuid_of(venue), "name": name}).model_dump()


def body_of(venue: Venue, token: str) -> Body:
    """The body for "on" with a token, for "off" without one."""
    if not token:
        return {"status": False, "hotspot": hotspot_of(venue)}
    return {"status": True, "token": token, **record_of(venue)}


def send(record: Integration, body: Body) -> None:
    """POST a body to the platform; raises :class:`Undelivered` unless the answer is 2xx.

    A redirect is not followed: the token is for this address alone. The answer's text is not read.
    """
    headers = {HEADER: record.webhook_token.encode()}  # UTF-8, as in the key of signatures
    server = Server(record.webhook_url, read_timeout=TIMEOUT)
    try:
        answer = HttpClient(server).send(
            Request("POST", record.webhook_url, "webhook", json=body, headers=headers)
        )
    except Unreachable as error:
        raise Undelivered(error.reason) from None
    except UpstreamError as error:
        raise Doubtful(error.reason) from None
    if not 200 <= answer.status < 300:
        raise Undelivered(f"status {answer.status}")
