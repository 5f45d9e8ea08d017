"""The routes that only a UCOPIA venue has: going on with a new account, refresh, disconnect, a long policy."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.app_state import app_state
from portal.errors import StateLost
from portal.gateways.ucopia import account, forms, sign_in, success
from portal.gateways.ucopia import disconnect as leaving
from portal.gateways.ucopia.cli import commands
from portal.gateways.ucopia.controller import client_of_venue, door_of
from portal.gateways.ucopia.features import texts_of
from portal.gateways.ucopia.gateway import UcopiaGateway
from portal.gateways.ucopia.session import gateway_session_of
from portal.journey import attempt_limits, pages
from portal.journey.flow import respond
from portal.journey.request_context import context_for
from portal.journey.steps import Page, Ready

blueprint = Blueprint("ucopia", __name__)
gateway = UcopiaGateway(blueprint, commands)


@blueprint.post("/<venue>/ucopia/connect")
def connect(venue: str) -> Response:
    """The guest has read the new account and goes on."""
    context = context_for(venue, gateway)
    guest = context.known
    device = gateway_session_of(guest)
    attempt_limits.tap(context)
    if device.account is None:
        raise StateLost("no account")
    form = forms.connect_form(device.offer)
    if not form.validate():
        return respond(context, account.page(context, form=form, status=422))
    chosen = sign_in.account_chosen(device, forms.beside(form, "policy_accept"))
    return respond(context, Ready(guest, chosen))


@blueprint.post("/<venue>/ucopia/disconnect")
def disconnect(venue: str) -> Response:
    """The guest leaves."""
    context = context_for(venue, gateway)
    guest = context.known
    guest, device, step, wrong = leaving.disconnect(context.with_session(guest), gateway_session_of(guest))
    if step is not None:
        return respond(context, step)
    if wrong:
        return respond(context, success.page(context.with_session(guest), device, wrong))
    return respond(context, success.offline(context.with_session(guest), device))


@blueprint.post("/<venue>/ucopia/refresh")
def refresh(venue: str) -> Response:
    """For the page's script: keeps the guest online; answers with the state to send next time, or 410."""
    context = context_for(venue, gateway)
    guest = context.known
    device, good = success.kept_alive(context, gateway_session_of(guest))
    token = app_state().codec.dumps(device.on(guest), context.now)
    response = Response(token, 200 if good else 410, content_type="text/plain; charset=utf-8")
    return pages.remember(response, token)


@blueprint.get("/<venue>/ucopia/policy/<any(one, direct, login):mode>/<any(own, network):which>")
def policy(venue: str, mode: str, which: str) -> Response:
    """A policy that is too long to stand beside its box, as the controller has it now."""
    context = context_for(venue, gateway)
    guest = context.known
    device = gateway_session_of(guest)
    session, init = client_of_venue(context.venue).init(device.session, door_of(context, device))
    device = device.but(session=session)
    found = init.policy if which == "network" or mode == "login" else None
    if which == "own" and mode in init.modes:
        found = init.modes[mode].policy
    if found is None:
        abort(404)
    text, _link = texts_of(found, init, context.language)
    back = pages.with_state(context, f"/{context.venue.slug}/")
    values = {"text": text, "back": back}
    return respond(context, Page(device.on(guest), "text.html", _("Terms of use"), values))
