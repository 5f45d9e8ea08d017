"""What a refusal means and what a guest reads about it: never more than is known.

The return codes stand in the vendor's SDK, so we know none of them: ``[iacbox] codes`` says what one means, and one that
nobody has explained is told in words that are true of all.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.app_state import app_state
from portal.gateways.iacbox.pms import clean
from portal.gateways.iacbox.refusal_log import RefusalLog
from portal.gateways.iacbox.settings import Settings
from portal.journey import pages
from portal.journey.steps import Page, RequestContext
from portal.session import GuestSession
from portal.whom_to_ask import ask_otherwise

NO_GUESS = frozenset({"outage", "left", "devices", "posting", "full"})


def is_guess(settings: Settings, code: int) -> bool:
    """Whether a refusal with this code may be of a guesser: the details were wrong, or nobody has said what it means."""
    return settings.meaning(code) not in NO_GUESS


def words(settings: Settings, code: int) -> str:
    """Our words for a refusal of a room."""
    match settings.meaning(code):
        case "devices":
            return str(ask_otherwise(_l("Too many devices use this ticket. Disconnect one of them.")))
        case "posting":
            return str(ask_otherwise(_l("This room cannot be charged. Choose a free ticket.")))
    return str(ask_otherwise(_l("The hotel's system did not accept these details. Check them.")))


def record(context: RequestContext, guest: GuestSession, code: int, message: str) -> None:
    """Count a refusal for the operator, without anything about the guest."""
    chosen = guest.pending.values.values() if guest.pending else ()
    typed = [str(value) for value in (*guest.typed.values(), *chosen)]
    config = app_state().config
    folder = config.state_folder or config.venues / ".state"
    RefusalLog(folder).add(
        context.venue.slug, code, context.language.code, clean(message, 200), typed, context.now
    )


def out_of_order(context: RequestContext, guest: GuestSession) -> Page:
    """The PMS cannot be reached: nobody was asked, so nothing about the guest is wrong."""
    shown = {
        "text": ask_otherwise(_l("The hotel's system cannot be reached. Wait a moment, then try again.")),
        "links": [(_("Try again"), _start(context))],
        "upstream_message": "",
        "mark": "alert",
    }
    return Page(guest, "message.html", _("The hotel's system does not answer"), shown, 422)


def full_house(context: RequestContext, guest: GuestSession) -> Page:
    """Every place is taken: a way to ask again, and one to try all the same, for the numbers may be old."""
    shown = {
        "text": _("This Wi-Fi has no free places at the moment. Wait a few minutes, then try again."),
        "links": [
            (_("Try again"), f"/{context.venue.slug}/refresh/again"),
            (_("Connect anyway"), _start(context)),
        ],
        "upstream_message": "",
        "mark": "alert",
    }
    return Page(guest, "message.html", _("The Wi-Fi is full"), shown)


def shown(settings: Settings, way: str, code: int, message: Any) -> str:
    """The box's own text, if the venue lets a guest read it for this return code."""
    return clean(message, 400) if code in settings.pms_of(way).shown_codes else ""


def _start(context: RequestContext) -> str:
    return pages.with_state(context, f"/{context.venue.slug}/")
