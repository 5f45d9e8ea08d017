"""What controllers of today ask of a guest: policies, the network's password, new passwords, accounts by message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from portal.simulators.ucopia import Account, ControllerSettings, Mode, Policy, WireStyle
from tests.gateways.ucopia.canned import portal_before
from tests.gateways.ucopia.world import World

LOGIN = {"login": "jsmith", "password": "1234"}
FORM = {"step": "LOGON", "auth_modes": {"standard": True}}


# -- policies


def test_the_private_policy_goes_with_a_login(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(private_policy=Policy(display=True)))
    guest = there.arrives().fills(**LOGIN).presses(way="login").status(422)
    guest.has_error_on("private_policy_accept")
    guest.fills(password="1234").ticks("private_policy_accept").presses(way="login").sees("You are online")
    assert there.sent("authenticate")["private_policy_accept"] == "true"


def test_the_private_policy_is_ticked_on_the_one_click_form_for_the_login_behind_it(
    campus: Callable[..., World],
) -> None:
    settings = ControllerSettings(private_policy=Policy(display=True), logon_policy=Policy("logon", True))
    there = campus(settings)
    guest = there.arrives().ticks("connect_policy_accept", "private_policy_accept").presses(way="one")
    guest.sees("You are online")
    assert there.sent("authenticate")["private_policy_accept"] == "true"
    assert there.sent("authenticate")["policy_accept"] == "true"


def test_newer_firmware_hears_no_where_there_is_no_box_and_older_firmware_nothing(
    campus: Callable[..., World],
) -> None:
    there = campus()
    there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    assert there.sent("authenticate")["private_policy_accept"] == "false"
    there.settings.wire = WireStyle.old()
    there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    assert "private_policy_accept" not in there.sent("authenticate")


LONG = "<p>First rule.</p><p>See <a href='/portals/rules.pdf'>the rules</a> &amp; smile.</p>" + "Word " * 100


def test_a_long_policy_with_a_link_is_read_on_our_page_and_the_link_stands_beside_it(
    campus: Callable[..., World],
) -> None:
    policy = Policy("logon", True, text=LONG, link="/portals/_policies/long.pdf")
    there = campus(ControllerSettings(logon_policy=policy, one=Mode()))
    guest = there.arrives().does_not_see("First rule")
    assert not guest.page.select("a[href$='long.pdf']")
    guest.follows("terms of use").sees("First rule.", "See the rules & smile.", "Word Word")
    assert [str(p.get_text()) for p in guest.page.select(".prose p")][:2] == [
        *("First rule.", "See the rules & smile."),
    ]
    assert guest.page.select_one(f"a[href='{there.controller_url}portals/rules.pdf']")
    assert guest.page.select_one(f"a[href='{there.controller_url}portals/_policies/long.pdf']")
    guest.follows("Back").sees("User name")


def test_a_short_policy_is_plain_text_beside_its_box(campus: Callable[..., World]) -> None:
    policy = Policy(
        "logon", True, text="<b>I accept</b> the rules &amp; more<script>alert(1)</script>", link=""
    )
    guest = campus(ControllerSettings(logon_policy=policy, one=Mode())).arrives()
    guest.sees("I accept the rules & more").does_not_see("<b>", "&amp;", "alert(1)")


# -- the network's password


@pytest.mark.parametrize("cookies", [True, False])
def test_the_network_s_password_is_a_page_before_all_others(
    campus: Callable[..., World], cookies: bool
) -> None:
    there = campus(ControllerSettings(secure_password="net secret"))
    guest = there.arrives(cookies=cookies).sees("Wi-Fi password").does_not_see("With an account")
    guest.fills(secure_pwd="wrong").presses(way="secure").status(422).has_error_on("secure_pwd")
    assert guest.field("secure_pwd") == ""
    guest.fills(secure_pwd="net secret").presses(way="secure").sees("With an account")
    guest.presses(way="one").sees("You are online")
    for action in ("subscribe", "authenticate", "init"):
        assert there.sent(action)["secure_pwd"] == "net secret"
    guest.presses(button="Disconnect").sees("You are disconnected")
    assert there.sent("disconnect")["secure_pwd"] == "net secret"


# -- passwords

RULES = {
    "min_password": 8,
    "max_password": 12,
    "password_sets": ("1:0123456789", "1:ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
}


def test_password_rules_are_told_before_typing_and_checked_before_sending(
    campus: Callable[..., World],
) -> None:
    direct = Mode(True).show("userPassword", mandatory=True)
    there = campus(ControllerSettings(one=Mode(), direct=direct, **RULES))
    guest = there.arrives().sees("Use 8 to 12 characters", "Digits: 1 or more", "Capital letters: 1 or more")

    def types(password: str) -> None:
        guest.fills(user_password=password, user_password_confirm=password).presses(way="direct")

    types("aA")
    guest.has_error_on("user_password", "too short").has_error_on("user_password", "Digits: 1 or more")
    types("aaaaaaaaaaaa1Aa")
    guest.has_error_on("user_password", "too long")
    assert "subscribe" not in there.actions()
    types("aaaaaa1A")
    guest.sees("Your account", "the password you chose").does_not_see("aaaaaa1A")
    guest.presses(button="Connect").sees("You are online", "the password you chose").does_not_see("aaaaaa1A")


def test_every_cause_that_a_controller_tells_has_words(campus: Callable[..., World]) -> None:
    direct = Mode(True).show("userPassword", mandatory=True)
    there = campus(ControllerSettings(one=Mode(), direct=direct))
    guest = there.arrives()
    for key, value in RULES.items():
        setattr(there.settings, key, value)
    guest.fills(user_password="abc", user_password_confirm="abc").presses(way="direct").status(422)
    guest.has_error_on("user_password", "Use 8 characters or more").has_error_on("user_password", "Digits: 1")


@pytest.mark.parametrize("after", ["FEEDBACK", "LOGON"])
@pytest.mark.parametrize("cookies", [True, False])
def test_a_password_of_one_s_own_is_chosen_on_our_page_before_going_online(
    campus: Callable[..., World], after: Any, cookies: bool
) -> None:
    there = campus(ControllerSettings(after_forced_change=after, min_password=5))
    there.controller.accounts.add(Account("anna", "first", must_change=True))
    guest = there.arrives(cookies=cookies).fills(login="anna", password="first").presses(way="login")
    guest.sees("Choose a new password", "Use 5 characters or more").does_not_see("Current password")
    guest.fills(new_password="abcde", new_password_confirm="other").presses(button="Save").status(422)
    guest.has_error_on("new_password_confirm", "differ")
    guest.fills(new_password="abcde", new_password_confirm="abcde").presses(button="Save")
    guest.sees("You are online", "anna")
    assert there.controller.accounts.get("anna").password == "abcde"  # type: ignore[union-attr]


def test_init_that_stands_at_the_new_password_asks_for_the_old_one_too(campus: Callable[..., World]) -> None:
    there = campus()
    there.controller.accounts.add(Account("anna", "first", must_change=True))
    guest = there.arrives().fills(login="anna", password="first").presses(way="login").opens("campus/")
    guest.sees("Choose a new password")
    there.controller.accounts.get("anna").password = "changed elsewhere"  # type: ignore[union-attr]
    guest.fills(new_password="abcde", new_password_confirm="abcde").presses(button="Save").status(422)
    guest.sees("Current password").fills(
        old_password="changed elsewhere", new_password="abcde", new_password_confirm="abcde"
    ).presses(button="Save").sees("You are online")


def test_a_password_is_changed_by_choice_once_online(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(allow_mod_pwd_by_self=True, min_password=6))
    guest = there.arrives().fills(**LOGIN).presses(way="login").follows("Choose a new password")
    guest.sees("Use 6 characters or more").fills(old_password="no", new_password="abcdef")
    guest.fills(new_password_confirm="abcdef").presses(button="Save").status(422).has_error_on("old_password")
    guest.fills(old_password="1234", new_password="abcdef", new_password_confirm="abcdef")
    guest.presses(button="Save").sees("Your password has been changed", "You are online")
    there.settings.allow_mod_pwd_by_self = False
    guest.opens("campus/online").does_not_see("Choose a new password")


# -- forgotten


def test_a_forgotten_password_comes_by_message_or_for_the_right_answers(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(pwd_recovery=True))
    person = {"email_address": "j@example.org", "phone": "612345678"}
    there.controller.accounts.add(Account("john", "lost", person=person))
    guest = there.arrives().follows("Forgot your password").presses(button="Continue").status(422)
    guest.has_error_on("login").fills(login="nobody").presses(button="Continue").sees("No account was found")
    guest.fills(login="", email_address="j@example.org").presses(button="Continue")
    guest.sees("Send it by text message", "first pet").presses(button="by e-mail")
    guest.sees("new password by e-mail").follows("Connect").sees("User name")
    (message,) = there.controller.messages
    guest.fills(login="john", password=message.password).presses(way="login").sees("You are online")
    guest = there.arrives().follows("Forgot your password").fills(phone="+33 6 12 34 56 78")
    guest.presses(button="Continue").fills(answer_0="Tom").presses(button="Send the answers").status(422)
    guest.sees("The answers are not correct").presses(button="Continue")
    guest.fills(answer_0="Rex").presses(button="Send the answers").sees("your new password")
    assert there.controller.accounts.get("john").password in guest.text  # type: ignore[union-attr]


def test_where_recovery_is_not_known_the_controller_s_own_page_is_linked(tmp_path: Path) -> None:
    says = {"init": FORM | {"pwdRecovery": True}, "get_pwd_recovery_options_from_user": {}}
    with portal_before(tmp_path, says) as (controller, guest):
        guest.opens("campus/").follows("Forgot your password").fills(login="a").presses(button="Continue")
        guest.status(422)
        assert guest.page.select_one(f"a[href='{controller.url}1/portal/']")


# -- accounts that arrive by message


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        ("sms", {"prefix": "33", "phone": "06 12 34 56 78"}, "by text message"),
        ("mail", {"email_address": "a@example.org"}, "by e-mail"),
        ("print", {"last_name": "Meier"}, "printed"),
    ],
)
@pytest.mark.parametrize("cookies", [True, False])
def test_an_account_arrives_by_message_and_is_typed_in(
    campus: Callable[..., World], kind: str, typed: dict[str, str], words: str, cookies: bool
) -> None:
    mode = Mode(True).show("userLogin", "userPassword", "lastName")
    there = campus(ControllerSettings(**{kind: mode}))
    guest = there.arrives(cookies=cookies)
    assert not guest.page.select(f"form:has([value={kind}]) [name=user_password]")
    guest.fills(**typed).presses(way=kind).sees(words)
    guest.goes_back().fills(**typed).presses(way=kind).sees(words)
    assert there.controller.accounts.made == 1
    (message,) = there.controller.messages
    guest.follows("Enter them").fills(login=message.login, password=message.password).presses(way="login")
    guest.sees("You are online")


@pytest.mark.parametrize(("kind", "field"), [("sms", "phone"), ("mail", "email_address")])
def test_the_address_of_a_message_is_needed_whatever_its_rule_says(
    campus: Callable[..., World], kind: str, field: str
) -> None:
    there = campus(ControllerSettings(**{kind: Mode(True)}))
    there.arrives().presses(way=kind).status(422).has_error_on(field)
    assert "subscribe" not in there.actions()


# -- fields beyond the manual


def test_the_fields_of_the_wire_have_their_own_inputs(campus: Callable[..., World]) -> None:
    rules = ("gender", "birthDate", "userLanguage", "interests")
    direct = Mode(True, sponsoring=True).show(*rules, mandatory=True)
    there = campus(
        ControllerSettings(one=Mode(), direct=direct),
        interests={"1": "Sport", "2": {"en": "Music", "de": "Musik"}},
        birth_date="%d/%m/%Y",
    )
    guest = there.arrives(language="de").sees("Musik")
    form = "form:has([value=direct])"
    assert [str(one["value"]) for one in guest.page.select(f"{form} [type=radio][name=gender]")] == ["f", "m"]
    assert [str(one["value"]) for one in guest.page.select(f"{form} [type=checkbox][name=interests]")] == [
        "1",
        "2",
    ]
    guest.presses(way="direct").status(422).has_error_on("birth_date")
    guest.fills(gender="f", birth_date="1985-11-03", user_language="de", sponsor_email="h@example.org")
    guest.ticks("interests").presses(way="direct").sees("Ihr Konto")
    sent = there.sent("subscribe")
    assert (sent["gender"], sent["birth_date"], sent["user_language"]) == ("f", "03/11/1985", "de")
    assert (sent["interests"], sent["sponsor_email"]) in [("1", "h@example.org"), ("1,2", "h@example.org")]


def test_codes_without_a_mode_find_their_input(campus: Callable[..., World]) -> None:
    mode = Mode(True).show("personalField_2", mandatory=False)
    there = campus(ControllerSettings(one=mode, wire=WireStyle(modeless_codes=True)))
    guest = there.arrives()
    mode.rules["personalField_2"].mandatory = True
    guest.presses(way="one").status(422).has_error_on("personal_field_2")


# -- other ways in


def test_an_organisation_is_a_way_in_behind_the_policy(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(shibboleth=True, logon_policy=Policy("logon", True)))
    guest = there.arrives().sees("With your organisation").presses(way="shibboleth").status(422)
    guest.has_error_on("policy_accept").ticks("policy_accept").presses(way="shibboleth")
    assert f"{there.controller_url}shibauth.php" in [url for _method, url, _status in guest.trail]


def test_who_comes_back_from_the_organisation_is_signed_in_at_once(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(shibboleth=True, logon_policy=Policy("logon", True)))
    guest = there.arrives()
    for one in there.controller.guests.values():
        one.shibboleth = True
    guest.opens("campus/").sees("You are online")
    sent = there.sent("authenticate")
    assert (sent["login"], sent["password"], sent["policy_accept"]) == ("shibuser", "shibpwd", "true")


def test_a_proposed_account_signs_in_by_itself_where_nothing_is_to_be_accepted(
    campus: Callable[..., World],
) -> None:
    settings = ControllerSettings(one=Mode(), autoconnect_login="jsmith", autoconnect_password="1234")
    there = campus(settings)
    there.arrives().sees("You are online", "jsmith")
    there.settings.autoconnect_password = "wrong"
    guest = there.arrives().status(422).sees("is not correct")
    guest.fills(**LOGIN).presses(way="login").sees("You are online")


def test_a_proposed_account_waits_for_the_policy(campus: Callable[..., World]) -> None:
    settings = ControllerSettings(one=Mode(), autoconnect_login="jsmith", autoconnect_password="1234")
    settings.logon_policy = Policy("logon", True)
    there = campus(settings)
    guest = there.arrives().presses(way="auto").status(422).has_error_on("policy_accept")
    assert "1234" not in guest.response.text
    guest.ticks("policy_accept").presses(way="auto").sees("You are online", "jsmith")


def test_an_account_that_came_by_mail_is_one_tap(campus: Callable[..., World]) -> None:
    settings = ControllerSettings(one=Mode(), mail=Mode(True), names_windows=True)
    settings.autofill_login, settings.autofill_password = "jsmith", "1234"
    there = campus(settings)
    guest = there.arrives(cna_id="a1b2").does_not_see("You are online")
    assert "1234" not in guest.response.text
    guest.presses(way="auto").sees("You are online", "jsmith")
    assert "cna_id" not in there.sent("authenticate")


@pytest.mark.parametrize("cookies", [True, False])
def test_the_window_that_a_phone_opened_by_itself_keeps_its_name(
    campus: Callable[..., World], cookies: bool
) -> None:
    there = campus(ControllerSettings(one=Mode(), names_windows=True))
    guest = there.guest(cookies=cookies).opens(f"{there.controller_url}arrive?dst=http://a.example/")
    name = there.sent("init")["cna_id"]
    assert name in {one.window for one in there.controller.guests.values()}
    guest.fills(**LOGIN).presses(way="login").sees("You are online")
    assert there.sent("init")["cna_id"] == name
    assert "cna_id" not in there.sent("authenticate")


def test_the_name_of_the_window_goes_with_a_login_that_the_controller_proposes(
    campus: Callable[..., World],
) -> None:
    settings = ControllerSettings(one=Mode(), autoconnect_login="jsmith", autoconnect_password="1234")
    there = campus(settings, architecture="out-of-band", zone="test")
    there.guest().opens(f"{there.nas_url}browse?url=http://a.example/&mac=00-22-fb-d5-15-ee")
    assert "cna_id" not in there.sent("authenticate")
    says = "campus/?res=notyet&uamip=192.0.2.7&uamport=1&challenge=00&mac=02-00-00-00-00-07&cna_id=w-7"
    there.guest().opens(says).leaves_for("http://192.0.2.7:1/login?")
    assert there.sent("authenticate")["cna_id"] == "w-7"


@pytest.mark.parametrize("name", ["", "a b", "x" * 129, "<script>", "a&b=c"])
def test_a_window_with_a_strange_name_has_none(campus: Callable[..., World], name: str) -> None:
    there = campus()
    there.guest().opens(f"campus/?{urlencode({'cna_id': name})}").status(200)
    assert "cna_id" not in there.sent("init")


def test_who_is_signed_off_first_out_of_band_is_signed_off_at_the_device_too(
    campus: Callable[..., World],
) -> None:
    there = campus(ControllerSettings(one=Mode()), architecture="out-of-band", zone="test")
    guest = there.caught().fills(**LOGIN).presses(way="login").sees("You are online")
    device = there.nas.devices["00-22-fb-d5-15-ee"]
    assert device.online
    there.settings.force_feedback_disconnect = True
    guest.opens("campus/").leaves_for("http://wanted.example.org/")
    assert not device.online
    guest.opens(f"{there.nas_url}browse?url=http://wanted.example.org/&mac=00-22-fb-d5-15-ee")
    guest.does_not_see("You are disconnected", "no longer").fills(**LOGIN).presses(way="login").sees(
        "You are online"
    )


def test_an_address_in_any_answer_is_opened_before_init_is_asked(tmp_path: Path) -> None:
    says = {"init": [FORM, {"step": "FEEDBACK", "user": {"isConnected": True}}]}
    says["authenticate"] = {"redirect": "/1/portal/again"}
    with portal_before(tmp_path, says) as (controller, guest):
        guest.opens("campus/").fills(login="a", password="b").presses(way="login").sees("You are online")
        asked = [one.get("path", one["action"]) for one in controller.asked]
        assert asked[-3:] == ["authenticate", "/1/portal/again", "init"]


def test_an_address_elsewhere_in_an_answer_is_not_opened(tmp_path: Path) -> None:
    says = {"init": FORM, "authenticate": {"step": "FEEDBACK", "redirect": "https://evil.example/1/portal/"}}
    with portal_before(tmp_path, says) as (controller, guest):
        guest.opens("campus/").fills(login="a", password="b").presses(way="login").sees("You are online")
        assert [one["path"] for one in controller.asked if one["action"] == "open"] == ["/"]


def test_who_hangs_between_satellite_and_centre_is_signed_off_first(campus: Callable[..., World]) -> None:
    there = campus()
    guest = there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    there.settings.force_feedback_disconnect = True
    guest.opens("campus/?dst=http://a.example/").sees("With an account")
    assert "disconnect" in there.actions()


def test_a_login_may_need_a_step_back_from_the_one_click_form(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(login_needs_back=True))
    there.arrives().fills(**LOGIN).presses(way="login").sees("You are online")
    assert there.actions().count("back_action") == 1


def test_a_new_account_that_nobody_is_to_see_goes_online_at_once(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(one=Mode(), direct=Mode(True), hide_credentials=True))
    guest = there.arrives().presses(way="direct").sees("You are online")
    assert there.controller.accounts.all()[-1].password not in guest.text


def test_ways_that_only_the_controller_has_are_linked(tmp_path: Path) -> None:
    says = {"init": FORM | {"auth_modes": {"standard": True, "facebook": True}}}
    with portal_before(tmp_path, says) as (controller, guest):
        guest.opens("campus/").sees("Another way")
        assert guest.page.select_one(f"a[href='{controller.url}1/portal/']")


def test_a_language_that_is_chosen_is_told_to_the_controller(campus: Callable[..., World]) -> None:
    there = campus()
    there.arrives().chooses_language("ja")
    assert there.sent("switch_language")["lang"] == "ja"


# -- the Wi-Fi device

NAS = {"type": "GET", "host": "192.0.2.7", "uri": "login", "parameters": {"username": "a"}}
ARRIVAL = "campus/?res=notyet&uamip=192.0.2.7&uamport=10000&challenge=00&mac=02-00-00-00-00-01"


def test_a_jump_to_the_device_means_https_where_nothing_is_said(tmp_path: Path) -> None:
    says = {"init": FORM, "authenticate": {"step": "FEEDBACK", "user": {"login_URL_params": NAS}}}
    with portal_before(tmp_path, says, architecture="out-of-band", zone="test") as (_controller, guest):
        guest.opens(ARRIVAL).fills(login="a", password="b").presses(way="login")
        guest.leaves_for("https://192.0.2.7/login?username=a")


def test_init_may_hold_the_jump_too_and_it_is_made_once(tmp_path: Path) -> None:
    says = {"init": FORM | {"user": {"login_URL_params": NAS}}}
    with portal_before(tmp_path, says, architecture="out-of-band", zone="test") as (_controller, guest):
        guest.opens(ARRIVAL).leaves_for("https://192.0.2.7/login?username=a")
        guest.opens(ARRIVAL.replace("notyet", "failed")).status(200).sees("connection did not work")


@pytest.mark.parametrize(("connected", "jumps"), [(True, True), (False, False)])
def test_a_logout_at_the_device_only_while_the_guest_is_connected(
    tmp_path: Path, connected: bool, jumps: bool
) -> None:
    user = {"login": {"value": "a"}, "isConnected": connected, "logout_URL_params": NAS | {"uri": "logout"}}
    online = {"step": "FEEDBACK", "user": {"login": {"value": "a"}, "isConnected": True}}
    says = {"init": online, "disconnect": {"step": "LOGON", "user": user}}
    with portal_before(tmp_path, says, architecture="out-of-band", zone="test") as (_controller, guest):
        guest.opens(ARRIVAL).presses(button="Disconnect")
        if jumps:
            guest.leaves_for("https://192.0.2.7/logout")
        else:
            guest.sees("You are disconnected")
