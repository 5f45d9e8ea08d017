"""The PMS endpoint: the browser asks by JSONP, or a portal in local mode asks for plain JSON (ASSUMED).

The answers are those of the manual's chapter "PMS Logon": a choice of templates (``tsel``), ``online``, or
a return code with its text.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.simulators.iacbox import hotel, texts
from portal.simulators.iacbox.devices import Device
from portal.simulators.iacbox.logon import Refused, checked, template_of
from portal.simulators.iacbox.outgoing import FOREIGN_SECRET, codec_of
from portal.simulators.iacbox.tickets import Template
from portal.simulators.iacbox.wire import pack

if TYPE_CHECKING:
    from portal.simulators.iacbox.box import IacBox

FIELDS = ("id", "tid", "room", "room_himed", "fname", "lname", "pin", "arrival", "departure", "birthday")
SCRIPT = "<script>document.title='taken'</script>\"'&"
CALLBACK = re.compile(r"[A-Za-z_$][\w$]{0,63}", re.ASCII)

Content = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A body with its media type and status."""

    body: bytes
    media: str
    status: int = 200


def answer(box: IacBox, asked: Mapping[str, str], accept_language: str) -> Answer:
    """The box's answer to one request; ``asked`` are its query parameters."""
    callback = asked.get("callback")
    if callback is not None and not CALLBACK.fullmatch(callback):
        return Answer(b"bad callback", "text/plain", 400)
    _look_up(box, asked)
    with box.lock:
        sent, content = {}, {}
        try:
            sent = read(box, asked)
            content = _check(box, sent, accept_language)
        except Refused as refusal:
            language = texts.preferred(accept_language, box.settings.languages)
            content = {
                "rc": refusal.code,
                "err": box.text_of(refusal.code, language),
            }
        box.note("PMS question", sent)
        box.note("PMS answer", {name: str(value)[:300] for name, value in content.items()})
        return _spoiled(box, content, callback) or _wrapped(content, callback)


def _look_up(box: IacBox, asked: Mapping[str, str]) -> None:
    """Take as long as this PMS does: longer where it finds the room and has something to compare."""
    if not any(box.settings.pms.lookup):
        return
    try:
        room = read(box, asked).get("room", "")
    except Refused:
        return
    time.sleep(box.settings.pms.lookup[any(stay.room == room for stay in box.stays)])


def read(box: IacBox, asked: Mapping[str, str]) -> dict[str, str]:
    """The fields of a question, one by one or out of the parameter ``data``; raises :class:`Refused`."""
    given: Mapping[str, Any] = asked
    if box.settings.pms.style == "json":
        try:
            given = json.loads(asked.get("data", ""))
        except (ValueError, RecursionError) as error:
            raise Refused(texts.FIELDS) from error
        if not isinstance(given, dict):
            raise Refused(texts.FIELDS)
    found = {name: given[box.settings.wire(name)] for name in FIELDS if box.settings.wire(name) in given}
    if any(isinstance(value, bool) or not isinstance(value, str | int) for value in found.values()):
        raise Refused(texts.FIELDS)
    return {name: str(value) for name, value in found.items()}


def _check(box: IacBox, sent: dict[str, str], accept_language: str) -> Content:
    device, now = box.known(sent.get("id", "")), box.clock()
    box.refuse_if_told()
    if box.is_full() and not device.online:
        raise Refused(texts.FULL_HOUSE)
    stay = _guest(box, device, sent)
    offered = stay.offered(box.offered_to(device))
    if tid := sent.get("tid", ""):
        if not box.settings.pms.takes_ticket:
            raise Refused(texts.FIELDS)
        template = template_of(offered, tid)
        stay.grant = template.grant("pms", now)
        box.sold(device, template)
        box.take_online(device, stay.grant)
        return {"rc": texts.OK, "state": "online"}  # no PMS data after a choice, says the manual
    ticket = stay.ticket(now)
    if (
        ticket is None
        and box.settings.pms.skip_free_templates
        and len(offered) == 1
        and offered[0].price == 0
    ):
        ticket = stay.grant = offered[0].grant("pms", now)
        box.sold(device, offered[0])
    if ticket is not None:
        box.take_online(device, ticket)
    if device.online:
        return {"rc": texts.OK, "state": "online", **_pms_data(box, stay)}
    return {
        "rc": texts.OK,
        "state": "tsel",
        "tt": _tickets(box, offered, accept_language),
        **_pms_data(box, stay),
    }


def _guest(box: IacBox, device: Device, sent: dict[str, str]) -> hotel.Stay:
    """The guest who asks. ASSUMED: with the chosen ``tid`` the room need not be sent again."""
    if sent.get("tid") and not any(sent.get(name) for name in box.settings.pms.demanded):
        stay = next((stay for stay in box.stays if stay.number == device.checked_stay), None)
        if stay is None:
            raise Refused(texts.NO_GUEST)
        return stay
    return checked(box, device, sent)


def _tickets(box: IacBox, offered: list[Template], accept_language: str) -> list[dict[str, str | int]]:
    language = texts.preferred(accept_language, texts.TEMPLATE_TEXTS)
    entries = [texts.ticket(template, language) for template in offered]
    if box.faults.pms == "script":
        entries = [entry | {"name": SCRIPT, "price": SCRIPT} for entry in entries]
    return entries


def _pms_data(box: IacBox, stay: hotel.Stay) -> dict[str, str]:
    """``pms`` and ``pms_si``, closed like a redirect; FIAS alone has them."""
    if box.settings.pms.kind != "fias" or not box.settings.pms.send_data:
        return {}
    data = stay.data()
    if box.faults.pms == "script":
        data |= {"fname": SCRIPT, "lname": SCRIPT, "vip": SCRIPT}
    secret = FOREIGN_SECRET if box.faults.pms == "wrong_signature" else None
    sealed, signature = codec_of(box.settings, secret).seal(
        pack({box.settings.sent_as(name): value for name, value in data.items()})
    )
    return {"pms": sealed, "pms_si": signature}


def _wrapped(content: Content, callback: str | None) -> Answer:
    text = json.dumps(content)
    if callback is None:
        return Answer(text.encode(), "application/json")
    return Answer(f"{callback}({text});".encode(), "text/javascript")


def _spoiled(box: IacBox, content: Content, callback: str | None) -> Answer | None:
    """The answer that a fault makes of it, or None when the content is to go out as it is."""
    if box.faults.hostile_answer is not None:
        return Answer(box.faults.hostile_answer, "text/javascript" if callback else "application/json")
    match box.faults.pms:
        case "html":
            return Answer(b"<!doctype html><title>Error</title><h1>Bad gateway</h1>", "text/html")
        case "garbage":
            return Answer(os.urandom(512), "text/javascript")
        case "wrong_callback":
            return _wrapped(content, "someoneElsesCBK")
        case "huge":
            return _wrapped(content | {"filler": "x" * 1_000_000}, callback)
        case "wrong_types":
            return _wrapped(
                {"rc": [0], "state": {"tsel": 1}, "tt": {"id": None}, "pms": 7, "pms_si": True}, callback
            )
    return None
