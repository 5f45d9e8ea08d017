"""The pages of a hop: what an integration is and gets to know, the guest's consent, the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal.app_state import app_state
from portal.integrations import hops, switches
from portal.integrations.hops import Hop
from portal.integrations.webhook import uuid_of
from portal.journey import pages
from portal.journey.forms import Accepted, GuestForm, new_form
from portal.journey.gateway import gateway_of
from portal.journey.steps import Redirect, RequestContext, SignInMethod
from portal.session import GuestSession
from portal.urls import origin
from portal.venues.records import Integration
from portal.venues.venue import Venue

WAY = "hop"
SHORT_TERMS = 400
"""Characters of privacy terms that stand open on the page; longer ones unfold."""
LABELS: Mapping[str, Any] = {
    "user": _l("User name"),
    "code": _l("Code"),
    "email": _l("E-mail address"),
    "num": _l("Phone number"),
    "mac": _l("Device address"),
    "ip": _l("IP address"),
    "room": _l("Room number"),
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
}


def integrations_of(venue: Venue, guest: GuestSession | None) -> Sequence[Integration]:
    """Whom this guest visits, in order: those of the venue file that are on, then those that the system announces."""
    on, announced = switches.switched_on(venue), gateway_of(venue).announced_integrations(venue, guest)
    return hops.together(venue.file.integrations, on, announced) if announced else on


def due(context: RequestContext, *moments: str) -> Hop | None:
    """The hop that this guest has to take now (of these moments, default: all)."""
    guest = context.known
    hop = hops.next_hop(integrations_of(context.venue, guest), guest)
    return hop if hop and hop.moment in (moments or (hops.PRE, hops.POST)) else None


def awaited(context: RequestContext) -> Hop | None:
    """The hop whose way back is awaited, if it is still the one that is due."""
    wait = context.known.hops.get("wait")
    hop = due(context) if wait else None
    return hop if hop and hop.id == wait else None


def unfinished(hop: Hop) -> str:
    """What is true of a guest who left for a hop and did not come back from it."""
    name = hop.integration.name
    return str(
        _("The step “%(name)s” is not finished, so you are not online yet. You can try again.", name=name)
    )


def towards(context: RequestContext, step: str) -> Redirect:
    """On to one of our own pages."""
    guest = context.known
    return Redirect(guest, f"/{context.venue.slug}/{step}")


def onwards(context: RequestContext, hop: Hop) -> Redirect:
    """To the page of consent; where none is needed, to the way there."""
    if needs_consent(context, hop):
        return towards(context, "next")
    return towards(context.with_session(hops.leave(context.known, hop)), "leave")


def consent_form(context: RequestContext, hop: Hop) -> GuestForm:
    """One box if the integration has privacy terms; unticked, always."""
    if not hop.integration.privacy:
        return new_form({}).for_way(WAY, {})
    label = _("I accept the privacy terms of %(name)s", name=hop.integration.name)
    return new_form({"privacy": BooleanField(label, [Accepted()])}).for_way(WAY, {})


def consent(
    context: RequestContext,
    hop: Hop,
    *,
    form: GuestForm | None = None,
    notice: Any = "",
    upstream_message: str = "",
) -> Response:
    """Who comes next, what is told there, and the guest's consent. ``form``: one that was posted with errors."""
    guest = context.known
    venue, record = context.venue, hop.integration
    form = form or consent_form(context, hop)
    privacy = record.privacy.of(context.language, venue.default_language)
    return pages.show(
        context,
        "hops/consent.html",
        _("One more step"),
        guest=guest,
        status=422 if form.errors else 200,
        scripts=["form"],
        way=SignInMethod(WAY, record.name, _("Continue"), form),
        hop=hop.id,
        action=f"/{venue.slug}/next",
        name=record.name,
        description=record.description.of(context.language, venue.default_language),
        site=record.site,
        site_name=origin(record.site).partition("://")[2],
        logo=f"/{venue.slug}/hop/logo/{_number(venue, record)}" if record.logo else "",
        privacy=privacy,
        unfolded=len(privacy) <= SHORT_TERMS,
        told=[(LABELS[name], value) for name, value in personal(context, hop).items()],
        notice=notice,
        upstream_message=upstream_message,
        back=pages.with_state(context, f"/{venue.slug}/") if hop.moment == hops.POST else "",
    )


def _number(venue: Venue, record: Integration) -> int:
    return [one.key for one in venue.file.integrations].index(record.key)


def needs_consent(context: RequestContext, hop: Hop) -> bool:
    """Whether the guest has to agree: there are privacy terms, or something of the guest is passed on."""
    return bool(hop.integration.privacy) or bool(personal(context, hop))


def personal(context: RequestContext, hop: Hop) -> dict[str, str]:
    """What of the query of a hop is the guest's own. A pseudonym is nobody's."""
    return {
        name: value
        for name, value in told(context, hop).items()
        if name in LABELS and (name != "user" or hops.names_account(hop))
    }


def told(context: RequestContext, hop: Hop) -> dict[str, str]:
    """The query of a hop, without journey and callback."""
    guest = context.known
    chosen = guest.pending if hop.moment == hops.POST else None
    integration_params = gateway_of(context.venue).integration_params(context, chosen)
    name = context.venue.name(context.venue.default_language)
    account = str(integration_params.get("user", "")) if chosen else ""
    ours = hops.Ours(
        uuid_of(context.venue),
        name,
        context.language.code,
        chosen.way if chosen else "",
        hops.pseudonym(app_state().config.secret_keys[0], context.venue.slug, account),
    )
    return hops.query_of(hop, guest, ours, integration_params)


def address(context: RequestContext, hop: Hop) -> str:
    """The integration's address for a guest who leaves, with the journey sealed for this way back."""
    guest = context.known
    journey = app_state().codec.dumps(hops.handle(guest, pages.has_cookie()), context.now, hops.JOURNEY)
    method = guest.pending.way if guest.pending else ""
    callback = f"{context.base}/{context.venue.slug}/hop"
    return hops.url_of(hop, method, told(context, hop), journey, callback)


def leave(context: RequestContext, hop: Hop) -> Response:
    """The way there: a refresh and a link, since ``form-action`` would also bind every redirect over there."""
    guest = context.known
    return pages.show(
        context,
        "leave.html",
        _("One moment"),
        guest=guest,
        lead=_(
            "%(name)s is opening. If nothing happens, press Continue.",
            name=hop.integration.name,
        ),
        url=address(context, hop),
    )
