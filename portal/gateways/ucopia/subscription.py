"""``subscribe``: one account for one form, whatever its type, and what comes after it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.app_state import app_state
from portal.errors import TooMany, Unsure, UpstreamError
from portal.gateways.ucopia import account, forms, idempotency, messages
from portal.gateways.ucopia.answers import Account
from portal.gateways.ucopia.controller import client_of_venue, door_of, settings_of
from portal.gateways.ucopia.errors import NotDone
from portal.gateways.ucopia.modes import BY_MESSAGE
from portal.gateways.ucopia.refusals import refused
from portal.gateways.ucopia.session import GatewaySession
from portal.journey import attempt_limits
from portal.journey.steps import Outcome, Ready, RequestContext, SignIn, SignInMethod
from portal.session import GuestSession, PendingSignIn

SENT = frozenset({"sms", "mail"})
"""Types whose accounts come by text message or mail (section 7)."""
log = logging.getLogger("portal.gateways.ucopia")


def subscribed(
    context: RequestContext, guest: GuestSession, device: GatewaySession, way: SignInMethod
) -> Outcome:
    """The account of a valid form, made once however often it is sent."""
    try:
        with idempotency.ticket(
            app_state().store, device.once or guest.session_id, _patience(context)
        ) as ticket:
            return _made(context, guest, device, way, ticket)
    except idempotency.Taken:
        return account.unknown(context, guest)
    except NotDone as error:
        return refused(context, device.but(session=error.session).on(guest), way.name, "subscribe", error)
    except UpstreamError as error:
        return SignIn(guest, notice=messages.words_for(error), way=way.name, status=error.status)


def _made(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    way: SignInMethod,
    ticket: idempotency.Ticket,
) -> Outcome:
    """The account of this form: made now, or by the first of two clicks."""
    made = ticket.account
    if made is None:
        door, fields = (
            door_of(context, guest, device),
            forms.posted(way.form, way.name, settings_of(context.venue)),
        )
        try:
            receipt = _reserve_message(context, way)
        except TooMany:
            ticket.release()
            raise
        try:
            session, made = client_of_venue(context.venue).subscribe(device.session, door, way.name, fields)
        except Unsure:
            return _perhaps(context, guest, device, way)
        except UpstreamError:
            ticket.release()
            attempt_limits.give_back(receipt)
            raise
        ticket.keep(made)
        device = device.but(session=session)
    log.info("account made venue=%s session=%s mode=%s", context.venue.slug, guest.session_id, way.name)
    return _after(context, guest, device, way, made)


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


def _after(
    context: RequestContext, guest: GuestSession, device: GatewaySession, way: SignInMethod, made: Account
) -> Outcome:
    """One click goes on by itself, a new account is shown first, one that comes by message is waited for."""
    if way.name in BY_MESSAGE:
        return account.sent(context, device.on(guest), way.name)
    mode = device.offer.modes.get(way.name)
    hidden = bool(mode and mode.hides_account)
    made = replace(made, chosen=_chose_password(way, made), hidden=hidden)
    device = device.but(account=made)
    guest = device.on(guest)
    if way.name == "direct" and not (hidden and not device.offer.boxes):
        return account.page(context, guest)
    return Ready(guest, account_chosen(device, forms.ticked(way.form, way.name)))


def _chose_password(way: SignInMethod, made: Account) -> bool:
    typed = way.form["user_password"].data if "user_password" in way.form else ""
    return bool(typed) and typed == made.password


def _perhaps(
    context: RequestContext, guest: GuestSession, device: GatewaySession, way: SignInMethod
) -> Outcome:
    """No answer: an account that the guest named can be tried; otherwise say how things are."""
    login, password = (
        way.form[name].data if name in way.form else "" for name in ("user_login", "user_password")
    )
    if login and password:
        more = forms.ticked(way.form, way.name)
        return Ready(guest, PendingSignIn(way.name, {"login": login, "password": password} | more))
    return account.unknown(context, guest)


def account_chosen(device: GatewaySession, ticked: Mapping[str, Any]) -> PendingSignIn:
    """Going on with the account that was made here; ``ticked`` is that of :mod:`portal.gateways.ucopia.forms`."""
    made = device.account
    values = {"login": made.login, "password": made.password} if made else {}
    return PendingSignIn("account", {**values, **ticked})
