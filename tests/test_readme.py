"""README and docs are what a newcomer believes: their examples load, their commands and settings exist, links lead on."""

from __future__ import annotations

import re
import shlex
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import click
import pytest

from portal import GATEWAYS, config
from portal.__main__ import main
from portal.gateways import Gateways
from portal.venues.loading import read_venue
from tests.house import write_venues

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
}
ALL = "\n".join(PAGES.values())
EXAMPLES = [
    pytest.param(text, id=f"{name} {text.strip().splitlines()[0][:30]}")
    for name, page in PAGES.items()
    for text in re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
]
HEAD = 'name = "X"\nsystem = "{system}"\n'
BOX = '[iacbox]\nurl = "https://logon.now/"\nsecret = "a secret of the box"\n'
CLOUD = '[icaro]\nurl = "https://icaro.example/"\n'
CONTROLLER = '[ucopia]\nurl = "https://controller.example/"\n'


def whole(example):
    """An example as a whole venue file."""
    example = example.replace("https://…", "https://survey.example/x").replace("now/…", "now/pms")
    example = example.replace("…", "0")
    system = next((name for name in ("ucopia", "icaro") if f"[{name}" in example), "iacbox")
    table = {"iacbox": BOX, "icaro": CLOUD, "ucopia": CONTROLLER}[system]
    if not re.search(
        r"^system = ", example.partition("\n[")[0] if not example.startswith("[") else "", re.MULTILINE
    ):
        example = HEAD.format(system=system) + example
    name = re.search(r'system = "(\w+)"', example)[1]
    if not re.search(r"^url = ", example, re.MULTILINE) or (name == "iacbox" and "secret" not in example):
        head = f"[{name}]\n"
        rows = table.removeprefix(head)
        if re.search(r"^url = ", example, re.MULTILINE) and "[iacbox]\n" in example:
            rows = 'secret = "a secret of the box"\n' + (
                "" if own_url(example) else 'url = "https://logon.now/"\n'
            )
        example = example.replace(head, head + rows, 1) if head in example else example + head + rows
    return example


def own_url(example):
    """Whether the table of the box itself has its address."""
    table = example.partition("[iacbox]\n")[2].partition("\n[")[0]
    return bool(re.search(r"^url = ", table, re.MULTILINE))


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_a_venue_file_serves(tmp_path, example):
    is_text = example.startswith(("heading", "lead"))
    files = {
        "venue.toml": whole("" if is_text else example),
        "secret": "a secret of the box",
        "texts/en.toml": example if is_text else 'terms = "Be kind."',
        "survey.svg": "<svg/>",
    }
    write_venues(tmp_path, {"hotel": files, "_group": 'default_language = "de"\n'})
    assert read_venue(tmp_path / "hotel", Gateways(GATEWAYS)).slug == "hotel"


def test_every_setting_is_in_the_table():
    told = set(re.findall(r"^\| `(PORTAL_[A-Z_]+)`", PAGES["operate.md"], re.MULTILINE))
    known = {config.PREFIX + name for name in config._SETTINGS}
    assert known == told
    assert set(re.findall(r"\bPORTAL_[A-Z_]*[A-Z]", ALL)) <= known | {f"{name}_FILE" for name in known}


def commands():
    """Every ``foyer …`` of the pages, up to its first argument."""
    lines = re.findall(r"^\s*(foyer [^\n]+)", ALL, re.MULTILINE) + re.findall(r"`(foyer [^`\n]+)", ALL)
    return sorted({line.split("#")[0].rstrip("\\ ").strip() for line in lines} - {"foyer …", "foyer"})


@pytest.mark.parametrize("line", commands())
def test_every_command_and_its_options_exist(tmp_path, monkeypatch, line):
    monkeypatch.setenv("PORTAL_VENUES", str(tmp_path))
    monkeypatch.setenv("PORTAL_SECRET_KEY", "k" * 32)
    words = shlex.split(
        line.replace("…", "").replace("'", "") if line.count("'") % 2 else line.replace("…", "")
    )[1:]
    with main.make_context("foyer", ["venues"], resilient_parsing=True) as context:
        _look_up(line, words, context)


def _look_up(line, words, context):
    command = main
    while words and isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None or words[0].startswith("<"), f"no such command: {line}"
        if found is None:
            return
        command, context = found, click.Context(found, parent=context, info_name=words.pop(0))
    options = {option for parameter in command.params for option in parameter.opts}
    if command.name != "serve":
        named = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert named - {"--version", "--help"} <= options, line


def test_every_target_of_make_exists():
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"^make (\w+)", ALL, re.MULTILINE)) | {"demo"}:
        assert f"\n{target}:" in makefile


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_files_that_are_there(name):
    folder = ROOT if name == "README.md" else ROOT / "docs"
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGES[name]):
        assert (folder / target).is_file(), f"{name}: {target}"


def test_files_that_pages_name_are_there():
    for path in set(re.findall(r"`((?:deploy|portal|translations)/[\w./-]+\.\w+)`", ALL)):
        assert (ROOT / path).is_file(), path


def test_twenty_symptoms_in_the_words_that_guests_read_and_twelve_recipes():
    symptoms = re.findall(r"^\| \d+ \|([^|]*)\|", PAGES["troubleshooting.md"], re.MULTILINE)
    assert len(symptoms) == 20
    said = (ROOT / "translations" / "messages.pot").read_text().replace('"\n"', "")
    said += (ROOT / "portal" / "journey" / "error_pages.py").read_text()
    quoted = {words for row in symptoms for words in re.findall(r'"([^"]+)"', row)} - {
        "Cancel"
    }  # the phone's own
    assert [words for words in quoted if words not in said] == []
    assert len(re.findall(r"^## \d+\. ", PAGES["cookbook.md"], re.MULTILINE)) == 12


def test_the_readme_is_short_and_the_picture_is_whole():
    assert len(PAGES["README.md"].splitlines()) <= 120
    assert ElementTree.parse(ROOT / "docs" / "architecture.svg").getroot().tag.endswith("svg")
