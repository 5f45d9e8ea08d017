"""docs/skins.md is what a designer believes: its example works, its tables name what there is."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from portal.journey.pages import Frame
from portal.journey.templating import LAYOUT
from portal.venues.themes import bundled
from portal.venues.tokens import COLOURS, OTHERS, read_tokens
from tests.gateways.iacbox.inn import inn
from tests.guest import Guest

ROOT = Path(__file__).resolve().parent.parent
DOC = (ROOT / "docs" / "skins.md").read_text(encoding="utf-8")


def example(language: str, number: int = 0) -> str:
    """A block of code in this language, counted from the first."""
    return re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)[number]


def test_the_example_of_a_template_takes_a_guest_online(tmp_path, caplog):
    files = {"theme/templates/sign_in.html": example("jinja")}
    with caplog.at_level(logging.ERROR, "portal"), inn(tmp_path, files=files) as one:
        one.guest().sees("Welcome to").fills(username="gast", password="willkommen").presses(way="cred")
        assert one.online()
    assert "template" not in caplog.text


def test_the_example_of_a_layout_frames_every_page(tmp_path, caplog):
    files = {"theme/templates/layout.html": example("jinja", 1)}
    with caplog.at_level(logging.ERROR, "portal"), inn(tmp_path, files=files) as one:
        guest = one.guest().sees("Hotel Alpenblick ★★★★", "Tea on the roof")
        Guest(one.url, language="de").opens("hotel/nowhere").sees("Tee auf dem Dach")
        guest.fills(username="gast", password="willkommen").presses(way="cred")
        guest.sees("You are online", "Tea on the roof").does_not_see("★★★★")
        assert one.online()
    assert not caplog.records


def test_the_example_of_tokens_is_right():
    tokens, wrong = read_tokens(example("css"))
    assert wrong == []
    assert tokens.dark == {"action": "#f0a48f"}


def test_every_token_skin_and_value_of_a_page_is_named():
    for name in (*(f"--colour-{one}" for one in COLOURS), *(f"--{one}" for one in OTHERS)):
        assert f"`{name}`" in DOC, name
    for skin in bundled():
        assert f"`{skin}`" in DOC, skin
    for name in Frame.__dataclass_fields__:
        assert f"`{name}`" in DOC, name


def test_every_template_that_is_named_is_there():
    for name in re.findall(r"`([\w/]+\.html)`", DOC.partition("| template |")[2]):
        assert name == LAYOUT or (ROOT / "templates" / name).is_file(), name
