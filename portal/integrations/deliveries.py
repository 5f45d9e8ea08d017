"""What is to be told, told once each and in order, by whichever command runs next."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from portal.integrations import webhook
from portal.integrations.state_file import Entry, Store
from portal.integrations.webhook import Body, Doubtful, Undelivered
from portal.venues.records import Integration
from portal.venues.venue import Venue

FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds; each failure doubles the pause."""
MOST_TOKENS = 8
"""Tokens in doubt that are kept: the oldest leave first."""
Send = Callable[[Integration, Body], None]


@dataclass(frozen=True)
class Postman:
    """Tells the platforms of a venue. ``now`` in unix seconds."""

    store: Store
    now: Callable[[], float]
    send: Send = webhook.send

    def entry(self, venue: Venue, record: Integration) -> Entry:
        """What is kept of an integration."""
        return self.store.load(venue.slug).get(record.name, Entry())

    def switch(self, venue: Venue, record: Integration, on: bool) -> Entry:
        """Keep the operator's word, and that the platform is to be told if that is news to it.

        A platform's access ends with "off" at once, even while it cannot be told.
        """
        entry = self.entry(venue, record).but(enabled=on)
        entry = self._ask(record, entry, on)
        return self._keep(venue, record, entry if on else entry.but(tokens=()))

    def again(self, venue: Venue, record: Integration, on: bool) -> Entry:
        """Tell once more how things stand: "on" always, "off" only to a platform that was told "on" last."""
        entry = self.entry(venue, record)
        if on and not entry.waiting:
            entry = entry.but(told=None)
        return self._keep(venue, record, self._ask(record, entry, on))

    def tell(self, venue: Venue, record: Integration) -> Entry:
        """Deliver what is waiting, oldest first, up to the first that is not taken."""
        entry = self.entry(venue, record)
        while entry.waiting and record.webhook_url:
            entry = self._tell_one(venue, record, entry)
            if entry.fault:
                break
        return entry

    def is_due(self, entry: Entry) -> bool:
        """Whether something waits and its pause is over."""
        return bool(entry.waiting) and entry.due_at <= self.now()

    def _ask(self, record: Integration, entry: Entry, on: bool) -> Entry:
        last = entry.waiting[-1] if entry.waiting else entry.told
        news = record.webhook_url and (last is not on) and (on or last is not None)
        return entry.but(waiting=(*entry.waiting, on)) if news else entry

    def _tell_one(self, venue: Venue, record: Integration, entry: Entry) -> Entry:
        on = entry.waiting[0]
        token = secrets.token_hex(32) if on else ""
        known = entry.tokens
        if on:  # kept before it is sent: a platform that takes it and answers late can use it
            entry = self._keep(
                venue, record, entry.but(tokens=(*known, hash_of(token))[-MOST_TOKENS:], fault="")
            )
        try:
            self.send(record, webhook.body_of(venue, token))
        except Undelivered as error:
            kept = entry.tokens if isinstance(error, Doubtful) else known
            pause = min(FIRST_PAUSE * 2**entry.tries, LONGEST_PAUSE)
            late = entry.but(tokens=kept, tries=entry.tries + 1, due_at=self.now() + pause, fault=str(error))
            return self._keep(venue, record, late)
        held = (hash_of(token),) if on and entry.enabled is not False else ()
        told = Entry(entry.enabled, entry.waiting[1:], on, self.now(), tokens=held)
        return self._keep(venue, record, told)

    def _keep(self, venue: Venue, record: Integration, entry: Entry) -> Entry:
        self.store.keep(venue.slug, record.name, entry)
        return entry


def hash_of(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so a plain hash will do."""
    return hashlib.sha256(token.encode()).hexdigest()
