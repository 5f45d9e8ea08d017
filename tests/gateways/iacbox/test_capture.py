"""An operator learns from one real exchange what the manual does not say; the real box here is the simulated one."""

import json
import tomllib
from dataclasses import replace

import pytest
import requests

from portal import create_app
from portal.config import Config
from portal.gateways.iacbox import captured, mappings
from portal.gateways.iacbox.protocol import Key
from portal.gateways.iacbox.refusal_log import RefusalLog, without_guests
from portal.simulators.iacbox import BoxSettings, IacBox, PmsSettings, create_box, texts
from portal.simulators.iacbox.outgoing import codec_of
from portal.simulators.iacbox.settings import ASSUMED_NAMES, GIVEN_NAMES
from portal.simulators.iacbox.wire import pack
from portal.simulators.server import serve
from tests.gateways.iacbox.hotel import BERGER, SECRET, venue
from tests.gateways.iacbox.test_rooms import types
from tests.guest import Guest
from tests.house import KEY, running_portal, write_venues

ODD = {name: f"q{place}" for place, name in enumerate((*GIVEN_NAMES, *ASSUMED_NAMES))}
ODD_ANSWERS = {name: f"z{place}" for place, name in enumerate((*GIVEN_NAMES, *ASSUMED_NAMES))}


def runs(folder, *arguments):
    """The command ``foyer iacbox …``; its exit code and what it says."""
    app = create_app(Config(folder, (KEY,)))
    result = app.test_cli_runner().invoke(args=["iacbox", *arguments])
    return result.exit_code, result.output


def location(answer):
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def sealed(box, **fields):
    wire = box.settings.wire
    lapi, si = codec_of(box.settings).seal(pack({wire(name): value for name, value in fields.items()}))
    return {"lapi": lapi, "si": si}


@pytest.mark.parametrize("style", ["parameters", "json"])
@pytest.mark.parametrize("wire", ["encrypted", "text salt"])
def test_everything_is_settled_and_a_guest_signs_in(tmp_path, style, wire):
    plain = {"encrypt": False, "salt": "text"} if wire == "text salt" else {}
    pms = PmsSettings(style=style)
    box = IacBox(
        BoxSettings(SECRET, lapi="data", si="sig", names=ODD, answer_names=ODD_ANSWERS, pms=pms, **plain)
    )
    with serve(create_box(box)) as running:
        more = "" if not plain else "encrypt = false\nallow_unencrypted_credentials = true"
        text = venue("local", running.url, "", ["room", "birthday"]).replace("sign_in", f"{more}\nsign_in")
        before = tomllib.loads(text)
        write_venues(tmp_path / "before", {"hotel": text})
        box.point_at("http://127.0.0.1:9/hotel/", "http://127.0.0.1:9/hotel/callback")
        ask = requests.Session()
        first = location(
            ask.get(f"{running.url}device/0200000000aa/browse", allow_redirects=False, timeout=5)
        )
        stay, id = box.stays[8], box.devices["0200000000aa"].id
        fields = {"id": id, "room": "214", "birthday": "03.11.1985", "tid": "435"}
        named = {box.settings.wire(name): value for name, value in fields.items()}
        query = {"data": json.dumps(named)} if style == "json" else named
        question = requests.Request(
            "GET", f"{running.url}pms", params={"callback": "dataCBK", **query}
        ).prepare()
        asked = {name: value for name, value in fields.items() if name != "tid"}
        named = {box.settings.wire(name): value for name, value in asked.items()}
        query = {"data": json.dumps(named)} if style == "json" else named
        answer = ask.get(f"{running.url}pms", params={"callback": "dataCBK", **query}, timeout=5).text
        logon = sealed(box, ver="2.1", ac="logon", type="pms", lang="en", **asked)
        second = requests.Request("GET", running.url, params=logon).prepare().url
        third = location(ask.get(second, allow_redirects=False, timeout=5))
        (tmp_path / "answer.txt").write_text(answer)
        typed = {
            "room": "214", "birthday": "1985-11-03", "template": "435", "first_name": "Anna", "last_name": "Berger",
            "arrival": stay.arrival.isoformat(), "departure": stay.departure.isoformat(), "vip": "Gold",
        }  # fmt: skip
        code, said = runs(
            tmp_path / "before", "capture", "hotel", "--redirect1", first, "--redirect2", second,
            "--redirect3", third, "--pms-question", str(question.url), "--pms-answer", str(tmp_path / "answer.txt"),
            "--refresh", f"{running.url}refresh/1",
            *(part for word, value in typed.items() for part in ("--typed", f"{word}={value}")),
        )  # fmt: skip
        assert code == 0, said
        assert "(not known)" not in said
        assert "open:" not in said
        assert "settled: names: " in said
        learnt = tomllib.loads(said[said.index("[iacbox]") : said.index("What the check assumes")])
        assert learnt["iacbox"]["pms"]["style"] == style
        assert learnt["iacbox"]["refresh_url"] == f"{running.url}refresh/{{refid}}"
        table = before["iacbox"] | {k: v for k, v in learnt["iacbox"].items() if k != "pms"}
        table["pms"] = before["iacbox"]["pms"] | learnt["iacbox"]["pms"] | {"finish": "ask"}
        with running_portal(tmp_path / "after", {"hotel": written(before | {"iacbox": table})}) as portal:
            box.point_at(f"{portal.url}hotel/", f"{portal.url}hotel/callback")
            guest = Guest(portal.url, goes_on=True).opens(f"{running.url}device/0200000000bb/browse")
            types(guest, BERGER).sees("Welcome, Anna Berger", "Free Access").presses(button="Free Access")
            guest.sees("You are online", "VIP guest Gold")
            assert box.devices["0200000000bb"].online


