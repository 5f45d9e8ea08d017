"""What a run of Icaro's own programs has shown, fact by fact: the simulated ones do the same."""

import base64
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from portal.simulators.icaro import Voucher
from portal.simulators.icaro.settings import NEW_HOTSPOT
from portal.simulators.icaro.vouchers import DAY
from tests.simulators.icaro.conftest import ANNA, KEY, OTHER, PHONE

HOUR = 3600.0


# Vouchers


def test_login_says_1_for_a_voucher_that_nobody_registered(wax):
    assert wax.state("once12") == "1"
    assert wax.icaro.voucher_uses("once12") == 0


def test_the_unit_refuses_a_voucher_that_was_never_registered(wax, wire):
    wire.browse()
    assert wax.state("many", sessionid=wire.session()) == "1"
    wire.unit.poll()
    assert wire.sees() == "offline"
    assert wire.unit.refusals == ["user account is expired"]


@pytest.mark.parametrize("typed", ["once12", "ONCE12", "OnCe12"])
def test_a_voucher_is_taken_in_any_capitals(wax, typed):
    assert wax.register("voucher", typed).json()["code"] == "once12"
    assert wax.state(typed) == "1"


def test_a_voucher_signs_in_any_session_after_its_registration_in_one(wax, wire):
    wax.register("voucher", "many", sessionid="another")
    wire.browse()
    assert wax.state("many", sessionid=wire.session()) == "1"
    wire.unit.poll()
    assert wire.sees() == "online"


def test_a_voucher_that_unlocks_is_of_type_normal_and_has_no_account(wax):
    answer = wax.register("voucher", "door").json()
    assert (answer["type"], answer["user_db_id"]) == ("normal", 0)
    assert wax.state("door") == 0


def test_a_voucher_signs_in_where_temp_code_login_is_false(wax):
    assert wax.icaro.preferences["temp_code_login"] == "false"
    assert wax.register("voucher", "once12").json()["type"] == "auth"
    assert wax.state("once12") == "1"


def test_the_account_of_a_voucher_is_called_by_its_code_in_capitals(wax):
    assert wax.icaro.users.find("once12").username == "ONCE12"


def test_a_voucher_registration_writes_both_consents_for_the_user_that_it_names(wax):
    number = wax.register("voucher", "many").json()["user_db_id"]
    user = wax.icaro.users.by_id(str(number))
    assert (user.kind, user.marketing, user.survey) == ("voucher", True, True)
    for what in ("marketings", "surveys"):
        assert wax.call(f"{what}/{number}", "DELETE").status_code == 200
    assert (user.marketing, user.survey) == (False, False)
    wax.register("voucher", "many")
    assert (user.marketing, user.survey) == (True, True)


# Sessions


@pytest.mark.parametrize("session", [None, ""])
@pytest.mark.parametrize(
    "path", ["preferences", "register/voucher/once12", "aaa/login", "aaa/temp", "aaa/logout"]
)
def test_wax_needs_no_session_id(wax, path, session):
    assert wax.call(path, sessionid=session).status_code in (200, 201)


def test_client_state_is_the_text_1_or_the_numbers_0_and_2(wax):
    code = wax.code()
    assert wax.state(ANNA, code) == "1"
    assert wax.state(ANNA, "x") == 0
    wax.clock.now += 40 * DAY
    wax.icaro.clean_up()
    assert wax.state(ANNA, code) == 2


def test_a_session_that_ends_gives_the_phone_a_new_id(wax, wire):
    wire.connects()
    first = wire.session()
    wax.clock.now += 300
    second = wire.redirected()["sessionid"][0]
    assert second != first
    wire.signs_in()
    wire.unit.poll()
    assert wire.sees() == "online"
    requests.get(f"{wire.url}logout", cookies={"unit_device": PHONE}, timeout=5)
    third = wire.redirected()["sessionid"][0]
    assert len({first, second, third}) == 3


def test_a_phone_that_stays_offline_keeps_its_id(wax, wire):
    first = wire.redirected()["sessionid"]
    wax.clock.now += HOUR
    wire.unit.poll()
    assert wire.redirected()["sessionid"] == first


def test_a_login_with_an_old_session_id_is_written_down_and_never_obeyed(wax, wire):
    wire.connects()
    old, code = wire.session(), wax.code()
    wax.clock.now += 301
    wire.browse()
    assert wax.state(ANNA, code, sessionid=old) == "1"
    assert wax.icaro.auths.last(old).type == "login"
    wire.unit.poll()
    assert wire.sees() == "offline"
    assert wire.unit.refusals == []
    assert wax.state(ANNA, code, sessionid=wire.session()) == "1"
    wire.unit.poll()
    assert wire.sees() == "online"


