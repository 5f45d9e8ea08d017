"""The phones in the building: who is offline, who is online, with which ticket and until when."""

from __future__ import annotations

import ipaddress
import random
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from portal.simulators.iacbox.tickets import Grant, Stock, Ticket
from portal.simulators.iacbox.wire import new_client_id

MAC = re.compile(r"[0-9a-f]{12}")
DAY = 86400
FIRST_ADDRESS = ipaddress.IPv4Address("10.20.0.10")


@dataclass
class Device:
    """One phone. ``since`` and ``until`` are unix times, ``until`` None means no end.

    ``peer`` is the address it connected from and ``seen`` when: by these the box knows it again when a
    refresh URL brings no id. ``vlan`` is where it was caught. ``checked_stay`` is the reservation that the PMS
    found for it.
    """

    mac: str
    ip: str
    id: str
    grant: Grant | None = None
    since: float = 0.0
    until: float | None = None
    seen: float = 0.0
    peer: str = ""
    vlan: str = ""
    checked_stay: str = ""
    free_used: dict[int, float] = field(default_factory=dict)

    @property
    def online(self) -> bool:
        """Whether this device has a running ticket."""
        return self.grant is not None

    def free_left(self, now: float, a_day: float) -> float:
        """Seconds of free access left today. ASSUMED: a day begins at midnight UTC."""
        return a_day - self.free_used.get(int(now // DAY), 0.0)


def address(number: int) -> str:
    """The IP address of the n-th device."""
    return str(FIRST_ADDRESS + number)


def random_mac() -> str:
    """A locally administered, unicast MAC address, as phones make them up: 12 lower-case hex digits."""
    first = random.getrandbits(8) & 0b11111100 | 0b10
    return f"{first:02x}{random.getrandbits(40):010x}"


@dataclass(frozen=True)
class Caller:
    """Who asks, as far as a simulation can know. A real box knows the device by its connection.

    ASSUMED for the simulation, in this order: the MAC address given as parameter ``device``, that in the
    cookie set when the phone was caught, the device last seen from this network address.
    """

    parameter: str = ""
    cookie: str = ""
    peer: str = ""


class Phones:
    """Every phone that was here, and their comings and goings. Safe from any thread."""

    def __init__(self, clock: Callable[[], float], tickets: list[Ticket]) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.devices: dict[str, Device] = {}
        self.stock = Stock(tickets)

    def seen(self, mac: str, peer: str) -> Device:
        """The device of this MAC address, new if it was never here, with the id of its stay offline or online."""
        with self.lock:
            self.settle()
            device = self.devices.setdefault(mac, Device(mac, address(len(self.devices)), ""))
            device.id = device.id or new_client_id()
            device.seen, device.peer = self.clock(), peer
            return device

    def device_of(self, caller: Caller) -> Device | None:
        """The device that asks, if it was here before."""
        with self.lock:
            for mac in (caller.parameter, caller.cookie):
                if mac in self.devices:
                    return self.devices[mac]
            here = [device for device in self.devices.values() if device.peer == caller.peer]
            return max(here, key=lambda device: device.seen, default=None)

    def take_online(self, device: Device, grant: Grant) -> None:
        """Open the network. Who is online keeps the ticket that runs: new values need a log-off first."""
        with self.lock:
            if not device.online:
                device.grant, device.since = grant, self.clock()
                device.until = grant.until(device.since)

    def settle(self) -> None:
        """Close the network for those whose time is over."""
        now = self.clock()
        for device in self.devices.values():
            if device.online and device.until is not None and device.until <= now:
                self.end(device, device.until)

    def end(self, device: Device, at: float) -> None:
        """Close the network for one device and count what it used up to then."""
        if device.grant is None:
            return
        used = at - device.since
        ticket = self.stock.ticket(device.grant.source) if device.grant.kind == "cred" else None
        if ticket and ticket.credit is not None:
            ticket.credit = max(0.0, ticket.credit - used)
        if device.grant.kind == "free":
            day = int(device.since // DAY)
            device.free_used[day] = device.free_used.get(day, 0.0) + used
        device.grant, device.until, device.id = None, None, ""

    def users_of(self, ticket: Ticket, but: Device) -> int:
        """How many other devices are online with this ticket."""
        others = (device.grant for device in self.devices.values() if device is not but)
        return sum(
            grant is not None and (grant.kind, grant.source) == ("cred", ticket.name) for grant in others
        )

    def online(self) -> int:
        """The number of devices online."""
        return sum(device.online for device in self.devices.values())
