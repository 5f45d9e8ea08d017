"""The data fields of redirect 2, and what of them the PMS endpoint is asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from portal.errors import BadArrival
from portal.gateways.iacbox import protocol
from portal.gateways.iacbox.session import gateway_session_of, settings_of
from portal.gateways.iacbox.settings import OVERRIDES, Pms, Settings
from portal.journey.steps import Outcome, Page, Redirect, RequestContext
from portal.session import PendingSignIn
from portal.urls import destination

DAYS = frozenset({"birthday", "arrival", "departure"})


def logon(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """Redirect 2."""
    settings, guest = settings_of(context.venue), context.known
    try:
        url = protocol.outgoing_url(settings.url, logon_fields(context, chosen), settings.key)
    except protocol.TooLong as error:
        raise BadArrival("redirect 2 is too long") from error
    asked = guest.but(stage="asked", pending=None)
    if settings.callback:
        return Redirect(asked, url)
    # The box goes on to any page the guest wanted, and form-action would bind that redirect too.
    lead = _("You are being connected. If nothing happens, continue by hand.")
    return Page(asked, "leave.html", _("One moment"), {"lead": lead, "url": url})


def logon_fields(context: RequestContext, chosen: PendingSignIn) -> dict[str, str]:
    """The data fields of redirect 2, by our words for them, in the order they are sent."""
    settings, guest = settings_of(context.venue), context.guest
    fields = {
        "version": settings.version,
        "id": gateway_session_of(guest).id,
        "action": "logon",
        "type": chosen.way,
        "language": context.language.short,
        **_credentials(settings, chosen),
        **_overrides(settings, context.now),
    }
    if not settings.callback and (
        url := destination(guest.original_url if guest else "", context.venue.file.landing_url)
    ):
        fields["userurl"] = url
    return fields


def _credentials(settings: Settings, chosen: PendingSignIn) -> dict[str, str]:
    values = chosen.values
    match chosen.way:
        case "cred" if settings.credentials == "code":
            code = re.sub(r"[\s\-\u2010-\u2015]", "", values["username"])
            code = {"upper": code.upper(), "lower": code.lower()}.get(settings.code_case, code)
            return {"user": code, "password": code if settings.code_password == "same" else ""}  # noqa: S105
        case "cred":
            return {"user": values["username"], "password": values["password"]}
        case "create":
            return {"template": values["template"]}
        case "pms":
            return room_fields(values, settings.pms)
    return {}


def room_fields(values: Mapping[str, str], pms: Pms) -> dict[str, str]:
    """What a guest typed, as the hotel's PMS wants it, by our words.

    ASSUMED: Himed's own room field holds the same room, and "the first N characters of the name" is the last name.
    """
    fields: dict[str, str] = {word: _wire(word, values[word], pms) for word in pms.fields if values.get(word)}
    if pms.system == "himed" and fields.get("room"):
        fields["room_himed"] = fields["room"]
    return fields | ({"template": values["template"]} if values.get("template") else {})


def _wire(word: str, value: str, pms: Pms) -> str:
    if word in DAYS:
        return wire_day(value)
    if word in ("room", "pin"):
        value = latin_digits(value)
    if word == "room" and value.isdecimal():
        return value.zfill(pms.pad)
    if word == "last_name" and pms.name_characters:
        return unicodedata.normalize("NFC", value)[: pms.name_characters]
    return value


def latin_digits(text: str) -> str:
    """The digits of any script as 0-9: a guest types ٢١٤ and the hotel means 214."""
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def wire_day(value: str) -> str:
    """A date as ``DD.MM.YYYY`` (given); anything else as it was typed."""
    day = iso_day(value)
    return f"{day:%d.%m.%Y}" if day else value


def iso_day(text: str) -> date | None:
    """The day of ``YYYY-MM-DD``, or None."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _overrides(settings: Settings, now: float) -> dict[str, str]:
    fields = {}
    for word in OVERRIDES:
        value = getattr(settings.overrides, word)
        if value is not None:
            fields[f"ov_{word}"] = str(int(now) + value if word == "expires" else value)
    return fields
