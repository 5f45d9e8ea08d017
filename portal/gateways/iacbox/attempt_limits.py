"""The limits of guessing rooms, for a request: its device, its network, the store of the house."""

from __future__ import annotations

import logging

from flask import request

from portal.app_state import app_state
from portal.gateways.iacbox.protocol import b64decode
from portal.gateways.iacbox.room_attempts import DAY, Attempt, Guesses
from portal.gateways.iacbox.session import gateway_session_of, settings_of
from portal.journey.steps import RequestContext
from portal.security import first_time, network
from portal.session import GuestSession

log = logging.getLogger("portal.gateways.iacbox")


def count(context: RequestContext, guest: GuestSession) -> GuestSession:
    """Count an attempt and keep its receipt in the guest's state; raises :class:`guesses.TooSoon`.

    A store that does not answer must not keep a hotel offline: then nothing is counted, and the log says so.
    """
    try:
        receipt = _guesses(context).take(_attempt(context, guest), context.now)
    except app_state().limiter.storage.base_exceptions as error:
        log.warning("guesses cannot be counted: %s", type(error).__name__)
        return guest
    return guest.but(device={**guest.device, "guess": receipt})


def give_back(context: RequestContext, guest: GuestSession) -> GuestSession:
    """The attempt was no guess: it succeeded, or nobody was asked."""
    receipt = str(guest.device.get("guess", ""))
    if not receipt:
        return guest
    try:
        _guesses(context).give_back(receipt, _attempt(context, guest), context.now)
    except app_state().limiter.storage.base_exceptions as error:
        log.warning("guesses cannot be counted: %s", type(error).__name__)
    return guest.but(device={name: value for name, value in guest.device.items() if name != "guess"})


def is_news(context: RequestContext) -> bool:
    """Whether the redirect 3 of this request comes for the first time, as far back as attempts count. Known by its
    signature without the salt: the same one can be written in several ways, in the query or in the path."""
    name = settings_of(context.venue).si
    signature = context.query.get(name) or (request.view_args or {}).get("si", "")
    return first_time(DAY, context.venue.slug, "redirect 3", b64decode(signature.rpartition("$")[2]).hex())


def _guesses(context: RequestContext) -> Guesses:
    key = app_state().config.secret_keys[-1]
    return Guesses(app_state().limiter.storage, key, settings_of(context.venue).pms.network_guesses)


def _attempt(context: RequestContext, guest: GuestSession) -> Attempt:
    device = gateway_session_of(guest)
    known = (("id", device.id), ("mac", device.mac), ("ip", device.ip))
    names = [f"{kind}:{name}" for kind, name in known if name]
    return Attempt(context.venue.slug, guest.typed.get("room", ""), names, network(context.address))
