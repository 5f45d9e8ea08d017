"""The page with the tickets that the hotel offers this guest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from portal.gateways.iacbox import pms, ticket_cards
from portal.gateways.iacbox.logon_fields import room_fields
from portal.gateways.iacbox.methods import ask_of, asks_in_browser, script_src
from portal.gateways.iacbox.session import settings_of
from portal.gateways.iacbox.settings import Settings
from portal.gateways.iacbox.success import greeting
from portal.journey.steps import Outcome, Page, RequestContext, SignIn
from portal.session import GuestSession, PendingSignIn
from portal.urls import origin


def choice(
    context: RequestContext,
    guest: GuestSession,
    offers: Sequence[pms.TicketOffer],
    values: Mapping[str, str],
    *,
    notice: str = "",
    upstream_message: str = "",
    status: int = 200,
    again: str = "",
) -> Outcome:
    """The cards, in the hotel's order and words; ``values`` are what was typed, kept sealed for the next question.

    The offers travel in the page, for they are too long for a state; which ids may be chosen is sealed. ``again`` is
    the ticket about which the browser could not ask the box: a second button takes it without a script.
    """
    settings = settings_of(context.venue)
    shown = ticket_cards.visible(offers, settings.templates)
    if not shown:
        return SignIn(
            guest, notice=_("There is no ticket for you here. Ask at the reception."), way="pms", status=422
        )
    device = {**guest.device, "offered": [offer.id for offer in shown]}
    guest = guest.but(stage="choosing", device=device, pending=PendingSignIn("pms", dict(values)))
    values_shown: dict[str, Any] = {
        "action": f"/{context.venue.slug}/ticket",
        "cards": ticket_cards.offered(shown, settings.templates, context),
        "offers": pms.written(tuple(shown)),
        "ask": ask_of(settings, guest, room_fields(values, settings.pms))
        if asks_in_browser(settings)
        else {},
        "auto": single_free(settings, shown) is not None and not (notice or upstream_message),
        "again": again,
        "greeting": _greeting(context, guest),
        "notice": notice,
        "upstream_message": upstream_message,
    }
    sources = script_src(settings) if asks_in_browser(settings) else []
    box = [origin(settings.url)]
    return Page(
        guest,
        "iacbox/choose.html",
        _("Choose your ticket"),
        values_shown,
        status,
        script_src=sources,
        form_action=box,
    )


def single_free(settings: Settings, offers: Sequence[pms.TicketOffer]) -> pms.TicketOffer | None:
    """The one ticket that is left and free, where the hotel wants it taken without a choice."""
    shown = ticket_cards.visible(offers, settings.templates)
    if settings.pms.skip_single_free and len(shown) == 1 and shown[0].is_free:
        return shown[0]
    return None


def _greeting(context: RequestContext, guest: GuestSession) -> str:
    stay = pms.kept_stay(guest.device.get("stay", {}))
    return greeting(stay, context.now) if stay else ""
