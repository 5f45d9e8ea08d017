"""From a filled form to online: what each way does, the login, and the words for what wax refuses."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _

from portal.errors import Refused
from portal.guest import Chosen, Guest
from portal.icaro import forms, registration
from portal.icaro.device import device_of, moved, offers_of, so_far
from portal.icaro.hotspots import wax_for
from portal.icaro.settings import Settings
from portal.journey.pages import with_state
from portal.journey.system import Online, Outcome, Ready, Redirect, SignIn, Visit, Way
from portal.security import PER_CODE, count, destination

log = logging.getLogger("portal.icaro")
CONSENTS = {"marketing": "marketings", "survey": "surveys"}
"""Our names, and wax's in its addresses."""
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
    guest = moved(guest, refused=tuple(_refused_consents(way, offers_of(guest) or frozenset())))
    visit = replace(visit, guest=guest)
    guest = registration.register(visit, kind, way.form[INPUTS[kind]].data)
    guest = registration.withdraw(visit, guest)
    ahead = so_far(guest)
    if kind == "email" and "skip" in (offers_of(guest) or ()):
        return Ready(guest, Chosen("email", {"address": ahead.address, "user": ahead.user, "skip": True}))
    return _after_code(visit, guest)


def take_code(visit: Visit, way: Way) -> Outcome:
    """The code is typed, or a new one is wanted."""
    guest = _guest(visit)
    settings: Settings = visit.venue.settings
    ahead = so_far(guest)
    if "address" in way.form:
        kind, address = forms.contact(way.form["address"].data, settings.country)
        guest = moved(guest, kind=kind, address=address, temporary=kind == "email")
        ahead = so_far(guest)
    if forms.AGAIN in request.form:
        count(PER_CODE, visit.venue.slug, "again", ahead.address)
        visit = replace(visit, guest=guest)
        return _after_code(visit, registration.register(visit, ahead.kind, ahead.address, reset=True))
    code = forms.digits(way.form["code"].data)
    return Ready(guest, Chosen(ahead.kind, {"address": ahead.address, "code": code, "user": ahead.user}))


def sign_in(visit: Visit, chosen: Chosen) -> Outcome:
    """The login at wax; the guest is online when the unit has asked next."""
    guest = _guest(visit).but(chosen=None)
    values = chosen.values
    visit = replace(visit, guest=guest)
    if values.get("skip"):
        return _without_code(visit, guest)
    way = "voucher" if chosen.way == "voucher" else "code"
    try:
        if way == "voucher":
            _end_short_connection(visit, guest, values["code"].lower())
            _wax(visit).login(values["code"].lower(), "")
        else:
            _end_short_connection(visit, guest, values["address"])
            _wax(visit).login(values["address"], values["code"])
    except Refused as no:
        if way == "voucher" and no.code == "wrong":
            registration.forget_voucher(visit, values["code"])
        return refused(moved(guest, temporary=False), way, no)
    return _online(visit, moved(guest, temporary=False))


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
    if ahead.kind == "email" and not ahead.known and not ahead.temporary:
        guest, online = registration.connect_to_read(visit, guest)
        if online:
            return _online(visit, guest)
    return _again(visit, guest)


def _end_short_connection(visit: Visit, guest: Guest, username: str) -> None:
    """Wax wants a logout before the login, and a moment between the two."""
    if so_far(guest).temporary:
        _wax(visit).logout(username)
        time.sleep(visit.venue.settings.temp_pause)


def _online(visit: Visit, guest: Guest) -> Outcome:
    guest = registration.withdraw(visit, guest.but(stage="online", typed={}))
    log.info("online venue=%s visit=%s", visit.venue.slug, guest.visit)
    return Redirect(guest, with_state(replace(visit, guest=guest), f"/{visit.venue.slug}/online"))


def _again(visit: Visit, guest: Guest) -> Redirect:
    """The login page by a GET of its own: going back or reloading repeats nothing."""
    return Redirect(guest, with_state(replace(visit, guest=guest), f"/{visit.venue.slug}/"))


def _refused_consents(way: Way, offers: frozenset[str]) -> list[str]:
    """Wax writes down a yes for each (real); ours is a no unless the guest ticked the box."""
    return [theirs for ours, theirs in CONSENTS.items() if not (ours in way.form and way.form[ours].data)]


def _wax(visit: Visit) -> Any:
    return wax_for(visit.venue.settings, device_of(visit.guest).unit)


def _guest(visit: Visit) -> Guest:
    device_of(visit.guest)
    return visit.guest  # type: ignore[return-value]
