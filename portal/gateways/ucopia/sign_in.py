"""Taking a guest online: the account, ``authenticate``, the Wi-Fi device's login, or the guest's own browser."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from portal.app_state import app_state
from portal.errors import TooMany, Unsure, UpstreamError
from portal.gateways.ucopia import account, forms, idempotency, messages
from portal.gateways.ucopia.answers import NasCall
from portal.gateways.ucopia.browser_redirects import by_browser, to_nas
from portal.gateways.ucopia.connection import connection_of
from portal.gateways.ucopia.controller import ask, client_of_venue, door_of, settings_of
from portal.gateways.ucopia.errors import ForeignHost, NotDone
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey import attempt_limits
from portal.journey.forms import typed_into
from portal.journey.steps import Outcome, Ready, Redirect, RequestContext, SignIn, SignInMethod
from portal.session import GuestSession, PendingSignIn, Stage

log = logging.getLogger("portal.gateways.ucopia")
SENT = frozenset({"sms", "mail"})
"""Modes whose accounts come by text message or mail (section 7)."""
WRONG = frozenset({"bad-login-or-password", "blocked-identification-code"})
"""What the controller says of a wrong password. It bans a session; whoever guesses brings a new one each time."""


def choose(context: RequestContext, way: SignInMethod) -> Outcome:
    """A valid form: keep what was typed, passwords aside, and make the account if it is a new one."""
    form = way.form
    guest = context.known.but(typed=typed_into(form, way.name), accepted="terms" in form)
    context = context.with_session(guest)
    device = gateway_session_of(guest)
    if way.name == "login":
        values = {"login": form["login"].data, "password": form["password"].data}
        return Ready(guest, PendingSignIn("login", values | forms.beside(form, "policy_accept")))
    try:
        with idempotency.ticket(
            app_state().store, device.once or guest.session_id, _patience(context)
        ) as ticket:
            return _subscribed(context, device, way, ticket)
    except idempotency.Taken:
        return account.unknown(context)
    except NotDone as error:
        return _refused(device.but(session=error.session).on(guest), way.name, "subscribe", error)
    except UpstreamError as error:
        return SignIn(guest, notice=messages.words_for(error), way=way.name, status=error.status)


def _subscribed(
    context: RequestContext,
    device: GatewaySession,
    way: SignInMethod,
    ticket: idempotency.Ticket,
) -> Outcome:
    """The account of this form: made now, or by the first of two clicks."""
    guest = context.known
    if ticket.account is None:
        door, fields = (
            door_of(context.with_session(guest), device),
            forms.posted(way.form, settings_of(context.venue)),
        )
        try:
            receipt = _reserve_message(context, way)
        except TooMany:
            ticket.release()
            raise
        try:
            session, made = client_of_venue(context.venue).subscribe(device.session, door, way.name, fields)
        except Unsure:
            return _perhaps(context.with_session(guest), device, way)
        except UpstreamError:
            ticket.release()
            attempt_limits.give_back(receipt)
            raise
        ticket.keep(made)
        device = device.but(session=session, account=made)
    else:
        device = device.but(account=ticket.account)
    log.info("account made venue=%s session=%s mode=%s", context.venue.slug, guest.session_id, way.name)
    guest = device.on(guest)
    if way.name == "direct":
        return account.page(context.with_session(guest))
    return Ready(guest, account_chosen(device, forms.beside(way.form, "connect_policy_accept")))


def _perhaps(context: RequestContext, device: GatewaySession, way: SignInMethod) -> Outcome:
    """No answer: an account that the guest named herself can be tried; otherwise say how things are."""
    guest = context.known
    login, password = (
        way.form[name].data if name in way.form else "" for name in ("user_login", "user_password")
    )
    if login and password:
        more = forms.beside(way.form, "connect_policy_accept")
        return Ready(guest, PendingSignIn(way.name, {"login": login, "password": password} | more))
    return account.unknown(context)


def _reserve_message(context: RequestContext, way: SignInMethod) -> str:
    """The receipt of the message that brings the account; "" where the mode sends none."""
    if way.name not in SENT:
        return ""
    written = (way.form[name].data for name in ("phone", "email_address") if name in way.form)
    address = next(filter(None, written), "")
    return attempt_limits.reserve_message(context, address) if address else ""


def _patience(context: RequestContext) -> float:
    """Seconds to wait for a twin of this request."""
    link = settings_of(context.venue).link
    return link.connect_timeout + link.read_timeout


def account_chosen(device: GatewaySession, beside: Mapping[str, Any]) -> PendingSignIn:
    """Going on with the account that was made here; ``beside`` is :func:`portal.gateways.ucopia.forms.beside`."""
    made = device.account
    values = {"login": made.login, "password": made.password} if made else {}
    return PendingSignIn("account", {**values, **beside})


def authorize(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """Every hop is done: ``authenticate``, by us or by the guest's browser."""
    guest = context.known.but(pending=None)
    context = context.with_session(guest)
    device = gateway_session_of(guest)
    settings, values = settings_of(context.venue), chosen.values
    if settings.calls == "browser":
        return by_browser(context, device, "authenticate", values)
    door, secure = door_of(context, device), forms.secure(values, settings)
    asked = attempt_limits.guess(context, WRONG, values["login"]) if chosen.way == "login" else nullcontext()
    try:
        with asked:
            session, reply = client_of_venue(context.venue).authenticate(
                device.session,
                door,
                values["login"],
                values["password"],
                bool(values.get("accepted")),
                secure,
            )
    except Unsure as error:
        return _look(context, device, chosen, error)
    except NotDone as error:
        return _not_let_in(context, device.but(session=error.session), chosen, error)
    except UpstreamError as error:
        return _again(context.with_session(device.on(guest)), chosen, messages.words_for(error), error.status)
    device = device.but(session=session, connection=connection_of(reply.user, context.now))
    if reply.nas:
        return _to_nas(context.with_session(device.on(guest.but(stage=Stage.ASKED))), chosen, reply.nas)
    if reply.step != "FEEDBACK":
        return account.elsewhere(context.with_session(device.on(guest)), reply.step)
    return admitted(context, device)


