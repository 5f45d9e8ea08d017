"""An IACBOX as the journey sees it: the methods of the contract. What they do stands in the modules they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import click
from flask import Blueprint

from portal.errors import BadArrival, OtherVersion
from portal.guest import Chosen, Guest
from portal.iacbox import arrivals, findings, forms, protocol, rooms
from portal.iacbox.carried import carried
from portal.iacbox.device import Device, device_of, settings_of
from portal.iacbox.logon import logon
from portal.iacbox.settings import Settings
from portal.iacbox.ways import way_of
from portal.iacbox.welcome import success
from portal.journey.system import Outcome, Ready, Visit, Way
from portal.values import origin
from portal.venues import Venue

__all__ = ["Device", "IacboxSystem", "device_of", "settings_of"]


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
        if {settings.lapi, settings.si} & visit.given:
            raise BadArrival("a redirect without one whole signature")
        return arrivals.typed_address(visit)

    def read(self, visit: Visit, lapi: str, si: str) -> Outcome:
        """A redirect of the box, wherever it came in."""
        try:
            incoming = protocol.read(lapi, si, settings_of(visit.venue).key)
        except protocol.WrongVersion as error:
            raise OtherVersion("another major version of the protocol") from error
        except protocol.ProtocolError as error:
            raise BadArrival(f"{type(error).__name__}: {error}") from error
        if incoming.action == "cbk":
            return arrivals.came_back(visit, incoming)
        return arrivals.arrived(visit, incoming)

    def ways(self, visit: Visit) -> Sequence[Way]:
        """The ways of ``sign_in``, in that order."""
        return [way_of(name, visit) for name in settings_of(visit.venue).sign_in]

    def choose(self, visit: Visit, way: Way) -> Outcome:
        """Keep what was typed, secrets aside, and go on."""
        guest = visit.known
        device_of(guest)
        values = {
            name: _text(field.data)
            for name, field in way.form._fields.items()
            if name not in ("guest", "terms")
        }
        typed = {name: text for name, text in values.items() if name not in forms.SECRETS}
        kept = guest.but(typed={**typed, "way": way.name}, accepted="terms" in way.form)
        if way.name == "pms":
            return rooms.submitted(visit, kept, values)
        return Ready(kept, Chosen(way.name, values))

    def admit(self, visit: Visit, chosen: Chosen) -> Outcome:
        """Redirect 2: the browser carries the logon to the box. A room may have been checked otherwise."""
        if chosen.way == "pms" and (outcome := rooms.admitted(visit, chosen)):
            return outcome
        return logon(visit, chosen)

    def online(self, visit: Visit) -> Outcome:
        """The success page again, or the login page for a guest who is not online."""
        if visit.guest is None or not visit.guest.device.get("id"):
            return arrivals.unknown_device(visit)
        if visit.guest.stage == "online":
            return success(visit, visit.guest)
        return arrivals.login_page(visit, visit.guest)

    def claims(self, venue: Venue, query: Mapping[str, str]) -> bool:
        """No link of Wings is ever for an IACBOX."""
        return False

    def carried(self, visit: Visit, chosen: Chosen | None) -> Mapping[str, str]:
        """What an integration may be told of the guest."""
        return carried(visit, chosen)

    def form_action(self, venue: Venue, guest: Guest | None) -> Sequence[str]:
        """The box, which comes back to us; without a final callback a page of ours leads on (see ``logon``)."""
        return [origin(settings_of(venue).url)]

    def hosts(self, venue: Venue) -> Sequence[str]:
        """The box answers by itself, so a guest reaches it before login."""
        settings = settings_of(venue)
        return [origin(settings.url), *([origin(settings.pms.url)] if findings.in_browser(settings) else [])]

    def findings(self, venue: Venue) -> Sequence[str]:
        """Assumed names in use, plain http where it hurts, and how the room number is checked."""
        return findings.of(settings_of(venue))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
