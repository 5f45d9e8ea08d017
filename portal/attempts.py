"""What is limited: guesses at codes and passwords, and messages that cost money. The amounts are the venue's.

**Guesses.** Reserved before somebody is asked, given back unless the answer was "wrong". By device; by code (one user name,
ticket, number or address, whoever types it) and by network as *turns*: after too many wrong ones who has failed often
waits longer, and a fresh device gets a turn of its own within seconds. Where a box has signed for the device, so that
nobody can invent one, a fresh device is not held up by others at all. A device that nobody knows counts against nothing
that others share.

**Messages** (text messages and mails): by device, by address, by network and by venue and day, whatever a phone calls
itself. They are given back when none was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from portal.errors import TooMany, TooManyMessages
from portal.limits import DAY, Limit, Turns, hit, is_fresh
from portal.shared_store import SharedStore
from portal.text import as_key

TEN_MINUTES, HOUR = 600, 3600


class Amounts(Protocol):
    """The table ``[limits]`` of a venue file."""

    @property
    def device(self) -> int:
        """Wrong guesses of one device in ten minutes."""

    @property
    def code(self) -> int:
        """Wrong guesses at one code in ten minutes."""

    @property
    def network(self) -> int:
        """Wrong guesses from one network in ten minutes."""

    @property
    def messages_device(self) -> int:
        """Messages for one device in an hour."""

    @property
    def messages_address(self) -> int:
        """Messages to one address in an hour."""

    @property
    def messages_network(self) -> int:
        """Messages for one network in an hour, before they have to take turns."""

    @property
    def messages_venue(self) -> int:
        """Messages of a venue in a day."""


@dataclass(frozen=True)
class Who:
    """Who tries something. ``device``: what the gateway knows it by; ``is_known`` False = only our own name for
    this visit, which anybody gets anew; ``is_signed``: the box has signed for it. ``network`` see
    :func:`portal.security.network`."""

    venue: str
    device: str
    network: str
    is_known: bool = True
    is_signed: bool = False


def reserve_guess(store: SharedStore, amounts: Amounts, who: Who, code: str = "") -> str:
    """Reserve a guess; returns the receipt. Raises :class:`TooMany`. ``code``: the user name, number or address whose
    secret is guessed at, however it is written; "" where the code is the secret itself."""
    device = Limit("wrong codes of a device", amounts.device, TEN_MINUTES).of(who.venue, who.device)
    fresh = is_fresh(store, device.names)
    if not who.is_known or (fresh and who.is_signed):
        return hit(store, device)
    network = Turns("wrong codes of a network", amounts.network, TEN_MINUTES, 10, 3, ahead=300, grace=60)
    receipt = network.take(store, (who.venue, who.network), who.device, fresh, [device])
    if not (code := as_key(code)):
        return receipt
    guarded = Turns("wrong tries at a code", amounts.code, TEN_MINUTES, 60, 20, ahead=600, grace=120)
    try:
        return f"{receipt} {guarded.take(store, (who.venue, code), who.device, fresh)}"
    except TooMany:
        store.give_back(receipt)
        raise


def reserve_message(store: SharedStore, amounts: Amounts, who: Who, address: str) -> str:
    """Reserve a message to an address or number; returns the receipt. Raises :class:`TooManyMessages`."""
    device = Limit("messages of a device", amounts.messages_device, HOUR).of(who.venue, who.device)
    bounds = [
        device,
        Limit("messages to an address", amounts.messages_address, HOUR).of(who.venue, address.casefold()),
        Limit("messages of a venue", amounts.messages_venue, DAY).of(who.venue),
    ]
    turns = Turns("messages of a network", amounts.messages_network, HOUR, 60, 10, ahead=900, grace=300)
    fresh = is_fresh(store, device.names)
    try:
        return turns.take(store, (who.venue, who.network), who.device, fresh, bounds)
    except TooMany as error:
        raise TooManyMessages(error.reason, error.retry_after) from error
