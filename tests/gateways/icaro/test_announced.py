"""Integrations that wax itself announces: what is taken from it, and guests who meet them."""

from __future__ import annotations

import contextlib
import functools
import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways.icaro.announced_integrations import read_announced
from portal.gateways.icaro.hotspot_cache import Hotspots
from portal.simulators.icaro import Voucher
from portal.simulators.integration import Survey, Webhook, create_survey
from portal.simulators.server import serve
from tests.gateways.icaro.hotspot import KEY, PHONE, Clock, running_cafe

WINGS_QUERY = ["digest", "uuid", "sessionid", "uamip", "uamport", "user", "nasid", "code", "validated"]
LISTED = '\n[[integrations]]\nname = "Ours"\npost_auth_redirect_url = "{url}"\n'


def post(url):
    """The record as wax writes it: both keys, texts."""
    return {"pre_auth_redirect_url": "", "post_auth_redirect_url": url}


@contextlib.contextmanager
def cafe_with_surveys(folder, number=1, more="", **kwargs):
    """A café whose wax announces surveys; ``{url}`` in ``more`` is the first one's address."""
    with contextlib.ExitStack() as stack:
        surveys = [Survey("", Webhook("")) for _ in range(number)]
        urls = [stack.enter_context(serve(create_survey(one))).url.rstrip("/") for one in surveys]
        box = {"integrations": [post(url) for url in urls]}
        more = more.replace("{url}", urls[0])
        known = {"vouchers": (Voucher("Once12", uses=1),), "box": box, "more": more} | kwargs
        cafe = stack.enter_context(running_cafe(folder, **known))
        for one in surveys:
            one.portal_url = cafe.url
        yield cafe, surveys, urls


def says(cafe, *records):
    """Icaro's manager switches other integrations on."""
    cafe.icaro.settings = replace(cafe.icaro.settings, integrations=list(records))


def host(url):
    return url.partition("://")[2].partition("/")[0]


def with_voucher(guest):
    return guest.fills(code="Once12").ticks("terms").presses("voucher")


def visits(guest):
    return guest.presses("hop").waits_for_refresh().sees("A question")


@pytest.fixture
def minutes(monkeypatch):
    """The clock by which an answer of wax grows old; the question beside a page is asked before the page goes on."""
    clock = Clock()
    monkeypatch.setattr(Hotspots, "_ask_beside", Hotspots._try)
    monkeypatch.setattr("portal.gateways.icaro.hotspot_cache.Hotspots", functools.partial(Hotspots, clock))
    return clock


# Guests


@pytest.mark.parametrize("cookies", [True, False])
def test_what_wax_announces_is_visited_with_wings_own_query(tmp_path, cookies):
    with cafe_with_surveys(tmp_path) as (cafe, [survey], [url]):
        guest = with_voucher(cafe.guest(cookies=cookies)).sees(host(url))
        assert cafe.called("aaa/login") == []
        visits(guest)
        [visit] = survey.visits
        assert visit.path == "/wings/login"
        assert list(visit.query) == [*WINGS_QUERY, "journey", "callback"]
        assert visit.query["digest"] == KEY.digest
        assert visit.query["uuid"] == KEY.uuid
        assert visit.query["sessionid"] == cafe.unit.device(PHONE).session_id
        guest.presses().sees("You are online")
        assert cafe.icaro.voucher_uses("Once12") == 1


def test_several_come_after_those_of_the_venue_file(tmp_path):
    more = '[[integrations]]\nname = "Ours"\npost_auth_redirect_url = "http://ours.example"\n'
    with cafe_with_surveys(tmp_path, 2, more) as (cafe, _surveys, urls):
        guest = with_voucher(cafe.guest()).sees("Ours is opening")
        guest.waits_for_refresh().leaves_for("http://ours.example/wings/login")
        back = guest.trail[-1][1].partition("journey=")[2].partition("&")[0]
        guest.opens(f"cafe/hop?journey={back}").sees(host(urls[0]))
        visits(guest).presses().sees(host(urls[1]))
        visits(guest).presses().sees("You are online")


def test_one_before_the_choice_comes_before_it(tmp_path):
    record = {
        "pre_auth_redirect_url": "http://pre.example/x",
        "post_auth_redirect_url": "http://post.example",
    }
    with running_cafe(tmp_path, box={"integrations": [record]}) as cafe:
        guest = cafe.guest().sees("pre.example").does_not_see("By e-mail", "post.example")
        guest.waits_for_refresh().leaves_for("http://pre.example/x/wings/login?digest=")


@pytest.mark.parametrize("switch", ["enabled = false", "enabled = true"])
@pytest.mark.parametrize("tail", ["", "/"])
def test_one_that_the_venue_file_lists_is_the_files_matter(tmp_path, switch, tail):
    listed = LISTED.replace("{url}", "{url}" + tail) + switch
    with cafe_with_surveys(tmp_path, more=listed) as (cafe, [survey], _urls):
        guest = with_voucher(cafe.guest())
        if switch.endswith("true"):
            guest.sees("Ours is opening").waits_for_refresh().sees("A question")
            assert "digest" not in survey.visits[0].query
            guest.presses()
        guest.sees("You are online")
        assert len(survey.visits) == switch.endswith("true") * 2


