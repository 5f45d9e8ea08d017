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
from portal.guest import Guest
from portal.iacbox import guard, pms, protocol
from portal.iacbox.answers import trouble
from portal.iacbox.device import settings_of
from portal.journey import pages
from portal.journey.system import Redirect, SignIn, Visit

log = logging.getLogger("portal.iacbox")


def online(visit: Visit, guest: Guest) -> Redirect:
    """On to the success page, by a real navigation, so that the phone notices and the guest can reload."""
    done = _finished(guest)
    return Redirect(done, pages.with_state(replace(visit, guest=done), f"/{visit.venue.slug}/online"))


def succeeded(visit: Visit, guest: Guest) -> Guest:
    """The guest after a redirect 3 that says yes: the attempt is given back, once for each that the box sent."""
    return _finished(guard.give_back(visit, guest) if guard.is_news(visit) else guest)


def _finished(guest: Guest) -> Guest:
    """The guest who is online: nothing that was typed is kept. An attempt that is still open stays counted, for in
    mode external it is the guest's browser that says yes."""
    device = {name: value for name, value in guest.device.items() if name not in ("offered", "guess")}
    return guest.but(device=device, stage="online", typed={}, chosen=None)


def refused(visit: Visit, guest: Guest, code: int, message: str, status: int = 200) -> SignIn:
    """The login page with the same words for a wrong room and a wrong date.

    The box's own text is shown for the codes that the venue says are safe.
    """
    log.info("pms refused venue=%s visit=%s rc=%d", visit.venue.slug, guest.visit, code)
    text = safe_text(visit, code, message)
    words = "" if text else _("We found no guest with these details. Check them, or ask at the reception.")
    device = {name: value for name, value in guest.device.items() if name != "guess"}
    return SignIn(guest.but(device=device), notice=words, box_says=text, way="pms", status=status)


def safe_text(visit: Visit, code: int, message: str) -> str:
    """The box's own text, if the venue lets a guest read it for this return code."""
    return pms.clean(message, 400) if code in settings_of(visit.venue).pms.shown_codes else ""


def too_soon(guest: Guest, wait: int) -> SignIn:
    """The login page: how long to wait, and all that was typed. ``wait`` in seconds."""
    log.info("pms too soon venue=%s visit=%s seconds=%d", guest.venue, guest.visit, wait)
    notice = _(
        "There were several attempts. Wait %(time)s, then try again, or ask at the reception.",
        time=how_long(wait),
    )
    return SignIn(guest, notice=notice, way="pms", status=429, retry_after=wait)


def troubled(guest: Guest) -> SignIn:
    """The login page: what happened, all that was typed, and a second button that needs no script."""
    marked = guest.but(typed={**guest.typed, "trouble": "yes"})
    return SignIn(marked, notice=trouble(), way="pms", status=422)


def unanswered(visit: Visit, guest: Guest, error: UpstreamError) -> SignIn:
    """Mode local: the box gave no answer that can be used, and so told nothing about a guess.

    The page comes with 422 and not with 5xx: some proxies put a page of their own in the place of those.
    """
    log.warning("pms unanswered venue=%s visit=%s reason=%s", visit.venue.slug, guest.visit, error.reason)
    return SignIn(guard.give_back(visit, guest), notice=error.text, way="pms", status=422)


def with_stay(visit: Visit, guest: Guest, answer: pms.Answer) -> Guest:
    """The guest with what the box signed about the stay; a wrong signature changes nothing and is logged."""
    try:
        stay = pms.read_stay(answer.pms, answer.pms_si, settings_of(visit.venue).key)
    except protocol.ProtocolError as error:
        kind = type(error).__name__
        log.warning("pms data refused venue=%s visit=%s kind=%s", visit.venue.slug, guest.visit, kind)
        return guest
    return guest.but(device={**guest.device, "stay": stay.kept()}) if stay else guest


def how_long(seconds: int) -> str:
    """A time to wait in the guest's language: seconds, from a minute on whole minutes, rounded up."""
    shown = timedelta(seconds=seconds if seconds < 60 else math.ceil(seconds / 60) * 60)
    return format_timedelta(
        shown, granularity="second" if seconds < 60 else "minute", threshold=2, locale=get_locale()
    )
