"""The table ``[iacbox.pms]`` of a venue file: how a room number is checked, and what the hotel demands beside it."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from portal.venues.upstream import Upstream
from portal.venues.values import HttpUrl, Text

PmsField = Literal["room", "room_himed", "first_name", "last_name", "pin", "arrival", "departure", "birthday"]
PMS_FIELDS = get_args(PmsField)


class Pms(Upstream):
    """``fields`` are asked in this order, those of ``optional`` may be left empty. ``pad``: digits that a room number
    is filled up to with zeros. ``name_characters``: only so many characters of the last name are sent.
    ``second_try``: when the box says no, once more with ä as ae, then without accents, apostrophes and dashes.
    ``skip_single_free``: a single free ticket is taken without asking. ``shown_codes``: return codes whose text the
    guest reads as the box sends it; for all others a wrong room and a wrong date get the same words (the codes stand
    in the vendor's SDK, hence no default). ``title`` and ``caption`` are the venue's own words for this way in and
    for the room ("Cabin number"). ``forms`` are further forms on the same page, such as one for a conference: each
    differs in what it says, the rest is as here; ``sign_in`` names one as ``pms-<name>``.

    Mode local: ``finish`` says whether the chosen ticket is made by redirect 2 of type ``create``, as the vendor's SDK
    does, or asked for at the same address; time-outs in seconds; ``floor_ms``: a refusal takes a whole number of such times.
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
    optional: Annotated[list[PmsField], Field(description="of: " + ", ".join(PMS_FIELDS[1:]))] = []
    title: Text = Text.plain("")
    caption: Text = Text.plain("")
    pad: Annotated[int, Field(ge=0, le=12, description="0 to 12 digits; 0 = as typed")] = 0
    name_characters: Annotated[int, Field(ge=0, le=40, description="0 to 40; 0 = the whole name")] = 0
    second_try: bool = False
    skip_single_free: bool = False
    shown_codes: list[int] = []
    finish: Literal["ask", "create"] = "create"
    connect_timeout: Annotated[int, Field(ge=1, le=30, description="1 to 30 seconds")] = 3
    read_timeout: Annotated[int, Field(ge=1, le=60, description="1 to 60 seconds")] = 10
    floor_ms: Annotated[int, Field(ge=0, le=10_000, description="0 to 10000 milliseconds")] = 1500
    network_guesses: Annotated[int, Field(ge=10, le=100_000, description="10 or more in ten minutes")] = 40
    forms: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")], dict[str, Any]] = {}

    def form(self, name: str) -> Pms:
        """One of the further forms by its name; "" is this one."""
        return self._forms[name] if name else self

    @cached_property
    def _forms(self) -> dict[str, Pms]:
        said = {key: getattr(self, key) for key in self.model_fields_set - {"forms", "verify", "tls"}}
        road = {"verify": self.verify, "tls": self.tls}
        made = {name: Pms.model_validate({**said, "forms": {}, **own}) for name, own in self.forms.items()}
        return {name: form.model_copy(update=road) for name, form in made.items()}

    @model_validator(mode="after")
    def _sense(self) -> Pms:
        if "room" not in self.fields:
            raise ValueError('pms.fields: the room is always needed; add "room"')
        if len(set(self.fields)) < len(self.fields):
            raise ValueError("pms.fields: one stands twice; each stands once")
        if "room" in self.optional:
            raise ValueError("pms.optional: a guest has to type the room; leave it out")
        if missing := sorted(set(self.optional) - set(self.fields)):
            raise ValueError(
                f"pms.optional: {missing[0]!r} is not asked for; add it to fields, or leave it out"
            )
        if self.system == "asaj" and not {"first_name", "last_name"} <= set(self.fields) - set(self.optional):
            raise ValueError(
                'pms.fields: ASAj demands both names; add what is missing of "first_name", "last_name"'
            )
        if "room_himed" in self.fields and self.system != "himed":
            raise ValueError('pms.fields: room_himed is the second room of Himed; set system = "himed"')
        if self.mode != "redirect" and not self.url:
            raise ValueError(
                f'pms.url: mode {self.mode} asks there, and it is empty; give the address, or set mode = "redirect"'
            )
        if self.name_characters and "last_name" not in self.fields:
            raise ValueError(
                'pms.name_characters: no last name is asked for; add "last_name" to fields, or leave it out'
            )
        if self.second_try and not {"first_name", "last_name"} & set(self.fields):
            raise ValueError("pms.second_try: no name is asked for; add one to fields, or leave it out")
        try:
            self._forms  # noqa: B018  makes and checks them
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise ValueError(f"pms.forms: {where} {first['msg'].removeprefix('Value error, ')}") from error
        return self
