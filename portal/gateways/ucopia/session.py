"""What the state keeps of a guest of a UCOPIA controller."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.errors import StateLost
from portal.gateways.ucopia.answers import Account
from portal.gateways.ucopia.connection import Connection, connection_from
from portal.gateways.ucopia.endpoint import EntryParams, Session
from portal.gateways.ucopia.features import Features, features_from
from portal.session import GuestSession

NOBODY, NOTHING, OFF = Session(), Features(), Connection()
NAS_NAMES = ("res", "uamip", "uamport", "challenge", "userurl", "mac", "ssid", "SSID", "vlan")
"""Table 9, and the other spelling of its example."""


@dataclass(frozen=True)
class GatewaySession:
    """The guest's session at the controller, what the NAS said, what was announced, what was told when connected.

    ``once`` names the subscription forms shown last, so that no form makes two accounts. ``account`` is the one
    that was made here: kept until the guest is online and has seen it.
    """

    session: Session = NOBODY
    nas: Mapping[str, str] = field(default_factory=dict)
    offer: Features = NOTHING
    connection: Connection = OFF
    account: Account | None = None
    once: str = ""

    def door(self, wanted: str) -> EntryParams:
        """How this guest comes in."""
        return EntryParams(wanted, self.nas)

    def kept(self) -> dict[str, Any]:
        """For the guest's state: short names, nothing empty."""
        body = {
            "s": self.session.cookie,
            "p": self.session.path,
            "n": dict(self.nas),
            "o": self.offer.kept(),
            "c": self.connection.kept(),
            "a": [self.account.login, self.account.password] if self.account else None,
            "k": self.once,
        }
        return {name: value for name, value in body.items() if value}

    def on(self, guest: GuestSession) -> GuestSession:
        """The guest with this device."""
        return guest.but(device=self.kept())

    def but(self, **changes: Any) -> GatewaySession:
        """A copy with some fields changed."""
        return replace(self, **changes)


def gateway_session_of(guest: GuestSession | None) -> GatewaySession:
    """The device of a state; raises :class:`StateLost` without one."""
    if guest is None:
        raise StateLost("no state")
    body = guest.device
    return GatewaySession(
        session=Session(body.get("s", ""), body.get("p", "")),
        nas=body.get("n", {}),
        offer=features_from(body.get("o", {})),
        connection=connection_from(body.get("c", {})),
        account=Account(*body["a"]) if body.get("a") else None,
        once=body.get("k", ""),
    )


def new_once() -> str:
    """A name for the forms of one page."""
    return os.urandom(9).hex()
