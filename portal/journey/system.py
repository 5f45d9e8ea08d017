"""The contract between the journey and a system: what the journey asks, and the steps a system answers.

The journey knows pages, forms, states and hops; a system knows a wire. Data flows one way: a :class:`Visit`
goes in, a :class:`Step` comes out, and the journey turns the step into a response. A system never renders a
login page and never sets a cookie.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import click
from flask import Blueprint
from flask_wtf import FlaskForm
from pydantic import BaseModel

from portal.errors import StateLost
from portal.guest import Chosen, Guest
from portal.languages import Language
from portal.records import Integration
from portal.venues import Venue


@dataclass(frozen=True)
class Visit:
    """One request of one guest. ``base`` is our own absolute address without a final slash, ``now`` unix seconds,
    ``address`` the guest's network address, ``offered`` the languages of the menu, ``given`` the names in
    the query, also of those that stand twice and are therefore not in ``query``. ``guest`` is None when the browser brought no valid state."""

    venue: Venue
    guest: Guest | None
    language: Language
    base: str
    address: str
    now: float
    query: Mapping[str, str] = field(default_factory=dict)
    offered: Sequence[Language] = ()
    given: frozenset[str] = frozenset()

    @property
    def known(self) -> Guest:
        """The guest; raises :class:`StateLost` when the browser brought no valid state."""
        if self.guest is None:
            raise StateLost("no state")
        return self.guest


@dataclass(frozen=True)
class Way:
    """One way of signing in, as the login page shows it.

    ``title`` is its line when closed, ``submit`` the button, ``form`` a bound form, ``template`` how it looks.
    ``open`` marks the way that needs attention (errors, a prefilled code). ``extra`` is for the template,
    ``script_src`` the sources of scripts that it names, allowed on pages with this way alone.
    """

    name: str
    title: Any
    submit: Any
    form: FlaskForm
    lead: Any = ""
    template: str = "ways/form.html"
    open: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    script_src: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """What comes next for a guest; ``guest`` is the state after it."""

    guest: Guest


@dataclass(frozen=True)
class SignIn(Step):
    """The login page. ``notice`` is a sentence about what went wrong (ours, translated); ``box_says`` the box's own
    text, shown as it comes; ``errors`` binds messages to inputs of the way ``way``; ``retry_after`` are the seconds of a header of that name. ``fresh`` is the system's word
    that nothing was typed, said or refused yet, and names all that the page depends on beside venue and language:
    such a page is rendered once and serves every guest, each with a token of its own."""

    notice: Any = ""
    box_says: str = ""
    way: str = ""
    errors: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    status: int = 200
    retry_after: int = 0
    fresh: Hashable | None = None


@dataclass(frozen=True)
class Ready(Step):
    """The method is chosen and the user exists: post-auth hops come now, then :meth:`System.admit`."""

    chosen: Chosen


@dataclass(frozen=True)
class Redirect(Step):
    """Send the browser there with 303."""

    url: str


@dataclass(frozen=True)
class Post(Step):
    """A form that the browser carries there: it submits itself, and has a visible button."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Online(Step):
    """The guest is online. ``left`` is the time left in words and ``until`` its end; ``ticket`` (what was taken) and
    ``facts`` (details that are folded away) are label and value pairs, ``links`` label and address pairs."""

    facts: Sequence[tuple[Any, str]] = ()
    lead: Any = ""
    links: Sequence[tuple[Any, str]] = ()
    greeting: Any = ""
    left: Any = ""
    until: Any = ""
    ticket: Sequence[tuple[Any, str]] = ()


@dataclass(frozen=True)
class Page(Step):
    """A page of the system's own. ``scripts`` are names under ``templates/scripts``; ``script_src`` and
    ``form_action`` are origins that this page alone may use, ``connect`` lets its script ask us."""

    template: str
    title: Any
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    scripts: Sequence[str] = ()
    script_src: Sequence[str] = ()
    form_action: Sequence[str] = ()
    connect: bool = False


Outcome = Step


class System(Protocol):
    """What a system brings. All methods may raise :class:`portal.errors.PortalError`."""

    @property
    def name(self) -> str:
        """What ``system = `` in a venue file says, and the name of the table there."""

    @property
    def model(self) -> type[BaseModel]:
        """The model of the table."""

    @property
    def blueprint(self) -> Blueprint | None:
        """Routes of its own, if it needs any."""

    @property
    def commands(self) -> Sequence[click.Group]:
        """What an operator can type."""

    def arrive(self, visit: Visit) -> Outcome:
        """Read the landing URL's query: an arrival, an answer of the box, or a guest who typed the address."""

    def ways(self, visit: Visit) -> Sequence[Way]:
        """The ways in that this venue offers this guest, the first one open; forms bound to the request if it posts."""

    def choose(self, visit: Visit, way: Way) -> Outcome:
        """The guest posted this way and its form is valid: usually :class:`Ready`."""

    def admit(self, visit: Visit, chosen: Chosen) -> Outcome:
        """Every hop is done: take this guest online."""

    def online(self, visit: Visit) -> Outcome:
        """The feedback page."""

    def claims(self, venue: Venue, query: Mapping[str, str]) -> bool:
        """Whether a link to ``/wings/login…`` without a state is for this venue (a mailed link of Icaro)."""

    def form_action(self, venue: Venue, guest: Guest | None) -> Sequence[str]:
        """Origins that a POST may be redirected to (browsers apply ``form-action`` to the whole chain)."""

    def hosts(self, venue: Venue) -> Sequence[str]:
        """Hosts a guest must reach before login, beside the portal's own."""

    def findings(self, venue: Venue) -> Sequence[str]:
        """What ``venues check`` tells the operator: assumed names in use, plain http where it hurts."""


@runtime_checkable
class Dresses(Protocol):
    """A system whose hotspots bring texts and colours of their own; a system need not."""

    def dressed(self, venue: Venue, guest: Guest | None) -> Venue:
        """The venue as this guest sees it: what its own folder says stands, the hotspot fills the gaps.

        Asked on every page, so it must be quick and must not raise.
        """


@runtime_checkable
class Announces(Protocol):
    """A system whose boxes name integrations by themselves; a system need not."""

    def announced(self, venue: Venue, guest: Guest | None) -> Sequence[Integration]:
        """Integrations that this guest visits after those of the venue file. Their keys stay the same from request
        to request. Asked on every page, so it must be quick and must not raise.
        """


@runtime_checkable
class Carries(Protocol):
    """A system that has something to tell an integration about its guests; a system need not."""

    def carried(self, visit: Visit, chosen: Chosen | None) -> Mapping[str, str]:
        """What is known of the guest, by Wings' names (``digest uuid sessionid uamip uamport user nasid code email
        num``) and those of ``share`` (``mac ip room first_name last_name``). Names without a value are left out.

        ``user`` is an account's name or id and never a secret; ``code`` is a ticket, voucher or mailed code and
        goes out only where the venue file says so. ``chosen`` is None before the choice.
        """
