"""Reading captured messages of a box: verify them, name every field, propose what the venue file should say.

A captured redirect is a URL, its query, or a log line with one in it. Names on the wire may all be other ones: a field
is known by what the operator typed when the message was captured, by its name where its value has the right shape, or
by the shape alone (a client id has 22 characters, a MAC address 12 hex digits). Knows nothing of Flask.
"""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from portal import strict_json, text
from portal.gateways.iacbox import pms, protocol
from portal.gateways.iacbox.protocol import Key

ACTIONS: Mapping[str, str] = {
    "auth": "redirect 1",
    "cbk": "redirect 3",
    "logon": "redirect 2",
    "ref": "refresh",
}
TYPES = ("to", "cred", "pms", "free", "create")
NUMBERS = ("vlan", "users_online", "users_percent", "users_max", "users_licensed")
DAYS = ("birthday", "arrival", "departure")
_URL = re.compile(r"https?://[^\s\"'<>]+")
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


class NotCaptured(ValueError):
    """What was given cannot be read; the message says why and what would be right."""


@dataclass(frozen=True)
class Captured:
    """One message: what it is, its fields by wire name, and our words for those that are known.

    ``salt`` is how an unencrypted signature was made; ``lapi`` and ``si`` are the parameters that carried it.
    """

    kind: str
    fields: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)
    salt: str = ""
    lapi: str = ""
    si: str = ""
    style: str = ""

    @property
    def is_request(self) -> bool:
        """Whether it goes to the box; its answers have a table of names of their own."""
        return self.kind in ("redirect 2", "refresh", "pms question")

    @property
    def unknown(self) -> list[str]:
        """The fields that nobody could name."""
        return [wire for wire in self.fields if wire not in self.words]


def redirect(given: str, key: Key, typed: Mapping[str, str]) -> Captured:
    """A signed message in either direction; raises :class:`NotCaptured`. ``typed``: values by our words for them."""
    reasons: list[str] = []
    for lapi, si, names in pairs(given):
        try:
            clear, salt = opened(lapi, si, key)
            fields = protocol.unpack(
                clear, {wire: word for word, wire in {**key.names, **key.answer_names}.items()}
            )
        except protocol.ProtocolError as error:
            reasons.append(why(error, lapi, si, key))
            continue
        kind = next((ACTIONS[value] for value in fields.values() if value in ACTIONS), "")
        if not kind:
            raise NotCaptured("the signature is right, but no field says auth, logon, cbk or ref")
        request = kind in ("redirect 2", "refresh")
        words = named(kind, fields, typed, key.names if request else key.answer_names)
        return Captured(kind, fields, words, salt, *names)
    raise NotCaptured(next(iter(reasons), "") or missing(given))


def missing(given: str) -> str:
    """What is wrong with something that holds no two signed parameters."""
    if "=" in given and "&" not in given:
        return "there is one parameter in it and no &: the shell ate the rest; put the URL into quotes, or use --file"
    return "there are no two parameters in it, one of them a signature; copy the whole URL"


def pairs(given: str) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Message and signature as they may stand in a URL, each with the names of their parameters ("" in a path)."""
    found = _URL.search(given)
    url = found[0] if found else "".join(given.split())
    query = urlsplit(url).query or url.partition("?")[2] or (url if "=" in url else "")
    values = list(dict.fromkeys(parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)))
    for one, two in itertools.permutations(values, 2):
        if len(one[1]) > 20 and len(two[1]) > 20:
            yield one[1], two[1], (one[0], two[0])
    path = [unquote(part) for part in urlsplit(url).path.split("/") if len(part) > 20]
    for lapi, si in itertools.permutations(path, 2):
        yield lapi, si, ("", "")


def opened(lapi: str, si: str, key: Key) -> tuple[str, str]:
    """The clear text, and which form of the salt signed it ("" where there is none); raises a ``ProtocolError``."""
    if key.encrypt or key.major == "1":
        return protocol.unseal(lapi, si, key), ""
    try:
        return protocol.unseal(lapi, si, key, ("raw",)), "raw"
    except protocol.BadSignature:
        return protocol.unseal(lapi, si, key, ("text",)), "text"


def why(error: protocol.ProtocolError, lapi: str, si: str, key: Key) -> str:
    """Why a message cannot be read, in words that say what to do."""
    others = [
        (
            replace(key, encrypt=not key.encrypt),
            f"encrypt = {str(not key.encrypt).lower()}: that is how it was made",
        ),
        (
            replace(key, encrypt=False, version="1.0" if key.major != "1" else "2.0"),
            f'encrypt = false and version = "{"1.0" if key.major != "1" else "2.0"}": that is how it was made',
        ),
    ]
    for other, words in others:
        with contextlib.suppress(protocol.ProtocolError):
            opened(lapi, si, other)
            return f"the secret is right; set {words}"
    if isinstance(error, protocol.BadSignature):
        return "the signature does not fit: another secret, or a part of the URL is missing (copy it whole, in quotes)"
    return f"the signature is right, but it cannot be read ({error})"


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


def question(given: str, key: Key, typed: Mapping[str, str]) -> Captured:
    """A question to the PMS endpoint, as the browser or a log has it; raises :class:`NotCaptured`."""
    found = _URL.search(given)
    query = urlsplit(found[0] if found else given.strip()).query
    fields = dict(parse_qsl(query, keep_blank_values=True))
    if not fields:
        raise NotCaptured("this is no URL with a query; copy the whole address that the page asked")
    style, json_name = "parameters", ""
    for name, value in list(fields.items()):
        with contextlib.suppress(ValueError):
            inner = strict_json.loads(value)
            if isinstance(inner, dict):
                style, json_name = "json", name
                fields = {key: one for key, one in fields.items() if key != name}
                fields |= {str(key): str(one) for key, one in inner.items()}
    words = named("pms question", fields, typed, key.names)
    if json_name:
        fields, words = {**fields, json_name: "{…}"}, {**words, json_name: "json"}
    return Captured("pms question", fields, words, style=style)


def guest_data(given: str, key: Key, typed: Mapping[str, str]) -> tuple[pms.Answer, Captured | None]:
    """The answer of the PMS endpoint, and the guest data in it if it has any; raises :class:`NotCaptured`."""
    try:
        answer = pms.read_answer(given.strip())
    except pms.NotAnAnswer as error:
        raise NotCaptured(f"this is no answer of a PMS endpoint ({error}); copy the whole body") from error
    if not answer.pms:
        return answer, None
    try:
        clear, salt = opened(answer.pms, answer.pms_si, key)
        fields = pms.fields_of(clear, key.answer_names)
    except protocol.ProtocolError as error:
        raise NotCaptured(f"guest data: {why(error, answer.pms, answer.pms_si, key)}") from error
    told = {wire: str(value) for wire, value in fields.items()}
    return answer, Captured("guest data", told, named("guest data", told, typed, key.answer_names), salt)
