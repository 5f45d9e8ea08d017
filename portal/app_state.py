"""What every request needs and no request changes: the configuration, the venues, the gateways, the codec.

It imports nothing of the journey; :func:`portal.journey.gateway.gateway_of` gives a venue's gateway its type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app

from portal import metrics
from portal.config import Config
from portal.errors import VenueClosed
from portal.session import TokenCodec
from portal.shared_store import SharedStore
from portal.venues.venue import Closed, Venue


@dataclass(frozen=True)
class AppState:
    """Made once by ``create_app``."""

    config: Config
    venues: Mapping[str, Venue | Closed]
    gateways: Mapping[str, Any]
    codec: TokenCodec
    store: SharedStore
    passing: SharedStore
    """What may be lost; see :func:`portal.shared_store.open_passing`."""


def app_state() -> AppState:
    """That of the running application."""
    found: AppState = current_app.extensions["portal"]
    return found


def venue_of(slug: str) -> Venue:
    """The venue of a URL, which this request is for from now on; 404 for an unknown one, :class:`VenueClosed` for a faulty
    one."""
    venue = app_state().venues.get(slug)
    if venue is None:
        abort(404)
    if isinstance(venue, Closed):
        raise VenueClosed("faulty venue file")
    metrics.serve(slug, venue.system)
    return venue
