"""The landing URL: a guest of an in-line controller, the redirects of a Wi-Fi device, a page opened again.

In-line there is nothing in the query but ``dst``. A Wi-Fi device (section 5) brings ``res=notyet`` and what Table 9
lists; after its login ``res`` tells how it went, and the controller is told the same, server to server.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.ucopia import account, messages, passwords_page, presence, success
from portal.gateways.ucopia.announcement import Credentials, Init
from portal.gateways.ucopia.browser_redirects import to_nas
from portal.gateways.ucopia.connection import Connection, connection_of
from portal.gateways.ucopia.controller import ask, client_of_venue, door_of, newcomer, settings_of
from portal.gateways.ucopia.errors import ForeignHost, NotDone
from portal.gateways.ucopia.nas_words import reason_of
from portal.gateways.ucopia.passwords import rules_of
from portal.gateways.ucopia.session import NAS_NAMES, GatewaySession, gateway_session_of, new_once
from portal.journey.steps import Outcome, Page, Ready, RequestContext, SignIn
from portal.session import GuestSession, PendingSignIn
from portal.whom_to_ask import ask_otherwise

log = logging.getLogger("portal.gateways.ucopia")
SUCCESS = frozenset({"success", "already"})
OFFLINE = frozenset({"logoff", "logout"})
LONGEST = {"userurl": 1500}
OWN_STEPS = frozenset({"LOGON", "SUBSCRIBE", "FEEDBACK", "SECURE_PWD", ""})
"""Steps whose form is the login page."""
SHIBBOLETH = {"login": "shibuser", "password": "shibpwd", "accepted": True}
"""How a guest signs in who has come back from their organisation (wire)."""


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
    return enter(context, guest, gateway_session_of(guest))


def enter(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    notice: Any = "",
    upstream_message: str = "",
) -> Outcome:
    """What ``init`` says comes next. While the controller is away, who has seen its form before goes on seeing it."""
    if _is_ours(context, guest):
        return success.known(context, guest, device)
    try:
        guest, device, init = ask(context, guest, device)
        if init.must_disconnect:
            guest, device, init = _put_offline(context, guest, device, init)
    except UpstreamError as error:
        if not device.offer.step:
            raise
        log.info("init failed, the known form is shown: %s", error.reason)
        return SignIn(
            device.on(guest),
            notice=notice or messages.words_for(error),
            upstream_message=upstream_message,
            status=error.status,
        )
    if presence.counts_as_online(context, guest, device, init):
        return success.connected(context, guest, device, init)
    return shown(context, guest, device, init, notice, upstream_message)


def shown(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    init: Init,
    notice: Any = "",
    upstream_message: str = "",
) -> Outcome:
    """The page for a guest who is not online: a step that needs nobody, a new account, or the login page."""
    if guest.stage == "online" and not notice:
        notice = _("The network no longer knows this device. If the internet does not work, connect again.")
    guest = guest.but(stage="arrived")
    kept = None if context.query.get("other") else device.account
    device = device.but(connection=Connection(), account=kept, confirmed=False)
    if not notice and (step := _by_itself(context, guest, device, init)):
        return step
    if init.step == "FORCE_MODIFY_PWD":
        return _new_password(context, guest, device, init)
    if device.account and device.account.login:
        return account.page(context, device.on(guest), notice)
    return sign_in(context, guest, device, init, notice, upstream_message)


def _by_itself(
    context: RequestContext, guest: GuestSession, device: GatewaySession, init: Init
) -> Outcome | None:
    """What the controller wants done without the guest, each once: a jump to the Wi-Fi device, a login."""
    settings = settings_of(context.venue)
    if init.nas and device.tried != (mark := f"nas {device.nas.get('challenge', '')}"):
        try:
            return to_nas(context, device.but(tried=mark).on(guest.but(stage="asked")), init.nas)
        except ForeignHost as error:
            log.error(
                "nas_hosts forbids what the controller of %s names: %s", context.venue.slug, error.reason
            )
    if settings.calls == "browser":
        return None
    if init.from_shibboleth and device.tried != "shibboleth":
        guest = device.but(tried="shibboleth").on(guest)
        return Ready(guest, PendingSignIn("shibboleth", dict(SHIBBOLETH)))
    auto, in_the_way = device.offer.auto, device.offer.boxes or context.venue.file.terms.required
    if auto and not in_the_way and init.step == "LOGON" and device.tried != "auto":
        guest = device.but(tried="auto").on(guest)
        return Ready(guest, PendingSignIn("auto", {"login": auto.login, "password": auto.password}))
    return None


def _put_offline(
    context: RequestContext, guest: GuestSession, device: GatewaySession, init: Init
) -> tuple[GuestSession, GatewaySession, Init]:
    """``force_feedback_disconnect``: the satellite has the guest and the centre has not; it wants them signed off."""
    login = connection_of(init.user, context.now).login or device.connection.login
    if login:
        with contextlib.suppress(NotDone):
            door = door_of(context, guest, device)
            session, _reply = client_of_venue(context.venue).disconnect(device.session, door, login)
            device = device.but(session=session)
    device = device.but(connection=Connection(), confirmed=False)
    return ask(context, guest.but(stage="arrived"), device)


def _new_password(
    context: RequestContext, guest: GuestSession, device: GatewaySession, init: Init
) -> Outcome:
    """``init`` stands at ``FORCE_MODIFY_PWD``: whose password it is may only be known there."""
    login = connection_of(init.user, context.now).login
    if not device.pending and login:
        device = device.but(pending=Credentials(login), passwords=rules_of(init.user.get("pwdConstraint")))
    if not device.pending:
        return account.elsewhere(context, device.on(guest), init.step)
    return passwords_page.forced(context, guest, device)


def sign_in(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    init: Init,
    notice: Any = "",
    upstream_message: str = "",
) -> Outcome:
    """The login page for an offer, or a clear page where there is no way in that we can serve."""
    offer = device.offer
    if offer.step not in OWN_STEPS or not offer.serves_somebody:
        return account.elsewhere(context, device.on(guest), offer.step)
    if init.trouble and not notice:
        told = messages.said("init", init.trouble.code, init.trouble.value)
        notice, upstream_message = told.message, upstream_message or told.code
    device = device.but(once=new_once() if offer.modes else "")
    way = "login" if context.query.get("sent") and offer.standard else ""
    return SignIn(device.on(guest), notice=notice, upstream_message=upstream_message, way=way)


def _is_ours(context: RequestContext, guest: GuestSession) -> bool:
    """Where the browser carries the login our server cannot see the connection: what we know is all there is.

    Unless the controller has caught them again (``dst``), so that they are not online, or they say so.
    """
    if {"dst", "other"} & set(context.query):
        return False
    return settings_of(context.venue).calls == "browser" and guest.stage in presence.ONLINE


def _by_nas(context: RequestContext) -> Outcome:
    """A redirect of the Wi-Fi device."""
    res = context.query.get("res", "notyet").strip().lower()
    said = {
        name: context.query[name][: LONGEST.get(name, 200)] for name in NAS_NAMES if context.query.get(name)
    }
    guest, device = _whose(context, said)
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
    return enter(context, guest.but(stage="arrived"), device.but(session=session))


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
    if res in OFFLINE:
        return success.offline(context, guest, device)
    reason = reason_of(context, guest)
    return enter(
        context, guest, device, ask_otherwise(_("The Wi-Fi connection did not work. Try again.")), reason
    )


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
    return sign_in(context, guest.but(stage="arrived"), device, init, _("You are not connected yet."))


def _unknown_device(context: RequestContext) -> Page:
    """Nobody sent this guest: only the Wi-Fi device can tell which device it is."""
    guest = context.guest or newcomer(context)
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    values = {"text": text, "links": [], "upstream_message": ""}
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), values)
