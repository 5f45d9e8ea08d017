"""A guest took one of the tickets: the second question to the box, or redirect 2 with the ticket in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import request
from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.iacbox import attempt_limits, outcomes, pms, pms_exchange
from portal.gateways.iacbox.logon_fields import logon
from portal.gateways.iacbox.room_attempts import TooSoon
from portal.gateways.iacbox.session import gateway_session_of, settings_of
from portal.gateways.iacbox.ticket_choice import choice
from portal.journey.steps import Outcome, Ready, RequestContext, SignIn
from portal.session import PendingSignIn


def taken(context: RequestContext) -> Outcome:
    """The post of the page of tickets. Only a ticket that was offered to this guest counts (sealed in the state)."""
    guest = context.known
    device = gateway_session_of(guest)
    if guest.pending is None or guest.stage != "choosing":
        return SignIn(guest, notice=_("Choose how to connect."), status=400)
    values, offers = guest.pending.values, pms.offers_again(request.form.get("offers", ""))
    offers = tuple(offer for offer in offers if offer.id in device.offered)
    ticket = request.form.get("by") or request.form.get("template", "")
    if ticket not in map(str, device.offered):
        return _again(
            context, offers, values, _("This ticket is no longer offered. Choose another one."), status=422
        )
    if pms_exchange.by_browser(context):
        return _posted(context, offers, values, ticket)
    return with_ticket(context, offers, values, ticket)


def with_ticket(
    context: RequestContext, offers: Sequence[pms.TicketOffer], values: Mapping[str, str], ticket: str
) -> Outcome:
    """Mode local asks the box with the ticket, or makes it by redirect 2; without JavaScript the box checks all anew.

    Type ``create`` is only for tickets that the box itself offered to this server: an offer that came through the
    browser may be forged, so there it is type ``pms`` with the ticket's id (ASSUMED), and the box decides.
    """
    settings = settings_of(context.venue)
    if settings.pms.mode != "local":
        return _by_redirect(context, PendingSignIn("pms", {**values, "template": ticket}))
    if settings.pms.finish == "create":
        return logon(context, PendingSignIn("create", {"template": ticket}))
    try:
        answer = pms_exchange.asked(context, {**values, "template": ticket})
    except UpstreamError as error:
        return _again(context, offers, values, str(error.text), status=422)
    return _answered(context, offers, values, ticket, answer)


def _by_redirect(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """Counted like any room that goes to the box this way: the list of tickets may be one that nobody offered."""
    guest = context.known
    try:
        return logon(replace(context, guest=attempt_limits.count(context, guest)), chosen)
    except TooSoon as error:
        return outcomes.too_soon(guest, error.wait)


def _posted(
    context: RequestContext, offers: Sequence[pms.TicketOffer], values: Mapping[str, str], ticket: str
) -> Outcome:
    answer = pms_exchange.posted()
    if answer is None:
        return _again(context, offers, values, pms_exchange.trouble(), status=422, again=ticket)
    return _answered(context, offers, values, ticket, answer)


def _answered(
    context: RequestContext,
    offers: Sequence[pms.TicketOffer],
    values: Mapping[str, str],
    ticket: str,
    answer: pms.Answer,
) -> Outcome:
    """Online, another list, or a ticket that is not to be had: then the others are shown."""
    guest = outcomes.with_stay(context, context.known, answer)
    if answer.state == "online":
        return Ready(guest, PendingSignIn("pms", {"state": "online"}))
    if answer.state == "tsel":
        return choice(context, guest, answer.offers, values)
    left = [offer for offer in offers if str(offer.id) != ticket]
    text = outcomes.safe_text(context, answer.code, answer.message)
    words = "" if text else _("This ticket is no longer offered. Choose another one.")
    return _again(context, left, values, words, upstream_message=text, status=422)


def _again(
    context: RequestContext,
    offers: Sequence[pms.TicketOffer],
    values: Mapping[str, str],
    notice: str,
    *,
    upstream_message: str = "",
    status: int = 200,
    again: str = "",
) -> Outcome:
    """The cards once more with what happened; the login page when none is left."""
    guest = context.known
    if not offers:
        return SignIn(guest, notice=notice, upstream_message=upstream_message, way="pms", status=status)
    return choice(
        context,
        guest,
        offers,
        values,
        notice=notice,
        upstream_message=upstream_message,
        status=status,
        again=again,
    )
