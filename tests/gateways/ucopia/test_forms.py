"""The form is what ``init`` announces: its inputs, its required marks, its POST. Nothing more, nothing less."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.countries import countries
from portal.gateways.ucopia import phone_prefixes
from portal.gateways.ucopia.announcement import init_of
from portal.gateways.ucopia.characters import S_EMAIL, S_PHONE, S_STRING
from portal.gateways.ucopia.features import Features, features_of
from portal.languages import BY_CODE, LANGUAGES
from portal.session import dump, load
from tests.gateways.ucopia.canned import Canned, canned
from tests.gateways.ucopia.world import table
from tests.guest import Guest
from tests.house import running_portal

# Rule: (POST name, never required), a good value, written once more by hand from systems/ucopia.md.
INPUTS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "userLogin": (("user_login", False),),
    "userPassword": (("user_password", False), ("user_password_confirm", False)),
    "firstName": (("first_name", False),),
    "lastName": (("last_name", False),),
    "email": (("email_address", False),),
    "phone": (("prefix", False), ("phone", False)),
    "organizationalUnitName": (("organizational_unit_name", False),),
    "postalAddress": (
        *(("postal_address", False), ("postal_code", False), ("postal_locality_name", False)),
        *(("postal_country_name", False), ("postal_postoffice_box", True)),
        ("postal_state_or_province_name", True),
    ),
    "personalField_1": (("personal_field_1", False),),
    "personalField_2": (("personal_field_2", False),),
    "personalField_3": (("personal_field_3", False),),
}
TYPED = {
    **{"user_login": "anna", "user_password": "secret-1", "user_password_confirm": "secret-1"},
    **{"first_name": "Anna", "last_name": "Jönsson", "email_address": "a.b+c@example.co.uk", "prefix": "33"},
    **{"phone": "612345678", "organizational_unit_name": "R & D", "postal_address": "2 rue du Bac"},
    **{"postal_code": "75007", "postal_locality_name": "Paris", "postal_country_name": "FR"},
    **{"postal_postoffice_box": "12", "postal_state_or_province_name": "Ile de France"},
    **{f"personal_field_{number}": f"value {number}" for number in (1, 2, 3)},
}
SENT = TYPED | {"postal_country_name": "France"}
rule = st.fixed_dictionaries({"display": st.booleans(), "mandatory": st.booleans()})
rules = st.fixed_dictionaries(dict.fromkeys(INPUTS, rule) | {"policy": rule})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Canned, str]]:
    with canned({"subscribe": {"info": {"code": "error_one-subscribe_user-creation-failed"}}}) as controller:
        files = {"campus": table(controller.url)}
        with running_portal(tmp_path_factory.mktemp("forms"), files) as portal:
            yield controller, portal.url


def shown(guest: Guest, mode: str) -> dict[str, bool]:
    """The inputs of a form and whether they are marked as required."""
    fields = guest.page.select(f"form:has(input[value={mode}]) [name]:not([type=hidden])")
    return {str(field["name"]): field.has_attr("required") for field in fields}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(announced=rules, globally=rule, mode=st.sampled_from(["one", "direct"]), full=st.booleans())
def test_inputs_marks_and_post_are_exactly_those_announced(
    place: tuple[Canned, str], announced: dict[str, Any], globally: dict[str, bool], mode: str, full: bool
) -> None:
    controller, url = place
    expected = {
        name: announced[which]["mandatory"] and not never
        for which, names in INPUTS.items()
        if announced[which]["display"]
        for name, never in names
    }
    ticks = {}
    if announced["policy"]["display"]:
        ticks["policy_accept"] = announced["policy"]["mandatory"]
    if globally["display"] and mode == "one":
        ticks["connect_policy_accept"] = globally["mandatory"]
    controller.says["init"] = {
        "step": "SUBSCRIBE",
        "logon": {"policy": globally},
        "subscribe": {"count": 1, mode: announced},
    }
    # Each form of its own, so that the limits of attempts are not what is tested.
    guest = Guest(url).opens("campus/")
    assert shown(guest, mode) == expected | ticks
    typed = {name: TYPED[name] for name in expected if full or expected[name]}
    guest.fills(**typed).ticks(*ticks).presses(way=mode)
    sent = controller.last("subscribe")
    wanted = {name: SENT[name] if name in typed else "" for name in expected}
    wanted |= dict.fromkeys(ticks, "true")
    # What the vendor's page sends with every form, empty when unused (wire, 7).
    always = dict.fromkeys(
        [
            *("user_login", "user_password", "user_password_confirm", "email_address", "prefix", "phone"),
            *("gender", "interests"),
        ],
        "",
    )
    boxes = {"policy_accept": "false"} | ({"connect_policy_accept": "false"} if mode == "one" else {})
    assert sent == always | boxes | wanted | {
        **{"action": "subscribe", "type": mode, "cookie": sent["cookie"]},
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(announced=rules)
def test_a_form_with_nothing_in_it_is_refused_at_each_required_input_and_never_sent(
    place: tuple[Canned, str], announced: dict[str, Any]
) -> None:
    controller, url = place
    controller.says["init"] = {"step": "SUBSCRIBE", "subscribe": {"one": announced}}
    guest = Guest(url).opens("campus/")
    marks = shown(guest, "one")
    before = len(controller.asked)
    guest.presses(way="one").status(422)
    if any(marks.values()):
        assert len(controller.asked) == before
    for name, needed in marks.items():
        if needed:
            guest.has_error_on(name)


UNKNOWN: list[Any] = [None, 1, "x", [], {}, {"display": True}, [{"display": True}], {"display": {"a": 1}}]


@pytest.mark.parametrize("oddity", UNKNOWN)
def test_an_unknown_rule_never_breaks_the_page(place: tuple[Canned, str], oddity: Any) -> None:
    controller, url = place
    known = {"lastName": {"display": True, "mandatory": True}}
    odd = {
        "faxNumber": oddity,
        "firstName": oddity if oddity != {"display": True} else None,
        "policy": oddity,
    }
    controller.says["init"] = {"step": "SUBSCRIBE", "subscribe": {"one": known | odd, "three": oddity}}
    guest = Guest(url).opens("campus/").status(200)
    assert "last_name" in shown(guest, "one")


def announce(controller: Canned, **shown_rules: bool) -> None:
    controller.says["init"] = {
        "step": "SUBSCRIBE",
        "subscribe": {
            "one": {name: {"display": True, "mandatory": must} for name, must in shown_rules.items()}
        },
    }


WRONG = [
    ("lastName", "last_name", "Smith; DROP", "; (semicolon)"),
    ("lastName", "last_name", "山田", "Latin letters (A to Z)"),
    ("email", "email_address", "anna", "e-mail"),
    ("email", "email_address", "anna@host", "e-mail"),
    ("email", "email_address", "a..b@example.com", "e-mail"),
    ("phone", "phone", "06 12 xx", "digits"),
    ("phone", "phone", "1 2", "does not look like"),
    ("phone", "prefix", "Atlantis", "country"),
    ("phone", "phone", "+33", "digits"),
    ("userPassword", "user_password_confirm", "another", "differ"),
]


@pytest.mark.parametrize(("name", "field", "value", "words"), WRONG)
def test_what_table_3_does_not_allow_is_said_at_its_input_and_kept(
    place: tuple[Canned, str], name: str, field: str, value: str, words: str
) -> None:
    controller, url = place
    announce(controller, **{name: True, "organizationalUnitName": False})
    before = len(controller.asked)
    values = {one: TYPED[one] for one, _never in INPUTS[name]}
    guest = Guest(url).opens("campus/").fills(organizational_unit_name="ucopia", **(values | {field: value}))
    guest.presses(way="one").status(422).has_error_on(field, words)
    assert [form["action"] for form in controller.asked[before:]] == ["open", "init"]
    assert guest.field("organizational_unit_name") == "ucopia"
    assert guest.field(field) == ("" if "password" in field else value)


def test_one_international_number_is_split_by_the_phone_library(place: tuple[Canned, str]) -> None:
    controller, url = place
    announce(controller, phone=True)
    guest = Guest(url).opens("campus/").fills(prefix="", phone="+44 20 7946 0958").presses(way="one")
    assert guest.field("phone") == "+44 20 7946 0958"
    assert controller.last("subscribe")["prefix"] == "44"
    assert controller.last("subscribe")["phone"] == "2079460958"


def test_countries_that_share_a_prefix_stay_apart_on_the_page_and_are_one_on_the_wire(
    place: tuple[Canned, str],
) -> None:
    controller, url = place
    announce(controller, phone=True)
    guest = Guest(url).opens("campus/").fills(prefix="Canada +1", phone="6135550100").presses(way="one")
    assert guest.field("prefix") == "Canada +1"
    assert controller.last("subscribe")["prefix"] == "1"


@pytest.mark.parametrize("code", [row.code for row in LANGUAGES])
def test_countries_are_named_in_the_language_of_the_guest(code: str) -> None:
    names = dict(countries(BY_CODE[code].locale))
    assert names["DE"] == {"de": "Deutschland", "fr": "Allemagne", "ja": "ドイツ", "ar": "ألمانيا"}.get(
        code, names["DE"]
    )
    assert len(names) > 240
    assert names["FR"] in phone_prefixes.suggestions(BY_CODE[code].locale)
    for region in ("FR", "CA", "US"):
        assert phone_prefixes.country_code(names[region], BY_CODE[code].locale) == region


def test_every_country_can_be_sent() -> None:
    for code, _name in countries("de"):
        assert S_STRING.fullmatch(phone_prefixes.country_name(code)), code


def test_labels_fall_back_to_the_field_s_language_the_portal_s_and_that_of_all_fields() -> None:
    def label(labels: dict[str, str], default: str = "", fields: str = "", portal: str = "") -> str:
        mode = {"personalField_1": {"display": True, "labels": labels, "defaultLang": default}}
        raw = {"step": "SUBSCRIBE", "subscribe": {"one": mode}}
        raw["lang"] = {"customFieldsDefaultLang": fields, "defaultLang": portal}
        init = init_of(raw)
        assert init
        return features_of(init, BY_CODE["de"], "https://box/").modes["one"].labels["personalField_1"]

    every = {"de": "a", "it": "b", "ja": "c", "fr": "d", "ko": "e"}
    assert label(every, "it", "ja", "fr") == "a"
    del every["de"]
    assert label(every, "it", "ja", "fr") == "b"
    del every["it"]
    assert label(every, "it", "ja", "fr") == "d"
    del every["fr"]
    assert label(every, "it", "ja", "fr") == "c"
    del every["ja"]
    assert label(every, "it", "ja", "fr") == "e"


POLICIES = [
    ({"de": {"text": "A", "link": " /portals/a.html "}}, "A", "https://box/portals/a.html"),
    ({"en": {"text": " B ", "link": None}, "de": {"text": "", "link": ""}}, "B", ""),
    ({"zz": {"text": "C"}, "fr": {"text": "D", "link": "javascript:alert(1)"}}, "D", ""),
    ({"en": {"text": "E" * 5000}}, "", ""),
    ({}, "", ""),
]


@pytest.mark.parametrize(("texts", "text", "link"), POLICIES)
def test_a_policy_comes_in_the_best_language_with_a_clean_link(texts: Any, text: str, link: str) -> None:
    policy = {"display": True, "defaultLang": "en", **texts}
    init = init_of({"step": "LOGON", "logon": {"policy": policy}})
    assert init
    offer = features_of(init, BY_CODE["de"], "https://box/")
    assert offer.policy
    assert (offer.policy.text, offer.policy.link, offer.policy.mandatory) == (text, link, True)
    assert load(Features, json.loads(json.dumps(dump(offer)))) == offer


@settings(max_examples=200)
@given(text=st.text(max_size=60))
def test_the_classes_of_table_3_judge_every_text_quickly(text: str) -> None:
    assert bool(S_PHONE.fullmatch(text)) == bool(re.fullmatch("[0-9]+", text))
    assert not (S_EMAIL.fullmatch(text) and "@" not in text)
    assert not (S_STRING.fullmatch(text) and set(text) & set('<>"\\;\n\0'))


def test_a_nasty_address_does_not_take_for_ever() -> None:
    assert not S_EMAIL.fullmatch("a" * 60 + "@" + "a" * 60 + "." + "a-" * 5000)
