"""Guesses at the password of one login. The controller bans a session, and whoever guesses brings a new one each time.

Only wrong ones count: a login that a whole conference shares is not slowed down by being used.
"""

from __future__ import annotations

import contextlib
import logging
import time

from portal.app_state import app_state
from portal.errors import TooMany
from portal.security import PER_CODE, count, normal_code

log = logging.getLogger("portal.gateways.ucopia")
WRONG = frozenset({"bad-login-or-password", "blocked-identification-code"})


def check(venue: str, login: str) -> None:
    """Raises :class:`TooMany` after too many wrong ones."""
    limiter, key = app_state().limiter, ("foyer", str(PER_CODE), *_names(venue, login))
    try:
        if limiter.limiter.test(PER_CODE, *key):
            return
        reset = limiter.limiter.get_window_stats(PER_CODE, *key).reset_time
    except limiter.storage.base_exceptions as error:
        log.warning("guesses cannot be counted: %s", type(error).__name__)
        return
    raise TooMany("guesses", max(1, int(reset - time.time()) + 1))


def wrong(venue: str, login: str, code: str) -> None:
    """The controller has refused this login with this code."""
    if code in WRONG:
        with contextlib.suppress(TooMany):
            count(PER_CODE, *_names(venue, login))


def _names(venue: str, login: str) -> tuple[str, str, str]:
    return venue, "wrong", normal_code(login)
