"""What arrivals, admissions and the feedback page share: settings, client, asking ``init``."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from portal.errors import UpstreamError
from portal.gateways.ucopia.announcement import Init
from portal.gateways.ucopia.client import Client, client_of
from portal.gateways.ucopia.connection import connection_of
from portal.gateways.ucopia.endpoint import EntryParams, Session
from portal.gateways.ucopia.features import features_of
from portal.gateways.ucopia.nas_words import is_private
from portal.gateways.ucopia.session import GatewaySession, gateway_session_of
from portal.gateways.ucopia.settings import Settings
from portal.journey import moments
from portal.journey.request_context import language_of
from portal.journey.steps import RequestContext
from portal.languages import find
from portal.session import GuestSession, new_session
from portal.urls import origin
from portal.venues.venue import Venue

log = logging.getLogger("portal.gateways.ucopia")


def settings_of(venue: Venue) -> Settings:
    """The table ``[ucopia]`` of a venue."""
    settings: Settings = venue.settings
    return settings


def zone_of_venue(venue: Venue) -> tzinfo | None:
    """The time zone of the venue file, for controllers that tell none."""
    return moments.zone_of(getattr(venue.file, "time_zone", ""), None)


def client_of_venue(venue: Venue) -> Client:
    """The client of a venue's controller."""
    return client_of(settings_of(venue).link)


def door_of(context: RequestContext, guest: GuestSession, device: GatewaySession) -> EntryParams:
    """How this guest's session is opened. Where the browser carries the login, our page is the one wanted: a
    controller that sends the guest on afterwards sends her back to us."""
    if settings_of(context.venue).calls == "browser":
        return EntryParams(f"{context.base}/{context.venue.slug}/online", cna=device.cna)
    return device.door(guest.original_url)


def newcomer(context: RequestContext) -> GuestSession:
    """A guest without a state, or one whose state is of another device; the language chosen by hand stays."""
    chosen = find(context.query.get("lang"))
    kept = context.guest.language if context.guest else ""
    return new_session(context.venue.slug, language=chosen.code if chosen else kept)


def ask(
    context: RequestContext, guest: GuestSession, device: GatewaySession
) -> tuple[GuestSession, GatewaySession, Init]:
    """``init``: the guest and the device as they are after it. Raises UpstreamError.

    A language that was chosen on this page is told first: the controller keeps it for the session (wire).
    """
    client = client_of_venue(context.venue)
    if (chosen := find(context.query.get("lang"))) and device.session.cookie:
        with contextlib.suppress(UpstreamError):
            device = device.but(session=client.switch_language(device.session, chosen.code))
    session, init = client.init(device.session, door_of(context, guest, device))
    guest = with_languages(guest, init)
    offer = features_of(init, language_of(context.venue, guest), settings_of(context.venue).url)
    device = device.but(session=session, offer=offer)
    if init.connected:
        newer = replace(connection_of(init.user, context.now), at=device.connection.at or int(context.now))
        device = device.but(connection=device.connection.updated(newer))
    return guest, device, init


def with_languages(guest: GuestSession, init: Init) -> GuestSession:
    """The languages that the controller allows and proposes."""
    return guest.but(offered=_codes(init.languages), wishes=_codes([init.user_lang, init.default_lang]))


def _codes(names: Any) -> tuple[str, ...]:
    rows = [find(name) for name in names if name]
    return tuple(dict.fromkeys(row.code for row in rows if row))


def own_page(venue: Venue, session: Session) -> str:
    """The controller's own portal, for what the API 5.1 has no primitive for."""
    return origin(settings_of(venue).url) + (session.path or "/")


def nas_hosts(settings: Settings, nas: Mapping[str, str]) -> list[str]:
    """Where a guest may be sent: what the venue allows, else the ``uamip`` they arrived with if it is private."""
    if settings.nas_hosts:
        return [host.lower() for host in settings.nas_hosts]
    return [nas["uamip"]] if is_private(nas.get("uamip", "")) else []


def nas_sources(venue: Venue, guest: GuestSession | None) -> list[str]:
    """What ``form-action`` has to allow on pages whose POST may lead on to the Wi-Fi device."""
    settings = settings_of(venue)
    if settings.architecture == "in-line":
        return []
    hosts = nas_hosts(settings, gateway_session_of(guest).nas if guest else {})
    ports = [host if ":" in host else f"{host}:*" for host in hosts]
    return [
        f"{scheme}://{source}" for source in dict.fromkeys([*hosts, *ports]) for scheme in ("http", "https")
    ]
