"""The demo's hotel: twelve rooms and who sleeps in them, as its PMS would tell the box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from portal.simulators.iacbox.settings import PmsSettings
from portal.simulators.iacbox.tickets import Grant, Template


def written(day: date) -> str:
    """``DD.MM.YYYY``, as dates travel in the Login-API."""
    return day.strftime("%d.%m.%Y")


@dataclass
class Stay:
    """One reservation. ``running``: it came with a ticket that runs to the departure. ``grant`` is the
    ticket the guest took here; ``templates`` are the ids offered, None = all that the box has."""

    number: str
    room: str
    fname: str
    lname: str
    birthday: date
    arrival: date
    departure: date
    language: str
    pin: str
    vip: str = ""
    checked_out: bool = False
    running: bool = False
    templates: tuple[int, ...] | None = None
    grant: Grant | None = None

    def ticket(self, now: float) -> Grant | None:
        """The guest's ticket that is still valid."""
        if self.running:
            end = datetime(self.departure.year, self.departure.month, self.departure.day, 12, tzinfo=UTC)
            return Grant("pms", "Premium Speed (174)", expires=end.timestamp())
        valid = self.grant and (self.grant.expires is None or self.grant.expires > now)
        return self.grant if valid else None

    def offered(self, visible: list[Template]) -> list[Template]:
        """The templates among the visible ones that this guest can take."""
        return [each for each in visible if self.templates is None or each.id in self.templates]

    def fields(self) -> dict[str, str]:
        """What the guest may be asked, by the names of the Login-API."""
        return {
            "room": self.room,
            "room_himed": self.room,
            "fname": self.fname,
            "lname": self.lname,
            "pin": self.pin,
            "birthday": written(self.birthday),
            "arrival": written(self.arrival),
            "departure": written(self.departure),
        }

    def fias(self) -> dict[str, str]:
        """The FIAS record of a guest: G# reservation, RN room, GN and GF names, GA and GD dates YYMMDD,
        GL language, GV VIP status."""
        return {
            "G#": self.number,
            "RN": self.room,
            "GN": self.lname,
            "GF": self.fname,
            "GA": self.arrival.strftime("%y%m%d"),
            "GD": self.departure.strftime("%y%m%d"),
            "GL": self.language,
            "GV": self.vip,
        }

    def data(self) -> dict[str, str]:
        """The PMS data handed to the portal, out of the FIAS record; dates as ``DD.MM.YYYY``.

        ASSUMED: every name but ``fname`` and ``lname``, and the form of the dates."""
        record = self.fias()
        return {
            "id": record["G#"],
            "fname": record["GF"],
            "lname": record["GN"],
            "room": record["RN"],
            "arrival": written(self.arrival),
            "departure": written(self.departure),
            "birthday": written(self.birthday),
            "vip": record["GV"],
        }


# room, first name, last name, birthday, language, PIN, VIP groups
ROOMS = (
    ("101", "Jürgen", "Müller", "1968-03-12", "DE", "1101", ""),
    ("102", "Käthe", "Groß", "1951-12-24", "DE", "1102", ""),
    ("103", "Sofía", "Núñez", "1990-07-05", "ES", "1103", ""),
    ("104", "小明", "王", "1988-08-08", "ZH", "1104", "Gold"),
    ("201", "ليلى", "الحسن", "1979-01-30", "AR", "1201", "Gold,Family"),
    ("202", "Łukasz", "Żółć", "1983-10-17", "PL", "1202", ""),
    ("203", "さくら", "田中", "1995-04-02", "JA", "1203", "Platinum"),
    ("204", "Élodie", "Dupont", "1972-06-21", "FR", "1204", ""),
    ("214", "Anna", "Berger", "1985-11-03", "DE", "1214", "Gold"),
    ("301", "Seán", "O'Neill", "1964-02-29", "EN", "1301", ""),
    ("302", "Giulia", "Rossi", "1992-09-14", "IT", "1302", ""),
    ("303", "John", "Smith", "1980-05-25", "EN", "1303", ""),
)
CHECKED_OUT, RUNNING, SINGLE_FREE = "302", "301", "303"
FREE_TEMPLATE = 435


def demo_stays(now: float, room_digits: int = 0) -> list[Stay]:
    """The twelve reservations around ``now`` (unix time), rooms padded with zeros to ``room_digits``."""
    today = datetime.fromtimestamp(now, UTC).date()
    return [
        Stay(
            number=str(47110 + place),
            room=room.zfill(room_digits),
            fname=fname,
            lname=lname,
            birthday=date.fromisoformat(birthday),
            arrival=today - timedelta(days=1 + place % 3),
            departure=today - timedelta(days=1)
            if room == CHECKED_OUT
            else today + timedelta(days=1 + place % 5),
            language=language,
            pin=pin,
            vip=vip,
            checked_out=room == CHECKED_OUT,
            running=room == RUNNING,
            templates=(FREE_TEMPLATE,) if room == SINGLE_FREE else None,
        )
        for place, (room, fname, lname, birthday, language, pin, vip) in enumerate(ROOMS)
    ]


def _same(name: str, sent: str, right: str, name_chars: int) -> bool:
    sent, right = sent.strip().casefold(), right.casefold()
    if name == "lname" and name_chars:  # as manuals of hotels ask for: "the first five letters"
        return sent[:name_chars] == right[:name_chars]
    return sent == right


def find(stays: list[Stay], sent: Mapping[str, str], settings: PmsSettings) -> Stay | None:
    """The guest to whom everything fits that the hotel demands. A guest who has left is not there, and no
    answer tells a wrong room from a wrong date."""
    asked = {name: sent.get(name, "") for name in settings.demanded}
    if settings.pads_input:
        asked |= {
            name: asked[name].zfill(settings.room_digits) for name in ("room", "room_himed") if name in asked
        }
    for stay in stays:
        right = stay.fields()
        if not stay.checked_out and all(
            _same(name, value, right[name], settings.name_chars) for name, value in asked.items()
        ):
            return stay
    return None
