"""An operator changes a venue while guests are there: nobody sees a half-written or a broken one."""

from __future__ import annotations

import json
import os
import shutil

import pytest
import requests

from portal import create_app
from portal.config import Config
from portal.simulators.server import serve
from portal.venues import served
from tests.house import KEY, write_venues

VENUE = """
name = "{name}"
system = "iacbox"
[iacbox]
url = "https://logon.now/"
secret = "correct horse battery"
sign_in = ["cred"]
"""


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Look for changes with every request."""
    monkeypatch.setattr(served, "PAUSE", 0.0)


class Hotels:
    """Two processes of one host, and the operator."""

    def __init__(self, folder):
        self.folder, self.state = folder / "venues", folder / "state"
        self.write(hotel="Alpenblick", inn="Seehof")

    def write(self, **names):
        write_venues(self.folder, {slug: VENUE.format(name=name) for slug, name in names.items()})

    def config(self, **more):
        return Config(self.folder, (KEY,), state_folder=self.state, **more)

    def process(self, **more):
        return serve(create_app(self.config(**more)))

    def types(self, *words):
        return create_app(self.config(), serves=False).test_cli_runner().invoke(args=list(words))


@pytest.fixture
def hotels(tmp_path):
    return Hotels(tmp_path)


def name_of(url, slug="hotel"):
    """What the login page of a venue says it is, and nothing if it says nothing."""
    answer = requests.get(f"{url}{slug}/", timeout=5)
    found = [name for name in ("Alpenblick", "Seehof", "Neu", "Kurhaus") if name in answer.text]
    return found[0] if answer.status_code == 200 and found else answer.status_code


def readyz(url):
    answer = requests.get(f"{url}readyz", timeout=5)
    return answer.status_code, answer.text


def test_a_change_is_served_when_it_is_reloaded_by_every_process(hotels):
    with hotels.process() as one, hotels.process() as two:
        assert (name_of(one.url), name_of(two.url)) == ("Alpenblick", "Alpenblick")
        hotels.write(hotel="Neu")
        assert (name_of(one.url), name_of(two.url)) == ("Alpenblick", "Alpenblick")
        assert hotels.types("venues", "reload", "hotel").exit_code == 0
        assert (name_of(one.url), name_of(two.url)) == ("Neu", "Neu")
        assert name_of(one.url, "inn") == "Seehof"


def test_a_process_that_starts_takes_the_others_along(hotels):
    with hotels.process() as one:
        hotels.write(hotel="Neu")
        with hotels.process() as two:
            assert (name_of(one.url), name_of(two.url)) == ("Neu", "Neu")


def test_faults_change_nothing_for_guests_also_across_a_restart(hotels, caplog):
    with hotels.process() as one:
        write_venues(hotels.folder, {"hotel": "name = 7"})
        answer = hotels.types("venues", "reload", "hotel")
        assert (answer.exit_code, "fault: venue.toml: name" in answer.output) == (1, True)
        assert "still served what was last good" in answer.output
        assert name_of(one.url) == "Alpenblick"
        assert readyz(one.url)[0] == 503
    with hotels.process() as one:
        assert name_of(one.url) == "Alpenblick"
        status, said = readyz(one.url)
        assert status == 503
        assert "venue=hotel the last good version serves: venue.toml: name" in said
        assert "venue=hotel the last good version goes on serving: venue.toml: name" in caplog.text
        hotels.write(hotel="Neu")
        assert hotels.types("venues", "reload", "hotel").exit_code == 0
        assert name_of(one.url) == "Neu"
        assert readyz(one.url) == (200, "ready\n")


def test_a_venue_that_never_was_good_is_closed_and_opens_when_it_is_mended(hotels):
    write_venues(hotels.folder, {"hotel": "name = 7"})
    with hotels.process() as one:
        assert name_of(one.url) == 503
        assert "venue=hotel closed: " in readyz(one.url)[1]
        hotels.write(hotel="Neu")
        assert hotels.types("venues", "reload", "hotel").exit_code == 0
        assert name_of(one.url) == "Neu"


def test_a_venue_comes_and_goes(hotels):
    with hotels.process() as one:
        hotels.write(kurhaus="Kurhaus")
        assert name_of(one.url, "kurhaus") == 404
        hotels.types("venues", "reload", "kurhaus")
        assert name_of(one.url, "kurhaus") == "Kurhaus"
        shutil.rmtree(hotels.folder / "kurhaus")
        assert name_of(one.url, "kurhaus") == "Kurhaus"
        assert "served no more" in hotels.types("venues", "reload", "kurhaus").output
        assert name_of(one.url, "kurhaus") == 404


def test_a_half_written_template_or_logo_reaches_nobody(hotels):
    files = {"venue.toml": VENUE.format(name="Alpenblick"), "theme/logo.svg": "<svg>old</svg>"}
    files["theme/templates/sign_in.html"] = "<h1>Alpenblick</h1>"
    write_venues(hotels.folder, {"hotel": files})
    with hotels.process() as one:
        assert name_of(one.url) == "Alpenblick"
        own = hotels.folder / "hotel" / "theme"
        (own / "templates" / "sign_in.html").write_text("<h1>{% if")
        (own / "logo.svg").write_text("<svg>new</svg>")
        assert name_of(one.url) == "Alpenblick"
        assert requests.get(f"{one.url}hotel/logo/light", timeout=5).text == "<svg>old</svg>"
        assert hotels.types("venues", "reload", "hotel").exit_code == 1
        assert name_of(one.url) == "Alpenblick"


def test_where_nothing_can_be_kept_the_folder_itself_is_served(hotels, caplog):
    hotels.state.write_text("no folder")
    with hotels.process() as one:
        assert name_of(one.url) == "Alpenblick"
        assert "venue=hotel is served from its own folder" in caplog.text
    assert "send HUP" in hotels.types("venues", "reload", "hotel").output


def test_a_state_folder_that_somebody_emptied_harms_no_guest(hotels):
    with hotels.process() as one, hotels.process() as two:
        shutil.rmtree(hotels.state)
        assert [name_of(portal.url, slug) for portal in (one, two) for slug in ("hotel", "inn")] == [
            "Alpenblick",
            "Seehof",
        ] * 2
        hotels.write(hotel="Neu")
        assert hotels.types("venues", "reload", "hotel").exit_code == 0
        assert (name_of(one.url), name_of(two.url, "inn")) == ("Neu", "Seehof")
        shutil.rmtree(hotels.folder / "inn")
        hotels.types("venues", "reload", "inn")
        assert name_of(one.url, "inn") == 404


def test_copies_are_for_the_portal_alone_and_few(hotels):
    with hotels.process():
        for number in range(5):
            hotels.write(hotel=f"Neu {number}")
            hotels.types("venues", "reload", "hotel")
    kept = hotels.state / "venues"
    assert kept.stat().st_mode & 0o077 == 0
    assert len([path for path in (kept / "hotel").iterdir() if path.is_dir()]) == 2


def test_a_link_that_leads_out_is_a_fault_in_the_copy_too(hotels, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (hotels.folder / "hotel" / "theme").mkdir()
    os.symlink("../../../secret", hotels.folder / "hotel" / "theme" / "logo.svg")
    with hotels.process() as one:
        assert name_of(one.url) == 503


def test_check_for_pipelines_is_json_and_can_do_without_secrets(hotels):
    text = VENUE.format(name="Alpenblick").replace(
        'secret = "correct horse battery"', 'secret_file = "box.key"'
    )
    write_venues(hotels.folder, {"hotel": text})
    told = json.loads(hotels.types("venues", "check", "--json").output)["venues"]
    assert [(one["venue"], one["serves"]) for one in told] == [("hotel", False), ("inn", True)]
    assert told[0]["faults"][0]["key"] == "iacbox.secret_file"
    assert hotels.types("venues", "check", "--offline").exit_code == 0
    write_venues(hotels.folder, {"hotel": text.replace("cred", "crid")})
    assert hotels.types("venues", "check", "--offline").exit_code == 1


def test_a_group_is_kept_with_its_venues(hotels):
    group = 'landing_url = "https://group.example/"\nextends = "../_owner"\n'
    venue = 'extends = "../_group"\n' + VENUE.format(name="Alpenblick")
    write_venues(hotels.folder, {"hotel": venue, "_group": group, "_owner": 'brand = "#7a2e1f"\n'})
    with hotels.process() as one:
        assert name_of(one.url) == "Alpenblick"
        write_venues(hotels.folder, {"_owner": "brand = 7"})
        assert hotels.types("venues", "reload", "hotel").exit_code == 1
        assert name_of(one.url) == "Alpenblick"
    with hotels.process() as one:
        assert name_of(one.url) == "Alpenblick"
        assert "brand" in readyz(one.url)[1]
