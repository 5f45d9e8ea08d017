"""What all pages share: the frame, the headers, the guest's token as cookie and hidden input.

How a state travels. A browser that has sent our cookie back gets the state in the cookie and in forms, nowhere else. On
the first page, and in a browser that keeps no cookies, forms carry it, a redirect to a page of ours is that page
itself (:func:`here`), and the plain links (languages, terms, back to the start) carry a handle (:mod:`.link_state`): so
no address holds a state, for proxies write addresses down. A browser that keeps cookies never takes a state from a
link, nor does one that says another site led here.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, make_response, request
from flask_babel import gettext as _
from markupsafe import Markup

from portal import whom_to_ask
from portal.app_state import app_state
from portal.compression import takes_gzip
from portal.errors import PortalError
from portal.journey.link_state import LENGTH as HANDLE
from portal.journey.link_state import handle_of
from portal.journey.packed import Packed, filled, pack
from portal.journey.steps import RequestContext
from portal.journey.templating import render_template
from portal.languages import Language
from portal.security import policy
from portal.session import GuestSession
from portal.venues import themes
from portal.venues.drawings import drawing_of
from portal.venues.venue import Venue

COOKIE = "guest"
HANDED_ON = "foyer.guest"
"""Where a request that we make of another one carries its guest; no client can set it."""
LONGEST_HEADERS = 3_500
"""Bytes of all headers of an answer: a stock nginx takes 4 kB, and calls more a bad gateway."""
OTHER_HEADERS = 500
"""What servers, and what is put on every answer, add to those that a page has by now."""
TOKEN_PLACEHOLDER = "place-of-the-token-" + os.urandom(8).hex()
"""Stands in rendered pages where the guest's token goes; no guest can know it."""
HANDLE_PLACEHOLDER = "place-of-the-handle-" + os.urandom(8).hex()
"""The same in links, until a cookie has come back."""
MOST_PACKED = 3
"""Lengths of a token that a page is kept packed for: first arrivals have few."""
HTML = "text/html; charset=utf-8"
NOTHING = Markup("")
SCRIPTS = themes.ROOT / "templates" / "scripts"


@dataclass(frozen=True)
class Frame:
    """What ``base.html`` needs beside the page's own context."""

    language: Language
    style: Markup
    slug: str = ""
    venue_name: str = ""
    language_links: Sequence[tuple[Language, str]] = ()
    token: str = ""
    sign_in: str = ""
    start: str = "/"
    drawing: Markup = NOTHING
    photo: str = ""
    logo: str = ""
    logo_dark: str = ""
    help_text: str = ""
    help_url: str = ""
    terms_url: str = ""
    footer: Sequence[tuple[str, str]] = ()
    scripts: Sequence[Markup] = ()
    captive: bool = False


