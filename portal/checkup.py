"""What ``venues check`` tells of a venue that serves: what is weak, and what a guest must reach before login."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from flask import current_app

from portal import contrast, integrations
from portal.errors import PortalError
from portal.guest import new_guest
from portal.house import house
from portal.journey import pages
from portal.journey.visits import make_visit
from portal.values import origin
from portal.venues import Venue

HEAVIEST = 14_000
"""Bytes of a login page, gzipped: what fits a connection's first flight (contract)."""


def notes(venue: Venue) -> Iterator[str]:
    """What is weak, the general things first."""
    if not venue.file.landing_url:
        yield "landing_url is empty: after a probe address there is no button that leads on"
    for line in contrast.findings(venue.style.text):
        yield f"theme: {line}"
    weight = weigh(venue)
    if weight > HEAVIEST:
        yield f"the login page weighs {weight} bytes gzipped: more than a connection's first flight"
    missing = [row.code for row in venue.languages if venue.texts and row.code not in venue.texts]
    if missing:
        yield f"texts/ lacks {', '.join(missing)}: these guests read English there, or the default language"
    yield from integrations.findings(venue)
    yield from house().system_of(venue).findings(venue)


def garden(venue: Venue) -> list[str]:
    """The walled garden: what a guest must reach before login, beside this portal."""
    file = venue.file
    hops = [
        url
        for one in integrations.switched_on(venue)
        for url in (one.pre_auth_redirect_url, one.post_auth_redirect_url)
    ]
    texts = (file.terms.url, file.privacy_url, file.imprint_url)
    hosts = (*house().system_of(venue).hosts(venue), *map(origin, (*hops, *texts)))
    return sorted({host for host in hosts if host})


def weigh(venue: Venue) -> int:
    """The gzipped bytes of the login page; of its frame alone, where the ways in depend on what the box says."""
    with current_app.test_request_context(f"/{venue.slug}/"):
        visit = make_visit(venue, new_guest(venue.slug, 0))
        try:
            ways = house().system_of(venue).ways(visit)
        except (PortalError, LookupError, TypeError):
            ways = []
        page = pages.render(
            visit,
            "sign_in.html",
            venue.name(visit.language),
            guest=visit.guest,
            ways=ways,
            lead=venue.text("lead", visit.language),
            about="",
            notice="",
            box_says="",
        )
        return len(gzip.compress(page.html.encode()))
