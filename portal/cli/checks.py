"""What ``venues check`` tells of a venue that serves: what is weak, and what a guest must reach before login."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from portal.integrations import switches
from portal.journey import sample_pages
from portal.journey.gateway import gateway_of
from portal.urls import origin
from portal.venues import colours
from portal.venues.venue import Venue

HEAVIEST = 14_000
"""Bytes of a login page, gzipped: what fits a connection's first flight (contract)."""


def notes(venue: Venue) -> Iterator[str]:
    """What is weak, the general things first."""
    if not venue.file.landing_url:
        yield "landing_url is empty: after a probe address there is no button that leads on"
    for line in colours.checks(venue.style.text):
        yield f"theme: {line}"
    weight = weigh(venue)
    if weight > HEAVIEST:
        yield f"the login page weighs {weight} bytes gzipped: more than a connection's first flight"
    missing = [row.code for row in venue.languages if venue.texts and row.code not in venue.texts]
    if missing:
        yield f"texts/ lacks {', '.join(missing)}: these guests read English there, or the default language"
    yield from switches.checks(venue)
    yield from gateway_of(venue).checks(venue)


def walled_garden(venue: Venue) -> list[str]:
    """The walled garden: what a guest must reach before login, beside this portal."""
    file = venue.file
    hops = [
        url
        for one in switches.switched_on(venue)
        for url in (one.pre_auth_redirect_url, one.post_auth_redirect_url)
    ]
    texts = (file.terms.url, file.privacy_url, file.imprint_url)
    hosts = (*gateway_of(venue).hosts(venue), *map(origin, (*hops, *texts)))
    return sorted({host for host in hosts if host})


def weigh(venue: Venue) -> int:
    """The gzipped bytes of the login page as guests get it, at a box that offers everything."""
    first = next(one for one in sample_pages.samples_of(venue) if one.name == "sign-in")
    page = sample_pages.page_of(first, venue, venue.default_language)
    return len(gzip.compress(page.html.encode()))
