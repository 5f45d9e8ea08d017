"""Where the guest's browser goes next: to the Wi-Fi device (section 5.1), or with the login to the controller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask_babel import gettext as _

from portal.gateways.ucopia.answers import NasCall
from portal.gateways.ucopia.controller import nas_hosts, settings_of
from portal.gateways.ucopia.errors import ForeignHost
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.gateways.ucopia.settings import Settings
from portal.journey import pages
from portal.journey.steps import Outcome, Page, Post, Redirect, RequestContext
from portal.session import GuestSession
from portal.urls import origin, web_address

USUAL = {"http": 80, "https": 443}


def nas_url(call: NasCall, settings: Settings, nas: Mapping[str, str]) -> str:
    """The address at the Wi-Fi device, without its parameters; raises :class:`ForeignHost`."""
    host = f"[{call.host}]" if ":" in call.host else call.host
    port = f":{call.port}" if call.port else ""
    path = call.uri if call.uri.startswith("/") else f"/{call.uri}"
    try:
        url = web_address(call.url or f"{call.protocol}://{host}{port}{path}")
    except ValueError as error:
        raise ForeignHost("no address of a Wi-Fi device") from error
    parts = urlsplit(url)
    at = f"{parts.hostname}:{parts.port or USUAL.get(parts.scheme)}"
    if not url or not {parts.hostname or "", at} & set(nas_hosts(settings, nas)):
        raise ForeignHost("a host that is not allowed")
    return url


def in_window(call: NasCall, device: GatewaySession) -> NasCall:
    """The same, telling the Wi-Fi device which window of the phone this is, where that has a name (wire)."""
    told = (("cna_id", device.cna),) if device.cna else ()
    return replace(call, parameters=(*call.parameters, *told))


def to_nas(context: RequestContext, guest: GuestSession, call: NasCall) -> Outcome:
    """Send the guest's browser to the Wi-Fi device (section 5.1): 303 for GET, a form for POST."""
    settings = settings_of(context.venue)
    url = nas_url(call, settings, gateway_session_of(guest).nas)
    if call.type == "POST":
        return Post(guest, url, dict(call.parameters))
    query = urlencode(call.parameters)
    mark = "&" if "?" in url else "?"
    return Redirect(guest, f"{url}{mark}{query}" if query else url)


def by_browser(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    action: str,
    values: Mapping[str, Any],
) -> Page:
    """``calls = "browser"``: a form to ``portal_api.php``, without ``from_ajax`` (wire)."""
    settings = settings_of(context.venue)
    controller = origin(settings.url)
    accepted = "true" if values.get("accepted") else "false"
    fields = {"action": action, "login": str(values["login"]), "password": str(values["password"])}
    fields["policy_accept"] = accepted
    if device.offer.has_private_policy:
        fields["private_policy_accept"] = "true" if values.get("private") else "false"
    if device.session.secure:
        fields["secure_pwd"] = device.session.secure
    shown = {
        "url": f"{controller}/portal_api.php",
        "fields": list(fields.items()),
        "login": fields["login"],
        "password": fields["password"],
        "lead": _("If nothing happens, press Continue."),
    }
    return Page(
        device.on(guest.but(stage="admitted")),
        "ucopia/browser.html",
        _("One moment"),
        shown,
        scripts=["submit"],
        form_action=[controller, *_onwards(guest)],
    )


def leaves_by_browser(context: RequestContext, guest: GuestSession, device: GatewaySession) -> Page:
    """``calls = "browser"``: the guest's browser carries ``disconnect`` in a frame that nobody sees, since some
    controllers answer with bare JSON (wire). A script goes on when the frame has its answer; else the guest does."""
    controller = origin(settings_of(context.venue).url)
    login = device.connection.login or (device.account.login if device.account else "")
    online = pages.with_state(context, f"/{context.venue.slug}/ucopia/left")
    shown = {
        "url": f"{controller}/portal_api.php",
        "fields": [("action", "disconnect"), ("login", login)],
        "next": online,
    }
    return Page(
        device.on(guest),
        "ucopia/leave.html",
        _("Disconnect"),
        shown,
        scripts=["leave"],
        form_action=[controller, *_onwards(guest)],
        frame_src=[controller],
    )


def _onwards(guest: GuestSession) -> list[str]:
    """Where the controller may send them after its own pages: browsers apply ``form-action`` to the whole chain."""
    try:
        found = origin(web_address(guest.original_url))
    except ValueError:
        return []
    return [found] if found else []
