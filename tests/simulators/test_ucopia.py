"""The simulated controller lets guests in by its rules: sessions, refusals and what ``init`` announces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.simulators.ucopia import ControllerSettings, Mode, Policy, WireStyle
from portal.simulators.ucopia.rules import MANUAL_RULES, RULES
from portal.simulators.ucopia.texts import LANGUAGES, REFUSALS
from tests.simulators.ucopia_guest import box

VECTORS = Path(__file__).parents[1] / "vectors" / "ucopia"


def vector(name: str) -> Any:
    """An example of the manual, made valid JSON."""
    return json.loads((VECTORS / f"{name}.json").read_text())


def shape(data: Any) -> Any:
    """The names and types of an answer: values forgotten, lists and language tables by their first item."""
    if isinstance(data, dict):
        return {name: shape(value) for name, value in data.items()}
    if isinstance(data, list):
        return [shape(data[0])] if data else []
    return type(data).__name__


def misses(expected: Any, given: Any, path: str = "") -> list[str]:
    """The names of the manual's example that an answer does not hold, or holds with another type."""
    if isinstance(expected, dict):
        lost = [f"{path}/{name}" for name in expected if name not in given]
        there = [name for name in expected if name in given]
        return lost + [
            gone for name in there for gone in misses(expected[name], given[name], f"{path}/{name}")
        ]
    if isinstance(expected, list):
        return misses(expected[0], given[0], f"{path}[]") if expected and given else []
    return [] if expected == given or "NoneType" in (expected, given) else [path]


# -- sessions


@pytest.mark.parametrize("path", ["?dst=http://wanted.example/", "index.php"])
def test_a_guest_is_sent_to_the_portal_with_a_session(path: str) -> None:
    with box() as ucopia:
        guest = ucopia.guest()
        response = guest.get(path)
        assert (response.status_code, response.headers["Location"]) == (302, "/1/portal/")
        assert response.headers["Set-Cookie"].startswith("PHPSESSID=")
        page = guest.get("1/portal/")
        assert page.status_code == 200
        assert BeautifulSoup(page.text, "html.parser").select_one("input[name=login]")


def test_the_session_rotates_at_every_hop_and_post_and_old_ids_die_where_told_so() -> None:
    with box(old_ids_live=False, init_opens=False) as ucopia:
        guest = ucopia.guest()
        seen = [guest.get("").cookies["PHPSESSID"], guest.get("1/portal/").cookies["PHPSESSID"]]
        seen.append(guest.post("init").cookies["PHPSESSID"])
        assert len(set(seen)) == 3
        stale = ucopia.guest()
        stale.http.cookies.set("PHPSESSID", seen[0])
        assert stale.post("init").status_code == 302
        assert guest.call("init")["step"] == "SUBSCRIBE"


def test_rotation_can_be_rare_off_or_forgiving() -> None:
    with box(rotate_every=3) as ucopia:
        guest = ucopia.guest().arrives()
        first = guest.cookie
        guest.call("init")
        assert guest.cookie != first
        second = guest.cookie
        guest.call("init")
        assert guest.cookie == second
    with box(rotate_every=0) as ucopia:
        guest = ucopia.guest().arrives()
        assert "Set-Cookie" not in guest.post("init").headers
    with box(init_opens=False) as ucopia:
        guest = ucopia.guest().arrives()
        stale = ucopia.guest()
        stale.http.cookies.set("PHPSESSID", guest.cookie or "")
        guest.call("init")
        assert stale.call("init")["step"] == "SUBSCRIBE"


def test_a_first_round_can_end_at_a_degraded_page() -> None:
    with box(degraded_first_page=True) as ucopia:
        guest = ucopia.guest()
        assert guest.get("").headers["Location"] == "/degraded.html"
        assert guest.get("degraded.html").status_code == 200
        assert guest.post("init").status_code == 302, "the API is not ready yet"
        assert guest.get("").headers["Location"] == "/1/portal/"
        assert guest.call("init")["step"] == "SUBSCRIBE"


def test_sessions_end_after_their_life() -> None:
    with box() as ucopia:
        guest = ucopia.guest().arrives()
        ucopia.clock.passes(1441)
        assert guest.post("subscribe", type="one").status_code == 302


def test_init_without_a_cookie_opens_a_session_by_itself() -> None:
    with box() as ucopia:
        guest = ucopia.guest()
        response = guest.post("init")
        assert response.json()["step"] == "SUBSCRIBE"
        assert response.headers["Set-Cookie"].startswith("PHPSESSID=")
        made = guest.call("subscribe", type="one")["info"]["subscribe"]
        guest.call("authenticate", login=made["login"], password=made["password"])
        assert guest.call("init")["user"]["isConnected"] is True
        assert "isConnected" not in ucopia.guest().call("init")["user"], "somebody else's session"
        ucopia.settings.init_opens = False
        assert ucopia.guest().post("init").status_code == 302


def test_a_session_can_count_only_after_the_portal_page_was_fetched() -> None:
    with box(needs_portal_page=True) as ucopia:
        guest = ucopia.guest()
        guest.get("")
        assert guest.post("init").status_code == 302
        guest.get("1/portal/")
        assert guest.call("init")["step"] == "SUBSCRIBE"


