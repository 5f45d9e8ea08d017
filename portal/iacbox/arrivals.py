"""What the box sends by the guest's browser: redirect 1, redirect 3, the answer of a refresh."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from flask_babel import gettext as _

from portal.errors import ForeignState
from portal.guest import Guest, new_guest
from portal.iacbox import outcomes, protocol
from portal.iacbox.device import Device, device_of, settings_of
from portal.iacbox.pms import clean
from portal.iacbox.ways import asks_in_browser
from portal.iacbox.welcome import success
from portal.journey import pages
from portal.journey.system import Outcome, Page, SignIn, Visit

log = logging.getLogger("portal.iacbox")


def arrived(visit: Visit, incoming: protocol.Incoming) -> Outcome:
    """Redirect 1 or a refresh answer: the device is known, and the page of the refresh id comes."""
    old = visit.guest
    known = old is not None and old.device.get("id") in (None, incoming.id)
    guest = (
        old if known and old else new_guest(visit.venue.slug, visit.now, language=old.language if old else "")
    )
    device = Device(
        incoming.id,
        incoming.version,
        incoming.get("ip")[:45],
        incoming.get("mac")[:17],
        incoming.get("vlan")[:8],
        incoming.get("registration")[:20],
        stay=guest.device.get("stay", {}),
        guess=guest.device.get("guess", ""),
    )
    guest = guest.but(device=device.kept(), wanted=incoming.get("userurl")[:1500], stage="arrived")
    page = settings_of(visit.venue).refresh.get(incoming.get("refid"), "")
    # Pages that are not the login page stay what they are when the guest changes the language.
    guest = guest.but(stage=f"at {page}" if page not in ("", "sign-in") else "arrived")
    return mapped(visit, guest, page)


def typed_address(visit: Visit) -> Outcome:
    """Nothing of the box came along: the page where the guest was, or the refresh cycle."""
    guest = visit.guest
    if guest is None or not guest.device.get("id"):
        return unknown_device(visit)
    if guest.stage == "online" and "code" not in visit.query:
        return success(visit, guest)
    page = guest.stage.removeprefix("at ") if guest.stage.startswith("at ") and "lang" in visit.query else ""
    return mapped(visit, guest, page)


def mapped(visit: Visit, guest: Guest, page: str) -> Outcome:
    """The page that a refresh id is mapped to; anything unmapped is the login page."""
    if page == "account":
        return account(guest)
    if page == "terms" and (words := visit.venue.text("terms", visit.language)):
        back = pages.with_state(replace(visit, guest=guest), f"/{visit.venue.slug}/")
        return Page(guest, "text.html", _("Terms of use"), {"text": words, "back": back})
    if page.endswith(".html") and (visit.venue.folder / "theme" / "templates" / page).is_file():
        facts = {"ip": guest.device.get("ip", ""), "mac": guest.device.get("mac", "")}
        return Page(guest, page, visit.venue.name(visit.language), {"device": facts})
    return login_page(visit, prefilled(visit, guest))


def login_page(visit: Visit, guest: Guest) -> SignIn:
    """The login page; while nothing was typed it is the same for every guest of the venue, unless a script of it
    has to know the device."""
    alike = not guest.typed and not asks_in_browser(settings_of(visit.venue))
    return SignIn(guest, fresh="untouched" if alike else None)


def account(guest: Guest) -> Page:
    """What we know about this device."""
    device = device_of(guest)
    rows = [
        (_("IP address"), device.ip),
        (
            _("Device address"),
            ":".join(re.findall("..", device.mac)) if len(device.mac) == 12 else device.mac,
        ),
        (_("Network"), device.vlan),
    ]
    return Page(guest, "account.html", _("This device"), {"facts": [row for row in rows if row[1]]})


def came_back(visit: Visit, incoming: protocol.Incoming) -> Outcome:
    """Redirect 3. Without a state (cookies off) the box's signature alone speaks for the device."""
    guest = visit.guest
    if guest and guest.device.get("id") and guest.device["id"] != incoming.id:
        raise ForeignState("callback of another client id")
    if guest is None or not guest.device.get("id"):
        device = Device(incoming.id, incoming.version, registration=incoming.get("registration")[:20])
        guest = new_guest(visit.venue.slug, visit.now, device=device.kept())
    code = int(incoming.get("code"))
    log.info("callback venue=%s visit=%s rc=%d", visit.venue.slug, guest.visit, code)
    if code == 0:
        return success(visit, outcomes.succeeded(visit, guest))
    if guest.typed.get("way") == "pms":
        return outcomes.refused(visit, guest.but(stage="arrived"), code, incoming.get("message"))
    message = incoming.get("message")
    settings = settings_of(visit.venue)
    if not guest.typed.get("way") and "pms" in settings.sign_in and code not in settings.pms.shown_codes:
        message = ""  # It may be about a room, and then the box's words tell a wrong room from a wrong date.
    return refused(guest.but(stage="arrived"), message)


def refused(guest: Guest, message: str) -> SignIn:
    """The login page with the box's own text, or ours if it sent none."""
    notice = "" if message.strip() else _("That did not work. Check what you typed, or ask at the reception.")
    return SignIn(guest, notice=notice, box_says=clean(message, 400), way=guest.typed.get("way", ""))


def unknown_device(visit: Visit) -> Page:
    """No state: the refresh cycle asks the box for the device again. A code from a QR code waits meanwhile."""
    code = visit.query.get("code", "")[:64]
    typed = {"username": code, "way": "cred"} if code else {}
    guest = visit.guest or new_guest(visit.venue.slug, visit.now, typed=typed)
    context = {
        "text": _("Tap below, so that the Wi-Fi can recognise this device."),
        "links": [(_("Go on"), f"/{visit.venue.slug}/refresh/1")],
        "box_says": "",
    }
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), context)


def prefilled(visit: Visit, guest: Guest) -> Guest:
    """``?code=`` fills in a ticket from a QR code; it is never sent by itself."""
    code = visit.query.get("code", "")[:64]
    return guest.but(typed={**guest.typed, "username": code, "way": "cred"}) if code else guest
