"""Venue files: every fault at once, with file, key, what is wrong and what would be right."""

import pytest

from portal import GATEWAYS
from portal.gateways import Gateways
from portal.languages import BY_CODE
from portal.venues.loading import Faulty, load_venues, read_venue
from portal.venues.venue import Closed, Venue
from tests.house import write_venues

MODELS = Gateways(GATEWAYS)
GOOD = """
name = "Hotel Alpenblick"
system = "iacbox"
[iacbox]
url = "https://logon.now/"
secret = "correct horse battery"
"""


def read(tmp_path, text, **files):
    write_venues(tmp_path, {"hotel": {"venue.toml": text, **files}})
    return read_venue(tmp_path / "hotel", MODELS)


def faults(tmp_path, text, **files):
    with pytest.raises(Faulty) as caught:
        read(tmp_path, text, **files)
    return [str(fault) for fault in caught.value.faults]


def test_a_small_file_is_enough(tmp_path):
    venue = read(tmp_path, GOOD)
    assert venue.slug == "hotel"
    assert [row.code for row in venue.languages] == list(BY_CODE)
    assert venue.default_language.code == "en"
    assert venue.settings.sign_in == ["cred"]


def test_it_reports_every_fault_at_once(tmp_path):
    found = faults(
        tmp_path,
        'system = "iacbox"\nnmae = "Hotel"\ntheme = 7\nlanding_url = "hotel.example"\n'
        '[iacbox]\nurl = "https://logon.now/"\nsecret = "short"\nsign_in = ["crd"]\nencypt = true\n',
    )
    assert "venue.toml: name: is missing; it is what the venue is called" in found
    assert "venue.toml: nmae: is not a known key; did you mean name?" in found
    assert any(line.startswith("venue.toml: theme: ") for line in found)
    assert "venue.toml: landing_url: is no web address; write https://host/path" in found
    assert any(line.startswith("venue.toml: iacbox.secret: ") for line in found)
    assert any(line.startswith("venue.toml: iacbox.sign_in.0: ") for line in found)
    assert "venue.toml: iacbox.encypt: is not a known key; did you mean encrypt?" in found


def test_no_fault_shows_a_secret(tmp_path):
    found = faults(tmp_path, GOOD.replace("correct horse battery", "hunter2"))
    assert found
    assert "hunter2" not in " ".join(found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('system = "iacbox"', 'system = "iakbox"'), "system: 'iakbox' is no system; there are iacbox"),
        (
            ('system = "iacbox"', 'system = "iacbox"\nlanguages = ["de", "xx"]'),
            "languages: 'xx' is no language code",
        ),
        (
            ('system = "iacbox"', 'system = "iacbox"\ndefault_language = "de"\nlanguages = ["en"]'),
            "default_language: is not among",
        ),
        (
            ('system = "iacbox"', 'system = "iacbox"\ntheme = "glass"'),
            "theme: 'glass' is no bundled theme; there are ",
        ),
        (
            ('system = "iacbox"', 'system = "iacbox"\nterms = { required = true }'),
            "terms: must be accepted but stand nowhere",
        ),
        (('system = "iacbox"', 'system = "iacbox"\ndemo = true'), "demo: is a venue of the demo"),
        (('secret = "c', 'encrypt = false\nsecret = "c'), "iacbox.encrypt: is false, so codes and rooms"),
        (('secret = "c', 'sign_in = ["create"]\nsecret = "c'), "iacbox.templates: sign_in offers create"),
        (('secret = "c', 'names = { usr = "u" }\nsecret = "c'), "iacbox.names: 'usr' is no field"),
        (('"correct horse battery"', '"demo-only-secret"'), "secret is the demo's"),
        (
            ('secret = "correct horse battery"', 'secret_file = "no"'),
            "secret_file names 'no', which is no file",
        ),
        (
            ('secret = "correct horse battery"', 'secret_env = "FOYER_SECRET_HOTEL__NOT_SET"'),
            "secret_env names 'FOYER_SECRET_HOTEL__NOT_SET', which is not set",
        ),
        (('secret = "c', 'secret_env = "X"\nsecret = "c'), "say the same thing; keep one"),
        (('name = "Hotel Alpenblick"', 'name = { de = "H", xx = "Y" }'), "name: 'xx' is no language code"),
        (("[iacbox]", "[iacbox"), "(file): is no TOML"),
        (
            ("[iacbox]", 'help = { txet = "x" }\n[iacbox]'),
            "help.txet: is not a known key; did you mean text?",
        ),
        (("[iacbox]", 'help = { url = "javascript:alert(1)" }\n[iacbox]'), "help.url: "),
        (("[iacbox]", 'theme = "../themes/classic"\n[iacbox]'), "theme: "),
        (("[iacbox]", 'terms = { required = "yes" }\n[iacbox]'), "terms.required: "),
        (
            ("[iacbox]", '[[integrations]]\nname = "A"\n[[integrations]]\nname = "A"\n[iacbox]'),
            "integrations: two have the same name",
        ),
    ],
    ids=lambda value: value[1][:30] if isinstance(value, tuple) else "",
)
def test_a_fault_says_where_and_what(tmp_path, change, said):
    text = GOOD.replace(*change)
    assert text != GOOD
    assert said in " | ".join(faults(tmp_path, text))


