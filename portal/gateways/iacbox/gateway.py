"""An IACBOX as the journey sees it: the methods of the contract. What they do stands in the modules they name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from portal.errors import BadArrival, OtherVersion
from portal.gateways.iacbox import arrival, attempt_limits, checks, forms, protocol, room_sign_in, samples
from portal.gateways.iacbox.integration_params import integration_params
from portal.gateways.iacbox.logon_fields import logon
from portal.gateways.iacbox.methods import asks_in_browser, way_of
from portal.gateways.iacbox.session import GatewaySession, gateway_session_of, known_device, settings_of
from portal.gateways.iacbox.settings import Settings
from portal.gateways.iacbox.success import success
from portal.journey.gateway import Gateway
from portal.journey.sample import Sample
from portal.journey.steps import Outcome, Ready, RequestContext, SignIn, SignInMethod
from portal.session import GuestSession, PendingSignIn, Stage
from portal.urls import origin
from portal.venues.venue import Venue

VENUE_EXAMPLE = """\
name = "{name}"
system = "iacbox"
default_language = "en"
landing_url = ""                    # where a guest goes who is online

[iacbox]
url = "https://logon.now/"          # the box's address
secret_file = "secret"              # the shared secret, in a file of this folder
sign_in = ["cred"]                  # cred, pms, free, to, create
"""


class IacboxGateway(Gateway):
    """See :class:`portal.journey.gateway.Gateway`."""

    name = "iacbox"
    model = Settings
    venue_example = VENUE_EXAMPLE
    session_model = GatewaySession
    signs_devices = True

    def arrive(self, context: RequestContext) -> Outcome:
        """Redirect 1, redirect 3 or a refresh answer; without any of them, a guest who typed the address."""
        settings = settings_of(context.venue)
        lapi, si = context.query.get(settings.lapi, ""), context.query.get(settings.si, "")
        if lapi or si:
            return self.read(context, lapi, si)
        if {settings.lapi, settings.si} & context.given:
            raise BadArrival("a redirect without one whole signature")
        return arrival.typed_address(context)

    def read(self, context: RequestContext, lapi: str, si: str) -> Outcome:
        """A redirect of the box, wherever it came in."""
        try:
            incoming = protocol.read(lapi, si, settings_of(context.venue).key)
        except protocol.WrongVersion as error:
            raise OtherVersion("another major version of the protocol") from error
        except protocol.ProtocolError as error:
            raise BadArrival(f"{type(error).__name__}: {error}") from error
        if incoming.action == "cbk":
            return arrival.came_back(context, incoming)
        return arrival.arrived(context, incoming)

    def ways(self, context: RequestContext) -> Sequence[SignInMethod]:
        """The ways of ``sign_in``, in that order."""
        return [way_of(name, context) for name in settings_of(context.venue).sign_in]

    def choose(self, context: RequestContext, way: SignInMethod) -> Outcome:
        """Keep what was typed, secrets aside, and go on."""
        guest = context.known
        gateway_session_of(guest)
        values = {
            name: _text(field.data)
            for name, field in way.form._fields.items()
            if name not in ("guest", "terms")
        }
        typed = {name: text for name, text in values.items() if name not in forms.SECRETS}
        kept = guest.but(typed={**typed, "way": way.name}, accepted="terms" in way.form)
        if way.name == "pms":
            return room_sign_in.submitted(context.with_session(kept), values)
        if way.name == "cred":
            kept = attempt_limits.count_code(context.with_session(kept), values["username"])
        return Ready(kept, PendingSignIn(way.name, values))

    def authorize(self, context: RequestContext, chosen: PendingSignIn) -> Outcome:
        """Redirect 2: the browser carries the logon to the box. A room may have been checked otherwise."""
        if chosen.way == "pms" and (outcome := room_sign_in.admitted(context, chosen)):
            return outcome
        return logon(context, chosen)

    def online(self, context: RequestContext) -> Outcome:
        """The success page again, or the login page for a guest who is not online."""
        if context.guest is None or not context.guest.device:
            return arrival.unknown_device(context)
        if context.guest.stage == Stage.ONLINE:
            return success(context)
        return SignIn(context.guest)

    def integration_params(self, context: RequestContext, chosen: PendingSignIn | None) -> Mapping[str, str]:
        """What an integration may be told of the guest."""
        return integration_params(context, chosen)

    def nameless(self, guest: GuestSession) -> GuestSession:
        """Without what the hotel said of the stay."""
        device = known_device(guest)
        return device.but(stay={}, offered=()).on(guest) if device else guest

    def hides_details(self, venue: Venue) -> bool:
        """An encrypted redirect 2."""
        return settings_of(venue).encrypt

    def login_page_depends_on(self, context: RequestContext) -> Any | None:
        """Nothing, unless a script of the page has to know the device."""
        return None if asks_in_browser(settings_of(context.venue)) else {}

    def device_of(self, guest: GuestSession) -> str:
        """The box's client id."""
        device = known_device(guest)
        return device.id if device else ""

    def form_action(self, venue: Venue, guest: GuestSession | None) -> Sequence[str]:
        """The box, which comes back to us; without a final callback a page of ours leads on (see ``logon``)."""
        return [origin(settings_of(venue).url)]

    def hosts(self, venue: Venue) -> Sequence[str]:
        """The box answers by itself, so a guest reaches it before login."""
        settings = settings_of(venue)
        return [origin(settings.url), *([origin(settings.pms.url)] if checks.in_browser(settings) else [])]

    def sample_guest(self, context: RequestContext) -> GuestSession:
        """A guest that there might be; see :mod:`.samples`."""
        return samples.guest_of(context)

    def own_pages(self, venue: Venue) -> Collection[str]:
        """Those that a refresh id is mapped to."""
        return settings_of(venue).refresh.values()

    def samples(self, context: RequestContext) -> Sequence[Sample]:
        """The pages that this gateway alone has."""
        return list(samples.samples(context))

    def checks(self, venue: Venue) -> Sequence[str]:
        """Assumed names in use, plain http where it hurts, and how the room number is checked."""
        return checks.of(settings_of(venue))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
