"""The feedback page: what the controller says of the connection, and how it is kept and ended.

Refresh (section 3.4) is needed every ``refreshInterval`` only while ``autoDisconnect`` is not true (wire). The
page does it by a small script; without one the page opens itself again, until the guest stops it.
"""

from __future__ import annotations

import logging
from typing import Any

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.ucopia import connection_facts
from portal.gateways.ucopia.answers import Init
from portal.gateways.ucopia.connection import Connection, person_of
from portal.gateways.ucopia.controller import (
    client_of_venue,
    nas_sources,
    own_page,
    settings_of,
)
from portal.gateways.ucopia.php_json import flag, inner
from portal.gateways.ucopia.session import GatewaySession
from portal.journey import pages
from portal.journey.steps import Page, RequestContext
from portal.session import GuestSession, Stage
from portal.urls import destination, web_address

log = logging.getLogger("portal.gateways.ucopia")
SOONEST = 5
"""Seconds before the page leads on: access opens about a second after the answer (wire), and it can be stopped."""


def kept_alive(context: RequestContext, device: GatewaySession) -> tuple[GatewaySession, bool]:
    """One ``refresh``; whether the controller still has the guest online. Unanswered counts as yes."""
    one = device.connection
    try:
        session, good = client_of_venue(context.venue).refresh(
            device.session, one.login, context.now, one.digest
        )
    except UpstreamError as error:
        log.info("refresh failed: %s", error.reason)
        return device, True
    return device.but(session=session), good


def connected(context: RequestContext, device: GatewaySession, init: Init) -> Page:
    """The page with all that ``feedback`` allows and the answer holds."""
    guest = context.known
    one = device.connection
    left = one.remaining if one.credit and "timeCredit" in init.shown else None
    auto = one.auto_disconnect is True
    refresh = 0 if auto or not one.login or settings_of(context.venue).calls == "browser" else init.refresh
    values = {
        "facts": connection_facts.facts_of(one, init.shown),
        "left": left,
        "left_text": connection_facts.clock(left) if left is not None else "",
        "until": _("until %(time)s", time=connection_facts.hour(one.clock + left, one.offset))
        if left is not None
        else "",
        "greeting": one.message if "pms.message" in init.shown else "",
        "person": _person(init),
        "new_password": own_page(context.venue, device.session) if _may_change_password(init) else "",
        "caution": "caution" in init.shown and not auto,
        "refresh": refresh,
        "stopped": bool(context.query.get("stop")),
    }
    return _page(context, device, values, _onwards(guest, init))


def page(context: RequestContext, device: GatewaySession, notice: Any = "") -> Page:
    """The plain page of success, where the controller tells nothing (more) about the connection."""
    start = ""
    if settings_of(context.venue).calls == "browser":
        # Nobody told us that the login has worked: the way back to it stays open.
        start = pages.with_state(context, f"/{context.venue.slug}/")
        start += f"{'&' if '?' in start else '?'}other=1"
    return _page(context, device, {"notice": notice, "start": start}, None)


def _page(
    context: RequestContext,
    device: GatewaySession,
    values: dict[str, Any],
    onwards: tuple[str, int] | None,
) -> Page:
    guest = context.known
    empty = {
        **{"facts": [], "left": None, "left_text": "", "until": "", "greeting": "", "person": []},
        **{"new_password": "", "start": ""},
        **{"caution": False, "refresh": 0, "stopped": False, "notice": ""},
    }
    base = f"/{context.venue.slug}"
    online = pages.with_state(context, f"{base}/online")
    mark = "&" if "?" in online else "?"
    after = destination(guest.original_url, context.venue.file.landing_url)
    more = {
        "opening": guest.stage == Stage.ADMITTED,
        "account": device.account,
        "onwards": onwards,
        "links": [(_("Continue to the internet"), after)] if after and not onwards else [],
        "stay": online,
        "again": f"{online}{mark}again=1",
        "stop": f"{online}{mark}stop=1",
        "refresh_url": f"{base}/ucopia/refresh",
        "disconnect_url": f"{base}/ucopia/disconnect" if _may_leave(device.connection) else "",
    }
    guest = device.on(guest.but(stage=Stage.ONLINE))
    whole = {**empty, **values, **more}
    live = whole["left"] is not None or whole["refresh"] or onwards
    return Page(
        guest,
        "ucopia/online.html",
        _("You are online"),
        whole,
        scripts=["online"] if live else [],
        form_action=nas_sources(context.venue, guest),
        connect=True,
    )


def offline(context: RequestContext, device: GatewaySession) -> Page:
    """Disconnected, and how to connect again."""
    guest = context.known
    device = device.but(connection=Connection(), account=None)
    guest = device.on(guest.but(stage=Stage.ARRIVED))
    # A challenge is good for one login: out-of-band, only the Wi-Fi device gives the next one, to a plain page,
    # be it the phone's own probe.
    caught = _address(guest.original_url) if device.nas and guest.original_url.startswith("http://") else ""
    start = caught or pages.with_state(context, f"/{context.venue.slug}/")
    values = {
        "text": _("You can close this page."),
        "links": [(_("Connect again"), start)],
        "upstream_message": "",
    }
    return Page(guest, "message.html", _("You are disconnected"), values)


def _may_change_password(init: Init) -> bool:
    """``modifyPwd``, unless the controller says that it is not this guest's to change (appendix 2)."""
    return init.modify and flag(inner(init.user.get("allowModPwdBySelf")), True)


def _may_leave(one: Connection) -> bool:
    return bool(one.login) and one.button is not False


def _onwards(guest: GuestSession, init: Init) -> tuple[str, int] | None:
    """``postConnectRedirect``, once: right after the guest was let in."""
    if guest.stage != Stage.ADMITTED or not init.redirect_url:
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