def test_a_zone_opens_the_out_of_band_portal() -> None:
    with box() as ucopia:
        guest = ucopia.guest()
        response = guest.arrives_in_zone()
        assert (response.status_code, response.headers["Location"]) == (302, "/100/portal/")
        assert guest.get("100/portal/").status_code == 200
        assert guest.get("1/portal/").status_code == 404, "not the portal of this session"
        user = guest.call("init")["user"]
        assert user["incomingNetwork"]["value"] == "native-out"
        assert (user["incomingNetworkID"]["value"], user["incomingZone"]["value"]) == ("out", "test")


def test_a_caught_phone_is_sent_to_the_external_portal() -> None:
    with box(portal_url="http://portal.example/hotel/") as ucopia:
        response = ucopia.guest().get("arrive", params={"dst": "http://wanted.example/a?b"})
        target = "http://portal.example/hotel/?dst=http%3A%2F%2Fwanted.example%2Fa%3Fb"
        assert (response.status_code, response.headers["Location"]) == (302, target)


def test_guests_are_known_by_their_address_without_a_cookie() -> None:
    with box(guests_by="address") as ucopia:
        ucopia.account()
        here, there = ucopia.guest(), ucopia.guest("127.0.0.2")
        here.call("authenticate", login="jsmith", password="1234")
        here.http.cookies.clear()
        assert here.call("init")["user"]["isConnected"] is True
        assert "isConnected" not in there.call("init")["user"]
        assert here.call("init")["user"]["ipAddress"]["value"] == "127.0.0.1"


# -- Table 1 and section 2.3


@pytest.mark.parametrize("name", REFUSALS)
def test_table_1_is_answered_by_a_switch(name: str) -> None:
    with box(refusal=name) as ucopia:
        response = ucopia.guest().get("")
        assert (response.status_code, response.text) == REFUSALS[name]
        assert "Set-Cookie" not in response.headers


def test_a_zone_without_a_portal_is_refused() -> None:
    with box() as ucopia:
        response = ucopia.guest().arrives_in_zone("nowhere")
        assert (response.status_code, response.text) == (401, "No portal is defined for this zone")


@pytest.mark.parametrize(
    ("rule", "agent", "status"),
    [
        ("manual", "portal/1", 302),
        ("manual", "x" * 60, 302),
        ("manual", "x" * 61, 403),
        ("manual", "Mozilla/5.0", 403),
        ("manual", "iPod", 403),
        ("manual", "Skype WISPr", 403),
        ("mozilla", "Mozilla/5.0", 302),
        ("mozilla", "portal/1", 403),
        ("any", "BlackBerry", 302),
    ],
)
def test_user_agents_are_restricted(rule: str, agent: str, status: int) -> None:
    with box(user_agents=rule) as ucopia:
        guest = ucopia.guest()
        assert guest.get("", headers={"User-Agent": agent}).status_code == status
        browser = {"User-Agent": "Mozilla/5.0", "Accept": "text/html,*/*"}
        assert guest.get("", headers=browser).status_code == 302
        ucopia.settings.let_browsers_in = rule != "manual"
        assert guest.get("", headers=browser).status_code == (403 if rule == "manual" else 302)


# -- init


def all_shown() -> ControllerSettings:
    settings = ControllerSettings(wire=WireStyle.manual(), redirect_url="http://www.wi-fi.org/")
    settings.redirect_delay, settings.custom_fields_default_lang = 20, "ar"
    settings.pwd_recovery, settings.logon_policy.display = True, True
    for mode in (settings.one, settings.direct):
        mode.enabled, mode.policy.display = True, True
        mode.show(*MANUAL_RULES)
    return settings


def test_init_holds_all_of_the_manuals_example() -> None:
    with box(**vars(all_shown())) as ucopia:
        answer = ucopia.guest().arrives().call("init")
        assert misses(shape(vector("init")), shape(answer)) == []
        assert answer["postConnectRedirect"] == {"url": " http://www.wi-fi.org/ ", "delay": "20"}
        assert answer["logon"]["subscribe"]["count"] == 2
        ucopia.settings.direct.enabled = False
        assert misses(shape(vector("out_of_band_init")), shape(ucopia.guest().arrives().call("init"))) == []


def test_init_announces_exactly_the_rules_that_are_ticked() -> None:
    mode = Mode(enabled=True).show("email", "birthDate").show("lastName", mandatory=True)
    with box(one=mode) as ucopia:
        announced = ucopia.guest().arrives().call("init")["subscribe"]
        assert announced["count"] == 1
        shown = {name for name in RULES if announced["one"][name]["display"]}
        assert shown == {"email", "birthDate", "lastName"}
        assert [name for name in RULES if announced["one"][name]["mandatory"]] == ["lastName"]
        ucopia.settings.wire.hidden_rules = "absent"
        announced = ucopia.guest().arrives().call("init")["subscribe"]["one"]
        assert set(announced) == shown | {"policy", "countField", "sponsoringEnable"}
        assert announced["countField"] == 3


