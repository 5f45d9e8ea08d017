"""A UCOPIA controller as the journey sees it: arrivals, ways in, admission, the feedback page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from flask import Blueprint
from flask_babel import lazy_gettext as _l

from portal.guest import Chosen, Guest
from portal.journey import pages
from portal.journey.system import Outcome, Visit, Way
from portal.ucopia import admission, arrival, feedback, forms, inputs
from portal.ucopia.carried import carried
from portal.ucopia.common import nas_sources, own_page, settings_of
from portal.ucopia.device import device_of
from portal.ucopia.offer import Offer
from portal.ucopia.settings import Settings
from portal.values import origin
from portal.venues import Venue

TITLES: Mapping[str, tuple[Any, Any]] = {
    "one": (_l("New here"), _l("Connect")),
    "direct": (_l("Make an account"), _l("Make the account")),
    "login": (_l("With an account"), _l("Connect")),
    "elsewhere": (_l("With your organisation"), _l("Continue")),
}


class UcopiaSystem:
    """Fulfils :class:`portal.journey.system.System`."""

    name = "ucopia"
    model = Settings

    def __init__(self, blueprint: Blueprint, commands: Sequence[click.Group]) -> None:
        self.blueprint = blueprint
        self.commands = commands

    def arrive(self, visit: Visit) -> Outcome:
        """The first request of a guest, the NAS's redirect, or a page opened again."""
        return arrival.arrive(visit)

    def ways(self, visit: Visit) -> Sequence[Way]:
        """The ways that ``init`` announces, the step's own one first."""
        if visit.guest is None:
            return []
        offer = device_of(visit.guest).offer
        return [_way(name, visit, offer) for name in names_of(offer)]

    def choose(self, visit: Visit, way: Way) -> Outcome:
        """The login, or a new account."""
        return admission.choose(visit, way)

    def admit(self, visit: Visit, chosen: Chosen) -> Outcome:
        """``authenticate``."""
        return admission.admit(visit, chosen)

    def online(self, visit: Visit) -> Outcome:
        """The feedback page."""
        return feedback.online(visit)

    def claims(self, venue: Venue, query: Mapping[str, str]) -> bool:
        """No link of Wings is ever for a UCOPIA controller."""
        return False

    def carried(self, visit: Visit, chosen: Chosen | None) -> Mapping[str, str]:
        """What an integration may be told of the guest."""
        return carried(visit, chosen)

    def form_action(self, venue: Venue, guest: Guest | None) -> Sequence[str]:
        """The Wi-Fi device that a GET login is redirected to."""
        return nas_sources(venue, guest)

    def hosts(self, venue: Venue) -> Sequence[str]:
        """What a guest's browser reaches before login: the controller, for its own pages and ``calls = "browser"``."""
        settings = settings_of(venue)
        return [origin(settings.url), *settings.nas_hosts]

    def findings(self, venue: Venue) -> Sequence[str]:
        """What the operator should know."""
        settings = settings_of(venue)
        found = []
        if settings.url.startswith("http://"):
            found.append("ucopia.url is plain http: logins and passwords travel readable to the controller")
        if settings.verify is False:
            found.append("ucopia.verify is false: anybody on the way can pretend to be the controller")
        if settings.architecture == "out-of-band" and not settings.nas_hosts:
            found.append("ucopia.nas_hosts is empty: a guest may be sent to the uamip that she arrived with")
        if not settings.names:
            found.append(
                "ASSUMED POST names, sent only when the controller announces the field: birth_date, gender, "
                "user_language, sponsor_email, secure_pwd (ucopia.names settles them)"
            )
        return found


def names_of(offer: Offer) -> list[str]:
    """The names of the ways, the announced step first."""
    subscribing = [name for name in ("one", "direct") if name in offer.modes]
    login = ["login"] if offer.standard else []
    ways = [*login, *subscribing] if offer.step == "LOGON" else [*subscribing, *login]
    return [*ways, *(["elsewhere"] if offer.shibboleth else [])]


def _way(name: str, visit: Visit, offer: Offer) -> Way:
    settings, venue = settings_of(visit.venue), visit.venue
    device, kept = device_of(visit.guest), visit.guest.typed if visit.guest else {}
    typed = kept if kept.get("way") == name else {}
    terms = venue.file.terms.required
    links: list[tuple[Any, str]] = []
    if name == "login":
        form = forms.login_form(offer, terms, typed)
        links = [(_l("Forgot the password?"), own_page(venue, device.session))] if offer.recovery else []
    elif name == "elsewhere":
        form = forms.new_form({}).for_way(name, {})
        return Way(
            name,
            *TITLES[name],
            form,
            template="ucopia/elsewhere.html",
            extra={"url": own_page(venue, device.session)},
        )
    else:
        form = forms.subscribe_form(name, offer, settings, terms, typed)
    policies = (f"/{venue.slug}/ucopia/policy/{name}/", pages.with_state(visit, ""))
    extra = {"links": links, "policies": policies, "optional": inputs.OPTIONAL}
    return Way(name, *TITLES[name], form, template="ucopia/way.html", open=bool(typed), extra=extra)
