"""Before the login: a voucher is used up by one, an address or number is registered, a code is sent.

Each happens once per guest however often the request comes (:mod:`portal.icaro.once`).
"""

from __future__ import annotations

import logging

from portal.errors import Refused, Unreachable, UpstreamError
from portal.guest import Guest
from portal.house import house
from portal.icaro.client import Voucher
from portal.icaro.device import device_of, moved, so_far
from portal.icaro.hotspots import wax_for
from portal.icaro.once import Once
from portal.icaro.settings import Settings
from portal.journey.system import Visit

log = logging.getLogger("portal.icaro")
UNSURE, SIGNS_IN, UNLOCKS, NEW, KNOWN = 1, 2, 3, 4, 5
SECOND_CLICK, REGISTERED = 30, 600
"""Seconds in which asking for a new code, or registering, counts as the same click again."""
CONSENTS = ("marketings", "surveys")
"""What wax can take back, by the names in its addresses."""
KINDS = 8
"""A result in the shared store is wax's number of the guest times this, plus one of the five."""


def use_voucher(visit: Visit, code: str) -> Voucher:
    """Use a voucher up by one, unless this guest's session has done so before.

    When a call got lost nobody knows whether it counted. Then it is taken to have counted, as a voucher that signs
    in by itself: wax's login tells, and :func:`forget_voucher` makes way for another try.
    """
    guest, settings = _guest(visit), _settings(visit)
    once, device = _once(visit, "voucher", code.casefold()), device_of(guest)
    with once.alone(_patience(settings)):
        if result := once.result():
            user, kind = divmod(result, KINDS)
            return Voucher(code, kind != UNLOCKS, user)
        once.keep(UNSURE)
        try:
            voucher = wax_for(settings, device.unit).register_voucher(code, device.told)
        except (Unreachable, Refused):
            once.forget()
            raise
        once.keep(voucher.user * KINDS + (SIGNS_IN if voucher.signs_in else UNLOCKS))
        return voucher


def forget_voucher(visit: Visit, code: str) -> None:
    """A voucher of which nobody knew whether it counted did not: wax refused the login."""
    once = _once(visit, "voucher", code.casefold())
    if once.result() == UNSURE:
        once.forget()


def register(visit: Visit, kind: str, address: str, reset: bool = False) -> Guest:
    """The guest registered by an address or number, and a code sent where one is due.

    ``reset`` sends a new code to a guest who has one. A second click gets the answer of the first.
    """
    guest, settings = _guest(visit), _settings(visit)
    before, device = so_far(guest), device_of(guest)
    turn = [guest.visit, str(before.sent)] if reset else []
    once = _once(visit, kind, address.casefold(), *turn)
    with once.alone(_patience(settings)):
        result = once.result()
        if not result:
            told = device.told | ({"voucher_code": before.voucher} if before.voucher else {})
            registered = wax_for(settings, device.unit).register(kind, address, reset, told)
            result = registered.user * KINDS + (KNOWN if registered.known else NEW)
            once.keep(result, SECOND_CLICK if reset else REGISTERED)
    user, outcome = divmod(result, KINDS)
    known = outcome == KNOWN
    guest = moved(
        guest.but(stage="asked"),
        kind=kind,
        address=address,
        user=user,
        known=known,
        sent=before.sent + (not known),
        refused=tuple(what for what in CONSENTS if what not in before.agreed),
    )
    return settle(visit, guest)


def settle(visit: Visit, guest: Guest) -> Guest:
    """Have wax know what the guest refused and answered. What fails is logged and tried again after the login; it
    keeps nobody offline."""
    return tell(visit, withdraw(visit, guest))


def tell(visit: Visit, guest: Guest) -> Guest:
    """Pass on why the guest is here and where from, as far as there is an answer."""
    ahead = so_far(guest)
    if not (ahead.user and (ahead.reason or ahead.country)):
        return guest
    try:
        wax_for(_settings(visit), device_of(guest).unit).tell(ahead.user, ahead.reason, ahead.country)
    except UpstreamError as error:
        log.warning("answers not told visit=%s reason=%s", guest.visit, error.reason)
        return guest
    return moved(guest, reason="", country="")


def withdraw(visit: Visit, guest: Guest) -> Guest:
    """Have wax take back the consents that the guest did not give: it writes down a yes at every registration."""
    ahead = so_far(guest)
    if not (ahead.user and ahead.refused):
        return guest
    wax, left = wax_for(_settings(visit), device_of(guest).unit), []
    for what in ahead.refused:
        try:
            wax.withdraw(what, ahead.user)
        except UpstreamError as error:
            log.warning("consent not withdrawn visit=%s what=%s reason=%s", guest.visit, what, error.reason)
            left.append(what)
    return moved(guest, refused=tuple(left))


def connect_to_read(visit: Visit, guest: Guest) -> tuple[Guest, bool]:
    """A short connection in which the guest can read the code; True when wax says it is for good.

    Without it the guest may still have the code on another device, so its failure is logged and no more.
    """
    ahead, device = so_far(guest), device_of(guest)
    wax = wax_for(_settings(visit), device.unit)
    try:
        online = wax.temporary(ahead.address, ahead.user, device.mac)
    except UpstreamError as error:
        log.warning("no short connection visit=%s reason=%s", guest.visit, error.reason)
        return guest, False
    return moved(guest, temporary=not online), online


def _once(visit: Visit, *names: str) -> Once:
    guest = _guest(visit)
    return Once(house().limiter, visit.venue.slug, device_of(guest).session, *names)


def _patience(settings: Settings) -> float:
    """Seconds to wait for a twin of this request."""
    return settings.connect_timeout + settings.read_timeout


def _settings(visit: Visit) -> Settings:
    settings: Settings = visit.venue.settings
    return settings


def _guest(visit: Visit) -> Guest:
    device_of(visit.guest)
    return visit.known
