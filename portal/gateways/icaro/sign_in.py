"""From a filled form to online: what each way does, the login, and the words for what wax refuses."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _

from portal.errors import Refused, Unreachable, Unsure
from portal.gateways.icaro import forms, questions, registration, unit_redirect
from portal.gateways.icaro.hotspot import Hotspot
from portal.gateways.icaro.hotspot_cache import hotspots, wax_for
from portal.gateways.icaro.methods import is_locked
from portal.gateways.icaro.session import gateway_session_of, kept_of, offers_of, progress, with_progress
from portal.gateways.icaro.settings import Settings
from portal.journey import attempt_limits, moments
from portal.journey.pages import with_state
from portal.journey.steps import Outcome, Ready, Redirect, RequestContext, SignIn, SignInMethod, Success
from portal.session import GuestSession, PendingSignIn, Stage
from portal.urls import destination
from portal.whom_to_ask import ask_for_a_new_one, ask_otherwise

log = logging.getLogger("portal.gateways.icaro")
TEXTS_DOWN = ask_otherwise(_("Text messages cannot be sent at the moment. Connect another way."))
WORDS: Mapping[tuple[str, str], Any] = {
    ("voucher", "unknown"): ask_otherwise(_("That voucher is not known. Check the letters and numbers.")),
    ("voucher", "expired"): ask_for_a_new_one(_("This voucher is no longer valid.")),
    ("voucher", "used-up"): ask_for_a_new_one(_("This voucher has been used up.")),
    ("voucher", "wrong"): ask_otherwise(_("This voucher could not be used. Type it again.")),
    ("email", "domain"): _("Addresses of this kind are not accepted here. Use another one."),
    ("email", "unknown"): _("Addresses of this kind are not accepted here. Use another one."),
    ("email", "not-sent"): _(
        "We could not send a code to this address or number. Check what you typed, or connect another way."
    ),
    ("sms", "not-sent"): _(
        "We could not send a code to this address or number. Check what you typed, or connect another way."
    ),
    ("code", "not-sent"): _(
        "We could not send a code to this address or number. Check what you typed, or connect another way."
    ),
    ("sms", "down"): TEXTS_DOWN,
    ("code", "down"): TEXTS_DOWN,
    ("code", "wrong"): _("That code is not correct. Check it, or get a new one."),
    ("code", "expired"): _("This code is no longer valid. Get a new one."),
}
OTHERWISE = ask_otherwise(_("That did not work. Check what you typed."))
CONSENTS = {"marketing": "marketings", "survey": "surveys"}
"""The boxes by wax's names."""
WRONG_CODE = frozenset({"wrong", "expired"})
INPUTS = {"voucher": "code", "email": "email", "sms": "num", "code": "code"}


def take_voucher(context: RequestContext, way: SignInMethod) -> Outcome:
    """A voucher signs in by itself, or unlocks the other ways. One that signs in by itself is none where the hotspot
    has switched that off: wax does not look at it, Wings calls such a voucher incorrect."""
    guest, code = _guest(context), way.form["code"].data
    voucher = registration.use_voucher(context, code)
    guest = with_progress(guest, **_said(guest, way))
    if voucher.user:
        guest = registration.registered(context.with_session(guest), voucher.user)
    if not voucher.signs_in:
        guest = with_progress(guest, voucher=voucher.code)
        return _again(context.with_session(guest.but(typed={})))
    if "voucher" not in (offers_of(guest) or ()):
        return refused(guest, "voucher", Refused("unknown"))
    return Ready(guest, PendingSignIn("voucher", {"code": code, "user": voucher.user}))


def ask_code(context: RequestContext, way: SignInMethod) -> Outcome:
    """Register an address or number; the code goes out, and its page comes by a redirect, so that no reload sends
    another one. Without a code where the hotspot wants none (``skip``)."""
    guest, kind = _guest(context), way.name
    context = context.with_session(with_progress(guest, **_said(guest, way)))
    guest = registration.register(context, kind, way.form[INPUTS[kind]].data)
    ahead = progress(guest)
    if kind == "email" and "skip" in (offers_of(guest) or ()):
        return Ready(
            guest, PendingSignIn("email", {"address": ahead.address, "user": ahead.user, "skip": True})
        )
    return _after_code(context.with_session(guest))


def take_code(context: RequestContext, way: SignInMethod) -> Outcome:
    """The code is typed, or a new one is wanted. A code that is wrong or too old is told now, and not after a survey
    or a way through the unit."""
    guest = _guest(context)
    settings: Settings = context.venue.settings
    ahead = progress(guest)
    kind, address, user = ahead.kind, ahead.address, ahead.user
    if "address" in way.form:
        (kind, address), user = forms.contact(way.form["address"].data, settings.country), 0
    if forms.AGAIN in request.form and not is_locked(guest):
        return _after_code(context.with_session(registration.register(context, kind, address, again=True)))
    code = forms.digits(way.form["code"].data or "")
    _check(context, address, code)
    guest = with_progress(guest, **_said(guest, way))  # answers are told after the login
    if given := _consents(way):
        guest = registration.agree(context.with_session(guest), given)
    return Ready(guest, PendingSignIn(kind, {"address": address, "code": code, "user": user}))


