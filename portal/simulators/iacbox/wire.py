"""The box's own words on the wire: base64url, fields, AES-256-CBC and the HMAC (manual: API definition).

Written from the manual and shared with nobody: a portal that misreads the manual must not find a box that
misreads it in the same way. So this codec is strict: it takes the one form that the box is set to.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

IV_BYTES = 16
SALT_BYTES = 8
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class WireFault(Exception):
    """What came cannot be taken; the message says why and repeats nothing of it."""


class BadSignature(WireFault):
    """The signature is not ours: nothing of the message may be believed, its id included."""


class Unreadable(WireFault):
    """Signed by us, but not the promised cipher, text or list of fields."""


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes of a base64url text without padding; raises :class:`Unreadable`."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text, re.ASCII):
        raise Unreadable("not base64url")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Unreadable("not base64url") from error


def pack(fields: Mapping[str, str], cuts_semicolons: bool = True) -> str:
    """``key1=value1;key2=value2`` with every semicolon cut out of the values, as the manual demands of senders."""
    return ";".join(
        f"{key}={value.replace(';', '') if cuts_semicolons else value}" for key, value in fields.items()
    )


def unpack(clear: str) -> dict[str, str]:
    """The fields of a clear text; a piece without ``=`` or a repeated key raises :class:`Unreadable`."""
    fields: dict[str, str] = {}
    for piece in filter(None, clear.split(";")):
        key, equals, value = piece.partition("=")
        if not equals or key in fields:  # ASSUMED: the manual does not say what a box makes of these
            raise Unreadable("not a list of fields")
        fields[key] = value
    return fields


def new_client_id() -> str:
    """16 random bytes in base64url, 22 characters."""
    return b64(secrets.token_bytes(16))


@dataclass(frozen=True)
class Codec:
    """One box's way of closing and opening a message: ``(lapi, si)`` to clear text and back.

    ``version`` is ``<major>.<minor>``; ``salt`` is ``raw`` or ``text``, the form in which the salt goes
    into the key of an unencrypted message of major version 2 and later.
    """

    secret: str
    version: str = "2.1"
    encrypt: bool = True
    salt: str = "raw"

    def seal(self, clear: str, iv: bytes = b"", salt: bytes = b"") -> tuple[str, str]:
        """``lapi`` and ``si`` of a clear text; ``iv`` and ``salt`` are drawn unless a test gives them."""
        if self.encrypt:
            lapi = b64(self._encrypted(clear.encode(), iv or secrets.token_bytes(IV_BYTES)))
            return lapi, self._hmac(lapi.encode())
        lapi = b64(clear.encode())
        if self._salted:
            return lapi, self._salted_hmac(clear.encode(), salt or secrets.token_bytes(SALT_BYTES))
        return lapi, self._hmac(clear.encode())

    def open(self, lapi: str, si: str) -> str:
        """The clear text, after its signature was found right; raises :class:`WireFault`."""
        if self.encrypt:
            self._check(si, self._hmac(lapi.encode()))
            return self._text(self._decrypted(unb64(lapi)))
        message = unb64(lapi)
        if self._salted:
            self._check(si, self._salted_hmac(message, self._salt_of(si)))
        else:
            self._check(si, self._hmac(message))
        return self._text(message)

    @property
    def _salted(self) -> bool:
        return not self.version.startswith("1.")

    @staticmethod
    def _check(sent: str, right: str) -> None:
        if not hmac.compare_digest(sent.encode(), right.encode()):
            raise BadSignature("wrong signature")

    @staticmethod
    def _text(message: bytes) -> str:
        try:
            return message.decode()
        except UnicodeDecodeError as error:
            raise Unreadable("not UTF-8") from error

    @staticmethod
    def _salt_of(si: str) -> bytes:
        salt = unb64(si.partition("$")[0])
        if len(salt) != SALT_BYTES:
            raise BadSignature("no salt of 8 bytes")
        return salt

    def _hmac(self, message: bytes, salt: bytes = b"") -> str:
        return b64(hmac.digest(salt + self.secret.encode(), message, hashlib.sha256))

    def _salted_hmac(self, message: bytes, salt: bytes) -> str:
        key = salt if self.salt == "raw" else b64(salt).encode()
        return f"{b64(salt)}${self._hmac(message, key)}"

    def _cipher(self, iv: bytes) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES256(hashlib.sha256(self.secret.encode()).digest()), modes.CBC(iv))

    def _encrypted(self, clear: bytes, iv: bytes) -> bytes:
        padder = PKCS7(128).padder()
        encryptor = self._cipher(iv).encryptor()
        return iv + encryptor.update(padder.update(clear) + padder.finalize()) + encryptor.finalize()

    def _decrypted(self, sealed: bytes) -> bytes:
        try:
            decryptor = self._cipher(sealed[:IV_BYTES]).decryptor()
            padded = decryptor.update(sealed[IV_BYTES:]) + decryptor.finalize()
            unpadder = PKCS7(128).unpadder()
            return unpadder.update(padded) + unpadder.finalize()
        except ValueError as error:
            raise Unreadable("not this cipher") from error
