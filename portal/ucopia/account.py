"""Pages about an account: the one that was just made, and what only the controller's own portal can do."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from portal.guest import Guest
from portal.journey import pages
from portal.journey.system import Page, Visit
from portal.ucopia import forms
from portal.ucopia.common import nas_sources, own_page
from portal.ucopia.device import device_of


def page(visit: Visit, guest: Guest, notice: Any = "", form: Any = None, status: int = 200) -> Page:
    """A new account, to be read and copied before the guest goes on with it."""
    device = device_of(guest)
    known = device.account
    start = pages.with_state(visit, f"/{visit.venue.slug}/")
    other = f"{start}{'&' if '?' in start else '?'}other=1" if notice else ""
    context = {
        "login": known.login if known else "",
        "password": known.password if known else "",
        "notice": notice,
        "other": other,
        "form": form or forms.connect_form(device.offer),
        "url": f"/{visit.venue.slug}/ucopia/connect",
        "policies": (f"/{visit.venue.slug}/ucopia/policy/login/", pages.with_state(visit, "")),
    }
    return Page(
        guest,
        "ucopia/account.html",
        _("Your account"),
        context,
        status=status,
        form_action=nas_sources(visit.venue, guest),
    )


def unknown(visit: Visit, guest: Guest) -> Page:
    """A subscription whose answer never came: nothing is repeated unless the guest says so."""
    context = {
        "text": _(
            "It is not certain that your account was made: the network did not answer in time. "
            "Wait a moment and look whether you are online, or start again."
        ),
        "links": [
            (_("Look whether I am online"), f"/{visit.venue.slug}/online"),
            (_("Start again"), f"/{visit.venue.slug}/"),
        ],
        "box_says": "",
    }
    return Page(guest, "message.html", _("The network answers slowly"), context, status=504)


def elsewhere(visit: Visit, guest: Guest, step: str) -> Page:
    """A step that the API 5.1 has no primitive for: the controller's own page has."""
    if step in ("FORCE_MODIFY_PWD", "SECURE_PWD"):
        title, text = (
            _("Choose a new password"),
            _("Go on to the network's own page and choose a new password there."),
        )
    else:
        title = _("One more step")
        text = _("Go on to the network's own page. If it does not help, ask at the reception.")
    url = own_page(visit.venue, device_of(guest).session)
    context = {"text": text, "links": [(_("Continue"), url)], "box_says": ""}
    return Page(guest, "message.html", title, context)
