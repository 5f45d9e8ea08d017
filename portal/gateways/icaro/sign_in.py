"""From a filled form to online: what each way does, the login, and the words for what wax refuses."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _

from portal.errors import Refused
from portal.gateways.icaro import forms, questions, registration
from portal.gateways.icaro.hotspot_cache import wax_for
from portal.gateways.icaro.methods import is_locked
from portal.gateways.icaro.session import gateway_session_of, kept_of, offers_of, progress, with_progress
from portal.gateways.icaro.settings import Settings
from portal.journey import attempt_limits
from portal.journey.pages import with_state
from portal.journey.steps import Outcome, Ready, Redirect, RequestContext, SignIn, SignInMethod, Success
from portal.session import GuestSession, PendingSignIn, Stage
from portal.urls import destination

log = logging.getLogger("portal.gateways.icaro")
WORDS: Mapping[tuple[str, str], Any] = {
    ("voucher", "unknown"): _(
        "That voucher is not known. Check the letters and numbers, or ask at the reception."
    ),
    ("voucher", "expired"): _("This voucher is no longer valid. Ask at the reception for a new one."),
    ("voucher", "used-up"): _("This voucher has been used up. Ask at the reception for a new one."),
    ("voucher", "wrong"): _("This voucher could not be used. Type it once more, or ask at the reception."),
    ("email", "domain"): _("Addresses of this kind are not accepted here. Take another one."),
    ("email", "not-sent"): _("No code could be sent there. Check what you typed, or choose another way."),
    ("sms", "not-sent"): _("No code could be sent there. Check what you typed, or choose another way."),
    ("code", "not-sent"): _("No code could be sent there. Check what you typed, or choose another way."),
    ("code", "wrong"): _("That code is not right. Check it, or have a new one sent."),
    ("code", "expired"): _("This code is no longer valid. Have a new one sent."),
}
OTHERWISE = _("That did not work. Check what you typed, or ask at the reception.")
WRONG_CODE = frozenset({"wrong", "expired"})
INPUTS = {"voucher": "code", "email": "email", "sms": "num", "code": "code"}


def take_voucher(context: RequestContext, code: str) -> Outcome:
    """A voucher signs in by itself, or unlocks the other ways."""
    guest = _guest(context)
    voucher = registration.use_voucher(context, code)
    if voucher.signs_in:
        return Ready(guest, PendingSignIn("voucher", {"code": code, "user": voucher.user}))
    return _again(context.with_session(with_progress(guest, voucher=voucher.code).but(typed={})))


def ask_code(context: RequestContext, way: SignInMethod) -> Outcome:
    """Register an address or number; the code goes out, and its page comes by a redirect, so that no reload sends
    another one. Without a code where the hotspot wants none (``skip``)."""
    guest, kind = _guest(context), way.name
    context = context.with_session(with_progress(guest, agreed=_agreed(way), **questions.answers(way.form)))
    guest = registration.register(context, kind, way.form[INPUTS[kind]].data)
    ahead = progress(guest)
    if kind == "email" and "skip" in (offers_of(guest) or ()):
        return Ready(
            guest, PendingSignIn("email", {"address": ahead.address, "user": ahead.user, "skip": True})
        )
    return _after_code(context.with_session(guest))


def take_code(context: RequestContext, way: SignInMethod) -> Outcome:
    """The code is typed, or a new one is wanted."""
    guest = _guest(context)
    settings: Settings = context.venue.settings
    ahead = progress(guest)
    kind, address, user = ahead.kind, ahead.address, ahead.user
    if "address" in way.form:
        (kind, address), user = forms.contact(way.form["address"].data, settings.country), 0
    if forms.AGAIN in request.form and not is_locked(guest):
        return _after_code(context.with_session(registration.register(context, kind, address, reset=True)))
    code = forms.digits(way.form["code"].data or "")
    return Ready(guest, PendingSignIn(kind, {"address": address, "code": code, "user": user}))


def sign_in(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """The login at wax; the guest is online when the unit has asked next."""
    guest = _guest(context).but(pending=None)
    values = chosen.values
    context = context.with_session(guest)
    if values.get("skip"):
        return _without_code(context.with_session(guest))
    if chosen.way != "voucher":
        return _with_code(context, values)
    _end_short_connection(context, progress(guest).address if progress(guest).temporary else "")
    try:
        _wax(context).login(values["code"].lower(), "")
    except Refused as no:
        if no.code == "wrong":
            registration.forget_voucher(context, values["code"])
        return refused(with_progress(guest, temporary=False), "voucher", no)
    return _online(context.with_session(guest))


def _with_code(context: RequestContext, values: Mapping[str, Any]) -> Outcome:
    """E-mail and text message. A short connection is ended first, as Wings does before every login of this kind
    (the mail may have been read in another browser, of which this state knows nothing); after a wrong code it comes
    back, for the right one still has to be read."""
    guest, address = _guest(context), values["address"]
    was_open = progress(guest).temporary
    _end_short_connection(context, address if "@" in address or was_open else "")
    try:
        with attempt_limits.guess(context, WRONG_CODE, address):
            _wax(context).login(address, values["code"])
    except Refused as no:
        if was_open and "skip" not in (offers_of(guest) or ()):
            guest, _online_by_now = registration.connect_to_read(
                context.with_session(with_progress(guest, temporary=False))
            )
        return refused(guest, "code", no)
    return _online(context.with_session(guest))


def success(context: RequestContext) -> Success:
    """The page after success. The unit asks every ten seconds, so the first page may come a little later."""
    guest = context.known
    kept = kept_of(guest)
    home = (kept.home if kept else "") or context.venue.file.landing_url
    onwards = home or destination(guest.original_url, "")
    again = (_("Go on"), with_state(context, f"/{context.venue.slug}/online"))
    link = (_("Continue to the internet"), onwards) if onwards else again
    return Success(guest, lead=_("The Wi-Fi lets you in within 10 seconds."), links=[link])


def refused(guest: GuestSession, way: str, no: Refused) -> SignIn:
    """The login page with the reason at its input."""
    log.info("refused session=%s way=%s code=%s", guest.session_id, way, no.code)
    words = WORDS.get((way, no.code))
    if words is None:
        return SignIn(guest, notice=OTHERWISE, way=way, status=no.status)
    return SignIn(guest, way=way, errors={INPUTS[way]: [words]}, status=no.status)


def _without_code(context: RequestContext) -> Outcome:
    """An e-mail address is enough here: wax says so, or there is a code to type after all."""
    guest = context.known
    guest, online = registration.connect_to_read(context.with_session(guest))
    return _online(context.with_session(guest)) if online else _again(context.with_session(guest))


def _after_code(context: RequestContext) -> Outcome:
    """A code is on its way (or was sent long ago): its page. Mail can be read only with a connection; a text
    message needs none (real)."""
    guest = context.known
    ahead = progress(guest)
    guest = guest.but(typed={})
    if ahead.kind == "email" and not ahead.known:
        guest, online = registration.connect_to_read(context.with_session(guest))
        if online:
            return _online(context.with_session(guest))
    return _again(context.with_session(guest))


def _end_short_connection(context: RequestContext, username: str) -> None:
    """Wax wants a logout before the login, and a moment between the two. Where there is nothing to end it may say
    no: the login is asked all the same, and tells."""
    if not username:
        return
    try:
        _wax(context).logout(username)
    except Refused as no:
        log.info("no short connection to end session=%s code=%s", _guest(context).session_id, no.code)
    time.sleep(context.venue.settings.temp_pause)


def _online(context: RequestContext) -> Outcome:
    guest = context.known
    guest = with_progress(guest.but(stage=Stage.ONLINE, typed={}), temporary=False, since=int(context.now))
    guest = registration.settle(context.with_session(guest))
    log.info("online venue=%s session=%s", context.venue.slug, guest.session_id)
    return Redirect(guest, f"/{context.venue.slug}/online")


def _again(context: RequestContext) -> Redirect:
    """The login page by a GET of its own: going back or reloading repeats nothing."""
    guest = context.known
    return Redirect(guest, f"/{context.venue.slug}/")


def _agreed(way: SignInMethod) -> tuple[str, ...]:
    """The consents given, by wax's names. What was not asked was not given."""
    asked = {"marketing": "marketings", "survey": "surveys"}
    return tuple(theirs for ours, theirs in asked.items() if ours in way.form and way.form[ours].data)


def _wax(context: RequestContext) -> Any:
    return wax_for(context.venue.settings, gateway_session_of(context.guest).unit)


def _guest(context: RequestContext) -> GuestSession:
    gateway_session_of(context.guest)
    return context.known
