"""What an operator types: checks, a probe of the hotspot, its logo."""

from __future__ import annotations

import base64

import pytest

from portal import GATEWAYS, create_app
from portal.config import Config
from portal.gateways import Gateways
from portal.venues.loading import Faulty, read_venue
from tests.gateways.icaro.hotspot import KEY, running_cafe
from tests.house import KEY as SECRET

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
LOGO = "data:image/png;base64," + base64.b64encode(PNG).decode()


@pytest.fixture
def types(tmp_path):
    """Runs a command in a house that shares the café's folder."""

    def run(*words):
        app = create_app(Config(tmp_path, (SECRET,)))
        return app.test_cli_runner().invoke(args=list(words))

    return run


def test_the_check_names_hosts_and_what_to_think_about(tmp_path, types):
    with running_cafe(tmp_path, icaro='social_url = "https://wings.icaro.example/x"\nverify = false'):
        said = types("venues", "check", "cafe")
    assert said.exit_code == 0
    assert "https://wings.icaro.example" in said.output
    assert "plain http" in said.output
    assert "verify is false" in said.output


def test_the_probe_shows_what_guests_will_see(tmp_path, types):
    colours = {"captive_7_background": "#808080", "captive_3_logo": LOGO}
    record = {
        "pre_auth_redirect_url": "ftp://x.example",
        "post_auth_redirect_url": "https://survey.example/a",
    }
    with running_cafe(tmp_path, colours, box={"integrations": [record]}) as cafe:
        said = types("icaro", "probe", "cafe", cafe.landing())
        wrong = types("icaro", "probe", "cafe", cafe.landing().replace(KEY.digest, "0" * 32))
        none = types("icaro", "probe", "cafe", "https://portal.example/cafe/?x=1")
    assert "email, marketing, sms, survey, terms, voucher" in said.output
    assert "page #808080  not taken" in said.output
    assert "not taken over: the logo (icaro save-logo" in said.output
    assert "not taken over: the link in mails and text messages" in said.output
    assert "integration post https://survey.example/a\n" in said.output
    assert "integration not taken: number=1 moment=pre host=x.example" in said.output
    assert KEY.digest not in said.output
    assert "wax refuses: unit" in wrong.output
    assert none.exit_code == 1


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"icaro": "integrations = false"}, "not visited: icaro.integrations is false"),
        (
            {"more": '[[integrations]]\nname = "S"\npost_auth_redirect_url = "https://survey.example/a/"'},
            "as the venue file says",
        ),
    ],
)
def test_the_probe_tells_why_an_integration_of_wax_is_not_visited(tmp_path, types, how, why):
    record = {"post_auth_redirect_url": "https://survey.example/a"}
    with running_cafe(tmp_path, box={"integrations": [record]}, **how) as cafe:
        assert why in types("icaro", "probe", "cafe", cafe.landing()).output


def test_the_check_says_what_it_cannot_know(tmp_path, types):
    with running_cafe(tmp_path):
        assert "this check cannot know them: icaro probe" in types("venues", "check", "cafe").output
    with running_cafe(tmp_path, icaro="integrations = false"):
        assert "cannot know them" not in types("venues", "check", "cafe").output


def test_the_logo_is_saved_once(tmp_path, types):
    with running_cafe(tmp_path, {"captive_3_logo": LOGO}) as cafe:
        assert types("icaro", "save-logo", "cafe", cafe.landing()).exit_code == 0
        assert (tmp_path / "cafe" / "theme" / "logo.png").read_bytes() == PNG
        assert "exists already" in types("icaro", "save-logo", "cafe", cafe.landing()).output


@pytest.mark.parametrize(
    "logo",
    [
        "",
        "https://evil.example/logo.png",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64,AAAA",
        "data:image/png;base64,A",
    ],
)
def test_what_is_no_png_is_not_saved(tmp_path, types, logo):
    with running_cafe(tmp_path, {"captive_3_logo": logo}) as cafe:
        assert "no PNG" in types("icaro", "save-logo", "cafe", cafe.landing()).output


def test_a_new_venue_serves_once_filled_in(tmp_path, types):
    assert types("venues", "new", "bar", "--system", "icaro").exit_code == 0
    assert "serves" in types("venues", "check", "bar").output


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('url = ""', "icaro.url"),
        ('url = "icaro"', "icaro.url"),
        ('url = "https://i.example/"\ncountry = "it"', "icaro.country"),
        ('url = "https://i.example/"\nverify = "none.pem"', "icaro.verify"),
        ('url = "https://i.example/"\nread_timeout = 0', "icaro.read_timeout"),
        ('url = "https://i.example/"\nurls = 1', "icaro.urls"),
        ('url = "https://i.example/"\nsocial_url = "javascript:1"', "icaro.social_url"),
    ],
)
def test_a_fault_of_the_table_is_named(tmp_path, line, key):
    (tmp_path / "bar").mkdir()
    (tmp_path / "bar" / "venue.toml").write_text(f'name = "Bar"\nsystem = "icaro"\n[icaro]\n{line}\n')
    with pytest.raises(Faulty) as faulty:
        read_venue(tmp_path / "bar", Gateways(GATEWAYS), False)
    assert [fault.key for fault in faulty.value.faults] == [key]


def test_the_probe_lists_what_guests_will_not_meet(tmp_path, types):
    odd = {
        "facebook_login": "true",
        "captive_5_banner": LOGO,
        "captive_6_description": '<p>Hi <a href="https://x.example">there</a></p>',
        "captive_85_text_style": "url(x)",
        "wifi4eu_enabled": "true",
        "voucher_login": "true",
        "temp_code_login": "false",
        "facebook_login_page": "x",
    }
    with running_cafe(tmp_path, odd, icaro="skin = false") as cafe:
        said = types("icaro", "probe", "cafe", cafe.landing()).output
    for words in (
        "the banner picture",
        "title, texts, colours and font: icaro.skin is false",
        "Facebook: needs Icaro's own page; set icaro.social_url",
        "links, pictures and styles in the description",
        "the font: its name cannot be used",
        "WiFi4EU: wifi4eu_id is empty",
        "vouchers that sign in by themselves",
        "the Facebook page",
    ):
        assert f"not taken over: {words}" in said
