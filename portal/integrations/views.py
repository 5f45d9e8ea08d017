"""What a platform may read: the record of the venue that switched its integration on."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, jsonify, request

from portal.app_state import app_state, venue_of
from portal.integrations.deliveries import hash_of
from portal.integrations.switches import is_on, store_of
from portal.integrations.webhook import record_of
from portal.venues.venue import Venue

blueprint = Blueprint("integrations", __name__)


@blueprint.get("/<venue>/integration")
def record(venue: str) -> tuple[Response, int]:
    """The venue's record as JSON, for the header ``Token:`` of a platform that is on; otherwise 401.

    The keys are those of the webhook, without the token.
    """
    found = venue_of(venue)
    if not _is_known(found, request.headers.get("Token", "")):
        return jsonify(message="token is not known"), 401
    return jsonify(status=True, **record_of(found)), 200


def _is_known(venue: Venue, token: str) -> bool:
    given = hash_of(token).encode()
    entries = store_of(app_state().config).read(venue.slug)
    records = [one for one in venue.file.integrations if is_on(one, entries) and one.name in entries]
    hashes = [known for one in records for known in entries[one.name].tokens]
    return any(hmac.compare_digest(given, known.encode()) for known in hashes)
