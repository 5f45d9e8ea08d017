"""The wheel is all that an operator needs: installed in an empty environment, ``foyer serve`` takes a guest online."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.bench import free_port
from tests.gateways.iacbox.inn import inn
from tests.guest import Guest
from tests.house import KEY
from tests.server import started

ROOT = Path(__file__).resolve().parent.parent
HEAVIEST = 12_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy of what is in the checkout: building leaves traces. Needs no network: setuptools is here."""
    out = tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        if not name.startswith("tests/") and (ROOT / name).is_file():
            target = out / "source" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "-w", str(out), str(out / "source")], check=True, timeout=300)
    (found,) = out.glob("foyer-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment that holds the wheel; what it needs comes from the one that runs the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    (lib,) = folder.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(lib)
    others = [path for path in sys.path if path.endswith("site-packages")]
    (lib / "others.pth").write_text("\n".join(others))
    foyer = folder / "bin" / "foyer"
    foyer.write_text(f"#!{folder}/bin/python\nfrom portal.__main__ import main\nmain()\n")
    foyer.chmod(0o755)
    return foyer


def test_the_wheel_holds_pages_skins_scripts_and_languages(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "portal/templates/base.html",
        "portal/templates/cards.html",
        "portal/templates/scripts/submit.js",
        "portal/static/base.css",
        "portal/static/themes/classic/theme.css",
        "portal/translations/ar/LC_MESSAGES/messages.mo",
        "portal/translations/zh_Hant_TW/LC_MESSAGES/messages.mo",
        "portal/shared_store/take.lua",
        "portal/simulators/templates/start.html",
    ):
        assert name in names
    assert not [
        name for name in names if name.startswith(("tests/", "translations/")) or name.endswith(".po")
    ]
    assert wheel.stat().st_size < HEAVIEST


def test_the_sources_hold_what_the_page_for_operators_speaks_of(wheel):
    build = "from setuptools import build_meta; print(build_meta.build_sdist('..'))"
    source = wheel.parent / "source"
    said = subprocess.run(
        [sys.executable, "-c", build], cwd=source, capture_output=True, text=True, check=True
    )
    with tarfile.open(wheel.parent / said.stdout.split()[-1]) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    page = (ROOT / "docs" / "operate.md").read_text()
    files = set(re.findall(r"\bdeploy/[\w.-]+\w", page)) | {"docs/operate.md", "constraints.txt", "setup.cfg"}
    assert files - names == set()
    assert not [name for name in names if name.startswith("tests/")]


def test_an_installed_wheel_takes_a_guest_online(installed, tmp_path):
    with inn(tmp_path / "venues") as one:
        port = free_port()
        environ = {"PORTAL_VENUES": str(tmp_path / "venues"), "PORTAL_SECRET_KEY": KEY}
        environ |= {"PORTAL_STATE": str(tmp_path / "state"), "PORTAL_LOG": "json"}
        url = f"http://127.0.0.1:{port}/"
        one.box.point_at(f"{url}hotel/", f"{url}hotel/callback")
        with started([str(installed), "serve"], port, tmp_path, environ):
            guest = Guest(url, cookies=False, goes_on=True).opens(one.start()).chooses_language("fr")
            assert guest.page.html["lang"] == "fr"
            guest.chooses_language("en").fills(username="gast", password="willkommen")
            guest.presses(way="cred").sees("You are online")
        assert one.online()


def test_foyer_says_which_version_it_is_and_what_it_can(installed, tmp_path):
    said = subprocess.run([installed, "--version"], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert said.stdout.startswith("foyer, version 0.")
    environ = {**os.environ, "PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY}
    said = subprocess.run(
        [installed, "venues", "new", "inn"], capture_output=True, text=True, env=environ, cwd=tmp_path
    )
    assert said.returncode == 0, said.stderr
    assert "foyer venues check inn" in said.stdout


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("portal/translations/it/LC_MESSAGES/messages.mo", "catalogues of it are not compiled"),
        ("portal/templates/sign_in.html", "templates/sign_in.html: missing"),
    ],
)
def test_an_installation_that_is_not_whole_does_not_start(installed, tmp_path, lost, said):
    (lib,) = installed.parent.parent.glob("lib/python*/site-packages")
    kept = (lib / lost).read_bytes()
    (lib / lost).unlink()
    try:
        answer = subprocess.run(
            [installed, "serve"],
            capture_output=True,
            text=True,
            timeout=60,
            cwd=tmp_path,
            env={
                **os.environ,
                "BIND": f"127.0.0.1:{free_port()}",
                "PORTAL_VENUES": str(tmp_path),
                "PORTAL_SECRET_KEY": KEY,
            },
        )
    finally:
        (lib / lost).write_bytes(kept)
    assert answer.returncode != 0
    assert answer.stderr.count(said) == 1
