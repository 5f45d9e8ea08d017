"""The pages of a hop: what an integration is and gets to know, the guest's consent, the way there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from portal import integrations
from portal.guest import Guest
from portal.house import house
from portal.journey import hops, pages
from portal.journey.forms import Accepted, GuestForm, new_form
from portal.journey.hops import Hop
from portal.journey.system import Announces, Carries, Redirect, Visit, Way
from portal.records import Integration
from portal.values import origin
from portal.venues import Venue

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


def integrations_of(venue: Venue, guest: Guest | None) -> Sequence[Integration]:
    """Whom this guest visits, in order: those of the venue file that are on, then those that the system announces."""
    on, system = integrations.switched_on(venue), house().system_of(venue)
    if not _announces(type(system)):
        return on
    return hops.together(venue.file.integrations, on, system.announced(venue, guest))  # type: ignore[attr-defined]


@cache
def _announces(kind: type) -> bool:
    """Asked on every page, and a protocol takes long to answer."""
    return issubclass(kind, Announces)


def due(visit: Visit, guest: Guest, *moments: str) -> Hop | None:
    """The hop that this guest has to take now (of these moments, default: all)."""
    hop = hops.next_hop(integrations_of(visit.venue, guest), guest)
    return hop if hop and hop.moment in (moments or (hops.PRE, hops.POST)) else None


def towards(visit: Visit, guest: Guest, step: str) -> Redirect:
    """On to one of our own pages; a state too large for a cookie travels in the address."""
    visit_there = pages.with_state(visit, f"/{visit.venue.slug}/{step}")
    if pages.PLACE not in visit_there and len(house().seal.close(guest, visit.now)) > pages.LONGEST_COOKIE:
        visit_there += f"?{pages.COOKIE}={pages.PLACE}"
    return Redirect(guest, visit_there)


def consent_form(visit: Visit, hop: Hop) -> GuestForm:
    """One box if the integration has privacy terms; unticked, always."""
    if not hop.integration.privacy:
        return new_form({}).for_way(WAY, {})
    label = _("I accept the privacy terms of %(name)s", name=hop.integration.name)
    return new_form({"privacy": BooleanField(label, [Accepted()])}).for_way(WAY, {})


def consent(
    visit: Visit,
    guest: Guest,
    hop: Hop,
    *,
    form: GuestForm | None = None,
    notice: Any = "",
    box_says: str = "",
) -> Response:
    """Who comes next, what is told there, and the guest's consent. ``form``: one that was posted with errors."""
    venue, record = visit.venue, hop.integration
    form = form or consent_form(visit, hop)
    privacy = record.privacy.of(visit.language, venue.default_language)
    return pages.show(
        visit,
        "hops/consent.html",
        _("One more step"),
        guest=guest,
        status=422 if form.errors else 200,
        way=Way(WAY, record.name, _("Continue"), form),
        hop=hop.id,
        action=f"/{venue.slug}/next",
        name=record.name,
        description=record.description.of(visit.language, venue.default_language),
        site=record.site,
        site_name=origin(record.site).partition("://")[2],
        logo=f"/{venue.slug}/hop/logo/{venue.file.integrations.index(record)}" if record.logo else "",
        privacy=privacy,
        unfolded=len(privacy) <= SHORT_TERMS,
        told=[(LABELS[name], value) for name, value in told(visit, guest, hop).items() if name in LABELS],
        notice=notice,
        box_says=box_says,
        back=pages.with_state(visit, f"/{venue.slug}/") if hop.moment == hops.POST else "",
    )


def told(visit: Visit, guest: Guest, hop: Hop) -> dict[str, str]:
    """The query of a hop, without journey and callback."""
    chosen = guest.chosen if hop.moment == hops.POST else None
    system = house().system_of(visit.venue)
    carried = system.carried(visit, chosen) if isinstance(system, Carries) else {}
    name = visit.venue.name(visit.venue.default_language)
    ours = hops.Ours(
        integrations.uuid_of(visit.venue), name, visit.language.code, chosen.way if chosen else ""
    )
    return hops.query_of(hop, guest, ours, carried)


def address(visit: Visit, guest: Guest, hop: Hop) -> str:
    """The integration's address for a guest who has agreed, with the journey sealed for this way back."""
    journey = house().seal.close(guest, visit.now, hops.JOURNEY)
    method = guest.chosen.way if guest.chosen else ""
    callback = f"{visit.base}/{visit.venue.slug}/hop"
    return hops.url_of(hop, method, told(visit, guest, hop), journey, callback)


def leave(visit: Visit, guest: Guest, hop: Hop) -> Response:
    """The way there: a refresh and a link, since ``form-action`` would also bind every redirect over there."""
    return pages.show(
        visit,
        "leave.html",
        _("One moment"),
        guest=guest,
        lead=_(
            "You are being taken to %(name)s. If nothing happens, continue by hand.",
            name=hop.integration.name,
        ),
        url=address(visit, guest, hop),
    )
