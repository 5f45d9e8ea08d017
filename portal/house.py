"""What every request needs and no request changes: the configuration, the venues, the systems, the seal."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app
from flask_limiter import Limiter
from jinja2.utils import LRUCache

from portal.config import Config
from portal.guest import Seal
from portal.venues import Closed, Venue

if TYPE_CHECKING:
    from portal.journey.pages import Rendered
    from portal.journey.system import System


@dataclass(frozen=True)
class House:
    """Made once by ``create_app``."""

    config: Config
    venues: Mapping[str, Venue | Closed]
    systems: Mapping[str, System]
    seal: Seal
    limiter: Limiter
    login_pages: MutableMapping[Hashable, Rendered] = field(default_factory=lambda: LRUCache(200))

    def system_of(self, venue: Venue) -> System:
        """The system that a venue speaks to."""
        return self.systems[venue.system]


def house() -> House:
    """The house of the running application."""
    found: House = current_app.extensions["portal"]
    return found
