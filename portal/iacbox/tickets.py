"""A guest took one of the tickets: the second question to the box, or redirect 2 with the ticket in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import request
from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.guest import Chosen
from portal.iacbox import answers, guard, outcomes, pms
from portal.iacbox.choice import choice
from portal.iacbox.device import device_of, settings_of
from portal.iacbox.guesses import TooSoon
from portal.iacbox.logon import logon
from portal.journey.system import Outcome, Ready, SignIn, Visit


def taken(visit: Visit) -> Outcome:
    """The post of the page of tickets. Only a ticket that was offered to this guest counts (sealed in the state)."""
    guest = visit.known
    device = device_of(guest)
    if guest.chosen is None or guest.stage != "choosing":
        return SignIn(guest, notice=_("Choose how to connect."), status=400)
    values, offers = guest.chosen.values, pms.offers_again(request.form.get("offers", ""))
    offers = tuple(offer for offer in offers if offer.id in device.offered)
    ticket = request.form.get("by") or request.form.get("template", "")
    if ticket not in map(str, device.offered):
        return _again(
            visit, offers, values, _("This ticket is no longer offered. Choose another one."), status=422
        )
    if answers.by_browser(visit):
        return _posted(visit, offers, values, ticket)
    return with_ticket(visit, offers, values, ticket)


def with_ticket(visit: Visit, offers: Sequence[pms.Offer], values: Mapping[str, str], ticket: str) -> Outcome:
    """Mode local asks the box with the ticket, or makes it by redirect 2; without JavaScript the box checks all anew.

    Type ``create`` is only for tickets that the box itself offered to this server: an offer that came through the
    browser may be forged, so there it is type ``pms`` with the ticket's id (ASSUMED), and the box decides.
    """
    settings = settings_of(visit.venue)
    if settings.pms.mode != "local":
        return _by_redirect(visit, Chosen("pms", {**values, "template": ticket}))
    if settings.pms.finish == "create":
        return logon(visit, Chosen("create", {"template": ticket}))
    try:
        answer = answers.asked(visit, {**values, "template": ticket})
    except UpstreamError as error:
        return _again(visit, offers, values, str(error.text), status=422)
    return _answered(visit, offers, values, ticket, answer)


def _by_redirect(visit: Visit, chosen: Chosen) -> Outcome:
    """Counted like any room that goes to the box this way: the list of tickets may be one that nobody offered."""
    guest = visit.known
    try:
        return logon(replace(visit, guest=guard.count(visit, guest)), chosen)
    except TooSoon as error:
        return outcomes.too_soon(guest, error.wait)


def _posted(visit: Visit, offers: Sequence[pms.Offer], values: Mapping[str, str], ticket: str) -> Outcome:
    answer = answers.posted()
    if answer is None:
        return _again(visit, offers, values, answers.trouble(), status=422, again=ticket)
    return _answered(visit, offers, values, ticket, answer)


def _answered(
    visit: Visit, offers: Sequence[pms.Offer], values: Mapping[str, str], ticket: str, answer: pms.Answer
) -> Outcome:
    """Online, another list, or a ticket that is not to be had: then the others are shown."""
    guest = outcomes.with_stay(visit, visit.known, answer)
    if answer.state == "online":
        return Ready(guest, Chosen("pms", {"state": "online"}))
    if answer.state == "tsel":
        return choice(visit, guest, answer.offers, values)
    left = [offer for offer in offers if str(offer.id) != ticket]
    text = outcomes.safe_text(visit, answer.code, answer.message)
    words = "" if text else _("This ticket is no longer offered. Choose another one.")
    return _again(visit, left, values, words, box_says=text, status=422)


def _again(
    visit: Visit,
    offers: Sequence[pms.Offer],
    values: Mapping[str, str],
    notice: str,
    *,
    box_says: str = "",
    status: int = 200,
    again: str = "",
) -> Outcome:
    """The cards once more with what happened; the login page when none is left."""
    guest = visit.known
    if not offers:
        return SignIn(guest, notice=notice, box_says=box_says, way="pms", status=status)
    return choice(
        visit,
        guest,
        offers,
        values,
        notice=notice,
        box_says=box_says,
        status=status,
        again=again,
    )
