"""A code that we have no words for is said in the controller's own sentence, in the guest's language if it has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.gateways.ucopia.api import Api
from portal.gateways.ucopia.endpoint import Endpoint
from portal.gateways.ucopia.sentences import AGAIN, LIFE, Sentences, catalogue_of, sentence
from portal.simulators.ucopia import ControllerSettings, Mode
from tests.gateways.ucopia.captured import captured
from tests.gateways.ucopia.world import World
from tests.simulators.ucopia_guest import FakeClock

LOGIN = {"login": "jsmith", "password": "1234"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Das WLAN schläft nachts. Es wacht um 07:00 auf."),
        ("en", "The Wi-Fi sleeps at night. It wakes up at 07:00."),
        ("ja", "Le Wi-Fi dort la nuit. Il se réveille à 07:00."),  # the portal's own language
    ],
)
def test_a_guest_reads_what_only_this_controller_says(
    campus: Callable[..., World], language: str, words: str
) -> None:
    there = campus(ControllerSettings(one=Mode()))
    there.controller.faults.force_error["authenticate"] = "night-pause"
    there.controller.faults.force_value["authenticate"] = "07:00"
    guest = there.arrives(language=language).fills(**LOGIN).presses(way="login").status(422)
    guest.sees(words).does_not_see("night-pause", "%s")
    assert guest.field("login") == "jsmith"
    guest.fills(**LOGIN).presses(way="login").sees(words)
    paths = [call.path for call in there.controller.calls]
    assert paths.count("/1/portal/portal.lang.xml") == 1


def test_a_code_of_ours_keeps_our_words_and_asks_for_no_file(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(one=Mode()))
    there.arrives().fills(login="jsmith", password="x").presses(way="login").sees("is not correct")
    assert not any(call.path.endswith(".xml") for call in there.controller.calls)


def test_what_nobody_has_words_for_stays_general_with_its_code(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(one=Mode()))
    there.controller.faults.force_error["authenticate"] = "nobody-knows"
    guest = there.arrives().fills(**LOGIN).presses(way="login").status(422)
    guest.sees("That did not work", "nobody-knows")


def test_a_sentence_inside_init_and_one_for_a_form_are_read_too(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(one=Mode(True)))
    there.controller.faults.force_error["subscribe"] = "no-more-accounts"
    guest = there.arrives(language="fr").presses(way="one").status(422)
    guest.sees("Plus de 100 % des comptes sont pris.").does_not_see("<b>", "%%")
    there.controller.faults.init_error = "only-this-box-says-so"
    there.arrives().sees("Only this controller says so.")


@pytest.mark.parametrize("kind", ["dead", "slow"])
def test_a_file_that_does_not_come_costs_a_guest_nothing_but_the_sentence(
    campus: Callable[..., World], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.gateways.ucopia.sentences.PATIENCE", 0.1)
    there = campus(ControllerSettings(one=Mode()))
    there.controller.faults.force_error["authenticate"] = "night-pause"
    guest = there.arrives()
    if kind == "dead":
        there.controller.faults.dead.add("words")
    else:
        there.controller.faults.slow["words"] = 30
    guest.fills(**LOGIN).presses(way="login").status(422).sees("That did not work", "night-pause")


# -- the file

FILE = b"""<?xml version="1.0" encoding="ISO-8859-1"?><portal xmlns="urn:any"><errors>
<error><msgid>error_logon_a</msgid><msgid>error_one-subscribe_b</msgid>
<en>Wait %d minutes, 100 %% sure.</en><fr><![CDATA[D\xe9sol\xe9 <b>%1$s</b>]]></fr><zz>never</zz></error>
<error><msgid>error_logon_b</msgid><en>Another b.</en></error>
<text><label>x</label><en>no code</en></text></errors></portal>"""


@pytest.mark.parametrize(
    ("code", "value", "languages", "words"),
    [
        ("error_logon_a", 5, ["en"], "Wait 5 minutes, 100 % sure."),
        ("error_logon_a", "5", ["de", "fr"], "Désolé 5"),
        ("a", "5", ["fr"], "Désolé 5"),
        ("error_one-subscribe_b", 1, ["en"], "Wait 1 minutes, 100 % sure."),
        ("error_logon_b", None, ["en"], "Another b."),
        ("error_logon_a", None, ["en"], ""),
        ("error_logon_a", ["x"], ["en"], ""),
        ("error_logon_a", 5, ["de"], ""),
        ("x", 5, ["en"], ""),
        ("error_logon_c", 5, ["en"], ""),
    ],
)
def test_sentences_are_found_by_their_code_and_filled_in(
    code: str, value: Any, languages: list[str], words: str
) -> None:
    assert sentence(catalogue_of(FILE), code, value, languages) == words


BOMB = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">]><a><e><msgid>error_a</msgid><en>&x;</en></e></a>'
BAD = [
    *(b"", b"no xml", b"<a>", b"\xff\xfe\x00", BOMB, b"<html><p>Not found</p></html>", b"<a>" * 50_000),
    b"<e><msgid>error_a</msgid></e>",
    b"<e><en>words</en></e>",
]


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_what_is_no_catalogue_says_nothing(body: bytes) -> None:
    assert sentence(catalogue_of(body), "error_a", None, ["en"]) == ""


def test_what_stands_before_a_fault_counts() -> None:
    assert sentence(catalogue_of(FILE[:-60] + b"<"), "error_logon_b", None, ["en"]) == "Another b."


def test_a_catalogue_is_kept_for_hours_and_a_missing_one_asked_for_again() -> None:
    with captured() as box:
        clock = FakeClock()
        kept = Sentences(Api(Endpoint(box.url)), clock)
        assert kept.of("/1/portal/") == {}
        box.catalogue = "<l><error><msgid>error_logon_a</msgid><en>A</en></error></l>"
        assert kept.of("/1/portal/") == {}
        clock.passes(AGAIN + 1)
        assert kept.of("") == kept.of("/1/portal/") != {}
        box.catalogue = ""
        clock.passes(LIFE - 1)
        assert kept.of("/1/portal/") != {}
        clock.passes(2)
        assert kept.of("/1/portal/") == {}
        box.catalogue = "<l><error><msgid>error_logon_a</msgid><en>A</en></error></l>"
        assert kept.of("/2/portal/") == {}, "the other portal has no such file"
