"""Any ``init`` there can be, and damaged ones: every form complete, every error at its field, nothing lost, no page too
heavy, no time in the wrong zone, no page that breaks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_time
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.gateways.ucopia.canned import Canned, canned
from tests.gateways.ucopia.test_hostile import NASTY
from tests.gateways.ucopia.world import table
from tests.guest import Guest
from tests.house import running_portal

HEAVIEST = 12 * 1024
ANNOUNCED = {502, 503, 504}
# Rule: its inputs in the POST, and a good value each; written by hand from the wire's tables.
INPUTS: Mapping[str, Mapping[str, str]] = {
    "userLogin": {"user_login": "anna"},
    "userPassword": {"user_password": "Secret-1", "user_password_confirm": "Secret-1"},
    "lastName": {"last_name": "Jönsson"},
    "firstName": {"first_name": "Anna"},
    "gender": {"gender": "f"},
    "birthDate": {"birth_date": "1985-11-03"},
    "userLanguage": {"user_language": "de"},
    "interests": {"interests": "Sport"},
    "email": {"email_address": "a.b+c@example.co.uk"},
    "phone": {"prefix": "33", "phone": "0612345678"},
    "organizationalUnitName": {"organizational_unit_name": "R & D"},
    "postalAddress": {
        **{"postal_address": "2 rue du Bac", "postal_code": "75007", "postal_locality_name": "Paris"},
        **{"postal_country_name": "France", "postal_postoffice_box": "", "postal_state_or_province_name": ""},
    },
    "personalField_1": {"personal_field_1": "one"},
    "personalField_2": {"personal_field_2": "two"},
    "personalField_3": {"personal_field_3": "three"},
}
NEVER = {"postal_postoffice_box", "postal_state_or_province_name"}
WITHOUT = {
    "sms": ("userLogin", "userPassword"),
    "mail": ("userLogin", "userPassword"),
    "print": ("userPassword",),
}
NEEDED = {"sms": "phone", "mail": "email"}

rule = st.fixed_dictionaries({"display": st.booleans(), "mandatory": st.booleans()})
policy = st.fixed_dictionaries(
    {"display": st.booleans(), "mandatory": st.booleans()},
    optional={
        "en": st.fixed_dictionaries(
            {
                "text": st.sampled_from(["", "Rules", "<p>A</p>" * 90]),
                "link": st.sampled_from([None, "", "/a.pdf"]),
            }
        )
    },
)
mode = st.fixed_dictionaries(dict.fromkeys(INPUTS, rule) | {"policy": policy})
modes = st.dictionaries(
    st.sampled_from(["one", "direct", "sms", "mail", "print"]), mode, min_size=1, max_size=2
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Canned, str]]:
    with canned({"subscribe": {"error": {"code": "error_subscribe_user-creation-failed"}}}) as controller:
        files = {"campus": table(controller.url, read_timeout=2)}
        with running_portal(tmp_path_factory.mktemp("any"), files) as portal:
            yield controller, portal.url


def wanted(kind: str, announced: Mapping[str, Any]) -> dict[str, bool]:
    """Inputs of a form and whether they are needed, from the announcement."""
    found = {}
    for which, inputs in INPUTS.items():
        shown, needed = announced[which]["display"], announced[which]["mandatory"]
        if which in WITHOUT.get(kind, ()):
            continue
        if NEEDED.get(kind) == which:
            shown = needed = True
        if shown:
            found |= {name: needed and name not in NEVER for name in inputs}
    return found


def shown(guest: Guest, kind: str) -> dict[str, bool]:
    """The same from the page; ticks aside."""
    fields = guest.page.select(
        f"form:has(input[name=way][value={kind}]) [name]:not([type=hidden], [type=checkbox])"
    )
    return {str(field["name"]): field.has_attr("required") for field in fields}


def held(guest: Guest, kind: str, name: str) -> str:
    """What the page shows again in a field of this form."""
    fields = guest.page.select(f"form:has([name=way][value={kind}]) [name={name}]")
    if fields[0].name == "select":
        return str(fields[0].select_one("option[selected]")["value"])  # type: ignore[index]
    if len(fields) == 3 and all(field.get("inputmode") == "numeric" for field in fields):
        day, month, year = sorted((str(field.get("value", "")) for field in fields), key=len)
        return f"{year}-{max(day, month, key=int):0>2}-{min(day, month, key=int):0>2}"
    radio = [field for field in fields if field.get("type") == "radio" and field.has_attr("checked")]
    return str((radio or fields)[0].get("value", ""))


def document(announced: Mapping[str, Any], step: str, network: Any) -> dict[str, Any]:
    subscribe = {"count": len(announced), **announced}
    kind = "ONE" if step == "SUBSCRIBE" else ""
    return {"step": step, "type": kind, "subscribe": subscribe, "logon": {"policy": network}}


def heavy(guest: Guest) -> int:
    return len(gzip.compress(guest.response.content, 6))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(announced=modes, network=policy, step=st.sampled_from(["SUBSCRIBE", "LOGON"]), full=st.booleans())
def test_every_form_is_what_was_announced(
    place: tuple[Canned, str], announced: dict[str, Any], network: Any, step: str, full: bool
) -> None:
    controller, url = place
    controller.says["init"] = document(announced, step, network)
    for kind, rules in announced.items():
        guest = Guest(url).opens("campus/").status(200)
        assert heavy(guest) <= HEAVIEST
        expected = wanted(kind, rules)
        assert shown(guest, kind) == expected
        values = {name: value for inputs in INPUTS.values() for name, value in inputs.items()}
        typed = {name: values[name] for name in expected if (full or expected[name]) and values[name]}
        before = len(controller.asked)
        guest.fills(**typed)
        if not all(
            (one["display"] and one["mandatory"] is False) or not one["display"]
            for one in (rules["policy"], network if kind == "one" else {"display": False})
        ):
            guest.presses(way=kind).status(422)  # a box that has to be ticked
            assert len(controller.asked) == before
            for name, value in typed.items():
                if "password" not in name:
                    assert held(guest, kind, name) == value
            guest.fills(**{name: value for name, value in typed.items() if "password" in name})
            ticks = guest.page.select(f"form:has([name=way][value={kind}]) [type=checkbox][name$=accept]")
            guest.ticks(*dict.fromkeys(str(tick["name"]) for tick in ticks))
        guest.presses(way=kind)
        sent = controller.last("subscribe")
        assert {name: sent[name] for name in typed} == typed
        accepts = {"policy_accept", "connect_policy_accept", "private_policy_accept"}
        unused = {"gender", "interests", "email_address", "prefix", "phone"}
        unused |= (
            set() if kind in ("sms", "mail") else {"user_login", "user_password", "user_password_confirm"}
        )
        known = {"action", "type", "cookie"} | unused | accepts
        assert all(sent[name] == "" for name in unused - set(expected))
        assert set(sent) - known - set(expected) == set()
        assert guest.response.status_code == 422  # the controller's no, with everything kept
        for name, value in typed.items():
            if "password" not in name:
                assert held(guest, kind, name) == value


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(announced=modes)
def test_an_empty_form_is_refused_at_each_needed_input_and_never_sent(
    place: tuple[Canned, str], announced: dict[str, Any]
) -> None:
    controller, url = place
    controller.says["init"] = document(announced, "SUBSCRIBE", {"display": False})
    for kind, rules in announced.items():
        guest = Guest(url).opens("campus/")
        needed = [name for name, must in wanted(kind, rules).items() if must and name != "user_language"]
        before = len(controller.asked)
        guest.presses(way=kind)
        if needed:
            guest.status(422)
            assert len(controller.asked) == before
        for name in needed:
            where = guest.page.select(f"form:has([name=way][value={kind}]) [name={name}]")
            assert where
            described = guest.page.select(f"#{kind}-{name}-error")
            assert described, name


def leaves(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = []
    for key, value in pairs:
        found += [(*path, key), *leaves(value, (*path, key))]
    return found


RULES_OF_PASSWORDS = {"value": {"minLength": 8, "characterSet": [{"quota": 1, "set": ["a", "b"]}]}}
WHOLE: dict[str, Any] = {
    **{
        "step": "LOGON",
        "type": "",
        "securePwd": False,
        "redirect": "",
        "pwdRecovery": True,
        "refreshInterval": 50_000,
    },
    "auth_modes": {"standard": True, "shibboleth": True, "facebook": True},
    "logon": {"policy": {"display": True, "mandatory": True, "en": {"text": "<b>A</b>", "link": None}}},
    "private_policy": {"display": True, "en": {"text": "B", "link": "/b.pdf", "resume": None}},
    "subscribe": {
        "count": 1,
        "direct": {
            "lastName": {"display": True, "mandatory": True},
            "personalField_1": {"display": True, "mandatory": False, "labels": {"en": "<i>Card</i>"}},
            "userPassword": {"display": True, "mandatory": False},
            "pwdConstraint": RULES_OF_PASSWORDS,
            "sponsoringEnable": True,
            "hidePortalCredentials": False,
        },
        "autoconnect": {"login": "a", "password": "b"},
    },
    "user": {
        **{
            "login": {"value": "a"},
            "isConnected": False,
            "lang": "en",
            "visitor_id": "x",
            "timezoneOffset": "-18000",
        },
        "consumedData": {
            "download": {"value": 1},
            "renewTimestamp": {"value": 1_425_305_092},
            "timezone": {"value": {"zoneTimezone": "America/Lima", "isControllerTimezone": False}},
            "extra": {"value": [{"isDisconnectQuota": True, "isSumQuota": True, "total": {"upload": 9}}]},
        },
        "timeCredit": {"value": "9", "remaining": {"value": 3}, "reneweach": {"value": "1"}},
        "customFields": [{"fieldid": "1", "value": "v", "label": {"en": "L"}}],
        "login_URL_params": {"type": "GET", "host": "a", "uri": "login", "parameters": {"a": "b"}},
        "pwdConstraint": RULES_OF_PASSWORDS,
    },
    "error": {"code": "error_logon_volume-quota-reached-detail", "value": {"renewTimeStamp": 1_425_305_092}},
    "feedback": {"consumedData": {"display": True}, "timeCredit": {"display": True}},
    "postConnectRedirect": {"url": "https://a.example/", "delay": "0"},
    "lang": {"displayLang": ["en"], "defaultLang": "en", "customFieldsDefaultLang": None},
}
PATHS = leaves(WHOLE)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    damage=st.lists(
        st.tuples(st.sampled_from(PATHS), st.sampled_from([*NASTY, None])), min_size=1, max_size=4
    ),
    step=st.sampled_from(["LOGON", "SUBSCRIBE", "FEEDBACK", "SECURE_PWD", "FORCE_MODIFY_PWD", "PAYMENT"]),
)
@example(damage=[(("user", "pwdConstraint", "value", "characterSet", 0, "set"), "\ud800")], step="LOGON")
def test_a_damaged_init_breaks_no_page(
    place: tuple[Canned, str], damage: list[tuple[tuple[Any, ...], Any]], step: str
) -> None:
    controller, url = place
    broken = deepcopy(WHOLE) | {"step": step}
    for path, nasty in damage:
        spot: Any = broken
        for key in path[:-1]:
            there = isinstance(spot, dict) or (
                isinstance(spot, list) and isinstance(key, int) and key < len(spot)
            )
            spot = spot[key] if there and (not isinstance(spot, dict) or key in spot) else {}
        if isinstance(spot, dict):
            spot[path[-1]] = deepcopy(nasty)
    controller.says["init"] = json.dumps(broken).encode()
    guest = Guest(url, inspects=False).opens("campus/")
    assert guest.response.status_code < 500 or guest.response.status_code in ANNOUNCED
    assert "Something went wrong" not in guest.text
    assert heavy(guest) <= HEAVIEST
    assert not guest.page.select("main script, img[onerror], a[href^=javascript]")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    now=st.integers(0, 2_000_000_000),
    left=st.integers(61, 40 * 86_400),
    offset=st.one_of(st.none(), st.integers(-48, 56).map(lambda quarter: quarter * 900)),
    zone=st.sampled_from(
        ["", "", "America/Lima", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "X/Y"]
    ),
)
def test_no_time_is_told_in_the_wrong_zone(
    place: tuple[Canned, str], now: int, left: int, offset: int | None, zone: str
) -> None:
    controller, url = place
    user: dict[str, Any] = {"login": {"value": "a"}, "isConnected": True, "universalTime": {"value": now}}
    user["timeCredit"] = {"value": str(left), "remaining": {"value": left}}
    user |= {"timezoneOffset": {"value": str(offset)}} if offset is not None else {}
    if zone:
        user["consumedData"] = {"timezone": {"value": {"zoneTimezone": zone}}}
    feedback = {"timeCredit": {"display": True}}
    controller.says["init"] = {"step": "FEEDBACK", "type": "CONNECT", "user": user, "feedback": feedback}
    guest = Guest(url).opens("campus/?lang=de").sees("Sie sind online")
    right = (
        ZoneInfo(zone) if zone and zone != "X/Y" else timezone(timedelta(seconds=offset or 0)) if now else UTC
    )
    ends = datetime.fromtimestamp((now or 0) + left, UTC).astimezone(right)
    if now:
        assert str(format_time(ends, "short", tzinfo=ends.tzinfo, locale="de")) in guest.text
