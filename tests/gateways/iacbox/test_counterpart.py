"""What an operator records at a box that nobody here has built settles every assumption, and a guest signs in there."""

from __future__ import annotations

import tomllib

import pytest
import requests

from tests.gateways.iacbox.counterpart import Counterpart, running
from tests.gateways.iacbox.hotel import SECRET, venue
from tests.gateways.iacbox.test_capture import runs, written
from tests.guest import Guest
from tests.house import running_portal, write_venues

TYPED = [
    "room=118", "birthday=24.12.1969", "template=435", "first_name=Łucja", "last_name=O’Neill", "vip=Gold",
    "arrival=2026-11-20", "departure=2.12.2026", "user=-", "password=none",
]  # fmt: skip


def records(box: Counterpart) -> list[str]:
    """One whole exchange, as its owner can read it from a browser and its log."""
    with requests.Session() as browser:
        browser.trust_env = False
        first = browser.get(f"{box.url}0200000000aa", allow_redirects=False, timeout=5).headers["Location"]
        client = box.clients["0200000000aa"]
        second = box.own_page(client)
        answer = browser.get(box.own_question(client), timeout=5).text
        third = browser.get(second, allow_redirects=False, timeout=5).headers["Location"]
    log = f'10.1.2.3 - - [25/Nov/2026:03:30:00 +0000] "GET {first} HTTP/1.1" 200 5120 "-" "Mozilla/5.0"'
    question = box.own_question(client, "435")
    return [
        "--redirect1", log, "--redirect2", second, "--redirect3", third, "--pms-question", question,
        "--pms-answer", answer, "--refresh", f"{box.url}refresh.php?refid=1",
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("mode", ["local", "redirect"])
def test_one_recorded_exchange_settles_everything_and_a_guest_signs_in(tmp_path, seed, mode):
    box = Counterpart(SECRET, seed, encrypted=bool(seed % 2), as_json=seed % 3 == 0)
    with running(box):
        more = "encrypt = false\nallow_unencrypted_credentials = true" if not box.encrypted else ""
        text = venue(mode, box.url, "", ["room", "birthday"]).replace("sign_in", f"{more}\nsign_in")
        before = tomllib.loads(text)
        before["iacbox"]["pms"]["url"] = f"{box.url}pms.php"
        write_venues(tmp_path / "before", {"hotel": written(before)})
        typed = [part for pair in TYPED for part in ("--typed", pair)]
        code, said = runs(tmp_path / "before", "capture", "hotel", *records(box), *typed)
        assert code == 0, said
        assert "(not known)" not in said, said
        assert "open:" not in said, said
        learnt = tomllib.loads(said[said.index("[iacbox]") : said.index("What the check assumes")])["iacbox"]
        table = before["iacbox"] | {key: value for key, value in learnt.items() if key != "pms"}
        table["pms"] = (
            before["iacbox"]["pms"] | learnt.get("pms", {}) | ({"finish": "ask"} if mode == "local" else {})
        )
        box.online.clear()
        with running_portal(tmp_path / "after", {"hotel": written(before | {"iacbox": table})}) as portal:
            box.landing = f"{portal.url}hotel/"
            guest = Guest(portal.url, goes_on="lapi=").opens(f"{box.url}0200000000bb")
            guest.fills(room="118", birthday="1970-01-01")
            guest.presses(way="pms").does_not_see("You are online")
            guest.fills(room="118", birthday="1969-12-24").presses(way="pms")
            if mode == "local":
                guest.sees("Łucja O'Neill", "Free Access").presses(button="Free Access")
            guest.sees("You are online")
            assert box.clients["0200000000bb"] in box.online
