"""The limits of attempts for a request: who it is, what the venue allows, and the store that all processes share."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from contextlib import contextmanager
from datetime import timedelta

from babel.dates import format_timedelta
from flask_babel import get_locale
from flask_babel import gettext as _

from portal import attempts
from portal.app_state import app_state
from portal.errors import TooMany, TooManyMessages
from portal.journey.gateway import gateway_of
from portal.journey.steps import RequestContext
from portal.limits import Limit, guessing, hit
from portal.security import network
from portal.whom_to_ask import ask_otherwise

TAPS = Limit("posts of a device", 20, 60)
"""What one device may send in a minute, right or wrong: it counts for this device alone."""


def who_of(context: RequestContext) -> attempts.Who:
    """Who this request is for the limits. A device that the gateway does not know is a new one with every arrival."""
    gateway, guest = gateway_of(context.venue), context.known
    device = gateway.device_of(guest)
    known, signed = bool(device), gateway.signs_devices and bool(device)
    slug, where = context.venue.slug, network(context.address)
    return attempts.Who(slug, device or guest.session_id, where, known, signed)


def tap(context: RequestContext) -> None:
    """Count a post of this device; raises :class:`TooMany`."""
    who = who_of(context)
    hit(app_state().store, TAPS.of(who.venue, who.device))


def reserve_guess(context: RequestContext, name: str = "") -> str:
    """Reserve a guess and return its receipt; raises :class:`TooMany`. ``name``: whose secret is guessed at."""
    return attempts.reserve_guess(app_state().store, context.venue.file.limits, who_of(context), name)


@contextmanager
def guess(context: RequestContext, wrong: Container[str], name: str = "") -> Iterator[None]:
    """Asking somebody whether a code is right. It counts as a guess when the answer is a refusal with one of the codes
    ``wrong``, and otherwise not. Raises :class:`TooMany` before anybody is asked."""
    receipt = reserve_guess(context, name)
    with guessing(app_state().store, receipt, lambda no: no.code in wrong):
        yield


def reserve_message(context: RequestContext, address: str) -> str:
    """Reserve a text message or mail; returns the receipt. Raises :class:`TooManyMessages`."""
    return attempts.reserve_message(app_state().store, context.venue.file.limits, who_of(context), address)


def give_back(receipt: str) -> None:
    """It was no guess, or no message was sent."""
    app_state().store.give_back(receipt)


def told(error: TooMany) -> str:
    """What a guest reads: how long to wait, and what to do otherwise."""
    time = how_long(error.retry_after)
    if isinstance(error, TooManyMessages):
        words = _(
            "Several codes have been sent already. Wait %(time)s, then try again, or connect another way.",
            time=time,
        )
    else:
        words = ask_otherwise(_("There were too many attempts. Wait %(time)s, then try again.", time=time))
    return str(words)


def how_long(seconds: int) -> str:
    """A time to wait in the guest's language: seconds, from a minute on whole minutes, rounded up."""
    shown = timedelta(seconds=seconds if seconds < 60 else math.ceil(seconds / 60) * 60)
    return format_timedelta(
        shown, granularity="second" if seconds < 60 else "minute", threshold=2, locale=get_locale()
    )
