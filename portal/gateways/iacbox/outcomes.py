"""How a sign-in with the room can end: online, refused, too soon, or no answer."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from datetime import timedelta

from babel.dates import format_timedelta
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.iacbox import attempt_limits, pms, protocol
from portal.gateways.iacbox.pms_exchange import trouble
from portal.gateways.iacbox.session import settings_of
from portal.journey import pages
from portal.journey.steps import Redirect, RequestContext, SignIn
from portal.session import GuestSession

log = logging.getLogger("portal.gateways.iacbox")


def online(context: RequestContext, guest: GuestSession) -> Redirect:
    """On to the success page, by a real navigation, so that the phone notices and the guest can reload."""
    done = _finished(guest)
    return Redirect(done, pages.with_state(replace(context, guest=done), f"/{context.venue.slug}/online"))


def succeeded(context: RequestContext, guest: GuestSession) -> GuestSession:
    """The guest after a redirect 3 that says yes: the attempt is given back, once for each that the box sent."""
    return _finished(attempt_limits.give_back(context, guest) if attempt_limits.is_news(context) else guest)


def _finished(guest: GuestSession) -> GuestSession:
    """The guest who is online: nothing that was typed is kept. An attempt that is still open stays counted, for in
    mode external it is the guest's browser that says yes."""
    device = {name: value for name, value in guest.device.items() if name not in ("offered", "guess")}
    return guest.but(device=device, stage="online", typed={}, pending=None)


def refused(
    context: RequestContext, guest: GuestSession, code: int, message: str, status: int = 200
) -> SignIn:
    """The login page with the same words for a wrong room and a wrong date.

    The box's own text is shown for the codes that the venue says are safe.
    """
    log.info("pms refused venue=%s session=%s rc=%d", context.venue.slug, guest.session_id, code)
    text = safe_text(context, code, message)
    words = "" if text else _("We found no guest with these details. Check them, or ask at the reception.")
    device = {name: value for name, value in guest.device.items() if name != "guess"}
    return SignIn(guest.but(device=device), notice=words, upstream_message=text, way="pms", status=status)


def safe_text(context: RequestContext, code: int, message: str) -> str:
    """The box's own text, if the venue lets a guest read it for this return code."""
    return pms.clean(message, 400) if code in settings_of(context.venue).pms.shown_codes else ""


def too_soon(guest: GuestSession, wait: int) -> SignIn:
    """The login page: how long to wait, and all that was typed. ``wait`` in seconds."""
    log.info("pms too soon venue=%s session=%s seconds=%d", guest.venue, guest.session_id, wait)
    notice = _(
        "There were several attempts. Wait %(time)s, then try again, or ask at the reception.",
        time=how_long(wait),
    )
    return SignIn(guest, notice=notice, way="pms", status=429, retry_after=wait)


def troubled(guest: GuestSession) -> SignIn:
    """The login page: what happened, all that was typed, and a second button that needs no script."""
    marked = guest.but(typed={**guest.typed, "trouble": "yes"})
    return SignIn(marked, notice=trouble(), way="pms", status=422)


def unanswered(context: RequestContext, guest: GuestSession, error: UpstreamError) -> SignIn:
    """Mode local: the box gave no answer that can be used, and so told nothing about a guess.

    The page comes with 422 and not with 5xx: some proxies put a page of their own in the place of those.
    """
    log.warning(
        "pms unanswered venue=%s session=%s reason=%s", context.venue.slug, guest.session_id, error.reason
    )
    return SignIn(attempt_limits.give_back(context, guest), notice=error.text, way="pms", status=422)


def with_stay(context: RequestContext, guest: GuestSession, answer: pms.Answer) -> GuestSession:
    """The guest with what the box signed about the stay; a wrong signature changes nothing and is logged."""
    try:
        stay = pms.read_stay(answer.pms, answer.pms_si, settings_of(context.venue).key)
    except protocol.ProtocolError as error:
        kind = type(error).__name__
        log.warning(
            "pms data refused venue=%s session=%s kind=%s", context.venue.slug, guest.session_id, kind
        )
        return guest
    return guest.but(device={**guest.device, "stay": stay.kept()}) if stay else guest


def how_long(seconds: int) -> str:
    """A time to wait in the guest's language: seconds, from a minute on whole minutes, rounded up."""
    shown = timedelta(seconds=seconds if seconds < 60 else math.ceil(seconds / 60) * 60)
    return format_timedelta(
        shown, granularity="second" if seconds < 60 else "minute", threshold=2, locale=get_locale()
    )
