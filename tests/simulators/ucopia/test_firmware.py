"""What controllers of today say beyond the manual: steps, passwords, messages, quotas, and ``init`` that lags."""

from __future__ import annotations

from typing import Any

import pytest

from portal.simulators.ucopia import Mode, Policy, WireStyle
from tests.simulators.ucopia_guest import Box, Guest, box

LOGIN = {"login": "jsmith", "password": "1234"}


def online(ucopia: Box, **account: Any) -> Guest:
    """A guest who is signed in."""
    ucopia.account(**account)
    guest = ucopia.guest().arrives()
    assert guest.call("authenticate", **LOGIN)["step"] == "FEEDBACK"
    return guest


def test_init_holds_the_keys_of_the_newest_firmware() -> None:
    with box() as ucopia:
        answer = ucopia.guest().call("init")
        assert {
            *("user", "portalEntryUrl", "logon", "subscribe", "displayRegistrationFirst", "private_policy"),
            *("restrictWelcomeTitleDisplay", "restrictWelcomeSubtitleDisplay", "customTextCollection"),
            *("auth_modes", "feedback", "ucopia_id", "pwdRecovery", "accountRefill", "lang", "step", "type"),
            *("refreshInterval", "sponsorship", "modifyPwd", "forceModifyPwd"),
        } == set(answer)
        assert answer["user"]["nas_constructor"] is None


def test_the_networks_password_is_a_step_and_goes_with_every_call() -> None:
    with box(secure_password="net") as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        init = guest.call("init")
        assert (init["step"], init["securePwd"]) == ("SECURE_PWD", True)
        assert "error" in guest.call("secure_pwd", secure_pwd="wrong")
        assert guest.call("secure_pwd", secure_pwd="net")["step"] == "SUBSCRIBE"
        assert guest.call("init")["step"] == "SUBSCRIBE"
        refused = guest.call("subscribe", type="one")["error"]["code"]
        assert refused == "error_one-subscribe_bad-secure-password"
        assert "info" in guest.call("subscribe", type="one", secure_pwd="net")
        assert guest.call("authenticate", secure_pwd="net", **LOGIN)["step"] == "FEEDBACK"


@pytest.mark.parametrize(
    ("kind", "form", "to"),
    [
        ("sms", {"prefix": "33", "phone": "612345678"}, "33612345678"),
        ("mail", {"email_address": "a@example.org"}, "a@example.org"),
        ("print", {"user_login": "ignored"}, ""),
    ],
)
def test_an_account_can_arrive_by_message(kind: str, form: dict[str, str], to: str) -> None:
    mode = {kind: Mode(True).show("userLogin", "userPassword", mandatory=kind != "print")}
    with box(one=Mode(), **mode) as ucopia:
        guest = ucopia.guest().arrives()
        assert guest.call("init")["auth_modes"] == {"standard": True, kind: True}
        if to:
            assert "error" in guest.call("subscribe", type=kind), "the address is needed"
        answer = guest.call("subscribe", type=kind, **form)
        assert answer == {"info": {"code": f"info_{kind}-subscribe_success"}}
        (message,) = ucopia.controller.messages
        assert (message.kind, message.to) == (kind, to)
        answer = guest.call("authenticate", login=message.login, password=message.password)
        assert answer["user"]["creationMode"]["value"] == f"portal-{kind}"


def test_password_rules_are_announced_and_every_cause_is_told() -> None:
    mode = Mode(True).show("userPassword", mandatory=True)
    rules = {"min_password": 8, "max_password": 12, "password_sets": ("1:0123456789", "2:ABC")}
    with box(direct=mode, **rules) as ucopia:
        guest = ucopia.guest().arrives()
        value = guest.call("init")["subscribe"]["direct"]["pwdConstraint"]["value"]
        assert (value["minLength"], value["maxLength"]) == (8, 12)
        assert [one["quota"] for one in value["characterSet"]] == [1, 2]

        def causes(password: str) -> list[str]:
            both = {"user_password": password, "user_password_confirm": password}
            error = guest.call("subscribe", type="direct", **both).get("error")
            return [one["cause"] for one in error["value"]] if error else []

        assert causes("aA") == ["small", "missing-occurance"]
        assert causes("aaaaaaaaaaaaaaaaaa1AB") == ["big"]
        assert causes("aaaaaa1AB") == []


@pytest.mark.parametrize("after", ["FEEDBACK", "LOGON"])
def test_a_password_may_have_to_be_changed_before_going_online(after: str) -> None:
    with box(after_forced_change=after, min_password=5) as ucopia:
        ucopia.account(must_change=True)
        guest = ucopia.guest().arrives()
        assert guest.call("authenticate", **LOGIN)["step"] == "FORCE_MODIFY_PWD"
        assert guest.call("init")["step"] == "FORCE_MODIFY_PWD"
        error = guest.call("force_modify_pwd", new_password="x", new_password_confirm="x", **LOGIN)["error"]
        assert error["code"] == "error_force-modify-pwd_invalid-password"
        new = {"new_password": "abcde", "new_password_confirm": "abcde"}
        assert guest.call("force_modify_pwd", **new, **LOGIN)["step"] == after
        login = {"login": "jsmith", "password": "abcde"}
        assert guest.call("authenticate", **login)["step"] == "FEEDBACK"


