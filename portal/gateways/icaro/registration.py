"""Before the login: a voucher is used up by one, an address or number is registered, a code is sent.

Each happens once per guest however often the request comes (:mod:`portal.gateways.icaro.idempotency`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from portal.app_state import app_state
from portal.errors import Refused, Unreachable, UpstreamError
from portal.gateways.icaro.client import Registered, Voucher
from portal.gateways.icaro.hotspot_cache import wax_for
from portal.gateways.icaro.idempotency import Once
from portal.gateways.icaro.session import gateway_session_of, progress, with_progress
from portal.gateways.icaro.settings import Settings
from portal.journey import attempt_limits
from portal.journey.steps import RequestContext
from portal.session import GuestSession, Stage

log = logging.getLogger("portal.gateways.icaro")
UNSURE, SIGNS_IN, UNLOCKS, NEW, KNOWN = 1, 2, 3, 4, 5
WRONG_VOUCHER = frozenset({"unknown", "wrong"})
SECOND_CLICK, REGISTERED = 30, 600
"""Seconds in which asking for a new code, or registering, counts as the same click again."""
CONSENTS = ("marketings", "surveys")
"""What wax can take back, by the names in its addresses."""
KINDS = 8
"""A result in the shared store is wax's number of the guest times this, plus one of the five."""


def use_voucher(context: RequestContext, code: str) -> Voucher:
    """Use a voucher up by one, unless this guest's session has done so before.

    When a call got lost nobody knows whether it counted. Then it is taken to have counted, as a voucher that signs
    in by itself: wax's login tells, and :func:`forget_voucher` makes way for another try.
    """
    guest, settings = _guest(context), _settings(context)
    once, device = _once(context, "voucher", code.casefold()), gateway_session_of(guest)
    with once.alone(_patience(settings)):
        if result := once.result():
            user, kind = divmod(result, KINDS)
            return Voucher(code, kind != UNLOCKS, user)
        with attempt_limits.guess(context, WRONG_VOUCHER):
            once.keep(UNSURE)
            try:
                voucher = wax_for(settings, device.unit).register_voucher(code, device.told)
            except (Unreachable, Refused):
                once.forget()
                raise
        once.keep(voucher.user * KINDS + (SIGNS_IN if voucher.signs_in else UNLOCKS))
        return voucher


def forget_voucher(context: RequestContext, code: str) -> None:
    """A voucher of which nobody knew whether it counted did not: wax refused the login."""
    once = _once(context, "voucher", code.casefold())
    if once.result() == UNSURE:
        once.forget()


def register(context: RequestContext, kind: str, address: str, reset: bool = False) -> GuestSession:
    """The guest registered by an address or number, and a code sent where one is due.

    ``reset`` sends a new code to a guest who has one. A second click gets the answer of the first.
    """
    guest, settings = _guest(context), _settings(context)
    before, device = progress(guest), gateway_session_of(guest)
    turn = [guest.session_id, str(before.sent)] if reset else []
    once = _once(context, kind, address.casefold(), *turn)
    with once.alone(_patience(settings)):
        result = once.result()
        if not result:
            told = device.told | ({"voucher_code": before.voucher} if before.voucher else {})
            registered = _registered(context, kind, address, reset, told)
            result = registered.user * KINDS + (KNOWN if registered.known else NEW)
            once.keep(result, SECOND_CLICK if reset else REGISTERED)
    user, outcome = divmod(result, KINDS)
    known = outcome == KNOWN
    guest = with_progress(
        guest.but(stage=Stage.ASKED),
        kind=kind,
        address=address,
        user=user,
        known=known,
        sent=before.sent + (not known),
        refused=tuple(what for what in CONSENTS if what not in before.agreed),
    )
    return settle(context.with_session(guest))


def _registered(
    context: RequestContext, kind: str, address: str, reset: bool, told: Mapping[str, str]
) -> Registered:
    """Codes cost money and fill mailboxes: few for a device, an address, a network and a venue."""
    receipt = attempt_limits.reserve_message(context, address)
    wax = wax_for(_settings(context), gateway_session_of(context.guest).unit)
    try:
        registered = wax.register(kind, address, reset, told)
    except (Unreachable, Refused):
        attempt_limits.give_back(receipt)
        raise
    if registered.known:
        attempt_limits.give_back(receipt)
    return registered


def settle(context: RequestContext) -> GuestSession:
    """Have wax know what the guest refused and answered. What fails is logged and tried again after the login; it
    keeps nobody offline."""
    return tell(context.with_session(withdraw(context)))


def tell(context: RequestContext) -> GuestSession:
    """Pass on why the guest is here and where from, as far as there is an answer."""
    guest = context.known
    ahead = progress(guest)
    if not (ahead.user and (ahead.reason or ahead.country)):
        return guest
    try:
        wax_for(_settings(context), gateway_session_of(guest).unit).tell(
            ahead.user, ahead.reason, ahead.country
        )
    except UpstreamError as error:
        log.warning("answers not told session=%s reason=%s", guest.session_id, error.reason)
        return guest
    return with_progress(guest, reason="", country="")


def withdraw(context: RequestContext) -> GuestSession:
    """Have wax take back the consents that the guest did not give: it writes down a yes at every registration."""
    guest = context.known
    ahead = progress(guest)
    if not (ahead.user and ahead.refused):
        return guest
    wax, left = wax_for(_settings(context), gateway_session_of(guest).unit), []
    for what in ahead.refused:
        try:
            wax.withdraw(what, ahead.user)
        except UpstreamError as error:
            log.warning(
                "consent not withdrawn session=%s what=%s reason=%s", guest.session_id, what, error.reason
            )
            left.append(what)
    return with_progress(guest, refused=tuple(left))


def connect_to_read(context: RequestContext) -> tuple[GuestSession, bool]:
    """A short connection in which the guest can read the code; True when wax says it is for good.

    Without it the guest may still have the code on another device, so its failure is logged and no more.
    """
    guest = context.known
    ahead, device = progress(guest), gateway_session_of(guest)
    wax = wax_for(_settings(context), device.unit)
    try:
        online = wax.temporary(ahead.address, ahead.user, device.mac)
    except UpstreamError as error:
        log.warning("no short connection session=%s reason=%s", guest.session_id, error.reason)
        return guest, False
    return with_progress(guest, temporary=not online), online


def _once(context: RequestContext, *names: str) -> Once:
    guest = _guest(context)
    return Once(app_state().store, context.venue.slug, gateway_session_of(guest).session, *names)


def _patience(settings: Settings) -> float:
    """Seconds to wait for a twin of this request."""
    return settings.connect_timeout + settings.read_timeout


def _settings(context: RequestContext) -> Settings:
    settings: Settings = context.venue.settings
    return settings


def _guest(context: RequestContext) -> GuestSession:
    gateway_session_of(context.guest)
    return context.known
