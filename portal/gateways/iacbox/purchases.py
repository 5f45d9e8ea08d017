"""A ticket that costs money is bought once, whatever fingers, tabs and the Back button do.

The box makes a ticket for every demand that it accepts, so a demand goes out once for each time that a guest is
offline (the box gives a new client id for the next). What was begun is remembered in the store that all processes
share: who comes a second time is shown how the first one ended. A demand whose answer never came may be sent again,
by a press of the guest and after a while, in the same bytes: a box that refuses what it has seen makes no second one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from portal.shared_store import SharedStore

REMEMBERED = 86_400
"""Seconds that a purchase is known: longer than a state lives."""
PATIENCE = 20
"""Seconds after which a purchase without an answer may be sent again."""


@dataclass(frozen=True)
class Purchase:
    """``ticket`` as :meth:`portal.gateways.iacbox.ticket_cards.Card.kept`, ``at`` unix seconds, ``url`` where the browser was sent
    ("" when this server or a script asked), ``done`` once the box has said yes."""

    ticket: Mapping[str, str] = field(default_factory=dict)
    at: float = 0
    url: str = ""
    done: bool = False


class Purchases:
    """The purchases of one venue."""

    def __init__(self, store: SharedStore, venue: str) -> None:
        self._store, self._venue = store, venue

    def begin(self, id: str, purchase: Purchase) -> Purchase | None:
        """Begin a purchase of a client id; the one that was begun before, if there is one, and then nothing is begun."""
        if self._store.add_once(REMEMBERED, "purchase", self._venue, id):
            self._keep(id, purchase)
            return None
        return self.of(id) or purchase

    def of(self, id: str) -> Purchase | None:
        """The purchase of a client id."""
        kept = self._store.result("purchase made", self._venue, id)
        return Purchase(**json.loads(kept)) if kept else None

    def again(self, id: str, now: float) -> Purchase | None:
        """The purchase that may be sent once more now; None where there is nothing to send, or somebody just did."""
        purchase = self.of(id)
        if purchase is None or purchase.done or abs(now - purchase.at) < PATIENCE:
            return None
        if not self._store.add_once(PATIENCE, "purchase again", self._venue, id):
            return None
        self._keep(id, replace(purchase, at=now))
        return purchase

    def done(self, id: str) -> Purchase | None:
        """The box said yes."""
        if purchase := self.of(id):
            self._keep(id, replace(purchase, done=True))
        return purchase

    def forget(self, id: str) -> None:
        """The box said no: another ticket may be bought."""
        self._store.forget("purchase made", self._venue, id)
        self._store.forget("purchase", self._venue, id)

    def _keep(self, id: str, purchase: Purchase) -> None:
        self._store.keep(json.dumps(asdict(purchase)).encode(), REMEMBERED, "purchase made", self._venue, id)
