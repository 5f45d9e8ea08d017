"""The routes that only an IACBOX needs: redirect 3, the REST-like landing URL, the start of a refresh."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, redirect

from portal.errors import BadArrival, StateLost
from portal.iacbox import protocol, tickets
from portal.iacbox.commands import commands
from portal.iacbox.system import IacboxSystem, settings_of
from portal.journey.flow import respond
from portal.journey.system import Visit
from portal.journey.views import device_of
from portal.journey.visits import visit_of
from portal.security import count_attempt

blueprint = Blueprint("iacbox", __name__)
system = IacboxSystem(blueprint, commands)


def _visit(slug: str) -> Visit:
    """A visit of a venue that has an IACBOX; 404 for the others."""
    visit = visit_of(slug)
    if visit.venue.system != system.name:
        abort(404)
    return visit


@blueprint.get("/<venue>/callback")
def callback(venue: str) -> Response:
    """Redirect 3: the outcome. A refresh answer that comes in here is served as well: ``ac`` tells."""
    visit = _visit(venue)
    return respond(visit, system.arrive(visit))


@blueprint.get("/<venue>/<lapi>/<si>")
@blueprint.get("/<venue>/callback/<lapi>/<si>")
def rest_like(venue: str, lapi: str, si: str) -> Response:
    """Redirects 1 and 3 without a query, as the operator may set it at the box."""
    visit = _visit(venue)
    return respond(visit, system.read(visit, lapi, si))


@blueprint.get("/<venue>/ticket")
def tickets_again(venue: str) -> Response:
    """The page of tickets is the answer to a post; who comes here otherwise gets the login page."""
    visit = _visit(venue)
    return respond(visit, system.arrive(visit))


@blueprint.post("/<venue>/ticket")
def ticket(venue: str) -> Response:
    """A guest whom the hotel knows took one of the tickets."""
    visit = _visit(venue)
    if visit.guest is None:
        raise StateLost("post without state")
    count_attempt(venue, device_of(visit.guest), "")
    return respond(visit, tickets.taken(visit))


@blueprint.get("/<venue>/refresh/<refid>")
def refresh(venue: str, refid: str) -> Response:
    """Ask the box for the device information again: it comes back to the landing URL."""
    visit = _visit(venue)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", refid):
        raise BadArrival("refresh id")
    settings = settings_of(visit.venue)
    known = {"id": visit.guest.device["id"]} if visit.guest and visit.guest.device.get("id") else {}
    fields = {"version": settings.version, **known, "action": "ref", "refid": refid}
    return redirect(protocol.outgoing_url(settings.url, fields, settings.key), 302)  # type: ignore[return-value]
