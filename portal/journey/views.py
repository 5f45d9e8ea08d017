"""The pages that every guest sees, whatever the system; each asks the venue for its system."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort, request, send_from_directory
from flask_babel import gettext as _

from portal import metrics
from portal.app_state import venue_of
from portal.errors import StateLost, TooMany, UpstreamError
from portal.integrations import hops
from portal.journey import attempt_limits, hop_pages, pages
from portal.journey.flow import respond
from portal.journey.forms import typed_into
from portal.journey.gateway import gateway_of
from portal.journey.request_context import context_of
from portal.journey.steps import RequestContext, SignIn
from portal.venues.inside import is_inside
from portal.venues.venue import Venue

blueprint = Blueprint("journey", __name__)


@blueprint.get("/<venue>/", strict_slashes=False)
@blueprint.get("/<venue>/sign-in")
def landing(venue: str) -> Response:
    """An arrival, an answer of the box, or a guest who typed the address: answered at once, never redirected."""
    context = context_of(venue)
    metrics.arrival(venue, context.venue.system)
    return respond(context, gateway_of(context.venue).arrive(context))


@blueprint.post("/<venue>/sign-in")
def sign_in(venue: str) -> Response:
    """A way in was chosen and filled out."""
    context = context_of(venue)
    if context.guest is None:
        raise StateLost("post without state")
    if hop_pages.due(context, hops.PRE):
        return respond(context, hop_pages.towards(context, "next"))
    gateway = gateway_of(context.venue)
    way = next((way for way in gateway.ways(context) if way.name == request.form.get("way")), None)
    if way is None:
        return respond(context, SignIn(context.guest, notice=_("Choose how to connect."), status=400))
    again = partial(SignIn, context.guest.but(typed=typed_into(way.form, way.name)), way=way.name)
    try:
        attempt_limits.tap(context)
        if not way.form.validate():
            wrong = {name: messages for name, messages in way.form.errors.items() if name}
            return respond(context, again(errors=wrong, status=422))
        metrics.way(venue, context.venue.system, way.name)
        return respond(context, gateway.choose(context, way))
    except TooMany as error:
        metrics.error(venue, context.venue.system, type(error).__name__)
        return respond(
            context,
            again(
                notice=attempt_limits.told(error),
                notice_title=error.title,
                status=error.status,
                retry_after=error.retry_after,
            ),
        )
    except UpstreamError as error:
        metrics.error(venue, context.venue.system, type(error).__name__)
        return respond(context, again(notice=error.text, notice_title=error.title, status=error.status))


@blueprint.get("/<venue>/online")
def online(venue: str) -> Response:
    """What we know about this guest's connection."""
    context = context_of(venue)
    if context.guest and context.guest.pending and hop_pages.due(context):
        return respond(context, hop_pages.towards(context, "next"))
    return respond(context, gateway_of(context.venue).online(context))


@blueprint.get("/<venue>/<any(terms, privacy, imprint):kind>")
def text(venue: str, kind: str) -> Response:
    """A text of the venue, readable before signing in."""
    context = context_of(venue)
    if not context.venue.text(kind, context.language):
        abort(404)
    return text_page(context, kind)


def text_page(context: RequestContext, kind: str) -> Response:
    """The page of a text that the venue has."""
    words, spoken = context.venue.spoken(kind, context.language)
    titles = {"terms": _("Terms of use"), "privacy": _("Privacy"), "imprint": _("Legal notice")}
    shown = {"text": words, "lang": spoken.tag, "back": _back(context)}
    return pages.show(context, "text.html", titles[kind], guest=context.guest, **shown)


def _back(context: RequestContext) -> str:
    """Back to the start, the state carried in the link while no cookie has come."""
    return pages.with_state(context, f"/{context.venue.slug}/")


@blueprint.get("/<venue>/logo/<any(light, dark):shade>")
def logo(venue: str, shade: str) -> Response:
    """The venue's own logo."""
    return _picture(found := venue_of(venue), found.logos.get(shade, ""))


@blueprint.get("/<venue>/photo")
def photo(venue: str) -> Response:
    """The venue's own photo, which takes the place of its skin's drawing."""
    return _picture(found := venue_of(venue), found.photo)


def _picture(venue: Venue, name: str) -> Response:
    """A file of the venue's ``theme/`` folder, which browsers may keep for a day."""
    if not name or not is_inside(venue.folder, f"theme/{name}"):
        abort(404)
    response = send_from_directory(venue.folder / "theme", name, max_age=86400)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
