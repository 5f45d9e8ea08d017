"""Integrations around the sign-in of an Icaro hotspot: a survey as it is written today, and a notice of ours."""

from __future__ import annotations

import contextlib

import pytest

from portal.simulators.icaro import Voucher
from portal.simulators.integration import Survey, Webhook, create_survey
from portal.simulators.server import serve
from tests.gateways.icaro.hotspot import KEY, PHONE, running_cafe

ANNA = "a+b@example.org"
WINGS = """
[[integrations]]
name = "Survey"
post_auth_redirect_url = "{url}"
wings_compatible = true
"""


@contextlib.contextmanager
def cafe_with_survey(folder, voucher=None, **kwargs):
    survey = Survey("", Webhook(""))
    vouchers = (Voucher(voucher or "Once12", uses=1),)
    with (
        serve(create_survey(survey)) as running,
        running_cafe(folder, vouchers=vouchers, more=WINGS.format(url=running.url), **kwargs) as cafe,
    ):
        survey.portal_url = cafe.url
        yield cafe, survey


def goes_to_the_survey(guest):
    return guest.sees("Survey").presses().waits_for_refresh()


@pytest.mark.parametrize("cookies", [True, False])
@pytest.mark.parametrize("code", ["Once12", "AB12&x=1 z", "ÄÖü", "مرحبا"])
def test_a_voucher_of_one_use_survives_its_hop(tmp_path, code, cookies):
    with cafe_with_survey(tmp_path, code) as (cafe, survey):
        guest = cafe.guest(cookies=cookies).fills(code=code).ticks("terms").presses("voucher")
        assert cafe.called("aaa/login") == []
        goes_to_the_survey(guest)
        [visit] = survey.visits
        assert visit.path == "/wings/login"
        assert (visit.query["code"], visit.query["validated"]) == (code, "true")
        assert visit.query["digest"] == KEY.digest
        assert visit.query["sessionid"] == cafe.unit.device(PHONE).session_id
        guest.presses().sees("You are online")
        assert cafe.icaro.voucher_uses(code) == 1
        assert cafe.state() == "online"


def test_the_way_back_twice_uses_no_second_voucher(tmp_path):
    with cafe_with_survey(tmp_path) as (cafe, _survey):
        guest = goes_to_the_survey(cafe.guest().fills(code="Once12").ticks("terms").presses("voucher"))
        guest.presses().sees("You are online")
        back = next(url for _method, url, _status in guest.trail if "integration_done" in url)
        guest.opens(back)
        assert guest.response.status_code < 500
        assert cafe.icaro.voucher_uses("Once12") == 1
        assert len(cafe.called("aaa/login")) == 1


@pytest.mark.parametrize("address", [ANNA, "müller@example.org"])
def test_mail_waits_for_the_survey_between_code_and_login(tmp_path, address):
    with cafe_with_survey(tmp_path) as (cafe, survey):
        guest = cafe.guest().fills(email=address).ticks("terms").presses("email")
        code = cafe.icaro.codes_sent(address)[0]
        goes_to_the_survey(guest.fills(code=code).presses("code"))
        [visit] = survey.visits
        assert visit.path == "/wings/login/email"
        assert (visit.query["code"], visit.query["email"]) == (code, address)
        assert visit.query["user"] == str(cafe.icaro.users.find(address).id)
        guest.presses().sees("You are online")


def test_a_number_waits_for_the_survey_too(tmp_path):
    with cafe_with_survey(tmp_path) as (cafe, survey):
        guest = cafe.guest().fills(num="+39 333 1234567").ticks("terms").presses("sms")
        code = cafe.icaro.codes_sent("+393331234567")[0]
        goes_to_the_survey(guest.fills(code=code).presses("code"))
        assert survey.visits[0].path == "/wings/login/sms"
        assert survey.visits[0].query["num"] == "+393331234567"
        guest.presses().sees("You are online")


def test_without_a_code_the_survey_comes_before_the_connection(tmp_path):
    with cafe_with_survey(tmp_path, preferences={"email_login_skip_auth": "true"}) as (cafe, survey):
        guest = cafe.guest().fills(email=ANNA).ticks("terms").presses("email")
        assert cafe.called("aaa") == []
        goes_to_the_survey(guest).presses().sees("You are online")
        assert "code" not in survey.visits[0].query


def test_a_guest_whose_short_connection_ends_at_the_survey_types_no_second_code(tmp_path):
    with cafe_with_survey(tmp_path) as (cafe, _survey):
        guest = cafe.guest().fills(email=ANNA).ticks("terms").presses("email")
        assert cafe.state() == "temporary"
        goes_to_the_survey(guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code"))
        cafe.clock.now += 301
        goes_to_the_survey(guest.opens(cafe.landing())).presses().sees("You are online")
        assert cafe.state() == "online"


def test_a_guest_who_is_caught_again_at_the_survey_goes_on(tmp_path):
    with cafe_with_survey(tmp_path) as (cafe, _survey):
        guest = cafe.guest().fills(code="Once12").ticks("terms").presses("voucher")
        goes_to_the_survey(guest).opens(cafe.landing())
        goes_to_the_survey(guest).presses().sees("You are online")
        assert cafe.icaro.voucher_uses("Once12") == 1


def test_a_wrong_code_is_told_before_the_survey(tmp_path):
    with cafe_with_survey(tmp_path) as (cafe, survey):
        guest = cafe.guest().fills(email=ANNA).ticks("terms").presses("email")
        assert cafe.state() == "temporary"
        guest.fills(code="0").presses("code").status(422).has_error_on("code", "That code is not correct")
        assert survey.visits == []
        assert cafe.state() == "temporary"
        goes_to_the_survey(guest.fills(code=cafe.icaro.codes_sent(ANNA)[0]).presses("code"))
        assert cafe.state() == "temporary", "the check must let nobody in"
        guest.presses().sees("You are online")
        assert cafe.state() == "online"


@pytest.mark.parametrize(("code", "said"), [("nope", "not known"), ("old", "no longer valid")])
def test_what_an_expired_or_wrong_voucher_says_is_told_before_the_survey(tmp_path, code, said):
    with cafe_with_survey(tmp_path) as (cafe, survey):
        cafe.icaro.add_voucher(Voucher("old", expires=1.0))
        guest = cafe.guest().fills(code=code).ticks("terms").presses("voucher").status(422)
        guest.has_error_on("code", said)
        assert survey.visits == []


def test_a_hotspot_of_two_moments(tmp_path):
    more = '[[integrations]]\nname = "Notice"\npre_auth_redirect_url = "http://notice.example/x"\n'
    with running_cafe(tmp_path, more=more) as cafe:
        guest = cafe.guest().sees("Notice is opening").does_not_see("By e-mail")
        assert cafe.called("register") == []
        guest.waits_for_refresh().leaves_for("http://notice.example/x/wings/login?")
