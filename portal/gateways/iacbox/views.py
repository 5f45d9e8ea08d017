"""The routes that only an IACBOX needs: redirect 3, the REST-like landing URL, the start of a refresh."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, redirect

from portal.errors import BadArrival, StateLost
from portal.gateways.iacbox import protocol, room_sign_in, ticket_purchase
from portal.gateways.iacbox.cli import commands
from portal.gateways.iacbox.gateway import IacboxGateway, settings_of
from portal.gateways.iacbox.session import known_device, place_of
from portal.journey import attempt_limits
from portal.journey.flow import respond
from portal.journey.request_context import context_for

blueprint = Blueprint("iacbox", __name__)
gateway = IacboxGateway(blueprint, commands)


@blueprint.get("/<venue>/callback")
def callback(venue: str) -> Response:
    """Redirect 3: the outcome. A refresh answer that comes in here is served as well: ``ac`` tells."""
    context = context_for(venue, gateway)
    return respond(context, gateway.arrive(context))


@blueprint.get("/<venue>/<lapi>/<si>", strict_slashes=False)
@blueprint.get("/<venue>/<lapi>/<si>/")
@blueprint.get("/<venue>/callback/<lapi>/<si>")
@blueprint.get("/<venue>/callback/<lapi>/<si>/")
@blueprint.get("/<venue>/<lapi_name>/<lapi>/<si_name>/<si>")
@blueprint.get("/<venue>/<lapi_name>/<lapi>/<si_name>/<si>/")
@blueprint.get("/<venue>/callback/<lapi_name>/<lapi>/<si_name>/<si>")
@blueprint.get("/<venue>/callback/<lapi_name>/<lapi>/<si_name>/<si>/")
def rest_like(venue: str, lapi: str, si: str, lapi_name: str = "", si_name: str = "") -> Response:
    """Redirects 1 and 3 without a query, as the operator may set it at the box: the two values in the path, with or
    without their names before them, with or without a final slash."""
    context = context_for(venue, gateway)
    settings = settings_of(context.venue)
    if (lapi_name, si_name) not in (("", ""), (settings.lapi, settings.si)):
        abort(404)
    return respond(context, gateway.read(context, lapi, si))


@blueprint.get("/<venue>/ticket")
def tickets_again(venue: str) -> Response:
    """The page of tickets is the answer to a post; who comes here otherwise is shown where things stand."""
    context = context_for(venue, gateway)
    return respond(context, gateway.arrive(context))


@blueprint.post("/<venue>/ticket")
def ticket(venue: str) -> Response:
    """A guest whom the hotel knows took one of the tickets."""
    context = context_for(venue, gateway)
    if context.guest is None:
        raise StateLost("post without state")
    attempt_limits.tap(context)
    return respond(context, ticket_purchase.taken(context))


@blueprint.get("/<venue>/refresh/<refid>")
def refresh(venue: str, refid: str) -> Response:
    """Ask the box for the device information again: it comes back to the landing URL."""
    context = context_for(venue, gateway)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", refid):
        raise BadArrival("refresh id")
    settings, place = settings_of(context.venue), place_of(context.venue, context.guest)
    if settings.refresh_url:
        return redirect(settings.refresh_url.replace("{refid}", refid), 302)  # type: ignore[return-value]
    device = known_device(context.guest)
    known = {"id": device.id} if device else {}
    fields = {"version": settings.version, **known, "action": "ref", "refid": refid}
    return redirect(protocol.outgoing_url(place.url, fields, place.key), 302)  # type: ignore[return-value]


@blueprint.route("/<venue>/asked", methods=["GET", "POST"])
def asked(venue: str) -> Response:
    """Mode external: the browser posts the box's answer; without a script it comes by the link."""
    context = context_for(venue, gateway)
    if context.guest is None:
        raise StateLost("no state")
    return respond(context, room_sign_in.asked(context))


@blueprint.get("/<venue>/buy")
def buy(venue: str) -> Response:
    """The one place where a purchase begins."""
    return respond(context := context_for(venue, gateway), ticket_purchase.bought(context))


@blueprint.get("/<venue>/buy/again")
def buy_again(venue: str) -> Response:
    """A purchase whose answer never came."""
    return respond(context := context_for(venue, gateway), ticket_purchase.sent_again(context))
