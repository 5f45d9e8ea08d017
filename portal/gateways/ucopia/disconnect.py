"""Taking a guest offline: ``disconnect``, by us or by the guest's browser, and at the Wi-Fi device."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.errors import Garbled, Unreachable, Unsure, UpstreamError
from portal.gateways.ucopia import wording
from portal.gateways.ucopia.browser_redirects import leaves_by_browser, to_nas
from portal.gateways.ucopia.controller import ask, client_of_venue, door_of, settings_of
from portal.gateways.ucopia.errors import NotDone
from portal.gateways.ucopia.session import GatewaySession
from portal.journey.steps import Outcome, RequestContext
from portal.session import GuestSession

UNFINISHED = _l("You could not be disconnected. Switch off the Wi-Fi of your device.")


def disconnect(
    context: RequestContext, guest: GuestSession, device: GatewaySession
) -> tuple[GuestSession, GatewaySession, Outcome | None, Any]:
    """``disconnect``: the step that follows, if there is one, or what went wrong."""
    login = device.connection.login
    if settings_of(context.venue).calls == "browser":
        return guest, device, leaves_by_browser(context, guest, device), ""
    door = door_of(context, guest, device)
    try:
        session, reply = client_of_venue(context.venue).disconnect(
            device.session, door, login, device.connection.digest
        )
    except NotDone as error:
        device = device.but(session=error.session)
        return _still_online(
            context, guest, device, wording.said(context, device, "disconnect", error.trouble).message
        )
    except (Unsure, Unreachable, Garbled):
        return _still_online(context, guest, device)
    device = device.but(session=session)
    if reply.nas:
        return guest, device, to_nas(context, device.on(guest.but(stage="leaving")), reply.nas), ""
    return guest, device, None, ""


def _still_online(
    context: RequestContext, guest: GuestSession, device: GatewaySession, wrong: Any = UNFINISHED
) -> tuple[GuestSession, GatewaySession, Outcome | None, Any]:
    """A timed-out ``disconnect`` may have worked (wire), and a refused one may be about a guest who was offline
    already: ``init`` tells. A session that was lost meanwhile tells nothing, it has only just begun."""
    try:
        guest, device, init = ask(context, guest, device)
    except UpstreamError:
        return guest, device, None, wrong
    return guest, device, None, wrong if init.connected or device.session.reopened else ""
