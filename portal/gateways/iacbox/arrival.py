"""What the box sends by the guest's browser: redirect 1, redirect 3, the answer of a refresh."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from flask_babel import gettext as _

from portal.errors import ForeignState
from portal.gateways.iacbox import outcomes, protocol
from portal.gateways.iacbox.methods import asks_in_browser
from portal.gateways.iacbox.pms import clean
from portal.gateways.iacbox.session import GatewaySession, gateway_session_of, settings_of
from portal.gateways.iacbox.success import success
from portal.journey import pages
from portal.journey.steps import Outcome, Page, RequestContext, SignIn
from portal.session import GuestSession, new_session

log = logging.getLogger("portal.gateways.iacbox")


def arrived(context: RequestContext, incoming: protocol.Incoming) -> Outcome:
    """Redirect 1 or a refresh answer: the device is known, and the page of the refresh id comes."""
    old = context.guest
    known = old is not None and old.device.get("id") in (None, incoming.id)
    guest = (
        old
        if known and old
        else new_session(context.venue.slug, context.now, language=old.language if old else "")
    )
    device = GatewaySession(
        incoming.id,
        incoming.version,
        incoming.get("ip")[:45],
        incoming.get("mac")[:17],
        incoming.get("vlan")[:8],
        incoming.get("registration")[:20],
        stay=guest.device.get("stay", {}),
        guess=guest.device.get("guess", ""),
    )
    guest = guest.but(device=device.kept(), original_url=incoming.get("userurl")[:1500], stage="arrived")
    page = settings_of(context.venue).refresh.get(incoming.get("refid"), "")
    # Pages that are not the login page stay what they are when the guest changes the language.
    guest = guest.but(stage=f"at {page}" if page not in ("", "sign-in") else "arrived")
    return mapped(context, guest, page)


def typed_address(context: RequestContext) -> Outcome:
    """Nothing of the box came along: the page where the guest was, or the refresh cycle."""
    guest = context.guest
    if guest is None or not guest.device.get("id"):
        return unknown_device(context)
    if guest.stage == "online" and "code" not in context.query:
        return success(context, guest)
    page = (
        guest.stage.removeprefix("at ") if guest.stage.startswith("at ") and "lang" in context.query else ""
    )
    return mapped(context, guest, page)


def mapped(context: RequestContext, guest: GuestSession, page: str) -> Outcome:
    """The page that a refresh id is mapped to; anything unmapped is the login page."""
    if page == "account":
        return account(guest)
    if page == "terms" and (words := context.venue.text("terms", context.language)):
        back = pages.with_state(replace(context, guest=guest), f"/{context.venue.slug}/")
        return Page(guest, "text.html", _("Terms of use"), {"text": words, "back": back})
    if page.endswith(".html") and (context.venue.folder / "theme" / "templates" / page).is_file():
        facts = {"ip": guest.device.get("ip", ""), "mac": guest.device.get("mac", "")}
        return Page(guest, page, context.venue.name(context.language), {"device": facts})
    return login_page(context, prefilled(context, guest))


def login_page(context: RequestContext, guest: GuestSession) -> SignIn:
    """The login page; while nothing was typed it is the same for every guest of the venue, unless a script of it
    has to know the device."""
    alike = not guest.typed and not asks_in_browser(settings_of(context.venue))
    return SignIn(guest, fresh="untouched" if alike else None)


def account(guest: GuestSession) -> Page:
    """What we know about this device."""
    device = gateway_session_of(guest)
    rows = [
        (_("IP address"), device.ip),
        (
            _("Device address"),
            ":".join(re.findall("..", device.mac)) if len(device.mac) == 12 else device.mac,
        ),
        (_("Network"), device.vlan),
    ]
    return Page(guest, "account.html", _("This device"), {"facts": [row for row in rows if row[1]]})


def came_back(context: RequestContext, incoming: protocol.Incoming) -> Outcome:
    """Redirect 3. Without a state (cookies off) the box's signature alone speaks for the device."""
    guest = context.guest
    if guest and guest.device.get("id") and guest.device["id"] != incoming.id:
        raise ForeignState("callback of another client id")
    if guest is None or not guest.device.get("id"):
        device = GatewaySession(incoming.id, incoming.version, registration=incoming.get("registration")[:20])
        guest = new_session(context.venue.slug, context.now, device=device.kept())
    code = int(incoming.get("code"))
    log.info("callback venue=%s session=%s rc=%d", context.venue.slug, guest.session_id, code)
    if code == 0:
        return success(context, outcomes.succeeded(context, guest))
    if guest.typed.get("way") == "pms":
        return outcomes.refused(context, guest.but(stage="arrived"), code, incoming.get("message"))
    message = incoming.get("message")
    settings = settings_of(context.venue)
    if not guest.typed.get("way") and "pms" in settings.sign_in and code not in settings.pms.shown_codes:
        message = ""  # It may be about a room, and then the box's words tell a wrong room from a wrong date.
    return refused(guest.but(stage="arrived"), message)


def refused(guest: GuestSession, message: str) -> SignIn:
    """The login page with the box's own text, or ours if it sent none."""
    notice = "" if message.strip() else _("That did not work. Check what you typed, or ask at the reception.")
    return SignIn(guest, notice=notice, upstream_message=clean(message, 400), way=guest.typed.get("way", ""))


def unknown_device(context: RequestContext) -> Page:
    """No state: the refresh cycle asks the box for the device again. A code from a QR code waits meanwhile."""
    code = context.query.get("code", "")[:64]
    typed = {"username": code, "way": "cred"} if code else {}
    guest = context.guest or new_session(context.venue.slug, context.now, typed=typed)
    values = {
        "text": _("Tap below, so that the Wi-Fi can recognise this device."),
        "links": [(_("Go on"), f"/{context.venue.slug}/refresh/1")],
        "upstream_message": "",
    }
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), values)


def prefilled(context: RequestContext, guest: GuestSession) -> GuestSession:
    """``?code=`` fills in a ticket from a QR code; it is never sent by itself."""
    code = context.query.get("code", "")[:64]
    return guest.but(typed={**guest.typed, "username": code, "way": "cred"}) if code else guest
