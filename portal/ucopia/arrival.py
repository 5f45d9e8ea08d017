"""The landing URL: a guest of an in-line controller, the redirects of a Wi-Fi device, a page opened again.

In-line there is nothing in the query but ``dst``. A Wi-Fi device (section 5) brings ``res=notyet`` and what Table 9
lists; after its login ``res`` tells how it went, and the controller is told the same, server to server.
"""

from __future__ import annotations

import logging

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.guest import Guest
from portal.journey.system import Outcome, Page, SignIn, Visit
from portal.ucopia import account, feedback
from portal.ucopia.answers import Init
from portal.ucopia.common import ask, client_of_venue, newcomer, settings_of
from portal.ucopia.connection import Connection
from portal.ucopia.device import NAS_NAMES, Device, device_of, new_once
from portal.ucopia.messages import words_for

log = logging.getLogger("portal.ucopia")
ONLINE = frozenset({"success", "already"})
OFFLINE = frozenset({"logoff", "logout"})
LONGEST = {"userurl": 1500}
STEPS = frozenset({"LOGON", "SUBSCRIBE", "FEEDBACK", ""})


def arrive(visit: Visit) -> Outcome:
    """Whoever opens the landing URL."""
    if settings_of(visit.venue).architecture == "out-of-band":
        if {"res", "uamip"} & set(visit.query):
            return _by_nas(visit)
        if visit.guest is None or not device_of(visit.guest).nas:
            return _unknown_device(visit)
    guest = visit.guest or newcomer(visit)
    if wanted := visit.query.get("dst", "")[:1500]:
        guest = guest.but(wanted=wanted)
    return enter(visit, guest, device_of(guest))


def enter(visit: Visit, guest: Guest, device: Device, notice: str = "", box_says: str = "") -> Outcome:
    """What ``init`` says comes next: the ways in, the feedback page, or a page of the controller's own.

    While the controller is away, a guest who has seen its form before goes on seeing it.
    """
    if _is_ours(visit, guest):
        return feedback.page(visit, guest, device)
    try:
        guest, device, init = ask(visit, guest, device)
    except UpstreamError as error:
        if not device.offer.step:
            raise
        log.info("init failed, the known form is shown: %s", error.reason)
        return SignIn(
            device.on(guest), notice=notice or words_for(error), box_says=box_says, status=error.status
        )
    if init.connected:
        return feedback.connected(visit, guest.but(stage="online"), device, init)
    if guest.stage == "online" and not notice:
        notice = _(
            "The network does not know this device any more. If the internet does not open, connect again."
        )
    guest = guest.but(stage="arrived")
    kept = None if visit.query.get("other") else device.account
    device = device.but(connection=Connection(), account=kept)
    if device.account:
        return account.page(visit, device.on(guest), notice)
    return sign_in(visit, guest, device, init, notice, box_says)


def sign_in(
    visit: Visit, guest: Guest, device: Device, init: Init, notice: str = "", box_says: str = ""
) -> Outcome:
    """The login page for an offer, or a clear page where there is no way in that the API has."""
    offer = device.offer
    if offer.step not in STEPS or not (offer.modes or offer.standard or offer.shibboleth):
        return account.elsewhere(visit, device.on(guest), offer.step)
    device = device.but(once=new_once() if offer.modes else "")
    fresh = None if guest.typed or notice or box_says else repr(offer)
    if offer.shibboleth or offer.recovery:
        fresh = None
    return SignIn(device.on(guest), notice=notice, box_says=box_says, fresh=fresh)


def _is_ours(visit: Visit, guest: Guest) -> bool:
    """Where the browser carries the login our server cannot see the connection: what we know is all there is.

    Unless the controller has caught her again (``dst``), so that she is not online, or she says so herself.
    """
    if {"dst", "other"} & set(visit.query):
        return False
    return settings_of(visit.venue).calls == "browser" and guest.stage in ("online", "admitted")


def _by_nas(visit: Visit) -> Outcome:
    """A redirect of the Wi-Fi device."""
    res = visit.query.get("res", "notyet").strip().lower()
    said = {name: visit.query[name][: LONGEST.get(name, 200)] for name in NAS_NAMES if visit.query.get(name)}
    guest, device = _whose(visit, said)
    if said.get("userurl") and (res not in ONLINE | OFFLINE or not guest.wanted):
        guest = guest.but(wanted=said["userurl"])
    kept = {name: value for name, value in said.items() if name not in ("res", "userurl")}
    device = device.but(nas={**device.nas, **kept, "res": "notyet"})
    if res in ONLINE | OFFLINE | {"failed"}:
        return _back(visit, guest, device, res, said)
    return _opened(visit, guest, device, said | {"res": "notyet"})


def _whose(visit: Visit, said: dict[str, str]) -> tuple[Guest, Device]:
    """The guest of the state, unless the redirect is about another device."""
    known = visit.guest
    if known is not None:
        device = device_of(known)
        if not (device.nas.get("mac") and said.get("mac")) or device.nas["mac"] == said["mac"]:
            return known, device
    return newcomer(visit), Device()


def _opened(visit: Visit, guest: Guest, device: Device, said: dict[str, str]) -> Outcome:
    """``res=notyet`` (any unknown word too): the zone is opened on the guest's behalf, with the new challenge."""
    client = client_of_venue(visit.venue)
    session = client.open(device.but(nas=said).door(guest.wanted), device.session)
    return enter(visit, guest.but(stage="arrived"), device.but(session=session))


def _back(visit: Visit, guest: Guest, device: Device, res: str, said: dict[str, str]) -> Outcome:
    """The Wi-Fi device has spoken: tell the controller, then show what it knows."""
    log.info("nas venue=%s visit=%s res=%s", visit.venue.slug, guest.visit, res)
    client = client_of_venue(visit.venue)
    try:
        session = client.open(device.but(nas=said).door(guest.wanted), device.session)
        device = device.but(session=session)
    except UpstreamError as error:
        log.info("the controller was not told: %s", error.reason)
        if res in ONLINE:
            return feedback.page(visit, guest.but(stage="online"), device)
        raise
    if res in ONLINE:
        return _let_in(visit, guest, device)
    if res in OFFLINE:
        return feedback.offline(visit, guest, device)
    reason = visit.query.get("reason", "")[:200]
    return enter(
        visit, guest, device, _("The Wi-Fi did not let you in. Try again, or ask at the reception."), reason
    )


def _let_in(visit: Visit, guest: Guest, device: Device) -> Outcome:
    """``res=success``: the feedback page. Only the controller's own word that she is not online counts against it."""
    try:
        guest, device, init = ask(visit, guest, device)
    except UpstreamError:
        return feedback.page(visit, guest.but(stage="online"), device)
    if init.connected:
        return feedback.connected(visit, guest.but(stage="admitted"), device, init)
    return sign_in(visit, guest.but(stage="arrived"), device, init, _("You are not connected yet."))


def _unknown_device(visit: Visit) -> Page:
    """Nobody sent this guest: only the Wi-Fi device can tell which device it is."""
    guest = visit.guest or newcomer(visit)
    text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    context = {"text": text, "links": [], "box_says": ""}
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), context)
