"""What a new password leads to: ``force_modify_pwd`` before going online, ``modify_pwd`` once online (wire)."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.errors import UpstreamError
from portal.gateways.ucopia import messages, next_step, passwords_page, sign_in, success, wording
from portal.gateways.ucopia.announcement import Credentials
from portal.gateways.ucopia.controller import ask, client_of_venue, door_of
from portal.gateways.ucopia.errors import NotDone
from portal.gateways.ucopia.passwords import rules_of
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.journey import attempt_limits
from portal.journey.forms import GuestForm
from portal.journey.steps import Outcome, Ready, RequestContext
from portal.session import GuestSession, PendingSignIn

WRONG = frozenset({"bad-login-or-password", "bad-password", "wrong-password"})
"""What the controller says of a wrong old password."""


def page(context: RequestContext, guest: GuestSession) -> Outcome:
    """The form, for a guest who has to choose a password or wants to."""
    device = gateway_session_of(guest)
    if device.pending:
        return passwords_page.forced(context, guest, device)
    guest, device, init = ask(context, guest, device)
    if not (init.modify and device.connection.login):
        return (
            success.connected(context, guest, device, init)
            if init.connected
            else next_step.shown(context, guest, device, init)
        )
    return passwords_page.by_choice(
        context, guest, device.but(passwords=rules_of(init.user.get("pwdConstraint")))
    )


def change(context: RequestContext, guest: GuestSession) -> Outcome:
    """A posted form."""
    device = gateway_session_of(guest)
    form, forced = passwords_page.change_form(device), device.pending
    show = passwords_page.forced if forced else passwords_page.by_choice
    if not form.validate():
        return show(context, guest, device, form, status=422)
    login = forced.login if forced else device.connection.login
    old = form["old_password"].data if "old_password" in form else (forced.password if forced else "")
    new = form["new_password"].data
    try:
        with attempt_limits.guess(context, WRONG, login):
            session, reply = client_of_venue(context.venue).change_password(
                device.session, door_of(context, guest, device), login, old, new, bool(forced)
            )
    except NotDone as error:
        return _refused(context, guest, device.but(session=error.session), form, error)
    except UpstreamError as error:
        return show(context, guest, device, form, messages.words_for(error), error.status)
    device = device.but(session=session)
    if not forced:
        return _changed(context, guest, device)
    device = device.but(pending=None, account=None)
    typed = PendingSignIn("login", {"login": login, "password": new, "accepted": True, "private": True})
    if reply.step == "FEEDBACK" or reply.nas:
        return sign_in.let_in(context, guest, device, typed, reply)
    # Not settled on the wire: elsewhere a login with the new password follows, with the boxes ticked before it.
    return Ready(device.on(guest), typed)


def _changed(context: RequestContext, guest: GuestSession, device: GatewaySession) -> Outcome:
    try:
        guest, device, init = ask(context, guest, device)
    except UpstreamError:
        return success.known(context, guest, device)
    return success.connected(context, guest, device, init, done=_("Your password has been changed."))


def _refused(
    context: RequestContext, guest: GuestSession, device: GatewaySession, form: GuestForm, error: NotDone
) -> Outcome:
    """The form again; an old password that was taken for granted and is not right has to be typed."""
    told = wording.said(context, device, "change", error.trouble)
    show = passwords_page.forced if device.pending else passwords_page.by_choice
    if told.input == "old_password" and "old_password" not in form and device.pending:
        device = device.but(pending=Credentials(device.pending.login))
        form = passwords_page.change_form(device)
        return show(context, guest, device, form, told.message, 422)
    if told.input in form:
        form[told.input].errors = [told.message]
        return show(context, guest, device, form, status=422)
    return show(context, guest, device, form, told.message, 422)
