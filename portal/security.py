"""Headers on every answer, hosts and proxies, limits of attempts, and where a guest may be sent."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import re
import time
from collections.abc import Sequence

from flask import Flask, Response, request
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerMinute
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.app_state import app_state
from portal.config import Config
from portal.errors import TooMany

log = logging.getLogger("portal.security")

LARGEST_FORM = 400_000
"""Bytes of a posted form: the longest answer of a box that a browser brings along, percent-encoded in part."""
PER_GUEST = RateLimitItemPerMinute(20)
PER_CODE = RateLimitItemPerMinute(30)
PER_PREFIX = RateLimitItemPerMinute(200)
"""The tickets of a house often begin alike: a guesser must not be able to lock all of them."""
PER_NETWORK = RateLimitItemPerMinute(300)
"""All guests of a hotel often share one address, so a network may do far more than a guest."""


def secure(app: Flask, config: Config) -> None:
    """Trust the proxies and hosts that the operator named, and put the headers on every answer."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    if config.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = list(config.trusted_hosts)
    if config.proxies:
        n = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault(
        "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; form-action 'self'"
    )
    headers.setdefault("Cache-Control", "no-store")
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    return response


def make_limiter(app: Flask, config: Config) -> Limiter:
    """The counters of attempts, in this process's memory or in the store that all processes share.

    We count where something is tried (:func:`count`). Flask-Limiter's own hooks would look for limits on every
    request, a seventh of what a landing page costs: an application that lists the limiter gets none.
    """
    limiter = Limiter(network_of_request, storage_uri=config.ratelimit_storage_uri)
    app.extensions["limiter"] = {limiter}
    limiter.init_app(app)
    return limiter


def network(address: str) -> str:
    """The network that counts as one neighbour: an IPv4 address, the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        host, colon, port = address.rpartition(":")
        return network(host.strip("[]")) if colon and port.isdecimal() else "unknown"
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def network_of_request() -> str:
    """The network that this request comes from."""
    return network(request.remote_addr or "")


def count_attempt(venue: str, device: str, code: str) -> None:
    """Count a post against its guest, its code and its network; raises :class:`TooMany`.

    ``device`` is what the system knows the guest by, ``code`` what was typed as user name, ticket or voucher.
    """
    count(PER_GUEST, venue, device)
    if code := normal_code(code):
        count(PER_CODE, venue, code)
        count(PER_PREFIX, venue, code[:4])
    count(PER_NETWORK, venue, network_of_request())


def count(item: RateLimitItem, *names: str) -> None:
    """One attempt more under these names; raises :class:`TooMany` when there were too many.

    A store that does not answer must not keep a hotel offline: then nothing is counted, and the log says so.
    """
    limiter = app_state().limiter
    key = ("foyer", str(item), *names)
    try:
        if limiter.limiter.hit(item, *key):
            return
        reset = limiter.limiter.get_window_stats(item, *key).reset_time
    except limiter.storage.base_exceptions as error:
        log.warning("limits cannot be counted: %s", type(error).__name__)
        return
    raise TooMany("limit", max(1, int(reset - time.time()) + 1))


def first_time(seconds: int, *names: str) -> bool:
    """Whether nobody has asked for these names before, in any process; remembered for ``seconds``.

    A store that does not answer must not keep a hotel offline: then everything is new, and the log says so.
    """
    storage = app_state().limiter.storage
    key = "foyer-once-" + hashlib.sha256("\0".join(names).encode()).hexdigest()
    try:
        return storage.incr(key, seconds) == 1
    except storage.base_exceptions as error:
        log.warning("what was used up cannot be remembered: %s", type(error).__name__)
        return True


def normal_code(text: str) -> str:
    """A code as people mean it: without blanks and dashes, in one case."""
    return re.sub(r"[\s\-‐-―_.]", "", text).casefold()[:64]


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
