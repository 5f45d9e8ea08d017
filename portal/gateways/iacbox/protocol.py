"""The Login-API's wire: data fields, encryption, signature. Knows nothing of Flask.

Source: "API definition" of the Login-API 2.x, parts "Data fields", "Security", "Implementation tests".

* ``lapi`` holds ``key=value;key=value`` in UTF-8; a ``;`` in a value is removed before sending.
* Encrypted: ``lapi = base64url(IV + AES-256-CBC(fields))``, key SHA-256(secret), PKCS7, and
  ``si = base64url(HMAC-SHA256(secret, lapi))``.
* Not encrypted: ``lapi = base64url(fields)``. Protocol 1.x: ``si = base64url(HMAC-SHA256(secret, fields))``;
  2.x: ``si = base64url(salt) + "$" + base64url(HMAC-SHA256(salt + secret, fields))`` with 8 bytes of salt. Whether
  the key takes the salt's bytes or its text is not said: both are accepted, the venue says what is sent.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from portal.gateways.iacbox import wire_names

LONGEST_URL = 8000
"""Characters that the box's proxy can handle in one URL."""
_SPACE = re.compile(r"\s+")
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,4})")
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class ProtocolError(Exception):
    """Root of what a redirect can be refused for; the message never holds a value of it."""


class BadSignature(ProtocolError):
    """The signature is missing, malformed or of another secret."""


class BadFields(ProtocolError):
    """Signed correctly, and still not what the manual describes."""


class WrongVersion(ProtocolError):
    """Another major version of the protocol."""


class TooLong(ProtocolError):
    """The URL would be longer than the box can handle."""


@dataclass(frozen=True)
class Key:
    """What both sides agreed on. ``salt`` says how an unencrypted 2.x signature is made when sending.

    ``names`` and ``answer_names`` are our words for fields and their names in what we send and in what the box sends.
    """

    secret: str
    version: str = "2.1"
    encrypt: bool = True
    salt: Literal["raw", "text"] = "raw"
    names: Mapping[str, str] = field(default_factory=lambda: wire_names.REQUESTS)
    answer_names: Mapping[str, str] = field(default_factory=lambda: wire_names.ANSWERS)

    @property
    def major(self) -> str:
        """The major version: the same one is compatible."""
        return self.version.partition(".")[0]


