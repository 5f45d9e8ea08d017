"""What an operator types: clear answers, every fault with file and key, right exit codes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from portal import create_app
from portal.config import Config
from tests.gateways.iacbox.inn import inn
from tests.gateways.iacbox.redirects import arrival
from tests.house import KEY, write_venues

GOOD = """
name = "Hotel"
system = "iacbox"
landing_url = "https://www.hotel.example/"
[iacbox]
url = "https://logon.now/"
secret = "correct horse battery"
sign_in = ["cred"]
"""


@pytest.fixture
def run(tmp_path):
    def call(*words, venues=None):
        app = create_app(Config(write_venues(tmp_path, venues or {}), (KEY,)), serves=False)
        return app.test_cli_runner().invoke(args=list(words))

    return call


@pytest.mark.parametrize(
    "words",
    [
        ["venues"],
        ["venues", "new"],
        ["venues", "check"],
        ["iacbox"],
        ["iacbox", "decode"],
        ["iacbox", "import-mappings"],
        ["ucopia", "probe"],
        ["icaro"],
        ["integrations", "list"],
    ],
)
def test_every_command_has_help(run, words):
    answer = run(*words, "--help")
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


@pytest.mark.parametrize("system", ["iacbox", "ucopia", "icaro"])
def test_a_new_venue_needs_only_what_nobody_can_guess(run, tmp_path, system):
    assert run("venues", "new", "inn", "--system", system).exit_code == 0
    assert (tmp_path / "inn" / "venue.toml").is_file()
    assert run("venues", "new", "inn").exit_code == 1
    answer = run("venues", "check", "inn")
    told = [line.strip() for line in answer.output.splitlines() if "fault:" in line]
    if system == "iacbox":
        (fault,) = told
        assert fault.startswith("fault: venue.toml: iacbox.secret_file: ")
    else:
        assert (answer.exit_code, told) == (0, [])
        assert "serves" in answer.output


def test_check_tells_every_fault_and_fails(run):
    answer = run("venues", "check", venues={"a": "name = 7", "b": GOOD})
    assert answer.exit_code == 1
    assert "fault: venue.toml: name: " in answer.output
    assert "fault: venue.toml: system: " in answer.output
    assert "serves" in answer.output


def test_check_lists_what_is_assumed_and_the_walled_garden(run):
    answer = run("venues", "check", "b", venues={"b": GOOD})
    assert answer.exit_code == 0
    assert "ASSUMED" in answer.output
    assert "user, pwd" in answer.output
    assert "https://logon.now" in answer.output
    settled = (
        GOOD + 'names = { user = "u", password = "p", type = "t", language = "l", refid = "r", '
        'version = "ver", id = "id", action = "ac" }\n'
    )
    assert "ASSUMED" not in run("venues", "check", "b", venues={"b": settled}).output


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (('url = "https://logon', 'url = "http://logon'), "note: iacbox.url is plain http"),
        (("sign_in", "callback = false\nsign_in"), "note: iacbox.callback is false"),
        (
            ('sign_in = ["cred"]', 'sign_in = ["pms"]\npms = { fields = ["room"] }'),
            "whoever knows a room number gets in",
        ),
        (("https://www.hotel.example/", ""), "note: landing_url is empty"),
        (
            (
                "[iacbox]",
                '[[integrations]]\nname = "A"\npre_auth_redirect_url = "https://a.example/x"\n[iacbox]',
            ),
            "https://a.example, https://logon.now",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_check_tells_what_hurts(run, change, note):
    answer = run("venues", "check", "b", venues={"b": GOOD})
    assert note not in answer.output
    answer = run("venues", "check", "b", venues={"b": GOOD.replace(*change)})
    assert (answer.exit_code, note in answer.output) == (0, True), answer.output


def test_decode_reads_a_redirect_without_a_query(run):
    query = parse_qs(urlsplit(arrival()).query)
    url = f"https://portal.example/hotel/{query['lapi'][0]}/{query['si'][0]}"
    answer = run("iacbox", "decode", "b", url, venues={"b": GOOD})
    assert answer.exit_code == 0
    assert "00359ac076c4" in answer.output


def test_check_refuses_a_venue_of_the_demo(run):
    answer = run("venues", "check", "b", venues={"b": "demo = true" + GOOD})
    assert answer.exit_code == 1
    assert "fault: venue.toml: demo: is a venue of the demo" in answer.output


def test_check_of_an_unknown_venue_says_so(run):
    for words in (["venues", "check", "inm"], ["venues", "reload", "inm"], ["iacbox", "decode", "inm", "x"]):
        answer = run(*words, venues={"inn": GOOD})
        assert answer.exit_code == 1
        assert "there is no venue 'inm'; did you mean inn?" in answer.output
    assert "there is no venue 'x'; there are inn" in run("venues", "check", "x").output


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("sign_in =", "sing_in ="), "venue.toml: iacbox.sing_in: is not a known key; did you mean sign_in?"),
        (
            ("cred", "crd"),
            "venue.toml: iacbox.sign_in.0: is not known; did you mean cred? there are cred, pms",
        ),
        (("cred", "x"), "venue.toml: iacbox.sign_in.0: is not known; there are cred, pms, free, to, create"),
        (
            ('"iacbox"', '"iacbx"'),
            "venue.toml: system: 'iacbx' is no system; there are iacbox, ucopia, icaro",
        ),
        (('name = "Hotel"', 'name = "Hotel'), "venue.toml: (file): is no TOML: "),
        (
            ("https://www", "https//www"),
            "venue.toml: landing_url: is no web address; write https://host/path",
        ),
    ],
)
def test_a_slip_of_the_pen_is_told_with_file_key_and_what_would_be_right(run, wrong, said):
    answer = run("venues", "check", "inn", venues={"inn": GOOD.replace(*wrong)})
    assert (answer.exit_code, f"fault: {said}" in answer.output) == (1, True), answer.output


def test_decode_verifies_and_shows_a_captured_redirect(tmp_path, run):
    with inn(tmp_path) as one:
        url = requests.get(one.start(), allow_redirects=False, timeout=5).headers["Location"]
        venue = (tmp_path / "hotel" / "venue.toml").read_text()
        answer = run("iacbox", "decode", "hotel", url, venues={"hotel": venue})
        assert answer.exit_code == 0
        assert "The signature is right." in answer.output
        assert "0200000000aa" in answer.output
        refused = run("iacbox", "decode", "hotel", url[:-3], venues={"hotel": venue})
        assert refused.exit_code == 1
        assert "refused: the signature does not fit" in refused.output
        assert run("iacbox", "decode", "hotel", "https://x.example/").exit_code == 1


def test_import_reads_the_lines_of_the_sdk(tmp_path, run):
    (tmp_path / "main.config").write_text(
        "# comment\nrefreshidmapping = 7:account.php\nrefreshidmapping=9:pool.php\nother = 1\n"
    )
    answer = run("iacbox", "import-mappings", str(tmp_path / "main.config"), venues={"b": GOOD})
    assert answer.exit_code == 0
    assert '"7" = "account"' in answer.output
    assert '"9" = "pool.html"' in answer.output
    (tmp_path / "empty").write_text("x = 1")
    assert run("iacbox", "import-mappings", str(tmp_path / "empty")).exit_code == 1


@pytest.mark.parametrize("name", ["../escape", "a/b", "Bad Name", "static", 'a"b', ""])
def test_a_new_venue_needs_a_name_that_can_be_one(run, tmp_path, name):
    answer = run("venues", "new", name)
    assert answer.exit_code == 1
    assert "cannot be a venue's name" in answer.output
    assert [path for path in tmp_path.iterdir() if path.name != ".state"] == []
    assert not (tmp_path.parent / "escape").exists()


def test_a_check_without_venues_says_so(run):
    answer = run("venues", "check")
    assert answer.exit_code == 1
    assert "there are no venues yet" in answer.output


def test_the_walled_garden_holds_the_terms_a_guest_must_read(run):
    text = GOOD.replace(
        'system = "iacbox"', 'system = "iacbox"\nterms = { required = true, url = "https://terms.example/x" }'
    )
    assert "https://terms.example" in run("venues", "check", "b", venues={"b": text}).output


def test_a_heavy_login_page_is_weighed_as_guests_get_it(run):
    import secrets

    tickets = "".join(
        f'[[iacbox.templates]]\nid = {n}\nname = "{secrets.token_hex(40)}"\n' for n in range(300)
    )
    text = GOOD.replace('["cred"]', '["create"]') + tickets
    assert "bytes gzipped: more than" in run("venues", "check", "b", venues={"b": text}).output
    assert "bytes gzipped" not in run("venues", "check", "b", venues={"b": GOOD}).output
