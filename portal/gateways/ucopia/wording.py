"""The words for what a controller refuses: ours, and where we have none, those of its own catalogue."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from portal.gateways.ucopia import messages
from portal.gateways.ucopia.answers import Trouble
from portal.gateways.ucopia.controller import client_of_venue
from portal.gateways.ucopia.messages import Said
from portal.gateways.ucopia.sentences import sentence
from portal.gateways.ucopia.session import GatewaySession
from portal.journey.steps import RequestContext

log = logging.getLogger("portal.gateways.ucopia")


def said(context: RequestContext, device: GatewaySession, action: str, trouble: Trouble) -> Said:
    """What to show for an error of an action; ``code`` stays in it where nobody has words for that."""
    ours = messages.said(action, trouble.code, trouble.value)
    if not ours.code:
        return ours
    code = re.sub(r"[^\w.-]", "?", ours.code)
    log.warning("no words for a code venue=%s action=%s code=%s", context.venue.slug, action, code)
    catalogue = client_of_venue(context.venue).sentences.of(device.session.path)
    wishes = context.guest.wishes if context.guest else ()
    languages = (context.language.code, *reversed(wishes))
    theirs = sentence(catalogue, trouble.full or trouble.code, trouble.value, languages)
    return replace(ours, message=theirs, code="") if theirs else ours
