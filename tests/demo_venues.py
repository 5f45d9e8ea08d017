"""The demo's venues as files that speak to nobody: for tests, sweeps and screenshots that only look at pages."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from flask import Flask

from portal import create_app
from portal.config import Config
from portal.simulators.demo import VENUES
from tests.house import KEY

NOBODY = "http://nobody.example"


def app_of_demo_venues(folder: Path) -> Flask:
    """The portal with every venue of the demo, in a folder of its own; no box runs."""
    for source in sorted(one for one in VENUES.iterdir() if (one / "venue.toml").is_file()):
        shutil.copytree(source, folder / source.name)
        file = folder / source.name / "venue.toml"
        file.write_text(re.sub(r"\$\{\w+\}", NOBODY, file.read_text(encoding="utf-8")), encoding="utf-8")
    return create_app(Config(folder, (KEY,), demo=True))
