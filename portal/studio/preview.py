"""The preview as a WSGI application around the portal: everything under a random token is ours, the rest the portal's.

What the pages in the frames ask for beside themselves (logo, photo, style of nobody's) the portal answers as it would
for a guest; but nothing can be posted, so no frame signs anybody in anywhere.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from portal.journey.sample_pages import page_of
from portal.languages import BY_CODE, Language
from portal.studio.frames import SCHEMES, SIZES, facts_of, frame_of
from portal.studio.venue_on_show import Seen, VenueOnShow

PAGE = Path(__file__).parent / "page"
FILES = {"": "text/html", "preview.css": "text/css", "preview.js": "text/javascript"}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
LONGEST_WAIT = 20.0
"""Seconds that a question for news is kept open."""


class Preview:
    """The application; ``token`` is the first part of every address of ours."""

    def __init__(self, show: VenueOnShow, token: str = "") -> None:
        self.show = show
        self.token = token or secrets.token_urlsafe(24)
        self._facts = lru_cache(64)(self._facts_of)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        first, _slash, rest = request.path.lstrip("/").partition("/")
        if secrets.compare_digest(first.encode(), self.token.encode()):
            return self._ours(request, rest)(environ, start_response)
        if request.method not in ("GET", "HEAD"):
            return Response("Nothing can be sent from a preview.\n", 403)(environ, start_response)
        hosts = self.show.state.config.trusted_hosts
        if hosts:
            environ["HTTP_HOST"] = hosts[0].lstrip(".")
        return self.show.app.wsgi_app(environ, start_response)

    def _ours(self, request: Request, path: str) -> Response | HTTPException:
        answer: Response | HTTPException
        if path in FILES:
            answer = Response(
                (PAGE / (path or "preview.html")).read_bytes(), content_type=f"{FILES[path]}; charset=utf-8"
            )
            answer.headers["Content-Security-Policy"] = POLICY
        elif path == "generation":
            known = request.args.get("known", 0, int)
            answer = _json(self.show.newer(known, LONGEST_WAIT))
        elif path == "state":
            answer = _json(self._state())
        elif path == "facts":
            language, scheme = self._language(request), _scheme(request)
            answer = _json(self._facts(self.show.seen, language.code, scheme))
        elif path.startswith("frame/"):
            answer = self._frame(request, path.removeprefix("frame/"))
        else:
            answer = NotFound()
        if isinstance(answer, Response):
            answer.headers["Cache-Control"] = "no-store"
            answer.headers["Referrer-Policy"] = "no-referrer"
            answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    def _state(self) -> dict[str, Any]:
        seen = self.show.seen
        venue = seen.venue
        return {
            "generation": seen.generation,
            "name": venue.name(venue.default_language) if venue else self.show.slug,
            "slug": self.show.slug,
            "languages": [(one.code, one.native, one.tag) for one in venue.languages] if venue else [],
            "language": venue.default_language.code if venue else "en",
            "samples": [(one.name, one.title, one.group) for one in seen.samples],
            "faults": seen.faults,
            "notes": seen.notes,
        }

    def _facts_of(self, seen: Seen, code: str, scheme: str) -> dict[str, Any]:
        if seen.venue is None:
            return {}
        with self.show.app.app_context():
            pages = [page_of(sample, seen.venue, BY_CODE[code]) for sample in seen.samples]
        return {page.sample.name: asdict(facts_of(page, scheme)) for page in pages}

    def _frame(self, request: Request, name: str) -> Response | HTTPException:
        seen = self.show.seen
        sample = next((one for one in seen.samples if one.name == name), None)
        if sample is None or seen.venue is None:
            return NotFound()
        size = request.args.get("size", 100, int)
        with self.show.app.app_context():
            page = page_of(sample, seen.venue, self._language(request))
        frame = frame_of(page, _scheme(request), size if size in SIZES else SIZES[0])
        response = Response(frame.html, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = frame.policy
        return response

    def _language(self, request: Request) -> Language:
        venue = self.show.seen.venue
        wanted = BY_CODE.get(request.args.get("lang", ""))
        offered = venue.languages if venue else ()
        return wanted if wanted in offered and wanted else venue.default_language if venue else BY_CODE["en"]


def _scheme(request: Request) -> str:
    wanted = request.args.get("scheme", "")
    return wanted if wanted in SCHEMES else SCHEMES[0]


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json")