def admitted(context: RequestContext, device: GatewaySession) -> Redirect:
    """The feedback page comes as a full navigation, so that the phone tests the network again."""
    guest = context.known
    guest = device.on(guest.but(stage=Stage.ADMITTED, typed={}))
    return Redirect(guest, f"/{context.venue.slug}/online")


def _look(context: RequestContext, device: GatewaySession, chosen: PendingSignIn, error: Unsure) -> Outcome:
    """A timed-out ``authenticate`` may have worked (wire): ``init`` tells."""
    guest = context.known
    try:
        guest, device, init = ask(context.with_session(guest), device)
    except UpstreamError:
        return _again(context.with_session(device.on(guest)), chosen, messages.words_for(error), error.status)
    if init.connected:
        return admitted(context.with_session(guest), device)
    return _again(context.with_session(device.on(guest)), chosen, messages.BUSY, 504)


def _not_let_in(
    context: RequestContext,
    device: GatewaySession,
    chosen: PendingSignIn,
    error: NotDone,
) -> Outcome:
    """The controller said no. An account that was made here is kept only while it can still be good."""
    guest = context.known
    if chosen.way == "login":
        return _refused(device.on(guest), "login", "authenticate", error)
    said = messages.said("authenticate", error.code, error.value)
    return _again(context.with_session(device.on(guest)), chosen, said.message, 422)


def _again(context: RequestContext, chosen: PendingSignIn, notice: Any, status: int) -> Outcome:
    """The page to try again from: with the new account on it if there is one."""
    guest = context.known
    if chosen.way == "account":
        return account.page(context, notice, status=status)
    return SignIn(guest, notice=notice, way=chosen.way, status=status)


def _refused(guest: GuestSession, way: str, action: str, error: NotDone) -> SignIn:
    """The form again, the controller's reason at the input it is about."""
    said = messages.said(action, error.code, error.value)
    bound = {said.input: [said.message]} if said.input and _shows(guest, way, said.input) else {}
    return SignIn(
        guest,
        notice="" if bound else said.message,
        upstream_message=said.code,
        way=way,
        errors=bound,
        status=422,
    )


def _shows(guest: GuestSession, way: str, name: str) -> bool:
    """Whether the form of a way has this input: an error of another one must not get lost."""
    if way == "login":
        offer = gateway_session_of(guest).offer
        there = {"policy_accept": offer.policy, "secure_pwd": offer.secure}
        return name in ("login", "password") or bool(there.get(name))
    return name in shown_inputs(gateway_session_of(guest), way)


def shown_inputs(device: GatewaySession, way: str) -> frozenset[str]:
    """The inputs that a subscription form shows."""
    mode = device.offer.modes.get(way)
    if mode is None:
        return frozenset()
    names = {name for rule in mode.rules for name in INPUTS_OF.get(rule, ())}
    policies = {"policy_accept"} if mode.policy else set()
    if device.offer.policy and way == "one":
        policies.add("connect_policy_accept")
    return frozenset(names | policies)


INPUTS_OF: Mapping[str, Sequence[str]] = {
    "userLogin": ("user_login",),
    "userPassword": ("user_password", "user_password_confirm"),
    "firstName": ("first_name",),
    "lastName": ("last_name",),
    "email": ("email_address",),
    "phone": ("prefix", "phone"),
    "organizationalUnitName": ("organizational_unit_name",),
    "postalAddress": (
        *("postal_address", "postal_code", "postal_locality_name", "postal_country_name"),
        *("postal_postoffice_box", "postal_state_or_province_name"),
    ),
    **{f"personalField_{number}": (f"personal_field_{number}",) for number in (1, 2, 3)},
    "birthDate": ("birth_date",),
    "gender": ("gender",),
    "userLanguage": ("user_language",),
    "sponsor_email": ("sponsor_email",),
    "secure_pwd": ("secure_pwd",),
}


def _to_nas(context: RequestContext, chosen: PendingSignIn, call: NasCall) -> Outcome:
    guest = context.known
    try:
        return to_nas(context, call)
    except ForeignHost as error:
        log.error("nas_hosts forbids what the controller of %s names: %s", context.venue.slug, error.reason)
        return _again(
            context.with_session(guest.but(stage=Stage.ARRIVED)),
            chosen,
            messages.words_for(error),
            error.status,
        )
