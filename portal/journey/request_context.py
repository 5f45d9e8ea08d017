"""From a request to a :class:`RequestContext`: which venue, which guest, which language."""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import abort, g, request
from flask_babel import refresh

from portal import whom_to_ask
from portal.app_state import app_state, venue_of
from portal.errors import ForeignState, OtherSite, StateLost
from portal.journey.forms import TOKEN
from portal.journey.gateway import Gateway, gateway_of
from portal.journey.link_state import token_of
from portal.journey.pages import COOKIE, HANDED_ON
from portal.journey.steps import RequestContext
from portal.languages import DEFAULT, LANGUAGES, Language, choose, find, preferred
from portal.session import GuestSession
from portal.venues.venue import Venue


def context_of(slug: str) -> RequestContext:
    """The visit that this request is; its guest is None when the browser brought no valid state."""
    venue = venue_of(slug)
    guest = guest_of(venue)
    return make_context(venue, guest)


def context_for(slug: str, gateway: Gateway) -> RequestContext:
    """The same for a route of this gateway's own: 404 for a venue of another one."""
    if venue_of(slug).system != gateway.name:
        abort(404)
    return context_of(slug)


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
    """The venue as this guest sees it; as it is for a guest of whom no gateway has told anything."""
    own = g.get("venue_on_trial") or app_state().venues.get(venue.slug, venue)
    if not isinstance(own, Venue):
        return venue
    return gateway_of(venue).themed(own, guest) if guest and guest.device else own


def guest_of(venue: Venue) -> GuestSession | None:
    """The guest whose state came along: handed on by ourselves, in the cookie, in the form, or in a link.

    A form's state is the one that its page was made for, so it goes before the cookie's of the same visit; nothing
    puts a browser that keeps cookies into another visit than its cookie's, so nobody can put a guest into somebody
    else's state by a link or a form. Raises :class:`OtherSite` for a post that a page of another site sent off, and
    :class:`ForeignState` for a form of another venue; a cookie of another venue only means that the guest has moved on.
    """
    if handed := request.environ.get(HANDED_ON):
        found: GuestSession = handed
        return found
    if request.method == "POST" and is_from_elsewhere():
        raise OtherSite("a post of another site")
    kept = _opened(venue, request.cookies.get(COOKIE))
    if request.method == "POST" and (posted := request.form.get(TOKEN)):
        guest = _opened(venue, posted, strict=True)
        same = guest and (kept is None or kept.session_id == guest.session_id)
        return _with_language(guest) if guest and same else kept and _with_language(kept)
    if kept is None and not is_from_elsewhere():
        kept = _opened(venue, token_of(request.args.get(TOKEN, "")))
    return _with_language(kept) if kept else None


def _opened(venue: Venue, token: str | None, strict: bool = False) -> GuestSession | None:
    """The guest of a token, if it is a valid one of this venue and of this release."""
    try:
        guest = app_state().codec.loads(token or "", time.time())
        if guest.venue == venue.slug:
            model = gateway_of(venue).session_model
            if model and guest.device:
                guest.kept(model)
            return guest
    except StateLost:
        return None
    if strict:
        raise ForeignState("state of another venue")
    return None


def is_from_elsewhere() -> bool:
    """Whether the browser says that a page of another site led here. Browsers that say neither are old ones; ``null``
    is what a form of our own says, for our pages send no referrer."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("cross-site", "same-site")
    said = request.headers.get("Origin", "null")
    return said != "null" and urlsplit(said).netloc.lower() != request.host.lower()


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
