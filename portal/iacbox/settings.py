"""The table ``[iacbox]`` of a venue file."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, model_validator

from portal.iacbox import names, protocol
from portal.values import HttpUrl, Text, take_secret
from portal.venues import Table

WayName = Literal["cred", "pms", "free", "to", "create"]
PmsField = Literal["room", "first_name", "last_name", "pin", "arrival", "departure", "birthday"]
OVERRIDES = ("time", "volume", "idle", "expires", "down", "up", "desc")


class Pms(Table):
    """``[iacbox.pms]``: how a room number is checked, and what the hotel demands beside it."""

    mode: Literal["redirect", "external", "local"] = "redirect"
    url: HttpUrl = ""
    style: Literal["parameters", "json"] = "parameters"
    system: Literal["fias", "himed", "asaj", "other"] = "fias"
    fields: Annotated[list[PmsField], Field(min_length=1)] = ["room", "birthday"]
    caption: Text = Text.plain("")


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

    @model_validator(mode="before")
    @classmethod
    def _secret(cls, values: Any, info: ValidationInfo) -> Any:
        context = info.context or {}
        return take_secret(values, "secret", context.get("folder"), context.get("demo", False))  # type: ignore[arg-type]

    @model_validator(mode="after")
    def _sense(self) -> Settings:
        for word, name in self.names.items():
            if word not in names.ALL and word not in names.ALL.values():
                raise ValueError(f"names: {word!r} is no field; there are {', '.join(names.ALL)}")
            if not name.replace("_", "").isalnum():
                raise ValueError(f"names: {name!r} cannot be a wire name; use letters, digits and _")
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
        if self.pms.fields and "room" not in self.pms.fields:
            raise ValueError('pms.fields: the room is always needed; add "room"')
        if len({one.id for one in self.templates}) < len(self.templates):
            raise ValueError("templates: two have the same id; each id stands once")
        return self

    @cached_property
    def key(self) -> protocol.Key:
        """What the protocol needs to read and write redirects."""
        return protocol.Key(self.secret, self.version, self.encrypt, self.salt, names.wire_names(self.names))
