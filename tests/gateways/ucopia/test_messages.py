"""Every code of Tables 5, 6 and 8 is said, at its input, in sixteen languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import g

from portal.gateways.ucopia.messages import GENERAL, said
from portal.languages import LANGUAGES
from portal.simulators.ucopia.codes import AUTHENTICATE_CODES, DISCONNECT_CODES, SUBSCRIBE_CODES
from tests.gateways.ucopia.canned import Canned, canned
from tests.gateways.ucopia.world import table
from tests.guest import Guest
from tests.house import running_portal

CODES = [
    *(("authenticate", code) for code in AUTHENTICATE_CODES),
    *(("disconnect", code) for code in DISCONNECT_CODES),
    *(("subscribe", code) for code in SUBSCRIBE_CODES),
]

# What each code of Table 8 is about, from its description in the manual.
ABOUT = {
    "no-last-name": "last_name",
    "no-first-name": "first_name",
    "no-email_address": "email_address",
    "no-phone-prefix": "prefix",
    "no-phone-number": "phone",
    "invalid-last-name": "last_name",
    "invalid-first-name": "first_name",
    "invalid-email-address": "email_address",
    "invalid-phone-prefix": "prefix",
    "invalid-phone-number": "phone",
    "no-organizational-unit-name": "organizational_unit_name",
    "invalid-organizational-unit-name": "organizational_unit_name",
    "no-postal-address": "postal_address",
    "no-postal-code": "postal_code",
    "no-postal-locality-name": "postal_locality_name",
    "no-postal-country-name": "postal_country_name",
    "no-custom-field": "personal_field_2",
    "no-policy-accept": "policy_accept",
    "no-connect-policy-accept": "connect_policy_accept",
    "already-used-login": "user_login",
    "different-passwords": "user_password_confirm",
    "invalid-password": "user_password",
}
RULES = (
    *("userLogin", "userPassword", "firstName", "lastName", "email", "phone", "organizationalUnitName"),
    *("postalAddress", "personalField_1", "personalField_2", "policy"),
)
RULE_OF = {
    **{"first_name": "firstName", "email_address": "email", "prefix": "phone", "phone": "phone"},
    **{"organizational_unit_name": "organizationalUnitName", "personal_field_2": "personalField_2"},
    **{"policy_accept": "policy", "user_login": "userLogin"},
}
INIT = {
    "step": "SUBSCRIBE",
    "type": "ONE",
    "auth_modes": {"standard": True, "one": True},
    "logon": {"policy": {"display": True, "mandatory": False}},
    "subscribe": {
        mode: {name: {"display": True, "mandatory": False} for name in RULES} for mode in ("one", "direct")
    },
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Canned, str, Any]]:
    with canned({"init": INIT}) as controller:
        files = {"campus": table(controller.url)}
        with running_portal(tmp_path_factory.mktemp("words"), files) as portal:
            yield controller, portal.url, portal.server.app


def words_of(app: Any, language: Any, action: str, code: str, value: Any = None) -> tuple[str, str]:
    """Message and general message in a language."""
    with app.test_request_context("/"):
        g.language = language
        return str(said(action, code, value).message), str(GENERAL)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda row: row.code)
def test_every_code_has_words_of_its_own_in_every_language(
    place: tuple[Canned, str, Any], language: Any
) -> None:
    for action, code in CODES:
        words, general = words_of(place[2], language, action, code)
        assert words, code
        assert words != general, code
        assert not re.search(r"%\(|[{}]", words), (code, words)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda row: row.code)
def test_a_refusal_is_a_page_in_every_language(place: tuple[Canned, str, Any], language: Any) -> None:
    controller, url, app = place
    for number, (action, code) in enumerate(CODES):
        if number % len(LANGUAGES) != LANGUAGES.index(language) or action == "disconnect":
            continue
        mode = "one" if number % 2 else "direct"
        announced = INIT["subscribe"]
        controller.says["init"] = INIT | {"subscribe": {mode: announced[mode]}}  # type: ignore[index]
        prefix = "error_logon_" if action == "authenticate" else f"error_{mode}-subscribe_"
        controller.says[action] = {"error": {"code": prefix + code}}
        guest = Guest(url).opens(f"campus/?lang={language.code}")
        if action == "authenticate":
            guest.fills(login="anna", password="1").presses(way="login")
        else:
            guest.fills(first_name="Anna").presses(way=mode)
            assert guest.field("first_name") == "Anna"
        guest.status(422).sees(words_of(app, language, action, code)[0])
        assert guest.page.select_one(f"html[lang={language.tag}]")


@pytest.mark.parametrize("shape", ["error", "info"])
@pytest.mark.parametrize("mode", ["one", "direct"])
@pytest.mark.parametrize("code", SUBSCRIBE_CODES)
def test_table_8_stands_at_the_input_it_is_about(
    place: tuple[Canned, str, Any], code: str, mode: str, shape: str
) -> None:
    controller, url, _app = place
    field = ABOUT.get(code)
    rule = RULE_OF.get(field or "", "postalAddress" if (field or "").startswith("postal") else "lastName")
    names = {"lastName", "userPassword", rule}
    modes = {mode: {name: {"display": True, "mandatory": False} for name in names}}
    controller.says["init"] = INIT | {"subscribe": modes}
    report = {"code": f" error_{mode}-subscribe_{code}", "value": "personalField_2"}
    controller.says["subscribe"] = {shape: report}
    guest = (
        Guest(url).opens("campus/").fills(last_name="Meier", user_password="x1", user_password_confirm="x1")
    )
    guest.presses(way=mode).status(422)
    if field == "connect_policy_accept" and mode == "direct":
        field = None  # the direct form has no such box: it is said above the form
    if field:
        guest.has_error_on(field)
        wrong = {str(one["name"]) for one in guest.page.select("[aria-invalid=true]")}
        assert wrong == {field}
    assert guest.page.select_one("[role=alert], .error")
    assert guest.field("last_name") == "Meier"
    assert guest.field("user_password") == ""
    controller.says["init"] = INIT


AT = {"no-login": "login", "no-password": "password", "bad-policy-accept": "policy_accept"}


@pytest.mark.parametrize("style", ["error_logon_{}", "{}"])
@pytest.mark.parametrize("code", AUTHENTICATE_CODES)
def test_table_5_is_said_with_or_without_its_prefix(
    place: tuple[Canned, str, Any], code: str, style: str
) -> None:
    controller, url, _app = place
    shape = "error" if "logon" in style else "info"
    controller.says["authenticate"] = {shape: {"code": style.format(code), "value": 10}}
    controller.says["init"] = INIT | {"subscribe": {}}
    guest = Guest(url).opens("campus/").fills(login="anna", password="1").presses(way="login").status(422)
    assert guest.field("login") == "anna"
    assert guest.page.select_one("[role=alert], .error")
    guest.does_not_see(code)
    if code in AT:
        guest.has_error_on(AT[code])
    if code == "too-many-attempts":
        guest.sees("10 minutes")


def test_the_causes_of_a_bad_password_are_read(place: tuple[Canned, str, Any]) -> None:
    value = [{"cause": "small", "minimum": 8}]
    words, _general = words_of(place[2], LANGUAGES[2], "subscribe", "invalid-password", value)
    assert "8" in words


FIELDS = [
    *(("personalField_3", "personal_field_3"), (["personalField_2", "x"], "personal_field_2")),
    *(
        (2, "personal_field_2"),
        ("2", "personal_field_2"),
        (None, "personal_field_1"),
        ({}, "personal_field_1"),
    ),
    *(([], "personal_field_1"), ("personalField_9", "personal_field_1"), ([[[]]], "personal_field_1")),
]


@pytest.mark.parametrize(("value", "field"), FIELDS)
def test_the_custom_field_of_an_error_is_found(
    place: tuple[Canned, str, Any], value: Any, field: str
) -> None:
    with place[2].test_request_context("/"):
        assert said("subscribe", "invalid-custom-field", value).input == field


def test_the_heaviest_page_stays_light(place: tuple[Canned, str, Any]) -> None:
    controller, url, _app = place
    controller.says["init"] = INIT
    for language in ("th", "ar", "en"):
        Guest(url).opens(f"campus/?lang={language}").status(200)  # the navigator weighs every page


def test_an_unknown_code_is_general_and_stands_there_in_small_print(place: tuple[Canned, str, Any]) -> None:
    controller, url, _app = place
    controller.says["subscribe"] = {"error": {"code": "error_one-subscribe_moon-phase"}}
    guest = Guest(url).opens("campus/").presses(way="one").status(422)
    guest.sees("That did not work", "moon-phase")


@pytest.mark.parametrize("code", DISCONNECT_CODES)
def test_table_6_is_said_on_the_feedback_page(place: tuple[Canned, str, Any], code: str) -> None:
    controller, url, _app = place
    user = {"isConnected": True, "login": {"value": "anna"}}
    controller.says["disconnect"] = {"step": "LOGON", "type": "", "info": {"code": code}}
    controller.says["init"] = {"step": "FEEDBACK", "user": user}
    guest = Guest(url).opens("campus/").presses(button="Disconnect").status(200)
    guest.sees("You could not be disconnected")
    controller.says["init"] = INIT
