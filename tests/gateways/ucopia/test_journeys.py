"""Guests of a UCOPIA venue, from the first page to the last, over plain HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from portal.simulators.ucopia import ControllerSettings, Mode, Policy, WireStyle
from tests.gateways.ucopia.world import World
from tests.simulators.ucopia_guest import FakeClock

REDIRECTS = WireStyle(navigation="redirect")


def zone(**keys: Any) -> dict[str, Any]:
    return {"architecture": "out-of-band", "zone": "test", **keys}


@pytest.mark.parametrize("cookies", [True, False])
def test_one_click_takes_a_guest_online(campus: Callable[..., World], cookies: bool) -> None:
    there = campus()
    guest = there.arrives(cookies=cookies).sees("Connect to the Wi-Fi", "With an account")
    guest.presses(way="one").sees("You are online", "You will be online in a moment")
    account = there.controller.accounts.all()[-1]
    guest.sees(account.login, account.password)
    assert there.actions() == ["open", "init", "subscribe", "authenticate", "init"]
    guest.presses(button="Disconnect").sees("You are disconnected").follows("Connect again").sees(
        "With an account"
    )


@pytest.mark.parametrize("cookies", [True, False])
def test_a_guest_signs_in_with_an_account(campus: Callable[..., World], cookies: bool) -> None:
    there = campus(ControllerSettings(logon_policy=Policy("logon", True)))
    guest = there.arrives(cookies=cookies, language="fr").chooses_language("de")
    guest.fills(login="jsmith", password="wrong").ticks("policy_accept").presses(way="login").status(422)
    guest.has_error_on("login")
    assert (guest.field("login"), guest.field("password")) == ("jsmith", "")
    assert guest.page.select("form:has([value=login]) [name=policy_accept][checked]"), (
        "a tick once given stays"
    )
    guest.fills(password="1234").ticks("policy_accept", ticked=False).presses(way="login")
    guest.has_error_on("policy_accept").fills(password="1234").ticks("policy_accept")
    guest.presses(way="login").sees("jsmith").is_at("online" if cookies else "sign-in")
    assert there.sent("authenticate")["policy_accept"] == "true"
    assert guest.page.select_one("html[lang=de]")


@pytest.mark.parametrize("cookies", [True, False])
def test_direct_shows_the_account_before_it_goes_on(campus: Callable[..., World], cookies: bool) -> None:
    policy = Policy("logon", True)
    settings = ControllerSettings(
        one=Mode(), direct=Mode(True).show("email", mandatory=True), logon_policy=policy
    )
    there = campus(settings)
    guest = there.arrives(cookies=cookies).fills(email_address="a@example.com").presses(way="direct")
    account = there.controller.accounts.all()[-1]
    guest.status(200).sees(
        "Your account", account.login, account.password, "Save your user name and password"
    )
    guest.presses(button="Connect").status(422).has_error_on("policy_accept").sees(account.password)
    guest.ticks("policy_accept").presses(button="Connect").sees("You are online", account.login)
    guest.is_at("online" if cookies else "connect")
    assert there.controller.accounts.made == 1


def test_a_guest_who_is_online_already_sees_that_at_once(campus: Callable[..., World]) -> None:
    there = campus()
    guest = there.arrives().presses(way="one").opens("campus/").sees("You are online")
    guest.chooses_language("ja").sees(there.controller.accounts.all()[-1].login)
    guest.does_not_see("online in a moment")


@pytest.mark.parametrize("login_type", ["GET", "POST"])
@pytest.mark.parametrize("cookies", [True, False])
def test_out_of_band_in_and_out(campus: Callable[..., World], login_type: Any, cookies: bool) -> None:
    there = campus(ControllerSettings(login_type=login_type), **zone())
    guest = there.caught(cookies=cookies).is_at(there.portal.url + "campus/")
    guest.fills(login="jsmith", password="1234").presses(way="login")
    if login_type == "POST":
        guest.sees("You are being connected").presses(button="Continue")
    assert [url.split("?")[0] for _method, url, _status in guest.trail][-2:] == [
        f"{there.nas_url}login",
        f"{there.portal.url}campus/",
    ]
    guest.sees("You are online", "jsmith", "test")
    device = there.nas.devices["00-22-fb-d5-15-ee"]
    assert (device.online, device.username) == (True, "jsmith")
    guest.presses(button="Disconnect")
    if login_type == "POST":
        guest.presses(button="Continue")
    guest.sees("You are disconnected")
    assert not device.online
    guest.follows("Connect again").leaves_for("http://wanted.example.org/")


WORDS = [
    *(("success", "You are online"), ("already", "You are online"), ("ALREADY", "You are online")),
    *(
        ("logoff", "You are disconnected"),
        ("logout", "You are disconnected"),
        ("LogOff", "You are disconnected"),
    ),
    *(("failed", "connection did not work"), ("notyet", "With an account"), ("rejected", "With an account")),
    ("", "With an account"),
]


@pytest.mark.parametrize(("res", "words"), WORDS)
def test_every_word_of_the_wifi_device_is_understood(
    campus: Callable[..., World], res: str, words: str
) -> None:
    there = campus(**zone())
    guest = there.caught()
    if words.startswith("You are"):
        guest.fills(login="jsmith", password="1234").presses(way="login")
    guest.opens(f"campus/?res={res}&uamip=127.0.0.1&uamport=1&mac=00-22-fb-d5-15-ee&reason=because")
    guest.status(200).sees(words)
    guest.does_not_see("because")


def test_the_reason_of_the_wifi_device_is_shown_to_whom_it_refused(campus: Callable[..., World]) -> None:
    there = campus(**zone())
    there.nas.settings.force_res, there.nas.settings.force_reason = "failed", "The lobby is\x1f closed"
    guest = there.caught().fills(login="jsmith", password="1234").presses(way="login")
    guest.sees("The Wi-Fi connection did not work", "“The lobby is closed”")


LURES = [
    "Call +4369912345678",
    "Pay at https://evil.example/",
    "www.evil.example",
    "evil.example/login",
    "Write to a@evil.example",
]


@pytest.mark.parametrize("words", LURES)
def test_no_reason_leads_a_guest_anywhere(campus: Callable[..., World], words: str) -> None:
    there = campus(**zone())
    there.nas.settings.force_res, there.nas.settings.force_reason = "failed", words
    guest = there.caught().fills(login="jsmith", password="1234").presses(way="login")
    guest.sees("The Wi-Fi connection did not work").does_not_see(words)


@pytest.mark.parametrize(
    "uamip",
    ["203.0.113.9.evil.example", "8.8.8.8", "evil.example", "0.0.0.0", "2001:4860::1", "1;script-src *"],
)
def test_without_nas_hosts_a_guest_is_sent_to_private_addresses_alone(
    campus: Callable[..., World], uamip: str
) -> None:
    there = campus(**zone())
    there.settings.login_url = f"http://{uamip}/login"
    query = {"res": "notyet", "uamip": uamip, "uamport": "80", "challenge": "00", "mac": "00-22-fb-d5-15-ee"}
    guest = there.guest().opens("campus/?" + urlencode(query))
    assert "evil" not in guest.response.headers["Content-Security-Policy"]
    assert "form-action 'self';" in guest.response.headers["Content-Security-Policy"]
    guest.fills(login="jsmith", password="1234").presses(way="login").status(502)
    assert [status for _method, _url, status in guest.trail] == [502]


@pytest.mark.parametrize(
    "dst", ["http://a.example;script-src *", "http://ä.example/", "http://a.example\n/", "http://a b/"]
)
def test_a_wanted_page_never_writes_into_a_policy(campus: Callable[..., World], dst: str) -> None:
    guest = campus(calls="browser").guest().opens("campus/?" + urlencode({"dst": dst}))
    guest.fills(login="jsmith", password="1234").presses(way="login")
    policy = guest.response.headers["Content-Security-Policy"]
    assert policy.isascii()
    assert policy.count("script-src") == 1
    assert "example" not in policy


def test_the_wifi_device_s_success_is_believed_until_the_controller_says_no(
    campus: Callable[..., World],
) -> None:
    there = campus(**zone())
    guest = there.guest().opens("campus/?res=success&uamip=127.0.0.1&uamport=1&mac=00-00-00-00-00-09")
    guest.sees("You are online")


def test_a_guest_who_typed_the_address_out_of_band_is_told_what_to_do(campus: Callable[..., World]) -> None:
    campus(**zone()).guest().opens("campus/").status(200).sees("Switch the Wi-Fi")
    # nobody is sent anywhere by that


@pytest.mark.parametrize("allowed", [["192.0.2.7"], ["example.org"]])
def test_nobody_is_sent_to_a_host_that_the_venue_did_not_allow(
    campus: Callable[..., World], allowed: list[str]
) -> None:
    there = campus(**zone(nas_hosts=allowed))
    guest = there.caught().fills(login="jsmith", password="1234").presses(way="login")
    guest.status(502).sees("The network does not answer")
    assert [url for _m, url, _s in guest.trail] == [f"{there.portal.url}campus/sign-in"]


def test_an_allowed_host_may_differ_from_the_uamip(campus: Callable[..., World]) -> None:
    there = campus(**zone(nas_hosts=["127.0.0.1"]))
    there.nas.settings.uamip = "192.0.2.1"
    there.settings.login_url = f"{there.nas_url}login"
    guest = there.caught().fills(login="jsmith", password="1234").presses(way="login")
    guest.sees("You are online")


@pytest.mark.parametrize("mac", ["", "00-00-00-00-00-01"])
def test_another_device_starts_anew(campus: Callable[..., World], mac: str) -> None:
    there = campus(**zone())
    guest = there.caught().fills(login="jsmith", password="1234").presses(way="login").sees("You are online")
    guest.opens(f"campus/?res=notyet&uamip=127.0.0.1&uamport=1&challenge=00&mac={mac or '00-22-fb-d5-15-ee'}")
    guest.sees("With an account" if mac else "You are online")


@pytest.mark.parametrize("guests_by", ["session", "address"])
def test_the_browser_carries_the_login_where_the_venue_says_so(
    campus: Callable[..., World], guests_by: Any
) -> None:
    there = campus(ControllerSettings(guests_by=guests_by, wire=REDIRECTS), calls="browser")
    guest = there.guest().opens(f"{there.controller_url}arrive?dst={there.portal.url}campus/online")
    guest.is_at(f"{there.portal.url}campus/").presses(way="one").sees("One moment")
    account = there.controller.accounts.all()[-1]
    guest.sees(account.login, account.password)
    assert "authenticate" not in there.actions()
    guest.presses(button="Continue").is_at(f"{there.portal.url}campus/online").sees("You are online")
    call = next(call for call in there.controller.calls if call.action == "authenticate")
    assert "from_ajax" not in call.form
    assert any(one.online for one in there.controller.guests.values())
    if guests_by == "address":
        guest.sees(account.login, "profile_1").presses(button="Disconnect")
        frame = guest.page.select_one("iframe")
        assert frame
        assert guest.page.select_one(f"form[target={frame['name']}]")
        guest.presses(button="Disconnect").opens(f"{there.portal.url}campus/ucopia/left")
        guest.sees("You are disconnected")
        assert not any(one.online for one in there.controller.guests.values())


def test_the_browser_s_login_that_fails_stays_with_the_controller(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(wire=REDIRECTS), calls="browser")
    guest = there.guest().opens(f"{there.controller_url}arrive")
    guest.fills(login="jsmith", password="wrong").presses(way="login").presses(button="Continue")
    guest.sees("Refused")


def test_the_feedback_page_shows_what_feedback_allows_in_the_controller_s_hours(
    campus: Callable[..., World],
) -> None:
    clock = FakeClock(1_425_305_092)  # 2 March 2015, 14:04:52 UTC
    settings = ControllerSettings(time_credit=7200, auto_disconnect=False, timezone_offset=3600)
    settings.multidevice, settings.pms_customer, settings.pms_message = "3", "Ms Meier", "Breakfast from 7"
    settings.force_disc_timer, settings.validity = 1800, 86_400
    settings.feedback = dict.fromkeys(settings.feedback, True)
    there = campus(settings, clock=clock)
    guest = there.arrives().presses(way="one")
    guest.sees("2:00:00", "Total time 2:00:00", "Time used 0:00:00", "Devices 3", "Ms Meier")
    guest.sees("Breakfast from 7", "VLAN native-in", "Network native-in", "127.0.0.1", "3 Mar 2015, 15:04")
    clock.passes(1234)
    guest.opens("campus/online").sees("Time left 1:39:26", "Time used 0:20:34", "until 17:04")
    guest.chooses_language("de").sees("03.03.2015, 15:04", "47,1 MB", "17:04")
    settings.feedback = dict.fromkeys(settings.feedback, False)
    guest.opens("campus/online").does_not_see("Time left", "Ms Meier", "native-in", "Breakfast")


def test_an_account_whose_time_is_over_ends_on_the_login_page(campus: Callable[..., World]) -> None:
    clock = FakeClock()
    there = campus(ControllerSettings(time_credit=60), clock=clock)
    guest = there.arrives().presses(way="one").sees("0:01:00")
    account = there.controller.accounts.all()[-1]
    clock.passes(61)
    guest.opens("campus/online").sees("no longer knows this device", account.login)
    guest.presses(button="Connect").status(422).sees("The data for this account has been used up")
    guest.follows("another way").sees("With an account")


def test_refresh_keeps_a_guest_online_with_and_without_script(campus: Callable[..., World]) -> None:
    clock = FakeClock()
    there = campus(ControllerSettings(auto_disconnect=False, refresh_patience=100), clock=clock)
    guest = there.arrives().presses(way="one").sees("Keep this page open", "Stop reloading")
    for _ in range(4):
        clock.passes(60)
        guest.waits_for_refresh().sees("You are online")
    for _ in range(4):  # as the page's script does it, with the state of the answer before
        clock.passes(60)
        token = guest.field("guest")
        answer = guest.session.post(f"{there.portal.url}campus/ucopia/refresh", {"guest": token}, timeout=5)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
        guest.forges(guest=answer.text)
    guest.presses(button="Disconnect").sees("You are disconnected")


def test_a_refresh_that_comes_too_late_says_so(campus: Callable[..., World]) -> None:
    clock = FakeClock()
    there = campus(ControllerSettings(auto_disconnect=False, refresh_patience=100), clock=clock)
    guest = there.arrives().presses(way="one")
    clock.passes(101)
    token = guest.field("guest")
    answer = guest.session.post(f"{there.portal.url}campus/ucopia/refresh", {"guest": token}, timeout=5)
    assert answer.status_code == 410
    guest.waits_for_refresh().sees("no longer knows this device")


def test_the_guest_can_stop_the_page_from_opening_itself(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(auto_disconnect=False))
    guest = there.arrives(cookies=False).presses(way="one").follows("Stop reloading").sees("You are online")
    assert not guest.page.select("meta[http-equiv]")
    assert not guest.page.select("[data-refresh]")


def test_no_refresh_is_asked_for_while_the_device_is_disconnected_by_itself(
    campus: Callable[..., World],
) -> None:
    guest = campus(ControllerSettings(auto_disconnect=True)).arrives().presses(way="one")
    guest.does_not_see("Keep this page open", "Stop reloading")
    assert not guest.page.select("meta[http-equiv], [data-refresh]")


def test_a_redirect_after_connecting_comes_once_late_and_can_be_stopped(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(redirect_url="https://welcome.example.org/?a=1&b=2", redirect_delay=5))
    guest = there.arrives().presses(way="one").sees("The next page opens in 5 seconds")
    assert guest.page.select_one("meta[http-equiv=refresh]")["content"] == (  # type: ignore[index]
        "5;url=https://welcome.example.org/?a=1&b=2"
    )
    guest.follows("Stay on this page").sees("You are online").does_not_see("The next page opens")
    assert not guest.page.select("meta[http-equiv]")


def test_old_firmware_gets_its_digest_back(campus: Callable[..., World]) -> None:
    there = campus(ControllerSettings(old_firmware=True, auto_disconnect=False))
    guest = there.arrives().presses(way="one").waits_for_refresh().sees("You are online")
    assert len(there.sent("refresh")["password_digest"]) == 40
    guest.presses(button="Disconnect").sees("You are disconnected")
    assert len(there.sent("disconnect")["password_digest"]) == 40


def test_a_digest_that_says_it_is_fake_is_not_sent(campus: Callable[..., World]) -> None:
    there = campus()
    there.arrives().presses(way="one").presses(button="Disconnect").sees("You are disconnected")
    assert "password_digest" not in there.sent("disconnect")


@pytest.mark.parametrize("step", ["PAYMENT", "DANCE"])
def test_a_step_that_no_page_of_ours_can_do_leads_to_the_controller(
    campus: Callable[..., World], step: str
) -> None:
    there = campus(ControllerSettings(step_after_login=step))
    guest = there.arrives().fills(login="jsmith", password="1234").presses(way="login").status(200)
    guest.sees("Wi-Fi provider's page").does_not_see("You are online")
    assert guest.page.select_one(f"a[href='{there.controller_url}1/portal/']")
    there.settings.step = step
    there.arrives().status(200).sees("Wi-Fi provider's page")


def test_a_long_policy_has_a_page_of_its_own(campus: Callable[..., World], monkeypatch: Any) -> None:
    from portal.simulators.ucopia import texts

    long = dict.fromkeys(texts.POLICIES, ("Rules. " * 200, "Data. " * 200))
    monkeypatch.setattr(texts, "POLICIES", long)
    settings = ControllerSettings(one=Mode(True, policy=Policy(display=True, link="")))
    settings.logon_policy = Policy("logon", True, link="")
    there = campus(settings)
    guest = there.arrives(cookies=False).does_not_see("Rules. Rules.")
    links = [str(a["href"]) for a in guest.page.select("a[href*=policy]")]
    assert [link.split("?")[0] for link in links] == [
        *("/campus/ucopia/policy/one/own", "/campus/ucopia/policy/one/network"),
        "/campus/ucopia/policy/login/network",
    ]
    guest.opens(links[0]).sees("Data. Data.").follows("Back").sees("Other ways to connect")
    guest.opens(links[2]).sees("Rules. Rules.")


def test_the_languages_are_those_of_the_controller_that_the_venue_has(campus: Callable[..., World]) -> None:
    settings = ControllerSettings(display_lang=("fr", "it", "pl"), user_lang="it", default_lang="fr")
    there = campus(settings, languages=["de", "it", "fr"])
    guest = there.arrives(language="ko")
    assert guest.page.select_one("html[lang=it]")  # the browser's is not offered: user.lang
    assert [a["lang"] for a in guest.page.select("a[hreflang]")] == ["it", "fr"]
    there.settings.user_lang = "pl"
    assert there.arrives(language="ko").page.select_one("html[lang=fr]")
    assert there.arrives(language="fr,it").page.select_one("html[lang=fr]")


def test_labels_and_policies_change_with_the_language(campus: Callable[..., World]) -> None:
    one = Mode(True, policy=Policy(display=True)).show("personalField_1", "personalField_3")
    there = campus(ControllerSettings(one=one))
    guest = there.arrives(language="de").sees("Kundenkarte", "会員番号", "Ich willige ein")
    guest.chooses_language("ar").sees("بطاقة الولاء", "أوافق على حفظ بياناتي")


def test_a_venue_renames_a_post_name(campus: Callable[..., World]) -> None:
    settings = ControllerSettings(one=Mode(True).show("birthDate", "firstName"))
    there = campus(settings, names={"birth_date": "dob"}, birth_date="%d.%m.%Y")
    there.arrives().fills(birth_date="1980-05-31", first_name="Anna").presses(way="one")
    assert (there.sent("subscribe")["dob"], there.sent("subscribe")["first_name"]) == ("31.05.1980", "Anna")


def test_the_routes_of_ucopia_are_nobody_else_s(campus: Callable[..., World]) -> None:
    there = campus()
    for path in ("connect", "disconnect", "refresh"):
        answer = there.guest().session.post(f"{there.portal.url}campus/ucopia/{path}", timeout=5)
        assert answer.status_code == 400
        answer = there.guest().session.post(f"{there.portal.url}nowhere/ucopia/{path}", timeout=5)
        assert answer.status_code == 404


def test_the_state_stays_small_enough_for_a_cookie(campus: Callable[..., World]) -> None:
    from portal.simulators.ucopia.rules import RULES

    every = Mode(True, policy=Policy(display=True)).show(*RULES, mandatory=True)
    settings = ControllerSettings(one=every, direct=every, logon_policy=Policy("logon", True))
    there = campus(settings, **zone())
    guest = there.caught(language="ru").status(200)
    assert len(str(guest.field("guest"))) < 2000  # browsers keep 4096 bytes, cookie attributes included
    guest.fills(login="jsmith", password="1234").ticks("policy_accept").presses(way="login").sees("jsmith")
    assert len(str(guest.field("guest"))) < 2500
