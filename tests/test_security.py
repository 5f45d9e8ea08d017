"""The guest's cookie, what a proxy may say, and what a page allows."""

from __future__ import annotations

import pytest
from flask import Response

from portal import create_app
from portal.config import Config
from portal.journey.pages import LONGEST_HEADERS, OTHER_HEADERS, policy, remember
from tests.gateways.iacbox.redirects import VENUE, arrival
from tests.house import KEY, write_venues


@pytest.fixture
def make(tmp_path):
    def app(**settings):
        return create_app(Config(write_venues(tmp_path, {"hotel": VENUE}), (KEY,), **settings))

    return app


def flags(answer):
    return {part.strip() for part in answer.headers["Set-Cookie"].split(";")[1:]}


@pytest.mark.parametrize(("proxies", "secure"), [(0, False), (1, True)])
def test_no_script_and_no_other_site_gets_the_cookie(make, proxies, secure):
    client = make(proxies=proxies).test_client()
    assert flags(client.get(arrival())) == {"HttpOnly", "Path=/", "SameSite=Lax"}
    answer = client.get(arrival(), headers={"X-Forwarded-Proto": "https"})
    assert ("Secure" in flags(answer)) == secure


def test_behind_two_proxies_the_outer_one_is_believed(make):
    client = make(proxies=2, trusted_hosts=("wifi.example",)).test_client()
    told = {"X-Forwarded-Proto": "https, http", "X-Forwarded-Host": "wifi.example, inner.example"}
    assert "Secure" in flags(client.get(arrival(), headers=told))


@pytest.mark.parametrize(("proxies", "status"), [(0, 400), (1, 200)])
def test_only_a_trusted_proxy_names_the_host(make, proxies, status):
    client = make(proxies=proxies, trusted_hosts=("wifi.example",)).test_client()
    assert client.get(arrival(), headers={"X-Forwarded-Host": "wifi.example"}).status_code == status
    assert client.get(arrival(), headers={"Host": "wifi.example"}).status_code == 200


def test_a_state_too_large_for_a_cookie_leaves_no_older_one_behind(make):
    with make().test_request_context(headers={"Cookie": "guest=older"}):
        assert (
            "guest=ttt"
            in remember(Response(), "t" * (LONGEST_HEADERS - OTHER_HEADERS - 60)).headers["Set-Cookie"]
        )
        assert (
            "guest=;" in remember(Response(), "t" * (LONGEST_HEADERS - OTHER_HEADERS)).headers["Set-Cookie"]
        )


def test_the_policy_of_a_page_allows_what_it_names_and_no_more():
    assert policy("'sha256-a'", [], ["https://box.example"]) == (
        "default-src 'none'; style-src 'sha256-a'; img-src 'self' data:; "
        "form-action 'self' https://box.example; base-uri 'none'; frame-ancestors 'none'"
    )
    more = policy("'sha256-a'", ["'sha256-b'"], [], connect=True)
    assert "script-src 'sha256-b'; connect-src 'self'; form-action 'self'; base-uri" in more


def test_what_is_no_page_allows_nothing(make):
    headers = make().test_client().get("/hotel/refresh/1").headers
    nothing = "default-src 'none'; frame-ancestors 'none'; form-action 'self'"
    assert headers["Content-Security-Policy"] == nothing
    assert headers["Cache-Control"] == "no-store"


def test_a_fault_of_ours_is_logged_without_its_words(make, monkeypatch, caplog):
    name = " ".join(("Anna", "Berger"))
    monkeypatch.setattr("portal.journey.views.respond", lambda *_: {}[name])
    answer = make().test_client().get("/hotel/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    said = [record.getMessage() for record in caplog.records if record.name.startswith("portal")]
    assert "fault endpoint=journey.landing kind=KeyError venue=hotel" in said
    assert "in landing" in caplog.text
    assert name not in caplog.text + answer.text
