"""What a guest's state holds of a UniFi network."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.errors import BadArrival
from portal.session import GuestSession, load


@dataclass(frozen=True)
class GatewaySession:
    """The device's address, six pairs of hex digits with colons; raises :class:`BadArrival` for anything else."""

    mac: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", self.mac):
            raise BadArrival("id is no device address")


def mac_of(guest: GuestSession) -> str:
    """The device's address of a state; raises :class:`portal.errors.StateLost`."""
    return load(GatewaySession, guest.device).mac
