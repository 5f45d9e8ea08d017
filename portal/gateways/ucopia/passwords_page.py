"""A new password: chosen before going online where the controller wants it, or by choice once online (wire)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from portal.gateways.ucopia import forms
from portal.gateways.ucopia.controller import nas_sources, own_page
from portal.gateways.ucopia.session import GatewaySession
from portal.journey import pages
from portal.journey.forms import GuestForm
from portal.journey.steps import Page, RequestContext
from portal.session import GuestSession


def change_form(device: GatewaySession) -> GuestForm:
    """The form of this guest: the old password is only asked where it is not known."""
    known = bool(device.pending and device.pending.password)
    return forms.change_form("password", device.passwords, asks_old=not known)


def forced(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    form: GuestForm | None = None,
    notice: Any = "",
    status: int = 200,
) -> Page:
    """``FORCE_MODIFY_PWD``: the account works once it has a password of the guest's own."""
    return _page(
        context,
        guest.but(stage="arrived"),
        device,
        form,
        _("Choose your own password. Then you will be online."),
        notice,
        status,
        pages.with_state(context, f"/{context.venue.slug}/"),
    )


def by_choice(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    form: GuestForm | None = None,
    notice: Any = "",
    status: int = 200,
) -> Page:
    """Online, with a link back to the feedback page."""
    return _page(
        context,
        guest,
        device,
        form,
        "",
        notice,
        status,
        pages.with_state(context, f"/{context.venue.slug}/online"),
    )


def _page(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    form: GuestForm | None,
    lead: Any,
    notice: Any,
    status: int,
    back: str,
) -> Page:
    values = {
        "form": form or change_form(device),
        "lead": lead,
        "notice": notice,
        "url": f"/{context.venue.slug}/ucopia/password",
        "back": back,
        "elsewhere": own_page(context.venue, device.session),
    }
    return Page(
        device.on(guest),
        "ucopia/password.html",
        _("Choose a new password"),
        values,
        status=status,
        scripts=["form"],
        form_action=nas_sources(context.venue, guest),
    )
