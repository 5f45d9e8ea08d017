"""``/<venue>/online``: whether this guest is online, and the page that follows from it.

Where ``autoDisconnect`` is false, leaving the page ends the connection (wire): the page refreshes every
``refreshInterval``, by a small script or by opening itself again, and once more whenever it is opened.
"""

from __future__ import annotations

import logging

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.ucopia import arrival, next_step, presence, success
from portal.gateways.ucopia.controller import ask, newcomer, settings_of
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey.steps import Outcome, RequestContext
from portal.session import GuestSession

log = logging.getLogger("portal.gateways.ucopia")


def online(context: RequestContext) -> Outcome:
    """``/<venue>/online``: by ``init``, or what we know where our server cannot see the connection."""
    settings, guest = settings_of(context.venue), context.guest
    if guest is None:
        if settings.architecture == "out-of-band":
            return arrival.arrive(context)
        guest = newcomer(context)
        if settings.calls == "browser":
            return _seen_by_browser(context, guest.but(stage="admitted"), GatewaySession())
    device = gateway_session_of(guest)
    if settings.calls == "browser" and guest.stage in presence.ONLINE:
        return _seen_by_browser(context, guest, device)
    if guest.stage not in presence.ONLINE:
        return next_step.enter(context, guest, device)
    if guest.stage == "online" and device.connection.must_stay and device.connection.login:
        device = presence.kept_alive(context, device)[0]
    try:
        guest, device, init = ask(context, guest, device)
    except UpstreamError as error:
        log.info("the details cannot be read: %s", error.reason)
        return success.known(
            context,
            guest,
            device,
            _("Your connection details cannot be shown right now. Open this page again in a few minutes."),
        )
    if presence.counts_as_online(context, guest, device, init):
        return success.connected(context, guest, device, init)
    return next_step.shown(context, guest.but(stage="online"), device, init)


def _seen_by_browser(context: RequestContext, guest: GuestSession, device: GatewaySession) -> Outcome:
    """The controller sent the guest back to us; whether ``init`` can see them depends on the controller."""
    try:
        guest, device, init = ask(context, guest, device)
    except UpstreamError:
        return success.known(context, guest, device)
    if init.connected:
        return success.connected(context, guest, device, init)
    return success.known(context, guest, device)
