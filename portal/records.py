"""What a venue file says of integrations and of the hotspot they are told about.

Shapes and limits are those of Icaro's table ``integrations`` (250 characters each, ``privacy`` 2048) and of the
webhook body on the same page; ``enabled``, ``share``, ``sign_return`` and ``wings_compatible`` are ours.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from portal.values import HttpUrl, Text

Short = Annotated[str, Field(max_length=250)]
SHAREABLE = ("email", "num", "mac", "ip", "room", "code", "first_name", "last_name")


class Record(BaseModel):
    """Frozen; an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Integration(Record):
    """One integration of a venue; the order in the file is the order of the visits."""

    name: Annotated[str, Field(min_length=1, max_length=250, description="its name, as guests read it")]
    description: Text = Text.plain("")
    site: HttpUrl = ""
    logo: Annotated[str, Field(description="a file in the venue's folder, png or svg")] = ""
    privacy: Annotated[Text, Field(description="its privacy terms, at most 2048 characters")] = Text.plain("")
    webhook_url: HttpUrl = ""
    webhook_token: Short = ""
    pre_auth_redirect_url: HttpUrl = ""
    post_auth_redirect_url: HttpUrl = ""
    enabled: bool = True
    share: tuple[Literal["email", "num", "mac", "ip", "room", "code", "first_name", "last_name"], ...] = (
        Field(default=(), strict=False, description="a list of: " + ", ".join(SHAREABLE))
    )
    sign_return: bool = False
    wings_compatible: bool = False

    @model_validator(mode="after")
    def _signed_needs_token(self) -> Integration:
        if self.sign_return and not self.webhook_token:
            raise ValueError("sign_return needs a webhook_token, which is the key of the signature")
        return self


class Hotspot(Record):
    """The venue as an integration's webhook is told of it (systems: Icaro, Sun-API)."""

    id: int = 1
    uuid: Short = ""
    name: Short = ""
    description: Short = ""
    business_name: Short = ""
    business_vat: Short = ""
    business_address: Short = ""
    business_email: Short = ""
    business_dpo: Short = ""


class Account(Record):
    """An account of the hotspot; ``password_hash`` is sent only if it stands here."""

    id: int
    uuid: Short = ""
    type: Literal["customer", "desk", "reseller", "admin"] = "customer"
    name: Short = ""
    username: Short = ""
    password_hash: Short | None = None
    email: Short = ""


class Unit(Record):
    """A unit (access point or gateway) of the hotspot."""

    id: int
    mac_address: Short = ""
    name: Short = ""
    description: Short = ""
    uuid: Short = ""
