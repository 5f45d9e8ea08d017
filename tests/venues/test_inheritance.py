"""A hotel group writes things once: a venue starts from a folder beside it."""

import pytest

from portal.gateways import Gateways
from portal.venues.inheritance import merged
from portal.venues.loading import Faulty, load_venues, read_venue
from tests.house import write_venues

GATEWAYS = Gateways(("iacbox", "ucopia", "icaro"))
GROUP = """
system = "iacbox"
time_zone = "Europe/Vienna"
languages = ["de", "en"]
[iacbox]
url = "https://logon.now/"
secret_file = "secret"
sign_in = ["pms", "free"]
[iacbox.pms]
fields = ["room", "last_name"]
"""
HOTEL = """
extends = "../_group"
name = "Hotel A"
[iacbox]
sign_in = ["free"]
secret = "a secret of its own"
[iacbox.pms]
pad = 4
"""


def write(folder, hotel=HOTEL, group=GROUP):
    texts = {"texts/en.toml": 'heading = "Welcome"\nlead = "To the group"'}
    write_venues(folder, {"_group": {"venue.toml": group, **texts}})
    write_venues(folder, {"a": {"venue.toml": hotel, "texts/en.toml": 'lead = "To hotel A"'}})
    return folder / "a"


def test_tables_are_merged_and_lists_replaced(tmp_path):
    venue = read_venue(write(tmp_path), GATEWAYS)
    assert venue.file.time_zone == "Europe/Vienna"
    assert venue.settings.sign_in == ["free"]
    assert (venue.settings.pms.fields, venue.settings.pms.pad) == (["room", "last_name"], 4)
    assert venue.settings.secret == "a secret of its own"


def test_texts_are_those_of_the_group_where_the_venue_says_nothing(tmp_path):
    texts = read_venue(write(tmp_path), GATEWAYS).texts["en"]
    assert (texts.heading, texts.lead) == ("Welcome", "To hotel A")


def test_the_group_itself_is_no_venue(tmp_path):
    write(tmp_path)
    assert list(load_venues(tmp_path, GATEWAYS)) == ["a"]


@pytest.mark.parametrize("wish", ['"../_nobody"', '"/etc"', '"../../x"', "7", '"../a"', '"."'])
def test_what_cannot_be_extended_is_a_fault(tmp_path, wish):
    folder = write(tmp_path, HOTEL.replace('"../_group"', wish))
    with pytest.raises(Faulty, match="extends"):
        read_venue(folder, GATEWAYS)


def test_a_circle_is_a_fault(tmp_path):
    folder = write(tmp_path, group='extends = "../a"\n' + GROUP)
    with pytest.raises(Faulty, match="leads back to itself"):
        read_venue(folder, GATEWAYS)


def test_a_venue_takes_up_nothing_of_another_venue(tmp_path):
    """Or its designer would have the neighbour's box sign what they like."""
    folder = write(tmp_path)
    other = tmp_path / "b"
    other.mkdir()
    for wish in ("../a", "../a/", "neighbour"):
        (other / "venue.toml").write_text(f'extends = "{wish}"\n')
        (other / "neighbour").unlink(missing_ok=True)
        (other / "neighbour").symlink_to(folder)
        with pytest.raises(Faulty, match="is a venue, a stranger to this one"):
            read_venue(other, GATEWAYS)


def test_a_secret_given_otherwise_replaces_the_groups():
    assert merged({"secret_file": "x", "url": "u"}, {"secret_env": "E"}) == {"url": "u", "secret_env": "E"}
    assert merged({"secret": "x"}, {"url": "u"}) == {"secret": "x", "url": "u"}
