"""What goes wrong at a controller, by its switches: slow, dead, garbled, lost sessions, hanging after success."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portal.simulators.ucopia import ACTIONS, Faults
from tests.simulators.ucopia_guest import Guest, box

LOGIN = {"login": "jsmith", "password": "1234"}


@pytest.mark.parametrize("action", ACTIONS)
def test_a_session_is_lost_at_any_call_once(action: str) -> None:
    with box() as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        ucopia.settings.faults.lose_session_at = action
        response = guest.post(action, type="one", **LOGIN)
        assert (response.status_code, response.headers["Location"]) == (302, "/")
        assert ucopia.controller.accounts.made == 0
        if action != "init":
            assert guest.post(action, type="one", **LOGIN).status_code == 302, (
                "the cookie is worth nothing now"
            )
        guest.arrives()
        assert guest.post(action, type="one", **LOGIN).json()


def test_a_lost_session_can_be_told_in_three_ways() -> None:
    with box() as ucopia:
        guest, faults = ucopia.guest(), ucopia.settings.faults
        ucopia.settings.init_opens = False
        assert guest.post("init").status_code == 302
        faults.lost_session_answer = "html"
        response = guest.post("init")
        assert response.status_code == 200
        assert response.text.startswith("<!doctype html>")
        faults.lost_session_answer = "error"
        answer = guest.call("init")
        assert answer == {"error": {"code": "error_redirect-to-index"}, "redirect": "/index.php"}


def test_a_session_can_be_lost_where_guests_are_known_by_address() -> None:
    with box(guests_by="address") as ucopia:
        ucopia.account()
        guest = ucopia.guest()
        guest.call("authenticate", **LOGIN)
        ucopia.settings.faults.lose_session_at = "refresh"
        assert guest.post("refresh", login="jsmith").status_code == 302
        assert guest.call("init")["user"]["isConnected"] is True


@pytest.mark.parametrize("action", [*ACTIONS, "open"])
def test_a_dead_action_drops_the_connection(action: str) -> None:
    with box() as ucopia:
        guest = ucopia.guest().arrives()
        ucopia.settings.faults.dead.add(action)
        with pytest.raises(requests.ConnectionError):
            guest.get("") if action == "open" else guest.post(action, type="one", **LOGIN)
        assert ucopia.controller.accounts.made == 0
        ucopia.settings.faults.dead.clear()
        assert guest.call("init")["step"] == "SUBSCRIBE"


@pytest.mark.parametrize("how", ["cut", "html", "binary", b'{"user": [[[', b""])
def test_garbled_answers_are_not_json(how: str | bytes) -> None:
    with box(faults=Faults(garble=dict.fromkeys(ACTIONS, how))) as ucopia:
        guest = ucopia.guest().arrives()
        for action in ACTIONS:
            response = guest.post(action, type="one", **LOGIN)
            assert response.status_code == 200
            with pytest.raises(ValueError, match=r".*"):
                json.loads(response.content)
            if isinstance(how, bytes):
                assert response.content == how


def test_the_work_of_a_garbled_or_hanging_action_is_done() -> None:
    with box() as ucopia:
        ucopia.account()
        guest, faults = ucopia.guest().arrives(), ucopia.settings.faults
        faults.garble["subscribe"] = "cut"
        guest.post("subscribe", type="one")
        assert ucopia.controller.accounts.made == 1
        faults.hang_after["authenticate"] = 30
        with pytest.raises(requests.Timeout):
            guest.post("authenticate", timeout=0.1, **LOGIN)
        assert guest.call("init")["user"]["isConnected"] is True


def test_a_hanging_action_drops_the_connection_in_the_end() -> None:
    with box(faults=Faults(hang_after={"init": 0.05})) as ucopia:
        guest = ucopia.guest().arrives()
        with pytest.raises(requests.ConnectionError):
            guest.post("init")


def test_release_ends_every_wait() -> None:
    with box(faults=Faults(slow={"init": 30})) as ucopia:
        guest = ucopia.guest().arrives()
        timer = threading.Timer(0.1, ucopia.controller.release)
        timer.start()
        started = time.monotonic()
        assert guest.call("init")["step"] == "SUBSCRIBE"
        assert time.monotonic() - started < 5
        timer.join()


def test_200_slow_guests_are_served_at_once() -> None:
    def one(url: str) -> str:
        guest = Guest(url)
        try:
            return str(guest.arrives().call("subscribe", type="one")["info"]["subscribe"]["login"])
        finally:
            guest.close()

    with box(faults=Faults(slow={"subscribe": 1.0})) as ucopia:
        started = time.monotonic()
        with ThreadPoolExecutor(200) as pool:
            logins = list(pool.map(one, [ucopia.url] * 200))
        assert len(set(logins)) == ucopia.controller.accounts.made == 200
        assert time.monotonic() - started < 100, "one after the other would take 200 s"


def test_calls_are_noted_with_forms_and_masked_for_pages() -> None:
    with box() as ucopia:
        ucopia.guest().arrives().call("authenticate", **LOGIN)
        call = ucopia.controller.calls[-1]
        assert (call.action, call.form["password"], call.user_agent) == ("authenticate", "1234", "portal/1")
        assert call.masked()["password"] == "•••"
        assert call.masked()["login"] == "jsmith"


def test_an_unknown_action_is_sent_home_and_get_is_served_as_in_the_example() -> None:
    with box() as ucopia:
        guest = ucopia.guest().arrives()
        assert guest.post("format_disk").status_code == 302
        answer = guest.get("portal_api.php", params={"action": '"init"', "from_ajax": "true"})
        assert answer.json()["step"] == "SUBSCRIBE"
