"""No form makes two accounts: a double click, a repeated POST, two processes or two hosts that get one each.

Every page with subscription forms has a name (``GatewaySession.once``). Who takes the name first calls the controller;
whoever comes second waits and finds the account, encrypted, in the store that all processes share. Where the first one
never learnt the answer, or was killed, the answer is not known, and the guest is told so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from portal.gateways.ucopia.answers import Account
from portal.shared_store import SharedStore, StillLocked

LIFE = 4 * 3600
"""Seconds that a name is known: longer than a guest's state may live, so no form outlives its answer."""
LOCK = 180
"""Seconds; longer than the call that a venue file may allow at most (``connect_timeout`` and ``read_timeout``)."""
_ASKED = b"?"


class Taken(Exception):
    """The form was used, and what came of it is not known here."""


class Ticket:
    """The right to use one form now. ``account`` is what it has made already."""

    def __init__(self, store: SharedStore, name: str, account: Account | None) -> None:
        self._store, self._name, self.account = store, name, account

    def keep(self, account: Account) -> None:
        """Remember what the form made."""
        text = json.dumps([account.login, account.password]).encode()
        self._store.keep(text, LIFE, "account", self._name)

    def release(self) -> None:
        """The controller refused or was not reached: nothing was made, the form may be used again."""
        self._store.forget("account", self._name)


@contextmanager
def ticket(store: SharedStore, name: str, patience: float) -> Iterator[Ticket]:
    """Take a form's name; waits ``patience`` seconds for whoever has it. Raises :class:`Taken`."""
    lock = store.lock(LOCK, patience, "account", name)
    try:
        lock.__enter__()
    except StillLocked as error:
        raise Taken from error
    try:
        written = store.result("account", name)
        if written == _ASKED:
            raise Taken
        if written is None:
            store.keep(_ASKED, LIFE, "account", name)
        yield Ticket(store, name, Account(*json.loads(written)) if written else None)
    finally:
        lock.__exit__(None, None, None)
