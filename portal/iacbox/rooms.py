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
from portal.guest import Chosen, Guest
from portal.iacbox import answers, guard, outcomes, pms, tickets
from portal.iacbox.choice import choice, single_free
from portal.iacbox.device import settings_of
from portal.iacbox.guesses import TooSoon
from portal.journey.system import Outcome, Ready, Visit


def submitted(visit: Visit, guest: Guest, values: Mapping[str, str]) -> Outcome:
    """The form of the room came in, filled out rightly; ``values`` hold the secrets too."""
    if answers.by_browser(visit):
        return _posted(visit, guest, values)
    try:
        return Ready(guard.count(visit, guest), Chosen("pms", values))
    except TooSoon as error:
        return outcomes.too_soon(guest, error.wait)


def admitted(visit: Visit, chosen: Chosen) -> Outcome | None:
    """What comes after the hops, unless it is redirect 2: the success page, or this server's own question."""
    guest, one = visit.guest, settings_of(visit.venue).pms
    if guest is None or (one.mode != "local" and "state" not in chosen.values):
        return None
    if chosen.values.get("state") == "online":
        return outcomes.online(visit, guest)
    began = time.monotonic()
    try:
        answer = answers.asked(visit, chosen.values)
    except UpstreamError as error:
        return outcomes.unanswered(visit, guest, error)
    if answer.code:
        time.sleep(answers.rest_of(time.monotonic() - began, one.floor_ms / 1000))
        return outcomes.refused(visit, guest, answer.code, answer.message, 422)
    return _found(visit, guard.give_back(visit, guest), chosen.values, answer)


def _posted(visit: Visit, guest: Guest, values: Mapping[str, str]) -> Outcome:
    """Mode external. A refusal counts as a guess, though the box alone can keep a browser from guessing on."""
    answer = answers.posted()
    if answer is None:
        return outcomes.troubled(guest)
    if not answer.code:
        return _found(visit, guest, values, answer)
    try:
        counted = guard.count(visit, guest)
    except TooSoon as error:
        return outcomes.too_soon(guest, error.wait)
    return outcomes.refused(visit, counted, answer.code, answer.message, 422)


def _found(visit: Visit, guest: Guest, values: Mapping[str, str], answer: pms.Answer) -> Outcome:
    """The hotel knows the guest: online at once, or a ticket to choose."""
    guest = outcomes.with_stay(visit, guest, answer)
    if answer.state == "online":
        return outcomes.online(visit, guest)
    settings = settings_of(visit.venue)
    free = single_free(settings, answer.offers)
    if free and settings.pms.mode == "local":
        device = {**guest.device, "offered": [free.id]}
        here = replace(visit, guest=guest.but(device=device, chosen=Chosen("pms", values), stage="choosing"))
        return tickets.with_ticket(here, (free,), values, str(free.id))
    return choice(visit, guest, answer.offers, values)
