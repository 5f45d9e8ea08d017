"""The keys of ``venue.toml`` and ``texts/<language>.toml`` that do not depend on the system."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from portal.languages import BY_CODE
from portal.venues.records import Account, Hotspot, Integration, Unit
from portal.venues.tables import Table
from portal.venues.values import HttpUrl, Text
from portal.whom_to_ask import Who


class Help(Table):
    """The venue's own line on every page; where it lacks the guest's language, whom to ask and how to call."""

    who: Annotated[Who, Field(strict=False, description="one of: reception, staff, desk, host")] = (
        Who.RECEPTION
    )
    phone: Annotated[
        str, Field(pattern=r"^[0-9+*#() /-]{0,30}$", description="a number to dial, like 9 or +43 512 345")
    ] = ""
    text: Text = Text.plain("")
    url: Annotated[
        str, Field(pattern=r"^(https?://|tel:|mailto:)\S+$|^$", description="tel:, mailto: or https://")
    ] = ""


class Terms(Table):
    """Whether the terms have to be accepted, and where they stand if not in ``texts/``."""

    required: bool = False
    url: HttpUrl = ""


Amount = Annotated[int, Field(ge=1, le=1_000_000)]


class Limits(Table):
    """How many attempts there may be (``docs/limits.md``)."""

    device: Amount = 12
    code: Amount = 30
    network: Amount = 100
    messages_device: Amount = 6
    messages_address: Amount = 6
    messages_network: Amount = 60
    messages_venue: Amount = 1000


class Texts(Table):
    """``texts/<language>.toml``: what a venue says in its own words."""

    heading: str = ""
    lead: str = ""
    help: str = ""
    terms: str = ""
    privacy: str = ""
    imprint: str = ""


class VenueFile(Table):
    """The keys of ``venue.toml`` that do not depend on the system."""

    name: Annotated[Text, Field(description="what the venue is called")]
    system: str
    theme: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", description="the name of a bundled theme")] = (
        "classic"
    )
    brand: Annotated[str, Field(description="one colour, like #7a2e1f")] = ""
    time_zone: Annotated[str, Field(description="a name like Europe/Vienna")] = ""
    languages: Annotated[list[str], Field(min_length=1)] = Field(default_factory=lambda: list(BY_CODE))
    default_language: str = ""
    landing_url: HttpUrl = ""
    help: Help = Help()
    terms: Terms = Terms()
    limits: Limits = Limits()
    privacy_url: HttpUrl = ""
    imprint_url: HttpUrl = ""
    demo: bool = False
    hotspot: Hotspot = Hotspot()
    accounts: list[Account] = []
    units: list[Unit] = []
    integrations: list[Integration] = []

    @field_validator("brand")
    @classmethod
    def _a_colour(cls, value: str) -> str:
        if not value:
            return value
        from portal.venues.palette import as_hex

        try:
            return as_hex(value)
        except ValueError as error:
            raise ValueError(f"{value!r} is no solid colour; write one like #7a2e1f") from error

    @field_validator("time_zone")
    @classmethod
    def _a_zone(cls, value: str) -> str:
        if value and value not in available_timezones():
            raise ValueError(f"{value!r} is no time zone; write a name like Europe/Vienna")
        return value

    @model_validator(mode="before")
    @classmethod
    def _help_is_a_table(cls, values: Any) -> Any:
        if isinstance(values, dict) and isinstance(values.get("help"), str):
            raise ValueError('help: is a text; write help = { text = "…" }')
        return values

    @model_validator(mode="after")
    def _languages_fit(self) -> VenueFile:
        if not self.name:
            raise ValueError("name: is empty; guests read it on every page")
        if len(set(self.languages)) < len(self.languages):
            raise ValueError("languages: one stands twice; each stands once")
        for code in (*self.languages, self.default_language):
            if code and code not in BY_CODE:
                raise ValueError(f"languages: {code!r} is no language code; there are {', '.join(BY_CODE)}")
        if self.default_language and self.default_language not in self.languages:
            raise ValueError("default_language: is not among languages; add it there or choose another")
        names = [integration.name for integration in self.integrations]
        if len(set(names)) < len(names):
            raise ValueError("integrations: two have the same name; names must differ")
        return self
