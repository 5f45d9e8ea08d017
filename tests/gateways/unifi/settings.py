"""The table ``[unifi]`` of a venue file."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from portal.http_client import Server
from portal.venues.upstream import Upstream
from portal.venues.values import HttpUrl

VENUE_EXAMPLE = """\
name = "{name}"
system = "unifi"
[unifi]
url = "https://controller.example:8443/"
password_file = "password"
"""


class Settings(Upstream):
    """``minutes`` a guest stays online; ``codes`` for those that the house hands out."""

    secret_names: ClassVar = ("password",)
    url: HttpUrl
    user: str = "portal"
    password: Annotated[str, Field(repr=False)]
    site: str = "default"
    timeout: float = 5
    minutes: int = 480
    free: bool = True
    codes: tuple[str, ...] = Field(default=(), strict=False, repr=False)

    @property
    def server(self) -> Server:
        """How the controller is reached."""
        return Server(self.url, self.verify, self.tls, self.timeout, self.timeout)
