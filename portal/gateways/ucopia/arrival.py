"""The landing URL: a guest of an in-line controller, the redirects of a Wi-Fi device, a page opened again.

In-line there is nothing in the query but ``dst``. A Wi-Fi device (section 5) brings ``res=notyet`` and what Table 9
lists; after its login ``res`` tells how it went, and the controller is told the same, server to server.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.ucopia import next_step, presence, success
from portal.gateways.ucopia.controller import ask, client_of_venue, newcomer, settings_of
from portal.gateways.ucopia.nas_words import reason_of
from portal.gateways.ucopia.session import NAS_NAMES, GatewaySession, gateway_session_of
from portal.journey.steps import Outcome, Page, Redirect, RequestContext
from portal.session import GuestSession
from portal.whom_to_ask import ask_otherwise

log = logging.getLogger("portal.gateways.ucopia")
SUCCESS = frozenset({"success", "already"})
OFFLINE = frozenset({"logoff", "logout"})
LONGEST = {"userurl": 1500}
_WINDOW = re.compile(r"[A-Za-z0-9_.:~-]{1,128}")


def arrive(context: RequestContext) -> Outcome:
    """Whoever opens the landing URL."""
    if settings_of(context.venue).architecture == "out-of-band":
        if {"res", "uamip"} & set(context.query):
            return _by_nas(context)
        if context.guest is None or not gateway_session_of(context.guest).nas:
            return _unknown_device(context)
    guest = context.guest or newcomer(context)
    if wanted := context.query.get("dst", "")[:1500]:
        guest = guest.but(original_url=wanted)
    return next_step.enter(context, guest, _in_window(context, gateway_session_of(guest)))


def _in_window(context: RequestContext, device: GatewaySession) -> GatewaySession:
    """With the name that the controller gave to the window that the phone opened by itself (wire)."""
    name = context.query.get("cna_id", "")
    return device.but(cna=name) if _WINDOW.fullmatch(name) else device


def _by_nas(context: RequestContext) -> Outcome:
    """A redirect of the Wi-Fi device."""
    res = context.query.get("res", "notyet").strip().lower()
    said = {
        name: context.query[name][: LONGEST.get(name, 200)] for name in NAS_NAMES if context.query.get(name)
    }
    guest, device = _whose(context, said)
    device = _in_window(context, device)
    if said.get("userurl") and (res not in SUCCESS | OFFLINE or not guest.original_url):
        guest = guest.but(original_url=said["userurl"])
    kept = {name: value for name, value in said.items() if name not in ("res", "userurl")}
    device = device.but(nas={**device.nas, **kept, "res": "notyet"})
    if res in SUCCESS | OFFLINE | {"failed"}:
        return _back(context, guest, device, res, said)
    return _opened(context, guest, device, said | {"res": "notyet"})


def _whose(context: RequestContext, said: dict[str, str]) -> tuple[GuestSession, GatewaySession]:
    """The guest of the state, unless the redirect is about another device."""
    known = context.guest
    if known is not None:
        device = gateway_session_of(known)
        if not (device.nas.get("mac") and said.get("mac")) or device.nas["mac"] == said["mac"]:
            return known, device
    return newcomer(context), GatewaySession()


def _opened(
    context: RequestContext, guest: GuestSession, device: GatewaySession, said: dict[str, str]
) -> Outcome:
    """``res=notyet`` (any unknown word too): the zone is opened on the guest's behalf, with the new challenge."""
    client = client_of_venue(context.venue)
    session = client.open(device.but(nas=said).door(guest.original_url), device.session)
    return next_step.enter(context, guest.but(stage="arrived"), device.but(session=session))


def _back(
    context: RequestContext, guest: GuestSession, device: GatewaySession, res: str, said: dict[str, str]
) -> Outcome:
    """The Wi-Fi device has spoken: tell the controller, then show what it knows."""
    log.info("nas venue=%s session=%s res=%s", context.venue.slug, guest.session_id, res)
    client = client_of_venue(context.venue)
    try:
        session = client.open(device.but(nas=said).door(guest.original_url), device.session)
        device = device.but(session=session)
    except UpstreamError as error:
        log.info("the controller was not told: %s", error.reason)
        if res in SUCCESS:
            return success.known(context, guest.but(stage="admitted"), device)
        raise
    if res in SUCCESS:
        return _let_in(context, guest, device)
    if res in OFFLINE and device.tried == next_step.SIGNED_OFF:
        return _signed_off(context, guest.but(stage="arrived"), device)
    if res in OFFLINE:
        return success.offline(context, guest, device)
    reason = reason_of(context, guest)
    return next_step.enter(
        context, guest, device, ask_otherwise(_("The Wi-Fi connection did not work. Try again.")), reason
    )


def _signed_off(context: RequestContext, guest: GuestSession, device: GatewaySession) -> Outcome:
    """Whom the controller wanted signed off first: to the login page, by way of the device and its next challenge."""
    caught = success.caught_again(guest, device)
    return Redirect(device.on(guest), caught) if caught else next_step.enter(context, guest, device)


def _let_in(context: RequestContext, guest: GuestSession, device: GatewaySession) -> Outcome:
    """``res=success``: the feedback page. Only the controller's own word that the guest is offline counts against it."""
    guest = guest.but(stage="admitted")
    if not device.connection.at:
        device = device.but(connection=replace(device.connection, at=int(context.now)))
    presence.note_back(guest, device)
    try:
        guest, device, init = ask(context, guest, device)
    except UpstreamError:
        return success.known(context, guest, device)
    if not init.offline:
        return success.connected(context, guest, device, init)
    return next_step.sign_in(
        context, guest.but(stage="arrived"), device, init, _("You are not connected yet.")
    )


def _unknown_device(context: RequestContext) -> Page:
    """Nobody sent this guest: only the Wi-Fi device can tell which device it is."""
    guest = context.guest or newcomer(context)
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    values = {"text": text, "links": [], "upstream_message": ""}
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), values)
