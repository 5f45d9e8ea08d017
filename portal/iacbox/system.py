"""An IACBOX as the journey sees it: reads redirects 1 and 3, offers ways in, makes redirect 2."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import click
from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.errors import BadArrival, ForeignState, OtherVersion, StateLost
from portal.guest import Chosen, Guest, new_guest
from portal.iacbox import forms, names, protocol
from portal.iacbox.settings import OVERRIDES, Settings
from portal.journey.system import Online, Outcome, Page, Ready, Redirect, SignIn, Visit, Way
from portal.security import destination
from portal.values import origin
from portal.venues import Venue

log = logging.getLogger("portal.iacbox")
TITLES: Mapping[str, tuple[Any, Any]] = {
    "cred": (_l("With a ticket"), _l("Connect")),
    "pms": (_l("With the room number"), _l("Connect")),
    "free": (_l("Free of charge"), _l("Connect")),
    "to": (_l("Without a ticket"), _l("Connect")),
    "create": (_l("Choose your ticket"), _l("Connect")),
}


@dataclass(frozen=True)
class Device:
    """What the box told of the guest's device; all text as it came."""

    id: str
    version: str = ""
    ip: str = ""
    mac: str = ""
    vlan: str = ""
    registration: str = ""

    def kept(self) -> dict[str, str]:
        """For the guest's state."""
        return {name: value for name, value in asdict(self).items() if value}


def device_of(guest: Guest | None) -> Device:
    """The device of a state; raises :class:`StateLost` when it is not known yet."""
    if guest is None or not guest.device.get("id"):
        raise StateLost("no device")
    return Device(**guest.device)


class IacboxSystem:
    """Fulfils :class:`portal.journey.system.System`."""

    name = "iacbox"
    model = Settings

    def __init__(self, blueprint: Blueprint, commands: Sequence[click.Group]) -> None:
        self.blueprint = blueprint
        self.commands = commands

    def arrive(self, visit: Visit) -> Outcome:
        """Redirect 1, redirect 3 or a refresh answer; without any of them, a guest who typed the address."""
        settings = settings_of(visit.venue)
        lapi, si = visit.query.get(settings.lapi, ""), visit.query.get(settings.si, "")
        if lapi or si:
            return self.read(visit, lapi, si)
        if visit.guest and visit.guest.device.get("id"):
            return login_page(_prefilled(visit, visit.guest))
        if visit.guest is None and set(visit.query) - {"lang", "code", "guest"}:
            raise BadArrival("landing without a signature")
        return _unknown_device(visit)

    def read(self, visit: Visit, lapi: str, si: str) -> Outcome:
        """A redirect of the box, wherever it came in."""
        try:
            incoming = protocol.read(lapi, si, settings_of(visit.venue).key)
        except protocol.WrongVersion as error:
            raise OtherVersion("another major version of the protocol") from error
        except protocol.ProtocolError as error:
            raise BadArrival(f"{type(error).__name__}: {error}") from error
        if incoming.action == "cbk":
            return _come_back(visit, incoming)
        return _arrived(visit, incoming)

    def ways(self, visit: Visit) -> Sequence[Way]:
        """The ways of ``sign_in``, in that order."""
        settings = settings_of(visit.venue)
        return [_way(name, settings, visit) for name in settings.sign_in]

    def choose(self, visit: Visit, way: Way) -> Outcome:
        """Keep what was typed, secrets aside, and go on."""
        guest = visit.guest
        device_of(guest)
        values = {
            name: _text(field.data)
            for name, field in way.form._fields.items()
            if name not in ("guest", "terms")
        }
        typed = {name: text for name, text in values.items() if name not in forms.SECRETS}
        kept = guest.but(typed={**typed, "way": way.name}, accepted="terms" in way.form)  # type: ignore[union-attr]
        return Ready(kept, Chosen(way.name, values))

    def admit(self, visit: Visit, chosen: Chosen) -> Outcome:
        """Redirect 2: the browser carries the logon to the box."""
        settings = settings_of(visit.venue)
        guest = visit.guest
        fields = logon_fields(visit, chosen)
        try:
            url = protocol.outgoing_url(settings.url, fields, settings.key)
        except protocol.TooLong as error:
            raise BadArrival("redirect 2 is too long") from error
        return Redirect(guest.but(stage="asked", chosen=None), url)  # type: ignore[union-attr]

    def online(self, visit: Visit) -> Outcome:
        """The success page again, or the login page for a guest who is not online."""
        if visit.guest is None or not visit.guest.device.get("id"):
            return _unknown_device(visit)
        if visit.guest.stage == "online":
            return success(visit, visit.guest)
        return login_page(visit.guest)

    def claims(self, venue: Venue, query: Mapping[str, str]) -> bool:
        """No link of Wings is ever for an IACBOX."""
        return False

    def form_action(self, venue: Venue, guest: Guest | None) -> Sequence[str]:
        """The box; without a final callback also wherever the box sends the guest (the page wanted first)."""
        settings = settings_of(venue)
        return [origin(settings.url)] if settings.callback else [origin(settings.url), "http:", "https:"]

    def hosts(self, venue: Venue) -> Sequence[str]:
        """The box answers by itself, so a guest reaches it before login."""
        return [origin(settings_of(venue).url)]

    def findings(self, venue: Venue) -> Sequence[str]:
        """Assumed names in use, and plain http where it hurts."""
        settings = settings_of(venue)
        used = names.assumed_in_use(settings.names, _words_used(settings))
        found = [f"iacbox.names: ASSUMED and not settled yet: {', '.join(used)}"] if used else []
        if settings.url.startswith("http://"):
            found.append("iacbox.url is plain http: what guests type travels readable unless encrypt = true")
        if not settings.callback:
            found.append(
                "iacbox.callback is false: form-action must allow any site, and errors stay at the box"
            )
        return found


