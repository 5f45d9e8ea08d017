"""The facts of a connection in the guest's language and the controller's time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any

from babel.dates import get_day_names
from babel.numbers import format_decimal
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.gateways.ucopia.connection import Connection
from portal.journey import moments
from portal.journey.moments import data
from portal.urls import destination

Fact = tuple[str, str]
_ALL_WEEK = ((0, 0, 0), (6, 24, 0))


def zone_of(one: Connection, fallback: tzinfo | None = None) -> tzinfo | None:
    """The zone that the controller names, else the offset that it tells, else the venue's."""
    return moments.zone_of(one.time_zone, one.offset) or fallback


def time_left(one: Connection, shown: frozenset[str]) -> int | None:
    """Seconds of the time credit that are left, where they may be shown."""
    return one.remaining if one.credit and "timeCredit" in shown else None


def data_left(one: Connection, shown: frozenset[str], zone: tzinfo | None) -> tuple[str, ...] | None:
    """What is left of the data, of how much, and until when it has to last; None without a limit."""
    if "consumedData" not in shown:
        return None
    until = moments.until(one.renews, one.clock, zone) if one.renews > one.clock else ""
    if one.left is not None and one.limit:
        # Translators: stands under the amount of data that is left, "354.7 MB"; %(total)s is an amount too.
        return data(one.left), _("of %(total)s", total=data(one.limit)), until
    both = [(one.left_down, one.limit_down), (one.left_up, one.limit_up)]
    known = [(left, limit) for left, limit in both if left is not None and limit]
    if not known:
        return None
    left, limit = min(known, key=lambda pair: pair[0] / pair[1])
    return data(left), _("of %(total)s", total=data(limit)), until


def facts_of(one: Connection, shown: frozenset[str], zone: tzinfo | None = None) -> list[Fact]:
    """Label and text of all that may be shown and is told, in the order of the page; what is left stands apart."""
    zone = zone or zone_of(one)
    rows = [*_who(one), *_how_long(one, zone), *_data(one, zone), *_where(one), *_rest(one, zone)]
    return [(label, text) for name, label, text in rows if name in shown and text]


def _who(one: Connection) -> Iterator[tuple[str, str, str]]:
    yield "pms.customer", _("Guest"), one.customer
    yield "login", _("User name"), one.login
    services = (part.strip() for part in one.services.split(","))
    yield "services", _("Services"), ", ".join(filter(None, services))
    yield "profile", _("Profile"), one.profile


def _where(one: Connection) -> Iterator[tuple[str, str, str]]:
    yield "multidevice", _("Devices"), _devices(one.devices)
    yield "ipAddress", _("IP address"), one.ip
    yield "incomingNetwork", _("Network"), one.network
    yield "incomingZone", _("Zone"), one.zone
    yield "incomingVlan", _("VLAN"), one.vlan


def _devices(told: str) -> str:
    """How many may be used: a number as the language writes it, anything else (``1/3``) as it is told."""
    if not told.isdecimal() or len(told) > 6:
        return told
    return number(int(told)) if int(told) else ""


def _how_long(one: Connection, zone: tzinfo | None) -> Iterator[tuple[str, str, str]]:
    # The manual has no flag for the time slots; they belong to how long an account is good (ASSUMED).
    yield "validity", _("Access hours"), ", ".join(slots(one.schedule))
    yield "validity", _("Valid until"), _validity(one, zone)
    if one.credit:
        yield "totalTimeCredit", _("Total time"), clock(one.credit)
        if one.remaining is not None:
            yield "totalConsumedTimeCredit", _("Time used"), clock(max(0, one.credit - one.remaining))
        yield "timeCredit", _("Renewed"), _renewed(one)


def _renewed(one: Connection) -> str:
    days = one.renew_each or 0
    if days == 1:  # a sentence of its own: many languages have one plural form for all numbers
        return str(_("every day"))
    return str(ngettext("every %(num)s day", "every %(num)s days", days)) if days > 0 else ""


def _data(one: Connection, zone: tzinfo | None) -> Iterator[tuple[str, str, str]]:
    yield "consumedData", _("Data received"), data(one.download) if one.download is not None else ""
    yield "consumedData", _("Data sent"), data(one.upload) if one.upload is not None else ""
    yield "consumedData", _("New data from"), moments.day_and_hour(one.renews, zone) if one.renews else ""


def _rest(one: Connection, zone: tzinfo | None) -> Iterator[tuple[str, str, str]]:
    ends = moments.day_and_hour(one.clock + one.forced, zone) if one.forced else ""
    yield "forceDiscTimer", _("Connection ends at"), ends
    # A phone's own probe is nothing that a guest wanted.
    yield "requestedURL", _("Page you asked for"), destination(one.requested, "")


def _validity(one: Connection, zone: tzinfo | None) -> str:
    if one.validity is None:
        return ""
    return moments.day_and_hour(one.validity, zone) if one.validity else _("without limit")


def clock(seconds: int) -> str:
    """A duration as everybody reads it: ``1:25:46``."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def number(value: int | None) -> str:
    """A number as the language writes it."""
    return str(format_decimal(value or 0, locale=_locale()))


def slots(schedule: Sequence[Any]) -> list[str]:
    """The hours in which the account is good; one slot of the whole week makes the others meaningless (wire)."""
    names = get_day_names("abbreviated", locale=_locale())
    if _ALL_WEEK in [tuple(map(tuple, slot)) for slot in schedule]:
        return [_("at any time")]
    return [_slot(names, begin, end) for begin, end in schedule]


def _slot(names: Any, begin: Any, end: Any) -> str:
    if begin[0] == end[0] and (begin[1], begin[2], end[1]) == (0, 0, 24):
        return str(names[begin[0]])
    return f"{names[begin[0]]} {begin[1]:02}:{begin[2]:02}–{names[end[0]]} {end[1]:02}:{end[2]:02}"


def _locale() -> Any:
    return get_locale() or "en"
