"""A venue's own colours, logos and files: what is wrong is told as it is, and nothing makes a page unreadable."""

from __future__ import annotations

import colorsys
import random

import pytest

from portal.gateways import Gateways
from portal.venues import colours
from portal.venues.loading import Faulty, read_venue
from portal.venues.palette import palette
from portal.venues.themes import bundled, style_of
from tests.house import write_venues

GOOD = """
name = "Bar Blau"
system = "iacbox"
{more}
[iacbox]
url = "https://box.example/"
secret = "correct horse battery"
sign_in = ["free"]
"""
GATEWAYS = Gateways(("iacbox",))


def faults(folder, more: str = "", **files: str | bytes) -> list[str]:
    """The faults of a venue with these files, by their names with ``__`` for ``/``."""
    write_venues(folder, {"bar": GOOD.format(more=more)})
    for name, text in files.items():
        path = folder / "bar" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        read_venue(folder / "bar", GATEWAYS)
    except Faulty as error:
        return [str(fault) for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("css", "said"),
    [
        (
            ":root { --colour-action: #12345 }",
            "--colour-action: '#12345' is no colour; # is followed by 3, 4, 6 or 8",
        ),
        (":root { --colour-action: #12345680 }", "--colour-action: '#12345680' is transparent"),
        (":root { --radius: 14 }", "--radius: '14' has no unit; write 14px"),
        (":root { --space: 200px }", "--space: '200px' is out of proportion; it is 4px to 16px"),
        (":root { --size-base: 4rem }", "--size-base: '4rem' is out of proportion"),
        (":root { --font: Gill Sans }", "--font: 'Gill Sans' ends without a font that every device has"),
        (
            ':root { --font: "Gill" Sans", sans-serif }',
            '--font: \'"Gill" Sans", sans-serif\' is no list of fonts',
        ),
        (
            ":root { --font: Gill's Sans, sans-serif }",
            '--font: "Gill\'s Sans, sans-serif" is no list of fonts',
        ),
        (':root { --font: "Gill Sans, sans-serif }', "--font: '\"Gill Sans, sans-serif' is no list of fonts"),
        (":root { --weight-heading: heavy }", "--weight-heading: 'heavy' is no weight"),
        (":root { --image-page: url(x.png) }", "--image-page: 'url(x.png)' is no picture a page can have"),
        (":root { --colour-acton: #123456 }", "--colour-acton: is no token; there are --colour-page"),
        (
            "@media (prefers-color-scheme: dark) { :root { --radius: 4px } }",
            "--radius: stands among the dark colours",
        ),
    ],
)
def test_every_value_is_checked_for_what_it_is(tmp_path, css, said):
    found = faults(tmp_path, **{"theme/theme.css": css})
    assert len(found) == 1
    assert found[0].startswith(f"theme/theme.css: {said}")


def test_all_that_is_wrong_with_a_theme_is_told_at_once(tmp_path):
    css = ":root { --radius: 14; --space: 200px; --colour-text: #12345 } body { color: red }"
    assert len(faults(tmp_path, **{"theme/theme.css": css})) == 4


@pytest.mark.parametrize(
    "css",
    [":root{--colour-action:#abc}", ":root{--colour-action:#abcf}", ":root{--colour-action:rgb(10 20 30)}"],
)
def test_colours_may_be_written_in_many_ways(tmp_path, css):
    assert faults(tmp_path, **{"theme/theme.css": css}) == []


def style(folder, css: str, theme: str = "classic", brand: str = "") -> str:
    file = folder / "own.css"
    file.write_text(css)
    return style_of(theme, file, brand).text


@pytest.mark.parametrize("theme", bundled())
def test_light_colours_never_leak_into_dark_pages(tmp_path, theme):
    plain = colours.schemes(style_of(theme).text)[1]
    css = (
        ":root{--colour-page:#fffef0;--colour-surface:#ffffff;--colour-text:#222222;--colour-action:#7a2e1f}"
    )
    light, dark = colours.schemes(style(tmp_path, css, theme))
    assert (light["page"], light["text"], light["action"]) == ("#fffef0", "#222222", "#7a2e1f")
    assert {name: dark[name] for name in ("page", "surface", "text")} == {
        name: plain[name] for name in ("page", "surface", "text")
    }
    assert list(colours.weak_pairs(dark, "dark")) == []


