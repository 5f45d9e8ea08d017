"""The table ``[iacbox]`` of a venue file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from portal.gateways.iacbox import protocol, wire_names
from portal.gateways.iacbox.place_settings import Box, Meaning, Vlan, WayName, WaySettings
from portal.gateways.iacbox.pms_settings import PMS_FIELDS, Pms, PmsField
from portal.gateways.iacbox.ticket_settings import TicketTemplate, WaysOverrides
from portal.venues.tables import Table
from portal.venues.values import HttpUrl, Text

__all__ = ["PMS_FIELDS", "Pms", "PmsField", "Settings", "TicketTemplate"]
Names = Annotated[
    dict[str, str], Field(description='our word or the default name = the box\'s name: user = "usr"')
]


class Settings(Table):
    """``credentials = "code"`` shows one field for tickets that are one code; what then travels as the password is
    ASSUMED to be the same code (``code_password``). ``code_dashes``: codes go out as typed, without their dashes, or
    (``both``) as typed and, when the box says no, once more without. ``codes`` say what a return code of this box
    means: ``wrong`` details, an ``outage`` of the PMS, a guest who has ``left``, too many ``devices``, no ``posting``
    to this room, a ``full`` house; only ``wrong`` ones and those not listed count as guesses. ``refresh_url``: a plain
    address with ``{refid}`` in it, in place of the signed one. ``vip``: words for the PMS's VIP groups, in place of
    its codes; those without words are not shown. ``notice`` is a line on every login page.
    """

    secret_names: ClassVar = ("secret",)

    url: Annotated[HttpUrl, Field(min_length=1, description="the box's address, where redirect 2 goes")]
    secret: Annotated[
        str, Field(min_length=8, repr=False, description="the shared secret, 8 characters or more")
    ]
    version: Annotated[str, Field(pattern=r"^[12]\.\d+$", description='"2.1", or "1.3" for an old box')] = (
        "2.1"
    )
    encrypt: bool = True
    allow_unencrypted_credentials: bool = False
    salt: Literal["raw", "text"] = "raw"
    callback: bool = True
    sign_in: Annotated[list[WayName], Field(min_length=1)] = ["cred"]
    credentials: Literal["both", "code"] = "both"
    code_password: Literal["same", "empty"] = "same"  # noqa: S105
    code_case: Literal["keep", "upper", "lower"] = "keep"
    code_dashes: Literal["both", "keep", "drop"] = "both"
    lapi: Annotated[str, Field(pattern=r"^[A-Za-z][\w-]*$")] = "lapi"
    si: Annotated[str, Field(pattern=r"^[A-Za-z][\w-]*$")] = "si"
    names: Names = {}
    answer_names: Names = {}
    refresh: dict[str, str] = {}
    refresh_url: HttpUrl = ""
    overrides: WaysOverrides = WaysOverrides()
    codes: dict[Annotated[str, Field(pattern=r"^[1-9]\d{0,3}$")], Meaning] = {}
    vip: dict[str, Text] = {}
    notice: Text = Text.plain("")
    ways: dict[WayName, WaySettings] = {}
    pms: Pms = Pms()
    templates: list[TicketTemplate] = []
    boxes: list[Box] = []
    vlans: list[Vlan] = []

    @field_validator("refresh")
    @classmethod
    def _pages_exist(cls, pages: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        own = (info.context or {}).get("folder", Path()) / "theme" / "templates"
        for page in pages.values():
            plain = page == Path(page).name and page.endswith(".html")
            if page not in ("sign-in", "terms", "account") and not (plain and (own / page).is_file()):
                raise ValueError(
                    f"{page!r} is no page; write sign-in, terms, account, or a file of theme/templates"
                )
        return pages

    @model_validator(mode="after")
    def _sense(self) -> Settings:
        for rule in (_addresses, _wires, _versions, _tickets, _places):
            if fault := rule(self):
                raise ValueError(fault)
        return self

    @cached_property
    def types(self) -> frozenset[str]:
        """The logon types that are offered anywhere in the venue."""
        ways = (*self.sign_in, *(way for vlan in self.vlans for way in vlan.sign_in or ()))
        return frozenset(way.partition("-")[0] for way in ways)

    @cached_property
    def key(self) -> protocol.Key:
        """What the protocol needs to read and write redirects of the venue's first or only box."""
        return self._key(self.secret)

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every box by its registration number; "" is the one of ``url`` and ``secret``, whatever its number."""
        own = Place("", self.url, self.pms.url, self.key)
        return {"": own} | {
            box.registration: Place(
                box.registration,
                box.url or self.url,
                box.pms_url or self.pms.url,
                self._key(box.secret or self.secret),
            )
            for box in self.boxes
        }

    def place(self, registration: str) -> Place:
        """The box of this number; the venue's own where it is not listed."""
        return self.places.get(registration, self.places[""])

    def pms_of(self, way: str) -> Pms:
        """What is asked by a way in with the room: ``pms``, or ``pms-<name>`` for one of its further forms."""
        return self.pms.form(way.removeprefix("pms").removeprefix("-"))

    def meaning(self, code: int) -> Meaning | None:
        """What a return code says; None where the operator has not said so."""
        return self.codes.get(str(code))

    @cached_property
    def by_vlan(self) -> Mapping[int, Settings]:
        """The settings as the n-th of ``vlans`` has them."""
        return {number: self._at(vlan) for number, vlan in enumerate(self.vlans)}

    def _at(self, vlan: Vlan) -> Settings:
        changes: dict[str, Any] = {}
        changes |= {"sign_in": vlan.sign_in} if vlan.sign_in is not None else {}
        changes |= {"templates": vlan.templates} if vlan.templates is not None else {}
        changes |= {"notice": vlan.notice} if vlan.notice else {}
        return Settings(**{name: getattr(self, name) for name in type(self).model_fields} | changes)

    def _key(self, secret: str) -> protocol.Key:
        return protocol.Key(
            secret,
            self.version,
            self.encrypt,
            self.salt,
            wire_names.wire_names(self.names, wire_names.REQUESTS),
            wire_names.wire_names(self.answer_names, wire_names.ANSWERS),
        )


