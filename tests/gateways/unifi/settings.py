"""The table ``[unifi]`` of a venue file."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from portal.venues.tables import Table
from portal.venues.values import HttpUrl

VENUE_EXAMPLE = """\
name = "{name}"
system = "unifi"
[unifi]
url = "https://controller.example:8443/"
password_file = "password"
"""


class Settings(Table):
    """``minutes`` a guest stays online; ``codes`` for those that the house hands out."""

    secret_names: ClassVar = ("password",)
    url: HttpUrl
    user: str = "portal"
    password: Annotated[str, Field(repr=False)]
    site: str = "default"
    verify: bool = True
    timeout: float = 5
    minutes: int = 480
    free: bool = True
    codes: tuple[str, ...] = Field(default=(), strict=False, repr=False)
