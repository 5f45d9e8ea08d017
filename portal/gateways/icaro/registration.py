"""Before the login: a voucher is used up by one, an address or number is registered, a code is sent.

Each happens once per guest however often the request comes (:mod:`portal.gateways.icaro.idempotency`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from portal.app_state import app_state
from portal.errors import Garbled, Refused, Unreachable, Unsure, UpstreamError
from portal.gateways.icaro.client import Voucher
from portal.gateways.icaro.hotspot_cache import wax_for
from portal.gateways.icaro.idempotency import Once
from portal.gateways.icaro.session import gateway_session_of, offers_of, progress, with_progress
from portal.gateways.icaro.settings import Settings
from portal.journey import attempt_limits
from portal.journey.steps import RequestContext
from portal.session import GuestSession, Stage

log = logging.getLogger("portal.gateways.icaro")
UNSURE, SIGNS_IN, UNLOCKS, DONE = 1, 2, 3, 4
TWIN, SECOND_CLICK, REGISTERED = 5, 30, 600
"""Seconds in which the failure of a press is its twin's too, in which asking for a new code counts as the same press
again, and in which an address is registered once."""
WRONG_VOUCHER = frozenset({"unknown", "wrong"})
YES = 600
"""Seconds in which a guest who is caught again with the session of a yes is told that the network refused."""
CONSENTS = ("marketings", "surveys")
"""What wax can take back, by the names in its addresses."""
KINDS = 8
"""A result in the shared store is wax's number of the guest (with ``UNSURE``: a time) times this, plus its kind."""


def use_voucher(context: RequestContext, code: str) -> Voucher:
    """Use a voucher up by one, unless this phone has done so before.

    Wax's login says yes to a voucher that was never registered, and the unit then refuses it. So only an answer counts:
    after a lost or unclear call the next press registers again, and a use that wax did count is the price.
    """
    guest, settings, began = _guest(context), _settings(context), _now()
    once, device = _once(context, "voucher", code.lower()), gateway_session_of(guest)
    with once.alone(_patience(settings)):
        if known := _known(once, began):
            user, kind = known
            return Voucher(code, kind == SIGNS_IN, user)
        with attempt_limits.guess(context, WRONG_VOUCHER), _twins_share(once):
            voucher = wax_for(settings, device.unit).register_voucher(code, device.told)
        once.keep(voucher.user * KINDS + (SIGNS_IN if voucher.signs_in else UNLOCKS))
        return voucher


def forget_voucher(context: RequestContext, code: str) -> None:
    """Wax refused the login of a voucher that was registered: the next press finds out why."""
    _once(context, "voucher", code.lower()).forget()


def register(context: RequestContext, kind: str, address: str, again: bool = False) -> GuestSession:
    """The guest registered by an address or number, and a code sent, also to one whom wax knows (as Wings does). Where
    the hotspot wants no code none is asked for.

    ``again``: one more code for a guest who has one. A second press gets the answer of the first; a call that failed
    or got lost is made anew by the next press.
    """
    guest, settings, began = _guest(context), _settings(context), _now()
    before, device = progress(guest), gateway_session_of(guest)
    turn = [guest.session_id, str(before.sent)] if again else []
    once = _once(context, kind, address.casefold(), *turn)
    with once.alone(_patience(settings)):
        known = _known(once, began)
        if known is None:
            told = device.told | ({"voucher_code": before.voucher} if before.voucher else {})
            with _twins_share(once):
                user = _registered(context, kind, address, told)
            once.keep(user * KINDS + DONE, SECOND_CLICK if again else REGISTERED)
        else:
            user = known[0]
    guest = with_progress(
        guest.but(stage=Stage.ASKED), kind=kind, address=address, known=False, sent=before.sent + 1
    )
    return registered(context.with_session(guest), user)


def _skips(kind: str, guest: GuestSession) -> bool:
    return kind == "email" and "skip" in (offers_of(guest) or ())


def _known(once: Once, began: int) -> tuple[int, int] | None:
    """Wax's number of the guest and the kind of what came of it; None when nothing is known. Raises :class:`Unsure`
    for the twin of a press (one that began before the other ended) of which no answer came."""
    number, kind = divmod(once.result(), KINDS)
    if kind == UNSURE and number >= began:
        raise Unsure("wax: the same press")
    return (number, kind) if kind > UNSURE else None