def test_a_password_can_be_changed_by_choice_and_got_back() -> None:
    with box(pwd_recovery=True, allow_mod_pwd_by_self=True) as ucopia:
        guest = online(ucopia, person={"email_address": "j@example.org"})
        new = {"new_password": "abc", "new_password_confirm": "abc"}
        assert "error" in guest.call("modify_pwd", login="jsmith", password="wrong", **new)
        assert guest.call("modify_pwd", **new, **LOGIN)["info"]["code"] == "info_modify-pwd_success"
        other = ucopia.guest().arrives()
        told = other.call("get_pwd_recovery_options_from_user", login="", email_address="j@example.org")
        assert told["user"]["pwdRecovery"]["modes"]["email"] is True
        other.call("regen_pwd_with_email_resend")
        (message,) = ucopia.controller.messages
        assert message.to == "j@example.org"
        assert "error" in other.call("regen_pwd_with_secret_questions", answer_0="Tom")
        info = other.call("regen_pwd_with_secret_questions", answer_0="Rex")["info"]
        login = {"login": "jsmith", "password": info["pwdRecovery"]["password"]}
        assert other.call("authenticate", **login)["step"] == "FEEDBACK"


def test_used_up_data_are_told_with_their_renewal_at_the_login_and_inside_init() -> None:
    with box(data_quota=1_000_000, data_period=3600, zone_timezone="America/Lima") as ucopia:
        guest = online(ucopia)
        data = guest.call("init")["user"]["consumedData"]
        (row,) = data["extra"]["value"]
        assert row["total"] == {"download": None, "upload": 1_000_000}
        ucopia.clock.passes(60)
        status = guest.call("init")
        assert status["step"] == "SUBSCRIBE"
        assert status["error"]["code"] == "error_logon_volume-quota-reached-detail"
        value = guest.call("authenticate", **LOGIN)["error"]["value"]
        assert value["renewTimeStamp"] == data["renewTimestamp"]["value"] > ucopia.clock()
        assert value["thresoldUp"] == 1_000_000
        assert value["zoneTimezone"] == "America/Lima"


@pytest.mark.parametrize(
    ("says", "step", "connected"),
    [
        ("first step", "SUBSCRIBE", None),
        ("not connected", "SUBSCRIBE", False),
        ("bare feedback", "FEEDBACK", None),
    ],
)
def test_init_can_lag_after_a_login(says: str, step: str, connected: bool | None) -> None:
    with box(init_lag=3, lag_says=says) as ucopia:
        guest = online(ucopia)
        status = guest.call("init")
        assert (status["step"], status["user"].get("isConnected")) == (step, connected)
        ucopia.clock.passes(3)
        assert guest.call("init")["user"]["isConnected"] is True


def test_the_organisation_is_a_way_in_of_its_own() -> None:
    with box(shibboleth=True, logon_policy=Policy("logon", True)) as ucopia:
        guest = ucopia.guest().arrives()
        assert guest.call("init")["auth_modes"]["shibboleth"] is True
        shib = {"login": "shibuser", "password": "shibpwd", "policy_accept": "true"}
        assert "error" in guest.call("authenticate", **shib)
        assert guest.get("shibauth.php").status_code == 302
        assert guest.call("init")["user"]["isAuthenticatedThroughShibboleth"] is True
        assert guest.call("authenticate", **shib)["step"] == "FEEDBACK"


def test_small_habits_are_switches() -> None:
    wire = WireStyle(modeless_codes=True, short_redirect_params=True)
    settings = {"autoconnect_login": "a", "autoconnect_password": "b", "init_redirect": "/1/portal/"}
    mode = Mode(True, sponsoring=True, sponsor_needed=True).show("personalField_2", mandatory=True)
    with box(one=mode, wire=wire, timezone_offset=-18_000, login_needs_back=True, **settings) as ucopia:
        ucopia.account()
        guest = ucopia.guest().arrives()
        init = guest.call("init")
        assert "redirect" not in init, "the address was opened before"
        assert ucopia.guest().call("init")["redirect"] == "/1/portal/"
        assert init["subscribe"]["autoconnect"]["login"] == "a"
        assert init["subscribe"]["one"]["sponsoringEnable"] is True
        error = guest.call("subscribe", type="one")["error"]
        assert error == {"code": "error_subscribe_no-custom-field", "value": "personalField_2"}
        assert "permission-denied" in guest.call("authenticate", **LOGIN)["error"]["code"]
        assert guest.call("back_action")["step"] == "LOGON"
        answer = guest.call("authenticate", **LOGIN)
        assert answer["user"]["timezoneOffset"] == {"value": "-18000"}
        guest.call("switch_language", lang="ja")
        assert guest.call("init")["user"]["lang"] == "ja"
        ucopia.settings.faults.init_error = "too-many-attempts"
        assert guest.call("init")["error"]["code"] == "error_logon_too-many-attempts"
        assert ucopia.guest().get("1/portal/portal.lang.xml").status_code == 200


def test_interests_come_as_a_list() -> None:
    with box(direct=Mode(True).show("interests", "gender", mandatory=True)) as ucopia:
        guest = ucopia.guest().arrives()
        assert "no-interests" in guest.call("subscribe", type="direct", gender="f")["error"]["code"]
        several = guest.http.post(
            f"{ucopia.url}portal_api.php",
            data={"action": "subscribe", "type": "direct", "gender": "m", "interests[]": ["1", "2"]},
            timeout=5,
        ).json()
        assert several["info"]["code"] == "info_direct-subscribe_success"
        assert ucopia.controller.accounts.all()[-1].person["interests"] == "1,2"