def test_a_login_during_the_short_connection_needs_no_logout(wax, wire):
    wire.connects()
    first, code = wire.session(), wax.code()
    assert wax.state(ANNA, code, sessionid=first) == "1"
    wire.unit.poll()
    assert wire.sees() == "online"
    assert wire.session() != first


@pytest.mark.parametrize(("obeys", "seen"), [(False, "temporary"), (True, "offline")])
def test_a_logout_is_obeyed_by_some_units_only(wax, units, obeys, seen):
    wire = units(obeys_logout=obeys)
    wire.connects()
    first = wire.session()
    wax.call("aaa/logout", sessionid=first, username=ANNA)
    wire.unit.poll()
    assert wire.sees() == seen
    assert (wire.session() == first) is not obeys


def test_redirect_chi_adds_the_current_session_id(wax, wire):
    wire.connects()
    first = wire.session()
    wax.clock.now += 301
    address = "http://portal.example/wings/login/email?a=b%20c&d=e%2Bf"
    packed = base64.b64encode(address.encode()).decode()
    answer = requests.get(
        f"{wire.url}www/redirect.chi",
        params={"url": packed},
        cookies={"unit_device": PHONE},
        timeout=5,
        allow_redirects=False,
    )
    assert answer.status_code == 302
    target, _, session = answer.headers["Location"].encode("latin-1").decode().rpartition("&sessionid=")
    assert (target, session) == (address, wire.session())
    assert session != first


@pytest.mark.parametrize("packed", ["", "%%%", "a", "aGFs bG8="])
def test_redirect_chi_outlives_what_is_no_base64(wire, packed):
    wire.browse()
    answer = requests.get(
        f"{wire.url}www/redirect.chi", params={"url": packed}, timeout=5, allow_redirects=False
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"&sessionid={wire.session()}")


