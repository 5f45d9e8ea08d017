"""What the box sends by the guest's browser: redirect 1, redirect 3, the answer of a refresh."""

from __future__ import annotations

import logging
import re

from flask_babel import gettext as _

from portal.errors import ForeignState
from portal.gateways.iacbox import outcomes, protocol
from portal.gateways.iacbox.pms import clean
from portal.gateways.iacbox.session import (
    GatewaySession,
    gateway_session_of,
    known_device,
    settings_of,
)
from portal.gateways.iacbox.success import success
from portal.journey import pages
from portal.journey.steps import Outcome, Page, RequestContext, SignIn
from portal.journey.templating import has_own_page
from portal.session import GuestSession, Stage, new_session

log = logging.getLogger("portal.gateways.iacbox")


def arrived(context: RequestContext, incoming: protocol.Incoming) -> Outcome:
    """Redirect 1 or a refresh answer: the device is known, and the page of the refresh id comes."""
    old, before = context.guest, known_device(context.guest)
    if old is None or (before and before.id != incoming.id):
        before = None
        old = new_session(context.venue.slug, language=old.language if old else "")
    page = settings_of(context.venue).refresh.get(incoming.get("refid"), "")
    device = GatewaySession(
        incoming.id,
        incoming.version,
        incoming.get("ip")[:45],
        incoming.get("mac")[:17],
        incoming.get("vlan")[:8],
        incoming.get("registration")[:20],
        stay=before.stay if before else {},
        guess=before.guess if before else "",
        page="" if page == "sign-in" else page,
    )
    guest = device.on(old).but(original_url=incoming.get("userurl")[:1500], stage=Stage.ARRIVED)
    return mapped(context.with_session(guest), page)


def typed_address(context: RequestContext) -> Outcome:
    """Nothing of the box came along: the page where the guest was, or the refresh cycle."""
    guest, device = context.guest, known_device(context.guest)
    if guest is None or device is None:
        return unknown_device(context)
    if guest.stage == Stage.ONLINE and "code" not in context.query:
        return success(context)
    stays = "lang" in context.query and guest.stage == Stage.ARRIVED
    return mapped(context, device.page if stays else "")


def mapped(context: RequestContext, page: str) -> Outcome:
    """The page that a refresh id is mapped to; anything unmapped is the login page."""
    guest = context.known
    if page == "account":
        return account(guest)
    if page == "terms" and (words := context.venue.text("terms", context.language)):
        back = pages.with_state(context, f"/{context.venue.slug}/")
        return Page(guest, "text.html", _("Terms of use"), {"text": words, "back": back})
    if page.endswith(".html") and has_own_page(context.venue, page):
        device = gateway_session_of(guest)
        facts = {"ip": device.ip, "mac": device.mac}
        return Page(guest, page, context.venue.name(context.language), {"device": facts})
    return SignIn(prefilled(context))


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
    guest, known = context.guest, known_device(context.guest)
    if known and known.id != incoming.id:
        raise ForeignState("callback of another client id")
    if guest is None or known is None:
        device = GatewaySession(incoming.id, incoming.version, registration=incoming.get("registration")[:20])
        guest = device.on(new_session(context.venue.slug))
    code = int(incoming.get("code"))
    log.info("callback venue=%s session=%s rc=%d", context.venue.slug, guest.session_id, code)
    if code == 0:
        return success(context.with_session(outcomes.succeeded(context.with_session(guest))))
    if guest.typed.get("way") == "pms":
        return outcomes.refused(
            context.with_session(guest.but(stage=Stage.ARRIVED)), code, incoming.get("message")
        )
    message = incoming.get("message")
    settings = settings_of(context.venue)
    if not guest.typed.get("way") and "pms" in settings.sign_in and code not in settings.pms.shown_codes:
        message = ""  # It may be about a room, and then the box's words tell a wrong room from a wrong date.
    return refused(guest.but(stage=Stage.ARRIVED), message)


def refused(guest: GuestSession, message: str) -> SignIn:
    """The login page with the box's own text, or ours if it sent none."""
    notice = "" if message.strip() else _("That did not work. Check what you typed, or ask at the reception.")
    return SignIn(guest, notice=notice, upstream_message=clean(message, 400), way=guest.typed.get("way", ""))


def unknown_device(context: RequestContext) -> Page:
    """No state: the refresh cycle asks the box for the device again. A code from a QR code waits meanwhile."""
    code = context.query.get("code", "")[:64]
    typed = {"username": code, "way": "cred"} if code else {}
    guest = context.guest or new_session(context.venue.slug, typed=typed)
    values = {
        "text": _("Tap below, so that the Wi-Fi can recognise this device."),
        "links": [(_("Go on"), f"/{context.venue.slug}/refresh/1")],
        "upstream_message": "",
    }
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), values)


def prefilled(context: RequestContext) -> GuestSession:
    """``?code=`` fills in a ticket from a QR code; it is never sent by itself."""
    guest = context.known
    code = context.query.get("code", "")[:64]
    return guest.but(typed={**guest.typed, "username": code, "way": "cred"}) if code else guest
