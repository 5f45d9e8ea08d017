"""The small actions of the vendor's own page (wire): the network's password, the language, back and on."""

from __future__ import annotations

from typing import Any

from portal.simulators.ucopia import announced
from portal.simulators.ucopia.codes import Rejected
from portal.simulators.ucopia.rules import Form
from portal.simulators.ucopia.session import Guest
from portal.simulators.ucopia.state import ControllerState


def secure_pwd(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """The network's password opens the next step; a wrong one is refused."""
    settings = controller.settings
    if not settings.secure_password or form.get("secure_pwd", "") != settings.secure_password:
        raise Rejected("bad-secure-password")
    guest.secure_open = True
    return _step(controller, guest)


def switch_language(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """The controller keeps the language for the session; nothing is read from the answer."""
    if form.get("lang", "") in controller.settings.display_lang:
        guest.lang = form["lang"]
    return {}


def back_action(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """Toggles between the one-click form and the login form."""
    guest.at_logon = not guest.at_logon
    guest.forced = ""
    return _step(controller, guest)


def automatic_authenticate(controller: ControllerState, guest: Guest, form: Form) -> dict[str, Any]:
    """``SUBSCRIBE``/``AUTO`` is not simulated."""
    raise Rejected("permission-denied")


def _step(controller: ControllerState, guest: Guest) -> dict[str, Any]:
    step, kind = announced.first_step(controller.settings, guest)
    return {"step": step, "type": kind}
