"""Every state of the pages of a visit to an integration: the consent, the way there, and what can go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Response

from portal.integrations import hops
from portal.integrations.hops import Hop
from portal.journey import hop_pages
from portal.journey.sample import Group, Sample
from portal.journey.steps import RequestContext
from portal.session import PendingSignIn
from portal.venues.records import Integration
from portal.venues.values import Text

URL = "https://survey.example/start"
LONG = "Any data that you enter is used for the survey alone and deleted after thirty days. " * 8


def samples(context: RequestContext) -> Iterator[Sample]:
    """With an integration of the venue's own where it has one."""
    group = Group.INTEGRATIONS
    yield Sample("consent", "Before the choice: consent", group, consent, path="next")
    yield Sample(
        "consent-after", "After the choice: consent", group, partial(consent, moment=hops.POST), path="next"
    )
    yield Sample(
        "consent-privacy",
        "Consent with privacy terms",
        group,
        partial(consent, privacy="Short terms."),
        path="next",
    )
    yield Sample(
        "consent-long", "Consent with long terms", group, partial(consent, privacy=LONG), path="next"
    )
    posted = {"way": hop_pages.WAY}
    yield Sample("consent-error", "Consent not given", group, _unticked, posted, path="next")
    yield Sample("consent-cancelled", "Not finished over there", group, _cancelled, path="next")
    yield Sample("leave", "On the way", group, _leave, path="leave")


def hop_of(context: RequestContext, moment: str = hops.PRE, privacy: str | None = None) -> Hop:
    """A visit of the venue's first integration, or of one that there might be."""
    record = next(iter(context.venue.file.integrations), None) if privacy is None else None
    if record is None:
        record = Integration(
            name="Guest survey",
            site=URL,
            description=Text.plain("Five questions about your stay, two minutes of your time."),
            privacy=Text.plain(privacy or ""),
            share=("mac", "room", "last_name"),
        )
    urls = {"pre_auth_redirect_url": URL, "post_auth_redirect_url": URL}
    return Hop(record.model_copy(update=urls), moment)


def consent(context: RequestContext, moment: str = hops.PRE, privacy: str | None = None) -> Response:
    """The page that tells who comes next."""
    context = _chosen(context) if moment == hops.POST else context
    return hop_pages.consent(context, hop_of(context, moment, privacy))


def _chosen(context: RequestContext) -> RequestContext:
    guest = context.known.but(pending=PendingSignIn("sample", {"username": "berger"}))
    return context.with_session(guest)


def _unticked(context: RequestContext) -> Response:
    hop = hop_of(context, privacy="Short terms.")
    form = hop_pages.consent_form(context, hop)
    form.validate()
    return hop_pages.consent(context, hop, form=form)


def _cancelled(context: RequestContext) -> Response:
    hop = hop_of(context)
    notice = hop_pages.unfinished(hop)
    return hop_pages.consent(context, hop, notice=notice, upstream_message="HTTP 503")


def _leave(context: RequestContext) -> Response:
    hop = hop_of(context)
    return hop_pages.leave(context.with_session(hops.leave(context.known, hop)), hop)
