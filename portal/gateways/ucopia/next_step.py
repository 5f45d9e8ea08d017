"""What comes next for a guest, by what ``init`` says: the feedback page, a step that needs nobody, or the login page."""

from __future__ import annotations

import logging
from typing import Any

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.ucopia import account, messages, passwords_page, presence, success, wording
from portal.gateways.ucopia.announcement import Credentials, Init
from portal.gateways.ucopia.answers import NasCall
from portal.gateways.ucopia.browser_redirects import to_nas
from portal.gateways.ucopia.connection import Connection, connection_of
from portal.gateways.ucopia.controller import ask, client_of_venue, door_of, settings_of
from portal.gateways.ucopia.errors import ForeignHost, NotDone
from portal.gateways.ucopia.passwords import rules_of
from portal.gateways.ucopia.session import GatewaySession, new_once
from portal.journey.steps import Outcome, Ready, RequestContext, SignIn
from portal.session import GuestSession, PendingSignIn

log = logging.getLogger("portal.gateways.ucopia")
OWN_STEPS = frozenset({"LOGON", "SUBSCRIBE", "FEEDBACK", "SECURE_PWD", ""})
"""Steps whose form is the login page."""
SIGNED_OFF = "signed off"
"""What a guest was sent to the Wi-Fi device for who did not ask for it."""
SHIBBOLETH = {"login": "shibuser", "password": "shibpwd", "accepted": True}
"""How a guest signs in who has come back from their organisation (wire)."""


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
            device, call = _put_offline(context, guest, device, init)
            if call:
                return to_nas(context, device.on(guest.but(stage="leaving")), call)
            guest, device, init = ask(context, guest.but(stage="arrived"), device)
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
        return success.connected(context, guest, presence.opened(context, guest, device, init), init)
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
    auto = device.offer.auto if device.offer.by_itself else None
    in_the_way = device.offer.boxes or context.venue.file.terms.required
    if auto and not in_the_way and init.step == "LOGON" and device.tried != "auto":
        guest = device.but(tried="auto").on(guest)
        return Ready(guest, PendingSignIn("auto", {"login": auto.login, "password": auto.password}))
    return None


def _put_offline(
    context: RequestContext, guest: GuestSession, device: GatewaySession, init: Init
) -> tuple[GatewaySession, NasCall | None]:
    """``force_feedback_disconnect``: the satellite has the guest and the centre has not; it wants them signed off.

    Also the way to the Wi-Fi device where that has to know it too: once, so that nobody goes round in circles.
    """
    login, call = connection_of(init.user, context.now).login or device.connection.login, None
    if login:
        try:
            door = door_of(context, guest, device)
            session, reply = client_of_venue(context.venue).disconnect(device.session, door, login)
        except NotDone as error:
            device = device.but(session=error.session)
        else:
            device, call = device.but(session=session), reply.nas
    device = device.but(connection=Connection(), confirmed=False)
    if call is None or device.tried == SIGNED_OFF:
        return device, None
    return device.but(tried=SIGNED_OFF), call


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
        told = wording.said(context, device, "init", init.trouble)
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
