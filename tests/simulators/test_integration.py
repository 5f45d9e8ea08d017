"""The simulated integrations, over real HTTP: guests who come by and return, and the webhook."""

import hashlib
import hmac
import threading
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from flask import Flask, request

from portal.simulators.integration import Notice, Survey, Webhook, create_notice, create_survey
from portal.simulators.server import serve

PORTAL = "http://portal.example:5000"
ENTRY = [
    ("digest", "d" * 32),
    ("uuid", "unit-1"),
    ("sessionid", "s1"),
    ("uamip", "192.168.182.1"),
    ("uamport", "3990"),
    ("user", "7"),
    ("nasid", "Caffè مرحبا & Söhne"),
]
METHODS = [
    ("/wings/login", [("code", "AB12&x=1 z"), ("validated", "true")]),
    ("/wings/login", []),
    ("/wings/login/email", [("code", "012345"), ("email", "a+b@example.org")]),
    ("/wings/login/sms", [("code", "012345"), ("num", "+39 333 1234567")]),
]
RECORD = {
    "status": True,
    "token": "5c" * 32,
    "hotspot": {"id": 1, "uuid": "hotspot-1", "name": "Hôtel <b>", "description": ""},
    "accounts": [{"id": 3, "uuid": "a", "type": "customer", "name": "c1"}],
    "units": [{"id": 1, "uuid": "unit-1", "mac_address": "E4-95-6E-44-1D-5C"}],
}


@pytest.fixture
def survey():
    survey = Survey(PORTAL, Webhook("060a5ad5", slow_seconds=0.3))
    with serve(create_survey(survey)) as running:
        survey.url = running.url.rstrip("/")
        yield survey


@pytest.fixture
def notice():
    notice = Notice(PORTAL, Webhook("060a5ad5"))
    with serve(create_notice(notice)) as running:
        notice.url = running.url.rstrip("/")
        yield notice


def leaves(it, path, pairs, press="confirm", answer="work"):
    """Read the page, press a button; where the guest is sent."""
    address = f"{it.url}{path}?{urlencode(pairs)}"
    page = requests.get(address, timeout=5)
    assert page.status_code == 200
    assert f'name="{press}"' in page.text
    gone = requests.post(address, data={press: "1", "answer": answer}, timeout=5, allow_redirects=False)
    assert gone.status_code == 303
    return gone.headers["Location"]


def deliver(it, document=RECORD, token="060a5ad5", **options):
    headers = {"X-Icaro-WebHook-Token": token}
    return requests.post(f"{it.url}/webhook", json=document, headers=headers, timeout=5, **options)


# The survey


@pytest.mark.parametrize(("path", "more"), METHODS)
def test_the_guest_returns_with_all_that_he_brought(survey, path, more):
    brought = [*ENTRY, *more, ("journey", "j+/=ü"), ("callback", "http://portal.example/x?y=1&z=2")]
    back = leaves(survey, path, brought)
    assert back.startswith(f"{PORTAL}{path}?")
    returned = parse_qsl(urlsplit(back).query, keep_blank_values=True, strict_parsing=True)
    assert returned == [*brought, ("integration_done", "true")]
    assert [(visit.outcome, visit.query) for visit in survey.visits] == [
        ("asked", dict(brought)),
        ("done", dict(brought)),
    ]
    assert survey.visits[-1].answer == "work"


def test_the_query_is_returned_byte_for_byte(survey):
    raw = "uuid=u&sessionid=s&email=a%2Bb%40example.org&num=%2B39%20333&empty=&x=%C3%BC"
    gone = requests.post(f"{survey.url}/wings/login?{raw}", timeout=5, allow_redirects=False)
    assert gone.headers["Location"] == f"{PORTAL}/wings/login?{raw}&integration_done=true"


@pytest.mark.parametrize(("path", "more"), METHODS)
def test_a_forgetful_one_returns_only_what_wings_sends(survey, path, more):
    survey.drop_unknown = True
    back = leaves(survey, path, [*ENTRY, *more, ("journey", "j"), ("callback", "c"), ("lang", "de")])
    returned = parse_qsl(urlsplit(back).query, strict_parsing=True)
    assert returned == [*ENTRY, *more, ("integration_done", "true")]


def test_a_guest_may_decline_only_where_there_is_a_button(survey):
    address = f"{survey.url}/wings/login?{urlencode(ENTRY)}"
    assert 'name="decline"' not in requests.get(address, timeout=5).text
    survey.cancel = True
    back = leaves(survey, "/wings/login", ENTRY, press="decline")
    assert parse_qsl(urlsplit(back).query)[-1] == ("integration_failed", "declined")
    assert "integration_done" not in back
    assert survey.visits[-1].outcome == "declined"


