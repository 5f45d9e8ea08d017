"""Where a guest consents to a hop, leaves for it and comes back: by our callback, or by Wings' convention."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from flask import Blueprint, Response, abort, g, request, send_from_directory
from flask_babel import gettext as _
from flask_babel import refresh

from portal.errors import ForeignState, GuestError, StateLost, UpstreamError
from portal.guest import Guest
from portal.house import house
from portal.journey import hop_pages, hops, pages
from portal.journey.flow import problem, respond
from portal.journey.hops import Hop
from portal.journey.system import SignIn, Visit
from portal.journey.visits import language_of, make_visit, venue_of, visit_of
from portal.security import first_time
from portal.venues import Venue

blueprint = Blueprint("hops", __name__)
log = logging.getLogger("portal.hops")


@blueprint.get("/<venue>/next")
def show_next(venue: str) -> Response:
    """The hop that is due, or the login page."""
    visit, guest = _known(venue)
    hop = hop_pages.due(visit, guest)
    return (
        hop_pages.consent(visit, guest, hop) if hop else respond(visit, hop_pages.towards(visit, guest, ""))
    )


@blueprint.post("/<venue>/next")
def agree(venue: str) -> Response:
    """The guest agrees to the visit that the page described, and leaves."""
    visit, guest = _known(venue)
    hop = hop_pages.due(visit, guest)
    if hop is None or request.form.get("hop") != hop.id:
        return respond(visit, hop_pages.towards(visit, guest, "next"))
    form = hop_pages.consent_form(visit, hop)
    if not form.validate():
        return hop_pages.consent(visit, guest, hop, form=form)
    _log(visit, guest, hop, "leaves")
    return respond(visit, hop_pages.towards(visit, hops.leave(guest, hop), "leave"))


@blueprint.get("/<venue>/leave")
def leave(venue: str) -> Response:
    """On to the integration that the guest agreed to."""
    visit, guest = _known(venue)
    hop = hop_pages.due(visit, guest)
    if hop is None or guest.hops.get("wait") != hop.id:
        return respond(visit, hop_pages.towards(visit, guest, "next"))
    return hop_pages.leave(visit, guest, hop)


@blueprint.get("/<venue>/hop")
def come_back(venue: str) -> Response:
    """The ``callback`` of a hop."""
    return _return(venue_of(venue))


@blueprint.get("/wings/login")
@blueprint.get("/wings/login/<method>")
def wings(method: str = "") -> Response:
    """The way back by Wings' convention; or a link of Wings, for the venue whose system knows it."""
    g.language = language_of(None, None)
    refresh()
    ended = request.args.get("integration_done") or request.args.get("integration_failed")
    venue = _venue_of_state()
    if ended and venue:
        return _return(venue)
    for other in [] if ended else house().venues.values():
        if isinstance(other, Venue) and house().system_of(other).claims(other, request.args):
            visit = visit_of(other.slug)
            visit = replace(visit, query={**visit.query, "wings": method})
            return respond(visit, house().system_of(other).arrive(visit))
    if venue is None:
        raise StateLost("wings without state")
    return _refuse(visit_of(venue.slug), hops.Skipped("wings without an outcome"))


@blueprint.get("/<venue>/hop/logo/<int:number>")
def logo(venue: str, number: int) -> Response:
    """The logo of an integration, from the venue's folder."""
    found = venue_of(venue)
    records = found.file.integrations
    if number >= len(records) or not records[number].logo:
        abort(404)
    response = send_from_directory(found.folder, records[number].logo, max_age=86400)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _known(slug: str) -> tuple[Visit, Guest]:
    visit = visit_of(slug)
    if visit.guest is None:
        raise StateLost("hop without state")
    return visit, visit.guest


def _venue_of_state() -> Venue | None:
    """The venue that a journey or a cookie speaks of."""
    for token, use in ((request.args.get("journey"), hops.JOURNEY), (request.cookies.get(pages.COOKIE), b"")):
        try:
            guest = house().seal.open(token or "", time.time(), use)
        except StateLost:
            continue
        return venue_of(guest.venue)
    return None


