"""The page with the tickets that the hotel offers this guest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from portal.guest import Chosen, Guest
from portal.iacbox import cards, pms
from portal.iacbox.device import settings_of
from portal.iacbox.logon import room_fields
from portal.iacbox.settings import Settings
from portal.iacbox.ways import ask_of, asks_in_browser, script_src
from portal.iacbox.welcome import greeting
from portal.journey.system import Outcome, Page, SignIn, Visit
from portal.values import origin


def choice(
    visit: Visit,
    guest: Guest,
    offers: Sequence[pms.Offer],
    values: Mapping[str, str],
    *,
    notice: str = "",
    box_says: str = "",
    status: int = 200,
    again: str = "",
) -> Outcome:
    """The cards, in the hotel's order and words; ``values`` are what was typed, kept sealed for the next question.

    The offers travel in the page, for they are too long for a state; which ids may be chosen is sealed. ``again`` is
    the ticket about which the browser could not ask the box: a second button takes it without a script.
    """
    settings = settings_of(visit.venue)
    shown = cards.visible(offers, settings.templates)
    if not shown:
        return SignIn(
            guest, notice=_("There is no ticket for you here. Ask at the reception."), way="pms", status=422
        )
    device = {**guest.device, "offered": [offer.id for offer in shown]}
    guest = guest.but(stage="choosing", device=device, chosen=Chosen("pms", dict(values)))
    context: dict[str, Any] = {
        "action": f"/{visit.venue.slug}/ticket",
        "cards": cards.offered(shown, settings.templates, visit),
        "offers": pms.written(tuple(shown)),
        "ask": ask_of(settings, guest, room_fields(values, settings.pms))
        if asks_in_browser(settings)
        else {},
        "auto": single_free(settings, shown) is not None and not (notice or box_says),
        "again": again,
        "greeting": _greeting(visit, guest),
        "notice": notice,
        "box_says": box_says,
    }
    sources = script_src(settings) if asks_in_browser(settings) else []
    box = [origin(settings.url)]
    return Page(
        guest,
        "iacbox/choose.html",
        _("Choose your ticket"),
        context,
        status,
        script_src=sources,
        form_action=box,
    )


def single_free(settings: Settings, offers: Sequence[pms.Offer]) -> pms.Offer | None:
    """The one ticket that is left and free, where the hotel wants it taken without a choice."""
    shown = cards.visible(offers, settings.templates)
    if settings.pms.skip_single_free and len(shown) == 1 and shown[0].is_free:
        return shown[0]
    return None


def _greeting(visit: Visit, guest: Guest) -> str:
    stay = pms.kept_stay(guest.device.get("stay", {}))
    return greeting(stay, visit.now) if stay else ""
