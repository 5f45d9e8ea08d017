"""The landing URL: a guest of an in-line controller, the redirects of a Wi-Fi device, a page opened again.

In-line there is nothing in the query but ``dst``. A Wi-Fi device (section 5) brings ``res=notyet`` and what Table 9
lists; after its login ``res`` tells how it went, and the controller is told the same, server to server.
"""

from __future__ import annotations

import logging

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.ucopia import account, success
from portal.gateways.ucopia.answers import Init
from portal.gateways.ucopia.connection import Connection
from portal.gateways.ucopia.controller import ask, client_of_venue, newcomer, settings_of
from portal.gateways.ucopia.messages import words_for
from portal.gateways.ucopia.nas_words import reason_of
from portal.gateways.ucopia.session import NAS_NAMES, GatewaySession, gateway_session_of, new_once
from portal.journey.steps import Outcome, Page, RequestContext, SignIn
from portal.session import GuestSession, Stage

log = logging.getLogger("portal.gateways.ucopia")
ONLINE = frozenset({"success", "already"})
OFFLINE = frozenset({"logoff", "logout"})
LONGEST = {"userurl": 1500}
STEPS = frozenset({"LOGON", "SUBSCRIBE", "FEEDBACK", ""})


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
    return enter(context.with_session(guest), gateway_session_of(guest))


def enter(
    context: RequestContext,
    device: GatewaySession,
    notice: str = "",
    upstream_message: str = "",
) -> Outcome:
    """What ``init`` says comes next: the ways in, the feedback page, or a page of the controller's own.

    While the controller is away, a guest who has seen its form before goes on seeing it.
    """
    guest = context.known
    if _is_ours(context.with_session(guest)):
        return success.page(context.with_session(guest), device)
    try:
        guest, device, init = ask(context.with_session(guest), device)
    except UpstreamError as error:
        if not device.offer.step:
            raise
        log.info("init failed, the known form is shown: %s", error.reason)
        return SignIn(
            device.on(guest),
            notice=notice or words_for(error),
            upstream_message=upstream_message,
            status=error.status,
        )
    if init.connected:
        return success.connected(context.with_session(guest.but(stage=Stage.ONLINE)), device, init)
    if guest.stage == Stage.ONLINE and not notice:
        notice = _(
            "The network does not know this device any more. If the internet does not open, connect again."
        )
    guest = guest.but(stage=Stage.ARRIVED)
    kept = None if context.query.get("other") else device.account
    device = device.but(connection=Connection(), account=kept)
    if device.account:
        return account.page(context.with_session(device.on(guest)), notice)
    return sign_in(context.with_session(guest), device, init, notice, upstream_message)


def sign_in(
    context: RequestContext,
    device: GatewaySession,
    init: Init,
    notice: str = "",
    upstream_message: str = "",
) -> Outcome:
    """The login page for an offer, or a clear page where there is no way in that the API has."""
    guest = context.known
    offer = device.offer
    if offer.step not in STEPS or not (offer.modes or offer.standard or offer.shibboleth):
        return account.elsewhere(context.with_session(device.on(guest)), offer.step)
    device = device.but(once=new_once() if offer.modes else "")
    return SignIn(device.on(guest), notice=notice, upstream_message=upstream_message)


def _is_ours(context: RequestContext) -> bool:
    """Where the browser carries the login our server cannot see the connection: what we know is all there is.

    Unless the controller has caught her again (``dst``), so that she is not online, or she says so herself.
    """
    guest = context.known
    if {"dst", "other"} & set(context.query):
        return False
    return settings_of(context.venue).calls == "browser" and guest.stage in (Stage.ONLINE, Stage.ADMITTED)


def _by_nas(context: RequestContext) -> Outcome:
    """A redirect of the Wi-Fi device."""
    res = context.query.get("res", "notyet").strip().lower()
    said = {
        name: context.query[name][: LONGEST.get(name, 200)] for name in NAS_NAMES if context.query.get(name)
    }
    guest, device = _whose(context, said)
    if said.get("userurl") and (res not in ONLINE | OFFLINE or not guest.original_url):
        guest = guest.but(original_url=said["userurl"])
    kept = {name: value for name, value in said.items() if name not in ("res", "userurl")}
    device = device.but(nas={**device.nas, **kept, "res": "notyet"})
    if res in ONLINE | OFFLINE | {"failed"}:
        return _back(context.with_session(guest), device, res, said)
    return _opened(context.with_session(guest), device, said | {"res": "notyet"})


def _whose(context: RequestContext, said: dict[str, str]) -> tuple[GuestSession, GatewaySession]:
    """The guest of the state, unless the redirect is about another device."""
    known = context.guest
    if known is not None:
        device = gateway_session_of(known)
        if not (device.nas.get("mac") and said.get("mac")) or device.nas["mac"] == said["mac"]:
            return known, device
    return newcomer(context), GatewaySession()


def _opened(context: RequestContext, device: GatewaySession, said: dict[str, str]) -> Outcome:
    """``res=notyet`` (any unknown word too): the zone is opened on the guest's behalf, with the new challenge."""
    guest = context.known
    client = client_of_venue(context.venue)
    session = client.open(device.but(nas=said).door(guest.original_url), device.session)
    return enter(context.with_session(guest.but(stage=Stage.ARRIVED)), device.but(session=session))


def _back(context: RequestContext, device: GatewaySession, res: str, said: dict[str, str]) -> Outcome:
    """The Wi-Fi device has spoken: tell the controller, then show what it knows."""
    guest = context.known
    log.info("nas venue=%s session=%s res=%s", context.venue.slug, guest.session_id, res)
    client = client_of_venue(context.venue)
    try:
        session = client.open(device.but(nas=said).door(guest.original_url), device.session)
        device = device.but(session=session)
    except UpstreamError as error:
        log.info("the controller was not told: %s", error.reason)
        if res in ONLINE:
            return success.page(context.with_session(guest.but(stage=Stage.ONLINE)), device)
        raise
    if res in ONLINE:
        return _let_in(context, device)
    if res in OFFLINE:
        return success.offline(context, device)
    reason = reason_of(context, context.known)
    return enter(
        context,
        device,
        _("The Wi-Fi did not let you in. Try again, or ask at the reception."),
        reason,
    )


def _let_in(context: RequestContext, device: GatewaySession) -> Outcome:
    """``res=success``: the feedback page. Only the controller's own word that she is not online counts against it."""
    guest = context.known
    try:
        guest, device, init = ask(context.with_session(guest), device)
    except UpstreamError:
        return success.page(context.with_session(guest.but(stage=Stage.ONLINE)), device)
    if init.connected:
        return success.connected(context.with_session(guest.but(stage=Stage.ADMITTED)), device, init)
    return sign_in(
        context.with_session(guest.but(stage=Stage.ARRIVED)), device, init, _("You are not connected yet.")
    )


def _unknown_device(context: RequestContext) -> Page:
    """Nobody sent this guest: only the Wi-Fi device can tell which device it is."""
    guest = context.guest or newcomer(context)
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    values = {"text": text, "links": [], "upstream_message": ""}
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), values)
