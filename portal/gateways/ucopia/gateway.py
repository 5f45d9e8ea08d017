"""A UCOPIA controller as the journey sees it: arrivals, ways in, admission, the feedback page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.gateways.ucopia import arrival, forms, inputs, online, samples, sign_in
from portal.gateways.ucopia.controller import nas_sources, own_page, settings_of
from portal.gateways.ucopia.features import Features
from portal.gateways.ucopia.integration_params import integration_params
from portal.gateways.ucopia.session import OFF, GatewaySession, gateway_session_of
from portal.gateways.ucopia.settings import Settings
from portal.journey import pages
from portal.journey.gateway import Gateway
from portal.journey.sample import Sample
from portal.journey.steps import Outcome, RequestContext, SignInMethod
from portal.session import GuestSession, PendingSignIn
from portal.urls import origin
from portal.venues.venue import Venue

TITLES: Mapping[str, tuple[Any, Any]] = {
    "one": (_l("New here"), _l("Connect")),
    "direct": (_l("Make an account"), _l("Make the account")),
    "login": (_l("With an account"), _l("Connect")),
    "elsewhere": (_l("With your organisation"), _l("Continue")),
}


VENUE_EXAMPLE = """\
name = "{name}"
system = "ucopia"
default_language = "en"
landing_url = ""                    # where a guest goes who is online

[ucopia]
url = "https://controller.example/" # the controller's address
architecture = "in-line"            # in-line, or out-of-band with zone = "…"
calls = "server"                    # server | browser: ask with  flask --app wsgi ucopia probe <venue>
"""


class UcopiaGateway(Gateway):
    """See :class:`portal.journey.gateway.Gateway`."""

    name = "ucopia"
    model = Settings
    venue_example = VENUE_EXAMPLE
    session_model = GatewaySession

    def arrive(self, context: RequestContext) -> Outcome:
        """The first request of a guest, the NAS's redirect, or a page opened again."""
        return arrival.arrive(context)

    def ways(self, context: RequestContext) -> Sequence[SignInMethod]:
        """The ways that ``init`` announces, the step's own one first."""
        if context.guest is None:
            return []
        offer = gateway_session_of(context.guest).offer
        return [_way(name, context, offer) for name in names_of(offer)]

    def choose(self, context: RequestContext, way: SignInMethod) -> Outcome:
        """The login, or a new account."""
        return sign_in.choose(context, way)

    def authorize(self, context: RequestContext, chosen: PendingSignIn) -> Outcome:
        """``authenticate``."""
        return sign_in.authorize(context, chosen)

    def online(self, context: RequestContext) -> Outcome:
        """The feedback page."""
        return online.online(context)

    def device_of(self, guest: GuestSession) -> str:
        """The device's address if the NAS told it; else the session, once the controller has opened one."""
        device = gateway_session_of(guest)
        return device.nas.get("mac", "") or (guest.session_id if device.session.cookie else "")

    def integration_params(self, context: RequestContext, chosen: PendingSignIn | None) -> Mapping[str, str]:
        """What an integration may be told of the guest."""
        return integration_params(context, chosen)

    def nameless(self, guest: GuestSession) -> GuestSession:
        """Without the account that was made, and without what was told when it was connected."""
        return (
            gateway_session_of(guest).but(account=None, connection=OFF).on(guest) if guest.device else guest
        )

    def hides_details(self, venue: Venue) -> bool:
        """Our server asks the controller; the browser carries no password."""
        return settings_of(venue).calls == "server"

    def login_page_depends_on(self, context: RequestContext) -> Any | None:
        """What ``init`` announces; links to the controller's own portal belong to one guest's session."""
        offer = gateway_session_of(context.guest).offer
        return None if offer.shibboleth or offer.recovery else GatewaySession(offer=offer)

    def form_action(self, venue: Venue, guest: GuestSession | None) -> Sequence[str]:
        """The Wi-Fi device that a GET login is redirected to."""
        return nas_sources(venue, guest)

    def hosts(self, venue: Venue) -> Sequence[str]:
        """What a guest's browser reaches before login: the controller, for its own pages and ``calls = "browser"``."""
        settings = settings_of(venue)
        return [origin(settings.url), *settings.nas_hosts]

    def sample_guest(self, context: RequestContext) -> GuestSession:
        """A guest that there might be; see :mod:`.samples`."""
        return samples.guest_of(context)

    def samples(self, context: RequestContext) -> Sequence[Sample]:
        """The pages that this gateway alone has."""
        return list(samples.samples(context))

    def checks(self, venue: Venue) -> Sequence[str]:
        """What the operator should know."""
        settings = settings_of(venue)
        found = []
        if settings.url.startswith("http://"):
            found.append("ucopia.url is plain http: logins and passwords travel readable to the controller")
        if settings.verify is False:
            found.append("ucopia.verify is false: anybody on the way can pretend to be the controller")
        if settings.architecture == "out-of-band" and not settings.nas_hosts:
            found.append(
                "ucopia.nas_hosts is empty: guests are sent to the uamip they arrive with if it is a private "
                "address, and refused otherwise; name the Wi-Fi devices"
            )
        if not settings.names:
            found.append(
                "ASSUMED POST names, sent only when the controller announces the field: birth_date, gender, "
                "user_language, sponsor_email, secure_pwd (ucopia.names settles them)"
            )
        return found


def names_of(offer: Features) -> list[str]:
    """The names of the ways, the announced step first."""
    subscribing = [name for name in ("one", "direct") if name in offer.modes]
    login = ["login"] if offer.standard else []
    ways = [*login, *subscribing] if offer.step == "LOGON" else [*subscribing, *login]
    return [*ways, *(["elsewhere"] if offer.shibboleth else [])]


def _way(name: str, context: RequestContext, offer: Features) -> SignInMethod:
    settings, venue = settings_of(context.venue), context.venue
    device, kept = gateway_session_of(context.guest), context.guest.typed if context.guest else {}
    typed = kept if kept.get("way") == name else {}
    terms = venue.file.terms.required
    links: list[tuple[Any, str]] = []
    if name == "login":
        form = forms.login_form(offer, terms, typed)
        links = [(_l("Forgot the password?"), own_page(venue, device.session))] if offer.recovery else []
    elif name == "elsewhere":
        form = forms.new_form({}).for_way(name, {})
        return SignInMethod(
            name,
            *TITLES[name],
            form,
            template="ucopia/elsewhere.html",
            extra={"url": own_page(venue, device.session)},
        )
    else:
        form = forms.subscribe_form(name, offer, settings, terms, typed)
    policies = (f"/{venue.slug}/ucopia/policy/{name}/", pages.with_state(context, ""))
    extra = {"links": links, "policies": policies, "optional": inputs.OPTIONAL}
    return SignInMethod(name, *TITLES[name], form, template="ucopia/way.html", open=bool(typed), extra=extra)
