"""What a venue file says of integrations and of the hotspot they are told about.

Shapes and limits are those of Icaro's table ``integrations`` (250 characters each, ``privacy`` 2048) and of the
webhook body on the same page; ``enabled``, ``share``, ``sign_return`` and ``wings_compatible`` are ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import (
    AfterValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from portal.venues.inside import inside
from portal.venues.tables import Table
from portal.venues.values import HttpUrl, Text, take_secret

LONGEST, LONGEST_PRIVACY = 250, 2048


def _no_longer_than(longest: int) -> Any:
    """A check of every text by itself."""

    def check(value: Any) -> Any:
        if any(len(text) > longest for text in ([value] if isinstance(value, str) else value)):
            raise ValueError(f"is too long; it has at most {longest} characters")
        return value

    return AfterValidator(check)


Short = Annotated[str, Field(max_length=LONGEST)]
ShortText = Annotated[Text, _no_longer_than(LONGEST)]
ShortUrl = Annotated[HttpUrl, _no_longer_than(LONGEST)]
SHAREABLE = ("user", "email", "num", "mac", "ip", "room", "code", "first_name", "last_name")


class Integration(Table):
    """One integration of a venue; the order in the file is the order of the visits."""

    name: Annotated[str, Field(min_length=1, max_length=250, description="its name, as guests read it")]
    description: ShortText = Text.plain("")
    site: ShortUrl = ""
    logo: Annotated[str, Field(description="a file in the venue's folder, png or svg")] = ""
    privacy: Annotated[
        Text,
        _no_longer_than(LONGEST_PRIVACY),
        Field(description="its privacy terms, at most 2048 characters"),
    ] = Text.plain("")
    webhook_url: ShortUrl = ""
    webhook_token: Annotated[str, Field(max_length=LONGEST, repr=False)] = ""
    pre_auth_redirect_url: ShortUrl = ""
    post_auth_redirect_url: ShortUrl = ""
    enabled: bool = True
    share: tuple[
        Literal["user", "email", "num", "mac", "ip", "room", "code", "first_name", "last_name"], ...
    ] = Field(default=(), strict=False, description="a list of: " + ", ".join(SHAREABLE))
    sign_return: bool = False
    wings_compatible: bool = False

    @property
    def key(self) -> str:
        """What a guest's state calls it, the same at every request."""
        return self.name

    @model_validator(mode="before")
    @classmethod
    def _secret(cls, values: Any, info: ValidationInfo) -> Any:
        context = info.context or {}
        return take_secret(values, "webhook_token", context.get("folder", Path()), context.get("demo", False))

    @field_validator("logo")
    @classmethod
    def _logo_is_there(cls, value: str, info: ValidationInfo) -> str:
        folder = (info.context or {}).get("folder")
        if not value or folder is None:
            return value
        if Path(value).suffix not in {".png", ".svg"}:
            raise ValueError("is no picture; name a .png or .svg file in the venue's folder")
        try:
            inside(folder, value)
        except ValueError as error:
            raise ValueError(str(error)) from error
        return value

    @model_validator(mode="after")
    def _sense(self) -> Integration:
        if self.sign_return and not self.webhook_token:
            raise ValueError("sign_return needs a webhook_token, which is the key of the signature")
        for url in (self.pre_auth_redirect_url, self.post_auth_redirect_url):
            if {"journey", "callback"} & set(parse_qs(urlsplit(url).query)):
                raise ValueError(
                    "a redirect url holds journey or callback, which the portal adds; take it out"
                )
        return self


class Hotspot(Table):
    """The venue as an integration's webhook is told of it (systems: Icaro, Sun-API)."""

    id: int | None = None
    uuid: Short = ""
    name: Short = ""
    description: Short = ""
    business_name: Short = ""
    business_vat: Short = ""
    business_address: Short = ""
    business_email: Short = ""
    business_dpo: Short = ""


class Account(Table):
    """An account of the hotspot; ``password_hash`` is sent only if it stands here."""

    id: int
    uuid: Short = ""
    type: Literal["customer", "desk", "reseller", "admin"] = "customer"
    name: Short = ""
    username: Short = ""
    password_hash: Short | None = None
    email: Short = ""


class Unit(Table):
    """A unit (access point or gateway) of the hotspot."""

    id: int
    mac_address: Short = ""
    name: Short = ""
    description: Short = ""
    uuid: Short = ""
