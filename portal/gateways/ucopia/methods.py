"""The ways in that a controller announces, as the login page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal.gateways.ucopia import forms, phone_prefixes
from portal.gateways.ucopia.controller import own_page, settings_of
from portal.gateways.ucopia.features import Features
from portal.gateways.ucopia.modes import MODES
from portal.gateways.ucopia.session import gateway_session_of
from portal.journey import pages
from portal.journey.forms import GuestForm, new_form
from portal.journey.steps import RequestContext, SignInMethod

TITLES: Mapping[str, tuple[Any, Any]] = {
    "one": (_l("New here"), _l("Connect")),
    "direct": (_l("Create an account"), _l("Create account")),
    "sms": (_l("Account by text message"), _l("Send it")),
    "mail": (_l("Account by e-mail"), _l("Send it")),
    "print": (_l("User name and password on paper"), _l("Print it")),
    "login": (_l("With an account"), _l("Connect")),
    "auto": (_l("Connect to the Wi-Fi"), _l("Connect")),
    "secure": (_l("Wi-Fi password"), _l("Continue")),
    "shibboleth": (_l("With your organisation"), _l("Continue")),
    "elsewhere": (_l("Another way"), _l("Continue")),
}


def names_of(offer: Features) -> list[str]:
    """The names of the ways, the announced step first; the network's password stands before all others."""
    if offer.step == "SECURE_PWD":
        return ["secure"]
    subscribing = [name for name in MODES if name in offer.modes]
    login = ["login"] if offer.standard else []
    ways = [*login, *subscribing] if offer.step == "LOGON" else [*subscribing, *login]
    first = ["auto"] if offer.auto else []
    last = [*(["shibboleth"] if offer.shibboleth else []), *(["elsewhere"] if offer.elsewhere else [])]
    return [*first, *ways, *last]


def ways(context: RequestContext) -> Sequence[SignInMethod]:
    """The ways that ``init`` announces. One list of countries serves all forms of the page."""
    if context.guest is None:
        return []
    offer = gateway_session_of(context.guest).offer
    found = [_way(name, context, offer) for name in names_of(offer)]
    first = next((place for place, way in enumerate(found) if _has_countries(way.form)), None)
    if first is not None:
        countries = phone_prefixes.suggestions(str(get_locale() or "en"))
        found[first] = replace(found[first], extra={**found[first].extra, "countries": countries})
    return found


def _has_countries(form: Any) -> bool:
    return "prefix" in form or "postal_country_name" in form


def _way(name: str, context: RequestContext, offer: Features) -> SignInMethod:
    venue, kept = context.venue, context.known.typed
    typed = kept if kept.get("way") == name else {}
    form = _form(name, context, offer, typed)
    path = f"/{venue.slug}/ucopia"
    links: list[tuple[Any, str]] = []
    if name == "login" and offer.recovery:
        links = [(_l("Forgot your password?"), pages.with_state(context, f"{path}/forgot"))]
    extra: dict[str, Any] = {
        "links": links,
        "policies": (f"{path}/policy/{name}/", pages.with_state(context, "")),
        "folded": forms.optional_groups(form) if name in MODES else (),
        "countries": (),
    }
    if name == "elsewhere":
        extra["url"] = own_page(venue, gateway_session_of(context.guest).session)
    template = "ucopia/elsewhere.html" if name == "elsewhere" else "ucopia/way.html"
    return SignInMethod(name, *TITLES[name], form, template=template, open=bool(typed), extra=extra)


def _form(name: str, context: RequestContext, offer: Features, typed: Mapping[str, str]) -> GuestForm:
    terms = context.venue.file.terms.required
    if name == "login":
        return forms.login_form(offer, terms, typed)
    if name == "auto":
        return forms.boxes_form(name, offer, terms)
    if name == "secure":
        return forms.secure_form(typed)
    if name == "shibboleth":
        return forms.organisation_form(offer, terms)
    if name == "elsewhere":
        return new_form({}).for_way(name, {})
    return forms.subscribe_form(name, offer, settings_of(context.venue), terms, typed)
