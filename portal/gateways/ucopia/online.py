"""``/<venue>/online``: whether this guest is online, and the page that follows from it."""

from __future__ import annotations

import logging

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.ucopia import arrival, success
from portal.gateways.ucopia.controller import ask, newcomer, settings_of
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey.steps import Outcome, RequestContext
from portal.session import Stage

log = logging.getLogger("portal.gateways.ucopia")


def online(context: RequestContext) -> Outcome:
    """``/<venue>/online``: by ``init``, or what we know where our server cannot see the connection."""
    settings, guest = settings_of(context.venue), context.guest
    if guest is None:
        if settings.architecture == "out-of-band":
            return arrival.arrive(context)
        guest = newcomer(context)
        if settings.calls == "browser":
            return _seen_by_browser(context.with_session(guest.but(stage=Stage.ADMITTED)), GatewaySession())
    device = gateway_session_of(guest)
    if settings.calls == "browser" and guest.stage in (Stage.ONLINE, Stage.ADMITTED):
        return _seen_by_browser(context.with_session(guest), device)
    if guest.stage not in (Stage.ONLINE, Stage.ADMITTED):
        return arrival.enter(context.with_session(guest), device)
    if context.query.get("again") and device.connection.login:
        device = success.kept_alive(context, device)[0]
    try:
        guest, device, init = ask(context.with_session(guest), device)
    except UpstreamError as error:
        log.info("the details cannot be read: %s", error.reason)
        return success.page(context.with_session(guest), device, _("The details cannot be read right now."))
    if init.connected:
        return success.connected(context.with_session(guest), device, init)
    if guest.stage == Stage.ADMITTED and device.session.reopened:
        # The controller said yes a moment ago and has lost the session since: the connection is not the session.
        return success.page(context.with_session(guest), device)
    return arrival.enter(context.with_session(guest.but(stage=Stage.ONLINE)), device)


def _seen_by_browser(context: RequestContext, device: GatewaySession) -> Outcome:
    """The controller sent the guest back to us; whether ``init`` can see her depends on the controller."""
    guest = context.known
    try:
        guest, device, init = ask(context.with_session(guest), device)
    except UpstreamError:
        return success.page(context.with_session(guest), device)
    return (
        success.connected(context.with_session(guest), device, init)
        if init.connected
        else success.page(context.with_session(guest), device)
    )
