"""From a filled form to online: what each way does, the login, and the words for what wax refuses."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from limits import RateLimitItemPerHour

from portal.errors import Refused
from portal.guest import Chosen, Guest
from portal.icaro import forms, questions, registration
from portal.icaro.device import device_of, moved, offers_of, so_far
from portal.icaro.hotspots import wax_for
from portal.icaro.settings import Settings
from portal.icaro.ways import is_locked
from portal.journey.pages import with_state
from portal.journey.system import Online, Outcome, Ready, Redirect, SignIn, Visit, Way
from portal.security import PER_CODE, count, destination

log = logging.getLogger("portal.icaro")
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
CODES = RateLimitItemPerHour(10)
INPUTS = {"voucher": "code", "email": "email", "sms": "num", "code": "code"}


def take_voucher(visit: Visit, code: str) -> Outcome:
    """A voucher signs in by itself, or unlocks the other ways."""
    guest = _guest(visit)
    voucher = registration.use_voucher(visit, code)
    if voucher.signs_in:
        return Ready(guest, Chosen("voucher", {"code": code, "user": voucher.user}))
    return _again(visit, moved(guest, voucher=voucher.code).but(typed={}))


def ask_code(visit: Visit, way: Way) -> Outcome:
    """Register an address or number; the code goes out, and its page comes by a redirect, so that no reload sends
    another one. Without a code where the hotspot wants none (``skip``)."""
    guest, kind = _guest(visit), way.name
    _count_code(visit, way.form[INPUTS[kind]].data)
    visit = replace(visit, guest=moved(guest, agreed=_agreed(way), **questions.answers(way.form)))
    guest = registration.register(visit, kind, way.form[INPUTS[kind]].data)
    ahead = so_far(guest)
    if kind == "email" and "skip" in (offers_of(guest) or ()):
        return Ready(guest, Chosen("email", {"address": ahead.address, "user": ahead.user, "skip": True}))
    return _after_code(visit, guest)


def take_code(visit: Visit, way: Way) -> Outcome:
    """The code is typed, or a new one is wanted."""
    guest = _guest(visit)
    settings: Settings = visit.venue.settings
    ahead = so_far(guest)
    kind, address, user = ahead.kind, ahead.address, ahead.user
    if "address" in way.form:
        (kind, address), user = forms.contact(way.form["address"].data, settings.country), 0
    if forms.AGAIN in request.form and not is_locked(guest):
        _count_code(visit, address)
        return _after_code(visit, registration.register(visit, kind, address, reset=True))
    count(PER_CODE, visit.venue.slug, "login", address)
    code = forms.digits(way.form["code"].data or "")
    return Ready(guest, Chosen(kind, {"address": address, "code": code, "user": user}))


def sign_in(visit: Visit, chosen: Chosen) -> Outcome:
    """The login at wax; the guest is online when the unit has asked next."""
    guest = _guest(visit).but(chosen=None)
    values = chosen.values
    visit = replace(visit, guest=guest)
    if values.get("skip"):
        return _without_code(visit, guest)
    if chosen.way != "voucher":
        return _with_code(visit, values)
    _end_short_connection(visit, so_far(guest).address if so_far(guest).temporary else "")
    try:
        _wax(visit).login(values["code"].lower(), "")
    except Refused as no:
        if no.code == "wrong":
            registration.forget_voucher(visit, values["code"])
        return refused(moved(guest, temporary=False), "voucher", no)
    return _online(visit, guest)


def _with_code(visit: Visit, values: Mapping[str, Any]) -> Outcome:
    """E-mail and text message. A short connection is ended first, as Wings does before every login of this kind
    (the mail may have been read in another browser, of which this state knows nothing); after a wrong code it comes
    back, for the right one still has to be read."""
    guest, address = _guest(visit), values["address"]
    was_open = so_far(guest).temporary
    _end_short_connection(visit, address if "@" in address or was_open else "")
    try:
        _wax(visit).login(address, values["code"])
    except Refused as no:
        if was_open and "skip" not in (offers_of(guest) or ()):
            guest, _online_by_now = registration.connect_to_read(visit, moved(guest, temporary=False))
        return refused(guest, "code", no)
    return _online(visit, guest)


def success(visit: Visit, guest: Guest) -> Online:
    """The page after success. The unit asks every ten seconds, so the first page may come a little later."""
    home = guest.device.get("home", "") or visit.venue.file.landing_url
    onwards = home or destination(guest.wanted, "")
    again = (_("Go on"), with_state(replace(visit, guest=guest), f"/{visit.venue.slug}/online"))
    link = (_("Continue to the internet"), onwards) if onwards else again
    return Online(guest, lead=_("The Wi-Fi lets you in within 10 seconds."), links=[link])


def refused(guest: Guest, way: str, no: Refused) -> SignIn:
    """The login page with the reason at its input."""
    log.info("refused visit=%s way=%s code=%s", guest.visit, way, no.code)
    words = WORDS.get((way, no.code))
    if words is None:
        return SignIn(guest, notice=OTHERWISE, way=way, status=no.status)
    return SignIn(guest, way=way, errors={INPUTS[way]: [words]}, status=no.status)


def _without_code(visit: Visit, guest: Guest) -> Outcome:
    """An e-mail address is enough here: wax says so, or there is a code to type after all."""
    guest, online = registration.connect_to_read(visit, guest)
    return _online(visit, guest) if online else _again(visit, guest)


def _after_code(visit: Visit, guest: Guest) -> Outcome:
    """A code is on its way (or was sent long ago): its page. Mail can be read only with a connection; a text
    message needs none (real)."""
    ahead = so_far(guest)
    guest = guest.but(typed={})
    if ahead.kind == "email" and not ahead.known:
        guest, online = registration.connect_to_read(visit, guest)
        if online:
            return _online(visit, guest)
    return _again(visit, guest)


def _end_short_connection(visit: Visit, username: str) -> None:
    """Wax wants a logout before the login, and a moment between the two. Where there is nothing to end it may say
    no: the login is asked all the same, and tells."""
    if not username:
        return
    try:
        _wax(visit).logout(username)
    except Refused as no:
        log.info("no short connection to end visit=%s code=%s", _guest(visit).visit, no.code)
    time.sleep(visit.venue.settings.temp_pause)


def _online(visit: Visit, guest: Guest) -> Outcome:
    guest = moved(guest.but(stage="online", typed={}), temporary=False, since=int(visit.now))
    guest = registration.settle(visit, guest)
    log.info("online venue=%s visit=%s", visit.venue.slug, guest.visit)
    return Redirect(guest, with_state(replace(visit, guest=guest), f"/{visit.venue.slug}/online"))


def _again(visit: Visit, guest: Guest) -> Redirect:
    """The login page by a GET of its own: going back or reloading repeats nothing."""
    return Redirect(guest, with_state(replace(visit, guest=guest), f"/{visit.venue.slug}/"))


def _count_code(visit: Visit, address: str) -> None:
    """Codes cost money and fill mailboxes: few per address, few per guest."""
    count(CODES, visit.venue.slug, "codes-to", address.casefold())
    count(CODES, visit.venue.slug, "codes-by", device_of(visit.guest).session)


def _agreed(way: Way) -> tuple[str, ...]:
    """The consents given, by wax's names. What was not asked was not given."""
    asked = {"marketing": "marketings", "survey": "surveys"}
    return tuple(theirs for ours, theirs in asked.items() if ours in way.form and way.form[ours].data)


def _wax(visit: Visit) -> Any:
    return wax_for(visit.venue.settings, device_of(visit.guest).unit)


def _guest(visit: Visit) -> Guest:
    device_of(visit.guest)
    return visit.known
