"""Imports run one way: wsgi, portal, systems, journey, and then what they all stand on."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from portal.systems import Systems

ROOT = Path(__file__).resolve().parent.parent / "portal"
SYSTEMS = ("iacbox", "ucopia", "icaro")
FILES = sorted(ROOT.rglob("*.py"))


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def uses(file: Path, *packages: str) -> list[str]:
    return sorted(
        name for name in imported(file) if any(name == one or name.startswith(one + ".") for one in packages)
    )


def part(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_imports_only_what_lies_below_it(file):
    mine = part(file)
    others = [f"portal.{name}" for name in SYSTEMS if name != mine]
    if mine == "simulators":
        # The runner of the demo serves the portal; no pretend box knows a system.
        above = [] if file.name == "demo.py" else ["portal.journey", "portal.integrations"]
        assert uses(file, *(f"portal.{name}" for name in SYSTEMS), *above) == []
    elif mine in SYSTEMS:
        assert uses(file, *others, "portal.simulators") == []
    elif mine not in ("__init__",):
        assert uses(file, *(f"portal.{name}" for name in SYSTEMS), "portal.simulators") == []


@pytest.mark.parametrize(
    "file",
    [
        f
        for f in FILES
        if part(f)
        not in (
            *SYSTEMS,
            "journey",
            "integrations",
            "simulators",
            "__init__",
            "commands",
            "house",
            "systems",
            "checkup",
        )
    ],
    ids=lambda f: f.name,
)
def test_the_ground_does_not_know_the_journey(file):
    assert uses(file, "portal.journey", "portal.integrations", "portal.commands") == []


@pytest.mark.parametrize(
    "file",
    [
        f
        for f in FILES
        if f.name in ("protocol.py", "client.py", "names.py", "hops.py", "webhook.py")
        and part(f) != "simulators"
    ],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_a_wire_knows_nothing_of_flask(file):
    assert uses(file, "flask", "werkzeug", "flask_wtf") == []


def test_a_system_is_one_word_in_the_table_of_contents():
    text = (ROOT / "__init__.py").read_text()
    assert f"SYSTEMS = {SYSTEMS!r}".replace("'", '"') in text
    for name in SYSTEMS:
        assert text.count(name) == 1


def test_a_system_is_loaded_when_a_venue_speaks_to_it():
    systems = Systems(("ucopia", "iacbox"))
    assert list(systems) == ["ucopia", "iacbox"]
    assert "iacbox" in systems
    assert systems.in_use() == []
    assert systems["iacbox"].name == "iacbox"
    assert [system.name for system in systems.in_use()] == ["iacbox"]
    with pytest.raises(KeyError):
        systems["icaro"]
