"""What goes into a gateway and what comes out: a :class:`RequestContext`, a :class:`Step`.

The journey turns the step into a response; a gateway never renders a login page and never sets a cookie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_wtf import FlaskForm

from portal.errors import StateLost
from portal.languages import Language
from portal.session import GuestSession, PendingSignIn
from portal.venues.venue import Venue


@dataclass(frozen=True)
class RequestContext:
    """One request of one guest. ``base`` is our own absolute address without a final slash, ``now`` unix seconds,
    ``address`` the guest's network address, ``offered`` the languages of the menu, ``given`` the names in
    the query, also of those that stand twice with different values and are therefore not in ``query``. ``guest`` is None when the browser brought no valid state."""

    venue: Venue
    guest: GuestSession | None
    language: Language
    base: str
    address: str
    now: float
    query: Mapping[str, str] = field(default_factory=dict)
    offered: Sequence[Language] = ()
    given: frozenset[str] = frozenset()

    def with_session(self, guest: GuestSession) -> RequestContext:
        """The same request of a guest who is a step further."""
        return replace(self, guest=guest)

    @property
    def known(self) -> GuestSession:
        """The guest; raises :class:`StateLost` when the browser brought no valid state."""
        if self.guest is None:
            raise StateLost("no state")
        return self.guest


@dataclass(frozen=True)
class SignInMethod:
    """One way of signing in, as the login page shows it.

    ``title`` is its line when closed, ``heading`` the page's when it is open (default: the venue's), ``submit`` the button, ``form`` a bound form, ``template`` how it looks.
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
    heading: Any = ""


@dataclass(frozen=True)
class Banner:
    """What a gateway has to show on top of the login page. ``script_src`` are the sources of its scripts, ``hosts`` the
    origins that it loads from: both are allowed on a page with it, and nowhere else."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    script_src: Sequence[str] = ()
    hosts: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """What comes next for a guest; ``guest`` is the state after it."""

    guest: GuestSession


@dataclass(frozen=True)
class SignIn(Step):
    """The login page. ``notice`` is a sentence about what went wrong (ours, translated); ``upstream_message`` the box's own
    text, shown as it comes; ``errors`` binds messages to inputs of the way ``way``; ``retry_after`` are the seconds of a header of that name."""

    notice: Any = ""
    notice_title: Any = ""
    upstream_message: str = ""
    way: str = ""
    errors: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    status: int = 200
    retry_after: int = 0


@dataclass(frozen=True)
class Ready(Step):
    """The method is chosen and the user exists: post-auth hops come now, then :meth:`Gateway.authorize`."""

    pending: PendingSignIn


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
class Success(Step):
    """The guest is online. ``notice`` is a sentence about what went wrong, ``disconnect`` the address of a route of
    the gateway's own that takes the guest offline by POST. ``left`` is the time left in words and ``until`` its end;
    ``ticket`` (what was taken) and ``facts`` (details that are folded away) are label and value pairs, ``links`` label
    and address pairs."""

    facts: Sequence[tuple[Any, str]] = ()
    lead: Any = ""
    links: Sequence[tuple[Any, str]] = ()
    greeting: Any = ""
    left: Any = ""
    until: Any = ""
    ticket: Sequence[tuple[Any, str]] = ()
    notice: Any = ""
    disconnect: str = ""


@dataclass(frozen=True)
class Page(Step):
    """A page of the system's own. ``scripts`` are names under ``templates/scripts``; ``script_src`` and
    ``form_action`` and ``frame_src`` are origins that this page alone may use, ``connect`` lets its script ask us.
    ``instead`` is for a template that the venue alone has: what is shown where it fails."""

    template: str
    title: Any
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    scripts: Sequence[str] = ()
    script_src: Sequence[str] = ()
    form_action: Sequence[str] = ()
    frame_src: Sequence[str] = ()
    connect: bool = False
    instead: Step | None = None


@dataclass(frozen=True)
class Message(Step):
    """A sentence with a title, and where to go next (label and address pairs); ``upstream_message`` is the box's own
    text, ``mark`` the icon of ``macros.html`` that stands above the title."""

    title: Any
    text: Any
    links: Sequence[tuple[Any, str]] = ()
    upstream_message: str = ""
    status: int = 200
    mark: str = ""


Outcome = Step
