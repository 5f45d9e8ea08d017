"""Hostile answers at every call: never a 5xx of ours that is not an announced one, never a page that lies."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from portal.gateways.ucopia.connection import Connection, connection_of
from portal.gateways.ucopia.connection_facts import data_left, facts_of, zone_of
from portal.journey import moments
from portal.session import dump, load
from portal.simulators.ucopia.rules import RULES
from portal.simulators.ucopia.settings import FEEDBACK
from tests.gateways.ucopia.canned import Canned, canned, vector
from tests.gateways.ucopia.world import table
from tests.guest import Guest
from tests.house import running_portal

ANNOUNCED = {502, 503, 504}  # "the network does not answer", in the venue's own dress
NASTY: list[Any] = [
    *(None, True, False, 0, -1, 10**400, 1e308, "", " ", "0", "TRUE", "x" * 5000, [], {}, [[]], [None], [{}]),
    *(
        {"value": None},
        {"value": {"value": {"value": 1}}},
        {"display": {}},
        {"display": "TRUE", "mandatory": []},
    ),
    *(
        "<script>alert(1)</script>",
        "'\"><img src=x onerror=alert(1)>",
        "{{ 7*7 }}",
        "%(name)s",
        "\u202egnp",
        "\x00",
    ),
    *(
        "javascript:alert(1)",
        "//evil.example/",
        "http://evil.example\r\nX: 1",
        "\ud800",
        "9" * 400,
        {"a": {"b": "c"}},
    ),
    *([{"code": 1}], {"code": ["x"], "value": {}}, {"code": "error_one-subscribe_" + "é" * 300}, 1.5, -1e-9),
]
RAW = [
    *(
        b"",
        b"{",
        b"[]",
        b"null",
        b'"a"',
        b"NaN",
        b'{"step": NaN}',
        b"\xff\xfe{}",
        b"<html>",
        b"<",
        b"{}" * 10,
    ),
    *(b'{"step":"FEEDBACK"}', b'{"a":' * 5000, b"\x1f\x8b\x08", b'{"step":"LOGON","step":[]}', b" " * 70_000),
]
BASES = {
    "init": vector("init"),
    "subscribe": vector("subscribe_success"),
    "authenticate": vector("out_of_band_authenticate"),
    "disconnect": vector("disconnect_success"),
    "refresh": vector("refresh_success"),
}

# Without the lists of countries: the page is made three hundred times.
LIGHT = BASES["init"] | {"subscribe": {"one": {"personalField_1": {"display": True}}}}


def twisted(seed: int, action: str) -> Any:
    """A good answer with some of its leaves replaced by nasty ones."""
    dice = random.Random(f"{seed}{action}")
    answer = json.loads(json.dumps(BASES[action]))
    if action == "init" and seed % 2:
        answer |= {"step": "FEEDBACK", "user": deepcopy(BASES["authenticate"]["user"])}
    for _ in range(dice.randint(1, 6)):
        place: Any = answer
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = dice.choice(keys)
            if isinstance(place[key], (dict, list)) and place[key] and dice.random() < 0.8:
                place = place[key]
                continue
            place[key] = deepcopy(dice.choice(NASTY))
            break
    if action == "init" and dice.random() < 0.3:
        mode = {name: dice.choice([{"display": True}, *NASTY]) for name in dice.sample(RULES, 8)}
        answer["subscribe"] = {"one": mode, dice.choice(["direct", "x", ""]): dice.choice(NASTY)}
    return answer


def encoded(answer: Any) -> bytes:
    return json.dumps(answer).encode()


CASES: list[tuple[str, bytes]] = [
    *((action, raw) for action in BASES for raw in RAW),
    *((action, encoded(nasty)) for action in BASES for nasty in NASTY[::3]),
    *((action, encoded(twisted(seed, action))) for action in BASES for seed in range(40)),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Canned, str, Any]]:
    with canned({}) as controller:
        files = {"campus": table(controller.url, read_timeout=2)}
        with running_portal(tmp_path_factory.mktemp("hostile"), files) as portal:
            yield controller, portal.url, portal.server.app


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value of an answer, hashes and lists among them."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield (*path, key)
        yield from leaves(value, (*path, key))


def test_every_value_of_a_connection_may_be_anything(place: tuple[Canned, str, Any]) -> None:
    user = BASES["authenticate"]["user"] | {"multidevice": {"value": 2}, "forceDiscTimer": {"value": 60}}
    quota = {
        "isDisconnectQuota": True,
        "isSumQuota": True,
        "total": {"upload": 9},
        "available": {"upload": 3},
    }
    data = {"download": {"value": 1}, "upload": {"value": 2}, "extra": {"value": [quota]}}
    data["timezone"] = {"value": {"zoneTimezone": "America/Lima", "isControllerTimezone": False}}
    user |= {"consumedData": data, "PMS": {"customer": "a"}}
    shown = frozenset(FEEDBACK) | {"incomingVlan"}
    with place[2].test_request_context("/"):
        for path in leaves(user):
            for nasty in [*NASTY, 10**12, -(10**12), "999999999999", "-5"]:
                twisted = deepcopy(user)
                spot: Any = twisted
                for key in path[:-1]:
                    spot = spot[key]
                spot[path[-1]] = nasty
                one = connection_of(twisted, 1e9)
                assert load(Connection, json.loads(json.dumps(dump(one)))) == one
                for label, text in facts_of(one, shown):
                    assert label, (path, nasty)
                    assert text, (path, nasty)
                zone = zone_of(one)
                moments.until(one.clock + (one.remaining or 0), one.clock, zone)
                data_left(one, shown, zone)


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 300


@pytest.mark.parametrize("action", BASES)
def test_no_answer_breaks_a_page(place: tuple[Canned, str, Any], action: str) -> None:
    controller, url, _app = place
    for number, (_action, body) in enumerate(case for case in CASES if case[0] == action):
        controller.says = {name: [encoded(answer)] for name, answer in BASES.items()}
        connected = BASES["init"] | {"step": "FEEDBACK", "user": BASES["authenticate"]["user"]}
        if action in ("disconnect", "refresh"):
            controller.says["init"] = [encoded(connected)]
        elif action != "init":
            controller.says["init"] = [encoded(LIGHT)]
        controller.says[action] = [body]
        guest = Guest(url, inspects=False)
        walk(guest, action)
        where = f"{action} {number}: {body[:200]!r} {guest.response.status_code}"
        assert guest.response.status_code < 500 or guest.response.status_code in ANNOUNCED, where
        assert not guest.page.select("main script, img[onerror], a[href^=javascript]"), where
        assert "49" not in guest.text.split() or "{{ 7*7 }}" not in body.decode("latin-1"), where
        if guest.trail[-1][2]:  # else the browser left for the Wi-Fi device of an answer that was good
            assert "Something went wrong" not in guest.text, where


def walk(guest: Guest, action: str) -> None:
    """As far as the answer is met."""
    guest.opens("campus/?dst=http://www.example.org/")
    ways = {str(one["value"]) for one in guest.page.select("input[name=way]")}
    if action == "subscribe" and "one" in ways:
        guest.fills(personal_field_1="1").ticks("connect_policy_accept").presses(way="one")
    elif action == "authenticate" and "login" in ways:
        guest.fills(login="a", password="b").ticks("policy_accept").presses(way="login")
    elif action == "disconnect":
        guest.presses(button="Disconnect")
    elif action == "refresh":
        guest.opens("campus/online?again=1")
    elif ways:
        guest.presses(way=sorted(ways)[0])


QUERIES = [
    *(
        "res[]=notyet",
        "res=success&res=failed",
        "res=" + "x" * 3000,
        "uamip=%0d%0aX:1",
        "dst=javascript:alert(1)",
    ),
    *(
        "dst=//evil.example",
        "res=notyet&uamip=evil.example&uamport=x",
        "res=failed&reason=<script>",
        "lang=xx",
    ),
    *(
        "dst=%ff%fe",
        "res=%00",
        "mac=" + "0" * 5000,
        "guest=abc",
        "again=1&stop=1",
        "other=1",
        "challenge=%F0%9F%92%A9",
    ),
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("path", ["campus/", "campus/online"])
def test_no_query_breaks_a_page(place: tuple[Canned, str, Any], query: str, path: str) -> None:
    controller, url, _app = place
    controller.says = {"init": vector("init")}
    guest = Guest(url).opens(f"{path}?{query}")
    assert guest.response.status_code < 500
    assert "evil.example" not in str(guest.page.select("a, form, meta"))
