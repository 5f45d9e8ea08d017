"""Where a guest consents to a hop, leaves for it and comes back: by our callback, or by Wings' convention."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from flask import Blueprint, Response, abort, g, request, send_from_directory
from flask_babel import gettext as _
from flask_babel import lazy_gettext, refresh

from portal.app_state import app_state, venue_of
from portal.errors import ForeignState, GuestError, StateLost, UpstreamError
from portal.integrations import hops
from portal.integrations.hops import Hop
from portal.journey import hop_pages, pages
from portal.journey.discretion import nameless, told_nothing, typed_again
from portal.journey.flow import authorize, problem, respond
from portal.journey.gateway import gateway_of
from portal.journey.request_context import context_of, language_of, make_context
from portal.journey.steps import RequestContext, SignIn
from portal.session import GuestSession
from portal.urls import CAUGHT
from portal.venues.inside import is_inside
from portal.venues.venue import Venue

blueprint = Blueprint("hops", __name__)
log = logging.getLogger("portal.hops")


class NoArrival(GuestError):
    """Somebody typed Wings' address: only the unit can say who that is."""

    status = 200
    title = lazy_gettext("Connect to the Wi-Fi")
    text = lazy_gettext("Switch the Wi-Fi of your device off and on, and open the page that appears.")


@blueprint.get("/<venue>/next")
def show_next(venue: str) -> Response:
    """The hop that is due, or the login page."""
    context, guest = _known(venue)
    hop = hop_pages.due(context)
    if hop is None:
        return respond(context, hop_pages.towards(context, ""))
    if not hop_pages.needs_consent(context, hop) and guest.hops.get("wait") != hop.id:
        return respond(context, hop_pages.onwards(context, hop))
    return hop_pages.consent(context, hop)


@blueprint.post("/<venue>/next")
def agree(venue: str) -> Response:
    """The guest agrees to the visit that the page described, and leaves."""
    context, guest = _known(venue)
    hop = hop_pages.due(context)
    if hop is None or request.form.get("hop") != hop.id:
        return respond(context, hop_pages.towards(context, "next"))
    form = hop_pages.consent_form(context, hop)
    if not form.validate():
        return hop_pages.consent(context, hop, form=form)
    _log(context, hop, "leaves")
    return respond(context, hop_pages.towards(context.with_session(hops.leave(guest, hop)), "leave"))


@blueprint.get("/<venue>/leave")
def leave(venue: str) -> Response:
    """On to the integration that the guest agreed to."""
    context, guest = _known(venue)
    hop = hop_pages.due(context)
    if hop is None or guest.hops.get("wait") != hop.id:
        return respond(context, hop_pages.towards(context, "next"))
    return hop_pages.leave(context, hop)


@blueprint.get("/<venue>/hop")
def come_back(venue: str) -> Response:
    """The ``callback`` of a hop."""
    return _return(venue_of(venue))


@blueprint.get("/wings/", strict_slashes=False)
@blueprint.get("/wings/login")
@blueprint.get("/wings/login/<method>")
def wings(method: str = "") -> Response:
    """The way back by Wings' convention; or an arrival or a link of Wings, for the venue whose gateway knows it."""
    g.language = language_of(None, None)
    refresh()
    ended = request.args.get("integration_done") or request.args.get("integration_failed")
    venue = _venue_of_state()
    if ended and venue:
        return _return(venue)
    for other in [] if ended else app_state().venues.values():
        if isinstance(other, Venue) and gateway_of(other).claims(other, request.args):
            context = context_of(other.slug)
            context = replace(context, query={**context.query, "wings": method})
            return respond(context, gateway_of(other).arrive(context))
    if venue is None:
        if request.args or request.path.startswith("/wings/login"):
            raise StateLost("wings without state")
        return pages.show_plain(
            g.language, NoArrival("wings without a query"), [(_("Open the Wi-Fi page"), CAUGHT)]
        )
    context = context_of(venue.slug)
    if request.path.startswith("/wings/login"):
        return _refuse(context, hops.Skipped("wings without an outcome"))
    return respond(context, gateway_of(venue).arrive(context))


@blueprint.get("/<venue>/hop/logo/<int:number>")
def logo(venue: str, number: int) -> Response:
    """The logo of an integration, from the venue's folder."""
    found = venue_of(venue)
    records = found.file.integrations
    if number >= len(records) or not is_inside(found.folder, records[number].logo):
        abort(404)
    response = send_from_directory(found.folder, records[number].logo, max_age=86400)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _known(slug: str) -> tuple[RequestContext, GuestSession]:
    context = context_of(slug)
    if context.guest is None:
        raise StateLost("hop without state")
    return context, context.guest


