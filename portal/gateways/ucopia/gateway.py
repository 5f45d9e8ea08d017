"""A UCOPIA controller as the journey sees it: arrivals, ways in, admission, the feedback page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.gateways.ucopia import arrival, methods, online, samples, sign_in
from portal.gateways.ucopia.controller import nas_sources, settings_of
from portal.gateways.ucopia.integration_params import integration_params
from portal.gateways.ucopia.session import OFF, GatewaySession, gateway_session_of
from portal.gateways.ucopia.settings import Settings
from portal.journey.gateway import Gateway
from portal.journey.sample import Sample
from portal.journey.steps import Outcome, RequestContext, SignInMethod
from portal.session import GuestSession, PendingSignIn
from portal.urls import origin
from portal.venues.venue import Venue

VENUE_EXAMPLE = """\
name = "{name}"
system = "ucopia"
default_language = "en"
landing_url = ""                    # where a guest goes who is online

[ucopia]
url = "https://controller.example/" # the controller's address
architecture = "in-line"            # in-line, or out-of-band with zone = "…"
calls = "server"                    # server | browser: ask with  foyer ucopia probe <venue>
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
        return methods.ways(context)

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
        if not guest.device:
            return guest
        return gateway_session_of(guest).but(account=None, connection=OFF, pending=None).on(guest)

    def hides_details(self, venue: Venue) -> bool:
        """Our server asks the controller; the browser carries no password."""
        return settings_of(venue).calls == "server"

    def login_page_depends_on(self, context: RequestContext) -> Any | None:
        """What ``init`` announces; a link to the controller's own portal, and an account that it proposes, belong to one
        guest's session."""
        offer = gateway_session_of(context.guest).offer
        return None if offer.elsewhere or offer.auto else GatewaySession(offer=offer)

    def form_action(self, venue: Venue, guest: GuestSession | None) -> Sequence[str]:
        """The Wi-Fi device that a GET login is redirected to; the controller on the way to an organisation."""
        organisation = bool(guest and gateway_session_of(guest).offer.shibboleth)
        controller = [origin(settings_of(venue).url)] if organisation else []
        return [*nas_sources(venue, guest), *controller]

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
        found.extend(_assumed(settings))
        return found


def _assumed(settings: Settings) -> list[str]:
    """What is sent only when the controller announces the field, and what no document settles."""
    found = []
    if settings.user_agent.startswith("Mozilla"):
        found.append(
            "ucopia.user_agent begins with Mozilla: the manual forbids it (2.3); some controllers demand it"
        )
    fields = set(settings.model_fields_set)
    if not {"genders", "birth_date"} <= fields:
        found.append(
            "ASSUMED values, sent only when the controller asks: ucopia.genders (m, f) and ucopia.birth_date "
            "(%Y-%m-%d); ucopia probe reads them from the controller's own page"
        )
    return found
