"""Taking a guest online: ``authenticate``, the Wi-Fi device's login, or the guest's own browser.

New accounts are made in ``subscription.py``; what follows a refusal is in ``refusals.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from portal.errors import Unsure, UpstreamError
from portal.gateways.ucopia import (
    account,
    forms,
    messages,
    next_step,
    passwords_page,
    presence,
    subscription,
    wording,
)
from portal.gateways.ucopia.announcement import Credentials
from portal.gateways.ucopia.answers import NasCall, Reply
from portal.gateways.ucopia.browser_redirects import by_browser, in_window, to_nas
from portal.gateways.ucopia.connection import Connection, connection_of
from portal.gateways.ucopia.controller import ask, client_of_venue, door_of, settings_of
from portal.gateways.ucopia.endpoint import Session
from portal.gateways.ucopia.errors import ForeignHost, NotDone
from portal.gateways.ucopia.passwords import rules_of
from portal.gateways.ucopia.refusals import again, refused
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey import attempt_limits
from portal.journey.forms import typed_into
from portal.journey.steps import Outcome, Ready, Redirect, RequestContext, SignIn, SignInMethod
from portal.session import GuestSession, PendingSignIn
from portal.urls import origin

log = logging.getLogger("portal.gateways.ucopia")
WRONG = frozenset({"bad-login-or-password", "blocked-identification-code"})
"""What the controller says of a wrong password. It bans a session; whoever guesses brings a new one each time."""
WRONG_NETWORK = frozenset({"bad-secure-password", "invalid-secure-pwd"})
BACK = "permission-denied"
"""What a login may be refused with while the session stands at the one-click form (not settled on the wire)."""


def choose(context: RequestContext, way: SignInMethod) -> Outcome:
    """A valid form: keep what was typed, passwords aside, and go on as the way wants it."""
    form = way.form
    guest = context.known.but(typed=typed_into(form, way.name), accepted="terms" in form)
    device = gateway_session_of(guest)
    if way.name == "login":
        values = {"login": form["login"].data, "password": form["password"].data}
        return Ready(guest, PendingSignIn("login", values | forms.ticked(form)))
    if way.name == "auto" and device.offer.auto:
        return Ready(guest, proposed(device, forms.ticked(form)))
    if way.name == "secure":
        return _network(context, guest, device, form["secure_pwd"].data)
    if way.name == "shibboleth":
        return Redirect(guest, origin(settings_of(context.venue).url) + "/shibauth.php")
    return subscription.subscribed(context, guest, device, way)


def proposed(device: GatewaySession, ticked: Mapping[str, bool]) -> PendingSignIn:
    """The account that the controller proposes (wire)."""
    auto = device.offer.auto or Credentials("")
    return PendingSignIn("auto", {"login": auto.login, "password": auto.password, **ticked})


def _network(context: RequestContext, guest: GuestSession, device: GatewaySession, typed: str) -> Outcome:
    """The network's password: what it opens is asked at once."""
    try:
        with attempt_limits.guess(context, WRONG_NETWORK, "network"):
            session = client_of_venue(context.venue).open_secure(
                device.session, door_of(context, guest, device), typed
            )
    except NotDone as error:
        return refused(context, device.but(session=error.session).on(guest), "secure", "secure", error)
    except UpstreamError as error:
        return SignIn(guest, notice=messages.words_for(error), way="secure", status=error.status)
    return next_step.enter(context, guest.but(typed={}), device.but(session=session))