def b64encode(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def b64decode(text: str) -> bytes:
    """Base64url with or without padding, white space tolerated (the manual wraps lines); raises ValueError."""
    text = _SPACE.sub("", text).rstrip("=")
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
    if b64encode(raw) != text:
        raise ValueError("not canonical base64url")
    return raw


def pack(fields: Iterable[tuple[str, str]]) -> str:
    """Data fields as one text; semicolons are cut out of values, as the manual demands."""
    return ";".join(f"{name}={value.replace(';', '')}" for name, value in fields)


def unpack(text: str, words: Mapping[str, str] | None = None) -> dict[str, str]:
    """One text as data fields by their names on the wire; ``words`` are the known names and our words for them.

    Semicolons are cut out by senders, and a box may forget to: what follows a value that can be any text, and is not
    a known field that has yet to come, belongs to that value. Behind the wanted URL, which stands at the end and which
    any guest chooses, nothing is a field once the head is there. A known name that stands twice elsewhere is refused:
    nobody can know which one was meant.
    """
    words, last = words or {}, ""
    fields: dict[str, str] = {}
    for item in filter(None, text.split(";")):
        name, equals, value = item.partition("=")
        text_before = words.get(last, "") in wire_names.FREE_TEXT
        if text_before and not _begins_a_field(name, equals, words, fields, last):
            fields[last] += f";{item}"
        elif equals and name and name not in fields:
            fields[name], last = value, name
        elif name in fields and equals:
            raise BadFields("a data field stands twice")
    return fields


def _begins_a_field(
    name: str, equals: str, words: Mapping[str, str], fields: Mapping[str, str], last: str
) -> bool:
    if not equals or name not in words or name in fields:
        return False
    have = {words.get(one) for one in fields}
    return not (words[last] == "userurl" and have >= {"version", "id", "action"})


def seal(text: str, key: Key, *, iv: bytes | None = None, salt: bytes | None = None) -> tuple[str, str]:
    """``lapi`` and ``si`` of a text. ``iv`` (16 bytes) and ``salt`` (8 bytes) are random unless a test says."""
    if key.encrypt:
        lapi = b64encode(encrypt(text.encode(), key.secret, iv or os.urandom(16)))
        return lapi, b64encode(_mac(key.secret.encode(), lapi.encode()))
    lapi = b64encode(text.encode())
    if key.major == "1":
        return lapi, b64encode(_mac(key.secret.encode(), text.encode()))
    salt = salt or os.urandom(8)
    return lapi, b64encode(salt) + "$" + b64encode(_mac(_salted(salt, key.secret, key.salt), text.encode()))


def unseal(lapi: str, si: str, key: Key, salts: Sequence[str] = ("raw", "text")) -> str:
    """The text of ``lapi``, after its signature was checked; raises :class:`BadSignature` or :class:`BadFields`.

    ``salts`` are the forms in which the salt of an unencrypted message may have gone into its key.
    """
    lapi, si = _SPACE.sub("", lapi), _SPACE.sub("", si)
    if not lapi or not si or len(lapi) > LONGEST_URL:
        raise BadSignature("nothing signed")
    try:
        if key.encrypt:
            _check(b64decode(si), [_mac(key.secret.encode(), lapi.encode())])
            return decrypt(b64decode(lapi), key.secret).decode()
        clear = b64decode(lapi)
        _check(*_plain_signature(si, clear, key, salts))
        return clear.decode()
    except UnicodeDecodeError as error:
        raise BadFields("not UTF-8") from error
    except ValueError as error:
        raise BadSignature("not base64url") from error


def _plain_signature(si: str, clear: bytes, key: Key, salts: Sequence[str]) -> tuple[bytes, list[bytes]]:
    if key.major == "1":
        return b64decode(si), [_mac(key.secret.encode(), clear)]
    salt_text, dollar, signature = si.partition("$")
    salt = b64decode(salt_text)
    if not dollar or len(salt) != 8:
        raise BadSignature("no salt of 8 bytes")
    return b64decode(signature), [_mac(_salted(salt, key.secret, form), clear) for form in salts]


def _check(given: bytes, good: list[bytes]) -> None:
    """The one comparison of signatures, in constant time."""
    matches = [hmac.compare_digest(given, one) for one in good]
    if not any(matches):
        raise BadSignature("signature")


def _mac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _salted(salt: bytes, secret: str, form: str) -> bytes:
    return (salt if form == "raw" else b64encode(salt).encode()) + secret.encode()


def encrypt(clear: bytes, secret: str, iv: bytes) -> bytes:
    """IV + AES-256-CBC with PKCS7; the key is SHA-256 of the secret."""
    pad = 16 - len(clear) % 16
    encryptor = Cipher(algorithms.AES(hashlib.sha256(secret.encode()).digest()), modes.CBC(iv)).encryptor()
    return iv + encryptor.update(clear + bytes([pad]) * pad) + encryptor.finalize()


def decrypt(raw: bytes, secret: str) -> bytes:
    """The clear bytes of IV + ciphertext; raises :class:`BadFields`. Only ever called after the signature check."""
    if len(raw) < 32 or len(raw) % 16:
        raise BadFields("not whole blocks")
    decryptor = Cipher(
        algorithms.AES(hashlib.sha256(secret.encode()).digest()), modes.CBC(raw[:16])
    ).decryptor()
    padded = decryptor.update(raw[16:]) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= 16 or padded[-pad:] != bytes([pad]) * pad:
        raise BadFields("padding")
    return padded[:-pad]


@dataclass(frozen=True)
class Incoming:
    """Redirect 1 (``auth``), redirect 3 (``cbk``) or a refresh answer, by our words for the fields."""

    action: str
    id: str
    version: str
    fields: Mapping[str, str]

    def get(self, word: str) -> str:
        """A field by our word for it (``names.ANSWERS``); "" when the box did not send it."""
        return self.fields.get(word, "")


def read(lapi: str, si: str, key: Key) -> Incoming:
    """A redirect of the box, verified, decrypted and parsed; raises a :class:`ProtocolError`."""
    words = {wire: word for word, wire in key.answer_names.items()}
    given = unpack(unseal(lapi, si, key), words)
    fields = {words[wire]: value for wire, value in given.items() if wire in words}
    version = _VERSION.fullmatch(fields.get("version", ""))
    if not version:
        raise BadFields("no version")
    if version[1] != key.major:
        raise WrongVersion("major version")
    if not _ID.fullmatch(fields.get("id", "")):
        raise BadFields("no client id of 22 characters")
    action = fields.get("action", "")
    if action not in {"auth", "cbk"}:  # logon and ref are our own messages: coming back here they say nothing
        raise BadFields("no known action")
    if action == "cbk" and not re.fullmatch(r"\d{1,4}", fields.get("code", "")):
        raise BadFields("no return code")
    return Incoming(action, fields["id"], fields["version"], fields)


class HasKey(Protocol):
    """A box that may have sent a redirect."""

    @property
    def key(self) -> Key:
        """What it agreed on with us."""


def read_from_any(lapi: str, si: str, boxes: Mapping[str, HasKey]) -> Incoming:
    """A redirect of one of several boxes by their registration numbers; "" stands for any other number.

    Only known secrets open it; the number inside then has to be that of a box with this secret, so that a redirect of
    one box is never good for another. Raises a :class:`ProtocolError`.
    """
    failed: ProtocolError = BadSignature("no box")
    for key in {id(box.key): box.key for box in boxes.values()}.values():
        try:
            incoming = read(lapi, si, key)
        except BadSignature as error:
            failed = error
            continue
        box = boxes.get(incoming.get("registration"), boxes[""])
        if not hmac.compare_digest(box.key.secret.encode(), key.secret.encode()):
            raise BadSignature("signed by another box than it names")
        return incoming
    raise failed


def outgoing_url(url: str, fields: Mapping[str, str], key: Key) -> str:
    """The address of redirect 2: ``?lapi=…&si=…`` at the box, by our words for the fields.

    Too long: the wanted URL is left out first; still too long raises :class:`TooLong`. No field is truncated.
    """
    for drop in ((), ("userurl",)):
        pairs = [(key.names[word], value) for word, value in fields.items() if word not in drop]
        lapi, si = seal(pack(pairs), key)
        full = f"{url}{'&' if '?' in url else '?'}{urlencode({'lapi': lapi, 'si': si})}"
        if len(full) < LONGEST_URL:
            return full
    raise TooLong("over 8000 characters")