def test_a_unit_reads_2047_bytes_of_a_query(wire):
    wire.browse()
    address = "http://portal.example/?" + "a" * 3000
    packed = base64.b64encode(address.encode()).decode()
    answer = requests.get(f"{wire.url}www/redirect.chi?url={packed}", timeout=5, allow_redirects=False)
    read = base64.b64decode(packed[: (2047 - len("url=")) // 4 * 4]).decode()
    assert answer.headers["Location"] == f"{read}&sessionid={wire.session()}"


# What the unit asks


def test_a_poll_repeats_every_record(wax, wire):
    wire.browse()
    session = wire.session()
    wax.register("email", ANNA, sessionid=session)
    wax.call("aaa/temp", sessionid=session, username=ANNA)
    wax.state(ANNA, wax.icaro.codes_sent(ANNA)[0], sessionid="elsewhere")
    for _ in range(2):
        records = wax.call("aaa/auth", sessionid=None, secret=KEY.secret).json()
        assert [(one["session_id"], one["type"]) for one in records] == [
            (session, "temporary"),
            ("elsewhere", "login"),
        ]


def test_records_hold_the_names_and_codes_of_the_guests(wax):
    wax.register("email", ANNA)
    wax.register("voucher", "many")
    records = wax.call("aaa/auth", sessionid=None, secret=KEY.secret).json()
    user = wax.icaro.users.find(ANNA)
    assert [(one["type"], one["username"], one["password"], one["user_id"]) for one in records] == [
        ("created", ANNA, user.code, user.id),
        ("created", "MANY", "", wax.icaro.users.find("many").id),
    ]
    assert set(records[0]) == {
        "id", "session_id", "session_timeout", "unit_uuid", "user_id", "username", "password", "type", "updated",
    }  # fmt: skip


def test_a_login_record_goes_away_once_the_guest_is_online_and_the_rest_after_an_hour(wax, wire):
    session = wire.signs_in()
    assert "login" in {record.type for record in wax.icaro.auths}
    wire.unit.poll()
    assert "login" not in {record.type for record in wax.icaro.auths}
    wax.register("email", ANNA, sessionid=session)
    wax.clock.now += HOUR + 1
    wax.icaro.clean_up()
    assert list(wax.icaro.auths) == []


def test_a_guest_who_was_refused_is_asked_about_again_and_keeps_the_session(wax, wire):
    wax.icaro.plan_valid = False
    session = wire.signs_in()
    wire.unit.poll()
    assert wire.redirected()["sessionid"] == [session]
    wire.unit.poll()
    assert len(wire.unit.refusals) == 2
    wax.icaro.plan_valid = True
    wire.unit.poll()
    assert wire.sees() == "online"


def refused(wire, session=""):
    wire.unit.poll()
    assert wire.sees() == "offline"
    return wire.unit.refusals[-1]


def test_the_reseller_s_plan_may_be_over(wax, wire):
    wax.icaro.plan_valid = False
    wire.signs_in()
    assert refused(wire) == "reseller account is expired"


def test_an_account_that_has_ended_is_refused_by_the_unit_though_login_says_1(wax, wire):
    wire.browse()
    code = wax.code()
    wax.clock.now += 40 * DAY
    assert wax.state(ANNA, code, sessionid=wire.session()) == "1"
    assert refused(wire) == "user account is expired"


def test_the_daily_time_may_be_used_up(wax, wire):
    wax.icaro.preferences["CoovaChilli-Max-Navigation-Time"] = "60"
    code = wax.code()
    wire.browse()
    assert wax.state(ANNA, code, sessionid=wire.session()) == "1"
    wire.unit.poll()
    assert wire.sees() == "online"
    wax.clock.now += 61
    session = wire.redirected()["sessionid"][0]
    assert wax.state(ANNA, code, sessionid=session) == "1"
    assert refused(wire) == "max navigation time reached"
    wax.clock.now += DAY
    wire.unit.poll()
    assert wire.sees() == "online"


def test_a_device_that_is_online_at_another_unit_is_refused(wax, units):
    bar, garden = units(), units(OTHER)
    bar.signs_in()
    bar.unit.poll()
    assert bar.sees() == "online"
    garden.browse()
    wax.state("many", key=OTHER, sessionid=garden.session())
    assert refused(garden) == "device already logged in an other unit"
    wax.icaro.preferences["bypass_macaddress_check"] = "true"
    garden.unit.poll()
    assert garden.sees() == "online"


# Codes


def test_a_known_guest_is_sent_a_code_by_reset_alone(wax):
    wax.code()
    again = wax.register("email", ANNA, reset="false").json()
    assert (again["exists"], len(wax.icaro.codes_sent(ANNA))) == (True, 1)
    anew = wax.register("email", ANNA, reset="true").json()
    assert (anew["exists"], anew["reset"], len(wax.icaro.codes_sent(ANNA))) == (True, "true", 2)


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [("email", ANNA, "authorization code not sent"), ("sms", "+391", "authorization code not send")],
)
def test_a_code_that_was_not_sent_is_told_under_error(wax, kind, name, said):
    wax.icaro.switches.not_sent = True
    answer = wax.register(kind, name, reset="true")
    assert (answer.status_code, answer.json()) == (400, {"error": said})
    again = wax.register(kind, name, reset="true")
    assert (again.status_code, again.json()) == (400, {"error": "authorization code not send"})


def test_a_guest_to_whom_sending_failed_is_known_from_then_on(wax):
    wax.icaro.switches.not_sent = True
    wax.register("email", ANNA)
    wax.icaro.switches.not_sent = False
    assert wax.register("email", ANNA).json()["exists"] is True
    assert wax.icaro.codes_sent(ANNA) == []


def test_wax_panics_where_the_provider_of_text_messages_is_down(wax):
    wax.icaro.switches.sms_down = True
    answer = wax.register("sms", "+393331234567", reset="true")
    assert (answer.status_code, answer.content) == (500, b"")
    assert wax.icaro.codes_sent("+393331234567") == []
    assert wax.register("email", ANNA).status_code == 200


def test_an_address_that_another_one_ends_with_can_never_sign_in(wax):
    wax.code("johanna@example.org")
    answer = wax.register("email", ANNA, reset="true").json()
    assert answer["exists"] is True
    code = wax.icaro.codes_sent(ANNA)[-1]
    assert wax.state(ANNA, code) == 0


@pytest.mark.parametrize(
    ("kind", "name"), [("voucher", "a/b"), ("email", "a/b@example.org"), ("sms", "+39/1")]
)
def test_a_slash_in_a_code_or_address_is_404(wax, kind, name):
    wax.icaro.add_voucher(Voucher("a/b"))
    answer = wax.register(kind, name)
    assert (answer.status_code, answer.json()) == (404, {"message": "API not found"})


def test_only_listed_domains_are_taken_where_the_hotspot_checks_them(wax):
    wax.icaro.preferences |= {
        "check_email_domain": "true",
        "check_email_domain_list": "example.org,example.com",
    }
    assert wax.register("email", ANNA).status_code == 200
    for address, said in (("a@example.net", "email domain is invalid"), ("a", "email is invalid")):
        answer = wax.register("email", address)
        assert (answer.status_code, answer.json()) == (400, {"message": said})


def test_where_codes_are_skipped_the_account_is_of_address_and_device(wax, wire):
    wax.icaro.preferences["email_login_skip_auth"] = "true"
    wire.browse()
    session = wire.session()
    number = wax.register("email", ANNA, sessionid=session, mac=PHONE).json()["user_db_id"]
    assert wax.icaro.users.find(f"{ANNA}:{PHONE}").id == number
    assert wax.icaro.codes_sent(ANNA) == []
    answer = wax.call("aaa/temp", sessionid=session, username=ANNA, userid=str(number), mac=PHONE).json()
    assert answer == {"status": "success", "skip_auth": "true"}
    wire.unit.poll()
    assert wire.sees() == "online"


# The mailed link


def test_the_mailed_link_goes_by_a_short_address_and_the_unit_to_the_page(wax, wire):
    wire.browse()
    port = urlsplit(wire.url).port
    wax.register("email", "a+b@example.org", uamip="127.0.0.1", uamport=str(port), sessionid="old")
    [sent] = wax.icaro.outbox
    assert sent.link.startswith(f"{wax.url}wax/short/")
    short = requests.get(sent.link, timeout=5, allow_redirects=False)
    assert short.status_code == 302
    assert short.headers["Location"].startswith(f"{wire.url}www/redirect.chi?url=")
    unit = requests.get(short.headers["Location"], timeout=5, allow_redirects=False)
    base, _, query = unit.headers["Location"].partition("?")
    assert base == "http://portal.example/wings/login/email"
    assert dict(parse_qsl(query)) == {
        "digest": KEY.digest,
        "uuid": KEY.uuid,
        "uamip": "127.0.0.1",
        "uamport": str(port),
        "user": str(wax.icaro.users.find("a+b@example.org").id),
        "code": sent.code,
        "email": "a+b@example.org",
        "sessionid": wire.session(),
    }


def test_the_mailed_link_itself_carries_no_session(wax):
    wax.register("sms", "+39 333", uamip="1.2.3.4", uamport="3990", sessionid="secret-session")
    [sent] = wax.icaro.outbox
    long = requests.get(sent.link, timeout=5, allow_redirects=False).headers["Location"]
    target = base64.b64decode(parse_qs(urlsplit(long).query)["url"][0]).decode()
    assert target.startswith("http://portal.example/wings/login/sms?digest=")
    assert target.endswith("&num=%2B39+333")
    assert "session" not in target


def test_an_unknown_short_address_is_404_and_needs_no_digest(wax):
    answer = requests.get(f"{wax.url}wax/short/nothing", timeout=5)
    assert (answer.status_code, answer.json()) == (404, {"message": "Shortener hash not found!"})


# Consents


def test_a_second_delete_answers_404_for_marketings_and_200_for_surveys(wax):
    user = wax.register("email", ANNA).json()["user_db_id"]
    statuses = {
        what: [wax.call(f"{what}/{user}", "DELETE").status_code for _ in range(2)]
        for what in ("marketings", "surveys")
    }
    assert statuses == {"marketings": [200, 404], "surveys": [200, 200]}
    assert wax.call(f"marketings/{user}", "DELETE").json() == {"message": "No marketing info found!"}


def test_nobody_has_no_consents(wax):
    assert wax.call("marketings/999", "DELETE").json() == {"message": "No marketing info found!"}
    answer = wax.call("surveys/999", "DELETE")
    assert (answer.status_code, answer.json()) == (404, {"message": "No user found!"})


@pytest.mark.parametrize(("kind", "name"), [("email", ANNA), ("sms", "+391"), ("voucher", "many")])
def test_every_registration_writes_both_consents(wax, kind, name):
    number = wax.register(kind, name).json()["user_db_id"]
    for what in ("marketings", "surveys"):
        wax.call(f"{what}/{number}", "DELETE")
    wax.register(kind, name)
    user = wax.icaro.users.by_id(str(number))
    assert (user.marketing, user.survey) == (True, True)


# The hotspot


def test_a_new_hotspot_has_icaro_s_own_defaults(wax):
    answer = wax.call("preferences").json()
    preferences = answer["preferences"]
    assert {name: preferences[name] for name in NEW_HOTSPOT} == NEW_HOTSPOT
    assert preferences["temp_code_login"] == "false"
    assert preferences["facebook_login"] == preferences["linkedin_login"] == "true"
    assert preferences["wifi4eu_enabled"] == preferences["check_marketing"] == "false"
    assert set(answer["socials"]) == {"facebook_client_id", "linkedin_client_id"}


def test_units_enter_at_wings_with_their_query(wire):
    location = wire.browse().headers["Location"]
    assert location.startswith(f"http://portal.example/wings/?digest={KEY.digest}&uuid={KEY.uuid}&timezone=")
