"""The page with the tickets that the hotel offers this guest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.gateways.iacbox import pms, ticket_cards
from portal.gateways.iacbox.session import but, gateway_session_of, settings_of
from portal.gateways.iacbox.settings import Settings
from portal.gateways.iacbox.success import greeting
from portal.journey.steps import Outcome, Page, RequestContext, SignIn
from portal.session import GuestSession, PendingSignIn, Stage
from portal.whom_to_ask import ask


def choice(
    context: RequestContext,
    guest: GuestSession,
    offers: Sequence[pms.TicketOffer],
    chosen: PendingSignIn,
    *,
    notice: str = "",
    upstream_message: str = "",
    status: int = 200,
    by_hand: str = "",
) -> Outcome:
    """The cards, in the hotel's order and words; ``chosen`` is what was typed, kept sealed for the next question.

    The offers travel in the page, for they are too long for a state; which ids may be chosen is sealed. ``by_hand`` is
    the ticket about which the browser could not ask the box: a second button takes it without a script.
    """
    settings = settings_of(context.venue)
    shown = ticket_cards.visible(offers, settings.templates)
    if not shown:
        return SignIn(
            guest,
            notice=ask(_l("There is no ticket for you here.")),
            way=chosen.way,
            status=422,
        )
    guest = but(guest, offered=tuple(offer.id for offer in shown))
    values = {name: value for name, value in chosen.values.items() if name not in ("template", "paid")}
    values_shown: dict[str, Any] = {
        "action": f"/{context.venue.slug}/ticket",
        "cards": ticket_cards.offered(shown, settings.templates, context),
        "offers": pms.written(tuple(shown)),
        "again": by_hand,
        "greeting": _greeting(context, guest),
        "notice": notice,
        "upstream_message": upstream_message,
    }
    guest = guest.but(stage=Stage.CHOOSING, pending=PendingSignIn(chosen.way, values))
    title = _("Choose your ticket")
    return Page(guest, "iacbox/choose.html", title, values_shown, status, scripts=["form"])


def single_free(settings: Settings, way: str, offers: Sequence[pms.TicketOffer]) -> pms.TicketOffer | None:
    """The one ticket that is left and free, where the hotel wants it taken without a choice."""
    shown = ticket_cards.visible(offers, settings.templates)
    if settings.pms_of(way).skip_single_free and len(shown) == 1 and shown[0].is_free:
        return shown[0]
    return None


def _greeting(context: RequestContext, guest: GuestSession) -> str:
    stay = pms.kept_stay(gateway_session_of(guest).stay)
    return greeting(context, stay) if stay else ""
