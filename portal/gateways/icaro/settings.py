"""The table ``[icaro]`` of a venue file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from portal.http_client import Server
from portal.venues.upstream import Upstream
from portal.venues.values import HttpUrl


class Settings(Upstream):
    """Where wax is and how long it may take; times in seconds.

    ``units``: the uuids of this hotspot's units. Empty: every unit that wax knows may send guests here, and a
    mailed link is taken only when no other Icaro venue could be meant.
    ``social_url``: Icaro's own guest page, for Facebook and LinkedIn.
    ``country``: whose numbers may be typed without ``+`` and country code (``IT``).
    ``skin``: take over the texts and colours that the hotspot's manager set in Icaro.
    ``integrations``: guests visit the integrations too that Icaro itself announces.
    ``temp_pause``: the pause between the logout after a temporary session and the login.
    ``preferences_for``: how long an answer of ``/wax/preferences`` is believed.
    """

    url: Annotated[HttpUrl, Field(min_length=1, description="https://host: the host that serves wax")]
    connect_timeout: Annotated[float, Field(gt=0, le=30, description="seconds, up to 30")] = 5.0
    read_timeout: Annotated[float, Field(gt=0, le=60, description="seconds, up to 60")] = 15.0
    units: list[Annotated[str, Field(min_length=1, max_length=64)]] = []
    social_url: HttpUrl = ""
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$", description="two capital letters: IT")] = ""
    skin: bool = True
    integrations: bool = True
    temp_pause: Annotated[float, Field(ge=0, le=5, description="seconds, up to 5")] = 1.0
    preferences_for: Annotated[float, Field(ge=1, le=3600, description="seconds, 1 to 3600")] = 60.0

    @field_validator("url")
    @classmethod
    def _host_alone(cls, value: str) -> str:
        return value.rstrip("/").removesuffix("/wax")

    @property
    def server(self) -> Server:
        """What the client needs to call wax. Preferences may hold pictures as ``data:`` URLs."""
        return Server(
            self.url, self.verify, self.tls, self.connect_timeout, self.read_timeout, max_size=4_000_000
        )
