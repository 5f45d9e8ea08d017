"""What ``venues check`` tells an operator about an IACBOX venue."""

from __future__ import annotations

from collections.abc import Iterator

from portal.gateways.iacbox import wire_names
from portal.gateways.iacbox.settings import OVERRIDES, Pms, Settings

MODES = {
    "redirect": "the box checks the room by redirect 2 and takes the ticket itself; no choice of tickets is shown here",
    "external": "the guest's browser asks {url} by JSONP; without JavaScript the form falls back to mode redirect",
    "local": "this server asks {url} itself, so it must reach the box",
}


def of(settings: Settings) -> list[str]:
    """All notes, in the order of the venue file."""
    used = wire_names.assumed_in_use(settings.names, _words_used(settings))
    found = [f"iacbox.names: ASSUMED and not settled yet: {', '.join(used)}"] if used else []
    if settings.url.startswith("http://"):
        found.append("iacbox.url is plain http: what guests type travels readable unless encrypt = true")
    if not settings.callback:
        found.append(
            "iacbox.callback is false: the box shows errors on its own page, and no guest sees ours after the logon"
        )
    if "pms" in settings.sign_in:
        found += _rooms(settings.pms, settings)
    elif settings.pms != Pms():
        found.append("iacbox.pms is filled in, but sign_in does not offer pms")
    return found


def in_browser(settings: Settings) -> bool:
    """Whether guests' browsers ask the PMS endpoint, before they are online."""
    return "pms" in settings.sign_in and settings.pms.mode == "external"


def _rooms(pms: Pms, settings: Settings) -> Iterator[str]:
    yield f"iacbox.pms: {MODES[pms.mode].format(url=pms.url)}"
    demanded = [*pms.fields, *(["the same room as room_himed"] if pms.system == "himed" else [])]
    yield f"iacbox.pms: a guest of this {pms.system} PMS types {', '.join(demanded)}"
    if pms.fields == ["room"]:
        yield "iacbox.pms.fields asks for nothing but the room: whoever knows a room number gets in"
    if pms.mode != "redirect" and pms.url.startswith("http://"):
        yield "iacbox.pms.url is plain http: rooms and names travel readable" + (
            ", and browsers block it on a portal with https" if pms.mode == "external" else ""
        )
    if pms.mode == "external":
        yield "iacbox.pms: guesses are limited by the box alone in mode external, its address is open to browsers"
    if pms.system != "fias" and pms.mode != "redirect":
        yield f"iacbox.pms: only FIAS-type systems tell who the guest is, so with {pms.system} nobody is greeted by name"
    if not pms.shown_codes:
        yield "iacbox.pms.shown_codes is empty: every refusal of a room is told in the same words of ours"
    hidden = [str(one.id) for one in settings.templates if one.hidden]
    if pms.mode != "redirect" and hidden:
        yield f"iacbox.templates: hidden, whatever the PMS offers: {', '.join(hidden)}"


def _words_used(settings: Settings) -> set[str]:
    words = {"type", "language", "refid"}
    if "cred" in settings.sign_in:
        words |= {"user", "password"}
    if "create" in settings.sign_in:
        words |= {"template"}
    if "pms" in settings.sign_in:
        words |= _words_of_rooms(settings.pms)
    return words | {f"ov_{word}" for word in OVERRIDES if getattr(settings.overrides, word) is not None}


def _words_of_rooms(pms: Pms) -> set[str]:
    words = {*pms.fields, *(["room_himed"] if pms.system == "himed" else [])}
    if pms.mode != "redirect":
        words |= {"callback", "template", *(["json"] if pms.style == "json" else [])}
        words |= {"vip", "arrival", "departure"} if pms.system == "fias" else set()
    return words
