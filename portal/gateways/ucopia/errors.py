"""What only this system can answer: the manual's Table 1, lost sessions, and hosts that nobody allowed."""

from __future__ import annotations

import logging

from flask_babel import lazy_gettext as _

from portal.errors import Garbled, Refused, Unreachable, UpstreamError
from portal.gateways.ucopia.answers import Trouble
from portal.gateways.ucopia.endpoint import Session
from portal.gateways.ucopia.markup import one_line
from portal.whom_to_ask import tell

log = logging.getLogger("portal.gateways.ucopia")


class LostSession(Exception):
    """The controller does not know the session (any more); nothing was done. Never leaves the client.

    ``said``: it told so by a redirect or a code, so that there is no doubt; ``target`` is an address to open first.
    """

    def __init__(self, session: Session, said: bool = False, target: str = "") -> None:
        super().__init__("session lost")
        self.session = session
        self.said = said
        self.target = target


class NotDone(Refused):
    """The controller said no; ``session`` goes on, with the cookie that came with the answer."""

    def __init__(self, trouble: Trouble, session: Session) -> None:
        super().__init__(trouble.code, trouble.value)
        self.trouble = trouble
        self.session = session


class SettingsRefused(UpstreamError):
    """Root of Table 1, "HTTP error codes linked to invalid settings": the guest can only tell somebody."""

    title = _("The Wi-Fi is not set up for this place")


class NoPortal(SettingsRefused):
    """No portal for this zone, no incoming network, no licence, or no names (DNS)."""

    text = tell(_("The Wi-Fi does not know this login page (error 401)."))


class AgentRefused(SettingsRefused):
    """The user agent is not allowed to access the portal (section 2.3)."""

    text = tell(_("The Wi-Fi does not accept this login page (error 403)."))


class NoAddress(SettingsRefused):
    """Null or empty IP address."""

    text = tell(_("The Wi-Fi cannot see this device (error 404)."))


class ForeignHost(Garbled):
    """The controller wants the browser to visit a host that the venue does not allow."""


# Table 1 by what it says; the manual gives 401 to a passing fault as well as to settings that are wrong.
_OF_TEXT: tuple[tuple[str, type[UpstreamError]], ...] = (
    ("service temporarily unavailable", Unreachable),
    ("please try later", Unreachable),
    ("no portal is defined", NoPortal),
    ("you cannot access to the captive portal", NoPortal),
    ("you cannot access to captive portal", NoPortal),
    ("making the service unavailable", NoPortal),
    ("user agent is not allowed", AgentRefused),
    ("web browser cannot access this page", AgentRefused),
    ("page you are looking for does not exist", NoAddress),
)
_OF_STATUS = {401: NoPortal, 403: AgentRefused, 404: NoAddress}
_SHORT = 4_000
"""Bytes: a refusal is a sentence, a portal page is not."""


def check_refusal(status: int, body: bytes) -> None:
    """Raise what Table 1 says by its text, else by its status; an answer that is no refusal passes.

    A refusal can come with any status; the text, which holds nothing of a guest, goes to the log.
    """
    if status < 400 and (len(body) > _SHORT or body.lstrip()[:1] in (b"{", b"[")):
        return
    text = one_line(body[:_SHORT].decode("utf-8", "replace"))[:200]
    by_text = next((kind for words, kind in _OF_TEXT if words in text.lower()), None)
    kind = by_text or _OF_STATUS.get(status)
    if kind is None:
        return
    log.warning("the controller refuses: status=%s text=%s", status, text or "(none)")
    raise kind(f"refused with {status}")
