"""The routes that only a UCOPIA venue has: going on with a new account, refresh, disconnect, a long policy."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.app_state import app_state
from portal.errors import StateLost
from portal.gateways.ucopia import account, forms, password_change, presence, recovery, subscription, success
from portal.gateways.ucopia import disconnect as leaving
from portal.gateways.ucopia.cli import commands
from portal.gateways.ucopia.controller import client_of_venue, door_of, settings_of
from portal.gateways.ucopia.features import link_of, texts_of
from portal.gateways.ucopia.gateway import UcopiaGateway
from portal.gateways.ucopia.markup import paragraphs
from portal.gateways.ucopia.session import gateway_session_of
from portal.journey import attempt_limits, pages
from portal.journey.flow import respond
from portal.journey.request_context import context_for
from portal.journey.steps import Page, Ready, RequestContext
from portal.session import GuestSession

blueprint = Blueprint("ucopia", __name__)
gateway = UcopiaGateway(blueprint, commands)


def _context(slug: str) -> tuple[RequestContext, GuestSession]:
    """A request of a venue with a UCOPIA controller (404 for the others) and its guest."""
    context = context_for(slug, gateway)
    return context, context.known


@blueprint.post("/<venue>/ucopia/connect")
def connect(venue: str) -> Response:
    """The guest has read the new account and goes on."""
    context, guest = _context(venue)
    device = gateway_session_of(guest)
    attempt_limits.tap(context)
    if device.account is None:
        raise StateLost("no account")
    form = forms.connect_form(device.offer)
    if not form.validate():
        return respond(context, account.page(context, guest, form=form, status=422))
    chosen = subscription.account_chosen(device, forms.ticked(form))
    return respond(context, Ready(guest, chosen))


@blueprint.post("/<venue>/ucopia/disconnect")
def disconnect(venue: str) -> Response:
    """The guest leaves."""
    context, guest = _context(venue)
    guest, device, step, wrong = leaving.disconnect(context, guest, gateway_session_of(guest))
    if step is not None:
        return respond(context, step)
    if wrong:
        return respond(context, success.known(context, guest, device, wrong))
    return respond(context, success.offline(context, guest, device))


@blueprint.post("/<venue>/ucopia/refresh")
def refresh(venue: str) -> Response:
    """For the page's script: keeps the guest online; answers with the state to send next time, or 410."""
    context, guest = _context(venue)
    device, good = presence.kept_alive(context, gateway_session_of(guest))
    token = app_state().codec.dumps(device.on(guest), context.now)
    response = Response(token, 200 if good else 410, content_type="text/plain; charset=utf-8")
    return pages.remember(response, token)


@blueprint.get("/<venue>/ucopia/left")
def left(venue: str) -> Response:
    """The guest's browser has carried the disconnection."""
    context, guest = _context(venue)
    return respond(context, success.offline(context, guest, gateway_session_of(guest)))


@blueprint.route("/<venue>/ucopia/password", methods=["GET", "POST"])
def password(venue: str) -> Response:
    """A new password, before going online or by choice."""
    context, guest = _context(venue)
    if request.method == "GET":
        return respond(context, password_change.page(context, guest))
    attempt_limits.tap(context)
    return respond(context, password_change.change(context, guest))


@blueprint.route("/<venue>/ucopia/forgot", methods=["GET", "POST"])
def forgot(venue: str) -> Response:
    """A forgotten password: who is it?"""
    context, guest = _context(venue)
    if request.method == "GET":
        return respond(context, recovery.page(context, guest))
    attempt_limits.tap(context)
    return respond(context, recovery.find(context, guest))


@blueprint.post("/<venue>/ucopia/forgot/<any(sms, email, questions):how>")
def recover(venue: str, how: str) -> Response:
    """A forgotten password: the way that was chosen."""
    context, guest = _context(venue)
    attempt_limits.tap(context)
    return respond(context, recovery.send(context, guest, how))


@blueprint.get("/<venue>/ucopia/policy/<mode>/<any(own, network, private):which>")
def policy(venue: str, mode: str, which: str) -> Response:
    """A policy that does not fit beside its box, as the controller has it now; its own link stands under it."""
    context, guest = _context(venue)
    device = gateway_session_of(guest)
    session, init = client_of_venue(context.venue).init(device.session, door_of(context, guest, device))
    device = device.but(session=session)
    own = init.modes[mode].policy if mode in init.modes else init.policy
    found = {"network": init.policy, "private": init.private_policy, "own": own}[which]
    if found is None:
        abort(404)
    url = settings_of(context.venue).url
    text, link = texts_of(found, init, context.language)
    values = {
        "paragraphs": paragraphs(text, url),
        "link": link_of(link, url),
        "back": pages.with_state(context, f"/{context.venue.slug}/"),
    }
    return respond(context, Page(device.on(guest), "ucopia/policy.html", _("Terms of use"), values))
