"""A guest subscribes, signs in, stays and leaves: every action of the API and the codes of Tables 5, 6, 8."""

from __future__ import annotations

from typing import Any

import pytest

from portal.simulators.ucopia import Mode, Policy, WireStyle
from portal.simulators.ucopia.codes import AUTHENTICATE_CODES, DISCONNECT_CODES, SUBSCRIBE_CODES
from portal.simulators.ucopia.rules import PERSONAL
from tests.simulators.test_ucopia import misses, shape, vector
from tests.simulators.ucopia_guest import box

ADDRESS = {
    "postal_address": "1 rue X",
    "postal_code": "75001",
    "postal_locality_name": "Paris",
    "postal_country_name": "France",
}
LOGIN = {"login": "jsmith", "password": "1234"}

# -- subscribe


def test_one_click_makes_an_account_that_can_sign_in() -> None:
    with box() as ucopia:
        guest = ucopia.guest().arrives()
        info = guest.call("subscribe", type="one")["info"]
        assert info["code"] == "info_one-subscribe_success"
        made = info["subscribe"]
        assert (len(made["login"]), len(made["password"])) == (7, 8)
        assert ucopia.controller.accounts.made == 1
        answer = guest.call("authenticate", login=made["login"], password=made["password"])
        assert (answer["step"], answer["user"]["creationMode"]["value"]) == ("FEEDBACK", "portal-one")


def test_the_manuals_examples_of_subscribing() -> None:
    mode = Mode(True).show("userLogin", "lastName", "firstName")
    with box(one=mode, wire=WireStyle.manual()) as ucopia:
        guest = ucopia.guest().arrives()
        table_7 = {"type": "one", "user_login": "jsmith", "last_name": "Smith", "first_name": "John"}
        answer = guest.call("subscribe", policy_accept="TRUE", **table_7)
        assert misses(shape(vector("subscribe_success")), shape(answer)) == []
        assert answer["info"]["code"] == vector("subscribe_success")["info"]["code"]
        assert guest.call("subscribe", **table_7) == vector("subscribe_already_used_login")
        assert ucopia.controller.accounts.made == 1


@pytest.mark.parametrize(
    ("rules", "form", "code"),
    [
        (["lastName"], {"last_name": " "}, "no-last-name"),
        (["firstName"], {}, "no-first-name"),
        (["email"], {}, "no-email_address"),
        (["phone"], {"phone": "612"}, "no-phone-prefix"),
        (["phone"], {"prefix": "33"}, "no-phone-number"),
        (["lastName"], {"last_name": "Smith;"}, "invalid-last-name"),
        (["lastName"], {"last_name": "Smith\n"}, ""),
        (["firstName"], {"first_name": "Benoît"}, "invalid-first-name"),
        (["firstName"], {"first_name": "Zoé-Anne O'N. & @_/1"}, ""),
        (["email"], {"email_address": "a@b"}, "invalid-email-address"),
        (["email"], {"email_address": "a@" + "a" * 5000 + "!"}, "invalid-email-address"),
        (["email"], {"email_address": "j.o+x_y@mail.example.org"}, ""),
        (["phone"], {"prefix": "+33", "phone": "612"}, "invalid-phone-prefix"),
        (["phone"], {"prefix": "33", "phone": "6 12"}, "invalid-phone-number"),
        (["organizationalUnitName"], {}, "no-organizational-unit-name"),
        (["organizationalUnitName"], {"organizational_unit_name": "<x>"}, "invalid-organizational-unit-name"),
        (["postalAddress"], ADDRESS | {"postal_address": ""}, "no-postal-address"),
        (["postalAddress"], ADDRESS | {"postal_code": ""}, "no-postal-code"),
        (["postalAddress"], ADDRESS | {"postal_locality_name": ""}, "no-postal-locality-name"),
        (["postalAddress"], ADDRESS | {"postal_country_name": ""}, "no-postal-country-name"),
        (["postalAddress"], ADDRESS, ""),
        (["userPassword"], {"user_password": "a", "user_password_confirm": "b"}, "different-passwords"),
        (["userPassword"], {}, "invalid-password"),
        (["birthDate"], {"birth_date": "1980-01-31"}, ""),
    ],
)
def test_mandatory_fields_are_judged(rules: list[str], form: dict[str, str], code: str) -> None:
    modes = {kind: Mode(True).show(*rules, mandatory=True) for kind in ("one", "direct")}
    with box(**modes) as ucopia:
        guest = ucopia.guest().arrives()
        for kind in modes:
            made = ucopia.controller.accounts.made
            answer = guest.call("subscribe", type=kind, **form)
            if code:
                assert answer["error"]["code"] == f"error_{kind}-subscribe_{code}"
                assert ucopia.controller.accounts.made == made
            else:
                assert answer["info"]["code"] == f"info_{kind}-subscribe_success"


