"""From a request to a :class:`Visit`: which venue, which guest, which language."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache

from flask import abort, g, request
from flask_babel import refresh

from portal.errors import ForeignState, StateLost, VenueClosed
from portal.guest import Guest
from portal.house import house
from portal.journey.forms import TOKEN
from portal.journey.pages import COOKIE
from portal.journey.system import Dresses, Visit
from portal.languages import DEFAULT, LANGUAGES, Language, choose, find, preferred
from portal.venues import Closed, Venue


def venue_of(slug: str) -> Venue:
    """The venue of a URL; 404 for an unknown one, :class:`VenueClosed` for a faulty one."""
    venue = house().venues.get(slug)
    if venue is None:
        abort(404)
    if isinstance(venue, Closed):
        raise VenueClosed("faulty venue file")
    return venue


def visit_of(slug: str) -> Visit:
    """The visit that this request is; its guest is None when the browser brought no valid state."""
    venue = venue_of(slug)
    guest = guest_of(venue)
    return make_visit(venue, guest)


def make_visit(venue: Venue, guest: Guest | None) -> Visit:
    """A visit in the right language.

    A parameter that stands twice in the query is left out: nobody can know which one was meant.
    """
    g.guest = guest
    venue = dressed(venue, guest)
    g.language = language_of(venue, guest)
    refresh()
    return Visit(
        venue=venue,
        guest=guest,
        language=g.language,
        base=f"{request.scheme}://{request.host}",
        address=request.remote_addr or "",
        now=time.time(),
        query={name: values[0] for name, values in request.args.lists() if len(values) == 1},
        offered=offered_to(venue, guest),
        given=frozenset(request.args),
    )


def dressed(venue: Venue, guest: Guest | None) -> Venue:
    """The venue as this guest sees it."""
    dress = _dress_of(type(house().system_of(venue)))
    own = house().venues.get(venue.slug, venue)
    return dress(house().system_of(venue), own, guest) if dress and isinstance(own, Venue) else venue


@cache
def _dress_of(kind: type) -> Callable[..., Venue] | None:
    """How a kind of system dresses a venue; asked on every page, and a protocol takes long to answer."""
    return kind.dressed if issubclass(kind, Dresses) else None


def guest_of(venue: Venue) -> Guest | None:
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
            guest = house().seal.open(token, now)
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


def _with_language(guest: Guest) -> Guest:
    wish = find(request.args.get("lang"))
    return guest.but(language=wish.code) if wish else guest


def offered_to(venue: Venue, guest: Guest | None) -> Sequence[Language]:
    """The languages of the venue that the system allows this guest; all of the venue's if it allows none of them."""
    if not (guest and guest.offered):
        return venue.languages
    return [row for row in venue.languages if row.code in guest.offered] or venue.languages


def language_of(venue: Venue | None, guest: Guest | None) -> Language:
    """The guest's wish by hand, else the browser's, else the system's, else the venue's."""
    said = find(request.args.get("lang"))
    kept = find(guest.language) if guest else None
    browser = preferred(request.headers.get("Accept-Language"))
    wishes = [find(code) for code in guest.wishes] if guest else []
    offered = offered_to(venue, guest) if venue else LANGUAGES
    return choose(offered, [said, kept, *browser, *wishes], venue.default_language if venue else DEFAULT)
