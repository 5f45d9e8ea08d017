"""From a request to a :class:`RequestContext`: which venue, which guest, which language."""

from __future__ import annotations

import time
from collections.abc import Sequence

from flask import g, request
from flask_babel import refresh

from portal import whom_to_ask
from portal.app_state import app_state, venue_of
from portal.errors import ForeignState, StateLost
from portal.journey.forms import TOKEN
from portal.journey.gateway import gateway_of
from portal.journey.pages import COOKIE
from portal.journey.steps import RequestContext
from portal.languages import DEFAULT, LANGUAGES, Language, choose, find, preferred
from portal.session import GuestSession
from portal.venues.venue import Venue


def context_of(slug: str) -> RequestContext:
    """The visit that this request is; its guest is None when the browser brought no valid state."""
    venue = venue_of(slug)
    guest = guest_of(venue)
    return make_context(venue, guest)


def make_context(venue: Venue, guest: GuestSession | None) -> RequestContext:
    """A visit in the right language.

    A parameter that stands twice in the query with different values is left out: nobody can know which one was meant.
    """
    g.guest = guest
    venue = themed(venue, guest)
    g.language = language_of(venue, guest)
    whom_to_ask.remember(venue.file.help.who)
    refresh()
    return RequestContext(
        venue=venue,
        guest=guest,
        language=g.language,
        base=f"{request.scheme}://{request.host}",
        address=request.remote_addr or "",
        now=time.time(),
        query={name: values[0] for name, values in request.args.lists() if len(set(values)) == 1},
        offered=offered_to(venue, guest),
        given=frozenset(request.args),
    )


def themed(venue: Venue, guest: GuestSession | None) -> Venue:
    """The venue as this guest sees it."""
    own = app_state().venues.get(venue.slug, venue)
    return gateway_of(venue).themed(own, guest) if isinstance(own, Venue) else venue


def guest_of(venue: Venue) -> GuestSession | None:
    """The guest whose state came along: in the form, in a link, or in the cookie, the first valid one.

    A form of another venue is refused; a cookie of another venue only means that the guest has moved on.
    """
    now = time.time()
    posted = request.form.get(TOKEN) if request.method == "POST" else None
    kept = "" if _forged() else request.cookies.get(COOKIE)
    for token in (posted, request.args.get(TOKEN), kept):
        if not token:
            continue
        try:
            guest = app_state().codec.loads(token, now)
        except StateLost:
            continue
        if guest.venue == venue.slug:
            return _with_language(guest)
        if token == posted:
            raise ForeignState("state of another venue")
    return None


def _forged() -> bool:
    """A post that a page of another site sent off: then the cookie, which browsers may add, proves nothing."""
    return request.method == "POST" and request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")


def _with_language(guest: GuestSession) -> GuestSession:
    wish = find(request.args.get("lang"))
    return guest.but(language=wish.code) if wish else guest


def offered_to(venue: Venue, guest: GuestSession | None) -> Sequence[Language]:
    """The languages of the venue that the system allows this guest; all of the venue's if it allows none of them."""
    if not (guest and guest.offered):
        return venue.languages
    return [row for row in venue.languages if row.code in guest.offered] or venue.languages


def language_of(venue: Venue | None, guest: GuestSession | None) -> Language:
    """The guest's wish by hand, else the browser's, else the system's, else the venue's."""
    said = find(request.args.get("lang"))
    kept = find(guest.language) if guest else None
    browser = preferred(request.headers.get("Accept-Language"))
    wishes = [find(code) for code in guest.wishes] if guest else []
    offered = offered_to(venue, guest) if venue else LANGUAGES
    return choose(offered, [said, kept, *browser, *wishes], venue.default_language if venue else DEFAULT)
