"""Every state of the pages that an IACBOX venue alone has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from flask_babel import gettext as _

from portal.gateways.iacbox import (
    arrival,
    buying,
    logon_fields,
    outcomes,
    pms_asking,
    pms_exchange,
    refusals,
    success,
    ticket_cards,
)
from portal.gateways.iacbox.pms import Stay, TicketOffer
from portal.gateways.iacbox.purchases import Purchase
from portal.gateways.iacbox.session import GatewaySession, but, settings_of
from portal.gateways.iacbox.settings import Settings
from portal.gateways.iacbox.ticket_cards import Card
from portal.gateways.iacbox.ticket_choice import choice
from portal.gateways.iacbox.ticket_settings import TicketTemplate
from portal.journey.sample import Group, Sample
from portal.journey.steps import RequestContext, SignIn, Step
from portal.session import GuestSession, PendingSignIn, Stage, new_session
from portal.venues.values import Text

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
        yield from _rooms(settings_of(context.venue))
    yield Sample("full", "The Wi-Fi is full", Group.TROUBLE, _full)
    yield Sample("online-stay", "Online, a guest of the hotel", Group.ONLINE, _stay, path="online")
    yield Sample("on-the-way", "On the way to the box, by link", Group.SIGN_IN, _leave)
    for page in sorted(set(settings_of(context.venue).refresh.values())):
        if page.endswith(".html"):
            show = partial(_mapped, page=page)
            yield Sample(
                f"own-{page.removesuffix('.html')}", f"The venue's own page {page}", Group.TEXTS, show
            )
    yield Sample("account", "This device", Group.ONLINE, lambda one: arrival.account(one.known))


def _rooms(settings: Settings) -> Iterator[Sample]:
    yield Sample("room-refused", "No such guest", Group.SIGN_IN, _no_guest)
    yield Sample("room-too-soon", "Too many rooms tried", Group.SIGN_IN, _too_soon)
    yield Sample("room-unanswered", "The hotel's system is down", Group.TROUBLE, _down)
    if settings.pms.mode == "external":
        yield Sample("room-asking", "The browser asks the box", Group.SIGN_IN, _ask)
        yield Sample("room-trouble", "The browser could not ask", Group.SIGN_IN, _trouble)
    yield Sample("tickets", "Choose a ticket", Group.TICKETS, partial(_choice, offers=OFFERS))
    yield Sample("tickets-one", "One free ticket", Group.TICKETS, partial(_choice, offers=OFFERS[:1]))
    by_hand = partial(_choice, offers=OFFERS, by_hand="9002")
    yield Sample("tickets-by-hand", "The browser could not take it", Group.TICKETS, by_hand)
    yield Sample("confirm", "Confirm and pay", Group.TICKETS, _confirm)
    yield Sample("ticket-wait", "The ticket is being made", Group.TICKETS, _wait)
    yield Sample("tickets-gone", "No longer offered", Group.TICKETS, _gone)
    yield Sample("tickets-none", "No ticket for this guest", Group.TICKETS, partial(_choice, offers=()))


def _with(context: RequestContext, **changes: object) -> GuestSession:
    return but(context.known, **changes)


def _mapped(context: RequestContext, page: str) -> Step:
    return arrival.mapped(context, context.known, page)


def _scanned(context: RequestContext) -> Step:
    return SignIn(arrival.prefilled(replace(context, query={"code": "ALPEN-2026"}), context.known))


def _no_guest(context: RequestContext) -> Step:
    guest = context.known.but(typed=TYPED)
    words = refusals.words(settings_of(context.venue), 31)
    return SignIn(guest, notice=words, way="pms")


def _too_soon(context: RequestContext) -> Step:
    return outcomes.too_soon(context.known.but(typed=TYPED), 240)


def _down(context: RequestContext) -> Step:
    return refusals.out_of_order(context, context.known)


def _full(context: RequestContext) -> Step:
    return refusals.full_house(context, context.known)


def _choice(context: RequestContext, offers: tuple[TicketOffer, ...], by_hand: str = "") -> Step:
    guest = _with(context, stay=_some_stay(context).kept())
    return choice(context, guest, offers, PendingSignIn("pms", dict(TYPED)), by_hand=by_hand)


def _card(context: RequestContext) -> Card:
    own = TicketTemplate(id=9003, charge=Text.plain("Added to your room bill"))
    return ticket_cards.card(OFFERS[-1], own, context)


def _confirm(context: RequestContext) -> Step:
    hidden = {"template": "9003", "offers": ""}
    return buying.confirm(context.known, _card(context), f"/{context.venue.slug}/ticket", hidden)


def _wait(context: RequestContext) -> Step:
    return buying.under_way(context, context.known, Purchase(_card(context).kept(), context.now, ""))


def _gone(context: RequestContext) -> Step:
    notice = _("Choose a ticket.")
    return choice(
        context, context.known, OFFERS[1:], PendingSignIn("pms", dict(TYPED)), notice=notice, status=422
    )


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
    card = _card(context).kept()
    credit = {"time": 7 * 86_400, "volume": 5000}
    guest = _with(
        context, stay=_some_stay(context).kept(), ticket=card, since=int(context.now), credit=credit
    )
    return success.success(context, guest.but(stage=Stage.ONLINE, original_url="http://example.org/"))


def _leave(context: RequestContext) -> Step:
    return logon_fields.leave(context.known, settings_of(context.venue).url)


def _ask(context: RequestContext) -> Step:
    return pms_asking.ask_page(context, context.known, PendingSignIn("pms", dict(TYPED)))


def _trouble(context: RequestContext) -> Step:
    guest = context.known.but(typed={**TYPED, "trouble": "yes"})
    return SignIn(guest, notice=pms_exchange.trouble(), way="pms", status=422)
