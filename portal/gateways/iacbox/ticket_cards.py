"""Tickets as cards: what the box offers or what the venue lists, in the venue's words and order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.gateways.iacbox.pms import TicketOffer, is_nothing, is_something
from portal.gateways.iacbox.ticket_settings import TicketTemplate
from portal.gateways.iacbox.ticket_words import money, speed
from portal.journey.steps import RequestContext
from portal.venues.values import Text

FACTS = 3
"""So many lines a guest reads before choosing; the rest stands on the page before money."""


@dataclass(frozen=True)
class Card:
    """A ticket as the guest sees it; ``facts`` are at most three, one line each, ``more`` what else the box says,
    ``charge`` says who pays, ``lasts`` how long it is good for. ``costs``: it takes a second tap, on a page that says
    what it costs."""

    id: str
    name: str
    price: str
    facts: Sequence[str] = ()
    featured: bool = False
    costs: bool = False
    charge: str = ""
    lasts: str = ""
    more: Sequence[str] = ()

    def kept(self) -> dict[str, str]:
        """For the guest's state, and the success page."""
        words = {
            "id": self.id,
            "name": self.name,
            "price": self.price,
            "charge": self.charge,
            "lasts": self.lasts,
        }
        return {word: text for word, text in words.items() if text}


def kept_card(values: Mapping[str, str]) -> Card | None:
    """The ticket that a guest's state holds."""
    if not values:
        return None
    id, name, price, charge, lasts = (
        str(values.get(word, "")) for word in ("id", "name", "price", "charge", "lasts")
    )
    return Card(id, name, price, charge=charge, lasts=lasts)


def listed(templates: Iterable[TicketTemplate], context: RequestContext) -> list[Card]:
    """The tickets of the venue file, the default first."""
    shown = [one for one in templates if not one.hidden]
    return [
        card(TicketOffer(one.id, ""), one, context) for one in sorted(shown, key=lambda one: not one.default)
    ]


def offered(
    offers: Sequence[TicketOffer], templates: Sequence[TicketTemplate], context: RequestContext
) -> list[Card]:
    """The tickets that the box offers: the default first, then those of the venue file in its order, then the others."""
    own = {one.id: one for one in templates}
    order = {one.id: place for place, one in enumerate(templates)}
    shown = sorted(visible(offers, templates), key=lambda offer: order.get(offer.id, len(order)))
    shown.sort(key=lambda offer: not (offer.id in own and own[offer.id].default))
    return [card(offer, own.get(offer.id, TicketTemplate(id=offer.id)), context) for offer in shown]


def visible(offers: Sequence[TicketOffer], templates: Sequence[TicketTemplate]) -> list[TicketOffer]:
    """What of the box's tickets the hotel shows."""
    hidden = {one.id for one in templates if one.hidden}
    return [offer for offer in offers if offer.id not in hidden]


def card(offer: TicketOffer, own: TicketTemplate, context: RequestContext) -> Card:
    """The venue's words where it has some, else the box's; its duration stands in for the box's times.

    A ticket costs something when either price says so, or when the venue says who pays.
    """

    def words(text: Text) -> str:
        return text.of(context.language, context.venue.default_language)

    times = [words(own.duration)] if own.duration else [offer.lifetime, offer.expires]
    lines = [line for line in (words(own.description), *times, speed(offer.down), offer.volume) if line]
    price = words(own.price) or offer.price
    return Card(
        str(own.id),
        words(own.name) or offer.name or str(own.id),
        _("Free") if is_nothing(price) else money(price),
        lines[:FACTS],
        own.featured,
        is_something(price) or is_something(offer.price) or bool(own.charge),
        words(own.charge),
        words(own.duration) or offer.expires or offer.lifetime,
        [line for line in (*lines[FACTS:], offer.kind, offer.down, offer.up) if line],
    )
