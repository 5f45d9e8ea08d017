"""Every state of the pages that all gateways share. What one gateway alone shows stands in its own ``samples.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Response
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import MethodNotAllowed, NotFound

from portal.errors import PortalError, TooMany
from portal.journey import attempt_limits, error_pages, flow, moments, pages, views
from portal.journey.forms import typed_into
from portal.journey.gateway import gateway_of
from portal.journey.sample import Group, Sample
from portal.journey.steps import (
    Message,
    Post,
    RequestContext,
    SignIn,
    SignInMethod,
    Step,
    Success,
)

BOX_SAYS = "Your ticket has expired. (Code 4711)"
LONG = "Aaaaaaaaaaaa-Bbbbbbbbbbbbbbbb-Cccccccccccccccccccccc 1234567890"
ELSEWHERE = "https://www.example.org/"


def samples(context: RequestContext) -> Iterator[Sample]:
    """All of them for this venue, in a guest's order."""
    yield Sample("sign-in", "First screen", Group.SIGN_IN, lambda one: SignIn(one.known))
    ways = gateway_of(context.venue).ways(context)
    for number, way in enumerate(ways):
        yield from _of_way(way, number)
    yield Sample("refused", "Refused, in our words", Group.SIGN_IN, partial(_refused, way=_first(ways)))
    yield Sample(
        "refused-by-box",
        "Refused, in the box's words",
        Group.SIGN_IN,
        lambda one: SignIn(one.known, upstream_message=BOX_SAYS, way=_first(ways)),
    )
    yield Sample("too-many", "Too many attempts", Group.SIGN_IN, partial(_too_many, way=_first(ways)))
    yield Sample("unknown-device", "A device nobody knows", Group.SIGN_IN, _unknown)
    yield Sample("hand-over", "On the way to the box", Group.SIGN_IN, _hand_over)
    yield Sample("online", "Online", Group.ONLINE, _online, path="online")
    yield Sample("online-plain", "Online, nothing more known", Group.ONLINE, _plain, path="online")
    yield Sample("online-fault", "Online, but leaving failed", Group.ONLINE, _not_left, path="online")
    yield Sample("disconnected", "Disconnected", Group.ONLINE, _disconnected)
    for kind in ("terms", "privacy", "imprint"):
        if context.venue.text(kind, context.language):
            yield Sample(kind, kind.title(), Group.TEXTS, partial(views.text_page, kind=kind), path=kind)
    yield from _troubles(context)


def _of_way(way: SignInMethod, number: int) -> Iterator[Sample]:
    with force_locale("en"):
        words = str(way.title)
    if number:
        yield Sample(f"way-{way.name}", words, Group.SIGN_IN, partial(_open, way=way.name))
    needed = [field for field in way.form if field.flags.required]
    for name, title, most in (("one-error", "one mistake", 1), ("errors", "all mistakes", 99))[: len(needed)]:
        show = partial(_errors, way=way.name, most=most)
        yield Sample(f"{way.name}-{name}", f"{words}: {title}", Group.SIGN_IN, show, {"way": way.name})


def _first(ways: Sequence[SignInMethod]) -> str:
    return ways[0].name if ways else ""


def _open(context: RequestContext, way: str) -> Step:
    return SignIn(context.known, way=way)


def _errors(context: RequestContext, way: str, most: int) -> Step:
    """The form as it comes back after nothing at all was filled in; of ``most`` inputs the mistakes are told."""
    posted = next(one for one in gateway_of(context.venue).ways(context) if one.name == way)
    posted.form.validate()
    wrong = [(name, messages) for name, messages in posted.form.errors.items() if name]
    guest = context.known.but(typed=typed_into(posted.form, way))
    return SignIn(guest, way=way, errors=dict(wrong[:most]), status=422)


def _refused(context: RequestContext, way: str) -> Step:
    return SignIn(context.known, notice=PortalError.text, way=way)


def _too_many(context: RequestContext, way: str) -> Step:
    error = TooMany("sample", 240)
    told = attempt_limits.told(error)
    return SignIn(context.known, told, error.title, way=way, status=error.status, retry_after=240)


def _unknown(context: RequestContext) -> Step:
    return gateway_of(context.venue).unknown_device(replace(context, guest=None))


def _hand_over(context: RequestContext) -> Step:
    return Post(context.known, "http://box.example/login", {"username": "sample", "response": "0123456789"})


def _online(context: RequestContext) -> Step:
    facts = [(_("IP address"), "192.168.4.27"), (_("Network"), LONG)]
    return Success(
        context.known,
        facts=facts,
        left=moments.duration(5100),
        until=moments.until(int(context.now) + 5100, int(context.now), None),
        ticket=[(_("Ticket"), "Premium"), (_("Price"), "9.00 EUR")],
        links=[(_("Continue to the internet"), ELSEWHERE)],
        greeting=_("Welcome, %(name)s.", name="\u2068Maximiliane Hohenberger-Wiśniewska\u2069"),
        disconnect=f"/{context.venue.slug}/leave",
    )


def _plain(context: RequestContext) -> Step:
    return Success(context.known)


def _not_left(context: RequestContext) -> Step:
    notice = _("You could not be disconnected. Switch off the Wi-Fi of your device.")
    return Success(context.known, notice=notice, disconnect=f"/{context.venue.slug}/leave")


def _disconnected(context: RequestContext) -> Step:
    again = pages.with_state(context, f"/{context.venue.slug}/")
    links = [(_("Connect again"), again)]
    return Message(
        context.known,
        _("You are disconnected"),
        _("You can close this page."),
        links,
        upstream_message=BOX_SAYS,
        mark="off",
    )


def _troubles(context: RequestContext) -> Iterator[Sample]:
    """A page for each error that there is, so that a new one stands here by itself; the same words once."""
    seen = set()
    for kind in _kinds(PortalError, context.venue.system):
        words = str(kind.title), str(kind.text)
        if words not in seen:
            seen.add(words)
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()
            title = f"{kind.__name__} ({kind.status})"
            yield Sample(f"error-{name}", title, Group.TROUBLE, partial(_error, kind=kind))
    yield Sample(
        "error-404", "No such page (404)", Group.TROUBLE, partial(_http, error=NotFound), path="nowhere"
    )
    yield Sample("error-405", "Wrong method (405)", Group.TROUBLE, partial(_http, error=MethodNotAllowed))
    yield Sample("error-plain", "A page of no venue (404)", Group.TROUBLE, _of_no_venue)


def _kinds(root: type[PortalError], system: str) -> Iterator[type[PortalError]]:
    """The errors of the portal and of this gateway, without those of others."""
    ours, gateways = f"portal.gateways.{system}.", "portal.gateways."
    if root.__module__.startswith(ours) or not root.__module__.startswith(gateways):
        yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind, system)


def _error(context: RequestContext, kind: Any) -> Response:
    error = kind.__new__(kind)
    PortalError.__init__(error, "sample")
    links = [(_("Back to the start"), pages.with_state(context, f"/{context.venue.slug}/"))]
    return flow.problem(context, error, links)


def _http(context: RequestContext, error: Any) -> Response:
    return error_pages.http_error(error())


def _of_no_venue(context: RequestContext) -> Response:
    return pages.show_plain(context.language, PortalError("sample"))
