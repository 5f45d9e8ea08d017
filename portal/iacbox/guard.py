"""The limits of guessing rooms, for a request: its device, its network, the store of the house."""

from __future__ import annotations

import logging

from flask import request

from portal.guest import Guest
from portal.house import house
from portal.iacbox.device import device_of, settings_of
from portal.iacbox.guesses import DAY, Attempt, Guesses
from portal.iacbox.protocol import b64decode
from portal.journey.system import Visit
from portal.security import first_time, network

log = logging.getLogger("portal.iacbox")


def count(visit: Visit, guest: Guest) -> Guest:
    """Count an attempt and keep its receipt in the guest's state; raises :class:`guesses.TooSoon`.

    A store that does not answer must not keep a hotel offline: then nothing is counted, and the log says so.
    """
    try:
        receipt = _guesses(visit).take(_attempt(visit, guest), visit.now)
    except house().limiter.storage.base_exceptions as error:
        log.warning("guesses cannot be counted: %s", type(error).__name__)
        return guest
    return guest.but(device={**guest.device, "guess": receipt})


def give_back(visit: Visit, guest: Guest) -> Guest:
    """The attempt was no guess: it succeeded, or nobody was asked."""
    receipt = str(guest.device.get("guess", ""))
    if not receipt:
        return guest
    try:
        _guesses(visit).give_back(receipt, _attempt(visit, guest), visit.now)
    except house().limiter.storage.base_exceptions as error:
        log.warning("guesses cannot be counted: %s", type(error).__name__)
    return guest.but(device={name: value for name, value in guest.device.items() if name != "guess"})


def is_news(visit: Visit) -> bool:
    """Whether the redirect 3 of this request comes for the first time, as far back as attempts count. Known by its
    signature without the salt: the same one can be written in several ways, in the query or in the path."""
    name = settings_of(visit.venue).si
    signature = visit.query.get(name) or (request.view_args or {}).get("si", "")
    return first_time(DAY, visit.venue.slug, "redirect 3", b64decode(signature.rpartition("$")[2]).hex())


def _guesses(visit: Visit) -> Guesses:
    key = house().config.secret_keys[-1]
    return Guesses(house().limiter.storage, key, settings_of(visit.venue).pms.network_guesses)


def _attempt(visit: Visit, guest: Guest) -> Attempt:
    device = device_of(guest)
    known = (("id", device.id), ("mac", device.mac), ("ip", device.ip))
    names = [f"{kind}:{name}" for kind, name in known if name]
    return Attempt(visit.venue.slug, guest.typed.get("room", ""), names, network(visit.address))
