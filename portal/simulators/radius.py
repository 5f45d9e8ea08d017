"""CHAP between a simulated Wi-Fi device and the simulated controller that is its RADIUS server.

The manual (section 5, Table 9) says only that ``challenge`` is "used during CHAP authentication".
ASSUMED: the convention of ChilliSpot, which every device with ``uamip`` and ``uamport`` descends from:
the challenge on the wire is hexadecimal; with a secret, the challenge proper is MD5 of its bytes and the
secret; the response is MD5 of the identifier (one zero byte), the password and the challenge proper.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class RadiusAnswer:
    """Access-Accept, or Access-Reject with a ``reason`` for the guest's landing URL."""

    accepted: bool
    reason: str = ""


Radius = Callable[[str, str, bytes], RadiusAnswer]
"""``radius(username, response, challenge)``; ``challenge`` is what :func:`chap_challenge` gives."""


def chap_challenge(challenge: str, uamsecret: str) -> bytes:
    """The challenge proper: of the hexadecimal one in a URL and the secret shared with the device.

    An odd or foreign challenge is taken as text, so that it gives a wrong response and not a crash.
    """
    try:
        raw = bytes.fromhex(challenge)
    except ValueError:
        raw = challenge.encode()
    return hashlib.md5(raw + uamsecret.encode()).digest() if uamsecret else raw


def chap_response(password: str, challenge: bytes) -> str:
    """The response to a challenge proper, 32 hexadecimal digits."""
    return hashlib.md5(b"\0" + password.encode() + challenge).hexdigest()


def chap_agrees(password: str, challenge: bytes, response: str) -> bool:
    """Whether a response was made with this password."""
    return hmac.compare_digest(chap_response(password, challenge).encode(), response.lower().encode())
