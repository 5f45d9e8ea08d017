"""The pages that every guest sees, whatever the system; each asks the venue for its system."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort, request, send_from_directory
from flask_babel import gettext as _

from portal.errors import StateLost, TooMany, UpstreamError
from portal.guest import Guest
from portal.house import house
from portal.journey import hop_pages, hops, pages
from portal.journey.flow import respond
from portal.journey.forms import typed_into
from portal.journey.system import SignIn, Visit
from portal.journey.visits import venue_of, visit_of
from portal.security import count_attempt

blueprint = Blueprint("journey", __name__)


@blueprint.get("/<venue>/", strict_slashes=False)
@blueprint.get("/<venue>/sign-in")
def landing(venue: str) -> Response:
    """An arrival, an answer of the box, or a guest who typed the address: answered at once, never redirected."""
    visit = visit_of(venue)
    return respond(visit, house().system_of(visit.venue).arrive(visit))


@blueprint.post("/<venue>/sign-in")
def sign_in(venue: str) -> Response:
    """A way in was chosen and filled out."""
    visit = visit_of(venue)
    if visit.guest is None:
        raise StateLost("post without state")
    if hop_pages.due(visit, visit.guest, hops.PRE):
        return respond(visit, hop_pages.towards(visit, visit.guest, "next"))
    system = house().system_of(visit.venue)
    way = next((way for way in system.ways(visit) if way.name == request.form.get("way")), None)
    if way is None:
        return respond(visit, SignIn(visit.guest, notice=_("Choose how to connect."), status=400))
    again = partial(SignIn, visit.guest.but(typed=typed_into(way.form, way.name)), way=way.name)
    try:
        code = request.form.get("username") or request.form.get("code") or ""
        count_attempt(venue, device_of(visit.guest), code)
        if not way.form.validate():
            wrong = {name: messages for name, messages in way.form.errors.items() if name}
            return respond(visit, again(errors=wrong, status=422))
        return respond(visit, system.choose(visit, way))
    except TooMany as error:
        return respond(visit, again(notice=error.text, status=error.status, retry_after=error.retry_after))
    except UpstreamError as error:
        return respond(visit, again(notice=error.text, status=error.status))


@blueprint.get("/<venue>/online")
def online(venue: str) -> Response:
    """What we know about this guest's connection."""
    visit = visit_of(venue)
    return respond(visit, house().system_of(visit.venue).online(visit))


@blueprint.get("/<venue>/<any(terms, privacy, imprint):kind>")
def text(venue: str, kind: str) -> Response:
    """A text of the venue, readable before signing in."""
    visit = visit_of(venue)
    words = visit.venue.text(kind, visit.language)
    if not words:
        abort(404)
    titles = {"terms": _("Terms of use"), "privacy": _("Privacy"), "imprint": _("Imprint")}
    return pages.show(visit, "text.html", titles[kind], guest=visit.guest, text=words, back=_back(visit))


def device_of(guest: Guest) -> str:
    """What limits know a guest by: the system's own name of the device, else this visit."""
    return str(guest.device.get("id") or guest.visit)


def _back(visit: Visit) -> str:
    """Back to the start, the state carried in the link while no cookie has come."""
    return pages.with_state(visit, f"/{visit.venue.slug}/")


@blueprint.get("/<venue>/logo/<any(light, dark):shade>")
def logo(venue: str, shade: str) -> Response:
    """The venue's own logo."""
    found = venue_of(venue)
    name = found.logos.get(shade)
    if not name:
        abort(404)
    response = send_from_directory(found.folder / "theme", name, max_age=86400)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
