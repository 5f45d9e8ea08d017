"""A guest signs in with the room: counted, checked by the box, then a ticket to choose or the success page.

Mode ``redirect``: redirect 2 of type ``pms``, and redirect 3 tells. Mode ``local``: this server asks. Mode ``external``:
``static/pms.js`` has asked from the browser and posts the box's raw answer (``answer``) or why there is none
(``reason``) with the form; without JavaScript neither comes, and the form goes the way of mode ``redirect``. What comes
through the browser decides about our pages and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from portal.errors import UpstreamError
from portal.gateways.iacbox import attempt_limits, outcomes, pms, pms_exchange, ticket_purchase
from portal.gateways.iacbox.room_attempts import TooSoon
from portal.gateways.iacbox.session import settings_of
from portal.gateways.iacbox.ticket_choice import choice, single_free
from portal.journey.steps import Outcome, Ready, RequestContext
from portal.session import GuestSession, PendingSignIn


def submitted(context: RequestContext, guest: GuestSession, values: Mapping[str, str]) -> Outcome:
    """The form of the room came in, filled out rightly; ``values`` hold the secrets too."""
    if pms_exchange.by_browser(context):
        return _posted(context, guest, values)
    try:
        return Ready(attempt_limits.count(context, guest), PendingSignIn("pms", values))
    except TooSoon as error:
        return outcomes.too_soon(guest, error.wait)


def admitted(context: RequestContext, chosen: PendingSignIn) -> Outcome | None:
    """What comes after the hops, unless it is redirect 2: the success page, or this server's own question."""
    guest, one = context.guest, settings_of(context.venue).pms
    if guest is None or (one.mode != "local" and "state" not in chosen.values):
        return None
    if chosen.values.get("state") == "online":
        return outcomes.online(context, guest)
    began = time.monotonic()
    try:
        answer = pms_exchange.asked(context, chosen.values)
    except UpstreamError as error:
        return outcomes.unanswered(context, guest, error)
    if answer.code:
        time.sleep(pms_exchange.rest_of(time.monotonic() - began, one.floor_ms / 1000))
        return outcomes.refused(context, guest, answer.code, answer.message, 422)
    return _found(context, attempt_limits.give_back(context, guest), chosen.values, answer)


def _posted(context: RequestContext, guest: GuestSession, values: Mapping[str, str]) -> Outcome:
    """Mode external. A refusal counts as a guess, though the box alone can keep a browser from guessing on."""
    answer = pms_exchange.posted()
    if answer is None:
        return outcomes.troubled(guest)
    if not answer.code:
        return _found(context, guest, values, answer)
    try:
        counted = attempt_limits.count(context, guest)
    except TooSoon as error:
        return outcomes.too_soon(guest, error.wait)
    return outcomes.refused(context, counted, answer.code, answer.message, 422)


def _found(
    context: RequestContext, guest: GuestSession, values: Mapping[str, str], answer: pms.Answer
) -> Outcome:
    """The hotel knows the guest: online at once, or a ticket to choose."""
    guest = outcomes.with_stay(context, guest, answer)
    if answer.state == "online":
        return outcomes.online(context, guest)
    settings = settings_of(context.venue)
    free = single_free(settings, answer.offers)
    if free and settings.pms.mode == "local":
        device = {**guest.device, "offered": [free.id]}
        here = replace(
            context, guest=guest.but(device=device, pending=PendingSignIn("pms", values), stage="choosing")
        )
        return ticket_purchase.with_ticket(here, (free,), values, str(free.id))
    return choice(context, guest, answer.offers, values)
