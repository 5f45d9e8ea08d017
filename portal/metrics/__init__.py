"""Figures for Prometheus: what guests of which venue do, how long it takes, what goes wrong. Nothing in them is personal.

Labels are the operator's own words (venue, gateway) and ours (way, outcome, kind). Each process of a host
answers ``/metrics`` for all of them, at most a second late. Not by prometheus-client's own multiprocess mode: it maps files
into memory, and a process that writes into one on a full disk is killed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from portal.metrics.counts import Counts, Key

if TYPE_CHECKING:
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.05, 0.25, 1, 5, 30)
_VENUE = ("venue", "gateway")
FAMILIES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "arrivals": ("Landing pages opened.", _VENUE),
    "ways": ("Ways in that were tried.", (*_VENUE, "way")),
    "outcomes": ("Answers to guests, by kind.", (*_VENUE, "outcome")),
    "errors": ("What went wrong, by kind.", (*_VENUE, "kind")),
    "upstream_calls": ("Calls to boxes.", (*_VENUE, "call", "said")),
    "request_seconds": ("Time to answer.", _VENUE),
    "upstream_seconds": ("Time of calls to boxes.", _VENUE),
}
"""What is counted: its meaning and its labels. Times are histograms, all else counters."""
_served: ContextVar[tuple[str, str]] = ContextVar("served", default=("", ""))


def share(state: Path) -> None:
    """Count together with all processes that this one starts; to be called before anything is counted."""
    _counts.share(state / "metrics")


def arrival(venue: str, gateway: str) -> None:
    """Somebody opened the landing page."""
    _count("arrivals", venue, gateway)


def way(venue: str, gateway: str, name: str) -> None:
    """A way in was chosen and filled out well enough to be tried."""
    _count("ways", venue, gateway, name)


def outcome(venue: str, gateway: str, name: str) -> None:
    """What a guest was answered with: ``signin``, ``success``, ``redirect``, ``post``, ``page``, ``ready``."""
    _count("outcomes", venue, gateway, name)


def error(venue: str, gateway: str, kind: str) -> None:
    """What went wrong, by the name of its class (:mod:`portal.errors`): ``Unreachable``, ``TooMany``, ``StateLost`` …"""
    _count("errors", venue, gateway, kind)


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
    _count("upstream_calls", *served(), name, said)
    _observe("upstream_seconds", *served(), seconds=seconds)


def exposition(figures: Iterable[tuple[str, str, float]]) -> bytes:
    """All that was counted, as Prometheus reads it; ``figures`` (name, what it is, value) are those of this moment."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    counted = CollectorRegistry()
    counted.register(_Told(_counts.of_all()))
    now = CollectorRegistry()
    families: dict[str, Gauge] = {}
    for name, meaning, value in figures:
        family, _, label = name.partition(":")
        if family not in families:
            families[family] = Gauge(family, meaning, ["state"] if label else [], registry=now)
        (families[family].labels(label) if label else families[family]).set(value)
    return generate_latest(counted) + generate_latest(now)


class _Told:
    """What prometheus-client calls a collector, over counts by family, labels and, of a histogram, the bucket's place."""

    def __init__(self, counts: Mapping[Key, float]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        """Every family, with what was counted of it."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        for name, (meaning, labels) in FAMILIES.items():
            own = {key[1:]: value for key, value in self._counts.items() if key[0] == name}
            if not name.endswith("_seconds"):
                counter = CounterMetricFamily(f"foyer_{name}", meaning, labels=labels)
                for values, number in own.items():
                    counter.add_metric(values, number)
                yield counter
                continue
            histogram = HistogramMetricFamily(f"foyer_{name}", meaning, labels=labels)
            for values in dict.fromkeys(key[:-1] for key in own):
                histogram.add_metric(values, list(_buckets(own, values)), own.get((*values, "sum"), 0.0))
            yield histogram


def _buckets(counts: Mapping[Key, float], values: Key) -> Iterator[tuple[str, float]]:
    """The upper bounds of a histogram and how many were at most so long."""
    total = 0.0
    for place, bound in enumerate([*map(float, _SECONDS), float("inf")]):
        total += counts.get((*values, str(place)), 0.0)
        yield ("+Inf" if bound == float("inf") else str(bound)), total


_counts = Counts()


def _count(name: str, *labels: str) -> None:
    _counts.add({(name, *labels): 1})


def _observe(name: str, *labels: str, seconds: float) -> None:
    place = str(bisect_left(_SECONDS, seconds))
    _counts.add({(name, *labels, place): 1, (name, *labels, "sum"): seconds})
