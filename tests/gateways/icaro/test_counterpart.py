"""The same guests before a wax and a unit that somebody else wrote down (:mod:`.counterpart`)."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from tests.gateways.icaro.counterpart import DIGEST, UUID, Counterpart, serving
from tests.guest import Guest
from tests.house import running_portal

ANNA = "anna@example.org"
VENUE = 'name = "Bar"\nsystem = "icaro"\n[icaro]\nurl = "http://127.0.0.1:{port}"\nunits = ["{uuid}"]\ntemp_pause = 0.0\n'
COOKIES = pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])


@dataclass
class Bar:
    """The portal before the counterpart; time goes by at both."""

    theirs: Counterpart
    portal: str
    port: int
    ahead: list[float]

    def landing(self):
        return self.theirs.landing(self.portal, self.port)

    def guest(self, **kwargs):
        return Guest(self.portal, **kwargs).opens(self.landing())

    def passes(self, seconds):
        self.ahead[0] += seconds
        self.theirs.now += seconds

    def called(self, part):
        return [call for call in self.theirs.calls if part in call]


@pytest.fixture
def bar(tmp_path, monkeypatch):
    import time

    ahead = [0.0]
    shim = SimpleNamespace(time=lambda: time.time() + ahead[0])
    monkeypatch.setattr("portal.journey.request_context.time", shim)
    theirs = Counterpart()
    theirs.sell("Welcome7", 1)
    theirs.sell("Many", 9)
    server = serving(theirs)
    port = server.server_port
    with running_portal(tmp_path, {"bar": VENUE.format(port=port, uuid=UUID)}) as portal:
        yield Bar(theirs, portal.url, port, ahead)
    server.shutdown()
    server.server_close()


def with_voucher(guest, code="welcome7", *ticks):
    return guest.fills(code=code).ticks("terms", *ticks).presses("voucher")


@COOKIES
def test_a_voucher(bar, cookies):
    with_voucher(bar.guest(cookies=cookies), "WELCOME7", "survey").sees("You are online")
    assert bar.theirs.poll() == "pass"
    assert bar.theirs.uses["welcome7"] == 0
    assert bar.theirs.named("welcome7")["yes"] == {"surveys"}
    assert bar.theirs.calls[-3:] == [
        "GET /wax/register/voucher/WELCOME7",
        "DELETE /wax/marketings/7",
        "GET /wax/aaa/login",
    ]


@COOKIES
def test_a_code_from_a_mail_typed_after_ten_minutes(bar, cookies):
    guest = bar.guest(cookies=cookies).fills(email=ANNA).ticks("terms").presses("email")
    assert bar.theirs.poll() == "temporary"
    bar.passes(600)
    assert bar.theirs.poll() == "dnat"
    guest.fills(code="123 456").presses("code").sees("You are online")
    assert bar.theirs.poll() == "pass"
    assert bar.theirs.named(ANNA)["yes"] == set()
    assert DIGEST not in guest.html


@COOKIES
def test_a_code_typed_at_once(bar, cookies):
    guest = bar.guest(cookies=cookies).fills(email=ANNA).ticks("terms").presses("email")
    assert bar.theirs.poll() == "temporary"
    guest.fills(code="123456").ticks("marketing").presses("code").sees("You are online")
    assert bar.theirs.poll() == "pass"
    assert bar.theirs.named(ANNA)["yes"] == {"marketings"}


@COOKIES
def test_caught_again_with_the_same_session_after_a_yes(bar, cookies):
    bar.theirs.plan_over = True
    guest = with_voucher(bar.guest(cookies=cookies), "welcome7", "marketing").sees("You are online")
    session = bar.theirs.session
    assert bar.theirs.poll() == "dnat"
    bar.passes(20)
    guest.opens(bar.landing()).sees("This device could not be connected").does_not_see("You are online")
    assert bar.theirs.session == session
    bar.theirs.plan_over = False
    terms = ["terms"] if guest.page.select("[name=terms]") else []
    guest.fills(code="welcome7").ticks(*terms).presses("voucher").sees("You are online")
    assert bar.theirs.poll() == "pass"
    assert bar.theirs.uses["welcome7"] == 0
    if cookies:
        assert bar.theirs.named("welcome7")["yes"] == {"marketings"}, "asked once, answered once"


@COOKIES
def test_a_register_call_whose_answer_got_lost(bar, cookies):
    bar.theirs.lost = "register/voucher"
    guest = with_voucher(bar.guest(cookies=cookies), "many", "marketing").does_not_see("You are online")
    assert bar.called("aaa/login") == []
    guest.presses("voucher").sees("You are online")
    assert bar.theirs.poll() == "pass"
    assert bar.theirs.uses["many"] == 7
    assert bar.theirs.named("many")["yes"] == {"marketings"}, "a tick once given stays"


def test_the_banner_of_wifi4eu(bar):
    bar.theirs.preferences |= {"wifi4eu_enabled": "true", "wifi4eu_id": "abc123", "wifi4eu_lang": "it"}
    guest = bar.guest(inspects=False)
    assert "https://collection.wifi4eu.ec.europa.eu/wifi4eu.min.js" in guest.html
    assert "https://collection.wifi4eu.ec.europa.eu" in guest.response.headers["Content-Security-Policy"]
    with_voucher(guest).sees("You are online")
    assert "wifi4eu.ec" not in guest.html + guest.response.headers["Content-Security-Policy"]


def test_a_hotspot_that_skips_consents(bar):
    bar.theirs.preferences["check_marketing"] = "true"
    guest = bar.guest().does_not_see("news and offers", "my opinion")
    with_voucher(guest).sees("You are online")
    assert bar.called("DELETE") == []
    assert bar.theirs.poll() == "pass"