def _check(context: RequestContext, address: str, code: str) -> None:
    """Ask wax about a code and let nobody in: it is noted for a session that no unit has. Raises :class:`Refused`."""
    device = gateway_session_of(context.guest)
    nobody = replace(device.unit, session=f"check-{_guest(context).session_id}")
    try:
        with attempt_limits.guess(context, WRONG_CODE, address):
            wax_for(context.venue.settings, nobody).login(address, code)
    except Unsure as error:
        raise Unreachable(error.reason) from error


def sign_in(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """All hops are done. Where the unit may have named another session meanwhile, or will as soon as the short
    connection is ended, the guest goes through the unit first."""
    guest = _guest(context)
    if chosen.values.get("skip") or not unit_redirect.is_needed(context, guest):
        return log_in(context, chosen)
    if progress(guest).temporary or progress(guest).link:
        _end_short_connection(context)
        guest = with_progress(guest, ended=time.time())
    return unit_redirect.ask(context, guest, chosen)


def log_in(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """The login at wax; the guest is online when the unit has asked next."""
    guest = _guest(context).but(pending=None)
    values = chosen.values
    context = context.with_session(guest)
    if values.get("skip"):
        return _without_code(context.with_session(guest))
    _pause(context, guest)
    is_voucher = chosen.way == "voucher"
    try:
        _wax(context).login(
            values["code"] if is_voucher else values["address"], "" if is_voucher else values["code"]
        )
    except Refused as no:
        if is_voucher:
            registration.forget_voucher(context, values["code"])
        return refused(guest, "voucher" if is_voucher else "code", no)
    return _online(context.with_session(guest))


def success(context: RequestContext) -> Success:
    """The page after success. The unit asks every ten seconds, so the first page may come a little later."""
    guest = context.known
    kept = kept_of(guest)
    home = (kept.home if kept else "") or context.venue.file.landing_url
    onwards = home or destination(guest.original_url, "")
    again = (_("Continue"), with_state(context, f"/{context.venue.slug}/online"))
    link = (_("Continue to the internet"), onwards) if onwards else again
    lead = _("You will be online within 10 seconds.")
    return Success(
        guest,
        lead=lead,
        facts=_limits(hotspots().latest(context.venue, gateway_session_of(guest).unit).hotspot),
        links=[link],
    )


def _limits(hotspot: Hotspot | None) -> Sequence[tuple[Any, str]]:
    """What every guest of the hotspot gets. How much of it this one has left, wax does not tell."""
    if hotspot is None:
        return []
    time = moments.duration(hotspot.daily) if hotspot.daily else ""
    data = moments.data(hotspot.volume) if hotspot.volume else ""
    # Translators: label of a figure: how long each guest may be online on one day
    rows = [(_("Time per day"), time), (_("Data limit"), data)]
    return [row for row in rows if row[1]]


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
    if ahead.kind == "email":
        guest, online = registration.connect_to_read(context.with_session(guest))
        if online:
            return _online(context.with_session(guest))
    return _again(context.with_session(guest))


def _end_short_connection(context: RequestContext) -> None:
    """Wings ends a short connection before the login. Where there is nothing to end wax may say no: the login is asked
    all the same, and tells."""
    try:
        _wax(context).logout(progress(_guest(context)).address)
    except Refused as no:
        log.info("no short connection to end session=%s code=%s", _guest(context).session_id, no.code)


def _pause(context: RequestContext, guest: GuestSession) -> None:
    """Between the end of a short connection and the login there is a moment; most of it is spent on the way."""
    if ended := progress(guest).ended:
        left = context.venue.settings.temp_pause - (time.time() - ended)
        time.sleep(min(max(left, 0), context.venue.settings.temp_pause))


def _online(context: RequestContext) -> Outcome:
    over = {"temporary": False, "link": False, "ended": 0.0, "errand": "", "since": int(context.now)}
    guest = with_progress(context.known.but(stage=Stage.ONLINE, typed={}), **over)
    registration.note_yes(context.with_session(guest))
    guest = registration.settle(context.with_session(guest))
    log.info("online venue=%s session=%s", context.venue.slug, guest.session_id)
    return Redirect(guest, f"/{context.venue.slug}/online")


def _again(context: RequestContext) -> Redirect:
    """The login page by a GET of its own: going back or reloading repeats nothing."""
    guest = context.known
    return Redirect(guest, f"/{context.venue.slug}/")


def _said(guest: GuestSession, way: SignInMethod) -> dict[str, Any]:
    """The consents and answers of a form, for the state. What was not asked was not given; what was asked is not asked
    again, and stays."""
    if progress(guest).asked:
        return {}
    asked = any(name in way.form for name in (*CONSENTS, *questions.ASKED))
    return {"asked": asked, "agreed": _consents(way), **questions.answers(way.form)}


def _consents(way: SignInMethod) -> tuple[str, ...]:
    """The boxes that were ticked, by wax's names."""
    return tuple(theirs for ours, theirs in CONSENTS.items() if ours in way.form and way.form[ours].data)


def _wax(context: RequestContext) -> Any:
    return wax_for(context.venue.settings, gateway_session_of(context.guest).unit)


def _guest(context: RequestContext) -> GuestSession:
    gateway_session_of(context.guest)
    return context.known
