"""The other files of ``deploy/``: what they name exists, and what they promise of safety they keep."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from portal import metrics
from portal.config import from_environment
from tests.deploy.proxy import DEPLOY
from tests.house import KEY

CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
COMPOSE = (DEPLOY / "compose.yaml").read_text()


def known_settings(text):
    """The settings of ours that a file sets."""
    return set(re.findall(r"\b(PORTAL_[A-Z_]+?)(?:_FILE)?\b(?==|:)", text))


COMMAND = (DEPLOY / "foyer.sh").read_text()


@pytest.mark.parametrize("text", [CONTAINERFILE, COMPOSE, COMMAND, (DEPLOY / "foyer.service").read_text()])
def test_every_setting_that_a_file_sets_exists(tmp_path, text):
    good = {"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY}
    examples = {
        "PORTAL_PROXIES": "1",
        "PORTAL_LOG": "json",
        "PORTAL_STORE": "",
        "PORTAL_STATE": str(tmp_path),
    }
    names = known_settings(text)
    assert names
    from_environment({name: examples.get(name, "x") for name in names} | good)


def test_the_command_for_root_has_the_settings_of_the_service(tmp_path):
    environment, shown = tmp_path / "environment", tmp_path / "foyer"
    environment.write_text("PORTAL_VENUES=/etc/foyer/venues\nPORTAL_PROXIES=1\n")
    shown.write_text("#!/bin/sh\nenv; echo $*\n")
    shown.chmod(0o755)
    script = COMMAND.replace("/etc/foyer/environment", str(environment)).replace(
        "/opt/foyer/bin/foyer", str(shown)
    )
    said = subprocess.run(["sh", "-c", script, "foyer", "venues", "check"], capture_output=True, text=True)
    unit = (DEPLOY / "foyer.service").read_text()
    (state,) = re.findall(r"^Environment=(PORTAL_STATE=.*)", unit, re.MULTILINE)
    (key,) = re.findall(r"^LoadCredential=secret-key:(.*)", unit, re.MULTILINE)
    lines = said.stdout.splitlines()
    assert {"PORTAL_PROXIES=1", state, f"PORTAL_SECRET_KEY_FILE={key}"} <= set(lines)
    assert lines[-1] == "venues check"


def test_the_container_runs_as_nobody_important_from_named_images():
    stages = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    assert len(stages) == 2
    assert all(":" in stage and not stage.endswith(":latest") for stage in stages)
    last = CONTAINERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (?!root|0\b)\w+", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert re.search(r'^CMD \["foyer", "serve"\]', last, re.MULTILINE)
    assert "--mount=type=secret" in CONTAINERFILE or "SECRET_KEY=" not in CONTAINERFILE
    assert not re.search(r"apt-get upgrade|curl .*\| *sh|chmod 777", CONTAINERFILE)


def test_the_compose_file_drops_what_nobody_needs():
    images = re.findall(r"image: (\S+)", COMPOSE)
    assert images
    assert all(":" in image and not image.endswith("latest") for image in images)
    for service in ("portal", "store"):
        own = re.search(rf"^  {service}:\n(.*?)(?=^  \w|^\w)", COMPOSE, re.MULTILINE | re.DOTALL)[1]
        assert "read_only: true" in own
        assert "cap_drop: [ALL]" in own
        assert "ports:" not in own


def test_the_caddyfile_shows_monitors_nothing():
    text = (DEPLOY / "Caddyfile").read_text()
    assert "respond @private 404" in text
    assert "path /readyz /metrics" in text


def test_the_unit_is_sound_and_hardened(tmp_path):
    text = (DEPLOY / "foyer.service").read_text()
    unit = tmp_path / "foyer.service"
    unit.write_text(text.replace("/opt/foyer/bin/foyer", "/bin/true"))
    tried = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert (tried.returncode, tried.stderr) == (0, "")
    told = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)], capture_output=True, text=True
    )
    score = float(re.search(r"exposure level for \S+: ([\d.]+)", told.stdout)[1])
    assert score < 2


def test_the_dashboard_asks_for_figures_that_there_are():
    panels = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    labels = {"venues": {"state"}, "store_up": set()}
    for name, (_meaning, named) in metrics.FAMILIES.items():
        labels[name] = {"le", *named}
    for panel in panels:
        for target in panel["targets"]:
            (name,) = set(re.findall(r"foyer_(\w+?)(?:_total|_bucket|_count|_sum)?\b", target["expr"]))
            grouped = ",".join(re.findall(r"by \(([^)]*)\)", target["expr"]))
            used = re.findall(r"(\w+)=~?\"|(\w+)!=", target["expr"].replace("\\", ""))
            shown = re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])
            asked_for = {*grouped.replace(" ", "").split(","), *(a or b for a, b in used), *shown} - {""}
            assert asked_for <= labels[name], panel["title"]
    asked = set(re.findall(r"foyer_\w+", json.dumps(panels)))
    known = {f"foyer_{name}" for name in ("venues", "store_up")}
    for name in metrics.FAMILIES:
        kinds = ("_bucket", "_count", "_sum") if name.endswith("_seconds") else ("_total",)
        known |= {f"foyer_{name}{kind}" for kind in kinds}
    assert asked <= known