def test_optional_and_hidden_fields_are_not_demanded() -> None:
    mode = Mode(True).show("lastName", "email", "phone", "userLogin", "userPassword", "postalAddress")
    mode.rules["firstName"].mandatory = True
    with box(one=mode) as ucopia:
        guest = ucopia.guest().arrives()
        assert "info" in guest.call("subscribe", type="one", first_name="<ignored>", prefix="33")
        assert "error" in guest.call("subscribe", type="one", phone="12")
        assert "error" in guest.call("subscribe", type="one", email_address="nobody")


def test_personal_fields_are_named_in_the_error() -> None:
    with box(one=Mode(True).show(*PERSONAL, mandatory=True)) as ucopia:
        guest = ucopia.guest().arrives()
        missing = guest.call("subscribe", type="one", personal_field_1="a", personal_field_3="c")
        assert missing["error"] == {
            "code": "error_one-subscribe_no-custom-field",
            "value": "personalField_2",
        }
        wrong = guest.call("subscribe", type="one", personal_field_1="a;")
        assert wrong["error"] == {
            "code": "error_one-subscribe_invalid-custom-field",
            "value": ["personalField_1", "a;"],
        }


def test_policies_must_be_accepted() -> None:
    one = Mode(True, policy=Policy(display=True))
    with box(one=one, direct=Mode(True), logon_policy=Policy("logon", display=True)) as ucopia:
        guest, accounts = ucopia.guest().arrives(), ucopia.controller.accounts
        answer = guest.call("subscribe", type="one", connect_policy_accept="true", policy_accept="FALSE")
        assert answer["error"]["code"] == "error_one-subscribe_no-policy-accept"
        answer = guest.call("subscribe", type="one", policy_accept="TRUE")
        assert answer["error"]["code"] == "error_one-subscribe_no-connect-policy-accept"
        assert accounts.made == 0
        guest.call("subscribe", type="one", policy_accept="true", connect_policy_accept="true")
        guest.call("subscribe", type="direct")
        assert accounts.made == 2, "the global policy is asked of one-click only"
        one.policy.mandatory = ucopia.settings.logon_policy.mandatory = False
        guest.call("subscribe", type="one")
        assert accounts.made == 3


def test_a_closed_mode_has_no_profile() -> None:
    with box() as ucopia:
        answer = ucopia.guest().arrives().call("subscribe", type="direct")
        assert answer["error"]["code"] == "error_direct-subscribe_no-profile"


@pytest.mark.parametrize("style", [WireStyle(), WireStyle.manual()])
def test_every_code_of_table_8_can_be_forced(style: WireStyle) -> None:
    with box(wire=style) as ucopia:
        guest = ucopia.guest().arrives()
        for code in SUBSCRIBE_CODES:
            ucopia.settings.faults.force_error["subscribe"] = code
            answer = guest.call("subscribe", type="one")
            report = answer["error"] if style.errors_in == "error" else answer["info"]
            assert report["code"].strip() == f"error_one-subscribe_{code}"
            assert report["code"].startswith(" ") == style.stray_blanks
        assert ucopia.controller.accounts.made == 0


# -- authenticate


def test_signing_in_holds_all_of_the_manuals_example() -> None:
    mode = Mode(True).show("lastName", "personalField_1", mandatory=True)
    with box(one=mode, wire=WireStyle.manual(), time_credit=7200, validity=60) as ucopia:
        guest = ucopia.guest().arrives("http://www.cambridgeenglish.org/")
        form = {"last_name": "Smith", "personal_field_1": "42"}
        made = guest.call("subscribe", type="one", **form)["info"]["subscribe"]
        answer = guest.call("authenticate", login=made["login"], password=made["password"])
        example = vector("authenticate")
        assert misses(shape(example), shape(answer)) == []
        for name in ("step", "type", "authenticate_type"):
            assert answer[name] == example[name]
        user = answer["user"]
        assert user["lastName"]["value"] == "Smith"
        assert user["customFields"][0]["value"] == "42"
        assert user["requestedURL"]["value"] == " http://www.cambridgeenglish.org/ "
        assert user["validity"]["value"] == str(int(ucopia.clock()) + 60)


def test_keys_of_the_answer_have_their_spellings() -> None:
    style = WireStyle(services_key="service", incoming="incomming")
    with box(wire=style, multidevice="2", force_disc_timer=90, pms_message="Hello") as ucopia:
        ucopia.account()
        user = ucopia.guest().arrives().call("authenticate", wispr_mode="false", **LOGIN)["user"]
        assert "services" not in user
        assert {"service", "incommingZone", "incommingVlan"} <= set(user)
        assert user["consumedData"]["download"] == {"value": 0}
        assert (user["multidevice"], user["forceDiscTimer"]) == ({"value": "2"}, {"value": 90})
        assert user["PMS"]["message"] == {"value": "Hello"}


