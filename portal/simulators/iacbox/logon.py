"""Redirect 2 at the box: is this guest to go online, and with what?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from portal.simulators.iacbox import hotel, texts
from portal.simulators.iacbox.devices import Device
from portal.simulators.iacbox.settings import BoxSettings, Faults
from portal.simulators.iacbox.tickets import Grant, Stock, Template, Ticket, overridden

TYPES = ("to", "cred", "pms", "free", "create")


class Premises(Protocol):
    """What a decision needs of the box."""

    settings: BoxSettings
    faults: Faults
    stock: Stock
    stays: list[hotel.Stay]
    clock: Callable[[], float]

    def offered_to(self, device: Device) -> list[Template]:
        """The templates that can be had where a phone is."""

    def sold(self, device: Device, template: Template) -> None:
        """Write down a ticket that was made from a template."""

    def users_of(self, ticket: Ticket, but: Device) -> int:
        """How many other devices are online with this ticket."""


class Refused(Exception):
    """The box says no; ``code`` is the return code that goes to the portal."""

    def __init__(self, code: int) -> None:
        super().__init__(f"rc {code}")
        self.code = code


def demand(fields: Mapping[str, str], *names: str) -> list[str]:
    """The values of fields that must be there; raises :class:`Refused`. A password may be empty."""
    if any(name not in fields or (fields[name] == "" and name != "pwd") for name in names):
        raise Refused(texts.FIELDS)
    return [fields[name] for name in names]


def grant_for(box: Premises, device: Device, fields: Mapping[str, str]) -> Grant:
    """What the device gets for the fields of a logon, overrides included; raises :class:`Refused`."""
    now, (kind,) = box.clock(), demand(fields, "type")
    if kind not in TYPES:
        raise Refused(texts.FIELDS)
    if kind == "cred":  # the ticket exists already: ASSUMED that overrides do not touch it
        return _by_password(box, device, fields, now)
    sold: Template | None = None
    if kind == "create":
        sold = template_of(box.offered_to(device), demand(fields, "tid")[0])
        grant = sold.grant(kind, now)
    elif kind == "pms":
        grant, sold = _by_room(box, device, fields, now)
    elif kind == "free":
        grant = _for_free(box, device, now)
    else:
        grant = Grant(kind)
    try:
        changed = overridden(grant, fields)
    except ValueError as error:
        raise Refused(texts.FIELDS) from error
    if changed.expires is not None and changed.expires <= now:
        raise Refused(texts.EXPIRED)
    if sold:
        box.sold(device, sold)
    if kind == "free" and changed.seconds is not None:  # ASSUMED: an override cannot lengthen the day's share
        return replace(changed, seconds=min(changed.seconds, grant.seconds or 0.0))
    return changed


def template_of(offered: list[Template], tid: str) -> Template:
    """The template of this id among those offered; raises :class:`Refused`."""
    for template in offered:
        if str(template.id) == tid:
            return template
    raise Refused(texts.NO_TEMPLATE)


def _by_password(box: Premises, device: Device, fields: Mapping[str, str], now: float) -> Grant:
    name, password = demand(fields, "user", "pwd")
    ticket = box.stock.ticket(name)
    if ticket is None or not ticket.opens_with(password, box.settings.code_password):
        raise Refused(texts.WRONG_PASSWORD)
    if ticket.expires is not None and ticket.expires <= now:
        raise Refused(texts.EXPIRED)
    if ticket.credit is not None and ticket.credit <= 0:
        raise Refused(texts.USED_UP)
    if ticket.devices and box.users_of(ticket, device) >= ticket.devices:
        raise Refused(texts.TOO_MANY)
    return ticket.grant()


def _for_free(box: Premises, device: Device, now: float) -> Grant:
    left = device.free_left(now, box.settings.free_seconds)
    if left <= 0:
        raise Refused(texts.FREE_USED)
    return Grant("free", seconds=left)


def _by_room(
    box: Premises, device: Device, fields: Mapping[str, str], now: float
) -> tuple[Grant, Template | None]:
    """ASSUMED: without a template id the guest gets the running ticket, or else the first template.

    The template comes along when a ticket is made from it.
    """
    stay = checked(box, device, fields)
    if running := stay.ticket(now):
        return running, None
    offered = stay.offered(box.offered_to(device))
    if not offered:
        raise Refused(texts.NO_TEMPLATE)
    template = template_of(offered, fields.get("tid") or str(offered[0].id))
    return template.grant("pms", now), template


def checked(box: Premises, device: Device, fields: Mapping[str, str]) -> hotel.Stay:
    """The guest whom the PMS knows by these fields; raises :class:`Refused`. The device is his from now on."""
    if box.faults.pms == "outage":
        raise Refused(texts.NO_PMS)
    stay = hotel.find(box.stays, fields, box.settings.pms)
    if stay is None:
        raise Refused(texts.NO_GUEST)
    device.checked_stay = stay.number
    return stay
