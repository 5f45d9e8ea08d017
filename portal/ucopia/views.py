"""The routes that only a UCOPIA venue has: going on with a new account, refresh, disconnect, a long policy."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.errors import StateLost
from portal.guest import Guest
from portal.house import house
from portal.journey import pages
from portal.journey.flow import respond
from portal.journey.system import Page, Ready, Visit
from portal.journey.views import device_of as name_of
from portal.journey.visits import visit_of
from portal.security import count_attempt
from portal.ucopia import account, admission, feedback, forms, leaving
from portal.ucopia.commands import commands
from portal.ucopia.common import client_of_venue, door_of
from portal.ucopia.device import device_of
from portal.ucopia.offer import texts_of
from portal.ucopia.system import UcopiaSystem

blueprint = Blueprint("ucopia", __name__)
system = UcopiaSystem(blueprint, commands)


def _visit(slug: str) -> tuple[Visit, Guest]:
    """A visit of a venue with a UCOPIA controller (404 for the others) and its guest."""
    visit = visit_of(slug)
    if visit.venue.system != system.name:
        abort(404)
    if visit.guest is None:
        raise StateLost("no state")
    return visit, visit.guest


@blueprint.post("/<venue>/ucopia/connect")
def connect(venue: str) -> Response:
    """The guest has read the new account and goes on."""
    visit, guest = _visit(venue)
    device = device_of(guest)
    count_attempt(venue, name_of(guest), "")
    if device.account is None:
        raise StateLost("no account")
    form = forms.connect_form(device.offer)
    if not form.validate():
        return respond(visit, account.page(visit, guest, form=form, status=422))
    chosen = admission.account_chosen(device, forms.beside(form, "policy_accept"))
    return respond(visit, Ready(guest, chosen))


@blueprint.post("/<venue>/ucopia/disconnect")
def disconnect(venue: str) -> Response:
    """The guest leaves."""
    visit, guest = _visit(venue)
    guest, device, step, wrong = leaving.disconnect(visit, guest, device_of(guest))
    if step is not None:
        return respond(visit, step)
    if wrong:
        return respond(visit, feedback.page(visit, guest, device, wrong))
    return respond(visit, feedback.offline(visit, guest, device))


@blueprint.post("/<venue>/ucopia/refresh")
def refresh(venue: str) -> Response:
    """For the page's script: keeps the guest online; answers with the state to send next time, or 410."""
    visit, guest = _visit(venue)
    device, good = feedback.kept_alive(visit, device_of(guest))
    token = house().seal.close(device.on(guest), visit.now)
    response = Response(token, 200 if good else 410, content_type="text/plain; charset=utf-8")
    return pages.remember(response, token)


@blueprint.get("/<venue>/ucopia/policy/<any(one, direct, login):mode>/<any(own, network):which>")
def policy(venue: str, mode: str, which: str) -> Response:
    """A policy that is too long to stand beside its box, as the controller has it now."""
    visit, guest = _visit(venue)
    device = device_of(guest)
    session, init = client_of_venue(visit.venue).init(device.session, door_of(visit, guest, device))
    device = device.but(session=session)
    found = init.policy if which == "network" or mode == "login" else None
    if which == "own" and mode in init.modes:
        found = init.modes[mode].policy
    if found is None:
        abort(404)
    text, _link = texts_of(found, init, visit.language)
    back = pages.with_state(visit, f"/{visit.venue.slug}/")
    context = {"text": text, "back": back}
    return respond(visit, Page(device.on(guest), "text.html", _("Terms of use"), context))
