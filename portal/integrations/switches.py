"""Which integrations of a venue are on: the operator's word before the venue file's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.app_state import app_state
from portal.config import Config
from portal.integrations.state_file import Entries, Store
from portal.integrations.webhook import id_of, uuid_of
from portal.venues.records import Integration
from portal.venues.venue import Venue


def store_of(config: Config) -> Store:
    """Where the operator's switches and the deliveries are kept (``PORTAL_STATE``, else beside the venues)."""
    return Store(config.state)


def switched_on(venue: Venue) -> Sequence[Integration]:
    """The integrations that are on, in the order of the venue file."""
    records = venue.file.integrations
    if not records:
        return ()
    entries = store_of(app_state().config).read(venue.slug)
    return [record for record in records if is_on(record, entries)]


def is_on(record: Integration, entries: Entries) -> bool:
    """The operator's word if there is one, else the venue file's."""
    entry = entries.get(record.name)
    return record.enabled if entry is None or entry.enabled is None else entry.enabled


def checks(venue: Venue) -> list[str]:
    """What ``venues check`` tells the operator of the integrations that are on."""
    entries = store_of(app_state().config).read(venue.slug)
    twins = [*_twins(venue)] if any(record.webhook_url for record in venue.file.integrations) else []
    return twins + [
        f"integrations: {record.name}: {finding}"
        for record in venue.file.integrations
        if is_on(record, entries)
        for finding in _findings(record, entries)
    ]


def _twins(venue: Venue) -> Iterator[str]:
    """Other venues that platforms would take for this one."""
    for other in app_state().venues.values():
        if isinstance(other, Venue) and other.slug != venue.slug:
            for what, of in (("id", id_of), ("uuid", uuid_of)):
                if of(other) == of(venue):
                    yield f"hotspot.{what} is also that of {other.slug}; platforms cannot tell the two apart"


def _findings(record: Integration, entries: Entries) -> Iterator[str]:
    pages = [url for url in (record.pre_auth_redirect_url, record.post_auth_redirect_url) if url]
    if any(url.startswith("http://") for url in pages):
        yield "is plain http: what is passed on travels readable"
    if pages and record.wings_compatible:
        yield "wings_compatible passes codes, e-mail addresses and phone numbers on"
    if not pages and not record.webhook_url:
        yield "has neither a page nor a webhook, so it does nothing"
    if record.webhook_url and not (record.name in entries and entries[record.name].told):
        yield "its platform was not told yet that it is on; type: integrations sync"
