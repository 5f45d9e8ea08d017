"""An IACBOX as the journey sees it: the methods of the contract. What they do stands in the modules they name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask import request

from portal.errors import BadArrival, OtherVersion
from portal.gateways.iacbox import (
    arrival,
    attempt_limits,
    buying,
    checks,
    forms,
    protocol,
    room_sign_in,
    samples,
    ticket_cards,
    ticket_purchase,
)
from portal.gateways.iacbox.integration_params import integration_params
from portal.gateways.iacbox.logon_fields import logon
from portal.gateways.iacbox.methods import closed_lines, ways_of
from portal.gateways.iacbox.session import GatewaySession, but, gateway_session_of, known_device, settings_of
from portal.gateways.iacbox.settings import Place, Settings
from portal.gateways.iacbox.success import success
from portal.gateways.iacbox.vlans import at_vlan
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
            incoming = protocol.read_from_any(lapi, si, settings_of(context.venue).places)
        except protocol.WrongVersion as error:
            raise OtherVersion("another major version of the protocol") from error
        except protocol.ProtocolError as error:
            raise BadArrival(f"{type(error).__name__}: {error}") from error
        if incoming.action == "cbk":
            return arrival.came_back(context, incoming)
        return arrival.arrived(context, incoming)

    def ways(self, context: RequestContext) -> Sequence[SignInMethod]:
        """The ways of ``sign_in``, in that order."""
        return ways_of(context)

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
        kept = but(guest, credit={}).but(typed={**typed, "way": way.name}, accepted="terms" in way.form)
        if way.name.startswith("pms"):
            return room_sign_in.submitted(context, kept, way.name, values)
        if way.name == "create":
            return self._created(context, kept, values)
        if way.name == "cred":
            kept = attempt_limits.count_code(context, kept, values["username"])
        return Ready(kept, PendingSignIn(way.name, values))

    def _created(self, context: RequestContext, guest: GuestSession, values: Mapping[str, str]) -> Outcome:
        """A ticket of the venue's list: one that costs something takes a second tap, on a page of its own."""
        shown = ticket_cards.listed(settings_of(context.venue).templates, context)
        card = next(one for one in shown if one.id == values["template"])
        guest = but(guest, ticket=card.kept())
        if not card.costs:
            return Ready(guest, PendingSignIn("create", values))
        if "another" in request.form:
            return SignIn(guest, way="create")
        if guest.stage == Stage.ONLINE or buying.state_of(context, guest):
            return ticket_purchase.once_more(replace(context, guest=guest))
        if buying.CONFIRMED in request.form:
            return Ready(guest, PendingSignIn("create", {**values, "paid": "yes"}))
        hidden = {"way": "create", "template": card.id, "terms": "yes" if guest.accepted else ""}
        return buying.confirm(guest, card, f"/{context.venue.slug}/sign-in", hidden)

    def authorize(self, context: RequestContext, chosen: PendingSignIn) -> Outcome:
        """Redirect 2: the browser carries the logon to the box. A room may have been checked otherwise."""
        if chosen.way.startswith("pms"):
            return room_sign_in.admitted(context, chosen)
        if "paid" in chosen.values:
            guest = context.known
            return buying.towards(context, guest, chosen)
        return logon(context, chosen)

    def online(self, context: RequestContext) -> Outcome:
        """The success page again, or the login page for a guest who is not online."""
        if context.guest is None or not context.guest.device:
            return arrival.unknown_device(context)
        if context.guest.stage == Stage.ONLINE:
            return success(context, context.guest)
        if buying.state_of(context, context.guest):
            return ticket_purchase.once_more(context)
        return SignIn(context.guest)

    def integration_params(self, context: RequestContext, chosen: PendingSignIn | None) -> Mapping[str, str]:
        """What an integration may be told of the guest."""
        return integration_params(context, chosen)

    def notices(self, context: RequestContext) -> Sequence[str]:
        """The venue's own line, and when what is closed now opens."""
        words = settings_of(context.venue).notice.of(context.language, context.venue.default_language)
        return [*([words] if words else []), *closed_lines(context)]

    def nameless(self, guest: GuestSession) -> GuestSession:
        """Without what the hotel said of the stay."""
        device = known_device(guest)
        return device.but(stay={}, offered=()).on(guest) if device else guest

    def hides_details(self, venue: Venue) -> bool:
        """An encrypted redirect 2."""
        return settings_of(venue).encrypt

    def login_page_depends_on(self, context: RequestContext) -> Any | None:
        """Nothing but the VLAN, where some look otherwise; the time, where a way in has opening hours."""
        settings = settings_of(context.venue)
        if any(way.hours for way in settings.ways.values()):
            return None
        device = known_device(context.guest)
        return GatewaySession("", vlan=device.vlan) if settings.vlans and device else {}

    def device_of(self, guest: GuestSession) -> str:
        """The box's client id."""
        device = known_device(guest)
        return device.id if device else ""

    def hosts(self, venue: Venue) -> Sequence[str]:
        """The box answers by itself, so a guest reaches it before login."""
        settings = settings_of(venue)
        return list(
            dict.fromkeys(url for place in settings.places.values() for url in _hosts(place, settings))
        )

    def themed(self, venue: Venue, guest: GuestSession | None) -> Venue:
        """The venue as it is in the guest's VLAN."""
        device = known_device(guest)
        return at_vlan(venue, device.vlan) if device else venue

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


def _hosts(place: Place, settings: Settings) -> list[str]:
    return [origin(place.url), *([origin(place.pms_url)] if checks.in_browser(settings) else [])]


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
