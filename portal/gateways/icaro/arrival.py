"""How a guest comes in: by the unit's redirect, by a mailed link, or with an address typed by hand."""

from __future__ import annotations

import logging
import re
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from portal.errors import BadArrival, Refused, UpstreamError
from portal.gateways.icaro import forms, registration, sign_in
from portal.gateways.icaro.hotspot_cache import hotspots
from portal.gateways.icaro.methods import SOCIAL, ways_of
from portal.gateways.icaro.session import (
    gateway_session_of,
    is_same_phone,
    kept_of,
    offers_of,
    progress,
    read_device,
    with_device,
    with_offers,
    with_progress,
)
from portal.journey.pages import with_state
from portal.journey.steps import Message, Outcome, Ready, RequestContext, SignIn
from portal.session import GuestSession, Stage, new_session
from portal.urls import CAUGHT
from portal.venues.venue import Venue
from portal.whom_to_ask import ask, ask_otherwise

log = logging.getLogger("portal.gateways.icaro")
UNIT_ASKS = 10
"""Seconds after a yes of wax in which the unit may still redirect: so often it asks wax."""
NOT_LET_IN = ask_otherwise(lazy_gettext("This device could not be connected. Try again."))
ARRIVAL = {"digest", "uuid", "sessionid"}
"""What every redirect of a unit has."""


def units_of(venue: Venue) -> set[str]:
    """The uuids of the hotspot's units: those of ``[icaro]`` and of ``[[units]]``."""
    return {*venue.settings.units, *(unit.uuid for unit in venue.file.units if unit.uuid)}


def arrived(context: RequestContext) -> Outcome:
    """The unit has caught a guest, for the first time or again; or a mailed link has come by the unit."""
    device = read_device(context.query, context.now)
    known = units_of(context.venue)
    if known and device.uuid not in known:
        raise BadArrival("a unit of another hotspot")
    mailed = is_mailed(context)
    old = context.guest or new_session(context.venue.slug)
    before = kept_of(old)
    if before and not is_same_phone(old, device, mailed):
        old, before = new_session(context.venue.slug, language=old.language), None
    guest = with_device(old, device)
    if mailed:
        return welcome(context.with_session(_mailed(context.with_session(guest))))
    if wanted := context.query.get("userurl", ""):
        guest = guest.but(original_url=wanted[:1000])
    context = context.with_session(guest)
    if since := registration.yes_at(context):
        return _after_a_yes(context, since)
    if guest.stage == Stage.ONLINE and before and before.unit.session != device.session:
        context = context.with_session(_offline_again(guest))
    return welcome(context)


def is_mailed(context: RequestContext) -> bool:
    """Whether this is a link of Icaro's mails and messages, and no redirect of a unit to the same path."""
    return "wings" in context.query and bool(context.query.get("code") or context.query["wings"])


def _after_a_yes(context: RequestContext, since: int) -> Outcome:
    """Caught with the session for which wax has said yes. The unit asks wax every ten seconds: sooner it cannot know
    of it, later it has asked, and its AAA has refused (the daily time is used up, the account has ended, the device is
    online elsewhere, the reseller's plan is over). Nothing else ever tells."""
    guest = context.known
    if context.now - since < UNIT_ASKS:
        return sign_in.success(context.with_session(guest.but(stage=Stage.ONLINE)))
    log.info("network refused venue=%s session=%s", context.venue.slug, guest.session_id)
    registration.forget_yes(context)
    return welcome(context.with_session(_offline_again(guest)), notice=NOT_LET_IN)


def _offline_again(guest: GuestSession) -> GuestSession:
    """A guest who was online: what was sent is good still, and what was registered is known."""
    ahead = progress(guest)
    stage = Stage.ASKED if ahead.address else Stage.ARRIVED
    return with_progress(guest.but(stage=stage), known=bool(ahead.address), since=0)


def _mailed(context: RequestContext) -> GuestSession:
    """A mailed link fills in the code, and never signs in by itself. The short connection may be open still.

    Wings leaves some values as they are (real), so that ``+`` arrives as a blank; no address or number has one there.
    """
    guest = context.known
    address = context.query.get("email", "").strip().replace(" ", "+")
    address = address or re.sub(r"^\s+(?=\d)", "+", context.query.get("num", ""))
    try:
        kind, address = forms.contact(address, context.venue.settings.country)
    except ValueError:
        return guest
    number = context.query.get("user", "")
    user = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0
    if progress(guest).address != address:
        others = {"refused": (), "agreed": (), "asked": False, "reason": "", "country": ""}
        guest = with_progress(guest, kind=kind, address=address, user=user, known=False, sent=1, **others)
    guest = with_progress(guest, link=kind == "email")
    code = forms.digits(context.query.get("code", ""))[:40]
    return guest.but(stage=Stage.ASKED, typed={"way": "code", "code": code})


def welcome(context: RequestContext, notice: Any = "") -> Outcome:
    """The login page, once wax has told what the hotspot offers; a voucher of a QR code is filled in, never sent."""
    guest = context.known
    if offers_of(guest) is None:
        try:
            hotspot = hotspots().of(context.venue, gateway_session_of(guest).unit)
        except Refused as error:
            raise BadArrival(f"wax refuses the unit: {error.code}") from error
        except UpstreamError as error:
            return later(context.with_session(guest), error)
        guest = with_offers(guest, hotspot.offers, hotspot.home, hotspot.short)
    if not ways_of(context.with_session(guest)):
        return no_way(context.with_session(guest))
    if guest.pending and ARRIVAL & set(context.query) and "wings" not in context.query:
        return Ready(guest, guest.pending)  # caught between the choice and the login: the guest goes on
    if guest.stage != Stage.ASKED and (code := context.query.get("code", "")[:250]):
        guest = guest.but(typed={"way": "voucher", "code": code})
    return SignIn(guest, notice=notice)


def no_way(context: RequestContext) -> Message:
    """The hotspot offers nothing that can be done here: at most Facebook or LinkedIn, and nobody has told where
    Icaro's own page is."""
    guest = context.known
    names = [SOCIAL[name] for name in SOCIAL if name in (offers_of(guest) or ())]
    log.warning("venue=%s offers no way in but %s; social_url is not set", context.venue.slug, names)
    text = _("There is no way to connect at the moment.")
    if names:
        # Translators: %(names)s is "Facebook", "LinkedIn", or "Facebook or LinkedIn".
        text = _(
            "This Wi-Fi is used with %(names)s. That is not possible on this page.",
            names=format_list(names, "or", locale=get_locale() or "en"),
        )
    return Message(guest, _("Connect to the Wi-Fi"), ask(text), status=503, mark="alert")


def later(context: RequestContext, error: UpstreamError) -> Message:
    """Wax does not tell: the guest is kept, and may try again."""
    guest = context.known
    log.warning(
        "no preferences venue=%s session=%s reason=%s", context.venue.slug, guest.session_id, error.reason
    )
    again = with_state(context, f"/{context.venue.slug}/")
    return Message(
        guest, error.title, error.text, [(_("Try again"), again)], status=error.status, mark="alert"
    )


def unknown_device(context: RequestContext) -> Message:
    """Only the unit can say who this is: it does so when it catches a guest. Wings sends its guests to the same
    address for that. A voucher from a QR code waits meanwhile."""
    code = context.query.get("code", "")[:250]
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    guest = context.guest or new_session(context.venue.slug)
    if code:
        guest = guest.but(typed={"way": "voucher", "code": code})
    return Message(guest, _("Connect to the Wi-Fi"), text, [(_("Open the Wi-Fi page"), CAUGHT)])
