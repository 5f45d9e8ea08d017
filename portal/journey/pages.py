"""What all pages share: the frame, the headers, the guest's token as cookie and hidden input."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, make_response, request
from flask_babel import gettext as _
from markupsafe import Markup

from portal import themes
from portal.compression import takes_gzip
from portal.drawings import drawing_of
from portal.errors import PortalError
from portal.guest import Guest
from portal.house import house
from portal.journey.dress import environment_of
from portal.journey.packed import pack
from portal.journey.system import Visit
from portal.languages import Language

COOKIE = "guest"
LONGEST_COOKIE = 3800
PLACE = "place-of-the-token-" + os.urandom(8).hex()
"""Stands in rendered pages where the guest's token goes; no guest can know it."""
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


@cache
def script(name: str) -> str:
    """The text of a small script; it stands inline, allowed by its hash."""
    return (SCRIPTS / f"{name}.js").read_text().strip()


@dataclass(frozen=True)
class Rendered:
    """A page that lacks only the guest's token: it may serve every guest for whom all else is the same."""

    html: str
    policy: str
    status: int = 200

    def response(self, visit: Visit, guest: Guest | None) -> Response:
        """The page for this guest, with its cookie and its headers."""
        token = house().seal.close(guest, visit.now) if guest else ""
        return self._dressed(Response(self.html.replace(PLACE, token), self.status, content_type=HTML), token)

    def shared_response(self, visit: Visit, guest: Guest) -> Response:
        """The same for a page that many guests get: compressed once for all of them."""
        token = house().seal.close(guest, visit.now)
        text = self.html.replace(PLACE, token).encode()
        wanted = takes_gzip(request.headers.get("Accept-Encoding", ""))
        packed = pack(self.html, PLACE, len(token)) if wanted else None
        if packed is None:
            return self._dressed(Response(text, self.status, content_type=HTML), token)
        response = Response(packed.with_token(token.encode(), text), self.status, content_type=HTML)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        return self._dressed(response, token)

    def _dressed(self, response: Response, token: str) -> Response:
        response.headers["Content-Security-Policy"] = self.policy
        return remember(response, token)


def show(visit: Visit, template: str, title: Any, *, guest: Guest | None = None, **context: Any) -> Response:
    """Render a page of a venue for a guest; see :func:`render` for the rest."""
    return render(visit, template, title, guest=guest, **context).response(visit, guest)


def render(
    visit: Visit,
    template: str,
    title: Any,
    *,
    status: int = 200,
    guest: Guest | None = None,
    scripts: Sequence[str] = (),
    script_src: Sequence[str] = (),
    form_action: Sequence[str] = (),
    connect: bool = False,
    **context: Any,
) -> Rendered:
    """A page of a venue, with a place for the guest's token and the policy that goes with it."""
    theme, style = visit.venue.file.theme, visit.venue.style
    texts = [script(name) for name in scripts]
    env = environment_of(visit.venue)
    html = env.select_template(themes.template_names(theme, template)).render(
        layout=env.select_template([f"themes/{theme}/layout.html", "base.html"]).name,
        title=title,
        page=_frame(visit, PLACE if guest else "", style.text, texts),
        **context,
    )
    sources = [*map(themes.hash_source, texts), *script_src]
    return Rendered(html, policy(style.source, sources, form_action, connect), status)


def show_plain(language: Language, error: PortalError) -> Response:
    """A page with nobody's name on it, for a URL of no venue."""
    style = themes.style_of("classic")
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
        links=[],
        box_says="",
    )
    response = make_response(html, error.status)
    response.headers["Content-Security-Policy"] = policy(style.source, [], [])
    return response


def remember(response: Response, token: str) -> Response:
    """Set the guest's cookie; a state too large for one travels in the forms alone, and no older one stays."""
    if token and len(token) <= LONGEST_COOKIE:
        response.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=request.is_secure, path="/")
    elif token and has_cookie():
        response.delete_cookie(COOKIE, path="/")
    return response


def policy(style: str, scripts: Sequence[str], form_action: Sequence[str], connect: bool = False) -> str:
    """The Content-Security-Policy of a page; ``form_action`` are origins beside our own, ``connect`` lets its
    script ask us."""
    parts = [
        "default-src 'none'",
        f"style-src {style}" if style else "",
        "img-src 'self' data:",
        f"script-src {' '.join(dict.fromkeys(scripts))}" if scripts else "",
        "connect-src 'self'" if connect else "",
        "form-action " + " ".join(dict.fromkeys(["'self'", *form_action])),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    return "; ".join(filter(None, parts))


def _frame(visit: Visit, token: str, style: str, scripts: Sequence[str]) -> Frame:
    venue, language = visit.venue, visit.language
    file = venue.file
    carried = _carried(token)
    logos = {shade: f"/{venue.slug}/logo/{shade}" for shade in venue.logos}
    terms = _address(visit, "terms", file.terms.url, carried)
    footer = [
        (_("Terms of use"), terms),
        (_("Privacy"), _address(visit, "privacy", file.privacy_url, carried)),
        (_("Imprint"), _address(visit, "imprint", file.imprint_url, carried)),
    ]
    return Frame(
        slug=venue.slug,
        venue_name=venue.name(language),
        language=language,
        language_links=_language_links(visit, carried),
        token=token,
        sign_in=f"/{venue.slug}/sign-in",
        start=f"/{venue.slug}/" + ("?" + urlencode(carried) if carried else ""),
        style=Markup(style),  # noqa: S704  our own file and checked tokens: see themes.own_tokens
        drawing=drawing_of(file.theme),
        logo=logos.get("light", ""),
        logo_dark=logos.get("dark", ""),
        help_text=venue.text("help", language) or file.help.text.of(language, venue.default_language),
        help_url=file.help.url,
        terms_url=terms,
        footer=[link for link in footer if link[1]],
        scripts=[Markup(text) for text in scripts],  # noqa: S704  our own files
    )


def _carried(token: str) -> Mapping[str, str]:
    """The state for our own links, until the cookie has come back."""
    return {} if has_cookie() or not token else {COOKIE: token}


def has_cookie() -> bool:
    """Whether this browser keeps our cookie."""
    return COOKIE in request.cookies


def with_state(visit: Visit, path: str) -> str:
    """A link to a page of ours that does not lose a guest whose browser refuses cookies.

    It holds the place of the token: :func:`show` and a ``Redirect`` step put the token in.
    """
    carried = _carried(PLACE if visit.guest else "")
    return path + ("?" + urlencode(carried) if carried else "")


def _language_links(visit: Visit, carried: Mapping[str, str]) -> list[tuple[Language, str]]:
    """Plain links; until the cookie has come back they carry the guest's state themselves."""
    path = path_here(visit)
    tail = "&" + urlencode(carried) if carried else ""
    return [(language, f"{path}?lang={language.code}{tail}") for language in visit.offered]


def path_here(visit: Visit) -> str:
    """Where a change of language leads: this page if it is one of ours to come back to, else the start."""
    here = request.path.removeprefix(f"/{visit.venue.slug}/").partition("/")[0].replace("callback", "online")
    stays = here in {"terms", "privacy", "imprint", "online", "next"}
    return f"/{visit.venue.slug}/{here if stays else ''}"


def _address(visit: Visit, kind: str, outside: str, carried: Mapping[str, str]) -> str:
    """Where a text of the venue can be read: on a page of ours, else where the venue file says, else nowhere."""
    if any(getattr(text, kind) for text in visit.venue.texts.values()):
        return f"/{visit.venue.slug}/{kind}?" + urlencode({"lang": visit.language.code, **carried})
    return outside
