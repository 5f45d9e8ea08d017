"""What stands on the feedback page, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.gateways.ucopia import connection_facts, presence
from portal.gateways.ucopia.announcement import Init
from portal.gateways.ucopia.connection import Connection, custom_fields_of, person_of
from portal.gateways.ucopia.controller import nas_sources, own_page, settings_of, zone_of_venue
from portal.gateways.ucopia.features import label_of
from portal.gateways.ucopia.session import GatewaySession
from portal.journey import moments, pages
from portal.journey.steps import Page, RequestContext
from portal.session import GuestSession
from portal.urls import destination, web_address


@dataclass(frozen=True)
class Onward:
    """Where a guest goes next. ``delay`` in seconds when the page leads there by itself, None for a link alone.

    ``shown``: whether there is a link at all."""

    url: str
    delay: int | None = None
    shown: bool = True


def connected(
    context: RequestContext, guest: GuestSession, device: GatewaySession, init: Init, done: Any = ""
) -> Page:
    """The page with all that ``feedback`` allows and the answers hold; ``done`` is good news beside it."""
    if init.connected:
        device = device.but(confirmed=True, visitor=presence.mark_of(init))
    one = device.connection
    zone = connection_facts.zone_of(one, zone_of_venue(context.venue))
    left = connection_facts.time_left(one, init.shown)
    by_server = settings_of(context.venue).calls == "server"
    values = {
        "facts": connection_facts.facts_of(one, init.shown, zone),
        "left": left,
        "left_text": connection_facts.clock(left) if left is not None else "",
        "until": moments.until(one.clock + left, one.clock, zone) if left is not None else "",
        "data_left": connection_facts.data_left(one, init.shown, zone),
        "greeting": one.message if "pms.message" in init.shown else "",
        "person": _person(context, init),
        "new_password": _change_of_password(context, device, init),
        "refresh": init.refresh if by_server and one.must_stay and one.login else 0,
        "stopped": bool(context.query.get("stop")),
        "done": done,
    }
    return _page(context, guest, device, values, _onward(context, guest, one, init))


def known(context: RequestContext, guest: GuestSession, device: GatewaySession, notice: Any = "") -> Page:
    """The plain page of success, where the controller tells nothing (more) about the connection."""
    start = ""
    if settings_of(context.venue).calls == "browser":
        # Nobody told us that the login has worked: the way back to it stays open.
        start = pages.with_state(context, f"/{context.venue.slug}/")
        start += f"{'&' if '?' in start else '?'}other=1"
    after = destination(guest.original_url, context.venue.file.landing_url)
    onward = Onward(after) if after else None
    return _page(context, guest, device, {"notice": notice, "start": start}, onward)


def _page(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    values: dict[str, Any],
    onward: Onward | None,
) -> Page:
    empty: dict[str, Any] = {
        **{"facts": [], "left": None, "left_text": "", "until": "", "data_left": None, "greeting": ""},
        **{
            "person": [],
            "new_password": "",
            "start": "",
            "refresh": 0,
            "stopped": False,
            "notice": "",
            "done": "",
        },
    }
    base = f"/{context.venue.slug}"
    online = pages.with_state(context, f"{base}/online")
    mark = "&" if "?" in online else "?"
    more = {
        "opening": guest.stage == "admitted",
        "must_stay": device.connection.must_stay,
        "account": device.account if device.account and not device.account.hidden else None,
        "onward": onward,
        "stay": online,
        "again": f"{online}{mark}again=1",
        "stop": f"{online}{mark}stop=1",
        "refresh_url": f"{base}/ucopia/refresh",
        "disconnect_url": f"{base}/ucopia/disconnect" if _may_leave(device.connection) else "",
    }
    guest = device.on(guest.but(stage="online"))
    whole = {**empty, **values, **more}
    live = whole["left"] is not None or whole["refresh"] or (onward and onward.delay is not None)
    return Page(
        guest,
        "ucopia/online.html",
        _("You are online"),
        whole,
        scripts=["online"] if live else [],
        form_action=nas_sources(context.venue, guest),
        connect=True,
    )


def offline(context: RequestContext, guest: GuestSession, device: GatewaySession) -> Page:
    """Disconnected, and how to connect again."""
    presence.note_left(guest, device)
    device = device.but(connection=Connection(), account=None, confirmed=False)
    guest = device.on(guest.but(stage="arrived"))
    start = caught_again(guest, device) or pages.with_state(context, f"/{context.venue.slug}/")
    values = {
        "text": _("You can close this page."),
        "links": [(_("Connect again"), start)],
        "upstream_message": "",
        "mark": "off",
    }
    return Page(guest, "message.html", _("You are disconnected"), values)


def caught_again(guest: GuestSession, device: GatewaySession) -> str:
    """A plain page, be it the phone's own probe, for which the Wi-Fi device gives the next challenge; "" for none.

    A challenge is good for one login, and only the device gives another.
    """
    wanted = guest.original_url
    return _address(wanted) if device.nas and wanted.startswith("http://") else ""


def _onward(context: RequestContext, guest: GuestSession, one: Connection, init: Init) -> Onward | None:
    """``postConnectRedirect``, else the page that was wanted (wire).

    ``feedback.requestedURL`` hides the controller's link, not the venue's own ``landing_url``.
    The page leads there by itself only right after the login, only with a delay told (0 is at once), and only where
    ``autoDisconnect`` says that leaving does not end the connection.
    """
    url, landing = _address(init.redirect_url), context.venue.file.landing_url
    leads = guest.stage == "admitted" and one.auto_disconnect is True and init.redirect_delay is not None
    if url and (leads or not init.hides_onward):
        return Onward(url, init.redirect_delay if leads else None, not init.hides_onward)
    if init.hides_onward:
        return Onward(landing) if landing else None
    after = destination(guest.original_url, "") or destination(one.requested, landing)
    return Onward(after) if after else None


def _change_of_password(context: RequestContext, device: GatewaySession, init: Init) -> str:
    """Our page for a new password; only the controller's own page where the browser carries the calls."""
    if not init.modify or not device.connection.login:
        return ""
    if settings_of(context.venue).calls == "browser":
        return own_page(context.venue, device.session)
    return pages.with_state(context, f"/{context.venue.slug}/ucopia/password")


def _may_leave(one: Connection) -> bool:
    return bool(one.login) and one.button is not False


def _address(text: str) -> str:
    """An address that a page may link to; empty for what is none."""
    try:
        return web_address(text)
    except ValueError:
        return ""


def _person(context: RequestContext, init: Init) -> list[tuple[str, str]]:
    """The guest's own data, personal fields with their labels."""
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
        "stateOrProvinceName": _("State or province"),
        "countryName": _("Country"),
    }
    own = [(labels[name], text) for name, text in person_of(init.user).items()]
    languages = (context.language.code, init.default_lang, init.fields_lang)
    custom = [
        (label_of(field.labels, (languages[0], field.default_lang, *languages[1:])), field.value)
        for field in custom_fields_of(init.user)
    ]
    labelled = [
        (label or _("Further details %(number)s", number=number), value)
        for number, (label, value) in enumerate(custom, 1)
    ]
    return [*own, *labelled]