def test_terms_may_stand_elsewhere(tmp_path):
    terms = 'terms = { required = true, url = "https://www.hotel.example/terms" }\n[iacbox]'
    assert read(tmp_path, GOOD.replace("[iacbox]", terms)).file.terms.required


def test_a_secret_may_stand_in_a_file_or_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("FOYER_SECRET_HOTEL", "from the environment")
    line = 'secret = "correct horse battery"'
    assert (
        read(tmp_path, GOOD.replace(line, 'secret_file = "s"'), s="from a file\n").settings.secret
        == "from a file"
    )
    assert (
        read(tmp_path, GOOD.replace(line, 'secret_env = "FOYER_SECRET_HOTEL"')).settings.secret
        == "from the environment"
    )


def test_a_faulty_text_is_reported_with_its_file(tmp_path):
    found = faults(tmp_path, GOOD, **{"texts/de.toml": 'trems = "x"', "texts/xx.toml": ""})
    assert "texts/de.toml: trems: is not a known key; did you mean terms?" in found
    assert any(line.startswith("texts/xx.toml: (file): is no language; there are ar") for line in found)


@pytest.mark.parametrize("name", ["static", "wings", "Hotel", "a b", "-x", "metrics", "healthz"])
def test_some_names_cannot_be_venues(tmp_path, name):
    write_venues(tmp_path, {name: GOOD})
    with pytest.raises(Faulty, match="cannot be a venue's name"):
        read_venue(tmp_path / name, MODELS)


def test_one_bad_venue_takes_no_other_down(tmp_path):
    write_venues(tmp_path, {"good": GOOD, "bad": "name = 7"})
    (tmp_path / "empty").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "_drafts").mkdir()
    venues = load_venues(tmp_path, MODELS)
    assert isinstance(venues["good"], Venue)
    assert isinstance(venues["bad"], Closed)
    assert isinstance(venues["empty"], Closed)
    assert set(venues) == {"good", "bad", "empty"}


GERMAN = GOOD.replace('system = "iacbox"', 'system = "iacbox"\ndefault_language = "de"')


def test_a_text_falls_back_to_english_then_to_the_default_language_then_to_any(tmp_path):
    venue = read(
        tmp_path,
        GERMAN.replace('"Hotel Alpenblick"', '{ de = "Haus", en = "House" }'),
        **{
            "texts/de.toml": 'terms = "Regeln"\nprivacy = "Daten"',
            "texts/en.toml": 'privacy = "Data"',
            "texts/it.toml": 'terms = "Regole"\nlead = "Benvenuti"',
        },
    )
    said = {
        (kind, code): venue.text(kind, BY_CODE[code])
        for kind in ("terms", "privacy", "lead")
        for code in ("it", "ja")
    }
    assert said == {
        ("terms", "it"): "Regole",
        ("terms", "ja"): "Regeln",
        ("privacy", "it"): "Data",
        ("privacy", "ja"): "Data",
        ("lead", "it"): "Benvenuti",
        ("lead", "ja"): "Benvenuti",
    }
    assert venue.text("imprint", BY_CODE["ja"]) == ""
    assert [venue.name(BY_CODE[code]) for code in ("de", "ja")] == ["Haus", "House"]


def test_the_default_language_is_the_one_that_the_file_names(tmp_path):
    assert read(tmp_path, GERMAN).default_language.code == "de"
    two = GOOD.replace('system = "iacbox"', 'system = "iacbox"\nlanguages = ["it", "fr"]')
    assert read(tmp_path, two).default_language.code == "it"


def test_a_venue_brings_its_own_tokens_and_logos(tmp_path):
    venue = read(
        tmp_path,
        GOOD,
        **{
            "theme/theme.css": ":root { --colour-action: #123456; }",
            "theme/logo.svg": "<svg/>",
            "theme/logo-dark.svg": "<svg/>",
        },
    )
    assert "--colour-action:#123456" in venue.style.text.replace(" ", "")
    assert venue.logos == {"light": "logo.svg", "dark": "logo-dark.svg"}


@pytest.mark.parametrize(
    "css",
    [
        "body { color: red }",
        ":root { --colour-action: url(https://evil.example/x) }",
        ":root { --colour-action: red } </style><script>",
        '@import "https://evil.example/x.css";',
        ":root { --no-such-token: 1px }",
        ":root { color: red }",
        ":root { --radius: ; }",
        ":root { --font: <b> }",
        ":root { --font: a\\3c b }",
        ":root { --image-page: ur/**/l(https://evil.example/x) }",
        ":root { --image-page: URL(https://evil.example/x) }",
    ],
)
def test_a_theme_file_holds_tokens_and_nothing_else(tmp_path, css):
    assert any("theme/theme.css: " in line for line in faults(tmp_path, GOOD, **{"theme/theme.css": css}))


def test_a_theme_file_that_is_no_text_is_a_fault(tmp_path):
    write_venues(tmp_path, {"hotel": GOOD})
    (tmp_path / "hotel" / "theme").mkdir()
    (tmp_path / "hotel" / "theme" / "theme.css").write_bytes(b":root { --font: \xff }")
    with pytest.raises(Faulty, match=r"theme/theme\.css: \(file\): is not UTF-8, see line 1"):
        read_venue(tmp_path / "hotel", MODELS)
