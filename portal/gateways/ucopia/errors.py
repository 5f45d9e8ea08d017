"""What only this system can answer: the manual's Table 1, lost sessions, and hosts that nobody allowed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from portal.errors import Garbled, Refused, UpstreamError
from portal.gateways.ucopia.answers import Trouble
from portal.gateways.ucopia.endpoint import Session


class LostSession(Exception):
    """The controller does not know the session (any more); nothing was done. Never leaves the client."""

    def __init__(self, session: Session) -> None:
        super().__init__("session lost")
        self.session = session


class NotDone(Refused):
    """The controller said no; ``session`` goes on, with the cookie that came with the answer."""

    def __init__(self, trouble: Trouble, session: Session) -> None:
        super().__init__(trouble.code, trouble.value)
        self.session = session


class SettingsRefused(UpstreamError):
    """Root of Table 1, "HTTP error codes linked to invalid settings": the guest can only tell the staff."""

    title = _("The Wi-Fi is not set up for this place")


class NoPortal(SettingsRefused):
    """HTTP 401: no portal for this zone, no incoming network, no licence, or an internal error."""

    text = _("Tell the reception: the network knows no portal for this place (401).")


class AgentRefused(SettingsRefused):
    """HTTP 403: the user agent is not allowed to access the portal (section 2.3)."""

    text = _("Tell the reception: the network refuses this portal (403).")


class NoAddress(SettingsRefused):
    """HTTP 404: null or empty IP address."""

    text = _("Tell the reception: the network sees no address of this device (404).")


class ForeignHost(Garbled):
    """The controller wants the browser to visit a host that the venue does not allow."""


OF_STATUS = {401: NoPortal, 403: AgentRefused, 404: NoAddress}
