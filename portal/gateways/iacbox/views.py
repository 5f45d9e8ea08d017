"""The routes that only an IACBOX needs: redirect 3, the REST-like landing URL, the start of a refresh."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, redirect

from portal.errors import BadArrival, StateLost
from portal.gateways.iacbox import protocol, ticket_purchase
from portal.gateways.iacbox.cli import commands
from portal.gateways.iacbox.gateway import IacboxGateway, settings_of
from portal.journey.flow import respond
from portal.journey.request_context import context_of
from portal.journey.steps import RequestContext
from portal.journey.views import device_key
from portal.security import count_attempt

blueprint = Blueprint("iacbox", __name__)
gateway = IacboxGateway(blueprint, commands)


def _context(slug: str) -> RequestContext:
    """A visit of a venue that has an IACBOX; 404 for the others."""
    context = context_of(slug)
    if context.venue.system != gateway.name:
        abort(404)
    return context


@blueprint.get("/<venue>/callback")
def callback(venue: str) -> Response:
    """Redirect 3: the outcome. A refresh answer that comes in here is served as well: ``ac`` tells."""
    context = _context(venue)
    return respond(context, gateway.arrive(context))


@blueprint.get("/<venue>/<lapi>/<si>")
@blueprint.get("/<venue>/callback/<lapi>/<si>")
def rest_like(venue: str, lapi: str, si: str) -> Response:
    """Redirects 1 and 3 without a query, as the operator may set it at the box."""
    context = _context(venue)
    return respond(context, gateway.read(context, lapi, si))


@blueprint.get("/<venue>/ticket")
def tickets_again(venue: str) -> Response:
    """The page of tickets is the answer to a post; who comes here otherwise gets the login page."""
    context = _context(venue)
    return respond(context, gateway.arrive(context))


@blueprint.post("/<venue>/ticket")
def ticket(venue: str) -> Response:
    """A guest whom the hotel knows took one of the tickets."""
    context = _context(venue)
    if context.guest is None:
        raise StateLost("post without state")
    count_attempt(venue, device_key(context.guest), "")
    return respond(context, ticket_purchase.taken(context))


@blueprint.get("/<venue>/refresh/<refid>")
def refresh(venue: str, refid: str) -> Response:
    """Ask the box for the device information again: it comes back to the landing URL."""
    context = _context(venue)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", refid):
        raise BadArrival("refresh id")
    settings = settings_of(context.venue)
    known = {"id": context.guest.device["id"]} if context.guest and context.guest.device.get("id") else {}
    fields = {"version": settings.version, **known, "action": "ref", "refid": refid}
    return redirect(protocol.outgoing_url(settings.url, fields, settings.key), 302)  # type: ignore[return-value]
