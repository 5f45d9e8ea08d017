"""What can go wrong in a call, by what to do next."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import dataclass

import requests
import urllib3.exceptions

from portal.errors import Garbled, Unreachable, Unsure, UpstreamError
from portal.http_client.server import NoTrust

KINDS: tuple[tuple[type[Exception], type[UpstreamError]], ...] = (
    # It never left: there was no connection, or nothing to connect to.
    (NoTrust, Unreachable),
    (urllib3.exceptions.ConnectTimeoutError, Unreachable),  # NewConnectionError is one
    (urllib3.exceptions.LocationValueError, Unreachable),
    # It left, and no answer came, or none to its end.
    (urllib3.exceptions.TimeoutError, Unsure),
    (http.client.RemoteDisconnected, Unsure),
    (http.client.IncompleteRead, Unsure),
    (OSError, Unsure),  # TimeoutError and ssl.SSLError are such
    # What came is no answer; so is whatever else a hostile one makes a library raise.
    (Exception, Garbled),
)
"""In the manner of httpx's ``HTTPCORE_EXC_MAP``: the first row that fits the exception or a cause of it."""
_WRAPPERS = (requests.RequestException, urllib3.exceptions.ProtocolError, urllib3.exceptions.MaxRetryError)
_TIMEOUTS = (TimeoutError, urllib3.exceptions.TimeoutError)


@dataclass(frozen=True)
class Failure:
    """A call that brought no answer. ``reason``: the name of what went wrong first, which holds nothing of a URL."""

    kind: type[UpstreamError]
    reason: str
    timed_out: bool = False

    @property
    def connected(self) -> bool:
        """Whether there was a connection."""
        return self.kind is not Unreachable

    @property
    def is_broken(self) -> bool:
        """Whether a connection broke before its time was up."""
        return self.kind is Unsure and not self.timed_out

    def error(self, name: str, acts: bool) -> UpstreamError:
        """What the caller is told: whatever an acting call met after it had left, it may have been done."""
        kind = self.kind
        if acts and kind is Garbled:
            kind = Unsure
        elif not acts and kind is Unsure:
            kind = Unreachable
        return kind(f"{name}: {self.reason}")


def failure_of(error: Exception) -> Failure:
    """An exception of a library, by :data:`KINDS`. The exception itself holds URLs and goes no further."""
    causes = list(_causes(error))
    told = [cause for cause in causes if not isinstance(cause, _WRAPPERS)] or causes
    kind = next(kind for row, kind in KINDS if any(isinstance(cause, row) for cause in told))
    return Failure(kind, type(told[-1]).__name__, any(isinstance(cause, _TIMEOUTS) for cause in told))


def _causes(error: BaseException | None) -> Iterator[Exception]:
    """An exception and what it came from; libraries keep that in ``reason``, in ``args`` or as the cause."""
    for _ in range(10):
        if not isinstance(error, Exception):
            return
        yield error
        inner = [one for one in (getattr(error, "reason", None), *error.args) if isinstance(one, Exception)]
        error = inner[0] if inner else error.__cause__
