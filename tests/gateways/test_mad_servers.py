"""A thousand twisted answers for every client: an answer that is understood, or one of our errors."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import random
import tracemalloc

import pytest

from portal.errors import UpstreamError
from portal.gateways.iacbox import client as pms
from portal.gateways.iacbox.pms import Question
from portal.gateways.iacbox.wire_names import REQUESTS, wire_names
from portal.gateways.icaro.client import Unit, Wax
from portal.gateways.icaro.hotspot import read_hotspot
from portal.gateways.ucopia.client import Client
from portal.gateways.ucopia.endpoint import Endpoint, EntryParams, Session
from portal.http_client import Server, http_client_of
from tests.gateways.ucopia.canned import vector
from tests.http_client.hostile import Line, hostile, within
from tests.http_client.test_fuzz import NASTY, twisted

FIELDS = {"id": "1", "room": "214"}


def calls(url: str):
    """What each client asks, and the server it asks for it."""
    endpoint = Endpoint(url, connect_timeout=1, read_timeout=2)
    server = Server(url.rstrip("/"), connect_timeout=1, read_timeout=2, max_size=200_000)
    controller, wax = Client(endpoint), Wax(server, Unit("d", "u", "s"))
    question = Question(url, "parameters", wire_names({}, REQUESTS))
    return {
        "controller": (endpoint.server, [
            lambda: controller.init(Session("a"), EntryParams()),
            lambda: controller.subscribe(Session("a"), EntryParams(), "one", {}),
            lambda: controller.authenticate(Session("a"), EntryParams(), "a", "b", {"policy_accept": True}),
            lambda: controller.disconnect(Session("a"), EntryParams(), "a"),
            lambda: controller.refresh(Session("a"), "a", 1.0),
            lambda: controller.open(EntryParams()),
        ]),
        "pms": (server, [lambda: pms.ask(question, FIELDS, "en", server)]),
        "wax": (server, [
            lambda: read_hotspot(wax.preferences()),
            lambda: wax.register_voucher("V", {}),
            lambda: wax.register("email", "a@b.org", False, {}),
            lambda: wax.login("a", "b"),
        ]),
    }  # fmt: skip


GOOD = {
    "controller": [vector("init"), vector("out_of_band_authenticate"), vector("subscribe_success")],
    "pms": [{"rc": 0, "state": "tsel", "tt": [{"id": 1, "name": "Free"}], "pms": "x", "pms_si": "y"}],
    "wax": [
        {"hotspot_id": 1, "preferences": {"email_login": "true"}, "disclaimers": {"terms_of_use": "x"}},
        {"code": "V", "type": "auth", "user_db_id": 1, "clientState": "1"},
    ],
}


def madness(dice: random.Random, good: list[object]) -> bytes:
    """Half the time an answer broken anywhere, otherwise a whole one whose JSON is broken."""
    if dice.random() < 0.5:
        return twisted(dice)
    body = json.dumps(dice.choice(good)).encode()
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(body))
        body = body[:at] + dice.choice(NASTY) + body[at + dice.randint(0, 9) :]
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize("kind", GOOD)
def test_a_thousand_answers_of_a_mad_server_are_understood_or_told(kind, caplog):
    caplog.set_level(logging.CRITICAL, "portal")  # pytest keeps every line, and what the line speaks of
    dice = random.Random(kind)

    def script(line: Line) -> None:
        if line.hears():
            line.says(madness(dice, GOOD[kind]))

    understood = 0
    with hostile(script) as upstream, within(100):
        server, asks = calls(upstream.url)[kind]
        for number in range(1000):
            if number == 200:
                gc.collect()
                tracemalloc.start()
            with contextlib.suppress(UpstreamError):
                asks[number % len(asks)]()
                understood += 1
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        http_client_of(server).close()
    assert 10 < understood < 900
    assert kept < 500_000