def settings_of(venue: Venue) -> Settings:
    """The venue's table ``[iacbox]``."""
    settings: Settings = venue.settings
    return settings


def _arrived(visit: Visit, incoming: protocol.Incoming) -> Outcome:
    device = Device(
        incoming.id,
        incoming.version,
        incoming.get("ip")[:45],
        incoming.get("mac")[:17],
        incoming.get("vlan")[:8],
        incoming.get("registration")[:20],
    )
    old = visit.guest
    known = old is not None and old.device.get("id") in (None, incoming.id)
    guest = (
        old if known and old else new_guest(visit.venue.slug, visit.now, language=old.language if old else "")
    )
    guest = guest.but(device=device.kept(), wanted=incoming.get("userurl")[:1500], stage="arrived")
    page = settings_of(visit.venue).refresh.get(incoming.get("refid"), "sign-in")
    return mapped(visit, guest, page)


def mapped(visit: Visit, guest: Guest, page: str) -> Outcome:
    """The page that a refresh id is mapped to; anything unmapped is the login page."""
    if page == "account":
        return account(guest)
    if page == "terms" and (words := visit.venue.text("terms", visit.language)):
        back = f"/{visit.venue.slug}/"
        return Page(guest, "text.html", _("Terms of use"), {"text": words, "back": back})
    if page.endswith(".html") and (visit.venue.folder / "theme" / "templates" / page).is_file():
        facts = {"ip": guest.device.get("ip", ""), "mac": guest.device.get("mac", "")}
        return Page(guest, page, visit.venue.name(visit.language), {"device": facts})
    return login_page(_prefilled(visit, guest))


def account(guest: Guest) -> Page:
    """What we know about this device."""
    device = device_of(guest)
    rows = [
        (_("IP address"), device.ip),
        (
            _("Device address"),
            ":".join(re.findall("..", device.mac)) if len(device.mac) == 12 else device.mac,
        ),
        (_("Network"), device.vlan),
    ]
    return Page(guest, "account.html", _("This device"), {"facts": [row for row in rows if row[1]]})


def _come_back(visit: Visit, incoming: protocol.Incoming) -> Outcome:
    """Redirect 3. Without a state (cookies off) the box's signature alone speaks for the device."""
    guest = visit.guest
    if guest and guest.device.get("id") and guest.device["id"] != incoming.id:
        raise ForeignState("callback of another client id")
    if guest is None or not guest.device.get("id"):
        device = Device(incoming.id, incoming.version, registration=incoming.get("registration")[:20])
        guest = new_guest(visit.venue.slug, visit.now, device=device.kept())
    code = int(incoming.get("code"))
    log.info("callback venue=%s visit=%s rc=%d", visit.venue.slug, guest.visit, code)
    if code == 0:
        return success(visit, guest.but(stage="online", typed={}))
    return refused(guest.but(stage="arrived"), incoming.get("message"))


def login_page(guest: Guest) -> SignIn:
    """The login page; while nothing was typed it is the same for every guest of the venue."""
    return SignIn(guest, fresh=None if guest.typed else "untouched")


def refused(guest: Guest, message: str) -> SignIn:
    """The login page with the box's own text, or ours if it sent none."""
    notice = "" if message.strip() else _("That did not work. Check what you typed, or ask at the reception.")
    return SignIn(guest, notice=notice, box_says=message[:400], way=guest.typed.get("way", ""))


def success(visit: Visit, guest: Guest) -> Online:
    """The success page; the way on is the page wanted first, or the venue's own."""
    onwards = destination(guest.wanted, visit.venue.file.landing_url)
    return Online(guest, links=[(_("Continue to the internet"), onwards)] if onwards else [])