def written(value, prefix=""):
    """A venue file of tables, tables of tables and plain values."""
    plain = {key: one for key, one in value.items() if not isinstance(one, dict)}
    tables = {key: one for key, one in value.items() if isinstance(one, dict)}
    lines = [f"{key} = {json.dumps(one)}" for key, one in plain.items()]
    for key, one in tables.items():
        lines += [f"[{prefix}{key}]", written(one, f"{prefix}{key}.")]
    return "\n".join(lines)


class TestDecode:
    @pytest.fixture
    def folder(self, tmp_path):
        write_venues(tmp_path, {"hotel": venue("redirect", "https://logon.now/", "", ["room", "birthday"])})
        return tmp_path

    @pytest.fixture
    def redirect_1(self):
        box = IacBox(BoxSettings(SECRET, "https://portal.example/hotel/"))
        return box.redirect_1(box.seen("0200000000aa", ""), "http://example.com/")

    def test_a_redirect_is_shown(self, folder, redirect_1):
        code, said = runs(folder, "decode", "hotel", redirect_1)
        assert code == 0
        assert "0200000000aa" in said
        assert "userurl" in said

    def test_an_ampersand_that_the_shell_ate_is_told(self, folder, redirect_1):
        code, said = runs(folder, "decode", "hotel", redirect_1.partition("&")[0])
        assert (code, "the shell ate the rest" in said) == (1, True)

    def test_another_secret_is_told_from_another_encryption(self, folder):
        other = IacBox(BoxSettings("another secret", "https://portal.example/hotel/"))
        url = other.redirect_1(other.seen("0200000000aa", ""))
        assert "the signature does not fit: another secret" in runs(folder, "decode", "hotel", url)[1]
        plain = IacBox(BoxSettings(SECRET, "https://portal.example/hotel/", encrypt=False))
        url = plain.redirect_1(plain.seen("0200000000aa", ""))
        assert "the secret is right; set encrypt = false" in runs(folder, "decode", "hotel", url)[1]

    def test_guest_data_are_shown_without_marks_of_direction(self, folder):
        lapi, si = codec_of(BoxSettings(SECRET)).seal("fname=\u202eAnna;lname=Berger;room=214")
        code, said = runs(folder, "decode", "hotel", lapi, si)
        assert (code, "Berger" in said, "\u202e" in said) == (0, True, False)


