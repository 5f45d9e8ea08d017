"""From a step to a response: where every system's answers become pages."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from flask import Response, current_app, redirect
from flask_babel import gettext as _
from jinja2 import TemplatesNotFound
from markupsafe import Markup

from portal import metrics
from portal.app_state import app_state
from portal.errors import PortalError
from portal.integrations import hops
from portal.journey import hop_pages, pages
from portal.journey.gateway import gateway_of
from portal.journey.page_cache import PageCache
from portal.journey.request_context import make_context, themed
from portal.journey.steps import (
    Message,
    Outcome,
    Page,
    Post,
    Ready,
    Redirect,
    RequestContext,
    SignIn,
    SignInMethod,
    Success,
)
from portal.session import GuestSession, PendingSignIn, dump
from portal.urls import origin

log = logging.getLogger("portal.journey")
NOBODY = GuestSession(venue="", session_id="")


def respond(context: RequestContext, outcome: Outcome) -> Response:
    """Answer a request with what its step says."""
    context = _after(context, outcome.guest)
    metrics.outcome(context.venue.slug, context.venue.system, type(outcome).__name__.lower())
    match outcome:
        case Ready(guest, chosen):
            waiting = hops.choose(guest, chosen)
            if hop := hop_pages.due(context.with_session(waiting)):
                return respond(context, hop_pages.onwards(context.with_session(waiting), hop))
            return respond(context, authorize(context, chosen))
        case Redirect(guest, url):
            return _redirect(context.with_session(guest), url)
        case SignIn():
            return sign_in(context, outcome)
        case Success():
            return online(context, outcome)
        case Post():
            return hand_over(context, outcome)
        case Page():
            return _page(context, outcome)
        case Message():
            return message(context, outcome)
    raise TypeError(outcome)


def authorize(context: RequestContext, chosen: PendingSignIn) -> Outcome:
    """Every hop is done: the gateway takes the guest online. The sign-in waits no longer, whatever comes of it: who
    is offline again later is not let in by it."""
    return gateway_of(context.venue).authorize(context.with_session(context.known.but(pending=None)), chosen)


def _redirect(context: RequestContext, url: str) -> Response:
    """303, the state in the cookie; to a page of ours without one where no cookie would hold it."""
    guest = context.known
    token = app_state().codec.dumps(guest, context.now)
    response = cast("Response", redirect(url, 303))
    if url.startswith("/") and not (pages.has_cookie() and pages.fits_cookie(response, token)):
        return pages.here(guest, url)
    return pages.remember(response, token)


def _after(context: RequestContext, guest: GuestSession) -> RequestContext:
    """The same request with the guest as the step left it."""
    old = context.guest or NOBODY
    if (guest.language, guest.offered, guest.wishes) == (old.language, old.offered, old.wishes):
        return replace(context, guest=guest, venue=themed(context.venue, guest))
    return replace(make_context(context.venue, guest), query=context.query)


def sign_in(context: RequestContext, step: SignIn) -> Response:
    """The login page: every way that the venue offers, the one that needs attention open.

    An integration that comes before the choice takes its place until the guest was there.
    """
    here = context.with_session(step.guest)
    if hop := hop_pages.due(here, hops.PRE):
        if not (step.notice or step.upstream_message or hop_pages.needs_consent(here, hop)):
            return hop_pages.leave(context.with_session(hops.leave(step.guest, hop)), hop)
        return hop_pages.consent(here, hop, notice=step.notice, upstream_message=step.upstream_message)
    if not (step.notice or step.errors) and (waited := hop_pages.awaited(here)):
        step = replace(step, notice=hop_pages.unfinished(waited))
    gateway = gateway_of(context.venue)
    actions = tuple(gateway.form_action(context.venue, step.guest))
    shared = _shared(context, step)
    if shared is None:
        response = _sign_in(context, step, actions).response(context, step.guest)
        if step.retry_after:
            response.headers["Retry-After"] = str(step.retry_after)
        return response
    key = (pages.path_here(context), pages.has_cookie(), context.language, actions, repr(shared))
    cache: PageCache = current_app.extensions["login pages"]
    page = cache.get(key)
    if page is None:
        blank = replace(context, guest=shared, query={}, given=frozenset(), address="")
        page = pages.SharedPage(_sign_in(blank, replace(step, guest=shared), actions))
        cache.keep(key, page)
    return page.response(context, step.guest)


def _shared(context: RequestContext, step: SignIn) -> GuestSession | None:
    """The guest whom the page is rendered for when it may serve others too; None when it may not.

    Nothing is known of this guest but what all of them have in common, and that is the page's key: so whatever a
    gateway or a template does, no page can show one guest's data to another.
    """
    guest = step.guest
    if (
        step != SignIn(guest)
        or guest.typed
        or guest.accepted
        or context.venue is not app_state().venues[guest.venue]
    ):
        return None
    common = gateway_of(context.venue).login_page_depends_on(context)
    if common is None:
        return None
    return GuestSession(guest.venue, "", guest.language, guest.offered, guest.wishes, device=dump(common))


def _sign_in(context: RequestContext, step: SignIn, actions: Sequence[str]) -> pages.Rendered:
    return sign_in_page(context, step, actions, gateway_of(context.venue).ways(context))


def sign_in_page(
    context: RequestContext, step: SignIn, actions: Sequence[str], ways: Sequence[SignInMethod]
) -> pages.Rendered:
    """The login page with these ways in; ``actions`` are origins that its forms may lead to."""
    ways = opened([_with_errors(way, step) for way in ways])
    banner = gateway_of(context.venue).banner(context.with_session(step.guest))
    allowed = [*(source for way in ways for source in way.script_src), *(banner.script_src if banner else ())]
    heading = next((way.heading for way in ways if way.open), "")
    return pages.render(
        context,
        "sign_in.html",
        heading or context.venue.own_text("heading", context.language) or _("Connect to the Wi-Fi"),
        status=step.status,
        guest=step.guest,
        scripts=["form"],
        script_src=allowed,
        form_action=actions,
        hosts=banner.hosts if banner else (),
        banner=banner,
        ways=ways,
        lead="" if heading else _lead(context, step, ways),
        lines=gateway_of(context.venue).notices(context),
        about=Markup(context.venue.about),  # noqa: S704  cleaned by the system that dressed the venue
        notice=step.notice,
        upstream_message=step.upstream_message,
        notice_title=step.notice_title,
    )


def _lead(context: RequestContext, step: SignIn, ways: Sequence[SignInMethod]) -> Any:
    """The venue's sentence, which speaks of its first way in: for another one the name of that way stands there, and
    for what went wrong it makes room."""
    way = next((one for one in ways if one.open), None)
    if way and way is not ways[0]:
        return way.title
    wrong = step.notice or step.upstream_message or (way and len(way.form.errors) > 1)
    return "" if wrong else context.venue.own_text("lead", context.language)


def _with_errors(way: SignInMethod, step: SignIn) -> SignInMethod:
    if way.name != step.way:
        return way
    for name, messages in step.errors.items():
        if name in way.form:
            way.form[name].errors = [*way.form[name].errors, *messages]
    return replace(way, open=True)


def opened(ways: Sequence[SignInMethod]) -> list[SignInMethod]:
    """Exactly one way is open: the first that has errors, else the first that asks for it, else the first."""
    wrong = next((way for way in ways if way.form.errors), None)
    wanted = wrong or next((way for way in ways if way.open), ways[0] if ways else None)
    return [replace(way, open=way is wanted) for way in ways]


def online(context: RequestContext, step: Success) -> Response:
    """The page after success: a full navigation, so that phones test the network again."""
    return pages.show(
        context,
        "online.html",
        _("You are online"),
        guest=step.guest,
        lead=step.lead or _("You can close this page."),
        facts=step.facts,
        links=step.links,
        greeting=step.greeting,
        left=step.left,
        until=step.until,
        ticket=step.ticket,
        notice=step.notice,
        disconnect=step.disconnect,
    )


def hand_over(context: RequestContext, step: Post) -> Response:
    """A form to the box that the browser carries there."""
    return pages.show(
        context,
        "hand_over.html",
        _("One moment"),
        guest=step.guest,
        scripts=["submit"],
        form_action=[origin(step.url)],
        url=step.url,
        fields=list(step.fields.items()),
        lead=_("You are being connected. If nothing happens, press Continue."),
    )


def _page(context: RequestContext, step: Page) -> Response:
    try:
        return _shown(context, step)
    except TemplatesNotFound:
        if step.instead is None:
            raise
    return respond(context, step.instead)


def _shown(context: RequestContext, step: Page) -> Response:
    return pages.show(
        context,
        step.template,
        step.title,
        status=step.status,
        guest=step.guest,
        scripts=step.scripts,
        script_src=step.script_src,
        form_action=step.form_action,
        frame_src=step.frame_src,
        connect=step.connect,
        **step.values,
    )


def message(context: RequestContext, step: Message) -> Response:
    """A title, a sentence and a way on."""
    return pages.show(
        context,
        "message.html",
        step.title,
        status=step.status,
        guest=step.guest,
        text=step.text,
        links=step.links,
        upstream_message=step.upstream_message,
        mark=step.mark,
    )


def problem(context: RequestContext, error: PortalError, links: Sequence[tuple[str, str]] = ()) -> Response:
    """The page of an error, in the venue's own dress."""
    log.info("problem venue=%s kind=%s reason=%s", context.venue.slug, type(error).__name__, error.reason)
    metrics.error(context.venue.slug, context.venue.system, type(error).__name__)
    if not links:
        links = [(_("Back to the start"), pages.with_state(context, f"/{context.venue.slug}/"))]
    return pages.show(
        context,
        "message.html",
        error.title,
        status=error.status,
        guest=context.guest,
        text=error.text,
        links=links,
        upstream_message="",
        mark="alert",
    )
