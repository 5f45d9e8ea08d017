"""From a step to a response: where every system's answers become pages."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from flask import Response, redirect
from flask_babel import gettext as _
from markupsafe import Markup

from portal.errors import PortalError
from portal.guest import Guest
from portal.house import house
from portal.journey import hop_pages, hops, pages
from portal.journey.system import Online, Outcome, Page, Post, Ready, Redirect, SignIn, Visit, Way
from portal.journey.visits import dressed, make_visit
from portal.values import origin

log = logging.getLogger("portal.journey")
NOBODY = Guest(venue="", visit="", began=0)


def respond(visit: Visit, outcome: Outcome) -> Response:
    """Answer a request with what its step says."""
    visit = _after(visit, outcome.guest)
    match outcome:
        case Ready(guest, chosen):
            waiting = hops.choose(guest, chosen)
            if hop_pages.due(visit, waiting):
                return respond(visit, hop_pages.towards(visit, waiting, "next"))
            return respond(visit, house().system_of(visit.venue).admit(visit, chosen))
        case Redirect(guest, url):
            token = house().seal.close(guest, visit.now)
            return pages.remember(redirect(url.replace(pages.PLACE, token), 303, Response), token)  # type: ignore[arg-type]
        case SignIn():
            return sign_in(visit, outcome)
        case Online():
            return online(visit, outcome)
        case Post():
            return hand_over(visit, outcome)
        case Page():
            return _page(visit, outcome)
    raise TypeError(outcome)


def _after(visit: Visit, guest: Guest) -> Visit:
    """The same request with the guest as the step left it."""
    old = visit.guest or NOBODY
    if (guest.language, guest.offered, guest.wishes) == (old.language, old.offered, old.wishes):
        return replace(visit, guest=guest, venue=dressed(visit.venue, guest))
    return replace(make_visit(visit.venue, guest), query=visit.query)


def sign_in(visit: Visit, step: SignIn) -> Response:
    """The login page: every way that the venue offers, the one that needs attention open.

    An integration that comes before the choice takes its place until the guest was there.
    """
    if hop := hop_pages.due(visit, step.guest, hops.PRE):
        return hop_pages.consent(visit, step.guest, hop, notice=step.notice, box_says=step.box_says)
    system = house().system_of(visit.venue)
    actions = tuple(system.form_action(visit.venue, step.guest))
    if step.fresh is None:
        response = _sign_in(visit, step, actions).response(visit, step.guest)
        if step.retry_after:
            response.headers["Retry-After"] = str(step.retry_after)
        return response
    frame = (pages.path_here(visit), visit.language, tuple(visit.offered), pages.has_cookie())
    known = (*frame, actions, step.fresh)
    rendered = house().login_pages.get(known)
    if rendered is None:
        rendered = house().login_pages[known] = _sign_in(visit, step, actions)
    return rendered.shared_response(visit, step.guest)


def _sign_in(visit: Visit, step: SignIn, actions: Sequence[str]) -> pages.Rendered:
    ways = house().system_of(visit.venue).ways(visit)
    ways = _opened([_with_errors(way, step) for way in ways])
    return pages.render(
        visit,
        "sign_in.html",
        visit.venue.text("heading", visit.language) or _("Connect to the Wi-Fi"),
        status=step.status,
        guest=step.guest,
        script_src=[source for way in ways for source in way.script_src],
        form_action=actions,
        ways=ways,
        lead=visit.venue.text("lead", visit.language),
        about=Markup(visit.venue.about),  # noqa: S704  cleaned by the system that dressed the venue
        notice=step.notice,
        box_says=step.box_says,
    )


def _with_errors(way: Way, step: SignIn) -> Way:
    if way.name != step.way:
        return way
    for name, messages in step.errors.items():
        if name in way.form:
            way.form[name].errors = [*way.form[name].errors, *messages]
    return replace(way, open=True)


def _opened(ways: Sequence[Way]) -> list[Way]:
    """Exactly one way is open: the first that has errors, else the first that asks for it, else the first."""
    wrong = next((way for way in ways if way.form.errors), None)
    wanted = wrong or next((way for way in ways if way.open), ways[0] if ways else None)
    return [replace(way, open=way is wanted) for way in ways]


def online(visit: Visit, step: Online) -> Response:
    """The page after success: a full navigation, so that phones test the network again."""
    return pages.show(
        visit,
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
    )


def hand_over(visit: Visit, step: Post) -> Response:
    """A form to the box that the browser carries there."""
    return pages.show(
        visit,
        "hand_over.html",
        _("One moment"),
        guest=step.guest,
        scripts=["submit"],
        form_action=[origin(step.url)],
        url=step.url,
        fields=list(step.fields.items()),
        lead=_("You are being connected. If nothing happens, continue by hand."),
    )


def _page(visit: Visit, step: Page) -> Response:
    return pages.show(
        visit,
        step.template,
        step.title,
        status=step.status,
        guest=step.guest,
        scripts=step.scripts,
        script_src=step.script_src,
        form_action=step.form_action,
        connect=step.connect,
        **step.context,
    )


def problem(visit: Visit, error: PortalError, links: Sequence[tuple[str, str]] = ()) -> Response:
    """The page of an error, in the venue's own dress."""
    log.info("problem venue=%s kind=%s reason=%s", visit.venue.slug, type(error).__name__, error.reason)
    if not links:
        links = [(_("Back to the start"), pages.with_state(visit, f"/{visit.venue.slug}/"))]
    return pages.show(
        visit,
        "message.html",
        error.title,
        status=error.status,
        guest=visit.guest,
        text=error.text,
        links=links,
        box_says="",
    )
