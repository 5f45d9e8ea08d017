"""The landing page at the address that UniFi has built in, and the way out."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.app_state import app_state
from portal.errors import UpstreamError
from portal.journey.flow import respond
from portal.journey.request_context import context_for
from portal.journey.steps import Message
from portal.session import Stage
from portal.venues.venue import Venue
from tests.gateways.unifi import client
from tests.gateways.unifi.gateway import UnifiGateway
from tests.gateways.unifi.session import mac_of

blueprint = Blueprint("unifi", __name__)
gateway = UnifiGateway(blueprint)


@blueprint.get("/guest/s/<site>/")
def landing(site: str) -> Response:
    """The access point's redirect: the venue is the one with this site."""
    for venue in app_state().venues.values():
        if isinstance(venue, Venue) and venue.system == gateway.name and venue.settings.site == site:
            context = context_for(venue.slug, gateway)
            return respond(context, gateway.arrive(context))
    abort(404)


@blueprint.post("/<venue>/unifi/disconnect")
def disconnect(venue: str) -> Response:
    """The guest leaves."""
    context = context_for(venue, gateway)
    try:
        client.unauthorize(context.venue.settings, mac_of(context.known))
    except UpstreamError:
        notice = _("You could not be disconnected. Switch off the Wi-Fi of your device.")
        return respond(context, gateway.success(context.known, context, notice))
    words = _("You are disconnected"), _("You can close this page."), [(_("Connect again"), f"/{venue}/")]
    return respond(context, Message(context.known.but(stage=Stage.ARRIVED), *words))