def _venue_of_state() -> Venue | None:
    """The venue that a journey or a cookie speaks of."""
    for token, use in ((request.args.get("journey"), hops.JOURNEY), (request.cookies.get(pages.COOKIE), b"")):
        try:
            guest = app_state().codec.loads(token or "", time.time(), use)
        except StateLost:
            continue
        return venue_of(guest.venue)
    return None


def _return(venue: Venue) -> Response:
    """Someone takes the way back: onwards, or a page that says why not. A mere look (HEAD) uses nothing up."""
    if request.method == "HEAD":
        return Response()
    context = context_of(venue.slug)
    alone = context.guest is None
    try:
        back = _brought(context)
        if alone and back.state:
            context = make_context(venue, back.state)
        guest, hop = hops.read_return(hop_pages.integrations_of(venue, context.guest), back)
    except GuestError as error:
        return _refuse(replace(context, guest=None) if alone else context, error)
    context = replace(context, query={}, guest=guest)
    if back.failed:
        return _failed(context.with_session(guest), hop, alone)
    if not guest.hops["wait"].startswith(hops.POST):
        _log(context.with_session(guest), hop, "done")
        after = hops.finish(guest)
        after = nameless(context, after) if alone else after
        return respond(context, hop_pages.towards(context.with_session(after), "next"))
    return _go_on(context.with_session(guest), hop, alone)


def _brought(context: RequestContext) -> hops.Return:
    """What came along. A journey that stands twice is none."""
    given = request.args.getlist("journey")
    journey, state = " ".join(given), None
    try:
        state = app_state().codec.loads(journey, context.now, hops.JOURNEY)
    except StateLost as error:
        if error.reason == "expired":
            raise
    if state and state.venue != context.venue.slug:
        raise ForeignState("journey of another venue")
    signature, failed = request.args.get("signature", ""), request.args.get("integration_failed", "")
    return hops.Return(journey, state, context.guest, signature, failed)


def _go_on(context: RequestContext, hop: Hop | None, alone: bool) -> Response:
    """After a hop that follows the choice: the next one, or online. Each way back counts once. ``alone``: the browser
    brought the journey and nothing else."""
    guest = context.known
    after = hops.finish(guest)
    state = app_state()
    if not state.store.add_once(state.config.state_life, "way back", context.venue.slug, hops.ticket(guest)):
        used = hops.settle(after)
        used = nameless(context, used) if alone else used
        return _refuse(context.with_session(used), hops.Repeated("way back used before"))
    _log(context, hop, "done")
    context = context.with_session(after)
    chosen = after.pending
    if chosen is None:
        return respond(context, hop_pages.towards(context, "next"))
    if due := hop_pages.due(context):
        return respond(context, hop_pages.onwards(context, due))
    if alone and not gateway_of(context.venue).hides_details(context.venue):
        return respond(context, typed_again(context))
    try:
        outcome = authorize(context, chosen)
    except UpstreamError as error:
        left = after.but(pending=None)
        outcome = SignIn(left, error.text, error.title, way=chosen.way, status=error.status)
    return respond(context, told_nothing(context, outcome) if alone else outcome)


def _failed(context: RequestContext, hop: Hop | None, alone: bool) -> Response:
    """Cancelled over there: before the choice the guest may try again, after it also choose anew."""
    guest = context.known
    _log(context, hop, "failed")
    way = guest.pending.way if guest.pending else ""
    context = context.with_session(nameless(context, guest) if alone else guest)
    if hop is None:
        return respond(context, hop_pages.towards(context, "next"))
    notice = hop_pages.unfinished(hop)
    if hop.moment == hops.PRE:
        return hop_pages.consent(context, hop, notice=notice)
    return respond(context, SignIn(context.known, notice=notice, way=way))


def _refuse(context: RequestContext, error: GuestError) -> Response:
    """A page that says what is wrong with this way back, and a way on."""
    guest, slug = context.guest, context.venue.slug
    if guest is None or isinstance(error, StateLost):
        return problem(context, error, [(_("Back to the start"), f"/{slug}/")])
    done = " ".join(guest.hops.get("done", ()))
    if isinstance(error, hops.Repeated) and f"{hops.POST}:" not in done:
        return respond(context, hop_pages.towards(context, "next"))
    step = {hops.Repeated: "online", hops.Skipped: "next"}.get(type(error), "")
    return problem(context, error, [(_("Continue"), pages.with_state(context, f"/{slug}/{step}"))])


def _log(context: RequestContext, hop: Hop | None, what: str) -> None:
    guest = context.known
    log.info(
        "hop venue=%s session=%s id=%s outcome=%s",
        context.venue.slug,
        guest.session_id,
        hop.id if hop else "-",
        what,
    )
