"""What ``venues check`` tells an operator about an IACBOX venue: what is assumed, and what may surprise."""

from __future__ import annotations

from collections.abc import Iterator

from portal.gateways.iacbox import wire_names
from portal.gateways.iacbox.pms import is_something
from portal.gateways.iacbox.settings import Pms, Settings
from portal.gateways.iacbox.ticket_settings import NUMBERS

MODES = {
    "redirect": "the box checks the room by redirect 2 and takes the ticket itself; no choice of tickets is shown here",
    "external": "the guest's browser asks {url} by JSONP",
    "local": "this server asks {url} itself, so it must reach the box",
}


def of(settings: Settings) -> list[str]:
    """All notes, in the order of the venue file."""
    return [*_names(settings), *_box(settings), *_tickets(settings), *_pms(settings)]


def in_browser(settings: Settings) -> bool:
    """Whether guests' browsers ask the PMS endpoint, before they are online."""
    return "pms" in settings.types and settings.pms.mode == "external"


def assumed(settings: Settings) -> list[str]:
    """Every assumption that this venue rests on and has not settled, in the order of the venue file."""
    asked = wire_names.assumed_in_use(settings.names, wire_names.ASSUMED_REQUESTS, _asked(settings))
    told = wire_names.assumed_in_use(settings.answer_names, wire_names.ASSUMED_ANSWERS, _told(settings))
    found = [f"names: {', '.join(asked)}"] if asked else []
    found += [f"answer_names: {', '.join(told)}"] if told else []
    given = settings.model_fields_set
    if not settings.encrypt and not settings.version.startswith("1.") and "salt" not in given:
        found.append('salt: "raw", the 8 bytes and not their text go into the key')
    if "cred" in settings.types and settings.credentials == "code" and "code_password" not in given:
        found.append('code_password: "same", a ticket\'s code is its password, too')
    if settings.refresh and not settings.refresh_url:
        found.append("refresh_url: a refresh is asked for by a signed redirect")
    if "pms" in settings.types:
        found += _assumed_of_rooms(settings.pms)
    return found


def _assumed_of_rooms(pms: Pms) -> Iterator[str]:
    if pms.mode == "external":
        yield "pms.mode: without JavaScript redirect 2 of type pms is sent, and serves a box that is set to external"
    if pms.mode != "redirect" and "style" not in pms.model_fields_set:
        yield 'pms.style: "parameters", the fields travel one by one and not as one JSON text'
    if pms.system == "himed" and "room_himed" not in pms.fields:
        yield "pms.fields: Himed's own room field holds the same room"


def _names(settings: Settings) -> Iterator[str]:
    for line in assumed(settings):
        yield f"iacbox.{line} (ASSUMED; the vendor's manual or a capture settles it)"


def _box(settings: Settings) -> Iterator[str]:
    if settings.url.startswith("http://"):
        yield "iacbox.url is plain http: what guests type travels readable unless encrypt = true"
    if not settings.callback:
        yield "iacbox.callback is false: the box shows errors on its own page, and no guest sees ours after the logon"
    for box in settings.boxes:
        if not box.secret:
            yield f"iacbox.boxes: {box.registration} has the secret of the venue; with one of its own it could not speak for another box"
    if not settings.codes:
        yield (
            "iacbox.codes is empty: every refusal counts as a guess and is told in words that are true of all; "
            "see: foyer iacbox refusals"
        )


def _tickets(settings: Settings) -> Iterator[str]:
    hidden = [str(one.id) for one in settings.templates if one.hidden]
    if settings.pms.mode != "redirect" and hidden:
        yield f"iacbox.templates: hidden, whatever the PMS offers: {', '.join(hidden)}"
    paid = [str(one.id) for one in settings.templates if not one.hidden and any(map(is_something, one.price))]
    if "create" in settings.types and paid:
        yield (
            f"iacbox.templates: {', '.join(paid)} costs money, and sign_in create gives it to anybody, for nobody says "
            "who pays; offer it behind pms, or behind a payment of yours"
        )
    for one in settings.templates:
        if any(map(is_something, one.price)) and not one.charge:
            yield f"iacbox.templates: {one.id} does not say who pays; add charge"


def _pms(settings: Settings) -> Iterator[str]:
    if "pms" not in settings.types:
        if settings.pms != Pms():
            yield "iacbox.pms is filled in, but sign_in does not offer pms"
        return
    for way in dict.fromkeys(way for way in settings.sign_in if way.startswith("pms")):
        yield from _rooms(way, settings.pms_of(way))


def _rooms(way: str, pms: Pms) -> Iterator[str]:
    where = "iacbox.pms" if way == "pms" else f"iacbox.pms.forms.{way.removeprefix('pms-')}"
    yield f"{where}: {MODES[pms.mode].format(url=pms.url)}"
    demanded = [f"{word} (or not)" if word in pms.optional else word for word in pms.fields]
    same = ["the same room as room_himed"] if pms.system == "himed" and "room_himed" not in pms.fields else []
    yield f"{where}: a guest of this {pms.system} PMS types {', '.join([*demanded, *same])}"
    if not set(pms.fields) - {"room", "room_himed"} - set(pms.optional):
        yield f"{where}.fields asks for nothing but the room: whoever knows a room number gets in"
    if pms.mode != "redirect" and pms.url.startswith("http://"):
        yield f"{where}.url is plain http: rooms and names travel readable" + (
            ", and browsers block it on a portal with https" if pms.mode == "external" else ""
        )
    if pms.mode == "external":
        yield f"{where}: a browser can ask the box past us in mode external, so the box itself has to limit guesses"
    if pms.system != "fias" and pms.mode != "redirect":
        yield f"{where}: only FIAS-type systems tell who the guest is, so with {pms.system} nobody is greeted by name"
    if not pms.shown_codes:
        yield f"{where}.shown_codes is empty: every refusal of a room is told in words of ours"


def _asked(settings: Settings) -> set[str]:
    words = {"version", "id", "action", "type", "language", *([] if settings.refresh_url else ["refid"])}
    if "cred" in settings.types:
        words |= {"user", "password"}
    if "create" in settings.types:
        words |= {"template"}
    for way in settings.sign_in:
        if way.startswith("pms"):
            words |= _asked_of_rooms(settings.pms_of(way))
    numbers = [
        *(getattr(settings.overrides, way) for way in ("cred", "pms", "free", "to", "create")),
        settings.overrides,
    ]
    numbers += [one.overrides for one in settings.templates]
    words |= {f"ov_{word}" for word in NUMBERS for one in numbers if getattr(one, word) is not None}
    return words | ({"description"} if settings.overrides.describes else set())


def _asked_of_rooms(pms: Pms) -> set[str]:
    words = {*pms.fields, *(["room_himed"] if pms.system == "himed" else [])}
    if pms.mode != "redirect":
        words |= {"callback", "template", *(["json"] if pms.style == "json" else [])}
    return words


def _told(settings: Settings) -> set[str]:
    words = {"refid"} if settings.refresh else set()
    if "pms" in settings.types and settings.pms.mode != "redirect" and settings.pms.system == "fias":
        words |= {"room", "arrival", "departure", "vip"}
    return words
