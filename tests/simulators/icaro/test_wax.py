"""The simulated Icaro, over real HTTP: wax as Wings calls it, and the unit that lets guests in."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from portal.simulators.icaro import Unit, UnitSettings, Voucher
from portal.simulators.icaro.vouchers import DAY
from tests.simulators.icaro.conftest import ANNA, KEY, PHONE

ODD = ["a+b@example.org", "müller@example.org", "مرحبا@example.org", "o'neil&x=1 #2%2B@example.org"]
ODD_CODES = ["AB12&x=1 z", "ÄÖü", "مرحبا", "50%+?#"]


# The wall


def test_the_digest_is_the_md5_of_secret_and_uuid():
    assert KEY.digest == hashlib.md5(b"s3cretunit-1").hexdigest()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"digest": None}, "digest required"),
        ({"uuid": None}, "uuid required"),
        ({"uuid": "another"}, "uuid is invalid"),
        ({"digest": "0" * 32}, "digest is invalid"),
    ],
)
@pytest.mark.parametrize("path", ["preferences", "register/voucher/Once12", "aaa/login", "aaa/temp"])
def test_every_call_passes_the_wall(wax, path, query, message):
    answer = wax.call(path, **query)
    assert (answer.status_code, answer.json()) == (400, {"message": message})
    assert wax.icaro.voucher_uses("Once12") == 0


def test_an_unknown_call_is_not_found(wax):
    answer = wax.call("nothing")
    assert (answer.status_code, answer.json()) == (404, {"message": "API not found"})


# Preferences


def test_preferences_are_strings_and_integrations_are_null(wax):
    answer = wax.call("preferences").json()
    assert sorted(answer) == [
        "disclaimers",
        "hotspot_id",
        "hotspot_name",
        "integrations",
        "preferences",
        "socials",
    ]
    assert answer["integrations"] is None
    assert all(isinstance(value, str) for value in answer["preferences"].values())
    assert set(answer["disclaimers"]) == {"terms_of_use", "marketing_use"}


def test_integrations_are_a_list_when_there_are_any(hotspot):
    urls = {"pre_auth_redirect_url": "", "post_auth_redirect_url": "http://survey.example"}
    it = hotspot(integrations=[urls], disclaimers=None, socials=None)
    answer = it.call("preferences").json()
    assert answer["integrations"] == [urls]
    assert answer["disclaimers"] is None
    assert answer["socials"] is None


# Vouchers


def test_each_registration_takes_one_use(wax):
    first, second = (wax.register("voucher", "ONCE12") for _ in range(2))
    assert first.status_code == 200
    assert first.json() == {
        "message": "Voucher is valid",
        "code": "once12",
        "type": "auth",
        "user_db_id": wax.icaro.users.find("once12").id,
    }
    assert (second.status_code, second.json()) == (401, {"message": "Voucher limit reached"})
    assert wax.icaro.voucher_uses("once12") == 1


def test_an_unknown_voucher_is_invalid(wax):
    answer = wax.register("voucher", "nope")
    assert (answer.status_code, answer.json()) == (401, {"message": "Voucher is invalid"})


def test_a_voucher_lives_to_the_end_of_its_last_day_and_is_then_gone(wax):
    assert wax.register("voucher", "many").status_code == 200
    wax.clock.now += DAY + 1
    assert wax.register("voucher", "many").status_code == 200
    wax.clock.now += DAY
    messages = [wax.register("voucher", "many").json()["message"] for _ in range(2)]
    assert messages == ["Voucher is expired", "Voucher is invalid"]


def test_a_voucher_signs_in_with_no_password(wax):
    assert wax.state("once12", "once12") == 0
    assert wax.state("once12") == "1"


@pytest.mark.parametrize("code", ODD_CODES)
def test_odd_voucher_codes_arrive_unchanged(wax, code):
    wax.icaro.add_voucher(Voucher(code))
    assert wax.register("voucher", code).json()["code"] == code.lower()
    assert wax.state(code) == "1"
    assert wax.icaro.auths.last("s1").username == code


def test_two_guests_at_once_do_not_share_the_last_use(wax):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: wax.register("voucher", "Once12").status_code, range(8)))
    assert sorted(answers) == [200] + [401] * 7


# E-mail and SMS


@pytest.mark.parametrize("address", ODD)
def test_a_new_guest_is_sent_one_code(wax, address):
    answer = wax.register("email", address, uamip="192.168.182.1", uamport="3990")
    user = wax.icaro.users.find(address)
    assert (answer.status_code, answer.json()) == (200, {"user_id": address, "user_db_id": user.id})
    (code,) = wax.icaro.codes_sent(address)
    assert len(code) == 6
    assert code.isdecimal()
    assert wax.state(address, code) == "1"


def test_a_known_guest_keeps_the_code_until_a_reset(wax):
    number = "+39 333 1234567"
    wax.register("sms", number, reset="false")
    again = wax.register("sms", number, reset="false").json()
    assert (again["exists"], again["reset"], len(wax.icaro.codes_sent(number))) == (True, "false", 1)
    anew = wax.register("sms", number, reset="true").json()
    assert (anew["user_id"], anew["exists"], anew["reset"]) == (number, True, "true")
    old, new = wax.icaro.codes_sent(number)
    assert wax.state(number, new) == "1"
    assert old == new or wax.state(number, old) == 0


def test_a_wrong_code_and_an_unknown_guest_are_refused(wax):
    wax.register("email", "a@example.org")
    assert wax.state("a@example.org", "x") == 0
    assert wax.state("b@example.org", "123456") == 0
    assert wax.icaro.auths.last("s1").type == "created"


def test_an_account_ends_after_its_days_where_it_is_not_kept(wax):
    code = wax.code()
    wax.clock.now += 31 * DAY + 1
    assert wax.state(ANNA, code) == "1"
    wax.icaro.preferences["auth_renew"] = "false"
    wax.icaro.clean_up()
    assert wax.state(ANNA, code) == "1"
    wax.icaro.preferences["auth_renew"] = "true"
    wax.icaro.clean_up()
    assert wax.state(ANNA, code) == 2


def test_a_preference_that_is_no_number_counts_as_nothing(wax):
    wax.icaro.preferences.update(temp_session_duration="soon", user_expiration_days="")
    assert wax.register("email", "a@example.org").status_code == 200
    assert wax.call("aaa/temp", username="a@example.org").status_code == 201
    assert wax.icaro.auths.last("s1").session_timeout == 0


# Consents


def test_reason_and_country_are_kept(wax):
    user = wax.register("email", "a@example.org").json()["user_db_id"]
    answer = wax.call(f"additional/{user}", "PUT", json={"reason": "holiday", "country": "IT"})
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    found = wax.icaro.users.find("a@example.org")
    assert (found.reason, found.country) == ("holiday", "IT")
    assert wax.call("additional/999", "PUT", json={}).status_code == 404
    assert wax.call(f"additional/{user}", "PUT").json()["message"] == "Request fields malformed"


# What can be wrong


def test_a_wax_that_is_down_closes_the_connection(wax):
    wax.icaro.switches.down = True
    with pytest.raises(requests.ConnectionError):
        wax.call("preferences")


def test_a_slow_wax_answers_late(wax):
    wax.icaro.switches.slow = True
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{wax.url}wax/preferences", timeout=0.1)


def test_a_slow_wax_that_is_healed_answers_at_once(hotspot, monkeypatch):
    it = hotspot(slow_seconds=30)
    held, hold = threading.Event(), it.icaro.switches.wait
    monkeypatch.setattr(it.icaro.switches, "wait", lambda seconds: (held.set(), hold(seconds)))
    it.icaro.switches.slow = True
    waiting = threading.Thread(target=it.call, args=("preferences",))
    waiting.start()
    assert held.wait(5)
    requests.post(f"{it.url}simulator/switches", data={}, timeout=5)
    waiting.join(4)
    assert not waiting.is_alive()


def test_html_and_garbled_answers_are_no_json(wax):
    wax.icaro.switches.html = True
    answer = wax.call("preferences")
    assert answer.headers["Content-Type"].startswith("text/html")
    wax.icaro.switches.set({"garbled": "on"})
    with pytest.raises(ValueError, match=r".+"):
        wax.call("preferences").json()


@pytest.mark.parametrize(("switch", "state"), [("refuse", 0), ("expired", 2), ("number", 1)])
def test_a_login_can_be_answered_by_a_switch(wax, switch, state):
    wax.register("voucher", "Once12")
    setattr(wax.icaro.switches, switch, True)
    assert wax.state("once12") == state


def test_a_hostile_wax_sends_scripts(wax):
    wax.icaro.switches.hostile = True
    answer = wax.call("preferences").json()
    assert "<script>" in answer["hotspot_name"]
    assert answer["preferences"]["captive_1_redir"].startswith("javascript:")
    assert "<script>" in wax.register("voucher", "nope").json()["message"]


# The unit


def test_an_offline_phone_is_redirected_with_what_the_unit_knows(wire):
    answer = wire.browse()
    assert answer.status_code == 302
    base, query = answer.headers["Location"].split("?", 1)
    device, own = wire.unit.device(PHONE), urlsplit(wire.url)
    assert base == "http://portal.example/wings/"
    assert parse_qsl(query, strict_parsing=True) == [
        ("digest", KEY.digest),
        ("uuid", KEY.uuid),
        ("timezone", "Europe/Rome"),
        ("res", "notyet"),
        ("uamip", own.hostname),
        ("uamport", str(own.port)),
        ("challenge", device.challenge),
        ("called", KEY.mac),
        ("mac", PHONE),
        ("ip", "192.168.182.2"),
        ("nasid", "Caffè & Bar"),
        ("sessionid", device.session_id),
        ("userurl", "http://captive.apple.com/a?b=c d&e=ü"),
    ]


def test_a_unit_may_be_told_its_address(units):
    wire = units(uamip="192.168.182.1", uamport="3990", portal_url="http://portal.example/hotel/")
    assert wire.redirected()["uamip"] == ["192.168.182.1"]
    assert wire.redirected()["uamport"] == ["3990"]
    assert wire.browse().headers["Location"].startswith("http://portal.example/hotel/?digest=")


def test_each_new_phone_has_its_own_address_and_session(wire):
    seen = []
    for _ in range(2):
        answer = requests.get(f"{wire.url}new-phone", timeout=5, allow_redirects=False)
        location = requests.get(
            wire.url.rstrip("/") + answer.headers["Location"], timeout=5, allow_redirects=False
        ).headers["Location"]
        seen.append(parse_qs(urlsplit(location).query))
    assert seen[0]["mac"] != seen[1]["mac"]
    assert seen[0]["sessionid"] != seen[1]["sessionid"]
    assert seen[0]["userurl"] == ["http://captive.apple.com/hotspot-detect.html"]


def test_a_guest_is_online_only_after_the_unit_has_asked(wire):
    wire.signs_in()
    assert wire.sees() == "offline"
    assert wire.unit.poll()
    assert wire.sees() == "online"
    assert wire.sees("02-00-00-00-00-0A") == "offline"


def test_a_unit_that_runs_asks_by_itself(wax):
    asking = Unit(UnitSettings("http://portal.example/", wax.url, KEY, poll_seconds=0.02), wax.clock)
    asked = threading.Event()
    wax.icaro.fetch = lambda uuid: asked.set() or []
    asking.start()
    assert asked.wait(5)
    asking.stop()


def test_a_temporary_session_lasts_its_seconds(wax, wire):
    wire.connects()
    wax.clock.now += 299
    wire.unit.poll()
    assert wire.sees() == "temporary"
    wax.clock.now += 1
    wire.unit.poll()
    assert wire.sees() == "offline"


def test_a_code_read_in_a_temporary_session_lets_the_guest_in(wax, wire):
    wire.connects()
    session, code = wire.session(), wax.code()
    assert wax.call("aaa/logout", sessionid=session, username=ANNA).status_code == 201
    wire.unit.poll()
    wax.clock.now += 1
    assert wax.state(ANNA, code, sessionid=session) == "1"
    wire.unit.poll()
    assert wire.sees() == "online"
    assert wax.icaro.auths.breaches == []


def test_a_login_out_of_order_is_noticed(wax):
    wax.call("aaa/temp", username="a@example.org")
    wax.state("a@example.org", "1")
    wax.call("aaa/logout", username="a@example.org")
    wax.state("a@example.org", "1")
    assert wax.icaro.auths.breaches == [
        "login without a logout after the temporary session",
        "login less than a second after the logout",
    ]


def test_only_a_unit_with_its_secret_may_ask(wax):
    assert wax.call("aaa/auth", sessionid=None, secret=KEY.secret).status_code == 404
    assert wax.call("aaa/auth", sessionid=None, secret="guess").status_code == 401
    assert wax.call("aaa/auth", sessionid=None).status_code == 401


def test_the_other_side_knows_its_stages(wax):
    assert wax.call("aaa", stage="").status_code == 400
    assert wax.call("aaa", stage="register").status_code == 404
    assert wax.call("aaa/", stage="counters", status="stop").text == "Ack: 1"


@pytest.mark.parametrize("switch", ["down", "html", "garbled"])
def test_a_unit_outlives_a_broken_wax(wax, wire, switch):
    wire.signs_in()
    setattr(wax.icaro.switches, switch, True)
    assert not wire.unit.poll()
    assert wire.unit.poll_fault
    setattr(wax.icaro.switches, switch, False)
    assert wire.unit.poll()
    assert wire.sees() == "online"


# The own page


def test_the_own_page_shows_codes_to_the_guest_and_hides_them_in_the_calls(wax, wire):
    wax.register("voucher", "Once12")
    wax.state("once12")
    wax.register("email", "<b>@example.org")
    wax.state("<b>@example.org", wax.icaro.codes_sent("<b>@example.org")[0])
    wire.browse("02-AA")
    page = requests.get(f"{wax.url}simulator", timeout=5).text
    assert f"<code>{wax.icaro.codes_sent('<b>@example.org')[0]}</code>" in page
    assert "&lt;b&gt;@example.org" in page
    assert "<b>@" not in page
    assert "02-AA" in page
    calls = page.partition('<h2 id="calls">')[2].lower()
    assert "/wax/register/voucher/••••" in calls
    assert "once12" not in calls
    assert KEY.digest not in calls
    assert wax.icaro.codes_sent("<b>@example.org")[0] not in calls


def test_the_own_page_changes_switches_preferences_and_vouchers(wax):
    def post(part, **data):
        return requests.post(f"{wax.url}simulator/{part}", data=data, timeout=5)

    assert post("switches", number="on").status_code == 200
    assert wax.icaro.switches.number
    post("preferences", captive_2_title="Bar <i>", unknown="x")
    assert wax.call("preferences").json()["preferences"]["captive_2_title"] == "Bar <i>"
    assert "unknown" not in wax.icaro.preferences
    post("vouchers", code="NEW & ü", uses="3", type="normal")
    assert wax.register("voucher", "new & ü").json()["type"] == "normal"
    assert post("vouchers", code="x", uses="many").status_code == 400


def test_the_log_keeps_every_call_as_it_came(wax):
    wax.register("email", "a+b@example.org", nasid="Caffè")
    call = wax.icaro.calls[-1]
    assert (call.method, call.path, call.status) == ("GET", "/wax/register/email/a+b@example.org", 200)
    assert call.query["nasid"] == "Caffè"
