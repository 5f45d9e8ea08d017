"""Tickets and users of the box, the templates that tickets are made from, and what a device then holds."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(frozen=True)
class Grant:
    """What a device goes online with. Seconds, MB, kbit/s; None means without limit.

    ``kind`` is the type of logon, ``source`` the ticket or template; ``expires`` is a unix time.
    """

    kind: str
    source: str = ""
    seconds: float | None = None
    volume: int | None = None
    idle: int | None = None
    expires: float | None = None
    down: int | None = None
    up: int | None = None
    description: str = ""

    def until(self, now: float) -> float | None:
        """The unix time at which it ends, if it does."""
        ends = [
            end
            for end in (self.expires, None if self.seconds is None else now + self.seconds)
            if end is not None
        ]
        return min(ends, default=None)


@dataclass
class Ticket:
    """A ticket code or a local user.

    ``password`` None makes it a code ticket. ``credit`` are the seconds left (None = flat rate),
    ``devices`` how many may use it at the same time (0 = any number).
    """

    name: str
    password: str | None = None
    credit: float | None = None
    expires: float | None = None
    devices: int = 0
    note: str = ""

    def opens_with(self, password: str, code_password: str) -> bool:
        """Whether this is the password; ``code_password`` as in :class:`BoxSettings`."""
        right = {"equal": (self.name,), "empty": ("",), "either": (self.name, "")}[code_password]
        if self.password is not None:
            right = (self.password,)
        return any(hmac.compare_digest(password.encode(), each.encode()) for each in right)

    def grant(self) -> Grant:
        """What a device gets that signs in with it."""
        return Grant("cred", self.name, seconds=self.credit, expires=self.expires)


@dataclass(frozen=True)
class Template:
    """A kind of ticket. ``price`` in cents of a euro, ``seconds`` None = flat rate, days, kbit/s, MB.

    Without ``details`` the PMS answer holds nothing but its id and name.
    """

    id: int
    name: str
    price: int = 0
    seconds: int | None = None
    days: int = 1
    down: int = 1024
    up: int = 512
    volume: int | None = None
    vlans: tuple[str, ...] = ()
    details: bool = True

    def grant(self, kind: str, now: float) -> Grant:
        """What a device gets that takes it by this type of logon."""
        return Grant(
            kind,
            f"{self.name} ({self.id})",
            seconds=None if self.seconds is None else float(self.seconds),
            volume=self.volume,
            expires=now + self.days * DAY,
            down=self.down,
            up=self.up,
        )


@dataclass(frozen=True)
class Purchase:
    """A ticket that was made from a template for a guest; ``stay`` is the reservation it is charged to, if any.

    ``price`` in cents. ASSUMED: the box makes one for every demand that it accepts, so a demand that comes twice
    is charged twice.
    """

    at: float
    mac: str
    stay: str
    template: int
    price: int


OVERRIDES = {
    "ov_time": "seconds",
    "ov_volume": "volume",
    "ov_idle": "idle",
    "ov_expires": "expires",
    "ov_down": "down",
    "ov_up": "up",
}


def overridden(grant: Grant, fields: Mapping[str, str]) -> Grant:
    """The grant with the ticket overrides among the fields; a number that is none raises ValueError."""
    changes: dict[str, int | str] = {}
    for name, attribute in OVERRIDES.items():
        if name in fields:
            if not re.fullmatch(r"[0-9]{1,10}", fields[name]):  # ten digits reach the year 2286
                raise ValueError(f"{name} is no number")
            changes[attribute] = int(fields[name])
    if description := fields.get("ov_desc") or fields.get("desc"):
        changes["description"] = description
    return replace(grant, **changes)  # type: ignore[arg-type]


def demo_templates() -> list[Template]:
    """The manual's two examples and three more, one of them with a name and nothing else."""
    return [
        Template(435, "Free Access", seconds=1800, volume=2000),
        Template(174, "Premium Speed", price=900, days=1, down=51200, up=10240),
        Template(512, "Week", price=2900, days=7, down=25600, up=5120),
        Template(640, "Conference", details=False),
        Template(700, "Staff", vlans=("99",)),
    ]


def demo_tickets(now: float) -> list[Ticket]:
    """Tickets and users for every outcome; the box's page lists them."""
    return [
        Ticket("ALPEN-2024", expires=now + 365 * DAY, note="valid, any number of devices"),
        Ticket("ALPEN-1H", credit=HOUR, note="one hour of time credit"),
        Ticket("ALPEN-SOLO", devices=1, note="one device at a time"),
        Ticket("ALPEN-2019", expires=now - DAY, note="expired"),
        Ticket("ALPEN-LEER", credit=0.0, note="used up"),
        Ticket("gast", "willkommen", note="local user"),
        Ticket("müller 7", "p=ä$&x", note="local user with awkward characters"),
    ]


@dataclass
class Stock:
    """All tickets and templates of one box."""

    tickets: list[Ticket]
    templates: list[Template] = field(default_factory=demo_templates)

    def ticket(self, name: str) -> Ticket | None:
        """The ticket or user of this name. ASSUMED: a box compares exactly."""
        return next((ticket for ticket in self.tickets if ticket.name == name), None)

    def template(self, id: str, vlan: str) -> Template | None:
        """The template of this id, if it can be had in this VLAN."""
        return next((each for each in self.visible(vlan) if str(each.id) == id), None)

    def visible(self, vlan: str) -> list[Template]:
        """The templates that can be had in this VLAN."""
        return [each for each in self.templates if not each.vlans or vlan in each.vlans]