@pytest.mark.parametrize(
    ("settings", "form", "code"),
    [
        ({}, {"login": "", "password": "x"}, "no-login"),
        ({}, {"login": "jsmith"}, "no-password"),
        ({}, {"login": "jsmith", "password": "wrong"}, "bad-login-or-password"),
        ({}, {"login": "nobody", "password": "1234"}, "bad-login-or-password"),
        ({"logon_policy": Policy("logon", display=True)}, LOGIN, "bad-policy-accept"),
        ({"standard_login": False}, LOGIN, "permission-denied"),
        ({"secure_password": "s"}, LOGIN, "bad-secure-password"),
        ({"secure_password": "s"}, LOGIN | {"secure_pwd": "s"}, ""),
        ({"logon_policy": Policy("logon", display=True)}, LOGIN | {"policy_accept": "true"}, ""),
    ],
)
def test_signing_in_is_refused_for_a_reason(settings: Any, form: dict[str, str], code: str) -> None:
    with box(**settings) as ucopia:
        ucopia.account()
        answer = ucopia.guest().arrives().call("authenticate", **form)
        assert answer.get("error", {}).get("code", "") == (f"error_logon_{code}" if code else "")


@pytest.mark.parametrize("prefix", [True, False])
def test_every_code_of_table_5_can_be_forced(prefix: bool) -> None:
    with box(wire=WireStyle(logon_prefix=prefix)) as ucopia:
        ucopia.account()
        guest, faults = ucopia.guest().arrives(), ucopia.settings.faults
        faults.force_value["authenticate"] = 3
        for code in AUTHENTICATE_CODES:
            faults.force_error["authenticate"] = code
            error = guest.call("authenticate", **LOGIN)["error"]
            assert error == {"code": f"error_logon_{code}" if prefix else code, "value": 3}
        assert "isConnected" not in guest.call("init")["user"]


def test_too_many_attempts_ban_for_minutes() -> None:
    with box(max_attempts=2, ban_minutes=10) as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        guest.call("authenticate", login="jsmith", password="a")
        banned = guest.call("authenticate", login="jsmith", password="b")["error"]
        assert banned == {"code": "error_logon_too-many-attempts", "value": 10}
        ucopia.clock.passes(61)
        assert guest.call("authenticate", **LOGIN)["error"]["value"] == 9
        ucopia.clock.passes(540)
        assert guest.call("authenticate", **LOGIN)["step"] == "FEEDBACK"


def test_accounts_expire_and_credit_runs_out() -> None:
    with box() as ucopia:
        ucopia.account(credit=100, expires=int(ucopia.clock()) + 1000)
        guest = ucopia.guest().arrives()
        credit = guest.call("authenticate", **LOGIN)["user"]["timeCredit"]
        assert (credit["value"], credit["remaining"]["value"]) == ("100", 100)
        ucopia.clock.passes(30)
        credit = guest.call("init")["user"]["timeCredit"]
        assert (credit["remaining"]["value"], credit["initialRemaining"]["value"]) == (70, 100)
        ucopia.clock.passes(70)
        assert guest.call("init")["step"] == "SUBSCRIBE"
        assert guest.call("authenticate", **LOGIN)["error"]["code"] == "error_logon_volume-quota-reached"
        ucopia.clock.passes(901)
        assert "expired-identification-code" in guest.call("authenticate", **LOGIN)["error"]["code"]


def test_credit_stands_still_while_offline() -> None:
    with box() as ucopia:
        account = ucopia.account(credit=100)
        guest = ucopia.guest().arrives()
        guest.call("authenticate", **LOGIN)
        ucopia.clock.passes(10)
        guest.call("disconnect", login="jsmith")
        ucopia.clock.passes(500)
        assert account.remaining(ucopia.clock()) == 90


def test_access_opens_a_second_after_the_answer() -> None:
    with box() as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        guest.call("authenticate", **LOGIN)
        (key,) = ucopia.controller.guests
        assert not ucopia.controller.access_open(key)
        ucopia.clock.passes(1)
        assert ucopia.controller.access_open(key)


def test_another_step_can_follow_instead_of_access() -> None:
    with box(step_after_login="FORCE MODIFY_PWD", type_after_login="") as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        assert guest.call("authenticate", **LOGIN)["step"] == "FORCE MODIFY_PWD"
        assert "isConnected" not in guest.call("init")["user"]


