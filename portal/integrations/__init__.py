"""Integrations as an operator and their platforms know them: switched on and off, told by a webhook.

The venue file says whether an integration is enabled; an operator's ``integrations enable`` or ``disable`` goes
before it and is kept in the state folder (:mod:`.store`). Each switch is told to the integration's platform once
and in order (:mod:`.deliveries`, :mod:`.webhook`), and the platform may read its venue's record with the token
it was told (:mod:`.views`). What guests meet is in :mod:`portal.journey.hops`.
Source: Icaro's page on integrations (Sun-API).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Flask

from portal.config import Config
from portal.house import house
from portal.integrations.store import Entries, Store
from portal.integrations.webhook import uuid_of
from portal.records import Integration
from portal.venues import Venue

__all__ = ["findings", "init_app", "is_on", "store_of", "switched_on", "uuid_of"]


def init_app(app: Flask) -> None:
    """The platform's route and the operator's commands."""
    from portal.integrations import commands, views

    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.group)


def store_of(config: Config) -> Store:
    """Where the operator's switches and the deliveries are kept (``PORTAL_STATE``, else beside the venues)."""
    return Store(config.state_folder or config.venues / ".state")


def switched_on(venue: Venue) -> Sequence[Integration]:
    """The integrations that are on, in the order of the venue file."""
    records = venue.file.integrations
    if not records:
        return ()
    entries = store_of(house().config).read(venue.slug)
    return [record for record in records if is_on(record, entries)]


def is_on(record: Integration, entries: Entries) -> bool:
    """The operator's word if there is one, else the venue file's."""
    entry = entries.get(record.name)
    return record.enabled if entry is None or entry.enabled is None else entry.enabled


def findings(venue: Venue) -> list[str]:
    """What ``venues check`` tells the operator of the integrations that are on."""
    entries = store_of(house().config).read(venue.slug)
    return [
        f"integrations: {record.name}: {finding}"
        for record in venue.file.integrations
        if is_on(record, entries)
        for finding in _findings(record, entries)
    ]


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
