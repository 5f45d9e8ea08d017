"""The guest's state: one encrypted, authenticated, expiring token, and the one door to it.

Captive browsers lose cookies, storage and windows, so the token travels twice, as a cookie and as a hidden
input of every form; either one is enough. Nothing is kept on the server: any process that knows the keys
can take the next request. The form of a token::

    base64url( key id (4) | nonce (12) | AES-256-GCM( deflate( JSON ), zeros ) )       key id and label authenticated

The AES key is HKDF-SHA256 of the configured secret. Several secrets may be configured, newest last: the
newest encrypts, all decrypt.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.dataclass_json import Mismatch, from_json, to_json
from portal.errors import StateLost

T = TypeVar("T")

_LABEL = b"foyer guest 1"
_LONGEST = 60_000
_JSON = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_STEP = 48
"""Tokens come in few lengths (64 characters apart): they tell less, and pages can be packed for a length."""
_USUAL = (
    b'"offered":["fr","de","en","es","it","nl","pt","pl","zh_CN","zh_TW","ar","ko","ja","th","ru","id"],"wishes":["fr"],'
    b'"direct":{"rules":{"userLogin":false,"userPassword":false,"firstName":false,"lastName":true,"email":true,"phone":'
    b'false,"organizationalUnitName":false,"postalAddress":false,"personalField_1":false,"personalField_2":false,'
    b'"personalField_3":false,"birthDate":false,"gender":false,"userLanguage":false,"interests":false,"sponsor":false},'
    b'"labels":{"personalField_1":"policy":{"text":"","link":"https://"},"standard":true,"private_policy":'
    b'"has_private_policy":true,"recovery":true,"confirmed":true,"visitor":"connection":{"auto_disconnect":true,'
    b'"typed":{"username":"way":"cred"},"pending":{"values":{"language":"accepted":true,"stage":"online","asked",'
    b'"original_url":"http://captive.apple.com/hotspot-detect.html","http://connectivitycheck.gstatic.com/generate_204",'
    b'"device":{"id":"ip":"192.168.","10.0.","mac":"vlan":"version":"2.1","registration":"2014'
    b'{"venue":"hotel","session_id":"","stage":"arrived","device":{"session":{"cookie":"","path":"/"},"nas":{"offer":{"step":"LOGON","modes":{"one":{"rules":{"unit":{"progress":{"id":"","at":17'
)
"""What most states hold: with it as dictionary a token is half as long, and a page holds it many times."""
DEFAULT_LIFE = 2 * 3600
"""Seconds a state lives after the last page (contract: 20 minutes to 3 hours)."""


_READ = "_read"
"""Where a guest's ``device`` stands as its gateway's dataclass once it was read; no field, so no part of the state."""


CLOCKS = 15 * 60
"""Seconds that a state may come from the future: hosts disagree about the time, and clocks are put back."""


class Stage(StrEnum):
    """How far a guest is; a gateway uses those that it needs."""

    ARRIVED = "arrived"
    ASKED = "asked"
    ASKING = "asking"
    CHOOSING = "choosing"
    BUYING = "buying"
    ADMITTED = "admitted"
    ONLINE = "online"
    LEAVING = "leaving"


@dataclass(frozen=True)
class PendingSignIn:
    """A way in that the guest chose and that waits for its hops: secrets included, hence never in a page."""

    way: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class GuestSession:
    """What we know of one guest, from the first arrival until online.

    ``session_id`` is a random name for logs; ``language`` is the guest's choice by hand; ``offered`` and ``wishes`` are
    language codes that the gateway allows this guest (none = all of the venue's) and proposes, best first; ``device``
    is what the gateway keeps (:func:`dump` of its ``GatewaySession``); ``typed`` is what was typed last, secrets left
    out.
    """

    venue: str
    session_id: str
    language: str = ""
    offered: Sequence[str] = ()
    wishes: Sequence[str] = ()
    original_url: str = ""
    stage: Stage = Stage.ARRIVED
    device: Mapping[str, Any] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    pending: PendingSignIn | None = None
    hops: Mapping[str, Any] = field(default_factory=dict)
    accepted: bool = False

    def but(self, **changes: Any) -> GuestSession:
        """A copy with some fields changed."""
        copy = replace(self, **changes)
        if "device" not in changes and _READ in self.__dict__:
            copy.__dict__[_READ] = self.__dict__[_READ]
        return copy

    def kept(self, kind: type[T]) -> T:
        """What the gateway keeps of this guest, read once; :class:`StateLost` where it is of another release."""
        found = self.__dict__.get(_READ)
        if not isinstance(found, kind):
            found = self.__dict__[_READ] = load(kind, self.device)
        return found

    def keeping(self, kept: Any) -> GuestSession:
        """The guest of whom the gateway keeps this frozen dataclass from now on."""
        copy = replace(self, device=dump(kept))
        copy.__dict__[_READ] = kept
        return copy


def dump(kept: Any) -> dict[str, Any]:
    """What a gateway keeps of a guest (a frozen dataclass), for ``GuestSession.device``."""
    body: dict[str, Any] = to_json(kept)
    return body


def load(kind: type[T], kept: Mapping[str, Any]) -> T:
    """The other way. Raises :class:`StateLost` where the state is of another release or of another gateway."""
    try:
        return from_json(kind, kept)
    except Mismatch as error:
        raise StateLost("a state of another release") from error


def new_session(venue: str, **known: Any) -> GuestSession:
    """A guest who has just arrived."""
    return GuestSession(venue=venue, session_id=os.urandom(9).hex(), **known)


class TokenCodec:
    """Turns guests into tokens and back. ``secrets``: newest last; ``life`` in seconds."""

    def __init__(self, secrets: Sequence[str], life: int = DEFAULT_LIFE) -> None:
        self._keys = dict(_derive(secret) for secret in secrets)
        self._newest = list(self._keys)[-1]
        self._life = life

    def dumps(self, guest: GuestSession, now: float, use: bytes = b"") -> str:
        """The token of a guest, valid from ``now`` (unix seconds) for the seal's life, and for this use alone."""
        body = to_json(guest)
        body["at"] = int(now)
        packer = zlib.compressobj(6, zlib.DEFLATED, -12, 5, zdict=_USUAL)
        text = _JSON.encode(body).encode()
        packed = packer.compress(text) + packer.flush()
        packed += bytes(-len(packed) % _STEP)
        nonce = os.urandom(12)
        sealed = self._keys[self._newest].encrypt(nonce, packed, self._newest + _LABEL + use)
        return _encode(self._newest + nonce + sealed)

    def loads(self, token: str, now: float, use: bytes = b"") -> GuestSession:
        """The guest of a token; raises :class:`StateLost` if it is altered, expired or from the future."""
        body = self._read(token, use)
        age = now - body.pop("at", 0)
        if not -CLOCKS <= age <= self._life:
            raise StateLost("expired")
        return load(GuestSession, body)

    def _read(self, token: str, use: bytes) -> dict[str, Any]:
        if not 40 < len(token) < _LONGEST:
            raise StateLost("no token")
        try:
            raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), b"-_", validate=True)
            if _encode(raw) != token:
                raise StateLost("loose base64")
            key = self._keys[raw[:4]]
            packed = key.decrypt(raw[4:16], raw[16:], raw[:4] + _LABEL + use)
        except (binascii.Error, ValueError, KeyError, InvalidTag) as error:
            raise StateLost("not our token") from error
        try:
            body: dict[str, Any] = json.loads(zlib.decompressobj(-12, zdict=_USUAL).decompress(packed))
        except (zlib.error, ValueError) as error:
            raise StateLost("a token of another release") from error
        return body


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _derive(secret: str) -> tuple[bytes, AESGCM]:
    key = HKDF(SHA256(), 32, salt=None, info=_LABEL).derive(secret.encode())
    digest = Hash(SHA256())
    digest.update(_LABEL + key)
    return digest.finalize()[:4], AESGCM(key)
