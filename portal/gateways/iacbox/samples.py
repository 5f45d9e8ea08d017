"""Every state of the pages that an IACBOX venue alone has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from flask_babel import gettext as _

from portal.errors import Unreachable
from portal.gateways.iacbox import arrival, outcomes, success
from portal.gateways.iacbox.pms import Stay, TicketOffer
from portal.gateways.iacbox.session import GatewaySession, gateway_session_of, settings_of
from portal.gateways.iacbox.ticket_cards import offered
from portal.gateways.iacbox.ticket_choice import choice
from portal.journey.sample import Group, Sample
from portal.journey.steps import Page, RequestContext, SignIn, Step
from portal.session import GuestSession, Stage, new_session

DEVICE = GatewaySession("0123456789abcdef", "2.1", "192.168.4.27", "0a1b2c3d4e5f", "214", "20140001")
OFFERS = (
    TicketOffer(9001, "Free Access", "0.00 EUR", "Time", "30 minutes", "", "1 Mbit/s", "1 Mbit/s"),
    TicketOffer(9002, "Premium", "9.00 EUR", "Time", "1 day", "", "50 Mbit/s", "20 Mbit/s", "unlimited"),
    TicketOffer(9003, "Week, for all the devices of your family", "29.00 EUR", "Time", "7 days", "30 days"),
)
TYPED = {"room": "214", "last_name": "Berger", "way": "pms"}


def guest_of(context: RequestContext) -> GuestSession:
    """A guest who has just come by redirect 1."""
    return DEVICE.on(new_session(context.venue.slug))


def samples(context: RequestContext) -> Iterator[Sample]:
    """Those of rooms and tickets only where the venue asks for a room."""
    if "cred" in settings_of(context.venue).sign_in:
        yield Sample("code-filled-in", "A code from a QR code", Group.SIGN_IN, _scanned)
    if "pms" in settings_of(context.venue).sign_in:
        yield from _rooms()
    yield Sample("online-stay", "Online, a guest of the hotel", Group.ONLINE, _stay, path="online")
    yield Sample("on-the-way", "On the way to the box, by link", Group.SIGN_IN, _leave)
    for page in sorted(set(settings_of(context.venue).refresh.values())):
        if page.endswith(".html"):
            show = partial(arrival.mapped, page=page)
            yield Sample(
                f"own-{page.removesuffix('.html')}", f"The venue's own page {page}", Group.TEXTS, show
            )
    yield Sample("account", "This device", Group.ONLINE, lambda one: arrival.account(one.known))


def _rooms() -> Iterator[Sample]:
    yield Sample("room-refused", "No such guest", Group.SIGN_IN, _no_guest)
    yield Sample("room-too-soon", "Too many rooms tried", Group.SIGN_IN, _too_soon)
    yield Sample("room-unanswered", "The hotel's system is down", Group.SIGN_IN, _down)
    yield Sample("tickets", "Choose a ticket", Group.TICKETS, partial(_choice, offers=OFFERS))
    yield Sample("tickets-one", "One free ticket", Group.TICKETS, partial(_choice, offers=OFFERS[:1]))
    yield Sample("buy", "Confirm and pay", Group.TICKETS, _buy)
    yield Sample("tickets-gone", "No longer offered", Group.TICKETS, _gone)
    yield Sample("tickets-none", "No ticket for this guest", Group.TICKETS, partial(_choice, offers=()))


def _with(context: RequestContext, device: GatewaySession, **changes: object) -> RequestContext:
    return context.with_session(device.on(context.known).but(**changes))


def _scanned(context: RequestContext) -> Step:
    context = replace(context, query={"code": "ALPEN-2026"})
    return SignIn(arrival.prefilled(context))


def _no_guest(context: RequestContext) -> Step:
    return outcomes.refused(_with(context, DEVICE, typed=TYPED), 31, "unknown")


def _too_soon(context: RequestContext) -> Step:
    return outcomes.too_soon(context.known.but(typed=TYPED), 240)


def _down(context: RequestContext) -> Step:
    return SignIn(context.known.but(typed=TYPED), notice=Unreachable.text, way="pms", status=422)


def _choice(context: RequestContext, offers: tuple[TicketOffer, ...]) -> Step:
    device = DEVICE.but(stay=_some_stay(context).kept())
    return choice(_with(context, device), offers, TYPED, again="9001")


def _buy(context: RequestContext) -> Step:
    card = offered(OFFERS, settings_of(context.venue).templates, context)[-1]
    shown = {
        "ticket": card,
        "facts": [],
        "charge": "Added to your room bill",
        "action": f"/{context.venue.slug}/ticket",
        "hidden": [],
        "back": f"/{context.venue.slug}/",
    }
    return Page(context.known, "buy.html", card.name, shown)


def _gone(context: RequestContext) -> Step:
    return choice(_with(context, DEVICE), OFFERS[1:], TYPED, notice=_("Choose a ticket."), status=422)


def _some_stay(context: RequestContext) -> Stay:
    today = datetime.fromtimestamp(context.now, UTC).date()
    return Stay(
        first_name="Maximiliane",
        last_name="Hohenberger-Wiśniewska",
        room="214",
        arrival=today - timedelta(days=2),
        departure=today + timedelta(days=3),
        vip="Gold",
    )


def _stay(context: RequestContext) -> Step:
    device = gateway_session_of(context.known).but(stay=_some_stay(context).kept())
    return success.success(_with(context, device, stage=Stage.ONLINE, original_url="http://example.org/"))


def _leave(context: RequestContext) -> Step:
    lead = _("You are being connected. If nothing happens, continue by hand.")
    shown = {"lead": lead, "url": settings_of(context.venue).url}
    return Page(context.known, "leave.html", _("One moment"), shown)
