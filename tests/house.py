"""A portal on a socket of its own, with venues written for one test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from portal import GATEWAYS, create_app
from portal.config import Config
from portal.simulators.server import Running, serve

KEY = "a-key-for-tests-only-of-32-characters"
Files = Mapping[str, str | bytes]


def write_venues(folder: Path, venues: Mapping[str, str | Files]) -> Path:
    """Venue folders from text: ``{"hotel": "<venue.toml>"}`` or ``{"hotel": {"venue.toml": …, "texts/de.toml": …}}``."""
    for slug, files in venues.items():
        for name, text in ({"venue.toml": files} if isinstance(files, str) else files).items():
            path = folder / slug / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


@contextlib.contextmanager
def running_portal(
    folder: Path, venues: Mapping[str, str | Files], *, port: int = 0, tls: Any = None, **settings: Any
) -> Iterator[Running]:
    """The portal over real HTTP; ``settings`` are those of :class:`portal.config.Config`."""
    gateways = settings.pop("gateways", GATEWAYS)
    config = Config(write_venues(folder, venues), settings.pop("secret_keys", (KEY,)), **settings)
    with serve(create_app(config, gateways), port=port, tls=tls) as running:
        yield running