@pytest.mark.parametrize(
    ("line", "page"),
    [
        ("refreshidmapping = 7:account.php", "account"),
        ('refreshidmapping = "7:account.php"', "account"),
        ("refreshidmapping[] = 7:account.php", "account"),
        ("RefreshIdMapping=7 : Account.PHP  # ours", "account"),
        ("  $config['refreshidmapping'][] = '7:pages/agb.php';", "terms"),
        ("refreshidmapping = <7>:<pool.php>", "pool.html"),
    ],
)
def test_mappings_as_people_have_them(line, page):
    assert f'"7" = "{page}"' in mappings.as_toml(mappings.read(line))


@pytest.mark.parametrize(
    "line",
    ["", "refreshidmapping = 7", "refreshidmapping = :account.php", "refreshidmapping = 7:../../etc/passwd", "x = 1",
     "refreshidmapping = 7:a.php\nrefreshidmapping = 7:b.php"],
)  # fmt: skip
def test_nonsense_ends_with_1(tmp_path, line):
    (tmp_path / "venues").mkdir()
    (tmp_path / "main.config").write_text(line)
    code, said = runs(tmp_path / "venues", "import-mappings", str(tmp_path / "main.config"))
    assert code == 1
    assert "refreshidmapping = 7:account.php" in said or "stands twice" in said


class TestRefusals:
    def test_they_are_counted_and_listed_without_guests(self, tmp_path):
        box = IacBox(BoxSettings(SECRET))
        with serve(create_box(box)) as running:
            tables = f'[iacbox.codes]\n{texts.NO_PMS} = "outage"\n'
            text = venue("redirect", running.url, "", ["room", "birthday"], tables=tables)
            with running_portal(tmp_path, {"hotel": text}) as portal:
                box.point_at(f"{portal.url}hotel/", f"{portal.url}hotel/callback")
                for room in ("998", "999"):
                    guest = Guest(portal.url, goes_on=True).opens(f"{running.url}new-phone")
                    types(guest, BERGER | {"room": room}).sees("did not accept these details")
                box.faults.pms = "outage"
                types(Guest(portal.url, goes_on=True).opens(f"{running.url}new-phone"), BERGER).sees(
                    "The hotel's system cannot be reached."
                )
        code, said = runs(tmp_path, "refusals", "hotel")
        assert code == 0
        assert f"{texts.NO_GUEST:>5}       2 times" in said
        assert "We found no guest with these details." in said
        assert "outage" in said
        assert "999" not in said

    def test_a_text_with_a_guest_in_it_is_kept_without(self):
        assert without_guests("Zimmer 214, Frau BERGER", ["Berger", "214", ""]) == "Zimmer …, Frau …"

    def test_a_venue_has_not_more_of_them_than_fit(self, tmp_path):
        log = RefusalLog(tmp_path)
        for code in range(1, 420):
            log.add("hotel", code, "en", "no", [], 1.0)
        log.add("hotel", 1, "en", "No", [], 2.0)
        rows = log.of("hotel")
        assert len(rows) == 400
        assert (rows[0].code, rows[0].times, rows[0].text, rows[0].last) == (1, 2, "No", 2.0)


def test_numbers_are_told_apart_where_they_make_sense_in_one_way_alone():
    clear = "a=2.1;b=7yXYLm3pQ2uVbZkT1LlCwA;c=auth;d=1000;e=800;f=53;g=424;h=17"
    key = Key(SECRET)
    from portal.gateways.iacbox import protocol

    lapi, si = protocol.seal(clear, key)
    found = captured.redirect(f"https://x.example/?lapi={lapi}&si={si}", replace(key), {}).words
    assert {found.get(wire) for wire in "defg"} <= {
        "users_licensed",
        "users_max",
        "users_percent",
        "users_online",
        "vlan",
        None,
    }
    assert found["b"] == "id"
