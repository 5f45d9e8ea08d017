"""A guest signs in with the room: counted, checked by the box, then a ticket to choose or the success page.

Mode ``redirect``: redirect 2 of type ``pms``, and redirect 3 tells. Mode ``local``: this server asks. Mode ``external``:
a page whose script asks (:mod:`portal.gateways.iacbox.pms_asking`), and without JavaScript redirect 2. What comes through the browser
decides about our pages and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import request

from portal.errors import UpstreamError
from portal.gateways.iacbox import (
    attempt_limits,
    buying,
    outcomes,
    pms,
    pms_asking,
    pms_exchange,
    refusals,
    ticket_purchase,
)
from portal.gateways.iacbox.logon_fields import logon
from portal.gateways.iacbox.room_attempts import TooSoon, Yes
from portal.gateways.iacbox.session import but, gateway_session_of, settings_of
from portal.gateways.iacbox.spellings import next_one
from portal.gateways.iacbox.ticket_choice import choice, single_free
from portal.integrations import hops
from portal.journey import hop_pages
from portal.journey.steps import Outcome, Ready, RequestContext, SignIn
from portal.session import GuestSession, PendingSignIn, Stage
from portal.text import room_key


def submitted(context: RequestContext, guest: GuestSession, way: str, values: Mapping[str, str]) -> Outcome:
    """The form of the room came in, filled out rightly; ``values`` hold the secrets too."""
    by = {"by": "hand"} if "by" in request.form else {}
    chosen = PendingSignIn(way, {**values, **by})
    try:
        guest = attempt_limits.count(context, guest)
    except TooSoon as error:
        return outcomes.too_soon(guest, error.wait)
    if (
        by
        or settings_of(context.venue).pms_of(way).mode != "local"
        or not _has_a_visit_ahead(context, guest, chosen)
    ):
        return Ready(guest, chosen)
    known = _answer(context.with_session(guest), chosen)
    return Ready(attempt_limits.give_back(context, guest), chosen) if isinstance(known, pms.Answer) else known


def _has_a_visit_ahead(context: RequestContext, guest: GuestSession, chosen: PendingSignIn) -> bool:
    """Whether a guest who chose this goes to somebody else's page first: what is wrong with a room should be known
    before that, where this server can ask."""
    return bool(hop_pages.due(context.with_session(hops.choose(guest, chosen)), hops.POST))


def _answer(context: RequestContext, chosen: PendingSignIn) -> pms.Answer | Outcome:
    """Mode local: the box's yes; else what the guest is told."""
    guest = context.known
    try:
        answer = pms_exchange.padded(context.venue, chosen.way, lambda: pms_exchange.asked(context, chosen))
    except UpstreamError as error:
        return outcomes.unanswered(context, attempt_limits.give_back(context, guest), error)
    return _refused(context, guest, answer, Yes.PROVEN) if answer.code else answer


def admitted(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """What comes after the hops: redirect 2, the page that asks, or this server's own question."""
    guest, one = context.known, settings_of(context.venue).pms_of(chosen.way)
    if one.mode == "redirect" or chosen.values.get("by") == "hand":
        return logon(context, chosen)
    if one.mode == "external":
        return pms_asking.ask_page(context, guest, chosen)
    answer = _answer(context, chosen)
    if not isinstance(answer, pms.Answer):
        return answer
    return _found(context, attempt_limits.give_back(context, guest), chosen, answer)


def asked(context: RequestContext) -> Outcome:
    """Mode external: the browser has asked the box, or could not."""
    guest = context.known
    chosen = guest.pending
    if guest.stage != Stage.ASKING or chosen is None:
        return ticket_purchase.once_more(context) if buying.state_of(context, guest) else SignIn(guest)
    if "answer" not in request.form:
        return _by_hand(context, chosen)
    answer = pms_exchange.posted()
    offers = pms.offers_again(request.form.get("offers", ""))
    if answer is None:
        return _troubled(context, chosen, offers)
    if "template" in chosen.values:
        return ticket_purchase.answered(context, chosen, answer, offers)
    if not answer.code:
        return _found(context, _given_back(context, guest, chosen, answer), chosen, answer)
    if refusals.is_guess(settings_of(context.venue), answer.code) and (
        other := next_one(settings_of(context.venue), chosen)
    ):
        return pms_asking.ask_page(context, guest, other)
    return _refused(context, guest, answer, Yes.CLAIMED)


def _given_back(
    context: RequestContext, guest: GuestSession, chosen: PendingSignIn, answer: pms.Answer
) -> GuestSession:
    """The browser says that the box said yes. Guest data of the same room, signed by the box, prove it."""
    told = outcomes.with_stay(context, but(guest, stay={}), answer)
    stay = pms.kept_stay(gateway_session_of(told).stay)
    room = str(chosen.values.get("room", ""))
    proven = bool(stay and stay.room and room_key(stay.room) == room_key(room))
    return attempt_limits.give_back(context, guest, Yes.PROVEN if proven else Yes.CLAIMED)


def _refused(context: RequestContext, guest: GuestSession, answer: pms.Answer, by: Yes) -> Outcome:
    if not refusals.is_guess(settings_of(context.venue), answer.code):
        guest = attempt_limits.give_back(context, guest, by)
    return outcomes.refused(context, guest, answer.code, answer.message, 422)


def _by_hand(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """The page that asks ran no script: redirect 2 does. A room was counted when its form came in; a ticket was not,
    and the list that it is from may be one that nobody offered."""
    if "template" not in chosen.values:
        return logon(context, chosen)
    return ticket_purchase.demanded(context, PendingSignIn(chosen.way, {**chosen.values, "by": "hand"}))


def _troubled(context: RequestContext, chosen: PendingSignIn, offers: tuple[pms.TicketOffer, ...]) -> Outcome:
    """The browser got no answer: what happened, all that was typed, and a second button that needs no script."""
    guest = attempt_limits.give_back(context, context.known, Yes.CLAIMED)
    if purchase := buying.state_of(context, guest):
        return buying.under_way(context, guest, purchase)
    if ticket := chosen.values.get("template", ""):
        return ticket_purchase.others(context, offers, pms_exchange.trouble(), status=422, by_hand=ticket)
    marked = guest.but(typed={**guest.typed, "trouble": "yes"}, pending=None)
    return SignIn(marked, notice=pms_exchange.trouble(), way=chosen.way, status=422)


def _found(
    context: RequestContext, guest: GuestSession, chosen: PendingSignIn, answer: pms.Answer
) -> Outcome:
    """The hotel knows the guest: online at once, or a ticket to choose."""
    guest = outcomes.with_stay(context, guest, answer)
    if answer.state == "online":
        return outcomes.online(context, guest)
    free = single_free(settings_of(context.venue), chosen.way, answer.offers)
    if not free:
        return choice(context, guest, answer.offers, chosen)
    taking = PendingSignIn(chosen.way, {**chosen.values, "template": str(free.id)})
    here = replace(context, guest=but(guest, offered=[free.id]).but(pending=taking))
    return ticket_purchase.demanded(here, taking, (free,))
