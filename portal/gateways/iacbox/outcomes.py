"""How a sign-in with the room can end: online, refused, too soon, or no answer."""

from __future__ import annotations

import logging

from flask_babel import gettext as _

from portal.app_state import app_state
from portal.errors import UpstreamError
from portal.gateways.iacbox import buying, pms, protocol, refusals
from portal.gateways.iacbox.session import but, gateway_session_of, place_of, settings_of
from portal.journey.attempt_limits import how_long
from portal.journey.steps import Outcome, Redirect, RequestContext, SignIn
from portal.session import GuestSession, Stage
from portal.whom_to_ask import ask_otherwise

log = logging.getLogger("portal.gateways.iacbox")
ONLINE_KNOWN = 86_400
"""Seconds."""


def online(context: RequestContext, guest: GuestSession) -> Redirect:
    """On to the success page, by a real navigation, so that the phone notices and the guest can reload."""
    done = finished(context, guest)
    return Redirect(done, f"/{context.venue.slug}/online")


def finished(context: RequestContext, guest: GuestSession) -> GuestSession:
    """The guest who is online: nothing that was typed is kept, and a ticket that was bought is known as bought.

    An attempt that is still open stays counted, for in mode external it is the guest's browser that says yes.
    """
    device = gateway_session_of(guest)
    app_state().store.keep(b"online", ONLINE_KNOWN, "online", context.venue.slug, device.id)
    if device.ticket:
        buying.purchases_of(context).done(device.id)
    kept = but(guest, offered=(), guess="", page="", since=int(context.now))
    return kept.but(stage=Stage.ONLINE, typed={}, pending=None)


def is_online(context: RequestContext, id: str) -> bool:
    """Whether a client id went online here of late: the box gives a new one to who is caught again."""
    return app_state().store.result("online", context.venue.slug, id) is not None


def refused(
    context: RequestContext, guest: GuestSession, code: int, message: str, status: int = 200
) -> Outcome:
    """The login page with the same words for a wrong room and a wrong date; a page of its own when nobody was asked.

    The box's own text is shown for the codes that the venue says are safe.
    """
    log.info("pms refused venue=%s session=%s rc=%d", context.venue.slug, guest.session_id, code)
    refusals.record(context, guest, code, message)
    settings, way = settings_of(context.venue), guest.typed.get("way", "pms")
    back = but(guest, guess="", ticket={}).but(stage=Stage.ARRIVED, pending=None)
    match settings.meaning(code):
        case "outage":
            return refusals.out_of_order(context, back)
        case "full":
            return refusals.full_house(context, back)
    text = refusals.shown(settings, way, code, message)
    words = "" if text else refusals.words(settings, code)
    return SignIn(back, notice=words, upstream_message=text, way=way, status=status)


def too_soon(guest: GuestSession, wait: int) -> SignIn:
    """The login page: how long to wait, and all that was typed. ``wait`` in seconds."""
    log.info("pms too soon venue=%s session=%s seconds=%d", guest.venue, guest.session_id, wait)
    notice = ask_otherwise(
        _(
            "There were too many attempts. Wait %(time)s, then try again.",
            time=how_long(wait),
        )
    )
    return SignIn(guest, notice=notice, way=guest.typed.get("way", "pms"), status=429, retry_after=wait)


def unanswered(context: RequestContext, guest: GuestSession, error: UpstreamError) -> Outcome:
    """Mode local: the box gave no answer that can be used, and so told nothing about a guess."""
    log.warning(
        "pms unanswered venue=%s session=%s reason=%s", context.venue.slug, guest.session_id, error.reason
    )
    return refusals.out_of_order(context, guest)


def with_stay(context: RequestContext, guest: GuestSession, answer: pms.Answer) -> GuestSession:
    """The guest with what the box signed about the stay; a wrong signature changes nothing and is logged."""
    try:
        stay = pms.read_stay(answer.pms, answer.pms_si, place_of(context.venue, guest).key)
    except protocol.ProtocolError as error:
        kind = type(error).__name__
        log.warning(
            "pms data refused venue=%s session=%s kind=%s", context.venue.slug, guest.session_id, kind
        )
        return guest
    return but(guest, stay=stay.kept()) if stay else guest
