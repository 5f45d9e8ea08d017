"""A venue's files name only what lies in its folder, and its own variables: each fault says where and what is right."""

from __future__ import annotations

import os

import pytest

from portal import GATEWAYS
from portal.gateways import Gateways
from portal.venues.loading import Faulty, read_venue
from tests.gateways.iacbox.inn import inn
from tests.guest import Guest
from tests.house import write_venues

MODELS = Gateways(GATEWAYS)
START = 'name = "H"\nsystem = "iacbox"\n'
BOX = '[iacbox]\nurl = "https://logon.now/"\n'
GOOD = START + BOX + 'secret = "correct horse battery"\n'
HOOK = '[[integrations]]\nname = "A"\nwebhook_url = "https://a.example/"\n'


def found(tmp_path, text, links=None, **files):
    """The faults of a venue called hotel, beside another one that has a secret."""
    write_venues(
        tmp_path, {"other": {"secret": "the secret of the other"}, "hotel": {"venue.toml": text, **files}}
    )
    for name, target in (links or {}).items():
        path = tmp_path / "hotel" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.symlink(target, path)
    try:
        read_venue(tmp_path / "hotel", MODELS)
    except Faulty as error:
        return [str(fault) for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (START + BOX + 'secret_file = "FILE"', "iacbox.secret_file"),
        (
            START + HOOK + 'webhook_token_file = "FILE"\n' + BOX + 'secret = "correct horse"',
            "webhook_token_file",
        ),
    ],
)
@pytest.mark.parametrize(
    "file", ["../other/secret", "/etc/passwd", "theme/../../other/secret", "link", "folder/secret"]
)
def test_a_secret_of_another_venue_is_not_read(tmp_path, text, key, file):
    links = {"link": "../other/secret", "folder": "../other"}
    [fault] = found(tmp_path, text.replace("FILE", file), links)
    assert fault.startswith("venue.toml: ")
    assert key in fault
    assert fault.endswith(f"{file!r}, which lies outside the venue's folder; copy the file into it")


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("theme/logo.svg", "/etc/passwd"),
        ("theme/logo-dark.png", "../../other/secret"),
        ("theme/photo.jpg", "/etc/passwd"),
        ("theme/templates/x.html", "/etc/passwd"),
        ("theme/theme.css", "/etc/passwd"),
        ("texts/de.toml", "../../other/secret"),
        ("venue.toml", "../other/secret"),
        ("theme/templates", "/etc"),
    ],
)
def test_a_link_that_leads_out_is_a_fault(tmp_path, name, target):
    [fault] = found(tmp_path, GOOD, {name: target})
    assert fault == f"{name}: (link): leads out of the venue's folder; copy the file into it"


def test_a_link_that_stays_in_the_folder_is_none(tmp_path):
    files = {"..data/theme.css": ":root { --radius: 1px; }", "..data/secret": "correct horse battery"}
    links = {"theme/theme.css": "../..data/theme.css", "secret": "..data/secret"}
    assert found(tmp_path, START + BOX + 'secret_file = "secret"', links, **files) == []


@pytest.mark.parametrize("logo", ["../other/secret.png", "/etc/passwd.png", "link.png"])
def test_a_logo_of_an_integration_lies_in_the_folder(tmp_path, logo):
    (tmp_path / "elsewhere.png").touch()
    [fault] = found(
        tmp_path,
        START + HOOK + f'logo = "{logo}"\n' + BOX + 'secret = "correct horse"',
        {"link.png": "../elsewhere.png"},
    )
    assert "logo" in fault
    assert "lies outside the venue's folder; copy the file into it" in fault


@pytest.mark.parametrize(
    "variable",
    ["PORTAL_SECRET_KEY", "HOME", "FOYER_SECRET_OTHER", "FOYER_SECRET_HOTELS", "FOYER_SECRET_HOTEL_B__X", ""],
)
def test_a_variable_is_the_venues_own(tmp_path, monkeypatch, variable):
    if variable:
        monkeypatch.setenv(variable, "a secret of somebody else")
    [fault] = found(tmp_path, START + BOX + f'secret_env = "{variable}"')
    assert fault == (
        f"venue.toml: iacbox.secret_env: secret_env names {variable!r}, which is not this venue's to read; "
        "write FOYER_SECRET_HOTEL, or FOYER_SECRET_HOTEL__ and a word"
    )


@pytest.mark.parametrize("variable", ["FOYER_SECRET_HOTEL", "FOYER_SECRET_HOTEL__BOX"])
def test_its_own_variable_is_read(tmp_path, monkeypatch, variable):
    monkeypatch.setenv(variable, "correct horse battery")
    assert found(tmp_path, START + BOX + f'secret_env = "{variable}"') == []


def test_a_link_made_later_shows_nothing(tmp_path):
    picture = "<svg xmlns='http://www.w3.org/2000/svg'/>"
    hop = '[[integrations]]\nname = "S"\nlogo = "s.svg"\n'
    with inn(
        tmp_path, 'sign_in = ["cred"]\n' + hop, files={"theme/logo.svg": picture, "s.svg": picture}
    ) as one:
        guest = Guest(one.url, inspects=False)
        for path, file in (("hotel/logo/light", "theme/logo.svg"), ("hotel/hop/logo/0", "s.svg")):
            assert guest.opens(path).response.content == picture.encode()
            (tmp_path / "hotel" / file).unlink()
            os.symlink("/etc/passwd", tmp_path / "hotel" / file)
            # Guests are served from the copy of the folder that was good.
            assert guest.opens(path).response.content == picture.encode()


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ('name = "H"\nsystem = "ucopia"\n[ucopia]\nurl = "https://c.example/"\n', "ucopia.verify"),
        ('name = "H"\nsystem = "icaro"\n[icaro]\nurl = "https://c.example/"\n', "icaro.verify"),
    ],
)
@pytest.mark.parametrize("file", ["../other/ca.pem", "/etc/ssl/certs/ca-certificates.crt", "link.pem"])
def test_a_ca_file_lies_in_the_folder(tmp_path, table, key, file):
    write_venues(tmp_path, {"other": {"ca.pem": "x"}})
    [fault] = found(tmp_path, table + f'verify = "{file}"\n', {"link.pem": "../other/ca.pem"})
    assert key in fault
    assert f"{file!r} is no file in the venue's folder" in fault
