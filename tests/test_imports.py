"""Imports run one way, from what an operator starts down to what everything stands on, without a circle."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from portal.gateways import Gateways

ROOT = Path(__file__).resolve().parent.parent / "portal"
GATEWAYS = ("iacbox", "ucopia", "icaro")
FILES = sorted(ROOT.rglob("*.py"))
MODULES = {
    ".".join(file.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): file
    for file in FILES
}
LAYERS = (
    ("portal", "portal.__main__"),
    ("portal.cli", "portal.studio"),
    ("portal.gateways",),
    ("portal.journey",),
    ("portal.integrations",),
    ("portal.compression", "portal.gunicorn_settings", "portal.monitoring", "portal.security"),
    ("portal.app_state",),
    ("portal.attempts", "portal.limits", "portal.venues"),
    ("portal.config", "portal.http_client", "portal.session", "portal.shared_store"),
    (
        "portal.clean_requests",
        "portal.clock_times",
        "portal.countries",
        "portal.dataclass_json",
        "portal.errors",
        "portal.installation",
        "portal.languages",
        "portal.log_lines",
        "portal.metrics",
        "portal.serving",
        "portal.short_addresses",
        "portal.strict_json",
        "portal.text",
        "portal.urls",
        "portal.whom_to_ask",
    ),
)
"""The first may import everything below, the last nothing but its own kind."""
WIRES = ("protocol.py", "client.py", "wire_names.py", "hops.py", "webhook.py")


def imported(file: Path) -> set[str]:
    """Everything of the portal that a file names in an import, wherever in the file it stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules_of(file: Path) -> set[str]:
    """The modules of the portal that a file needs; of ``from package import module`` the module alone."""
    needed = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            needed |= {alias.name for alias in node.names if alias.name in MODULES}
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            needed |= (inner & set(MODULES)) or {node.module}
    return needed


def layer(module: str) -> int:
    """Where a module stands; the top is 0."""
    rows = [
        number
        for number, names in enumerate(LAYERS)
        if any(
            module == name or (name not in ("portal", "portal.__main__") and module.startswith(name + "."))
            for name in names
        )
    ]
    assert rows, f"{module} stands on no floor of LAYERS: say where it belongs"
    return rows[0]


OURS = [name for name in MODULES if not name.startswith("portal.simulators")]


@pytest.mark.parametrize("module", OURS)
def test_a_module_imports_only_what_lies_below_it_or_beside_it(module):
    upward = [name for name in modules_of(MODULES[module]) if layer(name) < layer(module)]
    assert upward == []


@pytest.mark.parametrize("module", OURS)
def test_a_gateway_does_not_know_another(module):
    mine = module.split(".")[2] if module.startswith("portal.gateways.") else ""
    foreign = [
        name
        for name in modules_of(MODULES[module])
        if name.startswith(("portal.gateways.", "portal.simulators")) and name.split(".")[2:3] != [mine]
    ]
    assert foreign == []


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("portal.simulators")])
def test_a_simulator_knows_nothing_of_the_product(module):
    # The runner of the demo serves the portal; no pretend box knows a gateway.
    allowed = {"portal", "portal.security"} if module.startswith("portal.simulators.demo") else set()
    foreign = {name for name in modules_of(MODULES[module]) if not name.startswith("portal.simulators")}
    assert (
        foreign - allowed - {"portal.config", "portal.languages", "portal.urls", "portal.venues.themes"}
        == set()
    )


def circle_from(start: str, arrows: dict[str, set[str]]) -> list[str]:
    """The way back to a module, if its imports lead back to it."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for name in arrows.get(way[-1], ()):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def test_no_module_leads_back_to_itself():
    arrows = {name: modules_of(file) - {name} for name, file in MODULES.items()}
    circles = [" -> ".join(found) for name in arrows if (found := circle_from(name, arrows))]
    assert circles == []


def test_no_folder_leads_back_to_itself():
    """A folder is a room of the house: two rooms do not need each other."""

    def room(module: str) -> str:
        folder = MODULES[module].parent
        return str(folder.relative_to(ROOT)) if folder != ROOT else module

    arrows: dict[str, set[str]] = {}
    for name, file in MODULES.items():
        arrows.setdefault(room(name), set()).update(map(room, modules_of(file)))
    arrows = {name: others - {name} for name, others in arrows.items()}
    assert [" -> ".join(found) for name in arrows if (found := circle_from(name, arrows))] == []


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if file.name in WIRES and "simulators" not in file.parts],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_a_wire_knows_nothing_of_flask(file):
    assert [name for name in imported(file) if name.split(".")[0] in ("flask", "werkzeug", "flask_wtf")] == []


def test_a_gateway_is_one_word_in_the_table_of_contents():
    text = (ROOT / "__init__.py").read_text()
    assert f"GATEWAYS = {GATEWAYS!r}".replace("'", '"') in text
    for name in GATEWAYS:
        assert text.count(name) == 1


def test_a_gateway_is_loaded_when_a_venue_speaks_to_it():
    gateways = Gateways(("ucopia", "iacbox"))
    assert list(gateways) == ["ucopia", "iacbox"]
    assert "iacbox" in gateways
    assert gateways.in_use() == []
    assert gateways["iacbox"].name == "iacbox"
    assert [gateway.name for gateway in gateways.in_use()] == ["iacbox"]
    with pytest.raises(KeyError):
        gateways["icaro"]
