"""What an operator writes about rooms, is told about it, and can try."""

import tomllib

import pytest

from portal import GATEWAYS, create_app
from portal.config import Config
from portal.gateways import Gateways
from portal.gateways.iacbox import checks
from portal.gateways.iacbox.settings import Settings
from portal.venues.loading import Faulty, read_venue
from tests.gateways.iacbox.hotel import BERGER, SECRET, open_hotel, venue
from tests.house import KEY, write_venues

MODELS = Gateways(GATEWAYS)
URL = "https://box.example/"


def read(tmp_path, mode="local", fields=("room", "birthday"), more="", tables=""):
    text = venue(mode, URL, "", list(fields), more, tables)
    write_venues(tmp_path, {"hotel": text})
    return read_venue(tmp_path / "hotel", MODELS)


@pytest.mark.parametrize(
    ("wrong", "key", "right"),
    [
        ({"fields": ["birthday"]}, "iacbox.pms.fields", 'add "room"'),
        ({"fields": ["room", "room"]}, "iacbox.pms.fields", "each stands once"),
        ({"more": 'system = "asaj"'}, "iacbox.pms.fields", 'add what is missing of "first_name", "last_name"'),
        ({"more": "name_characters = 5"}, "iacbox.pms.name_characters", 'add "last_name" to fields'),
        ({"fields": ["room", "birthdate"]}, "iacbox.pms.fields.1", "'room', 'room_himed', 'first_name', 'last_name', 'pin'"),
        ({"more": "pad = 99"}, "iacbox.pms.pad", "0 to 12 digits"),
        ({"more": "network_guesses = 1"}, "iacbox.pms.network_guesses", "10 or more"),
        ({"more": 'captions = "Cabin"'}, "iacbox.pms.captions", "did you mean caption?"),
        ({"mode": "browser"}, "iacbox.pms.mode", ""),
        (
            {"tables": "[[iacbox.templates]]\nid = 1\ndefault = true\n[[iacbox.templates]]\nid = 2\ndefault = true"},
            "iacbox.templates", "keep one",
        ),
        ({"tables": "[[iacbox.templates]]\nid = 1\ndefault = true\nhidden = true"}, "iacbox.templates", "show it"),
    ],
)  # fmt: skip
def test_every_fault_says_what_would_be_right(tmp_path, wrong, key, right):
    with pytest.raises(Faulty) as caught:
        read(tmp_path, **wrong)
    (fault,) = caught.value.faults
    assert fault.key == key
    assert right in str(fault)


def test_an_address_is_needed_where_somebody_asks_there(tmp_path):
    for mode in ("external", "local"):
        text = venue(mode, URL, "", ["room"]).replace(f'url = "{URL}pms"', "")
        write_venues(tmp_path, {"hotel": text})
        with pytest.raises(Faulty, match=r"iacbox\.pms\.url.*give the address"):
            read_venue(tmp_path / "hotel", MODELS)


def test_what_check_tells_of_each_mode(tmp_path):
    told = {mode: checks.of(read(tmp_path, mode).settings) for mode in ("redirect", "external", "local")}
    assert any("the box checks the room by redirect 2" in note for note in told["redirect"])
    assert any("the guest's browser asks https://box.example/pms" in note for note in told["external"])
    assert any("the box itself has to limit guesses" in note for note in told["external"])
    assert any("this server asks https://box.example/pms itself" in note for note in told["local"])
    assert all("callback" not in note for note in told["redirect"])
    assert any("callback" in note and "ASSUMED" in note for note in told["local"])


def test_what_check_tells_of_other_systems_and_of_too_little(tmp_path):
    notes = checks.of(read(tmp_path, fields=["room"], more='system = "himed"').settings)
    assert any("whoever knows a room number gets in" in note for note in notes)
    assert any("only FIAS-type systems tell who the guest is" in note for note in notes)
    assert any("room_himed" in note and "ASSUMED" in note for note in notes)


def test_plain_http_is_noted(tmp_path):
    text = venue("external", URL, "http://box.example/pms", ["room", "birthday"])
    write_venues(tmp_path, {"hotel": text})
    notes = checks.of(read_venue(tmp_path / "hotel", MODELS).settings)
    assert any("browsers block it on a portal with https" in note for note in notes)


def test_a_table_that_nobody_uses_is_noted():
    table = tomllib.loads(venue("local", URL, "", ["room"]))["iacbox"] | {"sign_in": ["free"]}
    notes = checks.of(Settings.model_validate(table))
    assert "iacbox.pms is filled in, but sign_in does not offer pms" in notes


class TestTry:
    """``foyer pms try``"""

    @pytest.fixture
    def tries(self, tmp_path):
        with open_hotel(tmp_path, "local") as hotel:
            app = create_app(Config(tmp_path, (KEY,)))
            here = hotel.box.seen("0a0000000001", "127.0.0.1")

            def run(*arguments: str, id: str = ""):
                return app.test_cli_runner().invoke(
                    args=["iacbox", "pms", "try", "hotel", "--id", id or here.id, *arguments]
                )

            yield hotel, run

    def test_shows_what_a_guest_would_see(self, tries):
        _hotel, run = tries
        shown = run("--room", "214", "--birthday", "1985-11-03").output
        assert "[174] Premium Speed  €9" in shown
        assert "Anna Berger" in shown
        assert "VIP guest: Gold" in shown
        assert (
            "Läuft ab nach: 1 Tage"
            in run("--room", "214", "--birthday", "1985-11-03", "--language", "de").output
        )

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--room", "214", "--birthday", "1985-11-04"], "refused: return code 21"),
            (["--room", "214"], "the hotel also asks for birthday"),
            (["--room", "214", "--birthday", "3.11.1985"], "--birthday is no day, YYYY-MM-DD"),
            (["--room", "214", "--language", "xx"], "no language 'xx'"),
        ],
    )
    def test_says_what_is_wrong(self, tries, arguments, words):
        assert words in tries[1](*arguments).output

    def test_without_an_id_of_the_box_it_says_where_to_get_one(self, tries):
        assert (
            "give one with --id" in tries[1]("--room", "214", "--birthday", "1985-11-03", id="A" * 22).output
        )

    def test_a_box_that_is_down_or_garbled_ends_with_an_error(self, tries):
        hotel, run = tries
        hotel.box.faults.pms = "html"
        assert "not what the manual says" in run("--room", "214", "--birthday", "1985-11-03").output
        hotel.box.faults.down = "close"
        result = run("--room", "214", "--birthday", "1985-11-03")
        assert "no whole answer came in time" in result.output
        assert result.exit_code == 1

    def test_data_signed_with_another_secret_point_at_the_secret(self, tries):
        hotel, run = tries
        hotel.box.faults.pms = "wrong_signature"
        assert "is the secret right?" in run("--room", "214", "--birthday", "1985-11-03").output


def test_the_secret_stands_in_no_page(tmp_path):
    with open_hotel(tmp_path, "external") as hotel:
        guest = hotel.guest().fills(**BERGER).presses(way="pms")
        assert SECRET not in guest.html
