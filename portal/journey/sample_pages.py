"""Samples as pages: the production renderer and the production policy, without a guest and without a box."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from flask import Response, current_app

from portal.app_state import app_state
from portal.integrations import hops
from portal.journey import flow, hop_pages, hop_samples, pages, samples
from portal.journey.gateway import gateway_of
from portal.journey.request_context import make_context
from portal.journey.sample import Sample
from portal.journey.steps import RequestContext
from portal.languages import Language
from portal.venues.venue import Venue


@dataclass(frozen=True)
class SamplePage:
    """A sample as a guest of this venue would see it; ``policy`` is the page's Content-Security-Policy."""

    sample: Sample
    html: str
    policy: str
    status: int


def samples_of(venue: Venue) -> list[Sample]:
    """Every state of every page that guests of this venue can meet: the shared ones, the gateway's own."""
    with _request(venue, venue.default_language) as context:
        found = [
            *samples.samples(context),
            *gateway_of(venue).samples(context),
            *hop_samples.samples(context),
        ]
    order = list(type(found[0].group))
    return sorted(found, key=lambda one: order.index(one.group))


def page_of(sample: Sample, venue: Venue, language: Language) -> SamplePage:
    """The page of a sample; raises what the product would raise, and logs what it would log."""
    with _request(venue, language, sample) as context:
        shown = sample.show(context)
        response = shown if isinstance(shown, Response) else flow.respond(context, shown)
        response.direct_passthrough = False
        policy = response.headers.get("Content-Security-Policy", "")
        return SamplePage(sample, response.get_data(as_text=True), policy, response.status_code)


@contextmanager
def _request(venue: Venue, language: Language, sample: Sample | None = None) -> Iterator[RequestContext]:
    """A request of a guest whose browser keeps cookies, whose device is known, and who has made every visit."""
    path = f"/{venue.slug}/{sample.path if sample else ''}"
    posted = dict(sample.posted) if sample else {}
    hosts = app_state().config.trusted_hosts
    with current_app.test_request_context(
        path,
        base_url=f"https://{hosts[0].lstrip('.') if hosts else 'portal.example'}",
        method="POST" if posted else "GET",
        data=posted or None,
        query_string={"lang": language.code},
        headers={"Cookie": f"{pages.COOKIE}=sample"},
    ):
        first = make_context(venue, None)
        guest = gateway_of(venue).sample_guest(first)
        # Something was typed, so that the page is made for this guest alone and never kept for others.
        guest = guest.but(language=language.code, typed={"sample": "yes"})
        context = replace(make_context(venue, guest), query={}, given=frozenset())
        done = [hop.id for hop in hops.hops_of(hop_pages.integrations_of(context.venue, guest))]
        yield context.with_session(guest.but(hops={"done": done}))
