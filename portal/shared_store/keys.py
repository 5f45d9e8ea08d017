"""What the store gets to see of a name and of a result: nothing. Names are HMACs, results are encrypted.

Both keys come from the portal's secret keys (HKDF). **Rotation:** names follow the *oldest* configured key, so adding
a key changes nothing, on however many hosts and in whatever order they restart. When the oldest is taken away, every
name is new: counters begin again, and what was used up could be used once more, so take a key away at a quiet hour, a
day after the new one came. Results are encrypted with the newest key and read with all of them.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Keys:
    """Hides names and results. ``secrets``: the portal's secret keys, newest last."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._names = _derived(secrets[0], b"foyer store names")
        self._results = [AESGCM(_derived(secret, b"foyer store results")) for secret in secrets]

    def name(self, names: Sequence[str]) -> bytes:
        """The key of these names: 16 bytes that tell nothing; no two lists of names share one."""
        text = json.dumps(list(names)).encode()
        return hmac.digest(self._names, text, "sha256")[:16]

    def seal(self, key: bytes, result: bytes) -> bytes:
        """A result for the store, bound to its key."""
        nonce = os.urandom(_NONCE)
        return nonce + self._results[-1].encrypt(nonce, result, key)

    def open(self, key: bytes, sealed: bytes) -> bytes | None:
        """The result; None if it is not ours or was changed."""
        for cipher in reversed(self._results):
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], key)
            except (InvalidTag, ValueError):
                continue
        return None


def _derived(secret: str, use: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=use).derive(secret.encode())
