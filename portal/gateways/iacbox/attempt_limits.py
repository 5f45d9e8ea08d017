"""The limits of guessing rooms and ticket codes, for a request: its device, its network, the shared store.

What is tried goes to the box through the browser, so an attempt is reserved and its receipt kept in the guest's state
until the box's signed word comes back; a receipt is good once.
"""

from __future__ import annotations

import os

from flask import request

from portal.app_state import app_state
from portal.gateways.iacbox.protocol import b64decode
from portal.gateways.iacbox.room_attempts import DAY, Attempt, Guesses, Yes
from portal.gateways.iacbox.session import but, gateway_session_of, known_device, settings_of
from portal.journey import attempt_limits
from portal.journey.steps import RequestContext
from portal.security import network
from portal.session import GuestSession

CODE = "code"
"""What the receipt of a ticket code begins with."""


def count(context: RequestContext, guest: GuestSession) -> GuestSession:
    """Count an attempt at a room and keep its receipt; raises :class:`room_attempts.TooSoon`."""
    return _with_receipt(guest, _guesses(context).take(_attempt(context, guest)))


def count_code(context: RequestContext, guest: GuestSession, username: str) -> GuestSession:
    """Count an attempt at a ticket code or password and keep its receipt; raises :class:`portal.errors.TooMany`."""
    counted = attempt_limits.reserve_guess(context, username)
    return _with_receipt(guest, f"{CODE} {os.urandom(6).hex()} {counted}")


def give_back(context: RequestContext, guest: GuestSession, yes: Yes = Yes.PROVEN) -> GuestSession:
    """The attempt was no guess: it succeeded, or nobody was asked; ``yes`` is who says so."""
    device = known_device(guest)
    kind, _blank, rest = (device.guess if device else "").partition(" ")
    if device is None or not kind:
        return guest
    if kind == CODE:
        name, _blank, counted = rest.partition(" ")
        if app_state().store.add_once(DAY, "code given back", name):
            attempt_limits.give_back(counted)
    else:
        _guesses(context).give_back(f"{kind} {rest}", _attempt(context, guest), yes)
    return device.but(guess="").on(guest)


def is_news(context: RequestContext) -> bool:
    """Whether the redirect 3 of this request comes for the first time, as far back as attempts count. Known by its
    signature without the salt: the same one can be written in several ways, in the query or in the path."""
    name = settings_of(context.venue).si
    signature = context.query.get(name) or (request.view_args or {}).get("si", "")
    plain = b64decode(signature.rpartition("$")[2]).hex()
    return app_state().store.add_once(DAY, "redirect 3", context.venue.slug, plain)


def _with_receipt(guest: GuestSession, receipt: str) -> GuestSession:
    return but(guest, guess=receipt)


def _guesses(context: RequestContext) -> Guesses:
    return Guesses(app_state().store, settings_of(context.venue).pms.network_guesses)


def _attempt(context: RequestContext, guest: GuestSession) -> Attempt:
    device = gateway_session_of(guest)
    known = (("id", device.id), ("mac", device.mac), ("ip", device.ip))
    names = [f"{kind}:{name}" for kind, name in known if name]
    return Attempt(context.venue.slug, guest.typed.get("room", ""), names, network(context.address))
