"""Where an answer of the PMS endpoint comes from: this server's own question, or a post of the guest's browser."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from flask import request
from flask_babel import gettext as _

from portal.gateways.iacbox import client, pms, refusals, spellings
from portal.gateways.iacbox.pms_asking import question_of
from portal.gateways.iacbox.session import gateway_session_of, place_of, settings_of
from portal.http_client import Server
from portal.journey.steps import RequestContext
from portal.session import PendingSignIn
from portal.venues.venue import Venue

log = logging.getLogger("portal.gateways.iacbox")


def asked(context: RequestContext, chosen: PendingSignIn) -> pms.Answer:
    """Mode local: the box's answer to what the guest typed, written in every way that the venue allows until the box
    knows it; raises an ``UpstreamError``."""
    settings, place = settings_of(context.venue), place_of(context.venue, context.guest)
    question = question_of(settings, place, chosen.way)
    server = server_of(context.venue, chosen.way, question.url)
    for values in spellings.spellings(settings, chosen):
        told = spellings.room_fields(values, settings.pms_of(chosen.way))
        fields = {"id": gateway_session_of(context.guest).id, **told}
        answer = client.ask(question, fields, context.language.tag, server)
        if not answer.code or not refusals.is_guess(settings, answer.code):
            break
    return answer


def server_of(venue: Venue, way: str = "pms", url: str = "") -> Server:
    """How the PMS endpoint of a venue, or of the box that ``url`` belongs to, is reached."""
    one = settings_of(venue).pms_of(way)
    return Server(url or one.url, one.verify, one.tls, one.connect_timeout, one.read_timeout, client.LARGEST)


class Padding:
    """Makes refusals take as long as the slowest of late, so that their time does not tell a wrong room, about which
    a PMS has nothing to compare, from a wrong date. One for each venue and process; safe from any thread."""

    MARGIN = 1.3
    """How much longer than the slowest answer seen; measured at a PMS that takes 0.7 s for one and 1.4 s for another."""
    STEP = 0.25
    """Seconds: what all answers are rounded up to, so that small differences do not show."""

    def __init__(self, remembered: int = 200) -> None:
        self._seen: deque[float] = deque(maxlen=remembered)
        self._lock = threading.Lock()

    def saw(self, spent: float) -> None:
        """An answer took so many seconds."""
        with self._lock:
            self._seen.append(spent)

    def rest(self, spent: float, floor: float) -> float:
        """Seconds to wait after so many, so that the guest has waited a whole number of floors that all answers
        fit into; ``floor`` 0 = nothing is hidden."""
        if floor <= 0:
            return 0.0
        with self._lock:
            slowest = max(self._seen, default=0.0)
        wide = max(floor, -(-slowest * self.MARGIN // self.STEP) * self.STEP)
        return -(-spent // wide) * wide - spent


_paddings: dict[str, Padding] = {}


def padded(
    venue: Venue, way: str, ask: Callable[[], pms.Answer], sleep: Callable[[float], None] = time.sleep
) -> pms.Answer:
    """The answer of ``ask``; a refusal comes when every other one would have come."""
    padding = _paddings.setdefault(venue.slug, Padding())
    began = time.monotonic()
    answer = ask()
    spent = time.monotonic() - began
    padding.saw(spent)
    if answer.code:
        sleep(padding.rest(spent, settings_of(venue).pms_of(way).floor_ms / 1000))
    return answer


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
            return str(_("The network is slow. Wait a moment, then try again."))
        case "unreachable":
            return str(_("This browser could not reach the network. Try again, or connect another way."))
    return str(_("The network is not working as it should. Try again, or connect another way."))
