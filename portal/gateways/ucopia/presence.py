"""Who counts as online, and how a connection is kept.

A positive word is believed: an ``authenticate`` that answers FEEDBACK, or the Wi-Fi device's ``res=success``. ``init``
refines it; it takes it back only by an explicit ``isConnected: false``, or when it has said yes in this session before
and shows a login step now.
"""

from __future__ import annotations

import hashlib
import logging

from portal.app_state import app_state
from portal.errors import UpstreamError
from portal.gateways.ucopia.announcement import Init
from portal.gateways.ucopia.controller import client_of_venue, settings_of
from portal.gateways.ucopia.session import GatewaySession
from portal.journey.steps import RequestContext
from portal.session import GuestSession

log = logging.getLogger("portal.gateways.ucopia")
ONLINE = ("online", "admitted")
SETTLES = 60
"""Seconds after a login in which a phone that is caught again is online all the same: access opens with a delay."""


def counts_as_online(
    context: RequestContext, guest: GuestSession, device: GatewaySession, init: Init
) -> bool:
    """Whether a guest is online by the last positive word and what ``init`` says now."""
    if init.connected:
        return True
    if init.offline or guest.stage not in ONLINE or "other" in context.query:
        return False
    if app_state().store.number(*_left(guest, device)):
        return False  # disconnected since, in another tab or by a page that came later
    age = context.now - device.connection.at
    if "dst" in context.query and age > SETTLES:
        return False  # the controller has caught the phone again
    left = device.connection.remaining
    if device.connection.credit and left is not None and age > left + SETTLES:
        return False
    other = bool(device.visitor) and device.visitor != mark_of(init)
    return not device.confirmed or device.session.reopened or other


def note_left(guest: GuestSession, device: GatewaySession) -> None:
    """This connection is over: a page of it that was kept says so too."""
    state = app_state()
    state.store.increment(state.config.state_life, *_left(guest, device))


def note_back(guest: GuestSession, device: GatewaySession) -> None:
    """A connection begins: none of the same second is over."""
    app_state().store.forget(*_left(guest, device))


def _left(guest: GuestSession, device: GatewaySession) -> tuple[str, ...]:
    return "ucopia left", guest.venue, guest.session_id, str(device.connection.at)


def mark_of(init: Init) -> str:
    """A short mark of whom the session is about: ``init`` on some firmware opens another one by itself (wire)."""
    return hashlib.sha256(init.visitor.encode()).hexdigest()[:12] if init.visitor else ""


def opened(
    context: RequestContext, guest: GuestSession, device: GatewaySession, init: Init
) -> GatewaySession:
    """A page of who is online already opens: refreshed at once where the page has to stay (wire)."""
    settings, one = settings_of(context.venue), device.connection
    if settings.calls == "browser" or not init.connected or not (one.must_stay and one.login):
        return device
    return device if guest.stage == "admitted" else kept_alive(context, device)[0]


def kept_alive(context: RequestContext, device: GatewaySession) -> tuple[GatewaySession, bool]:
    """One ``refresh``; whether the controller still has the guest online. Unanswered counts as yes."""
    one = device.connection
    try:
        session, good = client_of_venue(context.venue).refresh(
            device.session, one.login, context.now, one.digest
        )
    except UpstreamError as error:
        log.info("refresh failed: %s", error.reason)
        return device, True
    # A plain no is the controller's word: what ``init`` says next then counts.
    return device.but(session=session, confirmed=device.confirmed or not good), good
