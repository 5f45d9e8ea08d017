"""Headers on every answer, hosts and proxies, and the network that a request comes from."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.clean_requests import CleanRequests, FormRequest
from portal.config import Config
from portal.short_addresses import ShortAddresses
from portal.urls import is_origin

LARGEST_FORM = 400_000
"""Bytes of a posted form: the longest answer of a box that a browser brings along, percent-encoded in part."""


def secure(app: Flask, config: Config) -> None:
    """Trust the proxies and hosts that the operator named, and put the headers on every answer."""
    app.request_class = FormRequest
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM
    if config.trusted_hosts:
        app.config["TRUSTED_HOSTS"] = [*config.trusted_hosts, *config.hosts]
    if config.hosts:
        app.wsgi_app = ShortAddresses(app.wsgi_app, config.hosts)  # type: ignore[method-assign]
    if config.proxies:
        n = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.wsgi_app = CleanRequests(app.wsgi_app)  # type: ignore[method-assign]
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


def policy(
    style: str,
    scripts: Sequence[str],
    form_action: Sequence[str],
    connect: bool = False,
    hosts: Sequence[str] = (),
    frame_src: Sequence[str] = (),
) -> str:
    """The Content-Security-Policy of a page; ``form_action`` and ``frame_src`` are origins beside our own, ``connect``
    lets its script ask us, ``hosts`` are origins that a banner loads pictures and data from. A source that is no plain origin is
    left out: part of it may be a guest's or a box's word."""
    form_action = [one for one in form_action if is_origin(one)]
    scripts = [one for one in scripts if one == "'self'" or one.startswith("'sha256-") or is_origin(one)]
    hosts = [one for one in hosts if is_origin(one)]
    frame_src = [one for one in frame_src if is_origin(one)]
    asked = [*(["'self'"] if connect else []), *hosts]
    parts = [
        "default-src 'none'",
        f"style-src {style}" if style else "",
        " ".join(["img-src 'self' data:", *hosts]),
        f"script-src {' '.join(dict.fromkeys(scripts))}" if scripts else "",
        f"connect-src {' '.join(asked)}" if asked else "",
        f"frame-src {' '.join(frame_src)}" if frame_src else "",
        "form-action " + " ".join(dict.fromkeys(["'self'", *form_action])),
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    return "; ".join(filter(None, parts))
