"""One state of one page, for those who look at pages and not at guests: tests, screenshots, previews, template checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flask import Response

from portal.journey.steps import RequestContext, Step


class Group(StrEnum):
    """Under which heading a sample stands, in the order in which a guest meets the pages."""

    SIGN_IN = "Sign in"
    TICKETS = "Tickets"
    INTEGRATIONS = "Integrations"
    ONLINE = "Online"
    TEXTS = "Texts"
    TROUBLE = "Trouble"


@dataclass(frozen=True)
class Sample:
    """``name`` is for addresses and file names, ``title`` for people (English). ``show`` makes the page from a context
    whose guest is :meth:`portal.journey.gateway.Gateway.sample_guest`, by the same call as the product, and asks no
    other server. ``posted`` is the form that the guest has just sent, ``path`` the page's own under the venue."""

    name: str
    title: str
    group: Group
    show: Callable[[RequestContext], Step | Response]
    posted: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
