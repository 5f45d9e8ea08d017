"""A guest took one of the tickets: a page about what it costs, then the demand to the box, by whichever road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import request
from flask_babel import gettext as _

from portal.errors import Unreachable, UpstreamError
from portal.gateways.iacbox import (
    attempt_limits,
    buying,
    outcomes,
    pms,
    pms_asking,
    pms_exchange,
    refusals,
    ticket_cards,
)
from portal.gateways.iacbox.logon_fields import logon, logon_url, with_credit
from portal.gateways.iacbox.room_attempts import TooSoon
from portal.gateways.iacbox.session import but, gateway_session_of, settings_of
from portal.gateways.iacbox.ticket_choice import choice
from portal.gateways.iacbox.ticket_settings import TicketTemplate
from portal.journey.steps import Outcome, Redirect, RequestContext, SignIn
from portal.session import PendingSignIn, Stage


def taken(context: RequestContext) -> Outcome:
    """The post of the page of tickets. Only a ticket that was offered to this guest counts (sealed in the state)."""
    guest = context.known
    device = gateway_session_of(guest)
    if guest.stage == Stage.ONLINE or buying.state_of(context, guest):
        return once_more(context)
    if guest.pending is None or not device.offered:
        return SignIn(guest, notice=_("Choose how to connect."), status=400)
    offers = tuple(
        one for one in pms.offers_again(request.form.get("offers", "")) if one.id in device.offered
    )
    ticket = request.form.get("by") or request.form.get("template", "")
    if "another" in request.form:
        return others(context, offers)
    if ticket not in map(str, device.offered):
        return others(context, offers, _("This ticket is no longer offered. Choose another one."), status=422)
    by = {"by": "hand"} if request.form.get("by") else {}
    chosen = PendingSignIn(guest.pending.way, {**guest.pending.values, "template": ticket, **by})
    card = _card(context, offers, ticket)
    if not card.costs:
        here = replace(context, guest=but(guest, ticket=card.kept()).but(pending=chosen))
        return demanded(here, chosen, offers)
    if buying.CONFIRMED in request.form:
        return buying.towards(context, but(guest, ticket=card.kept()), chosen)
    hidden = {"template": ticket, "offers": pms.written(offers), "by": request.form.get("by", "")}
    return buying.confirm(guest, card, f"/{context.venue.slug}/ticket", hidden)


def bought(context: RequestContext) -> Outcome:
    """The one place where a purchase begins; who comes again is shown how it ended."""
    guest = context.known
    chosen = guest.pending
    if guest.stage == Stage.ONLINE or chosen is None or "template" not in chosen.values:
        return once_more(context)
    by_browser = _goes_by_browser(context, chosen)
    url = logon_url(context, _as_sent(context, chosen)) if by_browser else ""
    if buying.is_begun(context, guest, url):
        return once_more(context)
    if by_browser:
        guest = with_credit(context, guest, _as_sent(context, chosen))
        return Redirect(guest.but(stage=Stage.ASKED), url)
    return demanded(context, chosen)


def once_more(context: RequestContext) -> Outcome:
    """A second press gets the first one's answer."""
    guest = context.known
    purchase = buying.state_of(context, guest)
    if guest.stage == Stage.ONLINE or (purchase and purchase.done):
        return outcomes.online(context, but(guest, ticket=purchase.ticket) if purchase else guest)
    if purchase is None:
        return SignIn(guest, notice=_("Choose how to connect."), status=400)
    return buying.under_way(context, guest, purchase)


def sent_again(context: RequestContext) -> Outcome:
    """A purchase whose answer never came: the box is asked what it knows, or gets the same demand in the same bytes."""
    guest = context.known
    purchase, chosen = buying.state_of(context, guest), guest.pending
    if purchase is None or purchase.done or chosen is None or _goes_by_browser(context, chosen):
        due = buying.purchases_of(context).again(gateway_session_of(guest).id, context.now)
        return Redirect(guest, due.url) if due and due.url else once_more(context)
    values = {name: value for name, value in chosen.values.items() if name != "template"}
    return demanded(context, PendingSignIn(chosen.way, values))


def demanded(
    context: RequestContext, chosen: PendingSignIn, offers: Sequence[pms.TicketOffer] = ()
) -> Outcome:
    """Mode local makes the ticket by redirect 2 or asks the box for it; external asks by the browser.

    Type ``create`` is only for tickets that the box itself offered to this server: an offer that came through the
    browser may be forged, so there it is type ``pms`` with the ticket's id (ASSUMED), and the box decides.
    """
    one = settings_of(context.venue).pms_of(chosen.way)
    if _goes_by_browser(context, chosen):
        return _by_redirect(context, _as_sent(context, chosen))
    if one.mode == "external":
        return pms_asking.ask_page(context, context.known, chosen, offers)
    try:
        answer = pms_exchange.padded(context.venue, chosen.way, lambda: pms_exchange.asked(context, chosen))
    except UpstreamError as error:
        return _no_answer(context, error)
    return answered(context, chosen, answer, offers)


