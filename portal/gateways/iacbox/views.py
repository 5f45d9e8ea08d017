"""The routes that only an IACBOX needs: redirect 3, the REST-like landing URL, the start of a refresh."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect

from portal.errors import BadArrival, StateLost
from portal.gateways.iacbox import protocol, ticket_purchase
from portal.gateways.iacbox.cli import commands
from portal.gateways.iacbox.gateway import IacboxGateway, settings_of
from portal.gateways.iacbox.session import known_device
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


@blueprint.get("/<venue>/<lapi>/<si>")
@blueprint.get("/<venue>/callback/<lapi>/<si>")
def rest_like(venue: str, lapi: str, si: str) -> Response:
    """Redirects 1 and 3 without a query, as the operator may set it at the box."""
    context = context_for(venue, gateway)
    return respond(context, gateway.read(context, lapi, si))


@blueprint.get("/<venue>/ticket")
def tickets_again(venue: str) -> Response:
    """The page of tickets is the answer to a post; who comes here otherwise gets the login page."""
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
    settings = settings_of(context.venue)
    device = known_device(context.guest)
    known = {"id": device.id} if device else {}
    fields = {"version": settings.version, **known, "action": "ref", "refid": refid}
    return redirect(protocol.outgoing_url(settings.url, fields, settings.key), 302)  # type: ignore[return-value]
