"""Pages about an account: the one that was just made, and what only the controller's own portal can do."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from portal.gateways.ucopia import forms
from portal.gateways.ucopia.controller import nas_sources, own_page
from portal.gateways.ucopia.session import gateway_session_of
from portal.journey import pages
from portal.journey.steps import Page, RequestContext
from portal.session import GuestSession
from portal.whom_to_ask import ask, ask_otherwise


def page(
    context: RequestContext, guest: GuestSession, notice: Any = "", form: Any = None, status: int = 200
) -> Page:
    """A new account, to be read and copied before the guest goes on with it."""
    device = gateway_session_of(guest)
    known = device.account
    start = pages.with_state(context, f"/{context.venue.slug}/")
    other = f"{start}{'&' if '?' in start else '?'}other=1" if notice else ""
    values = {
        "account": None if known and known.hidden else known,
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
        scripts=["form"],
        form_action=nas_sources(context.venue, guest),
    )


def unknown(context: RequestContext, guest: GuestSession) -> Page:
    """A subscription whose answer never came: nothing is repeated unless the guest says so."""
    values = {
        "text": _(
            "We do not know whether your account was created: the network was too slow. Wait a moment and check whether you are online, or start again."
        ),
        "links": [
            (_("Check my connection"), f"/{context.venue.slug}/online"),
            (_("Start again"), f"/{context.venue.slug}/"),
        ],
        "upstream_message": "",
        "mark": "alert",
    }
    return Page(guest, "message.html", _("The network is slow"), values, status=504)


def sent(context: RequestContext, guest: GuestSession, mode: str) -> Page:
    """An account that does not come with the answer: where to look for it, and the way to its form."""
    texts = {
        "sms": (
            _("Check your text messages"),
            _("We have sent you a user name and a password by text message. Enter them here."),
        ),
        "mail": (
            _("Check your e-mail"),
            _("We have sent you a user name and a password by e-mail. Enter them here."),
        ),
    }
    title, text = texts.get(
        mode,
        (
            _("Your user name and password are being printed"),
            ask(_("Your user name and password are on the printed sheet.")),
        ),
    )
    start = pages.with_state(context, f"/{context.venue.slug}/")
    start += f"{'&' if '?' in start else '?'}sent=1"
    mark = {"sms": "phone", "mail": "envelope"}.get(mode, "ticket")
    values = {"text": text, "links": [(_("Enter them"), start)], "upstream_message": "", "mark": mark}
    return Page(guest, "message.html", title, values)


def elsewhere(context: RequestContext, guest: GuestSession, step: str) -> Page:
    """A step that no page of ours can do: the controller's own page can."""
    if step == "FORCE_MODIFY_PWD":
        title, text = (
            _("Choose a new password"),
            _("Continue to the Wi-Fi provider's page and choose a new password there."),
        )
    else:
        title = _("One more step")
        text = ask_otherwise(_("Continue to the Wi-Fi provider's page."))
    url = own_page(context.venue, gateway_session_of(guest).session)
    values = {"text": text, "links": [(_("Continue"), url)], "upstream_message": ""}
    return Page(guest, "message.html", title, values)