def test_init_is_the_status_call() -> None:
    with box() as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        guest.call("authenticate", **LOGIN)
        answer = guest.call("init")
        assert (answer["step"], answer["type"]) == ("FEEDBACK", "CONNECT")
        assert answer["user"]["isConnected"] is True
        assert answer["user"]["login"]["value"] == "jsmith"


# -- refresh and disconnect


def test_refresh_as_in_the_manual() -> None:
    with box(auto_disconnect=False, refresh_patience=100) as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        assert guest.call("refresh", login="jsmith") == vector("refresh_failed")
        assert guest.call("authenticate", **LOGIN)["user"]["autoDisconnect"] == {"value": False}
        ucopia.clock.passes(90)
        assert guest.call("refresh", login="jsmith", time="1") == vector("refresh_success")
        assert guest.call("refresh", login="other") == vector("refresh_failed")
        ucopia.clock.passes(90)
        assert guest.call("init")["step"] == "FEEDBACK"
        ucopia.clock.passes(20)
        assert guest.call("init")["step"] == "SUBSCRIBE", "nobody refreshed in time"


def test_disconnect_as_in_the_manual() -> None:
    with box(wire=WireStyle.manual()) as ucopia:
        ucopia.account("ba")
        guest = ucopia.guest().arrives()
        guest.call("authenticate", login="ba", password="1234")
        answer = guest.call("disconnect", login="ba")
        answer["info"]["code"] = answer["info"]["code"].strip()
        assert answer == vector("disconnect_success")
        assert guest.call("init")["step"] == "SUBSCRIBE"


def test_disconnect_is_refused_for_the_reasons_of_table_6() -> None:
    with box() as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        assert guest.call("disconnect")["error"]["code"] == "no-login"
        assert guest.call("disconnect", login="jsmith")["error"]["code"] == "failed to disconnect device"
        for code in DISCONNECT_CODES:
            ucopia.settings.faults.force_error["disconnect"] = code
            assert guest.call("disconnect", login="jsmith")["error"]["code"] == code


def test_old_firmware_wants_the_digest_back() -> None:
    with box(old_firmware=True) as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        digest = guest.call("authenticate", **LOGIN)["user"]["passwordDigest"]["value"]
        assert guest.call("refresh", login="jsmith") == vector("refresh_failed")
        assert guest.call("disconnect", login="jsmith")["error"]["code"] == "no-password"
        assert guest.call("refresh", login="jsmith", password_digest=digest)["type"] == "REFRESH"
        assert "info" in guest.call("disconnect", login="jsmith", password_digest=digest)


# -- the guest's browser carries the call


def browser_guest(ucopia: Any) -> Any:
    guest = ucopia.guest().arrives("http://wanted.example/")
    guest.http.headers["Accept"] = "text/html"
    return guest


def test_a_navigation_ends_at_the_wanted_page() -> None:
    with box(wire=WireStyle(navigation="redirect")) as ucopia:
        ucopia.account()
        guest = browser_guest(ucopia)
        response = guest.post("authenticate", from_ajax="", **LOGIN)
        assert (response.status_code, response.headers["Location"]) == (302, "/1/portal/")
        assert guest.get("1/portal/").headers["Location"] == "http://wanted.example/"
        assert "You are online as" in guest.get("1/portal/").text
        assert guest.post("disconnect", from_ajax="", login="jsmith").status_code == 302
        assert 'name="password"' in guest.get("1/portal/").text


def test_a_navigation_ends_at_the_redirect_of_the_administrator() -> None:
    style = WireStyle(navigation="redirect")
    with box(redirect_url="http://landing.example/", redirect_delay=5, wire=style) as ucopia:
        ucopia.account()
        guest = browser_guest(ucopia)
        guest.post("authenticate", from_ajax="", **LOGIN)
        assert 'content="5;url=http://landing.example/"' in guest.get("1/portal/").text
        ucopia.settings.redirect_delay = 0
        guest.post("authenticate", from_ajax="", **LOGIN)
        assert guest.get("1/portal/").headers["Location"] == "http://landing.example/"


def test_a_navigation_that_is_refused_shows_the_code() -> None:
    with box() as ucopia:
        guest = browser_guest(ucopia)
        guest.post("authenticate", from_ajax="", login="x", password="y")
        assert "error_logon_bad-login-or-password" in guest.get("1/portal/").text
        assert "error_logon" not in guest.get("1/portal/").text


def test_a_navigation_is_answered_with_json_unless_told_otherwise() -> None:
    with box() as ucopia:
        ucopia.account()
        guest = browser_guest(ucopia)
        assert guest.post("authenticate", from_ajax="", **LOGIN).json()["type"] == "CONNECT"
        assert guest.post("disconnect", from_ajax="", login="jsmith").json()["info"]["code"]
