"""Telling what a field of a captured message is, whatever it is called on the wire.

By what the operator typed when the message was captured, by its name where its value has the right shape, or by the
shape alone: a client id has 22 characters, a MAC address 12 hex digits. Knows nothing of Flask.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import re
from collections.abc import Callable, Mapping, Sequence

from portal import text
from portal.gateways.iacbox import pms

ACTIONS: Mapping[str, str] = {
    "auth": "redirect 1",
    "cbk": "redirect 3",
    "logon": "redirect 2",
    "ref": "refresh",
}
TYPES = ("to", "cred", "pms", "free", "create")
NUMBERS = ("vlan", "users_online", "users_percent", "users_max", "users_licensed")
DAYS = ("birthday", "arrival", "departure")
Shape = Callable[[str], bool]


def _is(pattern: str) -> Shape:
    return lambda value: bool(re.fullmatch(pattern, value, re.ASCII))


def _is_address(value: str) -> bool:
    with contextlib.suppress(ValueError):
        return bool(ipaddress.ip_address(value))
    return False


HEAD: Mapping[str, Shape] = {
    "id": _is(r"[A-Za-z0-9_-]{22}"),
    "version": _is(r"\d\.\d{1,4}"),
    "action": lambda value: value in ACTIONS,
}
SHAPES: Mapping[str, Mapping[str, Shape]] = {
    "redirect 1": {
        **HEAD,
        "ip": _is_address,
        "mac": _is(r"[0-9a-f]{12}"),
        "registration": _is(r"\d{10}"),
        "userurl": _is(r"https?://.*"),
    },
    "redirect 3": {**HEAD, "registration": _is(r"\d{10}"), "code": _is(r"\d{1,4}")},
    "redirect 2": {
        **HEAD,
        "type": lambda value: value in TYPES,
        "language": _is(r"[a-z]{2}"),
        "userurl": _is(r"https?://.*"),
    },
    "refresh": {**HEAD, "refid": _is(r"[\w-]{1,32}")},
    "pms question": {"id": HEAD["id"], "callback": lambda value: value == pms.CALLBACK},
    "guest data": {},
}


def named(
    kind: str, fields: Mapping[str, str], typed: Mapping[str, str], known: Mapping[str, str]
) -> dict[str, str]:
    """Wire names and our words for them, as far as they can be told."""
    shapes, found = SHAPES[kind], {}
    left = dict(fields)

    def take(wire: str, word: str) -> None:
        found[wire] = word
        del left[wire]

    for word, shape in HEAD.items():  # these are told by their shape whatever they are called
        fitting = [wire for wire, value in left.items() if word in shapes and shape(value)]
        if len(fitting) == 1:
            take(fitting[0], word)
    for word, value in typed.items():
        if fitting := [wire for wire, sent in left.items() if same(word, sent, value)]:
            take(known[word] if known.get(word) in fitting else fitting[0], word)
    for word, wire in known.items():
        if wire in left and word not in found.values() and shapes.get(word, _any)(left[wire]):
            take(wire, word)
    for word, shape in shapes.items():
        fitting = [wire for wire, value in left.items() if shape(value)]
        if word not in found.values() and len(fitting) == 1:
            take(fitting[0], word)
    if kind == "redirect 1":
        words = [word for word in NUMBERS if word not in found.values()]
        found |= counted({wire: value for wire, value in left.items() if value.isdecimal()}, words)
    if kind == "redirect 3" and len(left) == 1 and "message" not in found.values():
        take(next(iter(left)), "message")
    if kind == "guest data" and len(left) == 1:
        take(next(iter(left)), "reservation")  # "Id from PMS": nothing here needs it
    return found


def _any(value: str) -> bool:
    return True


def same(word: str, sent: str, value: str) -> bool:
    """Whether a field holds what was typed: days in whatever form, everything else in its normal form."""
    if word in DAYS:
        return pms.read_date(sent) is not None and pms.read_date(sent) == pms.read_date(value)
    one, two = text.plain(sent).casefold(), text.plain(value).casefold()
    return one == two or (word == "room" and bool(one) and text.room_key(one) == text.room_key(two))


def counted(numbers: Mapping[str, str], words: Sequence[str]) -> dict[str, str]:
    """Which number is which of VLAN and the four of users, where only one way makes sense, or else the manual's order."""
    if len(numbers) != len(words):
        return {}
    ways = [
        dict(zip(order, words, strict=True))
        for order in itertools.permutations(numbers)
        if _sensible({word: int(numbers[wire]) for wire, word in zip(order, words, strict=True)})
    ]
    given = dict(zip(numbers, words, strict=True))
    if given in ways:
        return given
    return ways[0] if len(ways) == 1 else {}


def _sensible(values: Mapping[str, int]) -> bool:
    online, percent = values.get("users_online", 0), values.get("users_percent", 0)
    most, licensed = values.get("users_max", 10), values.get("users_licensed", 99_999)
    if not (
        values.get("vlan", 0) <= 4096 and percent <= 100 and 10 <= most <= licensed and online <= licensed
    ):
        return False
    both = {"users_percent", "users_online", "users_max"} <= set(values)
    return not both or abs(100 * online / most - percent) <= 1
