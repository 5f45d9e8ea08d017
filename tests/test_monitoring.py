"""What an operator's machines see of a portal: ready or why not, figures without anything personal, lines as JSON."""

from __future__ import annotations

import json
import logging
import re
import time

import pytest
import requests

from portal import create_app, log_lines
from portal.config import Config, from_environment
from tests.bench import free_port
from tests.gateways.iacbox.inn import inn
from tests.gateways.icaro.hotspot import running_cafe
from tests.guest import Guest
from tests.house import KEY, write_venues
from tests.server import FOYER, ROOT, started

PERSONAL = (
    "0200000000aa",
    "02:00:00:00:00:aa",
    "gast",
    "willkommen",
    "captive.apple",
    "214",
    "1985",
    "hotspot-detect",
)


def asked(config, path, address="127.0.0.1", forwarded=""):
    """The status and text of a monitor's request from an address."""
    client = create_app(config).test_client()
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = client.get(path, headers=headers, environ_base={"REMOTE_ADDR": address})
    return answer.status_code, answer.text


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
@pytest.mark.parametrize(
    ("address", "forwarded", "proxies", "may"),
    [
        ("127.0.0.1", "", 0, True),
        ("::1", "", 0, True),
        ("::ffff:127.0.0.1", "", 0, True),
        ("10.0.0.7", "", 0, False),
        ("10.9.0.7", "", 0, True),
        ("2001:db8::7", "", 0, True),
        ("127.0.0.1", "203.0.113.9", 0, False),
        ("127.0.0.1", "203.0.113.9", 1, False),
        ("127.0.0.1", "10.9.0.7", 1, True),
        ("127.0.0.1", "127.0.0.1, 203.0.113.9", 1, False),
        ("127.0.0.1", "10.9.0.7", 2, False),
        ("10.0.0.7", "10.9.0.7, 127.0.0.1", 2, True),
        ("127.0.0.1", "rubbish", 1, False),
    ],
)
def test_only_the_host_itself_and_named_networks_may_look(tmp_path, path, address, forwarded, proxies, may):
    environ = {"PORTAL_VENUES": str(tmp_path), "PORTAL_SECRET_KEY": KEY, "PORTAL_PROXIES": str(proxies)}
    config = from_environment(environ | {"PORTAL_MONITORS": "10.9.0.0/16, 2001:db8::/32"})
    assert (asked(config, path, address, forwarded)[0] == 200) == may


def test_readyz_tells_everything_that_is_not_as_it_should_be(tmp_path):
    assert asked(Config(tmp_path, (KEY,)), "/readyz") == (200, "ready\n")
    write_venues(tmp_path, {"hotel": "name = 7"})
    config = Config(
        tmp_path, (KEY,), hosts={"wifi.inn.example": "inn"}, store=f"redis://127.0.0.1:{free_port()}/0"
    )
    status, said = asked(config, "/readyz")
    assert status == 503
    assert "venue=hotel closed: venue.toml: name: " in said
    assert "PORTAL_HOSTS: wifi.inn.example leads to inn" in said
    assert "store: does not work" in said
    assert 'foyer_venues{state="closed"} 1.0' in asked(config, "/metrics")[1]
    assert "foyer_store_up 0.0" in asked(config, "/metrics")[1]


def figures_with(url, *words):
    """The figures, once they hold these: each process is at most a second late."""
    deadline = time.monotonic() + 10
    text = ""
    while time.monotonic() < deadline and not all(word in text for word in words):
        text = requests.get(url + "metrics", timeout=5).text
    return text


