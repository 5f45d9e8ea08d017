"""Pages about an account: the one that was just made, and what only the controller's own portal can do."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from portal.gateways.ucopia import forms
from portal.gateways.ucopia.controller import nas_sources, own_page
from portal.gateways.ucopia.session import gateway_session_of
from portal.journey import pages
from portal.journey.steps import Page, RequestContext


def page(context: RequestContext, notice: Any = "", form: Any = None, status: int = 200) -> Page:
    """A new account, to be read and copied before the guest goes on with it."""
    guest = context.known
    device = gateway_session_of(guest)
    known = device.account
    start = pages.with_state(context, f"/{context.venue.slug}/")
    other = f"{start}{'&' if '?' in start else '?'}other=1" if notice else ""
    values = {
        "login": known.login if known else "",
        "password": known.password if known else "",
        "notice": notice,
        "other": other,
        "form": form or forms.connect_form(device.offer),
        "url": f"/{context.venue.slug}/ucopia/connect",
        "policies": (f"/{context.venue.slug}/ucopia/policy/login/", pages.with_state(context, "")),
    }
    return Page(
        guest,
        "ucopia/account.html",
        _("Your account"),
        values,
        status=status,
        form_action=nas_sources(context.venue, guest),
    )


def unknown(context: RequestContext) -> Page:
    """A subscription whose answer never came: nothing is repeated unless the guest says so."""
    guest = context.known
    values = {
        "text": _(
            "It is not certain that your account was made: the network did not answer in time. "
            "Wait a moment and look whether you are online, or start again."
        ),
        "links": [
            (_("Look whether I am online"), f"/{context.venue.slug}/online"),
            (_("Start again"), f"/{context.venue.slug}/"),
        ],
        "upstream_message": "",
    }
    return Page(guest, "message.html", _("The network answers slowly"), values, status=504)


def elsewhere(context: RequestContext, step: str) -> Page:
    """A step that the API 5.1 has no primitive for: the controller's own page has."""
    guest = context.known
    if step in ("FORCE_MODIFY_PWD", "SECURE_PWD"):
        title, text = (
            _("Choose a new password"),
            _("Go on to the network's own page and choose a new password there."),
        )
    else:
        title = _("One more step")
        text = _("Go on to the network's own page. If it does not help, ask at the reception.")
    url = own_page(context.venue, gateway_session_of(guest).session)
    values = {"text": text, "links": [(_("Continue"), url)], "upstream_message": ""}
    return Page(guest, "message.html", title, values)
