"""The state of a simulated IACBOX: its devices, its tickets, its hotel, and what travelled."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from portal.simulators.iacbox import texts
from portal.simulators.iacbox.devices import Caller, Device, Phones
from portal.simulators.iacbox.hotel import Stay, demo_stays
from portal.simulators.iacbox.logon import Refused, demand, grant_for
from portal.simulators.iacbox.outgoing import Outgoing, codec_of
from portal.simulators.iacbox.settings import ASSUMED_NAMES, GIVEN_NAMES, BoxSettings, Faults
from portal.simulators.iacbox.tickets import Purchase, Template, demo_tickets
from portal.simulators.iacbox.wire import CLIENT_ID, new_client_id, unpack

MESSAGES_SHOWN = 30
MESSAGES_REMEMBERED = 10_000


@dataclass(frozen=True)
class Message:
    """Something that travelled, decoded."""

    at: float
    what: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """The box's answer to redirect 2: on to ``url``, or its own page with the text of ``code``."""

    code: int
    language: str
    text: str
    url: str = ""


class IacBox(Phones):
    """One box: its phones, and the messages between it and the portal. Safe from any thread."""

    def __init__(self, settings: BoxSettings, clock: Callable[[], float] = time.time) -> None:
        super().__init__(clock, demo_tickets(clock()))
        self.settings = settings
        self.faults = Faults()
        self.messages: deque[Message] = deque(maxlen=MESSAGES_SHOWN)
        self.refuses_replay = True
        self.purchases: list[Purchase] = []
        self.underway: dict[str, str] = {}
        self.stays: list[Stay] = demo_stays(clock(), settings.pms.room_digits)
        self._outgoing = Outgoing()
        self._used: deque[tuple[str, str]] = deque(maxlen=MESSAGES_REMEMBERED)

    def point_at(self, landing_url: str, callback_url: str | None = None) -> None:
        """Set the portal's addresses, for its port may be known only after the box has started."""
        self.settings = replace(self.settings, landing_url=landing_url, callback_url=callback_url)

    def note(self, what: str, fields: dict[str, str]) -> None:
        """Keep a message for the box's page."""
        self.messages.appendleft(Message(self.clock(), what, fields))

    def known(self, id: str) -> Device:
        """The device of a client id; raises :class:`Refused`."""
        with self.lock:
            self.settle()
            for device in self.devices.values():
                if device.id == id and CLIENT_ID.fullmatch(id) and not self.faults.unknown_id:
                    return device
            raise Refused(texts.UNKNOWN_CLIENT)

    def vlan_of(self, device: Device) -> str:
        """The VLAN in which a phone was caught."""
        return device.vlan or self.settings.vlan

    def offered_to(self, device: Device) -> list[Template]:
        """The templates that can be had where a phone is."""
        return self.stock.visible(self.vlan_of(device))

    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self.faults.full or self.online() >= self.settings.max_users

    def refuse_if_told(self) -> None:
        """Raise :class:`Refused` with the return code that the switches demand."""
        if self.faults.refusal:
            raise Refused(self.faults.refusal)

    def sold(self, device: Device, template: Template) -> None:
        """Write down a ticket that was made from a template."""
        with self.lock:
            self.purchases.append(
                Purchase(self.clock(), device.mac, device.checked_stay, template.id, template.price)
            )

    def text_of(self, code: int, language: str) -> str:
        """What the box says with a return code."""
        if self.faults.refusal_text and code == self.faults.refusal:
            return self.faults.refusal_text
        return texts.message(code, language, self.settings.languages)

    def log_off(self, mac: str) -> None:
        """Revoke the ticket, as an operator does between two tries. The next catch makes a new client id."""
        with self.lock:
            self.settle()
            if device := self.devices.get(mac):
                self.end(device, self.clock())
                for stay in self.stays:
                    if stay.number == device.checked_stay:
                        stay.grant = None
                device.checked_stay = ""

    def redirect_1(self, device: Device, wanted: str = "", refid: str = "") -> str:
        """The URL of the portal for this device, with the wanted URL or the refresh id that it asked for."""
        with self.lock:
            most = self.settings.max_users
            online = most if self.faults.full else self.online()
            fields = self._head(device.id, "auth") | {
                "ip": device.ip,
                "ma": device.mac,
                "vl": self.vlan_of(device),
                "uo": str(online),
                "uop": str(round(100 * online / most)),
                "mu": str(most),
                "lu": str(self.settings.licensed_users),
            }
            fields |= {"refid": refid} if refid else {}
            fields |= {"userurl": wanted} if wanted else {}
            self.note("redirect 1, box to portal", fields)
            return self._outgoing.redirect(self.settings.landing_url, fields, self.settings, self.faults)

    def receive(self, lapi: str, si: str, caller: Caller) -> Reply:
        """Take redirect 2 or a refresh; raises :class:`WireFault` when it cannot be believed or read."""
        with self.lock:
            sent = unpack(codec_of(self.settings).open(lapi, si))
            names = {self.settings.wire(name): name for name in (*GIVEN_NAMES, *ASSUMED_NAMES)}
            fields = {names[name]: value for name, value in sent.items() if name in names}
            self.note("redirect 2, portal to box", sent)
            language = fields.get("lang", "")
            try:
                if fields.get("ac") == "ref":
                    return self._refresh(fields, caller)
                self._logon(fields, (lapi, si))
            except Refused as refusal:
                return self._outcome(fields, refusal.code, language)
            return self._outcome(fields, texts.OK, language)

    def _head(self, id: str, action: str) -> dict[str, str]:
        return {"ver": self.settings.version, "id": id, "ac": action, "iac": self.settings.registration}

    def _check_version(self, fields: dict[str, str]) -> None:
        major, dot, minor = demand(fields, "ver")[0].partition(".")
        if not (dot and minor.isdigit() and major == self.settings.version.partition(".")[0]):
            raise Refused(texts.VERSION)

    def _logon(self, fields: dict[str, str], signed: tuple[str, str]) -> None:
        self._check_version(fields)
        device = self.known(demand(fields, "id")[0])
        if self.refuses_replay and signed in self._used:
            raise Refused(texts.REPLAYED)
        # Unencrypted 1.x has no salt: two honest tries are the same bytes, so nothing can be told apart.
        if self.settings.encrypt or not self.settings.version.startswith("1."):
            self._used.append(signed)
        action, language = demand(fields, "ac", "lang")
        if action != "logon" or len(language) != 2:
            raise Refused(texts.FIELDS)
        self.refuse_if_told()
        if self.is_full() and not device.online:
            raise Refused(texts.FULL_HOUSE)
        self.take_online(device, grant_for(self, device, fields))

    def _refresh(self, fields: dict[str, str], caller: Caller) -> Reply:
        self._check_version(fields)
        (refid,) = demand(fields, "refid")
        device = self.device_of(caller)
        if device is None:
            raise Refused(texts.UNKNOWN_CLIENT)
        return Reply(texts.OK, "", "", self.redirect_1(self.seen(device.mac, caller.peer), refid=refid))

    def _outcome(self, fields: dict[str, str], code: int, language: str) -> Reply:
        text = self.text_of(code, language)
        refresh = fields.get("ac") == "ref"
        if self.settings.callback_url and not refresh:
            id = new_client_id() if self.faults.other_id else fields.get("id", "")
            back = self._head(id, "cbk") | {"rc": str(code)} | ({"err": text} if code else {})
            self.note("redirect 3, box to portal", back)
            url = self._outgoing.redirect(self.settings.callback_url, back, self.settings, self.faults)
            return Reply(code, language, text, url)
        wanted = fields.get("userurl", "")
        return Reply(code, language, text, wanted if code == texts.OK and _is_web_address(wanted) else "")


def _is_web_address(url: str) -> bool:
    """Whether a browser can be sent there: http or https, and nothing in it that a header cannot carry."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable() and " " not in url
