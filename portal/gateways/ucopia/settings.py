"""The table ``[ucopia]`` of a venue file."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from portal.gateways.ucopia.endpoint import Endpoint
from portal.venues.upstream import Upstream
from portal.venues.values import HttpUrl, Text

_REFUSED = (
    "iPhone",
    "iPad",
    "iPod",
    "Apple-i",
    "Android",
    "Skype WISPr",
    "GeoServices",
    "Opera",
    "BlackBerry",
)
POST_NAMES = (
    *("user_login", "user_password", "user_password_confirm", "first_name", "last_name", "email_address"),
    *("prefix", "phone", "organizational_unit_name", "postal_address", "postal_code", "postal_locality_name"),
    *("postal_country_name", "postal_postoffice_box", "postal_state_or_province_name", "personal_field_1"),
    *(
        "personal_field_2",
        "personal_field_3",
        "policy_accept",
        "connect_policy_accept",
        "birth_date",
        "gender",
    ),
    *("user_language", "sponsor_email", "secure_pwd", "interests", "private_policy_accept"),
)


class Settings(Upstream):
    """The table ``[ucopia]``.

    Ours beside the contract's keys: ``country`` (two letters: the phone prefix and the country proposed first),
    ``country_value`` (what is sent as the postal country), ``names`` (replaces POST names, which are the wire's),
    ``genders``, ``interests`` and ``birth_date`` (values that no document names).
    """

    url: Annotated[HttpUrl, Field(min_length=1, description="the controller's address")]
    architecture: Literal["in-line", "out-of-band"] = "in-line"
    zone: Annotated[
        str, Field(pattern=r"^[\w .-]*$", description="the name of a zone, letters and digits")
    ] = ""
    calls: Literal["server", "browser"] = "server"
    nas_hosts: list[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]+$", description="a host or an address")]
    ] = []
    user_agent: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\x21-\x7e][\x20-\x7e]*$")] = (
        "portal/1"
    )
    connect_timeout: Annotated[float, Field(gt=0, le=60, strict=False, description="seconds")] = 5
    read_timeout: Annotated[float, Field(gt=0, le=80, strict=False, description="seconds")] = 30
    country: Annotated[str, Field(pattern=r"^([A-Z]{2})?$", description='two letters, such as "FR"')] = ""
    # ASSUMED: the manual only says s-string; its example is an English name.
    country_value: Literal["name", "code"] = "name"
    names: dict[str, str] = {}
    # Not settled on the wire; the values stand in the controller's own page, where ``ucopia probe`` reads them.
    genders: Annotated[
        tuple[str, str], Field(strict=False, description='the values of male and female, such as ["m", "f"]')
    ] = ("m", "f")
    interests: Annotated[
        dict[str, Text], Field(description="the values of interests and what guests read")
    ] = {}
    birth_date: Annotated[str, Field(description="how a date of birth is sent, such as %d/%m/%Y")] = (
        "%Y-%m-%d"
    )

    @model_validator(mode="after")
    def _sense(self) -> Settings:
        if self.architecture == "out-of-band" and not self.zone:
            raise ValueError('zone: is missing; out-of-band needs the name of the zone, such as "test"')
        if self.architecture == "out-of-band" and self.calls == "browser":
            raise ValueError('calls: out-of-band needs "server"; the controller is reached by our server')
        if self.user_agent.startswith(_REFUSED):
            raise ValueError("user_agent: controllers refuse it (manual, 2.3); use a short one, as portal/1")
        for ours, theirs in self.names.items():
            if ours not in POST_NAMES:
                raise ValueError(f"names: {ours!r} is no input; there are {', '.join(POST_NAMES)}")
            if not re.fullmatch(r"\w+", theirs, re.ASCII):
                raise ValueError(f"names: {theirs!r} cannot be a POST name; use letters, digits and _")
        if not {"%d", "%m", "%Y"} <= set(re.findall(r"%.", self.birth_date)) or len(self.birth_date) > 20:
            raise ValueError("birth_date: needs %d, %m and %Y, such as %d/%m/%Y")
        return self

    @property
    def link(self) -> Endpoint:
        """What the client needs to call this controller."""
        return Endpoint(
            url=self.url,
            zone=self.zone if self.architecture == "out-of-band" else "",
            user_agent=self.user_agent,
            verify=self.verify,
            tls=self.tls,
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
        )
