"""The PMS of a hotel behind an IACBOX: questions to its endpoint, and its answers. Knows nothing of Flask.

Login-API definition, part "PMS Logon". An answer is ``{"rc": 0, "state": "tsel", "tt": […], "pms": …, "pms_si": …}``,
``{"rc": 0, "state": "online", …}`` or another ``rc`` with ``err``. In mode external it came through the guest's
browser, so nothing of it is believed but what the box signed: every value is typed, bounded and cleaned here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from portal import strict_json
from portal.gateways.iacbox import protocol
from portal.gateways.iacbox.protocol import Key

CALLBACK = "dataCBK"
"""Given: the name the callback has to have."""
LONGEST_ANSWER = 256_000
MOST_OFFERS = 50
LONGEST_TEXT = 120
_WRAPPED = re.compile(r"\s*(?:/\*\*/)?\s*" + CALLBACK + r"\s*\((.*)\)\s*;?\s*", re.DOTALL)
_CUT = {"Cc", "Cs", "Zl", "Zp"}
_STEERS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class NotAnAnswer(ValueError):
    """HTML, cut JSON, wrong types: the operator has to look; the message holds nothing of it."""


@dataclass(frozen=True)
class TicketOffer:
    """A ticket template as the box offers it. Every text but ``name`` may be empty, and all come translated."""

    id: int
    name: str
    price: str = ""
    kind: str = ""
    lifetime: str = ""
    expires: str = ""
    down: str = ""
    up: str = ""
    volume: str = ""

    @property
    def is_free(self) -> bool:
        """Whether the price is said and is zero; a price that is missing is not known to be zero."""
        return is_nothing(self.price)


def is_nothing(price: str) -> bool:
    """Whether a price is said and is zero."""
    digits = re.findall(r"\d", price)
    return bool(digits) and all(unicodedata.decimal(digit) == 0 for digit in digits)


def is_something(price: str) -> bool:
    """Whether a price is said and is more than zero."""
    return any(unicodedata.decimal(digit) for digit in re.findall(r"\d", price))


@dataclass(frozen=True)
class Answer:
    """``state`` is ``tsel``, ``online`` or, for a refusal (``code`` other than 0), empty."""

    code: int
    state: str = ""
    offers: tuple[TicketOffer, ...] = ()
    message: str = ""
    pms: str = ""
    pms_si: str = ""


WIRE = {
    "price": "price",
    "kind": "txttyp",
    "lifetime": "lifetime",
    "expires": "expires",
    "down": "bw_in",
    "up": "bw_out",
    "volume": "session_limit",
}
"""Our words for the texts of a template, and their keys in the answer (all given)."""


def read_answer(text: str) -> Answer:
    """The answer of the endpoint, as JSON or as ``dataCBK(…)``; raises :class:`NotAnAnswer`."""
    values = _json(text)
    if not isinstance(values, dict):
        raise NotAnAnswer("no object")
    code = _number(values.get("rc"))
    if code is None:
        raise NotAnAnswer("no return code")
    if code:
        return Answer(code, message=clean(values.get("err"), 400))
    state = values.get("state")
    if state not in ("tsel", "online"):
        raise NotAnAnswer("no known state")
    offers = read_offers(values.get("tt")) if state == "tsel" else ()
    return Answer(0, state, offers, "", _token(values.get("pms")), _token(values.get("pms_si")))


def read_offers(values: Any) -> tuple[TicketOffer, ...]:
    """The ticket templates of a list, at most :data:`MOST_OFFERS`; what is none, and a second of one id, is left out."""
    if not isinstance(values, list):
        raise NotAnAnswer("no list of tickets")
    found: dict[int, TicketOffer] = {}
    for value in values:
        offer = _offer(value)
        if offer and len(found) < MOST_OFFERS:
            found.setdefault(offer.id, offer)
    return tuple(found.values())


def offers_again(text: str) -> tuple[TicketOffer, ...]:
    """The offers that a page of ours carried (:func:`written`), as far as they can be read."""
    try:
        return read_offers(_json(text))
    except NotAnAnswer:
        return ()


def written(offers: tuple[TicketOffer, ...]) -> str:
    """The offers as a page carries them to the next one."""
    rows = [
        {"id": one.id, "name": one.name}
        | {key: getattr(one, word) for word, key in WIRE.items() if getattr(one, word)}
        for one in offers
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _offer(value: Any) -> TicketOffer | None:
    if not isinstance(value, dict):
        return None
    id, name = _number(value.get("id")), clean(value.get("name"), 80)
    if id is None or not name:
        return None
    return TicketOffer(id, name, **{word: clean(value.get(key)) for word, key in WIRE.items()})


def _json(text: str) -> Any:
    if len(text) > LONGEST_ANSWER:
        raise NotAnAnswer("too long")
    wrapped = _WRAPPED.fullmatch(text)
    try:
        return strict_json.loads(wrapped[1] if wrapped else text)
    except ValueError as error:
        raise NotAnAnswer("no JSON") from error


def _number(value: Any) -> int | None:
    """A number from 0 to 2^31 - 1, as JSON has it or in digits."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,10}", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        return None
    return value


