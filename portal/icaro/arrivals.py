"""How a guest comes in: by the unit's redirect, by a mailed link, or with an address typed by hand."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from flask_babel import gettext as _

from portal.errors import BadArrival, Refused, Unreachable, UpstreamError
from portal.guest import Chosen, Guest, new_guest
from portal.icaro import admission, forms
from portal.icaro.device import device_of, moved, offers_of, read_device, so_far, with_device, with_offers
from portal.icaro.hotspots import hotspots
from portal.icaro.settings import Settings
from portal.icaro.ways import ways_of
from portal.journey.pages import with_state
from portal.journey.system import Outcome, Page, Ready, SignIn, Visit
from portal.venues import Venue

log = logging.getLogger("portal.icaro")
JUST_NOW = 30
"""Seconds after a login in which the unit may still redirect: it asks wax every ten."""
ARRIVAL = {"digest", "uuid", "sessionid"}
"""What every redirect of a unit has."""


def units_of(venue: Venue) -> set[str]:
    """The uuids of the hotspot's units: those of ``[icaro]`` and of ``[[units]]``."""
    return {*venue.settings.units, *(unit.uuid for unit in venue.file.units if unit.uuid)}


def arrived(visit: Visit) -> Outcome:
    device = read_device(visit.query)
    known = units_of(visit.venue)
    if known and device.uuid not in known:
        raise BadArrival("a unit of another hotspot")
    old = visit.guest or new_guest(visit.venue.slug, visit.now)
    if old.device.get("id") not in (None, device.session):
        old = new_guest(visit.venue.slug, visit.now, language=old.language)
    if old.stage == "online" and old.device.get("id") == device.session:
        if visit.now - so_far(old).since < JUST_NOW:
            return admission.success(visit, old)
        old = new_guest(visit.venue.slug, visit.now, language=old.language)
    guest = with_device(old, device)
    if "wings" in visit.query:
        guest = _mailed(visit, guest)
    elif wanted := visit.query.get("userurl", ""):
        guest = guest.but(wanted=wanted[:1000])
    return welcome(visit, guest)


def _mailed(visit: Visit, guest: Guest) -> Guest:
    """A mailed link fills in the code, and never signs in by itself. The short connection may be open still.

    Wings leaves some values as they are (real), so that ``+`` arrives as a blank; no address or number has one there.
    """
    address = visit.query.get("email", "").strip().replace(" ", "+")
    address = address or re.sub(r"^\s+(?=\d)", "+", visit.query.get("num", ""))
    try:
        kind, address = forms.contact(address, visit.venue.settings.country)
    except ValueError:
        return guest
    number = visit.query.get("user", "")
    user = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0
    if so_far(guest).address != address:
        others = {"refused": (), "reason": "", "country": ""}
        guest = moved(guest, kind=kind, address=address, user=user, known=False, sent=1, **others)
    code = forms.digits(visit.query.get("code", ""))[:40]
    return guest.but(stage="asked", typed={"way": "code", "code": code})


def welcome(visit: Visit, guest: Guest) -> Outcome:
    """The login page, once wax has told what the hotspot offers; a voucher of a QR code is filled in, never sent."""
    settings: Settings = visit.venue.settings
    if offers_of(guest) is None:
        try:
            hotspot = hotspots().of(visit.venue, device_of(guest).unit)
        except Refused as error:
            raise BadArrival(f"wax refuses the unit: {error.code}") from error
        except UpstreamError as error:
            return _later(visit, guest, error)
        guest = with_offers(guest, hotspot.offers, hotspot.home)
    if not ways_of(replace(visit, guest=guest)):
        log.warning("venue=%s offers no way in; social_url=%s", visit.venue.slug, bool(settings.social_url))
        return _later(visit, guest, Unreachable("no way in"))
    if guest.chosen and ARRIVAL & set(visit.query) and "wings" not in visit.query:
        return _caught_again(guest, guest.chosen)
    if guest.stage != "asked" and (code := visit.query.get("code", "")[:250]):
        guest = guest.but(typed={"way": "voucher", "code": code})
    return SignIn(guest)


def _caught_again(guest: Guest, chosen: Chosen) -> Outcome:
    """The unit caught a guest who was at an integration, between the choice and the login: either the short
    connection for reading the code has ended there, or the phone opened a new window, and the guest goes on."""
    if not so_far(guest).temporary:
        return Ready(guest, chosen)
    notice = _("The short connection has ended. Type your code once more to go on.")
    return SignIn(moved(guest.but(chosen=None), temporary=False), notice=notice)


def _later(visit: Visit, guest: Guest, error: UpstreamError) -> Page:
    """Wax does not tell: the guest is kept, and may try again."""
    log.warning("no preferences venue=%s visit=%s reason=%s", visit.venue.slug, guest.visit, error.reason)
    again = with_state(replace(visit, guest=guest), f"/{visit.venue.slug}/")
    context = {"text": error.text, "links": [(_("Try again"), again)], "box_says": ""}
    return Page(guest, "message.html", error.title, context, status=error.status)


def unknown_device(visit: Visit) -> Page:
    """Only the unit can say who this is: it does so when the Wi-Fi's page is opened again."""
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    guest = visit.guest or new_guest(visit.venue.slug, visit.now)
    return Page(
        guest,
        "message.html",
        _("Connect to the Wi-Fi"),
        {"text": text, "links": [], "box_says": ""},
    )
