"""What an IACBOX venue can tell an integration of a guest, by the names of systems/icaro.md."""

from __future__ import annotations

from portal.gateways.iacbox.session import known_device
from portal.gateways.iacbox.settings import Settings
from portal.journey.steps import RequestContext
from portal.session import PendingSignIn

ROOM = ("room", "first_name", "last_name")


def integration_params(context: RequestContext, chosen: PendingSignIn | None) -> dict[str, str]:
    """The device's addresses, and from the choice an account's name, or a ticket's code, or the room.

    A ticket that is its own password is a code: it goes out only where the venue file shares codes.
    """
    settings: Settings = context.venue.settings
    device = known_device(context.guest)
    known = {"mac": device.mac, "ip": device.ip} if device else {}
    values = chosen.values if chosen else {}
    if chosen and chosen.way == "cred":
        name, password = values["username"], values.get("password", "")
        is_code = settings.credentials == "code" or password in ("", name)
        known["code" if is_code else "user"] = name
    return known | {name: values[name] for name in ROOM if values.get(name)}
