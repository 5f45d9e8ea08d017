"""What the state keeps of a guest of a UCOPIA controller."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.errors import StateLost
from portal.gateways.ucopia.announcement import Credentials
from portal.gateways.ucopia.answers import Account
from portal.gateways.ucopia.connection import Connection
from portal.gateways.ucopia.endpoint import EntryParams, Session
from portal.gateways.ucopia.features import Features
from portal.gateways.ucopia.passwords import PasswordRules
from portal.session import GuestSession

NOBODY, NOTHING, OFF = Session(), Features(), Connection()
NAS_NAMES = ("res", "uamip", "uamport", "challenge", "userurl", "mac", "ssid", "SSID", "vlan")
"""Table 9, and the other spelling of its example."""


@dataclass(frozen=True)
class GatewaySession:
    """The guest's session at the controller, what the NAS said, what was announced, what was told when connected.

    ``once`` names the subscription forms shown last, so that no form makes two accounts. ``account`` is the one
    that was made here: kept until the guest is online and has seen it. ``confirmed``: ``init`` has said since the last
    login that the guest is online. ``pending`` is who has to choose a new password first, ``passwords`` what that one
    has to be. ``tried`` names what the portal did once by itself (signed in with the proposed account, sent the guest
    to the Wi-Fi device with this challenge), so that a failure goes round in no circle. ``visitor`` is a mark of whom
    the controller's session was about when it confirmed. ``cna`` is ``cna_id``: the name that the controller gave to the
    window that a phone opened by itself (wire).
    """

    session: Session = NOBODY
    nas: Mapping[str, str] = field(default_factory=dict)
    offer: Features = NOTHING
    connection: Connection = OFF
    account: Account | None = None
    once: str = ""
    confirmed: bool = False
    pending: Credentials | None = None
    passwords: PasswordRules = field(default_factory=PasswordRules)
    tried: str = ""
    visitor: str = ""
    cna: str = ""

    def door(self, wanted: str) -> EntryParams:
        """How this guest comes in."""
        return EntryParams(wanted, self.nas, self.cna)

    def on(self, guest: GuestSession) -> GuestSession:
        """The guest with this device."""
        return guest.keeping(self)

    def but(self, **changes: Any) -> GatewaySession:
        """A copy with some fields changed."""
        return replace(self, **changes)


def gateway_session_of(guest: GuestSession | None) -> GatewaySession:
    """The device of a state; raises :class:`StateLost` without one."""
    if guest is None:
        raise StateLost("no state")
    return guest.kept(GatewaySession)


def new_once() -> str:
    """A name for the forms of one page."""
    return os.urandom(9).hex()
