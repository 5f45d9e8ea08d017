"""An Icaro hotspot as the journey sees it: reads the unit's redirect, offers ways in, registers, signs in."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import click
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.errors import BadArrival, Refused, StateLost, Unreachable, UpstreamError
from portal.guest import Chosen, Guest, new_guest
from portal.house import house
from portal.icaro import admission, forms
from portal.icaro.device import (
    device_of,
    moved,
    offers_of,
    read_device,
    so_far,
    with_device,
    with_offers,
)
from portal.icaro.hotspots import hotspots
from portal.icaro.settings import Settings
from portal.icaro.ways import SOCIAL, ways_of
from portal.journey.pages import with_state
from portal.journey.system import Lost, Outcome, Page, Redirect, SignIn, Visit, Way
from portal.values import origin
from portal.venues import Venue

log = logging.getLogger("portal.icaro")
JUST_NOW = 30
"""Seconds after a login in which the unit may still redirect: it asks wax every ten."""
ARRIVAL = {"digest", "uuid", "sessionid"}


class IcaroSystem:
    """Fulfils :class:`portal.journey.system.System`, and Carries and Dresses beside it."""

    name = "icaro"
    model = Settings
    blueprint = None

    def __init__(self, commands: Sequence[click.Group]) -> None:
        self.commands = commands

    def arrive(self, visit: Visit) -> Outcome:
        """The unit's redirect, a mailed link, or a guest who typed the address."""
        if ARRIVAL & set(visit.query):
            return _arrived(visit)
        if visit.guest is None or not visit.guest.device.get("unit"):
            return _unknown_device(visit)
        return _welcome(visit, visit.guest)

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
            return Lost(StateLost("online without state"))
        if visit.guest.stage == "online":
            return admission.success(visit, visit.guest)
        return self.arrive(visit)

    def claims(self, venue: Venue, query: Mapping[str, str]) -> bool:
        """A mailed link names the unit by its uuid (ASSUMED: the same as in the unit's redirect). A venue that does
        not list its units takes it only when it is the one Icaro venue here."""
        if not all(query.get(name) for name in ARRIVAL):
            return False
        units = units_of(venue)
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
        return hotspots().dress(venue, device_of(guest).unit)

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
        if not units_of(venue):
            found.append(
                "icaro.units is empty: any unit of this Icaro may send guests here, "
                "and mailed links reach this venue only while it is the one Icaro venue"
            )
        return found


def units_of(venue: Venue) -> set[str]:
    """The uuids of the hotspot's units: those of ``[icaro]`` and of ``[[units]]``."""
    return {*venue.settings.units, *(unit.uuid for unit in venue.file.units if unit.uuid)}


def _arrived(visit: Visit) -> Outcome:
    device = read_device(visit.query)
    known = units_of(visit.venue)
    if known and device.uuid not in known:
        raise BadArrival("a unit of another hotspot")
    old = visit.guest or new_guest(visit.venue.slug, visit.now)
    if old.device.get("id") not in (None, device.session):
        old = new_guest(visit.venue.slug, visit.now, language=old.language)
    if old.stage == "online" and old.device.get("id") == device.session:
        if visit.now - so_far(old).since < JUST_NOW:
            return admission.success(visit, old)
        old = new_guest(visit.venue.slug, visit.now, language=old.language)
    guest = with_device(old, device)
    if "wings" in visit.query:
        guest = _mailed(visit, guest)
    elif wanted := visit.query.get("userurl", ""):
        guest = guest.but(wanted=wanted[:1000])
    if guest.chosen and "wings" not in visit.query:
        return _cut_off(guest)
    return _welcome(visit, guest)


def _cut_off(guest: Guest) -> SignIn:
    """The unit caught a guest who was on another page between the choice and the login: the short connection for
    reading the code has ended there."""
    notice = _("The short connection has ended. Type your code once more to go on.")
    return SignIn(
        guest.but(chosen=None),
        notice=notice,
        way="voucher" if guest.chosen and guest.chosen.way == "voucher" else "code",
    )


def _mailed(visit: Visit, guest: Guest) -> Guest:
    """A mailed link fills in the code, and never signs in by itself. The short connection may be open still."""
    address = visit.query.get("email") or visit.query.get("num") or ""
    try:
        kind, address = forms.contact(address, visit.venue.settings.country)
    except ValueError:
        return guest
    number = visit.query.get("user", "")
    user = int(number) if number.isascii() and number.isdecimal() and len(number) < 16 else 0
    if so_far(guest).address != address:
        guest = moved(guest, kind=kind, address=address, user=user, refused=(), known=False, sent=1)
    code = forms.digits(visit.query.get("code", ""))[:40]
    return guest.but(stage="asked", typed={"way": "code", "code": code})


def _welcome(visit: Visit, guest: Guest) -> Outcome:
    """The login page, once wax has told what the hotspot offers; a voucher of a QR code is filled in, never sent."""
    settings: Settings = visit.venue.settings
    if offers_of(guest) is None:
        try:
            hotspot = hotspots().of(visit.venue, device_of(guest).unit)
        except Refused as error:
            raise BadArrival(f"wax refuses the unit: {error.code}") from error
        except UpstreamError as error:
            return _later(visit, guest, error)
        guest = with_offers(guest, hotspot.offers, hotspot.home)
    if not ways_of(replace(visit, guest=guest)):
        log.warning("venue=%s offers no way in; social_url=%s", visit.venue.slug, bool(settings.social_url))
        return _later(visit, guest, Unreachable("no way in"))
    if guest.stage != "asked" and (code := visit.query.get("code", "")[:250]):
        guest = guest.but(typed={"way": "voucher", "code": code})
    return SignIn(guest)


def _later(visit: Visit, guest: Guest, error: UpstreamError) -> Page:
    """Wax does not tell: the guest is kept, and may try again."""
    log.warning("no preferences venue=%s visit=%s reason=%s", visit.venue.slug, guest.visit, error.reason)
    again = with_state(replace(visit, guest=guest), f"/{visit.venue.slug}/")
    context = {"text": error.text, "links": [(_("Try again"), again)], "box_says": ""}
    return Page(guest, "message.html", error.title, context, status=error.status)


def _unknown_device(visit: Visit) -> Page:
    """Only the unit can say who this is: it does so when the Wi-Fi's page is opened again."""
    text = _l("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    guest = visit.guest or new_guest(visit.venue.slug, visit.now)
    return Page(
        guest,
        "message.html",
        _("Connect to the Wi-Fi"),
        {"text": text, "links": [], "box_says": ""},
    )


def _posted(visit: Visit, way: Way) -> Guest:
    """The guest with what was typed, codes left out."""
    device_of(visit.guest)
    guest: Guest = visit.guest  # type: ignore[assignment]
    kept = {name: way.form[name].data for name in ("email", "num", "address") if name in way.form}
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
