"""Guests of a café with an Icaro hotspot, with real browsers. What is read is checked by place, not by words: the
same story is told in several languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.simulators.icaro import Voucher
from tests import axe
from tests.browsers import Browser
from tests.gateways.icaro.hotspot import running_cafe

OPEN = "details[open] form button"


@pytest.fixture(params=["chromium", "webkit"])
def browser(request) -> Callable[..., Browser]:
    """Makes guests with either engine."""
    return request.getfixturevalue(request.param)


def speaks(guest, language):
    assert guest.evaluate("() => document.documentElement.lang") == language
    return guest


def opens_way(guest, way):
    """Unfold one of the other ways in."""
    number = guest.evaluate(
        "way => [...document.querySelectorAll('main details.way')]"
        ".findIndex(e => e.querySelector('[name=way]').value === way)",
        way,
    )
    return guest.press(f"main details.way:nth-of-type({number + 1}) > summary")


def is_online(guest, cafe):
    guest.wait_for_url("/cafe/online")
    assert guest.evaluate("() => !!document.querySelector('.done')")
    assert cafe.state() == "online"


@pytest.mark.parametrize(
    ("javascript", "cookies", "language"), [(True, True, "de"), (False, False, "ar")], ids=["plain", "bare"]
)
def test_a_code_by_mail(tmp_path, browser, javascript, cookies, language):
    with (
        running_cafe(tmp_path) as cafe,
        browser(javascript=javascript, cookies=cookies, language=language) as guest,
    ):
        speaks(guest.open(cafe.landing()), language)
        guest.fill("email", "a+b@example.org").tick("terms").press(OPEN).wait_for_url("/cafe/")
        guest.wait_for_text("a+b@example.org")
        assert cafe.state() == "temporary"
        guest.reload().wait_for_text("a+b@example.org")
        [code] = cafe.icaro.codes_sent("a+b@example.org")
        guest.fill("code", code).press(OPEN)
        is_online(speaks(guest, language), cafe)


@pytest.mark.parametrize(("cookies", "language"), [(True, "en"), (False, "ja")])
def test_a_voucher_comes_first_and_a_number_after_it(tmp_path, browser, cookies, language):
    vouchers = (Voucher("door", type="unlock"),)
    with (
        running_cafe(tmp_path, {"voucher_login": "true"}, vouchers=vouchers) as cafe,
        browser(cookies=cookies, language=language) as guest,
    ):
        guest.open(cafe.landing()).fill("code", "door").tick("terms").press("main form button")
        guest.wait_for_url("/cafe/")
        opens_way(speaks(guest, language), "sms").fill("num", "+39 333 1234567").press(OPEN)
        guest.wait_for_text("+393331234567")
        guest.fill("code", cafe.icaro.codes_sent("+393331234567")[0]).press(OPEN)
        is_online(guest, cafe)
        assert cafe.icaro.voucher_uses("door") == 1


def test_an_impatient_guest_uses_a_voucher_once(tmp_path, browser):
    with running_cafe(tmp_path, vouchers=(Voucher("MANY", uses=-1),)) as cafe, browser() as guest:
        opens_way(guest.open(cafe.landing()), "voucher").fill("code", "MANY").tick("terms").double_press(OPEN)
        is_online(guest, cafe)
        guest.back()
        assert cafe.icaro.voucher_uses("MANY") == 1


def test_the_mailed_link_in_another_browser(tmp_path, chromium, webkit):
    with running_cafe(tmp_path) as cafe, webkit() as window, chromium(javascript=False) as mail:
        window.open(cafe.landing()).fill("email", "anna@example.org").tick("terms").press(OPEN)
        window.wait_for_text("anna@example.org")
        [sent] = cafe.icaro.outbox
        mail.open(sent.link).wait_for_text("anna@example.org")
        assert cafe.state() == "temporary"
        mail.tick("terms").press(OPEN)
        is_online(mail, cafe)


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_are_accessible(tmp_path, chromium, dark):
    with running_cafe(tmp_path) as cafe, chromium(dark=dark) as guest:
        guest.open(cafe.landing())
        assert axe.violations(guest.page) == []
        guest.fill("email", "anna@example.org").tick("terms").press(OPEN).wait_for_text("anna@example.org")
        assert axe.violations(guest.page) == []
        guest.fill("code", "000000").press(OPEN).wait_for_text("That code is not right")
        assert axe.violations(guest.page) == []
