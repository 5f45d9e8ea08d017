"""A forgotten password (wire): who it is, the ways that the controller offers, what comes of the one that was chosen.

The controller knows whose password it is by the session; nothing of it is kept in the guest's state but the ways.
Where it does not answer as we know it, its own page is linked.
"""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from wtforms import Field

from portal.errors import UpstreamError
from portal.gateways.ucopia import forms, messages, phone_prefixes, wording
from portal.gateways.ucopia.answers import Recovery
from portal.gateways.ucopia.controller import client_of_venue, door_of, own_page
from portal.gateways.ucopia.errors import NotDone
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey import attempt_limits, pages
from portal.journey.forms import GuestForm, TextInput, new_form, typed_into
from portal.journey.steps import Outcome, Page, RequestContext
from portal.session import GuestSession

WAY = "recovery"
WRONG = frozenset({"unknown-user", "user-not-found", "wrong-answers", "bad-answer"})
"""What the controller says to who guesses at accounts or answers."""
MOST = 10
"""Secret questions that are asked at most."""


def page(context: RequestContext, guest: GuestSession) -> Outcome:
    """The first page: who is it?"""
    return _who(context, guest, gateway_session_of(guest), forms.recovery_form(guest.typed))


def find(context: RequestContext, guest: GuestSession) -> Outcome:
    """Who it is was posted: what can be done."""
    device, form = gateway_session_of(guest), forms.recovery_form({})
    if not form.validate():
        return _who(context, guest, device, form, status=422)
    guest = guest.but(typed=typed_into(form, WAY))
    who = {"login": form["login"].data or "", "email_address": form["email_address"].data or ""}
    number = form["phone"].number
    split = phone_prefixes.split_number(number)
    who |= {"prefix": split[0], "phone": split[1]} if split else {"phone": number}
    try:
        with attempt_limits.guess(context, WRONG, "accounts"):
            session, found = client_of_venue(context.venue).recovery(
                device.session, door_of(context, guest, device), who
            )
    except NotDone as error:
        device = device.but(session=error.session)
        told = wording.said(context, device, "recovery", error.trouble)
        return _who(context, guest, device, form, told.message, 422)
    except UpstreamError as error:
        return _who(context, guest, device, form, messages.words_for(error), error.status)
    device = device.but(session=session)
    if not found:
        return _who(context, guest, device, form, messages.UNKNOWN, 422)
    return how_page(context, guest, device, found)


def send(context: RequestContext, guest: GuestSession, how: str) -> Outcome:
    """A way was chosen: a message, or the answers to the questions."""
    device = gateway_session_of(guest)
    answers = [request.form.get(f"answer_{number}", "")[:200] for number in range(MOST)]
    given = answers[: max((place + 1 for place, one in enumerate(answers) if one), default=0)]
    if how != "questions":
        written = (guest.typed.get(name, "") for name in ("phone", "email_address", "login"))
        attempt_limits.reserve_message(context, next(filter(None, written), "somebody"))
    try:
        with attempt_limits.guess(context, WRONG, "answers"):
            session, password = client_of_venue(context.venue).recover(
                device.session, door_of(context, guest, device), how, given if how == "questions" else []
            )
    except NotDone as error:
        device = device.but(session=error.session)
        told = wording.said(context, device, "recovery", error.trouble)
        return _who(context, guest, device, forms.recovery_form(guest.typed), told.message, 422)
    except UpstreamError as error:
        form = forms.recovery_form(guest.typed)
        return _who(context, guest, device, form, messages.words_for(error), error.status)
    return recovered(context, device.but(session=session).on(guest.but(typed={})), how, password)


def recovered(context: RequestContext, guest: GuestSession, how: str, password: str) -> Page:
    """What came of it: the new password, or where it is on its way to."""
    start = pages.with_state(context, f"/{context.venue.slug}/")
    start += f"{'&' if '?' in start else '?'}sent=1"
    values = {"password": password, "text": _told(how, password), "start": start}
    return Page(guest, "ucopia/recovered.html", _("New password"), values)


def _told(how: str, password: str) -> Any:
    if password:
        return _("This is your new password. Write it down.")
    if how == "sms":
        return _("We have sent you a new password by text message.")
    return _("We have sent you a new password by e-mail.")


def _who(
    context: RequestContext,
    guest: GuestSession,
    device: GatewaySession,
    form: GuestForm,
    notice: Any = "",
    status: int = 200,
) -> Page:
    values = {
        "form": form,
        "notice": notice,
        "url": f"/{context.venue.slug}/ucopia/forgot",
        "back": pages.with_state(context, f"/{context.venue.slug}/"),
        "elsewhere": own_page(context.venue, device.session),
    }
    return Page(
        device.on(guest),
        "ucopia/forgot.html",
        _("Forgot your password?"),
        values,
        status=status,
        scripts=["form"],
    )


def how_page(context: RequestContext, guest: GuestSession, device: GatewaySession, found: Recovery) -> Page:
    """The ways that the controller offers."""
    base = f"/{context.venue.slug}/ucopia/forgot"
    sends = [
        *([(_("Send it by text message"), f"{base}/sms")] if found.sms else []),
        *([(_("Send it by e-mail"), f"{base}/email")] if found.email else []),
    ]
    asked: dict[str, Field] = {
        f"answer_{number}": TextInput(question, render_kw={"autocomplete": "off"})
        for number, question in enumerate(found.questions[:MOST])
    }
    values = {
        "sends": sends,
        "form": new_form(asked).for_way("questions", {}) if asked else None,
        "url": f"{base}/questions",
        "back": pages.with_state(context, f"/{context.venue.slug}/"),
    }
    return Page(device.on(guest), "ucopia/recover.html", _("New password"), values, scripts=["form"])