@cache
def script(name: str) -> str:
    """The text of a small script without its comments; it stands inline, allowed by its hash."""
    lines = map(str.strip, (SCRIPTS / f"{name}.js").read_text().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@dataclass(frozen=True)
class Rendered:
    """A page that lacks only the guest's token: it may serve every guest for whom all else is the same."""

    html: str
    policy: str
    status: int = 200

    def response(self, context: RequestContext, guest: GuestSession | None) -> Response:
        """The page for this guest, with its cookie and its headers."""
        token = app_state().codec.dumps(guest, context.now) if guest else ""
        html = filled(self.html, values_of(self.html, token))
        return self.dressed(Response(html, self.status, content_type=HTML), token)

    def dressed(self, response: Response, token: str) -> Response:
        """An answer with this page's policy and the guest's cookie."""
        response.headers["Content-Security-Policy"] = self.policy
        return remember(response, token)


def values_of(html: str, token: str) -> dict[str, str]:
    """What a page holds of a guest: the token, and a handle where it has links that need one."""
    values = {TOKEN_PLACEHOLDER: token}
    return values | ({HANDLE_PLACEHOLDER: handle_of(token)} if HANDLE_PLACEHOLDER in html else {})


class SharedPage:
    """A page that many guests get, each with a token of their own: compressed with care once for all of them, but only
    when it is wanted a second time, for that takes as long as rendering it. It is kept compressed alone, a quarter of
    its size: a host with hundreds of venues has hundreds of them, and the text is back in a tenth of a millisecond."""

    def __init__(self, page: Rendered) -> None:
        self._body = zlib.compress(page.html.encode(), 1)
        self._page = replace(page, html="")
        self._uses = 0
        self._packed: dict[int, Packed | None] = {}
        self._places = [TOKEN_PLACEHOLDER, *([HANDLE_PLACEHOLDER] if HANDLE_PLACEHOLDER in page.html else [])]
        self.weight = 2 * len(self._body) + len(page.policy)

    def response(self, context: RequestContext, guest: GuestSession) -> Response:
        """The page for this guest, with its cookie and its headers."""
        token = app_state().codec.dumps(guest, context.now)
        self._uses += 1
        wanted = self._uses > 1 and takes_gzip(request.headers.get("Accept-Encoding", ""))
        packed = self._pack(len(token)) if wanted else None
        values = values_of(self._places[-1], token)
        if packed is None:
            text = filled(zlib.decompress(self._body).decode(), values)
            return self._page.dressed(Response(text, self._page.status, content_type=HTML), token)
        response = Response(packed.with_values(values), self._page.status, content_type=HTML)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        return self._page.dressed(response, token)

    def _pack(self, length: int) -> Packed | None:
        if length not in self._packed:
            if len(self._packed) >= MOST_PACKED:
                self._packed.clear()
            lengths = dict(zip(self._places, (length, HANDLE), strict=False))
            self._packed[length] = pack(zlib.decompress(self._body).decode(), lengths)
        return self._packed[length]


def show(
    context: RequestContext, template: str, title: Any, *, guest: GuestSession | None = None, **values: Any
) -> Response:
    """Render a page of a venue for a guest; see :func:`render` for the rest."""
    return render(context, template, title, guest=guest, **values).response(context, guest)


def render(
    context: RequestContext,
    template: str,
    title: Any,
    *,
    status: int = 200,
    guest: GuestSession | None = None,
    scripts: Sequence[str] = (),
    script_src: Sequence[str] = (),
    form_action: Sequence[str] = (),
    frame_src: Sequence[str] = (),
    connect: bool = False,
    hosts: Sequence[str] = (),
    **values: Any,
) -> Rendered:
    """A page of a venue, with a place for the guest's token and the policy that goes with it."""
    style = context.venue.style
    texts = [script(name) for name in scripts]
    frame = _frame(context, TOKEN_PLACEHOLDER if guest else "", style.text, texts)
    html = render_template(context.venue, template, {"title": title, "page": frame, **values})
    sources = [*map(themes.hash_source, texts), *script_src]
    return Rendered(html, policy(style.source, sources, form_action, connect, hosts, frame_src), status)


@cache
def _plain_style() -> themes.Style:
    """The style of pages with nobody's name on them."""
    return themes.style_of("classic")


def show_plain(language: Language, error: PortalError, links: Sequence[tuple[str, str]] = ()) -> Response:
    """A page with nobody's name on it, for a URL of no venue."""
    style = _plain_style()
    env = current_app.jinja_env
    html = env.get_template("message.html").render(
        layout="base.html",
        title=error.title,
        page=Frame(  # our own files
            language=language,
            style=Markup(style.text),  # noqa: S704
            drawing=drawing_of("classic"),
        ),
        text=error.text,
        links=links,
        upstream_message="",
        mark="alert",
    )
    response = make_response(html, error.status)
    response.headers["Content-Security-Policy"] = policy(style.source, [], [])
    return response


def remember(response: Response, token: str) -> Response:
    """Set the guest's cookie; a state too large for one travels in the forms alone, and no older one stays."""
    if token and fits_cookie(response, token):
        response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    elif token and has_cookie():
        response.delete_cookie(COOKIE, path="/")
    return response


def fits_cookie(response: Response, token: str) -> bool:
    """Whether the headers of an answer stay within :data:`LONGEST_HEADERS` with this token as a cookie."""
    there = sum(len(name) + len(value.encode()) + 4 for name, value in response.headers)
    return there + OTHER_HEADERS + len(token) <= LONGEST_HEADERS


def here(guest: GuestSession, url: str) -> Response:
    """A page of ours as the answer to the request that led to it, without a redirect: for browsers without cookies,
    and for a state that no cookie holds. So no state stands in an address, where proxies write it down."""
    parts = urlsplit(url)
    environ = {
        **{name: value for name, value in request.environ.items() if not name.startswith("werkzeug.")},
        **{"REQUEST_METHOD": "GET", "PATH_INFO": parts.path, "QUERY_STRING": parts.query},
        **{"CONTENT_LENGTH": "0", "CONTENT_TYPE": "", "wsgi.input": BytesIO(), HANDED_ON: guest},
    }
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context(), app.request_context(environ):
        answer: Response = app.full_dispatch_request()
    return answer


def _frame(context: RequestContext, token: str, style: str, scripts: Sequence[str]) -> Frame:
    venue, language = context.venue, context.language
    file = venue.file
    state_query = _state_query(bool(token))
    logos = {shade: f"/{venue.slug}/logo/{shade}" for shade in venue.logos}
    terms = _address(context, "terms", file.terms.url, state_query)
    footer = [
        (_("Terms of use"), terms),
        (_("Privacy"), _address(context, "privacy", file.privacy_url, state_query)),
        (_("Legal notice"), _address(context, "imprint", file.imprint_url, state_query)),
    ]
    return Frame(
        slug=venue.slug,
        venue_name=venue.name(language),
        language=language,
        language_links=_language_links(context, state_query),
        token=token,
        sign_in=f"/{venue.slug}/sign-in",
        start=f"/{venue.slug}/" + ("?" + urlencode(state_query) if state_query else ""),
        style=Markup(style),  # noqa: S704  our own file and checked tokens: see themes.own_tokens
        drawing=NOTHING if venue.photo else drawing_of(file.theme),
        photo=f"/{venue.slug}/photo" if venue.photo else "",
        logo=logos.get("light", ""),
        logo_dark=logos.get("dark", ""),
        help_text=_help_text(venue, language),
        help_url=file.help.url,
        terms_url=terms,
        footer=[link for link in footer if link[1]],
        captive=in_captive_window(request.headers.get("User-Agent", "")),
        scripts=[Markup(text) for text in scripts],  # noqa: S704  our own files
    )


def in_captive_window(user_agent: str) -> bool:
    """Whether this is the small window that a phone or a Mac opens by itself: Android's WebView, or Apple's, which
    calls itself no Safari. It closes without warning, forgets everything and opens no second page."""
    apple = "AppleWebKit/" in user_agent and "Safari/" not in user_agent
    return apple or "; wv)" in user_agent or user_agent.startswith("CaptiveNetworkSupport")


def _help_text(venue: Venue, language: Language) -> str:
    """The venue's own words if it has some in this language; else whom to ask, as its file says."""
    texts = venue.texts.get(language.code)
    own = (
        (texts.help if texts else "")
        or venue.file.help.text.root.get(language.code)
        or venue.file.help.text.root.get("", "")
    )
    if own:
        return own
    if venue.file.help.phone or venue.file.help.model_fields_set & {"who"}:
        return str(whom_to_ask.help_line(venue.file.help.phone))
    return venue.text("help", language) or venue.file.help.text.of(language, venue.default_language)


def _state_query(has_state: bool) -> Mapping[str, str]:
    """The place of the handle in our own links, until the cookie has come back."""
    return {} if has_cookie() or not has_state else {COOKIE: HANDLE_PLACEHOLDER}


def has_cookie() -> bool:
    """Whether this browser keeps our cookie."""
    return COOKIE in request.cookies


def with_state(context: RequestContext, path: str) -> str:
    """A link to a page of ours that does not lose a guest whose browser refuses cookies.

    It holds the place of a handle, which is put in when the page is sent.
    """
    state_query = _state_query(bool(context.guest))
    return path + ("?" + urlencode(state_query) if state_query else "")


def _language_links(context: RequestContext, state_query: Mapping[str, str]) -> list[tuple[Language, str]]:
    """Plain links; until the cookie has come back they carry the guest's state themselves."""
    path = path_here(context)
    tail = "&" + urlencode(state_query) if state_query else ""
    return [(language, f"{path}?lang={language.code}{tail}") for language in context.offered]


def path_here(context: RequestContext) -> str:
    """Where a change of language leads: this page if it is one of ours to come back to, else the start."""
    here = (
        request.path.removeprefix(f"/{context.venue.slug}/").partition("/")[0].replace("callback", "online")
    )
    stays = here in {"terms", "privacy", "imprint", "online", "next"}
    return f"/{context.venue.slug}/{here if stays else ''}"


def _address(context: RequestContext, kind: str, outside: str, state_query: Mapping[str, str]) -> str:
    """Where a text of the venue can be read: on a page of ours, else where the venue file says, else nowhere."""
    if any(getattr(text, kind) for text in context.venue.texts.values()):
        return f"/{context.venue.slug}/{kind}?" + urlencode({"lang": context.language.code, **state_query})
    return outside
