"""The table ``[iacbox]`` of a venue file."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, ValidationInfo, field_validator, model_validator

from portal.gateways.iacbox import protocol, wire_names
from portal.venues.tables import Table
from portal.venues.values import HttpUrl, Text

WayName = Literal["cred", "pms", "free", "to", "create"]
PmsField = Literal["room", "first_name", "last_name", "pin", "arrival", "departure", "birthday"]
PMS_FIELDS = get_args(PmsField)
OVERRIDES = ("time", "volume", "idle", "expires", "down", "up", "desc")


class Pms(Table):
    """``[iacbox.pms]``: how a room number is checked, and what the hotel demands beside it.

    ``pad``: digits that a room number is filled up to with zeros. ``name_characters``: only so many characters of the
    last name are sent. ``skip_single_free``: a single free ticket is taken without asking. ``shown_codes``: return
    codes whose text the guest reads as the box sends it; for all others a wrong room and a wrong date get the same
    words (the codes stand in the vendor's SDK, hence no default). Mode local: ``finish`` says whether the chosen
    ticket is asked for at the same address or made by redirect 2 of type ``create``; time-outs in seconds; ``verify``
    as in requests, a file relative to the venue's folder; ``floor_ms`` is the time that a refusal takes at least.
    ``network_guesses``: wrong rooms in ten minutes from one network, see ``guesses.py``.
    """

    mode: Literal["redirect", "external", "local"] = "redirect"
    url: Annotated[
        HttpUrl, Field(description="the box's address for room number logins, from its manual")
    ] = ""
    style: Literal["parameters", "json"] = "parameters"
    system: Literal["fias", "himed", "asaj", "other"] = "fias"
    fields: Annotated[list[PmsField], Field(min_length=1, description="of: " + ", ".join(PMS_FIELDS))] = [
        "room",
        "birthday",
    ]
    caption: Text = Text.plain("")
    pad: Annotated[int, Field(ge=0, le=12, description="0 to 12 digits; 0 = as typed")] = 0
    name_characters: Annotated[int, Field(ge=0, le=40, description="0 to 40; 0 = the whole name")] = 0
    skip_single_free: bool = False
    shown_codes: list[int] = []
    finish: Literal["ask", "create"] = "ask"
    connect_timeout: Annotated[int, Field(ge=1, le=30, description="1 to 30 seconds")] = 3
    read_timeout: Annotated[int, Field(ge=1, le=60, description="1 to 60 seconds")] = 10
    verify: bool | str = True
    floor_ms: Annotated[int, Field(ge=0, le=5000, description="0 to 5000 milliseconds")] = 700
    network_guesses: Annotated[int, Field(ge=10, le=100_000, description="10 or more in ten minutes")] = 40

    @model_validator(mode="after")
    def _sense(self) -> Pms:
        if "room" not in self.fields:
            raise ValueError('pms.fields: the room is always needed; add "room"')
        if len(set(self.fields)) < len(self.fields):
            raise ValueError("pms.fields: one stands twice; each stands once")
        if self.system == "asaj" and not {"first_name", "last_name"} <= set(self.fields):
            raise ValueError(
                'pms.fields: ASAj demands both names; add what is missing of "first_name", "last_name"'
            )
        if self.mode != "redirect" and not self.url:
            raise ValueError(
                f'pms.url: mode {self.mode} asks there, and it is empty; give the address, or set mode = "redirect"'
            )
        if self.name_characters and "last_name" not in self.fields:
            raise ValueError(
                'pms.name_characters: no last name is asked for; add "last_name" to fields, or leave it out'
            )
        return self


class TicketTemplate(Table):
    """One ``[[iacbox.templates]]``: a ticket the guest can take, in the venue's own words."""

    id: Annotated[int, Field(ge=0, description="the number of the ticket template at the box")]
    name: Text = Text.plain("")
    description: Text = Text.plain("")
    price: Text = Text.plain("")
    duration: Text = Text.plain("")
    featured: bool = False
    hidden: bool = False
    default: bool = False


class Overrides(Table):
    """``[iacbox.overrides]``: values sent with every logon in place of the ticket template's.

    ``time`` and ``idle`` in seconds, ``volume`` in MB, ``expires`` in seconds from the logon, ``down`` and ``up`` in
    kbit/s (Login-API, "Ticket overrides").
    """

    time: Annotated[int, Field(ge=0)] | None = None
    volume: Annotated[int, Field(ge=0)] | None = None
    idle: Annotated[int, Field(ge=0)] | None = None
    expires: Annotated[int, Field(ge=0)] | None = None
    down: Annotated[int, Field(ge=0)] | None = None
    up: Annotated[int, Field(ge=0)] | None = None
    desc: str | None = None


class Settings(Table):
    """The table ``[iacbox]``. ``credentials = "code"`` shows one field for tickets that are one code; what then
    travels as the password is ASSUMED to be the same code (``code_password``)."""

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
    lapi: Annotated[str, Field(pattern=r"^[A-Za-z][\w-]*$")] = "lapi"
    si: Annotated[str, Field(pattern=r"^[A-Za-z][\w-]*$")] = "si"
    names: dict[str, str] = {}
    refresh: dict[str, str] = {}
    overrides: Overrides = Overrides()
    pms: Pms = Pms()
    templates: list[TicketTemplate] = []

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
        if "#" in self.url:
            raise ValueError("url: has a part behind #, which no box gets to see; leave it out")
        if len(set(self.sign_in)) < len(self.sign_in):
            raise ValueError("sign_in: a way stands twice; each stands once")
        if self.lapi == self.si or {self.lapi, self.si} & {"lang", "guest", "code", "ping"}:
            raise ValueError("lapi: and si must differ, and from lang, guest, code and ping, which are ours")
        for word, name in self.names.items():
            if word not in wire_names.ALL and word not in wire_names.ALL.values():
                raise ValueError(f"names: {word!r} is no field; there are {', '.join(wire_names.ALL)}")
            if not name.replace("_", "").isalnum():
                raise ValueError(f"names: {name!r} cannot be a wire name; use letters, digits and _")
        wires = list(wire_names.wire_names(self.names).values())
        if twice := sorted({wire for wire in wires if wires.count(wire) > 1}):
            raise ValueError(f"names: {twice[0]!r} is the wire name of two fields; wire names differ")
        if (
            not self.encrypt
            and not self.allow_unencrypted_credentials
            and {"cred", "pms"} & set(self.sign_in)
        ):
            raise ValueError(
                "encrypt: is false, so codes and rooms would travel readable; set it to true, "
                "or allow_unencrypted_credentials = true"
            )
        if "create" in self.sign_in and not any(not one.hidden for one in self.templates):
            raise ValueError(
                "templates: sign_in offers create, but there is nothing to choose; add [[iacbox.templates]]"
            )
        if len({one.id for one in self.templates}) < len(self.templates):
            raise ValueError("templates: two have the same id; each id stands once")
        if sum(one.default for one in self.templates) > 1:
            raise ValueError("templates: two are the default; keep one")
        if any(one.default and one.hidden for one in self.templates):
            raise ValueError("templates: the default is hidden; show it, or make another one the default")
        return self

    @cached_property
    def key(self) -> protocol.Key:
        """What the protocol needs to read and write redirects."""
        return protocol.Key(
            self.secret, self.version, self.encrypt, self.salt, wire_names.wire_names(self.names)
        )
