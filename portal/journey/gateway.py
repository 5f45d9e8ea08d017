"""The contract between the journey and a gateway: what the journey asks. ``docs/gateways.md`` tells how to add one.

The journey knows pages, forms, states and hops; a gateway knows a wire. What not every gateway needs has a default
here, so that a new one brings only what makes it different.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, cast

import click
from flask import Blueprint
from flask_babel import gettext as _
from pydantic import BaseModel

from portal.app_state import app_state
from portal.journey.sample import Sample
from portal.journey.steps import Banner, Message, Outcome, RequestContext, SignInMethod
from portal.session import GuestSession, PendingSignIn, new_session
from portal.venues.records import Integration
from portal.venues.venue import Venue


class Gateway:
    """What a gateway brings. All methods may raise :class:`portal.errors.PortalError`.

    ``name`` is what ``system = `` in a venue file says, and the name of the table there; ``model`` is the model of
    that table; ``venue_example`` is what ``venues new`` writes, with ``{name}``; ``signs_devices`` says that nobody
    can invent a device, since the box has signed for it; ``blueprint`` holds routes of its own, ``commands`` what an
    operator can type. ``session_model`` is the frozen dataclass that it keeps in ``GuestSession.device`` (with
    :func:`portal.session.dump`): a state in which something else stands counts as none.
    """

    name: ClassVar[str]
    model: ClassVar[type[BaseModel]]
    venue_example: ClassVar[str]
    session_model: ClassVar[type | None] = None
    signs_devices: ClassVar[bool] = False

    def __init__(self, blueprint: Blueprint | None = None, commands: Sequence[click.Group] = ()) -> None:
        self.blueprint = blueprint
        self.commands = commands

    def arrive(self, context: RequestContext) -> Outcome:
        """Read the landing URL's query: an arrival, an answer of the box, or a guest who typed the address."""
        raise NotImplementedError

    def ways(self, context: RequestContext) -> Sequence[SignInMethod]:
        """The ways in that this venue offers this guest, the first one open; forms bound to the request if it posts."""
        raise NotImplementedError

    def choose(self, context: RequestContext, way: SignInMethod) -> Outcome:
        """The guest posted this way and its form is valid: usually :class:`portal.journey.steps.Ready`."""
        raise NotImplementedError

    def authorize(self, context: RequestContext, chosen: PendingSignIn) -> Outcome:
        """Every hop is done: take this guest online."""
        raise NotImplementedError

    def unknown_device(self, context: RequestContext) -> Outcome:
        """A page for a guest who typed the address, where only the Wi-Fi itself can say which device this is."""
        guest = context.guest or new_session(context.venue.slug)
        text = _("Switch the Wi-Fi of your device off and on, and open the page that appears.")
        return Message(guest, _("Connect to the Wi-Fi"), text)

    def online(self, context: RequestContext) -> Outcome:
        """The success page; the login page for a guest who is not online."""
        return self.arrive(context)

    def device_of(self, guest: GuestSession) -> str:
        """What limits know this guest's device by; "" where nothing tells it from a new one."""
        return ""

    def claims(self, venue: Venue, query: Mapping[str, str]) -> bool:
        """Whether a link to ``/wings/login…`` without a state is for this venue (a mailed link of Icaro)."""
        return False

    def nameless(self, guest: GuestSession) -> GuestSession:
        """The guest without anything in ``device`` that names somebody: an account, a room, an address. What the form
        held is gone already."""
        return guest

    def hides_details(self, venue: Venue) -> bool:
        """Whether nobody can read an account's secret in what :meth:`authorize` sends through the browser."""
        return False

    def banner(self, context: RequestContext) -> Banner | None:
        """What this guest's login page has to show on top. A gateway that has one shares no login pages."""
        return None

    def login_page_depends_on(self, context: RequestContext) -> Any | None:
        """What of its ``session_model`` the untouched login page shows, everything else left empty (a frozen
        dataclass, ``{}`` for nothing at all): the page is rendered once for all guests who have it in common, and
        for a guest of whom nothing else is known. None = each guest has a page of their own."""
        return None

    def notices(self, context: RequestContext) -> Sequence[str]:
        """Lines for the top of the login page: what is closed today, what a guest should know."""
        return ()

    def form_action(self, venue: Venue, guest: GuestSession | None) -> Sequence[str]:
        """Origins that a POST may be redirected to (browsers apply ``form-action`` to the whole chain)."""
        return ()

    def hosts(self, venue: Venue) -> Sequence[str]:
        """Hosts a guest must reach before login, beside the portal's own."""
        return ()

    def checks(self, venue: Venue) -> Sequence[str]:
        """What ``venues check`` tells the operator: assumed names in use, plain http where it hurts."""
        return ()

    def themed(self, venue: Venue, guest: GuestSession | None) -> Venue:
        """The venue as this guest sees it: what its own folder says stands, the hotspot fills the gaps.

        Asked on every page, so it must be quick and must not raise.
        """
        return venue

    def announced_integrations(self, venue: Venue, guest: GuestSession | None) -> Sequence[Integration]:
        """Integrations that this guest visits after those of the venue file. Their keys stay the same from request
        to request. Asked on every page, so it must be quick and must not raise.
        """
        return ()

    def integration_params(self, context: RequestContext, chosen: PendingSignIn | None) -> Mapping[str, str]:
        """What is known of the guest, by Wings' names (``digest uuid sessionid uamip uamport user nasid code email
        num``) and those of ``share`` (``mac ip room first_name last_name``). Names without a value are left out.

        ``user`` is an account's name or id and never a secret; ``code`` is a ticket, voucher or mailed code and
        goes out only where the venue file says so. ``chosen`` is None before the choice.
        """
        return {}

    def sample_guest(self, context: RequestContext) -> GuestSession:
        """A guest that there might be, whose device is known, for :mod:`portal.journey.samples`; asks nobody."""
        return new_session(context.venue.slug)

    def own_pages(self, venue: Venue) -> Collection[str]:
        """Names of templates that the venue's own table names as pages."""
        return ()

    def samples(self, context: RequestContext) -> Sequence[Sample]:
        """Every state of the pages that this gateway alone has, for guests of this venue. ``context`` has the guest
        of :meth:`sample_guest`. A template or an error of the gateway that no sample shows fails a test."""
        return ()


def gateway_of(venue: Venue) -> Gateway:
    """The gateway that a venue speaks to, of the running application."""
    return cast("Gateway", app_state().gateways[venue.system])
