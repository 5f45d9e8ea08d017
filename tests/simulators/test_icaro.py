"""The simulated Icaro, over real HTTP: wax as Wings calls it, and the unit that lets guests in."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import pytest
import requests

from portal.simulators.icaro import (
    Icaro,
    IcaroSettings,
    Unit,
    UnitKey,
    UnitSettings,
    Voucher,
    create_icaro,
    create_unit,
)
from portal.simulators.icaro.vouchers import DAY
from portal.simulators.server import serve

KEY = UnitKey(uuid="unit-1", secret="s3cret", mac="E4-95-6E-44-1D-5C")
ODD = ["a+b@example.org", "müller@example.org", "مرحبا@example.org", "o'neil&x=1 #2%2B@example.org"]
ODD_CODES = ["AB12&x=1 z", "ÄÖ/ü", "مرحبا", "a//b", "50%+?#"]


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Hotspot:
    """A running wax and the shortest way to call it."""

    icaro: Icaro
    url: str
    clock: Clock

    def call(self, path, method="GET", json=None, **query):
        query = {"digest": KEY.digest, "uuid": KEY.uuid, "sessionid": "s1", **query}
        query = {name: value for name, value in query.items() if value is not None}
        return requests.request(method, f"{self.url}wax/{path}", params=query, json=json, timeout=5)

    def register(self, kind, name, **query):
        return self.call(f"register/{kind}/{quote(name, safe='')}", **query)

    def state(self, username, password="", **query):
        answer = self.call("aaa/login", username=username, password=password, **query)
        assert answer.status_code == 201
        return answer.json()["clientState"]


def hotspot(**settings):
    clock = Clock()
    icaro = Icaro(IcaroSettings(**{"units": [KEY], "slow_seconds": 0.4, **settings}), clock)
    running = serve(create_icaro(icaro))
    return running, Hotspot(icaro, running.url, clock)


@pytest.fixture
def wax():
    vouchers = [Voucher("Once12"), Voucher("MANY", uses=-1), Voucher("door", type="unlock", uses=2)]
    running, it = hotspot(vouchers=vouchers, wings_url="http://portal.example/")
    with running:
        yield it


@pytest.fixture
def unit(wax):
    settings = UnitSettings("http://portal.example/hotel/", wax.url, KEY, nasid="Caffè & Bar")
    unit = Unit(settings, wax.clock)
    wax.icaro.attach(unit)
    with serve(create_unit(unit)) as running:
        unit.url = running.url
        yield unit


def browse(unit, mac="02-00-00-00-00-09", url="http://captive.apple.com/a?b=c d&e=ü"):
    return requests.get(
        f"{unit.url}browse", params={"mac": mac, "url": url}, allow_redirects=False, timeout=5
    )


# The wall


def test_the_digest_is_the_md5_of_secret_and_uuid():
    assert KEY.digest == hashlib.md5(b"s3cretunit-1").hexdigest()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"digest": None}, "digest required"),
        ({"uuid": None}, "uuid required"),
        ({"sessionid": None}, "sessionid is required"),
        ({"sessionid": ""}, "sessionid is required"),
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


def test_integrations_are_a_list_when_there_are_any():
    urls = {"pre_auth_redirect_url": "", "post_auth_redirect_url": "http://survey.example"}
    running, it = hotspot(integrations=[urls], disclaimers=None, socials=None)
    with running:
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
        "code": "Once12",
        "type": "auth",
        "user_db_id": wax.icaro.users.find("once12").id,
    }
    assert (second.status_code, second.json()) == (401, {"message": "Voucher limit reached"})
    assert wax.icaro.voucher_uses("once12") == 1


def test_an_unknown_voucher_is_invalid(wax):
    answer = wax.register("voucher", "nope")
    assert (answer.status_code, answer.json()) == (401, {"message": "Voucher is invalid"})


def test_a_voucher_lives_its_days_from_its_first_use_and_is_then_gone(wax):
    assert wax.register("voucher", "many").status_code == 200
    wax.clock.now += DAY + 1
    messages = [wax.register("voucher", "many").json()["message"] for _ in range(2)]
    assert messages == ["Voucher is expired", "Voucher is invalid"]


def test_an_unlocking_voucher_has_no_account(wax):
    answer = wax.register("voucher", "door").json()
    assert (answer["type"], answer["user_db_id"]) == ("unlock", 0)
    assert wax.state("door") == "0"


def test_a_voucher_signs_in_with_its_lower_case_code_and_no_password(wax):
    wax.register("voucher", "Once12")
    assert wax.state("Once12") == "0"
    assert wax.state("once12", "once12") == "0"
    assert wax.state("once12", sessionid="another") == "0"
    assert wax.state("once12") == "1"


def test_a_voucher_that_was_not_registered_lets_nobody_in(wax):
    assert wax.state("once12") == "0"


def test_a_voucher_lets_nobody_in_where_codes_are_switched_off(wax):
    wax.register("voucher", "Once12")
    wax.icaro.preferences["temp_code_login"] = "false"
    assert wax.state("once12") == "0"


@pytest.mark.parametrize("code", ODD_CODES)
def test_odd_voucher_codes_arrive_unchanged(wax, code):
    wax.icaro.add_voucher(Voucher(code))
    assert wax.register("voucher", code).json()["code"] == code
    assert wax.state(code.lower()) == "1"
    assert wax.icaro.notes.last("s1").username == code.lower()


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


def test_the_mailed_link_carries_all_that_the_guest_pages_need(wax):
    wax.register("email", "a+b@example.org", uamip="192.168.182.1", uamport="3990")
    (sent,) = wax.icaro.outbox
    assert sent.link.startswith("http://portal.example/wings/login/email?")
    assert dict(parse_qsl(urlsplit(sent.link).query)) == {
        "digest": KEY.digest,
        "uuid": KEY.uuid,
        "sessionid": "s1",
        "uamip": "192.168.182.1",
        "uamport": "3990",
        "user": str(wax.icaro.users.find("a+b@example.org").id),
        "code": sent.code,
        "email": "a+b@example.org",
    }


def test_a_known_guest_keeps_the_code_until_a_reset(wax):
    number = "+39 333 1234567"
    wax.register("sms", number, reset="false")
    again = wax.register("sms", number, reset="false").json()
    assert (again["exists"], again["reset"], len(wax.icaro.codes_sent(number))) == (True, "false", 1)
    anew = wax.register("sms", number, reset="true").json()
    assert (anew["user_id"], anew["exists"], anew["reset"]) == (number, True, "true")
    old, new = wax.icaro.codes_sent(number)
    assert wax.state(number, new) == "1"
    assert old == new or wax.state(number, old) == "0"
    assert "num=%2B39+333+1234567" in list(wax.icaro.outbox)[-1].link


def test_a_code_that_is_not_sent_says_so_and_the_guest_exists_from_then_on(wax):
    wax.icaro.switches.not_sent = True
    answer = wax.register("email", "a@example.org")
    assert (answer.status_code, answer.json()) == (400, {"message": "authorization code not sent"})
    assert wax.register("email", "a@example.org").json()["exists"] is True
    assert wax.register("email", "a@example.org", reset="true").status_code == 400
    assert wax.icaro.codes_sent("a@example.org") == []


@pytest.mark.parametrize("address", ["a@MAILINATOR.example", "a", "@b.example", "a@"])
def test_a_bad_domain_is_refused(wax, address):
    answer = wax.register("email", address)
    assert (answer.status_code, answer.json()) == (400, {"message": "email domain is invalid"})


def test_a_wrong_code_and_an_unknown_guest_are_refused(wax):
    wax.register("email", "a@example.org")
    assert wax.state("a@example.org", "x") == "0"
    assert wax.state("b@example.org", "123456") == "0"
    assert wax.icaro.notes.last("s1") is None


def test_an_account_ends_after_its_days(wax):
    wax.register("email", "a@example.org")
    wax.clock.now += 30 * DAY + 1
    assert wax.state("a@example.org", wax.icaro.codes_sent("a@example.org")[0]) == "2"


def test_a_code_can_have_a_life_of_its_own():
    running, it = hotspot(code_seconds=600)
    with running:
        it.register("email", "a@example.org")
        code = it.icaro.codes_sent("a@example.org")[0]
        assert it.state("a@example.org", code) == "1"
        it.clock.now += 601
        assert it.state("a@example.org", code) == "2"


def test_a_preference_that_is_no_number_counts_as_nothing(wax):
    wax.icaro.preferences.update(temp_session_duration="soon", user_expiration_days="")
    assert wax.register("email", "a@example.org").status_code == 200
    assert wax.call("aaa/temp", username="a@example.org").status_code == 201
    assert wax.icaro.notes.last("s1").session_timeout == 0


# Consents


def test_consents_are_stored_as_given_and_deleted_once(wax):
    user = wax.register("email", "a@example.org").json()["user_db_id"]
    for what in ("marketings", "surveys"):
        statuses = [wax.call(f"{what}/{user}", "DELETE").status_code for _ in range(2)]
        assert statuses == [200, 404]
    found = wax.icaro.users.find("a@example.org")
    assert (found.marketing, found.survey) == (False, False)
    assert wax.call("marketings/999", "DELETE").json() == {"message": "No user found!"}


def test_reason_and_country_are_kept(wax):
    user = wax.register("email", "a@example.org").json()["user_db_id"]
    answer = wax.call(f"additional/{user}", "PUT", json={"reason": "holiday", "country": "IT"})
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    found = wax.icaro.users.find("a@example.org")
    assert (found.reason, found.country) == ("holiday", "IT")
    assert wax.call("additional/999", "PUT", json={}).status_code == 404
    assert wax.call(f"additional/{user}", "PUT").json() == {"message": "Request fields malformed"}


# What can be wrong


def test_a_wax_that_is_down_closes_the_connection(wax):
    wax.icaro.switches.down = True
    with pytest.raises(requests.ConnectionError):
        wax.call("preferences")


def test_a_slow_wax_answers_late(wax):
    wax.icaro.switches.slow = True
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{wax.url}wax/preferences", timeout=0.1)


def test_a_slow_wax_that_is_healed_answers_at_once(monkeypatch):
    running, it = hotspot(slow_seconds=30)
    held, hold = threading.Event(), it.icaro.switches.wait
    monkeypatch.setattr(it.icaro.switches, "wait", lambda seconds: (held.set(), hold(seconds)))
    it.icaro.switches.slow = True
    with running:
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


@pytest.mark.parametrize(("switch", "state"), [("refuse", "0"), ("expired", "2")])
def test_a_login_can_be_refused_by_a_switch(wax, switch, state):
    wax.register("voucher", "Once12")
    setattr(wax.icaro.switches, switch, True)
    assert wax.state("once12") == state
    wax.icaro.switches.number = True
    assert wax.state("once12") == int(state)


def test_a_hostile_wax_sends_scripts(wax):
    wax.icaro.switches.hostile = True
    answer = wax.call("preferences").json()
    assert "<script>" in answer["hotspot_name"]
    assert answer["preferences"]["captive_1_redir"].startswith("javascript:")
    assert "<script>" in wax.register("voucher", "nope").json()["message"]


# The unit


def test_an_offline_phone_is_redirected_with_what_the_unit_knows(wax, unit):
    answer = browse(unit)
    assert answer.status_code == 302
    base, query = answer.headers["Location"].split("?", 1)
    device = unit.device("02-00-00-00-00-09")
    assert base == "http://portal.example/hotel/"
    assert parse_qsl(query, strict_parsing=True) == [
        ("digest", KEY.digest),
        ("uuid", KEY.uuid),
        ("timezone", "Europe/Rome"),
        ("res", "notyet"),
        ("uamip", "192.168.182.1"),
        ("uamport", "3990"),
        ("challenge", device.challenge),
        ("called", KEY.mac),
        ("mac", "02-00-00-00-00-09"),
        ("ip", "192.168.182.2"),
        ("nasid", "Caffè & Bar"),
        ("sessionid", device.session_id),
        ("userurl", "http://captive.apple.com/a?b=c d&e=ü"),
    ]


def test_each_new_phone_has_its_own_address_and_session(unit):
    seen = []
    for _ in range(2):
        answer = requests.get(f"{unit.url}new-phone", timeout=5, allow_redirects=False)
        location = requests.get(
            unit.url.rstrip("/") + answer.headers["Location"], timeout=5, allow_redirects=False
        ).headers["Location"]
        seen.append(parse_qs(urlsplit(location).query))
    assert seen[0]["mac"] != seen[1]["mac"]
    assert seen[0]["sessionid"] != seen[1]["sessionid"]
    assert seen[0]["userurl"] == ["http://captive.apple.com/hotspot-detect.html"]


def signs_in(wax, unit, mac="02-00-00-00-00-09"):
    browse(unit, mac)
    session = unit.device(mac).session_id
    wax.register("voucher", "many", sessionid=session)
    assert wax.state("many", sessionid=session) == "1"
    return session


def test_a_guest_is_online_only_after_the_unit_has_asked(wax, unit):
    signs_in(wax, unit)
    assert browse(unit).status_code == 302
    assert unit.poll()
    assert "is online" in browse(unit).text
    assert browse(unit, "02-00-00-00-00-0A").status_code == 302


def test_a_unit_that_runs_asks_by_itself(wax, unit):
    signs_in(wax, unit)
    asking = Unit(UnitSettings("http://portal.example/", wax.url, KEY, poll_seconds=0.02), wax.clock)
    asked = threading.Event()
    wax.icaro.fetch = lambda uuid: asked.set() or []
    asking.start()
    assert asked.wait(5)
    asking.stop()


def test_a_temporary_session_lasts_its_seconds(wax, unit):
    browse(unit)
    session = unit.device("02-00-00-00-00-09").session_id
    answer = wax.call("aaa/temp", sessionid=session, username="a@example.org", userid="1", mac="x")
    assert (answer.status_code, answer.json()) == (201, {"status": "success", "skip_auth": "false"})
    unit.poll()
    assert "is temporary" in browse(unit).text
    wax.clock.now += 299
    unit.poll()
    assert browse(unit).status_code == 200
    wax.clock.now += 1
    unit.poll()
    assert browse(unit).status_code == 302


def test_a_code_read_in_a_temporary_session_lets_the_guest_in(wax, unit):
    browse(unit)
    session = unit.device("02-00-00-00-00-09").session_id
    wax.register("email", "a@example.org", sessionid=session)
    wax.call("aaa/temp", sessionid=session, username="a@example.org")
    unit.poll()
    assert wax.call("aaa/logout", sessionid=session, username="a@example.org").status_code == 201
    unit.poll()
    assert browse(unit).status_code == 302
    wax.clock.now += 1
    code = wax.icaro.codes_sent("a@example.org")[0]
    assert wax.state("a@example.org", code, sessionid=session) == "1"
    unit.poll()
    assert "is online" in browse(unit).text
    assert wax.icaro.notes.breaches == []


def test_a_login_out_of_order_is_noticed(wax):
    wax.call("aaa/temp", username="a@example.org")
    wax.state("a@example.org", "1")
    wax.call("aaa/logout", username="a@example.org")
    wax.state("a@example.org", "1")
    assert wax.icaro.notes.breaches == [
        "login without a logout after the temporary session",
        "login less than a second after the logout",
    ]


def test_an_email_guest_may_skip_the_code(wax, unit):
    wax.icaro.preferences["email_login_skip_auth"] = "true"
    browse(unit)
    session = unit.device("02-00-00-00-00-09").session_id
    wax.register("email", "a@example.org", sessionid=session)
    answer = wax.call("aaa/temp", sessionid=session, username="a@example.org").json()
    assert answer["skip_auth"] == "true"
    unit.poll()
    assert "is online" in browse(unit).text


def test_only_a_unit_with_its_secret_may_ask(wax):
    assert wax.call("aaa/auth", sessionid=None, secret=KEY.secret).status_code == 404
    assert wax.call("aaa/auth", sessionid=None, secret="guess").status_code == 401
    assert wax.call("aaa/auth", sessionid=None).status_code == 401


@pytest.mark.parametrize("switch", ["down", "html", "garbled"])
def test_a_unit_outlives_a_broken_wax(wax, unit, switch):
    signs_in(wax, unit)
    setattr(wax.icaro.switches, switch, True)
    assert not unit.poll()
    assert unit.poll_fault
    setattr(wax.icaro.switches, switch, False)
    assert unit.poll()
    assert "is online" in browse(unit).text


# The own page


def test_the_own_page_shows_codes_to_the_guest_and_hides_them_in_the_calls(wax, unit):
    wax.register("voucher", "Once12")
    wax.state("once12")
    wax.register("email", "<b>@example.org")
    wax.state("<b>@example.org", wax.icaro.codes_sent("<b>@example.org")[0])
    browse(unit, "02-AA")
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
    post("vouchers", code="NEW & ü", uses="3", type="unlock")
    assert wax.register("voucher", "new & ü").json()["type"] == "unlock"
    assert post("vouchers", code="x", uses="many").status_code == 400


def test_the_log_keeps_every_call_as_it_came(wax):
    wax.register("email", "a+b@example.org", nasid="Caffè")
    call = wax.icaro.calls[-1]
    assert (call.method, call.path, call.status) == ("GET", "/wax/register/email/a+b@example.org", 200)
    assert call.query["nasid"] == "Caffè"
