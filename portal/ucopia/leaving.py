"""Taking a guest offline: ``disconnect``, by us or by the guest's browser, and at the Wi-Fi device."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.errors import Garbled, Unreachable, Unsure, UpstreamError
from portal.guest import Guest
from portal.journey.system import Outcome, Visit
from portal.ucopia import messages
from portal.ucopia.common import ask, client_of_venue, door_of, settings_of
from portal.ucopia.device import Device
from portal.ucopia.errors import NotDone
from portal.ucopia.onward import by_browser, to_nas

UNFINISHED = _l("You could not be disconnected. Switch off the Wi-Fi of your device.")


def disconnect(visit: Visit, guest: Guest, device: Device) -> tuple[Guest, Device, Outcome | None, Any]:
    """``disconnect``: the step that follows, if there is one, or what went wrong."""
    login = device.connection.login
    if settings_of(visit.venue).calls == "browser":
        return guest, device, by_browser(visit, guest, device, "disconnect", {"login": login}), ""
    door = door_of(visit, guest, device)
    try:
        session, reply = client_of_venue(visit.venue).disconnect(
            device.session, door, login, device.connection.digest
        )
    except NotDone as error:
        said = messages.said("disconnect", error.code, error.value)
        return _still_online(visit, guest, device.but(session=error.session), said.message)
    except (Unsure, Unreachable, Garbled):
        return _still_online(visit, guest, device)
    device = device.but(session=session)
    if reply.nas:
        return guest, device, to_nas(visit, device.on(guest.but(stage="leaving")), reply.nas), ""
    return guest, device, None, ""


def _still_online(
    visit: Visit, guest: Guest, device: Device, wrong: Any = UNFINISHED
) -> tuple[Guest, Device, Outcome | None, Any]:
    """A timed-out ``disconnect`` may have worked (wire), and a refused one may be about a guest who was offline
    already: ``init`` tells. A session that was lost meanwhile tells nothing, it has only just begun."""
    try:
        guest, device, init = ask(visit, guest, device)
    except UpstreamError:
        return guest, device, None, wrong
    return guest, device, None, wrong if init.connected or device.session.reopened else ""