def _return(venue: Venue) -> Response:
    """Someone takes the way back: onwards, or a page that says why not. A mere look (HEAD) uses nothing up."""
    if request.method == "HEAD":
        return Response()
    visit = visit_of(venue.slug)
    try:
        back = _brought(visit)
        if visit.guest is None and back.state:
            visit = make_visit(venue, back.state)
        guest, hop = hops.read_return(hop_pages.integrations_of(venue, visit.guest), back)
    except GuestError as error:
        return _refuse(visit, error)
    visit = replace(visit, query={}, guest=guest)
    if back.failed:
        return _failed(visit, guest, hop)
    if not guest.hops["wait"].startswith(hops.POST):
        _log(visit, guest, hop, "done")
        after = hops.finish(guest)
        return respond(visit, hop_pages.towards(visit, after, "next"))
    return _go_on(visit, guest, hop)


def _brought(visit: Visit) -> hops.Return:
    """What came along. A journey that stands twice is none."""
    given = request.args.getlist("journey")
    journey, state = " ".join(given), None
    try:
        state = house().seal.open(journey, visit.now, hops.JOURNEY)
    except StateLost as error:
        if error.reason == "expired":
            raise
    if state and state.venue != visit.venue.slug:
        raise ForeignState("journey of another venue")
    signature, failed = request.args.get("signature", ""), request.args.get("integration_failed", "")
    return hops.Return(journey, state, visit.guest, signature, failed)


def _go_on(visit: Visit, guest: Guest, hop: Hop | None) -> Response:
    """After a hop that follows the choice: the next one, or online. Each way back counts once."""
    after = hops.finish(guest)
    if not first_time(house().config.state_life, visit.venue.slug, hops.ticket(guest)):
        return _refuse(replace(visit, guest=hops.settle(after)), hops.Repeated("way back used before"))
    _log(visit, guest, hop, "done")
    visit = replace(visit, guest=after)
    if after.chosen is None or hop_pages.due(visit, after):
        return respond(visit, hop_pages.towards(visit, after, "next"))
    try:
        return respond(visit, house().system_of(visit.venue).admit(visit, after.chosen))
    except UpstreamError as error:
        step = SignIn(after, notice=error.text, way=after.chosen.way, status=error.status)
        return respond(visit, step)


def _failed(visit: Visit, guest: Guest, hop: Hop | None) -> Response:
    """Cancelled over there: before the choice the guest may try again, after it also choose anew."""
    _log(visit, guest, hop, "failed")
    if hop is None:
        return respond(visit, hop_pages.towards(visit, guest, "next"))
    notice = _(
        "%(name)s was not finished, so you are not online yet. You can try again.", name=hop.integration.name
    )
    if hop.moment == hops.PRE:
        return hop_pages.consent(visit, guest, hop, notice=notice)
    return respond(visit, SignIn(guest, notice=notice, way=guest.chosen.way if guest.chosen else ""))


def _refuse(visit: Visit, error: GuestError) -> Response:
    """A page that says what is wrong with this way back, and a way on."""
    guest, slug = visit.guest, visit.venue.slug
    if guest is None or isinstance(error, StateLost):
        return problem(visit, error, [(_("Back to the start"), f"/{slug}/")])
    done = " ".join(guest.hops.get("done", ()))
    if isinstance(error, hops.Repeated) and f"{hops.POST}:" not in done:
        return respond(visit, hop_pages.towards(visit, guest, "next"))
    step = {hops.Repeated: "online", hops.Skipped: "next"}.get(type(error), "")
    return problem(visit, error, [(_("Go on"), pages.with_state(visit, f"/{slug}/{step}"))])


def _log(visit: Visit, guest: Guest, hop: Hop | None, what: str) -> None:
    log.info(
        "hop venue=%s visit=%s id=%s outcome=%s", visit.venue.slug, guest.visit, hop.id if hop else "-", what
    )
