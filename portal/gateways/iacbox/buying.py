"""A ticket that costs money: a page that says what, how much and who pays; then one demand, whatever is pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from portal.app_state import app_state
from portal.gateways.iacbox import ticket_cards
from portal.gateways.iacbox.logon_fields import leave
from portal.gateways.iacbox.purchases import Purchase, Purchases
from portal.gateways.iacbox.session import but, gateway_session_of, known_device
from portal.gateways.iacbox.ticket_cards import Card
from portal.journey import pages
from portal.journey.steps import Page, RequestContext
from portal.session import GuestSession, PendingSignIn, Stage

CONFIRMED = "confirmed"
"""The input that the second tap posts."""
LOOKS_AGAIN = 4
"""Seconds after which the page of a purchase under way looks whether the box has answered."""


def purchases_of(context: RequestContext) -> Purchases:
    """The purchases of this venue."""
    return Purchases(app_state().store, context.venue.slug)


def confirm(guest: GuestSession, card: Card, action: str, hidden: Mapping[str, Any]) -> Page:
    """What the ticket is, what it costs and who pays; ``hidden`` are the inputs that go on to ``action``."""
    has_price = card.price and card.price != _(
        "Free"
    )  # a free one may still have words about who pays for what
    shown = {
        "card": card,
        "action": action,
        "hidden": {name: value for name, value in hidden.items() if value},
        "submit": _("Take %(ticket)s for %(price)s", ticket=card.name, price=card.price)
        if has_price
        else _("Take %(ticket)s", ticket=card.name),
    }
    title = _("%(ticket)s for %(price)s?", ticket=card.name, price=card.price) if has_price else card.name
    return Page(guest, "iacbox/confirm.html", title, shown, scripts=["form"])


def towards(context: RequestContext, guest: GuestSession, chosen: PendingSignIn) -> Page:
    """On to the one place where a purchase begins, by a page of ours: the box may lead on through any host."""
    return leave(
        guest.but(pending=chosen, stage=Stage.BUYING), pages.with_state(context, f"/{context.venue.slug}/buy")
    )


def is_begun(context: RequestContext, guest: GuestSession, url: str = "") -> Purchase | None:
    """Begin the purchase that the guest has chosen; the one that was begun before if there is one."""
    device = gateway_session_of(guest)
    return purchases_of(context).begin(device.id, Purchase(dict(device.ticket), context.now, url))


def under_way(context: RequestContext, guest: GuestSession, purchase: Purchase) -> Page:
    """Somebody pressed twice: which ticket is being made, until the box has said yes; later a way to send it again."""
    card = ticket_cards.kept_card(purchase.ticket)
    shown = {
        "lead": _("Your ticket %(ticket)s is being prepared. You are charged only once.", ticket=card.name)
        if card
        else _("Your ticket is being prepared. You are charged only once."),
        "seconds": LOOKS_AGAIN,
        "url": pages.with_state(context, f"/{context.venue.slug}/online"),
        "again": pages.with_state(context, f"/{context.venue.slug}/buy/again"),
    }
    return Page(
        but(guest, ticket=dict(purchase.ticket)).but(stage=Stage.BUYING),
        "iacbox/wait.html",
        _("One moment"),
        shown,
    )


def state_of(context: RequestContext, guest: GuestSession) -> Purchase | None:
    """The purchase of this guest's device, if one was begun."""
    device = known_device(guest)
    return purchases_of(context).of(device.id) if device else None
