"""Mode external: a page whose script asks the box, and what comes back from it.

The guest's form was posted to us like any other, so what was typed has its normal form, limits and purchases are
known, and the script (``static/pms.js``) does nothing but ask the address it is given. Without JavaScript the page
goes on to redirect 2 of type ``pms`` by itself (ASSUMED to serve a box that is set to external, too).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from portal.gateways.iacbox import spellings
from portal.gateways.iacbox.pms import Question, TicketOffer, written
from portal.gateways.iacbox.session import gateway_session_of, place_of, settings_of
from portal.gateways.iacbox.settings import Place, Settings
from portal.journey import pages
from portal.journey.steps import Page, RequestContext
from portal.session import GuestSession, PendingSignIn, Stage
from portal.urls import origin


def ask_page(
    context: RequestContext, guest: GuestSession, chosen: PendingSignIn, offers: Sequence[TicketOffer] = ()
) -> Page:
    """The page that asks; the choice stays sealed in the state, and the other ``offers`` travel in the page."""
    settings, place = settings_of(context.venue), place_of(context.venue, guest)
    one = settings.pms_of(chosen.way)
    fields = {
        "id": gateway_session_of(guest).id,
        **spellings.room_fields(spellings.at(settings, chosen), one),
    }
    question = question_of(settings, place, chosen.way)
    shown: dict[str, Any] = {
        "lead": _("You are being connected. If nothing happens, press Continue."),
        "script": url_for("static", filename="pms.js"),
        "question": f"{question.address}&{urlencode(question.parameters(fields))}",
        "action": f"/{context.venue.slug}/asked",
        "offers": written(tuple(offers)) if offers else "",
        "by_hand": pages.with_state(context, f"/{context.venue.slug}/asked"),
    }
    asked = guest.but(stage=Stage.ASKING, pending=chosen)
    sources = ["'self'", origin(question.url)]
    return Page(asked, "iacbox/ask.html", _("One moment"), shown, script_src=sources)


def question_of(settings: Settings, place: Place, way: str = "pms") -> Question:
    """How the PMS endpoint of a box is asked."""
    one = settings.pms_of(way)
    url = place.pms_url if way == "pms" or one.url == settings.pms.url else one.url
    return Question(url, one.style, place.key.names)
