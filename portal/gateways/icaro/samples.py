"""Every state of the pages that an Icaro venue alone has, at a hotspot that offers everything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from portal.errors import Refused, Unreachable
from portal.gateways.icaro import arrival, sign_in
from portal.gateways.icaro.hotspot import Hotspot
from portal.gateways.icaro.hotspot_cache import hotspots
from portal.gateways.icaro.session import GatewaySession, Kept, with_offers, with_progress
from portal.journey.sample import Group, Sample
from portal.journey.steps import RequestContext, SignIn, Step
from portal.session import GuestSession, Stage, new_session

UNIT = GatewaySession(
    os.urandom(16).hex(), "sample-unit", "sample-session", "0A-1B-2C-3D-4E-5F", "192.168.4.27"
)
"""A digest that nobody can guess: what is kept of this unit is for samples alone."""
OFFERS = frozenset(
    {"email", "sms", "voucher", "facebook", "linkedin", "terms", "marketing", "survey", "reason"}
)
HOTSPOT = Hotspot(
    OFFERS,
    home="https://www.example.org/",
    terms="The terms of use of this hotspot.",
    marketing="One letter a month with what is on in the old town.",
    daily=7200,
    volume=500 * 1024 * 1024,
)


def guest_of(context: RequestContext) -> GuestSession:
    """A guest whom a unit has sent, at a hotspot that wax need not be asked about."""
    hotspots().keep(context.venue, UNIT.unit, HOTSPOT)
    guest = new_session(context.venue.slug).keeping(Kept(UNIT))
    return with_offers(guest, OFFERS, HOTSPOT.home, HOTSPOT.short)


def samples(context: RequestContext) -> Iterator[Sample]:
    """By what the guest has done so far."""
    yield Sample(
        "code-mailed", "Code sent by mail", Group.SIGN_IN, partial(_asked, kind="email", temporary=True)
    )
    yield Sample("code-sent", "Code sent by text message", Group.SIGN_IN, partial(_asked, kind="sms"))
    yield Sample(
        "code-known", "Known here, no code sent", Group.SIGN_IN, partial(_asked, kind="email", known=True)
    )
    yield Sample("code-wrong", "Wrong code", Group.SIGN_IN, partial(_no, way="code", code="wrong"))
    yield Sample("voucher-first", "A voucher comes first", Group.SIGN_IN, _locked)
    yield Sample(
        "voucher-used", "Voucher used up", Group.SIGN_IN, partial(_no, way="voucher", code="used-up")
    )
    yield Sample("voucher-good", "Voucher good, one more step", Group.SIGN_IN, _unlocked)
    yield Sample("wifi4eu", "A hotspot of the European Union", Group.SIGN_IN, _eu)
    yield Sample("no-way", "Nothing can be done here", Group.TROUBLE, _no_way)
    yield Sample("hotspot-away", "The hotspot does not answer", Group.TROUBLE, _away)
    yield Sample("online-hotspot", "Online at a hotspot", Group.ONLINE, _online, path="online")


def _asked(context: RequestContext, kind: str, known: bool = False, temporary: bool = False) -> Step:
    address = "maximiliane@example.com" if kind == "email" else "+390721405516"
    guest = context.known.but(stage=Stage.ASKED)
    more = {"kind": kind, "address": address, "user": 7, "sent": 1, "known": known, "temporary": temporary}
    return SignIn(with_progress(guest, **more))


def _no(context: RequestContext, way: str, code: str) -> Step:
    guest = context.known
    if way == "code":
        guest = with_progress(guest.but(stage=Stage.ASKED), kind="email", address="ann@example.com", sent=1)
    return sign_in.refused(guest, way, Refused(code))


def _locked(context: RequestContext) -> Step:
    return SignIn(
        with_offers(context.known, frozenset({"voucher-first", "email", "terms"}), "", HOTSPOT.short)
    )


def _unlocked(context: RequestContext) -> Step:
    offers = frozenset({"voucher-first", "email", "sms"})
    return SignIn(with_progress(with_offers(context.known, offers, "", HOTSPOT.short), voucher="ALPEN2026"))


def _away(context: RequestContext) -> Step:
    return arrival.later(context, Unreachable("sample"))


def _no_way(context: RequestContext) -> Step:
    return arrival.no_way(
        context.with_session(with_offers(context.known, frozenset({"facebook"}), "", HOTSPOT.short))
    )


def _eu(context: RequestContext) -> Step:
    unit = replace(UNIT, uuid="sample-wifi4eu")
    hotspots().keep(context.venue, unit.unit, replace(HOTSPOT, wifi4eu=("0123456789", "en")))
    guest = context.known.keeping(Kept(unit))
    return SignIn(with_offers(guest, OFFERS, HOTSPOT.home, HOTSPOT.short))


def _online(context: RequestContext) -> Step:
    return sign_in.success(context.with_session(context.known.but(stage=Stage.ONLINE)))
