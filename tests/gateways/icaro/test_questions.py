"""Why a guest is here and where from: asked before, never needed, told to wax once."""

from __future__ import annotations

import pytest

from portal.countries import countries
from portal.languages import LANGUAGES
from portal.simulators.icaro import Voucher
from tests.gateways.icaro.hotspot import running_cafe

ANNA = "anna@example.org"
ASKS = {"marketing_0_reason_country": "true"}


@pytest.fixture
def cafe(tmp_path):
    with running_cafe(tmp_path, ASKS, vouchers=(Voucher("Once12"),)) as cafe:
        yield cafe


def told(cafe, address=ANNA):
    user = cafe.icaro.users.find(address)
    return user.reason, user.country


def registers(guest, address=ANNA, **answers):
    """Asks for a code; ``answers`` where none is sent and all stands on one form."""
    terms = ["terms"] if guest.page.find("input", attrs={"name": "terms"}) else []
    return guest.fills(email=address, **answers).ticks(*terms).presses("email")


def types_code(cafe, guest, address=ANNA, **answers):
    return guest.fills(code=cafe.icaro.codes_sent(address)[-1], **answers).presses("code")


@pytest.mark.parametrize("cookies", [True, False])
def test_answers_that_come_with_the_code_reach_wax_once(cafe, cookies):
    guest = registers(cafe.guest(cookies=cookies))
    types_code(cafe, guest, reason="family", country="AT").sees("You are online")
    assert told(cafe) == ("family", "AT")
    assert len(cafe.called("additional")) == 1


def test_a_number_and_a_voucher_are_asked_too_and_no_page_has_two_lists_of_countries(cafe):
    guest = cafe.guest().fills(num="+39 333 1234567").ticks("terms").presses("sms")
    assert len(guest.page.find_all("select", attrs={"name": "country"})) == 1
    types_code(cafe, guest, "+393331234567", reason="other").sees("You are online")
    assert told(cafe, "+393331234567") == ("other", "")
    fresh = cafe.guest("02-00-00-00-00-09")
    [asked] = fresh.page.find_all("select", attrs={"name": "country"})
    assert asked.find_parent("form").find("input", {"name": "way"})["value"] == "voucher"
    fresh.fills(code="Once12", reason="family", country="IT").ticks("terms").presses("voucher").sees(
        "You are online"
    )
    assert told(cafe, "once12") == ("family", "IT")


def test_nothing_has_to_be_answered_and_nothing_is_preselected(cafe):
    guest = cafe.guest().sees("Reason for your visit (optional)", "Country (optional)")
    assert not guest.page.select("main option[selected]:not([value=''])")
    types_code(cafe, registers(guest).sees("Country (optional)")).sees("You are online")
    assert cafe.called("additional") == []


def test_a_hotspot_that_does_not_ask_does_not(tmp_path):
    with running_cafe(tmp_path) as cafe:
        assert cafe.guest().page.select("main select") == []


@pytest.mark.parametrize("answer", ["XX", "<script>", "it", "family", "  "])
def test_what_is_none_of_the_answers_counts_as_none(cafe, answer):
    guest = registers(cafe.guest())
    for field in guest.page.find_all("select", attrs={"name": "country"}):
        field.find("option")["value"] = answer
    types_code(cafe, guest, reason="business", country=answer).sees("You are online")
    assert told(cafe) == ("business", "")


def test_answers_stay_when_the_code_is_wrong(cafe):
    guest = (
        registers(cafe.guest())
        .fills(code="000000", reason="business", country="JP")
        .presses("code")
        .status(422)
    )
    assert (guest.field("reason"), guest.field("country")) == ("business", "JP")
    guest.chooses_language("de")
    assert (guest.field("reason"), guest.field("country")) == ("business", "JP")
    types_code(cafe, guest)
    assert told(cafe) == ("business", "JP")


@pytest.mark.parametrize("skip", ["false", "true"])
def test_a_wax_that_does_not_take_them_keeps_nobody_offline(tmp_path, monkeypatch, caplog, skip):
    with running_cafe(tmp_path, {**ASKS, "email_login_skip_auth": skip}) as cafe:
        monkeypatch.setattr(
            cafe.icaro, "remember", lambda user, reason, country: (500, {"message": "database"})
        )
        answers = {"reason": "business", "country": "DE"}
        guest = registers(cafe.guest(), **(answers if skip == "true" else {}))
        if skip == "false":
            types_code(cafe, guest, **answers)
        assert "answers not told" in caplog.text
        monkeypatch.undo()
        guest.sees("You are online")
        assert ANNA not in caplog.text


def test_answers_are_not_told_of_somebody_else(tmp_path, monkeypatch):
    """The mailed link of another guest, opened in the browser of one whose answers wax has not taken."""
    door = Voucher("door", type="normal", uses=5)
    with running_cafe(tmp_path, {**ASKS, "voucher_login": "true"}, vouchers=(door,)) as cafe:
        bert = cafe.guest("02-00-00-00-00-02").fills(code="door").ticks("terms").presses("voucher")
        registers(bert, "bert@example.org")
        [sent] = cafe.icaro.outbox
        answers = {"reason": "business", "country": "DE"}
        guest = cafe.guest().fills(code="door", **answers).ticks("terms").presses("voucher")
        with monkeypatch.context() as patched:
            patched.setattr(cafe.icaro, "remember", lambda *_: (500, {}))
            registers(guest)
        mine = cafe.landing().partition("?")[2]
        guest.opens(f"/wings/login/email?{mine}&code={sent.code}&email=bert@example.org&user=2")
        guest.presses("code").sees("You are online")
        assert told(cafe, "bert@example.org") == ("", "")


def test_the_questions_are_in_the_guests_language(cafe):
    guest = cafe.guest(language="de")
    assert "Österreich" in guest.page.find("option", value="AT").get_text()
    names = [option.get_text() for option in guest.page.find("select", attrs={"name": "country"})("option")]
    assert names.index("Österreich") < names.index("Polen")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_every_language_names_every_country_once(language):
    found = countries(language.locale)
    assert {"AT", "IT", "JP", "TW", "US", "XK"} <= {code for code, _name in found}
    assert len({name for _code, name in found}) == len(found) > 240


def test_the_page_of_both_questions_stays_light(cafe):
    import gzip

    assert len(gzip.compress(cafe.guest(language="th").response.content)) < 14_000