@pytest.mark.parametrize("missing", ["uuid", "sessionid"])
def test_without_a_hotspot_or_a_session_there_is_no_survey(survey, missing):
    pairs = [pair for pair in ENTRY if pair[0] != missing]
    answer = requests.get(f"{survey.url}/wings/login", params=pairs, timeout=5)
    assert answer.status_code == 404
    assert survey.visits == []


def test_a_record_without_accounts_and_units_is_one(survey):
    """Icaro's manager leaves out what is empty."""
    survey.only_known = True
    bare = {name: value for name, value in RECORD.items() if name not in ("accounts", "units")}
    assert deliver(survey, bare).status_code == 200
    pairs = {**dict(ENTRY), "uuid": RECORD["hotspot"]["uuid"]}
    assert requests.get(f"{survey.url}/wings/login", params=pairs, timeout=5).status_code == 200


def test_it_can_be_down_for_a_number_of_deliveries(survey):
    survey.webhook.fails = 2
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            deliver(survey)
    assert deliver(survey).status_code == 200
    assert [one.answered for one in survey.webhook.deliveries] == [0, 0, 200]


def test_it_can_insist_on_a_record(survey):
    survey.only_known = True
    address = f"{survey.url}/wings/login?{urlencode(ENTRY)}"
    assert requests.get(address, timeout=5).status_code == 404
    deliver(survey)
    page = requests.get(address, timeout=5)
    assert page.status_code == 200
    assert "Hôtel &lt;b&gt;" in page.text


def test_a_doubled_slash_is_not_forgiven(survey):
    answer = requests.get(f"{survey.url}/wings//login?{urlencode(ENTRY)}", timeout=5, allow_redirects=False)
    assert answer.status_code == 404


# The notice

CALLBACK = "http://portal.example:5000/campus/hop?step=1&name=%C3%BC+x&journey=old"


def test_the_notice_returns_to_the_callback_with_the_journey(notice):
    back = leaves(notice, "/wings/login", [("journey", "j+/=ü"), ("callback", CALLBACK), ("nasid", "U")])
    assert back.startswith("http://portal.example:5000/campus/hop?")
    assert parse_qsl(urlsplit(back).query) == [("step", "1"), ("name", "ü x"), ("journey", "j+/=ü")]


def test_a_signed_return_proves_the_page_was_seen(notice):
    notice.sign_return = True
    back = leaves(notice, "/wings/login/email", [("journey", "j+/=ü"), ("callback", CALLBACK)])
    expected = hmac.new(b"060a5ad5", "j+/=ü".encode(), hashlib.sha256).hexdigest()
    assert dict(parse_qsl(urlsplit(back).query))["signature"] == expected
    assert expected == expected.lower()


def test_who_does_not_agree_comes_back_with_a_reason(notice):
    back = leaves(notice, "/wings/login", [("journey", "j"), ("callback", CALLBACK)], press="decline")
    returned = dict(parse_qsl(urlsplit(back).query))
    assert (returned["integration_failed"], returned["journey"]) == ("declined", "j")
    assert notice.visits[-1].outcome == "declined"


@pytest.mark.parametrize(
    "query",
    [
        {"journey": "j"},
        {"callback": CALLBACK},
        {"journey": "j", "callback": "http://evil.example/"},
        {"journey": "j", "callback": "//portal.example:5000/"},
        {"journey": "j", "callback": "http://portal.example:5000@evil.example/"},
        {"journey": "j", "callback": "javascript:alert(1)"},
    ],
)
def test_the_notice_sends_nobody_elsewhere(notice, query):
    answer = requests.post(f"{notice.url}/wings/login", params=query, timeout=5, allow_redirects=False)
    assert answer.status_code == 400


def test_the_notice_reads_its_venue_with_the_token_it_got(notice):
    portal = Flask("portal")

    @portal.get("/<venue>/integration")
    def record(venue):
        return {"venue": venue, "token": request.headers.get("Token")}

    deliver(notice)
    with serve(portal) as running:
        notice.portal_url = running.url
        reading = notice.read_record("campus ü", "hotspot-1")
        form = {"venue": "x", "uuid": "hotspot-2"}
        assert requests.post(f"{notice.url}/simulator/read", data=form, timeout=5).status_code == 200
    assert (reading.status, RECORD["token"] in reading.text) == (200, True)
    assert (notice.readings[1].status, RECORD["token"] in notice.readings[1].text) == (200, False)
    assert notice.read_record("campus", "hotspot-1").status == 0


