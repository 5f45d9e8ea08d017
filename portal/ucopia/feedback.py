"""The feedback page: what the controller says of the connection, and how it is kept and ended.

Refresh (section 3.4) is needed every ``refreshInterval`` only while ``autoDisconnect`` is not true (wire). The
page does it by a small script; without one the page opens itself again, until the guest stops it.
"""

from __future__ import annotations

import logging
from typing import Any

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.guest import Guest
from portal.journey import pages
from portal.journey.system import Outcome, Page, Visit
from portal.security import destination
from portal.ucopia import facts
from portal.ucopia.answers import Init
from portal.ucopia.common import ask, client_of_venue, nas_sources, newcomer, own_page, settings_of
from portal.ucopia.connection import Connection, person_of
from portal.ucopia.device import Device, device_of
from portal.ucopia.values import flag, inner
from portal.values import web_address

log = logging.getLogger("portal.ucopia")
SOONEST = 5
"""Seconds before the page leads on: access opens about a second after the answer (wire), and it can be stopped."""


def online(visit: Visit) -> Outcome:
    """``/<venue>/online``: by ``init``, or what we know where our server cannot see the connection."""
    from portal.ucopia import arrival

    settings, guest = settings_of(visit.venue), visit.guest
    if guest is None:
        if settings.architecture == "out-of-band":
            return arrival.arrive(visit)
        guest = newcomer(visit)
        if settings.calls == "browser":
            return _seen_by_browser(visit, guest.but(stage="admitted"), Device())
    device = device_of(guest)
    if settings.calls == "browser" and guest.stage in ("online", "admitted"):
        return _seen_by_browser(visit, guest, device)
    if guest.stage not in ("online", "admitted"):
        return arrival.enter(visit, guest, device)
    if visit.query.get("again") and device.connection.login:
        device = kept_alive(visit, device)[0]
    try:
        guest, device, init = ask(visit, guest, device)
    except UpstreamError as error:
        log.info("the details cannot be read: %s", error.reason)
        return page(visit, guest, device, _("The details cannot be read right now."))
    if init.connected:
        return connected(visit, guest, device, init)
    if guest.stage == "admitted" and device.session.reopened:
        # The controller said yes a moment ago and has lost the session since: the connection is not the session.
        return page(visit, guest, device)
    return arrival.enter(visit, guest.but(stage="online"), device)


def _seen_by_browser(visit: Visit, guest: Guest, device: Device) -> Outcome:
    """The controller sent the guest back to us; whether ``init`` can see her depends on the controller."""
    try:
        guest, device, init = ask(visit, guest, device)
    except UpstreamError:
        return page(visit, guest, device)
    return connected(visit, guest, device, init) if init.connected else page(visit, guest, device)


def kept_alive(visit: Visit, device: Device) -> tuple[Device, bool]:
    """One ``refresh``; whether the controller still has the guest online. Unanswered counts as yes."""
    one = device.connection
    try:
        session, good = client_of_venue(visit.venue).refresh(device.session, one.login, visit.now, one.digest)
    except UpstreamError as error:
        log.info("refresh failed: %s", error.reason)
        return device, True
    return device.but(session=session), good


def connected(visit: Visit, guest: Guest, device: Device, init: Init) -> Page:
    """The page with all that ``feedback`` allows and the answer holds."""
    one = device.connection
    left = one.remaining if one.credit and "timeCredit" in init.shown else None
    auto = one.auto_disconnect is True
    refresh = 0 if auto or not one.login or settings_of(visit.venue).calls == "browser" else init.refresh
    context = {
        "facts": facts.facts_of(one, init.shown),
        "left": left,
        "left_text": facts.clock(left) if left is not None else "",
        "until": _("until %(time)s", time=facts.hour(one.clock + left, one.offset))
        if left is not None
        else "",
        "greeting": one.message if "pms.message" in init.shown else "",
        "person": _person(init),
        "new_password": own_page(visit.venue, device.session) if _may_change_password(init) else "",
        "caution": "caution" in init.shown and not auto,
        "refresh": refresh,
        "stopped": bool(visit.query.get("stop")),
    }
    return _page(visit, guest, device, context, _onwards(guest, init))


