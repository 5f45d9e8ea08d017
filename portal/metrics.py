"""Figures for Prometheus: what guests of which venue do, how long it takes, what goes wrong. Nothing in them is personal.

Labels are the operator's own words (venue, gateway) and ours (way, outcome, kind). All processes of a host count into
files of one folder, at most a second late, and each of them answers ``/metrics`` for all (prometheus-client,
"Multiprocess Mode").
"""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile
import threading
import time
from bisect import bisect_left
from collections.abc import Iterable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import SimpleNamespace

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.05, 0.25, 1, 5, 30)


def share(state: Path) -> None:
    """Count together with all processes that this one starts; to be called before anything is counted."""
    folder = state / "metrics"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in folder.glob("*.db"):
            old.unlink()
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="foyer-metrics-"))
    os.environ[FOLDER] = str(folder)


def arrival(venue: str, gateway: str) -> None:
    """Somebody opened the landing page."""
    _waiting.add("arrivals", venue, gateway)


def way(venue: str, gateway: str, name: str) -> None:
    """A way in was chosen and filled out well enough to be tried."""
    _waiting.add("ways", venue, gateway, name)


def outcome(venue: str, gateway: str, name: str) -> None:
    """What a guest was answered with: ``signin``, ``success``, ``redirect``, ``post``, ``page``, ``ready``."""
    _waiting.add("outcomes", venue, gateway, name)


def error(venue: str, gateway: str, kind: str) -> None:
    """What went wrong, by the name of its class (:mod:`portal.errors`): ``Unreachable``, ``TooMany``, ``StateLost`` …"""
    _waiting.add("errors", venue, gateway, kind)


def answered(venue: str, gateway: str, seconds: float) -> None:
    """A request of a venue was answered within so much time."""
    _observe("request_seconds", venue, gateway, seconds=seconds)


def serve(venue: str = "", gateway: str = "") -> None:
    """From now on this request is for a guest of that venue: its calls to a box count there."""
    _served.set((venue, gateway))


def served() -> tuple[str, str]:
    """The venue and the gateway that this request is for; empty before they are known."""
    return _served.get()


def upstream(name: str, said: str, seconds: float) -> None:
    """A call to a box, controller or cloud; ``said``: ``answer``, or the kind of its failure."""
    _waiting.add("upstream_calls", *served(), name, said)
    _observe("upstream_seconds", *served(), seconds=seconds)


def exposition(figures: Iterable[tuple[str, str, float]]) -> bytes:
    """All that was counted, as Prometheus reads it; ``figures`` (name, what it is, value) are those of this moment."""
    from prometheus_client import REGISTRY, CollectorRegistry, Gauge, generate_latest, multiprocess

    _waiting.write()
    if os.environ.get(FOLDER):
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)
        text = generate_latest(counted)
    else:  # without what prometheus-client adds about Python itself
        text = generate_latest(REGISTRY.restricted_registry(_NAMES))
    now = CollectorRegistry()
    families: dict[str, Gauge] = {}
    for name, meaning, value in figures:
        family, _, label = name.partition(":")
        if family not in families:
            families[family] = Gauge(family, meaning, ["state"] if label else [], registry=now)
        (families[family].labels(label) if label else families[family]).set(value)
    return text + generate_latest(now)


_NAMES = [
    *(f"foyer_{name}_total" for name in ("arrivals", "ways", "outcomes", "errors", "upstream_calls")),
    *(
        f"foyer_{name}_seconds_{part}"
        for name in ("request", "upstream")
        for part in ("bucket", "sum", "count")
    ),
]


@cache
def _families() -> SimpleNamespace:
    """Made when something is first counted: prometheus-client decides at its import where it counts."""
    from prometheus_client import Counter, Histogram

    of_venue = ["venue", "gateway"]
    return SimpleNamespace(
        arrivals=Counter("foyer_arrivals", "Landing pages opened.", of_venue),
        ways=Counter("foyer_ways", "Ways in that were tried.", [*of_venue, "way"]),
        outcomes=Counter("foyer_outcomes", "Answers to guests, by kind.", [*of_venue, "outcome"]),
        errors=Counter("foyer_errors", "What went wrong, by kind.", [*of_venue, "kind"]),
        request_seconds=Histogram("foyer_request_seconds", "Time to answer.", of_venue, buckets=_SECONDS),
        upstream_calls=Counter("foyer_upstream_calls", "Calls to boxes.", [*of_venue, "call", "said"]),
        upstream_seconds=Histogram(
            "foyer_upstream_seconds", "Time of calls to boxes.", of_venue, buckets=_SECONDS
        ),
    )


class _Waiting:
    """What this process has counted and not yet put into the shared files: a guest's request pays for an addition in
    memory only, and a thread does the rest once a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, ...], float] = {}
        self._thread_of = 0

    def add(self, *key: str, sum: float | None = None) -> None:
        """``key``: the family, its labels, and of a histogram the bucket's place; ``sum`` is added to its sum."""
        with self._lock:
            self._counts[key] = self._counts.get(key, 0.0) + 1
            if sum is not None:
                key = (*key[:-1], "sum")
                self._counts[key] = self._counts.get(key, 0.0) + sum
        if self._thread_of != os.getpid():  # a forked child has no such thread yet
            self._thread_of = os.getpid()
            threading.Thread(target=self._write_on, name="metrics", daemon=True).start()
            atexit.register(self.write)

    def write(self) -> None:
        """Put everything into prometheus-client's values. A full disk costs figures and no guest."""
        with self._lock:
            counts, self._counts = self._counts, {}
        with contextlib.suppress(OSError):
            for (name, *labels), value in counts.items():
                family = getattr(_families(), name)
                if not name.endswith("_seconds"):
                    family.labels(*labels).inc(value)
                    continue
                child = family.labels(*labels[:-1])  # several observations at once: it has no public way
                (child._sum if labels[-1] == "sum" else child._buckets[int(labels[-1])]).inc(value)

    def _write_on(self) -> None:
        while True:
            time.sleep(PAUSE)
            self.write()


PAUSE = 1.0
"""Seconds."""
_served: ContextVar[tuple[str, str]] = ContextVar("served", default=("", ""))
_waiting = _Waiting()


def _observe(name: str, *labels: str, seconds: float) -> None:
    _waiting.add(name, *labels, str(bisect_left(_SECONDS, seconds)), sum=seconds)