@contextmanager
def _twins_share(once: Once) -> Iterator[None]:
    """A call of which no clear answer comes tells so to the twin of its press, and to nobody else."""
    try:
        yield
    except (Unsure, Garbled):
        once.keep(_now() * KINDS + UNSURE, TWIN)
        raise


def _now() -> int:
    return int(time.time() * 1000)


# Consents and answers


def registered(context: RequestContext, user: int) -> GuestSession:
    """The guest of this number at wax, and wax told at once what was refused and answered: it has written down a yes
    to everything. Where the hotspot asks for nothing (``quiet``), nothing is told. What was answered once counts for
    whatever this guest registers later."""
    guest = context.known
    agreed = progress(guest).agreed
    quiet = "quiet" in (offers_of(guest) or ())
    refused = () if quiet else tuple(what for what in CONSENTS if what not in agreed)
    return settle(context.with_session(with_progress(guest, user=user, refused=refused)))


def agree(context: RequestContext, given: tuple[str, ...]) -> GuestSession:
    """Have wax write down the consents that came with the code. All were withdrawn after the registration, for nobody
    had been asked yet. Wax writes a yes to everything at each registration and sends a code only when told to
    (``reset``), so the guest is registered once more, and what was not given is withdrawn again. A failure leaves a no,
    and keeps nobody offline."""
    guest = context.known
    ahead, device = progress(guest), gateway_session_of(guest)
    told = device.told | ({"voucher_code": ahead.voucher} if ahead.voucher else {})
    once = Once(app_state().store, context.venue.slug, "consents", str(ahead.user))
    try:
        with once.alone(_patience(_settings(context))):
            wax_for(_settings(context), device.unit).register(ahead.kind, ahead.address, False, told)
    except UpstreamError as error:
        log.warning("consents not told session=%s reason=%s", guest.session_id, error.reason)
        return guest
    refused = tuple(what for what in CONSENTS if what not in given)
    return settle(context.with_session(with_progress(guest, agreed=given, refused=refused)))


def _registered(context: RequestContext, kind: str, address: str, told: Mapping[str, str]) -> int:
    """Wax's number of the guest. Codes cost money and fill mailboxes: few for a device, an address, a network and a
    venue; what was not sent does not count."""
    wax = wax_for(_settings(context), gateway_session_of(context.guest).unit)
    if _skips(kind, _guest(context)):
        return wax.register(kind, address, False, told)
    receipt = attempt_limits.reserve_message(context, address)
    try:
        return wax.register(kind, address, True, told)
    except (Unreachable, Refused):
        attempt_limits.give_back(receipt)
        raise


def settle(context: RequestContext) -> GuestSession:
    """Have wax know what the guest refused and answered, one call after the other and never two at a time for one
    guest: wax would lose one of them. What fails is logged and tried again after the login; it keeps nobody offline."""
    guest = context.known
    ahead = progress(guest)
    if not (ahead.user and (ahead.refused or ahead.reason or ahead.country)):
        return guest
    once = Once(app_state().store, context.venue.slug, "consents", str(ahead.user))
    try:
        with once.alone(_patience(_settings(context))):
            return tell(context.with_session(withdraw(context)))
    except Unsure:
        log.warning("consents of this guest are being told by another request session=%s", guest.session_id)
        return guest


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


# The short connection, and what was said yes to


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


def note_yes(context: RequestContext) -> None:
    """Remember that wax said yes for this session of the phone, also for a browser that forgets."""
    _said_yes(context).keep(int(context.now), YES)


def yes_at(context: RequestContext) -> int:
    """When wax said yes for this session of the phone, in unix seconds; 0 if it has not lately."""
    return _said_yes(context).result()


def forget_yes(context: RequestContext) -> None:
    """The guest was told that the network refused."""
    _said_yes(context).forget()


def _said_yes(context: RequestContext) -> Once:
    return _once(context, "yes", gateway_session_of(context.guest).session)


def _once(context: RequestContext, *names: str) -> Once:
    guest = _guest(context)
    return Once(app_state().store, context.venue.slug, gateway_session_of(guest).key, *names)


def _patience(settings: Settings) -> float:
    """Seconds to wait for a twin of this request."""
    return settings.connect_timeout + settings.read_timeout


def _settings(context: RequestContext) -> Settings:
    settings: Settings = context.venue.settings
    return settings


def _guest(context: RequestContext) -> GuestSession:
    gateway_session_of(context.guest)
    return context.known
