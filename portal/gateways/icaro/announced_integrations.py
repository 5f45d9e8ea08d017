"""Integrations that wax itself announces: ``integrations`` of ``/wax/preferences``, which is null or a list of
``{pre_auth_redirect_url, post_auth_redirect_url}``.

Real: Wings takes the first one and visits its post address. Here every one is visited, also before the choice where
it has an address for that, and with Wings' own query: an integration written for Wings notices no difference.
Wax tells no name, so guests read the host. Each address is a record of its own, for the two of one integration may
lie on different hosts. What a venue file could not say is not taken from wax either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pydantic import ValidationError

from portal.urls import origin
from portal.venues.records import Integration

MOST = 5
"""Integrations of one hotspot that are taken; a guest should get online one day."""
MOMENTS = ("pre", "post")


class Announced(Integration):
    """One address that wax announces, either before or after the choice; its name is the address's host."""

    @property
    def key(self) -> str:
        """Host and address in short: the same as long as the address is, whatever else wax announces."""
        url = self.pre_auth_redirect_url or self.post_auth_redirect_url
        return f"{self.name[:40]}#{hashlib.sha256(url.encode()).hexdigest()[:8]}"


def read_announced(value: object) -> tuple[tuple[Announced, ...], tuple[str, ...]]:
    """What can be visited, in wax's order, and what is wrong with the rest (without paths and queries)."""
    records = value if isinstance(value, list) else []
    found: dict[str, Announced] = {}
    faults: list[str] = []
    for number, moment, url in _addresses(records[:MOST]):
        try:
            one = _announced(moment, url)
        except ValidationError as error:
            host = "".join(letter for letter in _host(url) if letter.isprintable())[:100]
            faults.append(f"number={number} moment={moment} host={host or '-'} fault={_fault(error)}")
        else:
            found.setdefault(f"{moment} {url}", one)
    if len(records) > MOST:
        faults.append(f"number={MOST + 1} fault=more than {MOST}")
    return tuple(found.values()), tuple(faults)


def _addresses(records: list[object]) -> Iterator[tuple[int, str, str]]:
    """Number, moment and address of what stands there; anything that is no text is nothing."""
    for number, record in enumerate(records, 1):
        for moment in MOMENTS:
            url = record.get(f"{moment}_auth_redirect_url") if isinstance(record, dict) else None
            if isinstance(url, str) and url.strip():
                yield number, moment, url.strip()


def _announced(moment: str, url: str) -> Announced:
    values = {f"{moment}_auth_redirect_url": url, "name": _host(url)[:250] or "-", "wings_compatible": True}
    return Announced.model_validate(values)


def _host(url: str) -> str:
    return origin(url).partition("://")[2]


def _fault(error: ValidationError) -> str:
    """The first reason alone; what stands in brackets quotes the address."""
    said = str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
    return said.partition(";")[0].partition(" (")[0]