def answered(
    context: RequestContext, chosen: PendingSignIn, answer: pms.Answer, offers: Sequence[pms.TicketOffer] = ()
) -> Outcome:
    """Online, another list, or a ticket that is not to be had: then the others are shown."""
    guest = outcomes.with_stay(context, context.known, answer)
    if answer.state == "online":
        return outcomes.online(context, guest)
    buying.purchases_of(context).forget(gateway_session_of(guest).id)
    here = replace(context, guest=but(guest, ticket={}))
    if answer.state == "tsel":
        return choice(here, here.known, answer.offers, chosen)
    settings = settings_of(context.venue)
    refusals.record(context, guest, answer.code, answer.message)
    if settings.meaning(answer.code) == "outage":
        return refusals.out_of_order(here, here.known)
    text = refusals.shown(settings, chosen.way, answer.code, answer.message)
    if not text and settings.meaning(answer.code) in ("posting", "devices"):
        return others(here, offers, refusals.words(settings, answer.code), status=422)
    left = [offer for offer in offers if str(offer.id) != chosen.values.get("template")]
    words = "" if text else _("This ticket is no longer offered. Choose another one.")
    if not left and settings.pms_of(chosen.way).mode == "local" and "template" in chosen.values:
        left = _offered_now(context, chosen)
    return others(here, left, words, upstream_message=text, status=422)


def _offered_now(context: RequestContext, chosen: PendingSignIn) -> list[pms.TicketOffer]:
    """What the box offers this guest now; nothing when it does not say."""
    values = {name: value for name, value in chosen.values.items() if name != "template"}
    try:
        return list(pms_exchange.asked(context, PendingSignIn(chosen.way, values)).offers)
    except UpstreamError:
        return []


def others(
    context: RequestContext,
    offers: Sequence[pms.TicketOffer],
    notice: str = "",
    *,
    upstream_message: str = "",
    status: int = 200,
    by_hand: str = "",
) -> Outcome:
    """The cards once more with what happened; the login page when none is left."""
    guest = context.known
    if not offers or guest.pending is None:
        way = guest.typed.get("way", "pms")
        return SignIn(guest, notice=notice, upstream_message=upstream_message, way=way, status=status)
    return choice(
        context,
        guest,
        offers,
        guest.pending,
        notice=notice,
        upstream_message=upstream_message,
        status=status,
        by_hand=by_hand,
    )


def _goes_by_browser(context: RequestContext, chosen: PendingSignIn) -> bool:
    """Whether redirect 2 carries the demand."""
    if chosen.way == "create" or chosen.values.get("by") == "hand":
        return True
    one = settings_of(context.venue).pms_of(chosen.way)
    return one.mode == "redirect" or (
        one.mode == "local" and one.finish == "create" and "template" in chosen.values
    )


def _as_sent(context: RequestContext, chosen: PendingSignIn) -> PendingSignIn:
    """Mode local: the ticket that the box offered is made by type ``create``."""
    if chosen.way == "create" or settings_of(context.venue).pms_of(chosen.way).mode != "local":
        return chosen
    return PendingSignIn("create", chosen.values)


def _by_redirect(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """Counted like any room that goes to the box this way, unless our own server got the list of tickets: in the other
    modes it may be one that nobody offered."""
    if chosen.way == "create":
        return logon(context, chosen)
    guest = context.known
    try:
        return logon(replace(context, guest=attempt_limits.count(context, guest)), chosen)
    except TooSoon as error:
        return outcomes.too_soon(guest, error.wait)


def _no_answer(context: RequestContext, error: UpstreamError) -> Outcome:
    """Nothing was done: it may be tried again. Else it may have been, and the guest is shown how it goes on."""
    guest = context.known
    purchase = buying.state_of(context, guest)
    if purchase and not isinstance(error, Unreachable):
        return buying.under_way(context, guest, purchase)
    buying.purchases_of(context).forget(gateway_session_of(guest).id)
    return refusals.out_of_order(context, but(guest, ticket={}))


def _card(context: RequestContext, offers: Sequence[pms.TicketOffer], ticket: str) -> ticket_cards.Card:
    """The ticket as it was shown. One whose offer the browser did not bring along has the venue's words at least."""
    offer = next((one for one in offers if str(one.id) == ticket), pms.TicketOffer(int(ticket), ""))
    own = next((one for one in settings_of(context.venue).templates if str(one.id) == ticket), None)
    return ticket_cards.card(offer, own or TicketTemplate(id=int(ticket)), context)
