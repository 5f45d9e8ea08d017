"""An Icaro hotspot as the journey sees it: reads the unit's redirect, offers ways in, registers, signs in."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import click

from portal.errors import Refused, StateLost
from portal.guest import Chosen, Guest
from portal.house import house
from portal.icaro import admission, arrivals, questions
from portal.icaro.device import (
    device_of,
    offers_of,
)
from portal.icaro.hotspots import hotspots
from portal.icaro.settings import Settings
from portal.icaro.ways import SOCIAL, ways_of
from portal.journey.system import Outcome, Redirect, Visit, Way
from portal.records import Integration
from portal.values import origin
from portal.venues import Venue

log = logging.getLogger("portal.icaro")


class IcaroSystem:
    """Fulfils :class:`portal.journey.system.System`, and Announces, Carries and Dresses beside it."""

    name = "icaro"
    model = Settings
    blueprint = None

    def __init__(self, commands: Sequence[click.Group]) -> None:
        self.commands = commands

    def arrive(self, visit: Visit) -> Outcome:
        """The unit's redirect, a mailed link, or a guest who typed the address."""
        if arrivals.ARRIVAL & set(visit.query):
            return arrivals.arrived(visit)
        if visit.guest is None or not visit.guest.device.get("unit"):
            return arrivals.unknown_device(visit)
        return arrivals.welcome(visit, visit.guest)

    def ways(self, visit: Visit) -> Sequence[Way]:
        """What the hotspot offers."""
        return ways_of(visit)

    def choose(self, visit: Visit, way: Way) -> Outcome:
        """Register a voucher, an address or a number, or take the code."""
        guest = _posted(visit, way)
        visit = replace(visit, guest=guest)
        try:
            match way.name:
                case "voucher":
                    return admission.take_voucher(visit, way.form["code"].data)
                case "email" | "sms":
                    return admission.ask_code(visit, way)
                case "code":
                    return admission.take_code(visit, way)
        except Refused as refused:
            return admission.refused(guest, way.name, refused)
        return Redirect(guest, _icaro_page(visit.venue.settings, guest))

    def admit(self, visit: Visit, chosen: Chosen) -> Outcome:
        """The login itself."""
        return admission.sign_in(visit, chosen)

    def online(self, visit: Visit) -> Outcome:
        """The page after success; the login page for a guest who is not online."""
        if visit.guest is None:
            raise StateLost("online without state")
        if visit.guest.stage == "online":
            return admission.success(visit, visit.guest)
        return self.arrive(visit)

    def claims(self, venue: Venue, query: Mapping[str, str]) -> bool:
        """A mailed link names the unit by its uuid (ASSUMED: the same as in the unit's redirect). A venue that does
        not list its units takes it only when it is the one Icaro venue here."""
        if not all(query.get(name) for name in arrivals.ARRIVAL):
            return False
        units = arrivals.units_of(venue)
        if units:
            return query["uuid"] in units
        others = [
            one for one in house().venues.values() if isinstance(one, Venue) and one.system == self.name
        ]
        return [one.slug for one in others] == [venue.slug]

    def carried(self, visit: Visit, chosen: Chosen | None) -> Mapping[str, str]:
        """What Wings tells an integration, by its names."""
        if visit.guest is None or not visit.guest.device.get("unit"):
            return {}
        device = device_of(visit.guest)
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

    def dressed(self, venue: Venue, guest: Guest | None) -> Venue:
        """The venue with the hotspot's own texts and colours, once the hotspot is known."""
        if guest is None or not guest.device.get("unit"):
            return venue
        return hotspots().latest(venue, device_of(guest).unit).venue

    def announced(self, venue: Venue, guest: Guest | None) -> Sequence[Integration]:
        """The integrations that the hotspot's manager switched on in Icaro; none while wax has never told."""
        if guest is None or not guest.device.get("unit") or not venue.settings.integrations:
            return ()
        hotspot = hotspots().latest(venue, device_of(guest).unit).hotspot
        return hotspot.integrations if hotspot else ()

    def form_action(self, venue: Venue, guest: Guest | None) -> Sequence[str]:
        """Icaro's own page, where it is offered."""
        offers = offers_of(guest) if guest else None
        social = venue.settings.social_url
        return [origin(social)] if social and offers and set(SOCIAL) & offers else []

    def hosts(self, venue: Venue) -> Sequence[str]:
        """Icaro's own page; wax is called by the portal, not by guests."""
        return [origin(venue.settings.social_url)]

    def findings(self, venue: Venue) -> Sequence[str]:
        """What an operator should know."""
        settings: Settings = venue.settings
        found = []
        if settings.url.startswith("http://"):
            found.append("icaro.url is plain http: addresses, codes and the unit's digest travel readable")
        if settings.verify is False:
            found.append("icaro.verify is false: anybody between the portal and wax can read and answer")
        if not arrivals.units_of(venue):
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


def _posted(visit: Visit, way: Way) -> Guest:
    """The guest with what was typed, codes left out."""
    device_of(visit.guest)
    guest = visit.known
    kept = {name: way.form[name].data for name in ("email", "num", "address") if name in way.form}
    kept |= {name: text for name, text in questions.answers(way.form).items() if text}
    return guest.but(typed={**kept, "way": way.name}, accepted=guest.accepted or "terms" in way.form)


def _icaro_page(settings: Settings, guest: Guest) -> str:
    """Icaro's own page for this guest (ASSUMED: it takes the unit's query as it is)."""
    device = device_of(guest)
    query = {
        "digest": device.digest,
        "uuid": device.uuid,
        "sessionid": device.session,
        **device.told,
        "ip": device.ip,
    }
    joint = "&" if "?" in settings.social_url else "?"
    return settings.social_url + joint + urlencode({name: text for name, text in query.items() if text})