def page(visit: Visit, guest: Guest, device: Device, notice: Any = "") -> Page:
    """The plain page of success, where the controller tells nothing (more) about the connection."""
    start = ""
    if settings_of(visit.venue).calls == "browser":
        # Nobody told us that the login has worked: the way back to it stays open.
        start = pages.with_state(visit, f"/{visit.venue.slug}/")
        start += f"{'&' if '?' in start else '?'}other=1"
    return _page(visit, guest, device, {"notice": notice, "start": start}, None)


def _page(
    visit: Visit, guest: Guest, device: Device, context: dict[str, Any], onwards: tuple[str, int] | None
) -> Page:
    empty = {
        **{"facts": [], "left": None, "left_text": "", "until": "", "greeting": "", "person": []},
        **{"new_password": "", "start": ""},
        **{"caution": False, "refresh": 0, "stopped": False, "notice": ""},
    }
    base = f"/{visit.venue.slug}"
    online = pages.with_state(visit, f"{base}/online")
    mark = "&" if "?" in online else "?"
    after = destination(guest.wanted, visit.venue.file.landing_url)
    more = {
        "opening": guest.stage == "admitted",
        "account": device.account,
        "onwards": onwards,
        "links": [(_("Continue to the internet"), after)] if after and not onwards else [],
        "stay": online,
        "again": f"{online}{mark}again=1",
        "stop": f"{online}{mark}stop=1",
        "refresh_url": f"{base}/ucopia/refresh",
        "disconnect_url": f"{base}/ucopia/disconnect" if _may_leave(device.connection) else "",
    }
    guest = device.on(guest.but(stage="online"))
    whole = {**empty, **context, **more}
    live = whole["left"] is not None or whole["refresh"] or onwards
    return Page(
        guest,
        "ucopia/online.html",
        _("You are online"),
        whole,
        scripts=["online"] if live else [],
        form_action=nas_sources(visit.venue, guest),
        connect=True,
    )


def offline(visit: Visit, guest: Guest, device: Device) -> Page:
    """Disconnected, and how to connect again."""
    device = device.but(connection=Connection(), account=None)
    guest = device.on(guest.but(stage="arrived"))
    # A challenge is good for one login: out-of-band, only the Wi-Fi device gives the next one, to a plain page,
    # be it the phone's own probe.
    caught = _address(guest.wanted) if device.nas and guest.wanted.startswith("http://") else ""
    start = caught or pages.with_state(visit, f"/{visit.venue.slug}/")
    context = {
        "text": _("You can close this page."),
        "links": [(_("Connect again"), start)],
        "box_says": "",
    }
    return Page(guest, "message.html", _("You are disconnected"), context)


def _may_change_password(init: Init) -> bool:
    """``modifyPwd``, unless the controller says that it is not this guest's to change (appendix 2)."""
    return init.modify and flag(inner(init.user.get("allowModPwdBySelf")), True)


def _may_leave(one: Connection) -> bool:
    return bool(one.login) and one.button is not False


def _onwards(guest: Guest, init: Init) -> tuple[str, int] | None:
    """``postConnectRedirect``, once: right after the guest was let in."""
    if guest.stage != "admitted" or not init.redirect_url:
        return None
    url = _address(init.redirect_url)
    return (url, max(SOONEST, init.redirect_delay)) if url else None


def _address(text: str) -> str:
    """An address that a page may link to; empty for what is none."""
    try:
        return web_address(text)
    except ValueError:
        return ""


def _person(init: Init) -> list[tuple[str, str]]:
    """The guest's own data."""
    labels = {
        "firstName": _("First name"),
        "lastName": _("Last name"),
        "email": _("E-mail address"),
        "phoneNumber": _("Phone number"),
        "organizationalUnitName": _("Company or organisation"),
        "postalAddress": _("Street and number"),
        "postOfficeBox": _("Post office box"),
        "postalCode": _("Postal code"),
        "localityName": _("Town"),
        "countryName": _("Country"),
    }
    return [(labels[name], text) for name, text in person_of(init.user).items()]
