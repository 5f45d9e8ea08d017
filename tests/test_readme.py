"""The README is what a newcomer believes: its examples load, its commands and settings exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal import GATEWAYS, create_app
from portal.config import Config
from portal.gateways import Gateways
from portal.venues.loading import read_venue
from tests.house import KEY, write_venues

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
HEAD = 'name = "X"\nsystem = "iacbox"\n'
REST = '[iacbox]\nurl = "https://logon.now/"\nsecret = "a secret of the box"\n'


def whole(example):
    """An example as a whole venue file."""
    if "secret_file" in example:
        return HEAD + example
    if example.startswith("name") and "iacbox" in example:
        return example + REST
    if "[iacbox.pms]" in example:
        return HEAD + example.replace("[iacbox]\n", REST, 1).replace("…", "pms")
    if "[[integrations]]" in example:
        return HEAD + REST + example.replace("https://…", "https://survey.example/x")
    return example.replace("…", "0")


@pytest.mark.parametrize("example", EXAMPLES, ids=[text.strip().splitlines()[0][:30] for text in EXAMPLES])
def test_an_example_of_a_venue_file_serves(tmp_path, example):
    files = {
        "venue.toml": whole(example),
        "secret": "a secret of the box",
        "texts/en.toml": 'terms = "Be kind."',
        "survey.svg": "<svg/>",
    }
    write_venues(tmp_path, {"hotel": files})
    assert read_venue(tmp_path / "hotel", Gateways(GATEWAYS)).slug == "hotel"


def test_every_setting_is_in_the_table():
    told = set(re.findall(r"^\| `(PORTAL_[A-Z_]+)`", README, re.MULTILINE))
    source = (Path(__file__).resolve().parent.parent / "portal" / "config.py").read_text()
    assert {f"PORTAL_{name}" for name in re.findall(r'read\("([A-Z_]+)"', source)} == told


def test_every_command_exists(tmp_path):
    runner = create_app(Config(tmp_path, (KEY,))).test_cli_runner()
    named = set(re.findall(r"flask --app wsgi ([a-z]+) ([a-z-]+)", README)) - {("pms", "try")}
    assert len(named) > 6
    for group, command in named:
        assert runner.invoke(args=[group, command, "--help"]).exit_code == 0, (group, command)


def test_every_target_of_make_exists():
    makefile = (Path(__file__).resolve().parent.parent / "Makefile").read_text()
    for target in set(re.findall(r"^make (\w+)", README, re.MULTILINE)):
        assert f"\n{target}:" in makefile
