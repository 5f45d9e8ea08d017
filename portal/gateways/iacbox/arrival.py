"""What the box sends by the guest's browser: redirect 1, redirect 3, the answer of a refresh."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.errors import ForeignState
from portal.gateways.iacbox import attempt_limits, buying, outcomes, protocol, refusals, spellings
from portal.gateways.iacbox.logon_fields import logon
from portal.gateways.iacbox.pms import clean
from portal.gateways.iacbox.room_attempts import Yes
from portal.gateways.iacbox.session import (
    GatewaySession,
    but,
    gateway_session_of,
    known_device,
    settings_of,
)
from portal.gateways.iacbox.success import success
from portal.gateways.iacbox.vlans import at_vlan
from portal.journey import pages
from portal.journey.steps import Outcome, Page, RequestContext, SignIn
from portal.journey.templating import has_own_page
from portal.session import GuestSession, Stage, new_session
from portal.whom_to_ask import ask_otherwise

log = logging.getLogger("portal.gateways.iacbox")
LONGEST_WANTED = 1500
"""Characters of a wanted URL that a state can carry."""


AGAIN = "again"
"""The refresh id of a guest who was told that the house is full."""


def arrived(context: RequestContext, incoming: protocol.Incoming) -> Outcome:
    """Redirect 1 or a refresh answer: the device is known, and the page of the refresh id comes."""
    old, before = context.guest, known_device(context.guest)
    if old is None or (before and before.id != incoming.id):
        before = None
        old = new_session(context.venue.slug, language=old.language if old else "")
    refid = incoming.get("refid")
    page = settings_of(context.venue).refresh.get(refid, "")
    device = GatewaySession(
        incoming.id,
        incoming.version,
        incoming.get("ip")[:45],
        incoming.get("mac")[:17],
        incoming.get("vlan")[:8],
        incoming.get("registration")[:20],
        page="" if page == "sign-in" else page,
    )
    if before:
        device = device.but(stay=before.stay, guess=before.guess, ticket=before.ticket, since=before.since)
    wanted = incoming.get("userurl")
    wanted = wanted if len(wanted) <= LONGEST_WANTED else ""  # half an address leads nowhere
    guest = device.on(old.but(original_url=wanted, stage=Stage.ARRIVED))
    here = themed_again(context, guest)
    if refid in ("", AGAIN) and is_full(incoming):
        return refusals.full_house(here, guest)
    if refid and not page and outcomes.is_online(here, incoming.id):
        return success(here, guest.but(stage=Stage.ONLINE))
    return mapped(here, guest, page)


def themed_again(context: RequestContext, guest: GuestSession) -> RequestContext:
    """The request of a guest whose VLAN is known now: the venue may look otherwise there."""
    return replace(context, guest=guest, venue=at_vlan(context.venue, gateway_session_of(guest).vlan))


def is_full(incoming: protocol.Incoming) -> bool:
    """Whether the box says that every place is taken: in percent, or as many users as there may be."""
    online, percent, most = (
        _number(incoming.get(word)) for word in ("users_online", "users_percent", "users_max")
    )
    if most:
        return online >= most
    return percent >= 100


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else 0


def typed_address(context: RequestContext) -> Outcome:
    """Nothing of the box came along: the page where the guest was, or the refresh cycle."""
    guest, device = context.guest, known_device(context.guest)
    if guest is None or device is None:
        return unknown_device(context)
    if guest.stage == Stage.ONLINE and "code" not in context.query:
        return success(context, guest)
    stays = "lang" in context.query and guest.stage == Stage.ARRIVED
    return mapped(context, guest, device.page if stays else "")


def mapped(context: RequestContext, guest: GuestSession, page: str) -> Outcome:
    """The page that a refresh id is mapped to; anything unmapped is the login page."""
    if page == "account":
        return account(guest)
    if page == "terms" and (words := context.venue.text("terms", context.language)):
        back = pages.with_state(context.with_session(guest), f"/{context.venue.slug}/")
        return Page(guest, "text.html", _("Terms of use"), {"text": words, "back": back})
    sign_in = SignIn(prefilled(context, guest))
    if page.endswith(".html") and has_own_page(context.venue, page):
        device = gateway_session_of(guest)
        facts = {"ip": device.ip, "mac": device.mac}
        title = context.venue.name(context.language)
        return Page(guest, page, title, {"device": facts}, instead=sign_in)
    return sign_in


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
    if guest and known:
        _must_fit(known, incoming)
    else:
        bought = buying.purchases_of(context).of(incoming.id)
        device = GatewaySession(
            incoming.id,
            incoming.version,
            registration=incoming.get("registration")[:20],
            ticket=bought.ticket if bought else {},
        )
        guest = device.on(new_session(context.venue.slug))
    code, message = int(incoming.get("code")), incoming.get("message")
    log.info("callback venue=%s session=%s rc=%d", context.venue.slug, guest.session_id, code)
    if code == 0:
        guest = (
            attempt_limits.give_back(context, guest, Yes.SIGNED) if attempt_limits.is_news(context) else guest
        )
        return success(context, outcomes.finished(context, guest))
    if purchase := buying.state_of(context, guest):
        if purchase.done:  # an answer to a second press, after the first one has succeeded
            return success(context, outcomes.finished(context, guest))
        buying.purchases_of(context).forget(incoming.id)
    return _no(context, guest, code, message)


def _must_fit(device: GatewaySession, incoming: protocol.Incoming) -> None:
    """Raises :class:`ForeignState` when an answer is for another device, or comes from another box."""
    if device.id != incoming.id:
        raise ForeignState("callback of another client id")
    box = incoming.get("registration")[:20]
    if device.registration and box and device.registration != box:
        raise ForeignState("callback of another box")


def _no(context: RequestContext, guest: GuestSession, code: int, message: str) -> Outcome:
    """The box said no: the next way of writing it where there is one, else the page that says so."""
    settings = settings_of(context.venue)
    way = guest.typed.get("way", "")
    guess = refusals.is_guess(settings, code)
    if guest.pending and guess and (other := spellings.next_one(settings, guest.pending)):
        return logon(context, other)
    if not guess and attempt_limits.is_news(context):
        guest = attempt_limits.give_back(context, guest, Yes.SIGNED)
    if way.startswith("pms"):
        return outcomes.refused(context, guest, code, message)
    refusals.record(context, guest, code, message)
    back = but(guest, ticket={}).but(stage=Stage.ARRIVED, pending=None)
    if settings.meaning(code) == "full":
        return refusals.full_house(context, back)
    if not way and "pms" in settings.types and code not in settings.pms.shown_codes:
        message = ""  # It may be about a room, and then the box's words tell a wrong room from a wrong date.
    return refused(back, message)


def refused(guest: GuestSession, message: str) -> SignIn:
    """The login page with the box's own text, or ours if it sent none."""
    notice = "" if message.strip() else ask_otherwise(_l("That did not work. Check what you typed."))
    return SignIn(guest, notice=notice, upstream_message=clean(message, 400), way=guest.typed.get("way", ""))


def unknown_device(context: RequestContext) -> Page:
    """No state: the refresh cycle asks the box for the device again. A code from a QR code waits meanwhile."""
    guest = prefilled(context, context.guest or new_session(context.venue.slug))
    shown = {
        "text": _("Tap below to let the Wi-Fi recognise this device."),
        "links": [(_("Continue"), f"/{context.venue.slug}/refresh/1")],
        "upstream_message": "",
    }
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), shown)


def prefilled(context: RequestContext, guest: GuestSession) -> GuestSession:
    """``?code=`` fills in a ticket from a QR code; it is never sent by itself."""
    code = context.query.get("code", "")[:64]
    return guest.but(typed={**guest.typed, "username": code, "way": "cred"}) if code else guest
