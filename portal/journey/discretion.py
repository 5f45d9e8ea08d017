"""What a browser sees that came back with a handle alone: the continuation, and nothing of the guest.

A journey goes through somebody else's hands. Where the guest's browser keeps cookies, the journey is worth nothing
without the cookie. A browser without cookies continues with the journey alone, and so could whoever reads it: then
our pages show nothing that was typed and name no account, and no state leaves that would.
"""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _

from portal.journey.gateway import gateway_of
from portal.journey.steps import Message, Outcome, Page, Post, Redirect, RequestContext, SignIn, Success
from portal.session import GuestSession


def nameless(context: RequestContext, guest: GuestSession) -> GuestSession:
    """The guest without what was typed or names anybody; what is known of the device stays."""
    return gateway_of(context.venue).nameless(guest.but(typed={}, pending=None))


def told_nothing(context: RequestContext, outcome: Outcome) -> Outcome:
    """An outcome for a browser that came with a handle alone. Where a page of ours would say more, it is the success
    page, which says only that."""
    guest = nameless(context, outcome.guest)
    match outcome:
        case SignIn() | Redirect() | Message() | Page(template="leave.html"):
            return replace(outcome, guest=guest)
        case Success():
            return replace(outcome, guest=guest, facts=(), greeting="")
        case Post() | Page():
            return Redirect(guest, f"/{context.venue.slug}/online")
    return replace(outcome, guest=guest)


def typed_again(context: RequestContext) -> SignIn:
    """The login page for a guest whose details would pass through the browser readable: they are typed once more,
    and the visit is done."""
    guest = context.known
    notice = _("That step is done. Enter your details again to continue.")
    return SignIn(nameless(context, guest), notice=notice, way=guest.pending.way if guest.pending else "")
