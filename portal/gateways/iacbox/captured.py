"""Reading captured messages of a box: verify them, name every field, propose what the venue file should say.

A captured redirect is a URL, its query, or a log line with one in it. Names on the wire may all be other ones: a field
is told by :mod:`.captured_fields`. Knows nothing of Flask.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote, urlsplit

from portal import strict_json
from portal.gateways.iacbox import pms, protocol
from portal.gateways.iacbox.captured_fields import ACTIONS, named
from portal.gateways.iacbox.protocol import Key

_URL = re.compile(r"https?://[^\s\"'<>]+")


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
