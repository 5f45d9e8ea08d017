"""An Icaro hotspot as the journey sees it: reads the unit's redirect, offers ways in, registers, signs in."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from portal.app_state import app_state
from portal.errors import Refused, StateLost, UpstreamError
from portal.gateways.icaro import arrival, questions, samples, sign_in, wifi4eu
from portal.gateways.icaro.hotspot_cache import hotspots
from portal.gateways.icaro.methods import SOCIAL, ways_of
from portal.gateways.icaro.session import (
    Kept,
    gateway_session_of,
    kept_of,
    nameless,
    offers_of,
)
from portal.gateways.icaro.settings import Settings
from portal.journey.gateway import Gateway
from portal.journey.sample import Sample
from portal.journey.steps import Banner, Outcome, Redirect, RequestContext, SignIn, SignInMethod
from portal.session import GuestSession, PendingSignIn, Stage
from portal.urls import origin
from portal.venues.records import Integration
from portal.venues.venue import Venue

log = logging.getLogger("portal.gateways.icaro")


VENUE_EXAMPLE = """\
name = "{name}"
system = "icaro"
default_language = "en"
landing_url = ""                    # where a guest goes who is online; what Icaro says comes first

[icaro]
url = "https://icaro.example/"      # the host that serves wax
units = []                          # the uuids of the hotspot's units
country = ""                        # whose phone numbers need no +: "IT"
social_url = ""                     # Icaro's own page, for Facebook and LinkedIn
"""


class IcaroGateway(Gateway):
    """See :class:`portal.journey.gateway.Gateway`."""

    name = "icaro"
    model = Settings
    venue_example = VENUE_EXAMPLE
    session_model = Kept

    def arrive(self, context: RequestContext) -> Outcome:
        """The unit's redirect, a mailed link, or a guest who typed the address."""
        if arrival.ARRIVAL & set(context.query):
            return arrival.arrived(context)
        if context.guest is None or not context.guest.device:
            return arrival.unknown_device(context)
        return arrival.welcome(context)

    def ways(self, context: RequestContext) -> Sequence[SignInMethod]:
        """What the hotspot offers."""
        return ways_of(context)

    def choose(self, context: RequestContext, way: SignInMethod) -> Outcome:
        """Register a voucher, an address or a number, or take the code."""
        guest = _posted(context, way)
        context = context.with_session(guest)
        try:
            match way.name:
                case "voucher":
                    return sign_in.take_voucher(context, way)
                case "email" | "sms":
                    return sign_in.ask_code(context, way)
                case "code":
                    return sign_in.take_code(context, way)
        except Refused as refused:
            return sign_in.refused(guest, way.name, refused)
        except UpstreamError as error:
            return SignIn(guest, error.text, error.title, way=way.name, status=error.status)
        return Redirect(guest, _icaro_page(context.venue.settings, guest))

    def authorize(self, context: RequestContext, chosen: PendingSignIn) -> Outcome:
        """The login itself."""
        return sign_in.sign_in(context, chosen)

    def online(self, context: RequestContext) -> Outcome:
        """The page after success; the login page for a guest who is not online."""
        if context.guest is None:
            raise StateLost("online without state")
        if context.guest.stage == Stage.ONLINE:
            return sign_in.success(context)
        return self.arrive(context)

    def claims(self, venue: Venue, query: Mapping[str, str]) -> bool:
        """A mailed link names the unit by its uuid (ASSUMED: the same as in the unit's redirect). A venue that does
        not list its units takes it only when it is the one Icaro venue here."""
        if not all(query.get(name) for name in arrival.ARRIVAL):
            return False
        units = arrival.units_of(venue)
        if units:
            return query["uuid"] in units
        others = [
            one for one in app_state().venues.values() if isinstance(one, Venue) and one.system == self.name
        ]
        return [one.slug for one in others] == [venue.slug]

    def integration_params(self, context: RequestContext, chosen: PendingSignIn | None) -> Mapping[str, str]:
        """What Wings tells an integration, by its names."""
        if context.guest is None or not context.guest.device:
            return {}
        device = gateway_session_of(context.guest)
        known = {
            "digest": device.digest,
            "uuid": device.uuid,
            "sessionid": device.session,
            "uamip": device.uamip,
            "uamport": device.uamport,
            "nasid": device.nasid,
            "mac": device.mac,
            "ip": device.ip,
        }
        values = chosen.values if chosen else {}
        contact = {"email": "email", "sms": "num"}.get(chosen.way if chosen else "", "")
        known |= {"user": str(values.get("user") or ""), "code": values.get("code", "")}
        return known | ({contact: values.get("address", "")} if contact else {})

    def themed(self, venue: Venue, guest: GuestSession | None) -> Venue:
        """The venue with the hotspot's own texts and colours, once the hotspot is known."""
        if guest is None or not guest.device:
            return venue
        return hotspots().latest(venue, gateway_session_of(guest).unit).venue

    def announced_integrations(self, venue: Venue, guest: GuestSession | None) -> Sequence[Integration]:
        """The integrations that the hotspot's manager switched on in Icaro; none while wax has never told."""
        if guest is None or not guest.device or not venue.settings.integrations:
            return ()
        hotspot = hotspots().latest(venue, gateway_session_of(guest).unit).hotspot
        return hotspot.integrations if hotspot else ()

    def device_of(self, guest: GuestSession) -> str:
        """The unit and the phone's MAC address."""
        kept = kept_of(guest)
        return kept.unit.key if kept else ""

    def nameless(self, guest: GuestSession) -> GuestSession:
        """Without whom a code was sent to, and without a voucher."""
        return nameless(guest)

    def hides_details(self, venue: Venue) -> bool:
        """Our server asks wax."""
        return True

    def banner(self, context: RequestContext) -> Banner | None:
        """WiFi4EU's, where the hotspot has to show it."""
        return wifi4eu.banner(context)

    def form_action(self, venue: Venue, guest: GuestSession | None) -> Sequence[str]:
        """The unit, which tells the current session before a late login, and Icaro's own page where it is offered."""
        offers = offers_of(guest) if guest else None
        if guest is None or not offers:
            return []
        social = venue.settings.social_url if set(SOCIAL) & offers else ""
        return [origin(url) for url in (gateway_session_of(guest).redirect_page, social) if url]

    def hosts(self, venue: Venue) -> Sequence[str]:
        """Icaro's host, for the short addresses in mails and messages, and its own page; wax is called by the portal."""
        return [origin(url) for url in (venue.settings.url, venue.settings.social_url) if url]

    def sample_guest(self, context: RequestContext) -> GuestSession:
        """A guest that there might be; see :mod:`.samples`."""
        return samples.guest_of(context)

    def samples(self, context: RequestContext) -> Sequence[Sample]:
        """The pages that this gateway alone has."""
        return list(samples.samples(context))

    def checks(self, venue: Venue) -> Sequence[str]:
        """What an operator should know."""
        settings: Settings = venue.settings
        found = []
        if settings.url.startswith("http://"):
            found.append("icaro.url is plain http: addresses, codes and the unit's digest travel readable")
        if settings.verify is False:
            found.append("icaro.verify is false: anybody between the portal and wax can read and answer")
        if not arrival.units_of(venue):
            found.append(
                "icaro.units is empty: any unit of this Icaro may send guests here, "
                "and mailed links reach this venue only while it is the one Icaro venue"
            )
        if settings.integrations:
            found.append(
                "integrations that Icaro announces are visited too, and this check cannot know them: icaro probe "
                "shows their addresses; put their hosts where guests can reach them before login"
            )
        return found


def _posted(context: RequestContext, way: SignInMethod) -> GuestSession:
    """The guest with what was typed, codes left out."""
    gateway_session_of(context.guest)
    guest = context.known
    kept = {name: way.form[name].data for name in ("email", "num", "address") if name in way.form}
    kept |= {name: text for name, text in questions.answers(way.form).items() if text}
    return guest.but(typed={**kept, "way": way.name}, accepted=guest.accepted or "terms" in way.form)


def _icaro_page(settings: Settings, guest: GuestSession) -> str:
    """Icaro's own page for this guest (ASSUMED: it takes the unit's query as it is)."""
    device = gateway_session_of(guest)
    query = {
        "digest": device.digest,
        "uuid": device.uuid,
        "sessionid": device.session,
        **device.told,
        "ip": device.ip,
    }
    joint = "&" if "?" in settings.social_url else "?"
    return settings.social_url + joint + urlencode({name: text for name, text in query.items() if text})
