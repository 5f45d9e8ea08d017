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
    UnitKey,
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
    """``arrive`` is where a new phone begins, ``board`` the box's own page, ``addresses`` what the venue file needs.
    ``gateway`` heads its group on the start page; ``hints`` are what to type there, label and value."""

    gateway: str
    what: str
    arrive: str
    board: str
    hints: tuple[tuple[str, str], ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)


Told = Mapping[str, Any]
Builder = Callable[[contextlib.ExitStack, Told, str], Stand]


def hotel(what: str, pms: PmsSettings, *hints: tuple[str, str]) -> Builder:
    """An IACBOX with a hotel behind it."""

    def build(stack: contextlib.ExitStack, told: Told, landing: str) -> Stand:
        box = IacBox(BoxSettings(secret=told["iacbox"]["secret"], pms=pms))
        box.point_at(landing, landing + "callback")
        url = stack.enter_context(serve(create_box(box))).url
        return Stand("IACBOX", what, f"{url}new-phone", url, hints, {"IACBOX_URL": url.rstrip("/")})

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
    return _controller(stack, "In line: a form, a new account, or a login", controller)


def palace(stack: contextlib.ExitStack, told: Told, landing: str) -> Stand:
    """A UCOPIA controller in line, with an account of the guest's own choice, or the one of the badge."""
    direct = Mode(True).show("firstName").show("lastName", "email", mandatory=True)
    controller = Controller(ControllerSettings(portal_url=landing, one=Mode(False), direct=direct))
    stack.callback(controller.release)
    return _controller(stack, "In line: an account by e-mail, or the one on the badge", controller)


def _controller(stack: contextlib.ExitStack, what: str, controller: Controller) -> Stand:
    controller.accounts.add(Account("jsmith", "1234"))
    url = stack.enter_context(serve(create_controller(controller))).url
    addresses = {"UCOPIA_URL": url.rstrip("/")}
    return Stand("UCOPIA", what, f"{url}arrive", f"{url}simulator", LOGIN, addresses)


def station(stack: contextlib.ExitStack, told: Told, landing: str) -> Stand:
    """A UCOPIA controller out of band, and the Wi-Fi device that redirects the guests."""
    controller = Controller(ControllerSettings(one=Mode(True)))
    stack.callback(controller.release)
    controller.accounts.add(Account("jsmith", "1234"))
    url = stack.enter_context(serve(create_controller(controller))).url
    nas = stack.enter_context(serve(create_nas(Nas(NasSettings(portal_url=landing), controller.radius)))).url
    addresses = {"UCOPIA_URL": url.rstrip("/"), "NAS_URL": nas.rstrip("/")}
    hints = (("One tap", "or an account"), *LOGIN)
    return Stand(
        "UCOPIA",
        "Out of band: the Wi-Fi device redirects",
        f"{nas}browse?url=http://captive.apple.com/",
        f"{nas}simulator",
        hints,
        addresses,
    )


def hotspot(what: str, key: UnitKey, **look: str) -> Builder:
    """An Icaro hotspot: its cloud, and a unit that polls it. ``look`` are preferences of its manager."""
    vouchers = (Voucher("caffe24", type="auth", uses=3, days=1), Voucher("solo", type="auth", uses=1, days=1))

    def build(stack: contextlib.ExitStack, told: Told, landing: str) -> Stand:
        portal = landing.rstrip("/").rpartition("/")[0]
        settings = IcaroSettings(
            hotspot_id=told["hotspot"]["id"],
            hotspot_name=told["name"],
            units=(key,),
            vouchers=vouchers,
            wings_url=portal,
            preferences={
                "captive_1_redir": f"{portal}/",
                "captive_2_title": told["name"],
                "temp_code_login": "true",
                "marketing_1_enabled": "true",
                **look,
            },
            disclaimers={"terms_of_use": "Use the network lawfully."},
        )
        icaro = Icaro(settings)
        url = stack.enter_context(serve(create_icaro(icaro))).url
        unit = Unit(UnitSettings(portal_url=landing, wax_url=url.rstrip("/"), key=key, poll_seconds=3))
        icaro.attach(unit)
        unit_url = stack.enter_context(serve(create_unit(unit))).url
        unit.start()
        stack.callback(unit.stop)
        hints = (("Voucher", "caffe24 or solo"), ("E-mail", "any; the code is on the box’s page"))
        addresses = {"ICARO_URL": url.rstrip("/")}
        return Stand("Icaro", what, f"{unit_url}new-phone", f"{url}simulator", hints, addresses)

    return build


LOGIN = (("User name", "jsmith"), ("Password", "1234"))
ROOM = (("Room", "214"), ("Birthday", "3 November 1985"))
TICKET = (("Ticket", "ALPEN-2024"), ("Password", "the same"))
PAPER = {
    "captive_4_subtitle": "",
    "captive_6_description": "<p>7:00 – 23:00 · Via Roma 12</p>",
    "captive_7_background": "#f6efe6",
    "captive_82_container_bg_color": "#fffaf3",
    "captive_83_title_color": "#2d211a",
    "captive_84_text_color": "#2d211a",
    "captive_85_text_style": "",
}
SPA_UNIT = UnitKey("3d2f1c7e-5b0a-4e58-9a1c-62f04b7d9e21", "unit-secret-of-the-spa", "E4-95-6E-44-1D-60")
STANDS: Mapping[str, Builder] = {
    "alpenblick": hotel("The box checks the room, by redirect", PmsSettings(), *ROOM, *TICKET),
    "seehof": hotel("The guest’s browser asks the box", PmsSettings(), *ROOM),
    "kurhaus": hotel("Our server asks a Himed PMS", PmsSettings(kind="himed"), *ROOM),
    "campus": campus,
    "station": station,
    "palace": palace,
    "hotspot": hotspot("Texts and colours of its manager", UnitKey(), **PAPER),
    "therme": hotspot("A look of its own", SPA_UNIT),
}
