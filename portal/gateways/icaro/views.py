"""The way back from the unit, which names the current session (:mod:`portal.gateways.icaro.unit_redirect`)."""

from __future__ import annotations

import hmac
from dataclasses import replace

from flask import Blueprint, Response, abort, request

from portal.app_state import app_state, venue_of
from portal.errors import StateLost
from portal.gateways.icaro import sign_in
from portal.gateways.icaro.session import is_session, progress, with_progress, with_session
from portal.gateways.icaro.unit_redirect import USE
from portal.journey.flow import respond
from portal.journey.pages import COOKIE, with_state
from portal.journey.request_context import context_of, make_context
from portal.journey.steps import Outcome, Redirect, RequestContext
from portal.session import GuestSession

blueprint = Blueprint("icaro", __name__)


@blueprint.get("/<venue>/session")
def come_back(venue: str) -> Response:
    """From the unit, with the session of this moment. A mere look (HEAD) does nothing."""
    if request.method == "HEAD":
        return Response()
    if venue_of(venue).system != "icaro":
        abort(404)
    context = context_of(venue)
    if context.guest is None and (guest := _guest_of_address(context)):
        context = make_context(context.venue, guest)
    return respond(context, _answered(context))


def _guest_of_address(context: RequestContext) -> GuestSession | None:
    try:
        guest = app_state().codec.loads(request.args.get(COOKIE, ""), context.now, USE)
    except StateLost:
        return None
    return guest if guest.venue == context.venue.slug else None


def _answered(context: RequestContext) -> Outcome:
    """The login with the session that the unit named; for a way back that is not awaited, what is true of the guest."""
    guest, query, chosen = context.known, context.query, context.known.pending
    errand = progress(guest).errand
    awaited = bool(errand) and hmac.compare_digest(errand.encode(), query.get("errand", "").encode())
    if not awaited or chosen is None or not is_session(query.get("sessionid", "")):
        step = "online" if guest.stage == "online" else ""
        return Redirect(guest, with_state(context, f"/{context.venue.slug}/{step}"))
    guest = with_progress(with_session(guest, query["sessionid"], context.now), errand="")
    return sign_in.log_in(replace(context, guest=guest, query={}), chosen)