def _unknown_device(visit: Visit) -> Page:
    """No state: the refresh cycle asks the box for the device again. A code from a QR code waits meanwhile."""
    code = visit.query.get("code", "")[:64]
    typed = {"username": code, "way": "cred"} if code else {}
    guest = visit.guest or new_guest(visit.venue.slug, visit.now, typed=typed)
    context = {
        "text": _("Tap below, so that the Wi-Fi can recognise this device."),
        "links": [(_("Go on"), f"/{visit.venue.slug}/refresh/1")],
        "box_says": "",
    }
    return Page(guest, "message.html", _("Connect to the Wi-Fi"), context)


def _prefilled(visit: Visit, guest: Guest) -> Guest:
    """``?code=`` fills in a ticket from a QR code; it is never sent by itself."""
    code = visit.query.get("code", "")[:64]
    return guest.but(typed={**guest.typed, "username": code, "way": "cred"}) if code else guest


def _way(name: str, settings: Settings, visit: Visit) -> Way:
    typed = visit.guest.typed if visit.guest else {}
    caption = settings.pms.caption.of(visit.language, visit.venue.default_language)
    form = forms.form_for(name, settings, visit.venue.file.terms.required, caption, _shown(typed, name))
    title, submit = TITLES[name]
    wanted = typed.get("way") == name
    if name == "create":
        cards = [_card(one, visit) for one in settings.templates if not one.hidden]
        return Way(name, title, submit, form, template="ways/cards.html", open=wanted, extra={"cards": cards})
    return Way(name, title, submit, form, open=wanted)


def _shown(typed: Mapping[str, str], way: str) -> dict[str, Any]:
    """What was typed into this way before, dates as dates."""
    if typed.get("way") != way:
        return {}
    days = {name: _day(typed[name]) for name in ("birthday", "arrival", "departure") if typed.get(name)}
    return {**typed, **days}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Card:
    """A ticket as the guest sees it; ``facts`` are one line each."""

    id: str
    name: str
    price: str
    facts: Sequence[str]
    featured: bool = False


def _card(one: Any, visit: Visit) -> Card:
    words = [
        text.of(visit.language, visit.venue.default_language)
        for text in (one.name, one.price, one.duration, one.description)
    ]
    return Card(
        str(one.id), words[0] or str(one.id), words[1], [text for text in words[2:] if text], one.featured
    )


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def logon_fields(visit: Visit, chosen: Chosen) -> dict[str, str]:
    """The data fields of redirect 2, by our words for them, in the order they are sent."""
    settings, guest = settings_of(visit.venue), visit.guest
    device = device_of(guest)
    fields = {
        "version": settings.version,
        "id": device.id,
        "action": "logon",
        "type": chosen.way,
        "language": visit.language.short,
        **_credentials(settings, chosen),
        **_overrides(settings, visit.now),
    }
    if not settings.callback and (
        url := destination(guest.wanted if guest else "", visit.venue.file.landing_url)
    ):
        fields["userurl"] = url
    return fields


def _credentials(settings: Settings, chosen: Chosen) -> dict[str, str]:
    values = chosen.values
    match chosen.way:
        case "cred" if settings.credentials == "code":
            code = re.sub(r"[\s\-\u2010-\u2015]", "", values["username"])
            code = {"upper": code.upper(), "lower": code.lower()}.get(settings.code_case, code)
            return {"user": code, "password": code if settings.code_password == "same" else ""}  # noqa: S105
        case "cred":
            return {"user": values["username"], "password": values["password"]}
        case "create":
            return {"template": values["template"]}
        case "pms":
            return {name: _wire_day(value) for name, value in values.items() if value}
    return {}


def _wire_day(value: str) -> str:
    """A date as ``DD.MM.YYYY`` (given); anything else as it was typed."""
    day = _day(value) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else None
    return day.strftime("%d.%m.%Y") if day else value


def _overrides(settings: Settings, now: float) -> dict[str, str]:
    fields = {}
    for word in OVERRIDES:
        value = getattr(settings.overrides, word)
        if value is not None:
            fields[f"ov_{word}"] = str(int(now) + value if word == "expires" else value)
    return fields


def _words_used(settings: Settings) -> set[str]:
    words = {"type", "language", "refid"}
    if "cred" in settings.sign_in:
        words |= {"user", "password"}
    if "create" in settings.sign_in:
        words |= {"template"}
    if "pms" in settings.sign_in:
        words |= set(settings.pms.fields) | ({"room_himed"} if settings.pms.system == "himed" else set())
    return words | {f"ov_{word}" for word in OVERRIDES if getattr(settings.overrides, word) is not None}
