"""What an operator prints and puts into a venue's folder: cards, a photo, the list of missing texts."""

from __future__ import annotations

import io

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from portal import create_app
from portal.cli.cards import code_link, join_code
from portal.config import Config
from tests.cli.test_commands import GOOD
from tests.house import KEY, write_venues


@pytest.fixture
def run(tmp_path):
    def call(*words, venues=None):
        app = create_app(Config(write_venues(tmp_path / "venues", venues or {"hotel": GOOD}), (KEY,)))
        return app.test_cli_runner().invoke(args=["venues", *map(str, words)])

    return call


def picture(path, size=(1200, 800), **more):
    """A photo that does not compress well."""
    noise = Image.effect_noise(size, 90).convert("RGB")
    noise.save(path, "JPEG", quality=95, **more)
    return path


def test_a_card_for_every_code_with_a_link_that_fills_it_in(run, tmp_path):
    codes, out = tmp_path / "codes.txt", tmp_path / "cards.html"
    codes.write_text("ALPEN-2024\n\n  SEE&BERG \n", encoding="utf-8")
    said = run(
        "cards", "hotel", "--address", "https://wifi.hotel.example/", "--network", "Hotel <Wi-Fi>",
        "--codes", codes, "--out", out, "--language", "de",
    )  # fmt: skip
    assert said.exit_code == 0, said.output
    assert "a sheet for the wall and 2 cards" in said.output
    page = BeautifulSoup(out.read_text(encoding="utf-8"), "html.parser")
    assert page.html["lang"] == "de"
    assert [one.text for one in page.select(".code")] == ["ALPEN-2024", "SEE&BERG"]
    assert page.select_one(".big").text == "Hotel <Wi-Fi>"
    assert len(page.select("svg")) == 4
    assert not page.find_all(["script", "link", "img", "form"])


def test_what_a_camera_reads():
    assert join_code('Hotel; "Berg"', "a:b,c\\d") == 'WIFI:T:WPA;S:Hotel\\; \\"Berg\\";P:a\\:b\\,c\\\\d;;'
    assert join_code("Open") == "WIFI:T:nopass;S:Open;;"
    assert code_link("https://w.example/", "A&B") == "https://w.example/?code=A%26B"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--address", "wifi.hotel.example"], "is no web address"),
        (["--address", "https://w.example/", "--language", "xx"], "is no language; there are"),
    ],
)
def test_a_card_that_cannot_be_made_says_why(run, words, said):
    answer = run("cards", "hotel", "--network", "Hotel", *words)
    assert answer.exit_code == 1
    assert said in answer.output


def test_a_photo_becomes_small_upright_and_forgets_its_camera(run, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Camera of a guest"
    said = run("photo", "hotel", picture(tmp_path / "lobby.jpg", exif=exif))
    assert said.exit_code == 0, said.output
    made = (tmp_path / "venues" / "hotel" / "theme" / "photo.webp").read_bytes()
    assert len(made) <= 60_000
    assert b"Camera" not in made
    with Image.open(io.BytesIO(made)) as opened:
        assert opened.height > opened.width
        assert not opened.getexif()


def test_what_is_no_photo_is_refused(run, tmp_path):
    (tmp_path / "notes.jpg").write_text("no picture")
    said = run("photo", "hotel", tmp_path / "notes.jpg")
    assert said.exit_code == 1
    assert "is no picture that can be read" in said.output


def test_the_texts_that_a_language_lacks(run):
    venue = GOOD.replace(
        'name = "Hotel"', 'name = { de = "Gasthof", en = "Inn" }\nlanguages = ["de", "en", "fr"]'
    )
    files = {"venue.toml": venue, "texts/de.toml": 'lead = "Hallo"'}
    said = run("texts", "hotel", venues={"hotel": files})
    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "texts/en.toml: lead: is missing; guests read it in de",
        "texts/fr.toml: lead: is missing; guests read it in de",
        "venue.toml: name.fr: is missing; guests read it in en",
    ]


def test_a_venue_that_lacks_nothing(run):
    said = run("texts", "hotel")
    assert (said.exit_code, said.output) == (0, "every text is there in every language\n")
