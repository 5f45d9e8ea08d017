"""The demo's start page: every venue as a phone with its own first page, by gateway, with what to type beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import requests
from flask import Flask, Response, abort, request
from jinja2 import Environment, FileSystemLoader

from portal.languages import LANGUAGES, choose, preferred
from portal.simulators.demo.stands import Stand
from portal.simulators.look import TEMPLATES as LOOK
from portal.venues.themes import hash_source

TEMPLATES = Path(__file__).parents[1] / "templates"
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; sandbox"
)


@dataclass(frozen=True)
class Shop:
    """A venue of the demo as the start page shows it."""

    slug: str
    name: str
    stand: Stand


def add_start_page(app: Flask, shops: Sequence[Shop]) -> None:
    """``/``, and ``/first-page/<venue>`` for the frames on it."""
    env = Environment(loader=FileSystemLoader([TEMPLATES, LOOK]), autoescape=True, trim_blocks=True)
    by_gateway = [
        (name, list(group))
        for name, group in groupby(
            sorted(shops, key=lambda shop: shop.stand.gateway), key=lambda shop: shop.stand.gateway
        )
    ]
    page = env.get_template("start.html").render(gateways=by_gateway)
    style = page.partition("<style>")[2].partition("</style>")[0]
    policy = f"default-src 'none'; style-src {hash_source(style)}; img-src data:; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    stands = {shop.slug: shop.stand for shop in shops}

    @lru_cache(200)
    def first_page(slug: str, language: str) -> str:
        """What a new phone gets at this venue: through its box, as any guest. Scripts have no place in a frame."""
        answer = requests.get(stands[slug].arrive, headers={"Accept-Language": language}, timeout=10)
        return SCRIPT.sub("", answer.text)

    def start() -> Response:
        return Response(page, headers={"Content-Security-Policy": policy})

    def framed(slug: str) -> Response:
        if slug not in stands:
            abort(404)
        language = choose(LANGUAGES, preferred(request.headers.get("Accept-Language")), LANGUAGES[0])
        return Response(first_page(slug, language.tag), headers={"Content-Security-Policy": FRAMED})

    app.add_url_rule("/", "start", start)
    app.add_url_rule("/first-page/<slug>", "first_page", framed)