def _token(value: Any) -> str:
    """``pms`` or ``pms_si``; anything that cannot be one counts as not sent."""
    return value if isinstance(value, str) and len(value) <= protocol.LONGEST_URL else ""


def clean(value: Any, longest: int = LONGEST_TEXT) -> str:
    """One line of text without control characters, halves of characters and marks that turn the line around."""
    if not isinstance(value, str):
        return ""
    kept = "".join(
        " " if unicodedata.category(character) in _CUT else character
        for character in value[: 4 * longest]
        if character not in _STEERS
    )
    line = " ".join(kept.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


@dataclass(frozen=True)
class Stay:
    """What the PMS told of the guest: signed by the box, so it may be shown. Only FIAS-type systems tell."""

    first_name: str = ""
    last_name: str = ""
    room: str = ""
    arrival: date | None = None
    departure: date | None = None
    vip: str = ""

    def kept(self) -> dict[str, str]:
        """For the guest's own token, and nowhere else."""
        return {word: str(value) for word, value in asdict(self).items() if value}


def read_stay(pms: str, signature: str, key: Key) -> Stay | None:
    """The guest data of an answer, verified and decrypted; None if none came; raises a ``ProtocolError``.

    ASSUMED: the clear text is written like ``lapi`` (JSON is understood too), all names but ``fname`` and
    ``lname``, and the form of the dates.
    """
    if not pms and not signature:
        return None
    names = key.answer_names
    fields = fields_of(protocol.unseal(pms, signature, key), names)
    first, last, room, vip = (
        clean(fields.get(names[word]), 60) for word in ("first_name", "last_name", "room", "vip")
    )
    arrival, departure = (read_date(fields.get(names[word])) for word in ("arrival", "departure"))
    return Stay(first, last, room, arrival, departure, vip)


def kept_stay(values: Mapping[str, str]) -> Stay | None:
    """The stay that a guest's token holds."""
    if not values:
        return None
    return Stay(
        values.get("first_name", ""),
        values.get("last_name", ""),
        values.get("room", ""),
        read_date(values.get("arrival")),
        read_date(values.get("departure")),
        values.get("vip", ""),
    )


def fields_of(text: str, names: Mapping[str, str]) -> Mapping[str, Any]:
    if not text.lstrip().startswith("{"):
        return protocol.unpack(text, {wire: word for word, wire in names.items()})
    try:
        values = _json(text)
    except NotAnAnswer as error:
        raise protocol.BadFields("guest data") from error
    return values if isinstance(values, dict) else {}


def read_date(value: Any) -> date | None:
    """A day as ``DD.MM.YYYY``, ``YYYY-MM-DD`` or, as FIAS itself writes it, ``YYMMDD``; None for anything else."""
    if not isinstance(value, str) or not value.isascii():
        return None
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%y%m%d"):
        try:
            return datetime.strptime(value.strip(), form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    return None


@dataclass(frozen=True)
class Question:
    """How the endpoint is asked: its address with the callback in it, and the fields by wire name."""

    url: str
    style: str
    names: Mapping[str, str]

    @property
    def address(self) -> str:
        """The address up to the fields. ASSUMED: the parameter is called ``callback``."""
        return f"{self.url}{'&' if '?' in self.url else '?'}{self.names['callback']}={CALLBACK}"

    def wire(self, fields: Mapping[str, str]) -> dict[str, str]:
        """The fields by their names on the wire."""
        return {self.names[word]: value for word, value in fields.items()}

    def parameters(self, fields: Mapping[str, str]) -> dict[str, str]:
        """One parameter each, or one JSON string for all: the manual says both, so the venue chooses."""
        wire = self.wire(fields)
        return {self.names["json"]: json.dumps(wire)} if self.style == "json" else wire