def test_dark_colours_of_a_venue_stand_as_they_are(tmp_path):
    css = (
        ":root{--colour-action:#7a2e1f}"
        "@media (prefers-color-scheme: dark){:root{--colour-action:#ffb3a0;--colour-on-action:#2a0c05}}"
    )
    light, dark = colours.schemes(style(tmp_path, css))
    assert (light["action"], dark["action"], dark["on-action"]) == ("#7a2e1f", "#ffb3a0", "#2a0c05")


@pytest.mark.parametrize("theme", bundled())
def test_one_colour_is_enough_whatever_it_is(theme):
    dice = random.Random(13)
    light, dark = colours.schemes(style_of(theme).text)
    for _turn in range(25):
        parts = colorsys.hls_to_rgb(dice.random(), dice.random(), dice.random())
        brand = "#" + "".join(f"{round(part * 255):02x}" for part in parts)
        for mode, changed, base in zip(
            ("light", "dark"), palette(brand, light, dark), (light, dark), strict=True
        ):
            assert list(colours.weak_pairs({**base, **changed}, mode)) == [], brand


def test_a_brand_that_can_be_read_stays_as_it_is(tmp_path):
    light, _dark = colours.schemes(style(tmp_path, "", brand="#7a2e1f"))
    assert light["action"] == "#7a2e1f"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('brand = "brick"', "venue.toml: brand: 'brick' is no solid colour; write one like #7a2e1f"),
        (
            'time_zone = "Vienna"',
            "venue.toml: time_zone: 'Vienna' is no time zone; write a name like Europe/Vienna",
        ),
        ('help = "Dial 9"', 'venue.toml: help: is a text; write help = { text = "…" }'),
        ("landing_url = “https://x.example/”", "venue.toml: (file): line 4 has typographic quotes (“)"),
        ("[terms]\nrequired = false\n[terms]\n", "venue.toml: (file): says the same table or key twice"),
    ],
)
def test_a_typo_of_the_venue_file_is_told_as_what_it_is(tmp_path, more, said):
    found = faults(tmp_path, more)
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-16", "is written in UTF-16; save it as UTF-8"),
        ("latin-1", "is not UTF-8, see line 2; it looks like Latin-1"),
    ],
)
def test_another_encoding_is_named(tmp_path, encoding, said):
    text = GOOD.format(more="").replace("Bar Blau", "Café Blau")
    found = faults(tmp_path, **{"venue.toml": text.encode(encoding)})
    assert len(found) == 1
    assert f"venue.toml: (file): {said}" in found[0]


def test_a_byte_order_mark_is_no_fault(tmp_path):
    assert faults(tmp_path, **{"venue.toml": b"\xef\xbb\xbf" + GOOD.format(more="").encode()}) == []


PNG = b"\x89PNG\r\n\x1a\n" + bytes(30)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("theme/logo.png", b"\xff\xd8\xff" + bytes(20), "theme/logo.png: (file): holds jpg and not png"),
        ("theme/logo.svg", "<svg><g></svg>", "theme/logo.svg: (file): is a broken SVG"),
        ("theme/logo.svg", "<svg onload='x()'></svg>", "theme/logo.svg: (file): holds a script"),
        (
            "theme/logo.svg",
            "<svg><image href='https://x.example/a.png'/></svg>",
            "fetches something from elsewhere",
        ),
        ("theme/logo.png", PNG + bytes(1_900_000), "theme/logo.png: (file): has 1900 kB; at most 60 kB"),
        (
            "theme/logo.jpg",
            b"\xff\xd8\xff",
            "theme/logo.jpg: (file): is not used; a logo is theme/logo.svg or .png",
        ),
        ("logo.png", PNG, "logo.png: (file): is not used; a logo is theme/logo.svg or .png"),
        ("theme/photo.png", PNG, "theme/photo.png: (file): is not used; a photo is theme/photo.jpg"),
        (
            "templates/sign_in.html",
            "<p>",
            "templates/: (folder): is not looked at; templates of a venue lie in",
        ),
    ],
)
def test_a_picture_or_template_that_guests_would_not_see_is_told(tmp_path, name, content, said):
    found = faults(tmp_path, **{name: content})
    assert len(found) == 1
    assert said in found[0]
