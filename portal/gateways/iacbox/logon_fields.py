"""The data fields of redirect 2, and the page that leads to the box with them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.errors import BadArrival
from portal.gateways.iacbox import protocol, spellings
from portal.gateways.iacbox.session import but, gateway_session_of, place_of, settings_of
from portal.gateways.iacbox.settings import Settings
from portal.gateways.iacbox.ticket_settings import NUMBERS, PLACEHOLDERS, Overrides
from portal.journey.steps import Outcome, Page, RequestContext
from portal.session import GuestSession, PendingSignIn, Stage
from portal.urls import destination

CREDIT = ("time", "expires", "volume")
"""The overrides that a guest can be told of."""


def logon(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """Redirect 2, by a page of ours that goes on by itself.

    A redirect as the answer to a form would not do: browsers hold the policy ``form-action`` against every host of
    the chain, and a box may lead through names of its own that nobody told us. The choice stays sealed in the
    state while the box may say no to one way of writing it and yes to another.
    """
    settings, guest = settings_of(context.venue), context.known
    again = chosen if settings.callback and spellings.next_one(settings, chosen) else None
    guest = with_credit(context, guest, chosen).but(stage=Stage.ASKED, pending=again)
    return leave(guest, logon_url(context, chosen))


def with_credit(context: RequestContext, guest: GuestSession, chosen: PendingSignIn) -> GuestSession:
    """The guest with the time and volume that go to the box with this choice; the success page tells them."""
    told = _overrides_of(settings_of(context.venue), chosen)
    credit = {word: getattr(told, word) for word in CREDIT}
    return but(guest, credit={word: value for word, value in credit.items() if value})


def logon_url(context: RequestContext, chosen: PendingSignIn) -> str:
    """The address of redirect 2 at the box that the guest came from."""
    place = place_of(context.venue, context.known)
    try:
        return protocol.outgoing_url(place.url, logon_fields(context, chosen), place.key)
    except protocol.TooLong as error:
        raise BadArrival("redirect 2 is too long") from error


def leave(guest: GuestSession, url: str) -> Page:
    """The page that goes on to the box by itself, and has a link where it does not."""
    lead = _("You are being connected. If nothing happens, press Continue.")
    return Page(guest, "leave.html", _("One moment"), {"lead": lead, "url": url})


def logon_fields(context: RequestContext, chosen: PendingSignIn) -> dict[str, str]:
    """The data fields of redirect 2, by our words for them, in the order they are sent."""
    settings, guest = settings_of(context.venue), context.guest
    values = spellings.at(settings, chosen)
    fields = {
        "version": settings.version,
        "id": gateway_session_of(guest).id,
        "action": "logon",
        "type": chosen.way.partition("-")[0],
        "language": context.language.short,
        **_credentials(settings, chosen.way, values),
        **_overrides(settings, context, chosen, values),
    }
    if not settings.callback and (
        url := destination(guest.original_url if guest else "", context.venue.file.landing_url)
    ):
        fields["userurl"] = url
    return fields


def _credentials(settings: Settings, way: str, values: Mapping[str, str]) -> dict[str, str]:
    match way.partition("-")[0]:
        case "cred" if settings.credentials == "code":
            code = values["username"]
            return {"user": code, "password": code if settings.code_password == "same" else ""}  # noqa: S105
        case "cred":
            return {"user": values["username"], "password": values["password"]}
        case "create":
            return {"template": values["template"]}
        case "pms":
            return spellings.room_fields(values, settings.pms_of(way))
    return {}


def _overrides_of(settings: Settings, chosen: PendingSignIn) -> Overrides:
    """The overrides of this way and of the ticket that was chosen."""
    id = chosen.values.get("template")
    ticket = next((one for one in settings.templates if str(one.id) == id), None)
    own = ticket.overrides if ticket else Overrides() if id else None
    return settings.overrides.of(chosen.way.partition("-")[0], own)


def _overrides(
    settings: Settings, context: RequestContext, chosen: PendingSignIn, values: Mapping[str, str]
) -> dict[str, str]:
    """The overrides as they are sent. The description has a field of its own since 1.3."""
    told = _overrides_of(settings, chosen)
    fields = {}
    for word in NUMBERS:
        value = getattr(told, word)
        if value is not None:
            fields[f"ov_{word}"] = str(int(context.now) + value if word == "expires" else value)
    if told.description is not None:
        fields["description"] = _described(told.description, context, values)
    return fields


def _described(pattern: str, context: RequestContext, values: Mapping[str, str]) -> str:
    """The description of a ticket with what is known of its guest; what is not known leaves nothing behind."""
    device = gateway_session_of(context.guest)
    name = " ".join(device.stay.get(word, "") or values.get(word, "") for word in ("first_name", "last_name"))
    known = {
        "room": device.stay.get("room", "") or values.get("room", ""),
        "name": name.strip(),
        "visit": context.guest.session_id if context.guest else "",
    }
    text = pattern
    for word, placeholder in PLACEHOLDERS.items():
        text = text.replace(placeholder, known[word])
    return " ".join(text.split())[:200]
