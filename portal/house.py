"""What every request needs and no request changes: the configuration, the venues, the systems, the seal."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import current_app
from flask_limiter import Limiter
from jinja2.utils import LRUCache

from portal.config import Config
from portal.guest import Seal
from portal.systems import Systems
from portal.venues import Closed, Venue

if TYPE_CHECKING:
    from portal.journey.pages import Rendered
    from portal.journey.system import System


def new_page_cache() -> MutableMapping[Hashable, Rendered]:
    """Some hundred pages of text, safe between threads, the least used one leaves first."""
    return cast("MutableMapping[Hashable, Rendered]", LRUCache(200))


@dataclass(frozen=True)
class House:
    """Made once by ``create_app``."""

    config: Config
    venues: Mapping[str, Venue | Closed]
    systems: Systems
    seal: Seal
    limiter: Limiter
    login_pages: MutableMapping[Hashable, Rendered] = field(default_factory=new_page_cache)

    def system_of(self, venue: Venue) -> System:
        """The system that a venue speaks to."""
        return self.systems[venue.system]


def house() -> House:
    """The house of the running application."""
    found: House = current_app.extensions["portal"]
    return found