def authorize(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """Every hop is done: ``authenticate``, by us or by the guest's browser."""
    guest = context.known.but(pending=None)
    device, values = gateway_session_of(guest), chosen.values
    if settings_of(context.venue).calls == "browser":
        return by_browser(context, guest, device, "authenticate", values)
    asked = attempt_limits.guess(context, WRONG, values["login"]) if chosen.way == "login" else nullcontext()
    try:
        with asked:
            session, reply = _authenticate(context, guest, device, chosen)
    except Unsure as error:
        return _look(context, guest, device, chosen, error)
    except NotDone as error:
        return _not_let_in(context, guest, device.but(session=error.session), chosen, error)
    except UpstreamError as error:
        return again(context, device.on(guest), chosen, messages.words_for(error), error.status)
    return let_in(context, guest, device.but(session=session), chosen, reply)


def _authenticate(
    context: RequestContext, guest: GuestSession, device: GatewaySession, chosen: PendingSignIn
) -> tuple[Session, Reply]:
    """The call; once more from the login form where the one-click form may stand in the way."""
    client, door, values = client_of_venue(context.venue), door_of(context, guest, device), chosen.values
    boxes = boxes_of(device, values)
    session = device.session
    try:
        proposed = chosen.way == "auto" and device.offer.by_itself
        return client.authenticate(session, door, values["login"], values["password"], boxes, proposed)
    except NotDone as error:
        if error.code != BACK or chosen.way != "login" or device.offer.step != "SUBSCRIBE":
            raise
        session = client.go_back(error.session, door)
    return client.authenticate(session, door, values["login"], values["password"], boxes)


def boxes_of(device: GatewaySession, values: Mapping[str, Any]) -> dict[str, bool]:
    """The policies of a login by POST name; newer firmware also hears of a private one that it does not show."""
    boxes = {"policy_accept": bool(values.get("accepted"))}
    if device.offer.has_private_policy:
        boxes["private_policy_accept"] = bool(values.get("private"))
    return boxes


def let_in(
    context: RequestContext, guest: GuestSession, device: GatewaySession, chosen: PendingSignIn, reply: Reply
) -> Outcome:
    """What a good answer leads to: the Wi-Fi device, a new password first, another step, or the internet."""
    typed = Credentials(chosen.values["login"], chosen.values["password"])
    if reply.step == "FORCE_MODIFY_PWD":
        rules = rules_of(reply.user.get("pwdConstraint"))
        device = device.but(pending=typed, passwords=rules)
        return passwords_page.forced(context, guest, device)
    told = connection_of(reply.user, context.now)
    # Some answers do not tell whose connection it is: then it is that of the login that was typed.
    told = replace(told, login=told.login or typed.login)
    device = device.but(connection=told, confirmed=False, pending=None)
    if reply.nas:
        call = in_window(reply.nas, device) if chosen.way == "auto" and device.offer.by_itself else reply.nas
        return _to_nas(context, device.on(guest.but(stage="asked")), chosen, call)
    if reply.step == "FEEDBACK":
        return admitted(context, guest, device)
    device = device.but(connection=Connection())
    if reply.step in next_step.OWN_STEPS:
        return next_step.enter(context, guest, device)
    return account.elsewhere(context, device.on(guest), reply.step)


def admitted(context: RequestContext, guest: GuestSession, device: GatewaySession) -> Redirect:
    """The feedback page comes as a full navigation, so that the phone tests the network again."""
    presence.note_back(guest, device)
    guest = device.on(guest.but(stage="admitted", typed={}))
    return Redirect(guest, f"/{context.venue.slug}/online")


def _look(
    context: RequestContext, guest: GuestSession, device: GatewaySession, chosen: PendingSignIn, error: Unsure
) -> Outcome:
    """A timed-out ``authenticate`` may have worked (wire): ``init`` tells."""
    try:
        guest, device, init = ask(context, guest, device)
    except UpstreamError:
        return again(context, device.on(guest), chosen, messages.words_for(error), error.status)
    if init.connected:
        return admitted(context, guest, device)
    return again(context, device.on(guest), chosen, messages.BUSY, 504)


def _not_let_in(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    chosen: PendingSignIn,
    error: NotDone,
) -> Outcome:
    """The controller said no. An account that was made here is kept only while it can still be good."""
    if chosen.way == "login":
        return refused(context, device.on(guest), "login", "authenticate", error)
    said = wording.said(context, device, "authenticate", error.trouble)
    return again(context, device.on(guest), chosen, said.message, 422)


def _to_nas(context: RequestContext, guest: GuestSession, chosen: PendingSignIn, call: NasCall) -> Outcome:
    try:
        return to_nas(context, guest, call)
    except ForeignHost as error:
        log.error("nas_hosts forbids what the controller of %s names: %s", context.venue.slug, error.reason)
        return again(context, guest.but(stage="arrived"), chosen, messages.words_for(error), error.status)
