"""Where the guest's browser goes next: to the Wi-Fi device (section 5.1), or with the login to the controller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask_babel import gettext as _

from portal.gateways.ucopia import forms
from portal.gateways.ucopia.answers import NasCall
from portal.gateways.ucopia.controller import nas_hosts, settings_of
from portal.gateways.ucopia.errors import ForeignHost
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.gateways.ucopia.settings import Settings
from portal.journey.steps import Outcome, Page, Post, Redirect, RequestContext
from portal.session import GuestSession, Stage
from portal.urls import origin, web_address


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
    allowed = nas_hosts(settings, nas)
    if not url or not {parts.hostname or "", f"{parts.hostname}:{parts.port}"} & set(allowed):
        raise ForeignHost("a host that is not allowed")
    return url


def to_nas(context: RequestContext, call: NasCall) -> Outcome:
    """Send the guest's browser to the Wi-Fi device (section 5.1): 303 for GET, a form for POST."""
    guest = context.known
    settings = settings_of(context.venue)
    url = nas_url(call, settings, gateway_session_of(guest).nas)
    if call.type == "POST":
        return Post(guest, url, dict(call.parameters))
    query = urlencode(call.parameters)
    mark = "&" if "?" in url else "?"
    return Redirect(guest, f"{url}{mark}{query}" if query else url)


def by_browser(
    context: RequestContext,
    device: GatewaySession,
    action: str,
    values: Mapping[str, Any],
) -> Page:
    """``calls = "browser"``: a form to ``portal_api.php``, without ``from_ajax`` (wire)."""
    guest = context.known
    settings = settings_of(context.venue)
    controller = origin(settings.url)
    fields = {"action": action, "login": str(values["login"])}
    if action == "authenticate":
        accepted = "true" if values.get("accepted") else "false"
        fields |= {"password": str(values["password"]), "policy_accept": accepted}
        fields |= forms.secure(values, settings)
    leaving = action == "disconnect"
    guest = guest.but(stage=Stage.ARRIVED if leaving else "admitted")
    shown = {
        "url": f"{controller}/portal_api.php",
        "fields": list(fields.items()),
        "login": "" if leaving else fields["login"],
        "password": fields.get("password", ""),
        "lead": _("If nothing happens, continue by hand."),
    }
    back = [controller, *_onwards(guest)]
    return Page(
        device.on(guest),
        "ucopia/browser.html",
        _("One moment"),
        shown,
        scripts=["submit"],
        form_action=back,
    )


def _onwards(guest: GuestSession) -> list[str]:
    """Where the controller may send her after its own pages: browsers apply ``form-action`` to the whole chain."""
    try:
        found = origin(web_address(guest.original_url))
    except ValueError:
        return []
    return [found] if found else []
