"""Every error becomes a page that says what happened and what to do next; nothing is a bare 500."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, Response, g, make_response, request
from flask_babel import lazy_gettext as _l
from flask_babel import refresh
from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from portal.app_state import app_state
from portal.errors import PortalError, TooMany
from portal.http_client import Busy
from portal.journey import flow, pages, request_context
from portal.venues.venue import Venue

log = logging.getLogger("portal.journey")


def init_app(app: Flask) -> None:
    """Hang the pages of errors on the application."""
    app.register_error_handler(PortalError, portal_error)
    app.register_error_handler(HTTPException, http_error)
    app.log_exception = log_fault  # type: ignore[method-assign]


def log_fault(exc_info: Any) -> None:
    """A fault of ours, where it is and of which kind; Flask's own line would hold the address."""
    log.error("fault endpoint=%s kind=%s", request.endpoint, exc_info[0].__name__, exc_info=exc_info)


def portal_error(error: PortalError) -> Response:
    """One of our own errors, in the venue's dress where the venue can be known."""
    return _problem(error)


def http_error(error: HTTPException) -> Response:
    """What Flask and Werkzeug raise: no such page, wrong method, too large, a fault of ours."""
    status = error.code or 500
    if "language" not in g:
        g.language = request_context.language_of(_venue(), None)
        refresh()
    if status < 400:
        return make_response(error.get_response())
    if isinstance(error, SecurityError):
        return Response("This host is not served here.\n", 400, content_type="text/plain; charset=utf-8")
    problem = PortalError(type(error).__name__)
    problem.status = status
    if status in (404, 405):
        problem.title = _l("This page does not exist")
        problem.text = _l("Switch the Wi-Fi of your device off and on, and open the page that appears.")
    response = _problem(problem)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _problem(error: PortalError) -> Response:
    venue = _venue()
    response = _in_dress(venue, error) if venue else _without_venue(error)
    if isinstance(error, TooMany | Busy):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Busy) and request.method == "GET":
        # The page tries again by itself, a crowd of them not all at once.
        response.headers["Refresh"] = str(error.retry_after + secrets.randbelow(10))
    return response


def _venue() -> Venue | None:
    """The venue that this request is about; of a path that is none of ours, the first part may name it."""
    slug = (request.view_args or {}).get("venue") or request.path.strip("/").partition("/")[0]
    found = app_state().venues.get(slug)
    return found if isinstance(found, Venue) else None


def _in_dress(venue: Venue, error: PortalError) -> Response:
    """The page in the venue's dress; in nobody's, if a template of the venue is what went wrong."""
    try:
        guest = request_context.guest_of(venue)
    except (PortalError, HTTPException):
        guest = None
    try:
        return flow.problem(request_context.make_context(venue, guest), error)
    except TemplateError as fault:
        log.error("template venue=%s kind=%s", venue.slug, type(fault).__name__)
        return _without_venue(error)


def _without_venue(error: PortalError) -> Response:
    """A page with nobody's name on it."""
    if "language" not in g:
        g.language = request_context.language_of(None, None)
        refresh()
    return pages.show_plain(g.language, error)