def test_a_whole_journey_is_counted_by_all_processes_and_no_line_of_it_is_personal(tmp_path):
    with inn(tmp_path / "venues") as one:
        port = free_port()
        url = f"http://127.0.0.1:{port}/"
        one.box.point_at(f"{url}hotel/", f"{url}hotel/callback")
        environ = {"PORTAL_VENUES": str(tmp_path / "venues"), "PORTAL_SECRET_KEY": KEY, "PORTAL_LOG": "json"}
        environ |= {"PORTAL_STATE": str(tmp_path / "state"), "LOG_LEVEL": "DEBUG"}
        log = tmp_path / "log"
        with started(FOYER, port, ROOT, environ, log):
            guest = (
                Guest(url, goes_on=True).opens(one.start()).fills(username="gast", password="wrong-secret")
            )
            guest.presses(way="cred").fills(username="gast", password="willkommen").presses(way="cred")
            guest.sees("You are online")
            requests.get(url + "hotel/online?guest=forged&room=214", timeout=5)
            requests.post(url + "hotel/sign-in", data={"username": "gast"}, timeout=5)
            figures = figures_with(url, 'way="cred"} 2.0', "StateLost", "success")
    labels = 'gateway="iacbox",venue="hotel"'
    assert f"foyer_arrivals_total{{{labels}}} " in figures
    assert f'foyer_ways_total{{{labels},way="cred"}} 2.0' in figures
    assert 'outcome="success"' in figures
    assert 'kind="StateLost"' in figures
    assert f"foyer_request_seconds_count{{{labels}}}" in figures
    lines = log.read_text().splitlines()
    told = [json.loads(line) for line in lines]
    problem = next(
        line for line in told if line["logger"] == "portal.journey" and "problem" in line["message"]
    )
    assert (problem["venue"], problem["kind"]) == ("hotel", "StateLost")
    assert all(line.get("venue") for line in told if line["logger"].startswith("portal.gateways"))
    for word in (*PERSONAL, "wrong-secret", KEY, "correct horse"):
        assert not [line for line in told if word in line["message"]], word
        assert word not in figures


def test_calls_to_a_box_and_visits_by_a_short_address_count_for_their_venue(tmp_path):
    with running_cafe(tmp_path, hosts={"wifi.cafe.example": "cafe"}) as cafe:
        cafe.guest()
        before = requests.get(cafe.url + "metrics", timeout=5).text
        requests.get(cafe.url, headers={"Host": "wifi.cafe.example"}, timeout=5)
        cafe.guest("02-00-00-00-00-98").fills(code="wrong").ticks("terms").presses("voucher").status(422)
        figures = requests.get(cafe.url + "metrics", timeout=5).text
    labels = 'gateway="icaro",venue="cafe"'
    answered = f"foyer_request_seconds_count{{{labels}}} "
    assert figure(figures, answered) - figure(before, answered) == 3
    calls = re.findall(r"^foyer_upstream_calls_total\{(.*)\} ", figures, re.MULTILINE)
    assert (
        f'call="wax register/voucher",{labels.partition(",")[0]},said="answer",{labels.partition(",")[2]}'
        in calls
    )
    assert figure(figures, f"foyer_upstream_seconds_count{{{labels}}} ") > 1
    assert not [one for one in calls if 'venue=""' in one and 'gateway="icaro"' in one]


def figure(text, name):
    """The figure that a line of the exposition ends with."""
    return float(next(line for line in text.splitlines() if line.startswith(name)).rpartition(" ")[2])


def test_a_line_about_a_request_names_its_venue(tmp_path, caplog):
    log_lines.init_app()
    app = create_app(Config(write_venues(tmp_path, {}), (KEY,)))
    with app.test_request_context("/hotel/"), caplog.at_level(logging.INFO, "portal"):
        logging.getLogger("portal.gateways.x").info("refresh failed: %s", "Unreachable")
        logging.getLogger("portal.gateways.x").info("callback venue=%s rc=%d", "hotel", 3)
    assert caplog.messages == ["refresh failed: Unreachable venue=hotel", "callback venue=hotel rc=3"]


def test_a_json_line_holds_what_the_message_names():
    record = logging.LogRecord(
        "portal.x", logging.INFO, "", 1, "refused %s code=%s n=%d", ("it", "a b", 3), None
    )
    told = json.loads(log_lines.formatter("json").format(record))
    assert (told["message"], told["code"], told["n"], told["level"]) == (
        "refused it code=a b n=3",
        "a b",
        3,
        "INFO",
    )
