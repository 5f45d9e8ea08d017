"""One stand per venue of the demo: the box it speaks to, set up and running."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.simulators.iacbox import BoxSettings, IacBox, PmsSettings, create_box
from portal.simulators.icaro import (
    Icaro,
    IcaroSettings,
    Unit,
    UnitSettings,
    Voucher,
    create_icaro,
    create_unit,
)
from portal.simulators.nas import Nas, NasSettings, create_nas
from portal.simulators.server import serve
from portal.simulators.ucopia import Account, Controller, ControllerSettings, Mode, Policy, create_controller


@dataclass(frozen=True)
class Stand:
    """``arrive`` is where a new phone begins, ``board`` the box's own page, ``addresses`` what the venue file needs."""

    what: str
    arrive: str
    board: str
    hints: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)


Told = Mapping[str, Any]
Builder = Callable[[contextlib.ExitStack, Told, str], Stand]


def hotel(what: str, pms: PmsSettings, *hints: str) -> Builder:
    """An IACBOX with a hotel behind it."""

    def build(stack: contextlib.ExitStack, told: Told, landing: str) -> Stand:
        box = IacBox(BoxSettings(secret=told["iacbox"]["secret"], pms=pms))
        box.point_at(landing, landing + "callback")
        url = stack.enter_context(serve(create_box(box))).url
        return Stand(what, f"{url}new-phone", url, hints, {"IACBOX_URL": url.rstrip("/")})

    return build


def campus(stack: contextlib.ExitStack, told: Told, landing: str) -> Stand:
    """A UCOPIA controller in line, with both subscribe modes and the login."""
    one = Mode(True).show("firstName").show("lastName", "email", mandatory=True)
    direct = Mode(True).show("userLogin", "userPassword", "phone").show("email", mandatory=True)
    settings = ControllerSettings(
        portal_url=landing, one=one, direct=direct, logon_policy=Policy("logon", True)
    )
    controller = Controller(settings)
    stack.callback(controller.release)
    controller.accounts.add(Account("jsmith", "1234"))
    url = stack.enter_context(serve(create_controller(controller))).url
    hints = (
        "login jsmith, password 1234",
        "or fill in the form; its fields can be ticked on the controller's page",
    )
    return Stand("UCOPIA, in line", f"{url}arrive", f"{url}simulator", hints, {"UCOPIA_URL": url.rstrip("/")})


def station(stack: contextlib.ExitStack, told: Told, landing: str) -> Stand:
    """A UCOPIA controller out of band, and the Wi-Fi device that redirects the guests."""
    controller = Controller(ControllerSettings(one=Mode(True)))
    stack.callback(controller.release)
    controller.accounts.add(Account("jsmith", "1234"))
    url = stack.enter_context(serve(create_controller(controller))).url
    nas = stack.enter_context(serve(create_nas(Nas(NasSettings(portal_url=landing), controller.radius)))).url
    addresses = {"UCOPIA_URL": url.rstrip("/"), "NAS_URL": nas.rstrip("/")}
    hints = ("login jsmith, password 1234, or one click", f"the controller's own page: {url}simulator")
    return Stand(
        "UCOPIA, out of band",
        f"{nas}browse?url=http://captive.apple.com/",
        f"{nas}simulator",
        hints,
        addresses,
    )


def hotspot(stack: contextlib.ExitStack, told: Told, landing: str) -> Stand:
    """An Icaro hotspot: its cloud, and a unit that polls it."""
    vouchers = (Voucher("caffe24", type="auth", uses=3, days=1), Voucher("solo", type="auth", uses=1, days=1))
    portal = str(told["landing_url"]).replace("${PORTAL_URL}", landing.removesuffix("/hotspot/"))
    preferences = {"captive_1_redir": portal, "temp_code_login": "true", "marketing_1_enabled": "true"}
    icaro = Icaro(IcaroSettings(vouchers=vouchers, wings_url=portal.rstrip("/"), preferences=preferences))
    url = stack.enter_context(serve(create_icaro(icaro))).url
    key = icaro.settings.units[0]
    unit = Unit(UnitSettings(portal_url=landing, wax_url=url.rstrip("/"), key=key, poll_seconds=3))
    icaro.attach(unit)
    unit_url = stack.enter_context(serve(create_unit(unit))).url
    unit.start()
    stack.callback(unit.stop)
    hints = (
        "voucher caffe24 (three uses) or solo (one use)",
        "mail and SMS codes stand on the box's own page",
    )
    return Stand("Icaro", f"{unit_url}new-phone", f"{url}simulator", hints, {"ICARO_URL": url.rstrip("/")})


TICKETS = "ticket ALPEN-2024 (password: the same), or gast / willkommen"
ROOMS = "room 214, birthday 3 November 1985; more on the box's page"
STANDS: Mapping[str, Builder] = {
    "alpenblick": hotel("IACBOX, room number by redirect", PmsSettings(), TICKETS, ROOMS),
    "seehof": hotel("IACBOX, room number asked by the browser", PmsSettings(), ROOMS),
    "kurhaus": hotel("IACBOX with Himed, room number asked by our server", PmsSettings(kind="himed"), ROOMS),
    "campus": campus,
    "station": station,
    "hotspot": hotspot,
}