def test_the_venue_may_leave_them_all_out(tmp_path):
    with cafe_with_surveys(tmp_path, icaro="integrations = false") as (cafe, [survey], _urls):
        with_voucher(cafe.guest()).sees("You are online")
        assert survey.visits == []


@pytest.mark.parametrize("cookies", [True, False])
def test_one_that_is_not_finished_is_named_by_its_host(tmp_path, cookies):
    with cafe_with_surveys(tmp_path) as (cafe, [survey], [url]):
        survey.cancel = True
        guest = visits(with_voucher(cafe.guest(cookies=cookies)))
        guest.presses(button="I would rather not").sees(
            f"{host(url)}” is not finished, so you are not online yet"
        )
        assert cafe.called("aaa/login") == []


# What changes meanwhile


def test_an_integration_that_is_switched_off_meanwhile_holds_nobody(tmp_path, minutes):
    with cafe_with_surveys(tmp_path) as (cafe, _surveys, _urls):
        guest = visits(with_voucher(cafe.guest()))
        says(cafe)
        minutes.now += 61
        guest.presses().sees("You are online")
        assert cafe.icaro.voucher_uses("Once12") == 1


def test_a_guest_still_returns_from_where_he_was_when_others_join(tmp_path, minutes):
    with cafe_with_surveys(tmp_path, 2) as (cafe, [first, second], urls):
        says(cafe, post(urls[0]))
        guest = visits(with_voucher(cafe.guest()))
        says(cafe, post(urls[1]), post(urls[0]))
        minutes.now += 61
        guest.presses().sees("One more step", host(urls[1]))
        visits(guest).presses().sees("You are online")
        assert [len(first.visits), len(second.visits)] == [2, 2]


def test_a_page_of_consent_for_one_that_is_gone_leads_on(tmp_path, minutes):
    with cafe_with_surveys(tmp_path, 2) as (cafe, [first, _second], urls):
        says(cafe, post(urls[0]))
        guest = with_voucher(cafe.guest()).sees(host(urls[0]))
        says(cafe, post(urls[1]))
        minutes.now += 61
        guest.presses("hop").sees("One more step", host(urls[1]))
        assert first.visits == []
        says(cafe)
        minutes.now += 61
        guest.presses("hop").status(200).sees("E-mail address")
        guest.fills(code="Once12").presses("voucher").sees("You are online")
        assert cafe.icaro.voucher_uses("Once12") == 1


def test_a_wax_that_fails_for_a_while_lets_nobody_past(tmp_path, minutes):
    with cafe_with_surveys(tmp_path) as (cafe, [survey], [url]):
        guest = with_voucher(cafe.guest()).sees(host(url))
        minutes.now += 61
        cafe.icaro.switches.set({"down": "on"})
        visits(guest.reloads().sees(host(url)))
        cafe.icaro.switches.set({})
        guest.presses().sees("You are online")
        assert len(survey.visits) == 2


# What is taken


GOOD = "https://survey.example/x?a=1"


def found(value):
    return [(one.pre_auth_redirect_url, one.post_auth_redirect_url) for one in read_announced(value)[0]]


@pytest.mark.parametrize("value", [None, [], {}, "x", 7, [None], ["https://x.example"], [{}], [post("")]])
def test_nothing_announced_is_nothing(value):
    assert read_announced(value) == ((), ())


@pytest.mark.parametrize(
    "bad",
    [
        "javascript:alert(1)//s3cret",
        "ftp://survey.example/s3cret",
        "//survey.example/s3cret",
        "https://anna:s3cret@survey.example/",
        "https://survey.example:s3cret/",
        "https://survey.example/s3cret x",
        'https://survey.example/"><script>s3cret',
        "https://survey.example/" + "s3cret" * 50,
        "https://survey.example/?journey=s3cret",
        "https:///s3cret",
        "s3cret",
    ],
)
def test_what_a_venue_file_could_not_say_is_skipped_and_named_by_its_host(bad):
    record = {"pre_auth_redirect_url": bad, "post_auth_redirect_url": GOOD}
    assert found([record]) == [("", GOOD)]
    [fault] = read_announced([record])[1]
    assert fault.startswith("number=1 moment=pre host=")
    assert "s3cret" not in fault


def test_guests_wait_for_a_bounded_number():
    many = [post(f"https://survey.example/{number}") for number in range(8)]
    taken, faults = read_announced(many)
    assert len(taken) == 5
    assert len({one.key for one in taken}) == 5
    assert faults == ("number=6 fault=more than 5",)


def test_the_same_address_twice_is_one_visit():
    assert found([post(GOOD), post(f" {GOOD} ")]) == [("", GOOD)]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda one: (
            st.lists(one)
            | st.fixed_dictionaries(
                {}, optional={"pre_auth_redirect_url": one, "post_auth_redirect_url": one}
            )
        ),
    )
)
def test_whatever_stands_there_is_read(value):
    taken, faults = read_announced(value)
    assert all(one.wings_compatible and one.name for one in taken)
    assert all(fault.isprintable() for fault in faults)


def test_the_log_names_what_was_skipped_without_its_query(tmp_path, caplog):
    bad = post("https://survey.example/<x>?token=s3cret")
    with caplog.at_level(logging.INFO), running_cafe(tmp_path, box={"integrations": [bad]}) as cafe:
        cafe.guest().status(200)
    assert "venue=cafe number=1 moment=post host=survey.example" in caplog.text
    assert "s3cret" not in caplog.text
