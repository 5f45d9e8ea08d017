"""The webhook: what the platform gets, when, and how often."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from portal import create_app
from portal.config import Config
from portal.integrations import deliveries, webhook
from portal.integrations.state_file import Store
from portal.simulators.integration import Survey, Webhook, create_survey
from portal.simulators.server import serve
from tests.house import KEY, running_portal, write_venues

TOKEN = "060a5ad5108fada38d10ba54756"
VENUE = """
name = "Hotel Test"
system = "iacbox"
[iacbox]
url = "http://127.0.0.1:9/"
secret = "correct horse battery"
[hotspot]
id = 1
uuid = "8cad0e8b-892a-4d40-9b07-044702ef5a45"
name = "test"
description = "test"
business_name = "test"
business_vat = "test"
business_address = "test"
business_email = "test@test.it"
[[accounts]]
id = 3
uuid = "eb3c1fd3-80c0-4177-a7e5-e804f0322edf"
type = "customer"
name = "c1"
username = "c1"
password_hash = "3c27daec33252e33039c743617bd39b2"
email = "c1@c1.it"
[[accounts]]
id = 4
uuid = "947e4916-391c-4e16-b759-949cca96043b"
type = "desk"
name = "d1"
username = "d1"
email = "d1@d1.it"
[[units]]
id = 1
mac_address = "E4-95-6E-44-1D-5C"
name = "test"
description = "unit_description test"
uuid = "8b758c35-7fb4-48a3-9021-df7a51a82c90"
[[integrations]]
name = "survey"
webhook_url = "{url}webhook"
webhook_token = "060a5ad5108fada38d10ba54756"
[[integrations]]
name = "plain"
post_auth_redirect_url = "{url}"
"""
HOTSPOT = {
    "id": 1,
    "uuid": "8cad0e8b-892a-4d40-9b07-044702ef5a45",
    "name": "test",
    "description": "test",
    "business_name": "test",
    "business_vat": "test",
    "business_address": "test",
    "business_email": "test@test.it",
    "business_dpo": "",
}
DOCUMENTED = {
    "status": True,
    "hotspot": HOTSPOT,
    "accounts": [
        {
            "id": 3,
            "uuid": "eb3c1fd3-80c0-4177-a7e5-e804f0322edf",
            "type": "customer",
            "name": "c1",
            "username": "c1",
            "password_hash": "3c27daec33252e33039c743617bd39b2",
            "email": "c1@c1.it",
        },
        {
            "id": 4,
            "uuid": "947e4916-391c-4e16-b759-949cca96043b",
            "type": "desk",
            "name": "d1",
            "username": "d1",
            "email": "d1@d1.it",
        },
    ],
    "units": [
        {
            "id": 1,
            "mac_address": "E4-95-6E-44-1D-5C",
            "name": "test",
            "description": "unit_description test",
            "uuid": "8b758c35-7fb4-48a3-9021-df7a51a82c90",
        }
    ],
}
Operator = Callable[..., str]


@pytest.fixture
def platform() -> Iterator[Webhook]:
    hook = Webhook(TOKEN, slow_seconds=2.0)
    with serve(create_survey(Survey("", hook))) as running:
        hook.url = running.url  # type: ignore[attr-defined]
        yield hook
        hook.heal()


@pytest.fixture
def venues(tmp_path: Path, platform) -> Path:
    return write_venues(tmp_path, {"hotel": VENUE.replace("{url}", platform.url)})


@pytest.fixture
def types(venues) -> Operator:
    """What the operator types; every command is a process of its own, as far as it can know."""

    def run(*words: str, code: int = 0) -> str:
        result = create_app(Config(venues, (KEY,))).test_cli_runner().invoke(args=["integrations", *words])
        assert result.exit_code == code, result.output
        return result.output

    return run


def told(platform: Webhook) -> list[bool]:
    return [delivery.document["status"] for delivery in platform.accepted]


def test_the_body_is_the_documented_one_key_by_key(types, platform):
    types("enable", "hotel", "survey")
    (delivery,) = platform.deliveries
    token = delivery.document["token"]
    assert re.fullmatch(r"[0-9a-f]{64}", token)
    assert delivery.document == {**DOCUMENTED, "token": token}
    assert list(delivery.document) == ["status", "token", "hotspot", "accounts", "units"]
    for name in ("hotspot", "units"):
        ours, theirs = delivery.document[name], DOCUMENTED[name]
        assert [list(one) for one in (ours if isinstance(ours, list) else [ours])] == [
            list(one) for one in (theirs if isinstance(theirs, list) else [theirs])
        ]
    assert [list(one) for one in delivery.document["accounts"]] == [
        list(one) for one in DOCUMENTED["accounts"]
    ]
    assert delivery.headers["X-Icaro-WebHook-Token"] == TOKEN
    assert delivery.headers["Content-Type"] == "application/json"


def test_off_tells_the_hotspot_alone(types, platform):
    types("enable", "hotel", "survey")
    types("disable", "hotel", "survey")
    assert platform.deliveries[-1].document == {"status": False, "hotspot": HOTSPOT}


def test_a_venue_that_says_nothing_of_its_hotspot_has_a_uuid_and_a_name(venues, types, platform):
    text = re.sub(
        r"\[hotspot\].*?(?=\[\[integrations)", "", (venues / "hotel/venue.toml").read_text(), flags=re.S
    )
    (venues / "hotel/venue.toml").write_text(text)
    types("enable", "hotel", "survey")
    document = platform.deliveries[0].document
    assert (document["hotspot"]["uuid"], document["hotspot"]["name"]) == ("hotel", "Hotel Test")
    assert set(document) == {"status", "token", "hotspot"}
    assert document["hotspot"]["id"] > 1


@pytest.mark.parametrize("empty", ["accounts", "units"])
def test_what_is_empty_is_left_out_as_icaros_manager_does(venues, types, platform, empty):
    path = venues / "hotel/venue.toml"
    path.write_text(re.sub(rf"\[\[{empty}\]\].*?(?=\[\[|\Z)", "", path.read_text(), flags=re.S))
    types("enable", "hotel", "survey")
    assert set(platform.deliveries[0].document) == {"token", *DOCUMENTED} - {empty}


@pytest.mark.parametrize("fault", ["down", "error", "redirect"])
def test_down_for_three_runs_and_then_up(types, platform, fault):
    platform.fault = fault
    types("enable", "hotel", "survey", code=1)
    types("disable", "hotel", "survey", code=1)
    assert "undelivered" in types("sync", code=1)
    assert '"on", "off"; tried 3 times' in types("list")
    types("enable", "hotel", "survey", code=1)
    assert platform.accepted == []
    platform.heal()
    output = types("sync")
    assert told(platform) == [True, False, True]
    assert output.count('told "on"') == 2
    assert "undelivered" not in types("list")
    types("sync", "--due")
    assert told(platform) == [True, False, True]


def test_a_switch_that_changes_nothing_tells_nothing(types, platform):
    for _ in range(3):
        types("enable", "hotel", "survey")
    types("disable", "hotel", "survey")
    types("disable", "hotel", "survey")
    assert told(platform) == [True, False]


def test_sync_tells_again_how_things_stand(types, platform):
    types("sync")
    types("sync", "hotel")
    types("sync", "hotel", "survey")
    assert told(platform) == [True] * 3
    types("disable", "hotel", "survey")
    types("sync")
    assert told(platform) == [True, True, True, False]


def test_a_platform_that_was_never_told_on_is_not_told_off(types, platform):
    types("disable", "hotel", "survey")
    types("sync")
    assert platform.deliveries == []


def test_redirects_do_not_get_the_token(types, platform):
    platform.fault = "redirect"
    types("enable", "hotel", "survey", code=1)
    assert platform.leaks == []


@pytest.mark.parametrize("host", ["a..example", f"{'a' * 70}.example"])
def test_an_address_that_is_none_is_a_platform_that_is_down(venues, types, platform, host):
    path = venues / "hotel" / "venue.toml"
    path.write_text(path.read_text().replace(f"{platform.url}webhook", f"http://{host}/webhook"))
    assert "undelivered" in types("enable", "hotel", "survey", code=1)


def test_a_token_in_any_script_is_sent_as_the_key_of_signatures_is(venues, types, platform):
    path = venues / "hotel" / "venue.toml"
    path.write_text(path.read_text().replace(TOKEN, "ключ €"))
    platform.token = "ключ €".encode().decode("latin-1")
    types("enable", "hotel", "survey")
    assert told(platform) == [True]


def test_pauses_grow_and_are_kept_by_runs_for_cron(venues, platform):
    now = [1000.0]
    postman = deliveries.Postman(Store(venues / ".state"), lambda: now[0])
    venue = create_app(Config(venues, (KEY,))).extensions["portal"].venues["hotel"]
    record = venue.file.integrations[0]
    platform.fault = "error"
    pauses = []
    with postman.store.alone("hotel"):
        entry = postman.switch(venue, record, True)
        for _ in range(9):
            assert postman.is_due(entry)
            entry = postman.tell(venue, record)
            assert not postman.is_due(entry)
            pauses.append(entry.due_at - now[0])
            now[0] = entry.due_at
    assert pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert entry.fault == "status 500"


def test_a_command_for_one_retries_what_is_due_of_the_others(venues, types, platform):
    path = venues / "hotel/venue.toml"
    block = path.read_text().split("[[integrations]]")[1]
    path.write_text(path.read_text() + "[[integrations]]" + block.replace('"survey"', '"second"'))
    platform.fault = "error"
    types("enable", "hotel", "survey", code=1)
    platform.heal()
    types("enable", "hotel", "second")
    assert len(platform.accepted) == 1
    _let_pauses_pass(venues)
    types("enable", "hotel", "plain")
    assert len(platform.accepted) == 2


def _let_pauses_pass(venues: Path) -> None:
    store = Store(venues / ".state")
    for name, entry in store.load("hotel").items():
        store.keep("hotel", name, entry.but(due_at=0.0))


def test_an_answer_that_comes_too_late_leaves_its_token_valid(types, venues, platform, monkeypatch):
    """The platform took it, we do not know: its token works, and the next run tells again."""
    monkeypatch.setattr(webhook, "TIMEOUT", 0.2)
    platform.fault = "slow"
    answered = threading.Event()
    take = platform.take
    platform.take = lambda *given: (take(*given), answered.set())[0]
    assert "TimeoutError" in types("enable", "hotel", "survey", code=1)
    platform.heal()
    assert answered.wait(5)
    with running_portal(venues, {}) as portal:
        first = platform.accepted[0].document["token"]
        assert _read(portal.url, first) == 200
        monkeypatch.undo()
        types("sync")
        second = platform.accepted[1].document["token"]
        assert (_read(portal.url, first), _read(portal.url, second)) == (401, 200)


def _read(url: str, token: str | None) -> int:
    headers = {} if token is None else {"Token": token}
    return requests.get(url + "hotel/integration", headers=headers, timeout=5).status_code


def test_the_record_is_read_with_the_token_and_not_without(types, venues, platform):
    types("enable", "hotel", "survey")
    token = platform.accepted[0].document["token"]
    with running_portal(venues, {}) as portal:
        address = portal.url + "hotel/integration"
        answer = requests.get(address, headers={"Token": token}, timeout=5)
        assert (answer.status_code, answer.json()) == (200, DOCUMENTED)
        assert answer.headers["Cache-Control"] == "no-store"
        for bad in (None, "", token[:-1], token.upper(), token + "0", "0" * 64, deliveries.hash_of(token)):
            assert _read(portal.url, bad) == 401
        assert requests.get(f"{address}?token={token}", timeout=5).status_code == 401
        platform.fault = "error"
        types("disable", "hotel", "survey", code=1)
        assert _read(portal.url, token) == 401
        types("enable", "hotel", "survey", code=1)
        assert _read(portal.url, token) == 401


def test_no_token_is_on_the_disk(types, venues, platform):
    types("enable", "hotel", "survey")
    token = platform.accepted[0].document["token"]
    # The copy of the venue's own folder, from which guests are served, holds what that folder holds.
    copies = venues / ".state" / "venues"
    files = [path for path in (venues / ".state").rglob("*") if path.is_file() and copies not in path.parents]
    assert files
    assert not any(secret in path.read_text() for path in files for secret in (token, TOKEN))


def test_the_running_portal_sees_a_switch_at_once(types, venues, platform):
    from flask import Flask

    from portal.integrations.switches import switched_on

    app: Flask = create_app(Config(venues, (KEY,)))
    venue = app.extensions["portal"].venues["hotel"]

    def names() -> list[str]:
        with app.app_context():
            return [record.name for record in switched_on(venue)]

    assert names() == ["survey", "plain"]
    types("disable", "hotel", "plain")
    assert names() == ["survey"]
    assert "(the venue file says otherwise)" in types("list")
    types("enable", "hotel", "plain")
    assert names() == ["survey", "plain"]


def test_who_reads_the_state_file_while_it_is_written_reads_the_old_one_whole(types, venues, platform):
    types("enable", "hotel", "survey")
    path = venues / ".state/integrations/hotel.json"
    with path.open() as reader:
        types("disable", "hotel", "plain")
        assert "plain" not in json.loads(reader.read())
    assert json.loads(path.read_text())["plain"]["enabled"] is False
    assert [one.name for one in path.parent.iterdir() if one.suffix != ".lock"] == ["hotel.json"]


def test_a_broken_state_file_is_named_and_guests_do_not_notice(types, venues, platform):
    path = venues / ".state/integrations/hotel.json"
    path.parent.mkdir(parents=True)
    for broken in ("{", "[]", '{"survey": 7}', '{"survey": {"waiting": []}}', '{"survey": {"x": 1}}'):
        path.write_text(broken)
        assert "hotel.json" in types("list", code=1)
        with running_portal(venues, {}) as portal:
            assert requests.get(portal.url + "hotel/", timeout=5).status_code == 200
        path.unlink()


def test_a_broken_state_file_of_one_venue_keeps_no_other_from_being_told(tmp_path, platform):
    text = VENUE.replace("{url}", platform.url)
    folder = write_venues(tmp_path, {"alp": text, "hotel": text})
    path = folder / ".state/integrations/alp.json"
    path.parent.mkdir(parents=True)
    path.write_text("{")
    result = create_app(Config(folder, (KEY,))).test_cli_runner().invoke(args=["integrations", "sync"])
    assert result.exit_code == 1
    assert "alp.json" in result.output
    assert 'hotel survey: told "on"' in result.output
    assert told(platform) == [True]


def test_two_commands_at_once_tell_once(types, venues, platform):
    platform.fault = "error"
    types("enable", "hotel", "survey", code=1)
    platform.heal()
    _let_pauses_pass(venues)
    threads = [threading.Thread(target=types, args=("sync", "--due")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(platform) == [True]


def test_what_left_the_venue_file_is_shown(types, venues, platform):
    types("enable", "hotel", "survey")
    path = venues / "hotel/venue.toml"
    head, _, tail = path.read_text().split("[[integrations]]")
    path.write_text(head + "[[integrations]]" + tail)
    assert "survey: is not in the venue file any more" in types("list")
    assert "there are plain" in types("enable", "hotel", "survey", code=1)


def test_a_folder_that_cannot_be_written_is_explained(venues, platform):
    (venues / "file").write_text("")
    app = create_app(Config(venues, (KEY,), state_folder=venues / "file"))
    result = app.test_cli_runner().invoke(args=["integrations", "enable", "hotel", "survey"])
    assert result.exit_code == 1
    assert "PORTAL_STATE" in result.output


@pytest.mark.parametrize("readable", ["pre_auth_redirect_url", "post_auth_redirect_url"])
def test_the_check_finds_plain_http_on_one_of_two_pages(venues, readable):
    pages = dict.fromkeys(("pre_auth_redirect_url", "post_auth_redirect_url"), "https://survey.example/")
    pages[readable] = "http://survey.example/"
    path = venues / "hotel/venue.toml"
    lines = "".join(f'{name} = "{url}"\n' for name, url in pages.items())
    path.write_text(path.read_text() + f'[[integrations]]\nname = "both"\n{lines}')
    result = create_app(Config(venues, (KEY,))).test_cli_runner().invoke(args=["venues", "check", "hotel"])
    assert "both: is plain http" in result.output


def test_the_check_names_hosts_and_what_to_know(venues, platform):
    path = venues / "hotel/venue.toml"
    path.write_text(path.read_text() + 'wings_compatible = true\n[[integrations]]\nname = "idle"\n')
    result = create_app(Config(venues, (KEY,))).test_cli_runner().invoke(args=["venues", "check", "hotel"])
    assert platform.url.rstrip("/") in result.output.split("reachable before login")[1]
    for said in (
        "plain: is plain http",
        "plain: wings_compatible passes",
        "idle: has neither",
        "survey: its platform",
    ):
        assert said in result.output
    create_app(Config(venues, (KEY,))).test_cli_runner().invoke(
        args=["integrations", "disable", "hotel", "plain"]
    )
    result = create_app(Config(venues, (KEY,))).test_cli_runner().invoke(args=["venues", "check", "hotel"])
    assert platform.url.rstrip("/") not in result.output.split("reachable before login")[1]