@dataclass(frozen=True)
class Place:
    """One box: its number, its addresses, and what the protocol needs to speak with it."""

    registration: str
    url: str
    pms_url: str
    key: protocol.Key


def _addresses(one: Settings) -> str:
    if any("#" in url for url in (one.url, *(box.url for box in one.boxes))):
        return "url: has a part behind #, which no box gets to see; leave it out"
    if one.lapi == one.si or {one.lapi, one.si} & {"lang", "guest", "code", "ping"}:
        return "lapi: and si must differ, and from lang, guest, code and ping, which are ours"
    if one.refresh_url and "{refid}" not in one.refresh_url:
        return "refresh_url: has no {refid} in it; write where the refresh id goes, or leave it out"
    if not one.encrypt and not one.allow_unencrypted_credentials and {"cred", "pms"} & one.types:
        return (
            "encrypt: is false, so codes and rooms would travel readable; set it to true, "
            "or allow_unencrypted_credentials = true"
        )
    return ""


def _wires(one: Settings) -> str:
    for key, given, table in (
        ("names", one.names, wire_names.REQUESTS),
        ("answer_names", one.answer_names, wire_names.ANSWERS),
    ):
        for word, name in given.items():
            if not wire_names.word_of(word, table):
                other = "answer_names" if key == "names" else "names"
                there = wire_names.word_of(word, {**wire_names.REQUESTS, **wire_names.ANSWERS})
                hint = f"it belongs into {other}" if there else f"there are {', '.join(table)}"
                return f"{key}: {word!r} is no field of these messages; {hint}"
            if not name.replace("_", "").isalnum():
                return f"{key}: {name!r} cannot be a wire name; use letters, digits and _"
        wires = list(wire_names.wire_names(given, table).values())
        if twice := sorted({wire for wire in wires if wires.count(wire) > 1}):
            return f"{key}: {twice[0]!r} is the wire name of two fields; wire names differ"
    return ""


def _versions(one: Settings) -> str:
    """What the manual has only since a later version than the box speaks."""
    major, minor = (int(part) for part in one.version.split("."))
    since = [
        ("refresh", bool(one.refresh or one.refresh_url), (2, 0), "the refresh"),
        ("pms.system", one.pms.system in ("himed", "asaj"), (2, 1), "Himed and ASAj"),
        ("overrides.description", one.overrides.describes, (1, 3), "a ticket's description"),
    ]
    for key, used, needs, what in since:
        if used and (major, minor) < needs:
            return f"{key}: {what} came with version {needs[0]}.{needs[1]}, and version is {one.version}; take one of them back"
    return ""


def _tickets(one: Settings) -> str:
    if "create" in one.sign_in and not any(not ticket.hidden for ticket in one.templates):
        return "templates: sign_in offers create, but there is nothing to choose; add [[iacbox.templates]]"
    if len({ticket.id for ticket in one.templates}) < len(one.templates):
        return "templates: two have the same id; each id stands once"
    if sum(ticket.default for ticket in one.templates) > 1:
        return "templates: two are the default; keep one"
    if any(ticket.default and ticket.hidden for ticket in one.templates):
        return "templates: the default is hidden; show it, or make another one the default"
    return ""


def _places(one: Settings) -> str:
    if len(set(one.sign_in)) < len(one.sign_in):
        return "sign_in: a way stands twice; each stands once"
    for way in (*one.sign_in, *one.ways, *(way for vlan in one.vlans for way in vlan.sign_in or [])):
        form = way.partition("-")[2]
        if form and form not in one.pms.forms:
            return f"sign_in: there is no form {form!r}; add [iacbox.pms.forms.{form}], or leave {way} out"
    if len({box.registration for box in one.boxes}) < len(one.boxes):
        return "boxes: two have the same registration number; each stands once"
    return ""
