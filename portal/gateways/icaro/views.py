"""The way back from the unit, which names the current session (:mod:`portal.gateways.icaro.unit_redirect`)."""

from __future__ import annotations

import hmac
from dataclasses import replace

from flask import Blueprint, Response, abort, request

from portal.app_state import app_state, venue_of
from portal.errors import StateLost
from portal.gateways.icaro import registration, sign_in
from portal.gateways.icaro.session import is_session, progress, with_progress, with_session
from portal.gateways.icaro.unit_redirect import USE
from portal.journey.discretion import told_nothing
from portal.journey.flow import respond
from portal.journey.link_state import token_of
from portal.journey.pages import COOKIE
from portal.journey.request_context import context_of, make_context
from portal.journey.steps import Outcome, Redirect, RequestContext
from portal.session import GuestSession, Stage

blueprint = Blueprint("icaro", __name__)


@blueprint.get("/<venue>/session")
def come_back(venue: str) -> Response:
    """From the unit, with the session of this moment. A mere look (HEAD) does nothing."""
    if request.method == "HEAD":
        return Response()
    if venue_of(venue).system != "icaro":
        abort(404)
    context = context_of(venue)
    if context.guest and _is_awaited(context, context.guest):
        return respond(context, _logged_in(context, context.guest))
    if (guest := _guest_of_address(context)) and _is_awaited(context, guest):
        context = make_context(context.venue, guest)
        return respond(context, told_nothing(context, _logged_in_once(context, guest)))
    guest = context.known
    step = "online" if guest.stage == Stage.ONLINE else ""
    return respond(context, Redirect(guest, f"/{context.venue.slug}/{step}"))


def _guest_of_address(context: RequestContext) -> GuestSession | None:
    """The guest of a browser without cookies: the state in the address is good for this way back alone."""
    try:
        guest = app_state().codec.loads(token_of(request.args.get(COOKIE, "")), context.now, USE)
    except StateLost:
        return None
    return guest if guest.venue == context.venue.slug else None


def _is_awaited(context: RequestContext, guest: GuestSession) -> bool:
    errand = progress(guest).errand.encode()
    return bool(
        errand and guest.pending and is_session(context.query.get("sessionid", ""))
    ) and hmac.compare_digest(errand, context.query.get("errand", "").encode())


def _logged_in_once(context: RequestContext, guest: GuestSession) -> Outcome:
    """The address went over the air readable: the first to open it logs in, and whoever opens it again is told how it
    is with that session."""
    state, errand = app_state(), progress(guest).errand
    if state.store.add_once(state.config.state_life, "icaro errand", context.venue.slug, errand):
        return _logged_in(context, guest)
    context = context.with_session(with_session(guest, context.query["sessionid"], context.now))
    if not registration.yes_at(context):
        raise StateLost("way back from the unit used before")
    return sign_in.success(context.with_session(context.known.but(stage=Stage.ONLINE)))


def _logged_in(context: RequestContext, guest: GuestSession) -> Outcome:
    if guest.pending is None:
        raise StateLost("nothing waits for the unit")
    named = with_progress(with_session(guest, context.query["sessionid"], context.now), errand="")
    return sign_in.log_in(replace(context, guest=named, query={}), guest.pending)
