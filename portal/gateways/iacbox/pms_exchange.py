"""Where an answer of the PMS endpoint comes from: this server's own question, or a post of the guest's browser."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping

from flask import request
from flask_babel import gettext as _

from portal.gateways.iacbox import client, pms
from portal.gateways.iacbox.logon_fields import room_fields
from portal.gateways.iacbox.methods import asks_in_browser, question_of
from portal.gateways.iacbox.session import gateway_session_of, settings_of
from portal.journey.steps import RequestContext
from portal.venues.venue import Venue

log = logging.getLogger("portal.gateways.iacbox")


def asked(context: RequestContext, values: Mapping[str, str]) -> pms.Answer:
    """Mode local: the box's answer to what the guest typed; raises an ``UpstreamError``."""
    settings = settings_of(context.venue)
    fields = {"id": gateway_session_of(context.guest).id, **room_fields(values, settings.pms)}
    return client.ask(question_of(settings), fields, context.language.tag, line_of(context.venue))


def line_of(venue: Venue) -> client.Endpoint:
    """Time-outs and certificates of a venue; a certificate file lies in its folder."""
    one = settings_of(venue).pms
    verify = one.verify if isinstance(one.verify, bool) else str(venue.folder / one.verify)
    return client.Endpoint(one.connect_timeout, one.read_timeout, verify)


def rest_of(spent: float, floor: float) -> float:
    """Seconds to wait, so that a refusal takes a whole number of floors whatever the box compared first."""
    return math.ceil(spent / floor) * floor - spent if floor > 0 else 0.0


def by_browser(context: RequestContext) -> bool:
    """Whether ``pms.js`` posted this form. Without JavaScript, or by the second button, it did not, though what it
    put into the form before may stand there still when the guest went back."""
    asks = asks_in_browser(settings_of(context.venue))
    return asks and "reason" in request.form and "by" not in request.form


def posted() -> pms.Answer | None:
    """The box's answer as the browser posted it; None when there is none that can be read."""
    reason = request.form.get("reason", "")
    if reason in ("slow", "unreachable", "garbled"):
        log.info("pms answer by browser reason=%s", reason)
        return None
    try:
        return pms.read_answer(request.form.get("answer", ""))
    except pms.NotAnAnswer as error:
        log.warning("pms answer by browser reason=%s", error)
        return None


def trouble() -> str:
    """Why there is no answer, in a sentence that says what to do."""
    match request.form.get("reason"):
        case "slow":
            return str(_("The network answers slowly. Wait a moment, then try again."))
        case "unreachable":
            return str(_("This browser could not reach the network. Try again, or connect another way."))
    return str(_("The network does not answer as it should. Try again, or connect another way."))