# The webhook


@pytest.fixture(params=["survey", "notice"])
def either(request):
    return request.getfixturevalue(request.param)


def test_a_record_is_kept_and_taken_away(either):
    assert deliver(either).status_code == 200
    assert either.webhook.records == {"hotspot-1": RECORD}
    assert either.webhook.record_of("unit-1") == RECORD
    assert either.webhook.record_of("hotspot-1") == RECORD
    assert either.webhook.record_of("") is None
    off = {"status": False, "hotspot": RECORD["hotspot"]}
    assert deliver(either, off).status_code == 200
    assert either.webhook.records == {}
    assert [delivery.document["status"] for delivery in either.webhook.accepted] == [True, False]
    kept = either.webhook.deliveries[0]
    assert kept.headers["X-Icaro-WebHook-Token"] == "060a5ad5"
    assert kept.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("token", ["", "wrong", "060A5AD5"])
def test_a_wrong_token_is_refused_and_kept_in_the_log(either, token):
    assert deliver(either, token=token).status_code == 401
    assert either.webhook.records == {}
    assert either.webhook.deliveries[0].answered == 401


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        "x",
        {"status": True},
        {"status": 1, "token": "t", "hotspot": {"uuid": "u"}},
        RECORD | {"token": ""},
    ],
)
def test_a_body_that_is_not_the_documented_one_is_refused(survey, document):
    assert deliver(survey, document).status_code == 400
    assert survey.webhook.records == {}


def test_a_body_that_is_no_json_is_refused(survey):
    headers = {"X-Icaro-WebHook-Token": "060a5ad5"}
    answer = requests.post(f"{survey.url}/webhook", data=b"\xff{", headers=headers, timeout=5)
    assert answer.status_code == 400
    assert survey.webhook.deliveries[0].document is None


def test_down_then_error_then_well_in_order(either):
    either.webhook.fault = "down"
    with pytest.raises(requests.ConnectionError):
        deliver(either)
    either.webhook.fault = "error"
    assert deliver(either).status_code == 500
    either.webhook.heal()
    assert deliver(either).status_code == 200
    assert [delivery.answered for delivery in either.webhook.deliveries] == [0, 500, 200]
    assert len(either.webhook.accepted) == 1
    times = [delivery.at for delivery in either.webhook.deliveries]
    assert times == sorted(times)


def test_a_followed_redirect_is_a_leak(survey):
    survey.webhook.fault = "redirect"
    assert deliver(survey, allow_redirects=False).status_code == 302
    assert survey.webhook.leaks == []
    deliver(survey)
    assert survey.webhook.leaks[0]["X-Icaro-WebHook-Token"] == "060a5ad5"
    assert survey.webhook.records == {}


def test_a_slow_webhook_answers_late(survey):
    survey.webhook.fault = "slow"
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{survey.url}/webhook", json=RECORD, timeout=0.1)
    assert survey.webhook.records == {}


def test_a_webhook_that_is_healed_answers_at_once(survey, monkeypatch):
    survey.webhook.fault, survey.webhook.slow_seconds = "slow", 30
    held, hold = threading.Event(), survey.webhook.wait
    monkeypatch.setattr(survey.webhook, "wait", lambda: (held.set(), hold()))
    waiting = threading.Thread(target=deliver, args=(survey,))
    waiting.start()
    assert held.wait(5)
    survey.webhook.heal()
    waiting.join(4)
    assert not waiting.is_alive()
    assert survey.webhook.records


# The own pages


def test_the_own_page_shows_what_arrived_and_escapes_it(either):
    deliver(either)
    pairs = [*ENTRY, ("journey", "<script>x</script>"), ("callback", CALLBACK)]
    leaves(either, "/wings/login", pairs)
    page = requests.get(f"{either.url}/simulator", timeout=5).text
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>" not in page
    assert "<b>" not in page
    assert "Caffè مرحبا &amp; Söhne" in page


def test_the_own_page_sets_the_switches(survey, notice):
    requests.post(f"{survey.url}/simulator/switches", data={"drop_unknown": "on"}, timeout=5)
    assert (survey.drop_unknown, survey.cancel) == (True, False)
    requests.post(f"{notice.url}/simulator/switches", data={"sign_return": "on"}, timeout=5)
    assert notice.sign_return
    requests.post(f"{notice.url}/simulator/fault", data={"fault": "error"}, timeout=5)
    assert notice.webhook.fault == "error"
    requests.post(f"{notice.url}/simulator/fault", data={"fault": "nonsense"}, timeout=5)
    assert notice.webhook.fault == ""
