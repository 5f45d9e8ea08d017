"""Pages travel gzipped when the browser takes it: a ferry's satellite link counts every kilobyte.

A page holds the guest's token beside what the guest typed; the token is sealed anew with a random nonce for every
response, so its compressed length tells nothing about it (BREACH).
"""

from __future__ import annotations

import zlib
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

SMALLEST = 1000
QUICK = (2, zlib.DEFLATED, 30, 5)
"""Twice as fast as zlib's defaults on a usual page, for 300 bytes more."""
THOROUGH = (9, zlib.DEFLATED, 31, 9)
LARGE = 30_000
"""Bytes from which a page is worth it: a form with every country in it would weigh half as much again."""


def init_app(app: Flask) -> None:
    """Compress HTML on its way out."""
    app.after_request(compress)


@lru_cache(200)
def takes_gzip(header: str) -> bool:
    """Whether an ``Accept-Encoding`` allows gzip; browsers send few different ones."""
    return bool(parse_accept_header(header, Accept)["gzip"])


def compress(response: Response) -> Response:
    """Gzip an HTML answer of some size for a browser that accepts it."""
    if (
        "Content-Encoding" in response.headers
        or response.mimetype != "text/html"
        or response.direct_passthrough
    ):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < SMALLEST or not takes_gzip(request.headers.get("Accept-Encoding", "")):
        return response
    packer = zlib.compressobj(*(QUICK if len(body) < LARGE else THOROUGH))
    response.set_data(packer.compress(body) + packer.flush())
    response.content_encoding = "gzip"
    return response