def test_policies_speak_16_languages_and_labels_some() -> None:
    style = WireStyle(field_default_lang=True)
    with box(one=Mode(True, policy=Policy(display=True)).show("personalField_3"), wire=style) as ucopia:
        one = ucopia.guest().arrives().call("init")["subscribe"]["one"]
        assert len({one["policy"][language]["text"] for language in LANGUAGES}) == 16
        assert one["personalField_3"]["labels"] == {"ja": "会員番号"}
        assert one["personalField_3"]["defaultLang"] == "ja"


@pytest.mark.parametrize(
    ("settings", "step", "kind"),
    [
        ({}, "SUBSCRIBE", "ONE"),
        ({"one": Mode(), "direct": Mode(True)}, "LOGON", ""),
        ({"secure_password": "s"}, "SECURE_PWD", ""),
        ({"one": Mode()}, "LOGON", ""),
        ({"step": "PAYMENT", "type": "PMS"}, "PAYMENT", "PMS"),
    ],
)
def test_init_names_the_step(settings: dict[str, Any], step: str, kind: str) -> None:
    with box(**settings) as ucopia:
        answer = ucopia.guest().arrives().call("init")
        assert (answer["step"], answer["type"]) == (step, kind)


def test_the_wires_habits_are_switches() -> None:
    with box(shibboleth=True, wire=WireStyle(booleans="strings", numbers="strings")) as ucopia:
        guest, style = ucopia.guest().arrives(), ucopia.settings.wire
        answer = guest.call("init")
        assert answer["auth_modes"]["shibboleth"] == "TRUE"
        assert answer["user"]["isAuthenticatedThroughShibboleth"] == "FALSE"
        assert (answer["refreshInterval"], answer["pwdRecovery"]) == ("50000", "FALSE")
        assert "postConnectRedirect" not in answer
        style.booleans, style.numbers, style.empty_hashes = "real", "numbers", "object"
        ucopia.settings.redirect_url, ucopia.settings.redirect_delay = "http://a.example/", 7
        assert guest.call("init")["postConnectRedirect"]["delay"] == 7
        ucopia.settings.redirect_url = ""
        assert guest.call("init")["postConnectRedirect"] == {}
        style.empty_hashes = "list"
        assert guest.call("init")["postConnectRedirect"] == []


def test_json_is_php_json_served_as_html() -> None:
    policy = Policy(kind="logon", display=True, mandatory=False)
    with box(logon_policy=policy, wire=WireStyle(relative_links=True)) as ucopia:
        guest = ucopia.guest().arrives()
        response = guest.post("init")
        assert response.headers["Content-Type"] == "text/html; charset=UTF-8"
        assert response.headers["Access-Control-Allow-Origin"] == ucopia.url.rstrip("/")
        assert rb"\/portals\/_policies\/policy" in response.content
        assert response.content.isascii()
        announced = response.json()["logon"]["policy"]
        assert announced["mandatory"] is False
        assert guest.get(announced["en"]["link"].lstrip("/")).status_code == 200


# -- the board


def test_a_form_is_built_by_ticking_on_the_board() -> None:
    with box() as ucopia:
        guest = ucopia.guest()
        soup = BeautifulSoup(guest.get("simulator").text, "html.parser")
        form: dict[str, str] = {}
        for field in soup.select("form[action='/simulator'] input[name]"):
            if field.get("type") != "checkbox" or field.has_attr("checked"):
                form[str(field["name"])] = str(field.get("value", "on"))
        for select in soup.select("form[action='/simulator'] select"):
            chosen = select.select_one("option[selected]")
            form[str(select["name"])] = str(chosen["value"]) if chosen else ""
        before = repr(ucopia.settings)
        guest.http.post(ucopia.url + "simulator", data=form, timeout=5)
        assert repr(ucopia.settings) == before, "setting the board as it stands changes nothing"
        form |= {"direct.enabled": "on", "direct.email.display": "on", "direct.email.mandatory": "on"}
        form |= {"wire.booleans": "strings", "settings.display_lang": "de it", "slow.init": "0.1"}
        guest.http.post(ucopia.url + "simulator", data=form, timeout=5)
        email = ucopia.guest().arrives().call("init")["subscribe"]["direct"]["email"]
        assert email == {"display": "TRUE", "mandatory": "TRUE"}
        assert ucopia.settings.display_lang == ("de", "it")
        assert ucopia.settings.faults.slow == {"init": 0.1}


def test_the_board_escapes_and_hides_passwords() -> None:
    with box() as ucopia:
        guest = ucopia.guest().arrives("http://x.example/<script>alert(1)</script>")
        guest.call("authenticate", login="<b>eve</b>", password="very-secret")
        account = {"login": "<i>", "password": "p", "credit": "60"}
        guest.http.post(ucopia.url + "simulator/account", data=account, timeout=5)
        page = guest.get("simulator").text
        assert "very-secret" not in page
        assert "&lt;b&gt;eve" in page
        assert "<script>" not in page
        assert ucopia.controller.accounts.all()[-1].credit == 60
