"""How a guest comes in: by the unit's redirect, by a mailed link, or with an address typed by hand."""

from __future__ import annotations

import logging
import re

from flask_babel import gettext as _

from portal.errors import BadArrival, Refused, Unreachable, UpstreamError
from portal.gateways.icaro import forms, sign_in
from portal.gateways.icaro.hotspot_cache import hotspots
from portal.gateways.icaro.methods import ways_of
from portal.gateways.icaro.session import (
    gateway_session_of,
    kept_of,
    offers_of,
    progress,
    read_device,
    with_device,
    with_offers,
    with_progress,
)
from portal.gateways.icaro.settings import Settings
from portal.journey.pages import with_state
from portal.journey.steps import Outcome, Page, Ready, RequestContext, SignIn
from portal.session import GuestSession, PendingSignIn, Stage, new_session
from portal.venues.venue import Venue

log = logging.getLogger("portal.gateways.icaro")
JUST_NOW = 30
"""Seconds after a login in which the unit may still redirect: it asks wax every ten."""
ARRIVAL = {"digest", "uuid", "sessionid"}
"""What every redirect of a unit has."""


def units_of(venue: Venue) -> set[str]:
    """The uuids of the hotspot's units: those of ``[icaro]`` and of ``[[units]]``."""
    return {*venue.settings.units, *(unit.uuid for unit in venue.file.units if unit.uuid)}


def arrived(context: RequestContext) -> Outcome:
    device = read_device(context.query)
    known = units_of(context.venue)
    if known and device.uuid not in known:
        raise BadArrival("a unit of another hotspot")
    old = context.guest or new_session(context.venue.slug)
    before = kept_of(old)
    if before and before.unit.session != device.session:
        old, before = new_session(context.venue.slug, language=old.language), None
    if old.stage == Stage.ONLINE and before:
        if context.now - progress(old).since < JUST_NOW:
            return sign_in.success(context.with_session(old))
        old = new_session(context.venue.slug, language=old.language)
    guest = with_device(old, device)
    if "wings" in context.query:
        guest = _mailed(context.with_session(guest))
    elif wanted := context.query.get("userurl", ""):
        guest = guest.but(original_url=wanted[:1000])
    return welcome(context.with_session(guest))


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
        others = {"refused": (), "reason": "", "country": ""}
        guest = with_progress(guest, kind=kind, address=address, user=user, known=False, sent=1, **others)
    code = forms.digits(context.query.get("code", ""))[:40]
    return guest.but(stage=Stage.ASKED, typed={"way": "code", "code": code})


def welcome(context: RequestContext) -> Outcome:
    """The login page, once wax has told what the hotspot offers; a voucher of a QR code is filled in, never sent."""
    guest = context.known
    settings: Settings = context.venue.settings
    if offers_of(guest) is None:
        try:
            hotspot = hotspots().of(context.venue, gateway_session_of(guest).unit)
        except Refused as error:
            raise BadArrival(f"wax refuses the unit: {error.code}") from error
        except UpstreamError as error:
            return later(context.with_session(guest), error)
        guest = with_offers(guest, hotspot.offers, hotspot.home)
    if not ways_of(context.with_session(guest)):
        log.warning("venue=%s offers no way in; social_url=%s", context.venue.slug, bool(settings.social_url))
        return later(context.with_session(guest), Unreachable("no way in"))
    if guest.pending and ARRIVAL & set(context.query) and "wings" not in context.query:
        return _caught_again(guest, guest.pending)
    if guest.stage != Stage.ASKED and (code := context.query.get("code", "")[:250]):
        guest = guest.but(typed={"way": "voucher", "code": code})
    return SignIn(guest)


def _caught_again(guest: GuestSession, chosen: PendingSignIn) -> Outcome:
    """The unit caught a guest who was at an integration, between the choice and the login: either the short
    connection for reading the code has ended there, or the phone opened a new window, and the guest goes on."""
    if not progress(guest).temporary:
        return Ready(guest, chosen)
    notice = _("The short connection has ended. Type your code once more to go on.")
    return SignIn(with_progress(guest.but(pending=None), temporary=False), notice=notice)


def later(context: RequestContext, error: UpstreamError) -> Page:
    """Wax does not tell: the guest is kept, and may try again."""
    guest = context.known
    log.warning(
        "no preferences venue=%s session=%s reason=%s", context.venue.slug, guest.session_id, error.reason
    )
    again = with_state(context, f"/{context.venue.slug}/")
    values = {"text": error.text, "links": [(_("Try again"), again)], "upstream_message": ""}
    return Page(guest, "message.html", error.title, values, status=error.status)


def unknown_device(context: RequestContext) -> Page:
    """Only the unit can say who this is: it does so when the Wi-Fi's page is opened again."""
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    guest = context.guest or new_session(context.venue.slug)
    return Page(
        guest,
        "message.html",
        _("Connect to the Wi-Fi"),
        {"text": text, "links": [], "upstream_message": ""},
    )
