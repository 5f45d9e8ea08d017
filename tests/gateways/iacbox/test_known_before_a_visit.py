"""What is wrong with a room is known before a guest answers somebody's questions, where this server can ask the PMS."""

from __future__ import annotations

import contextlib

import pytest

from portal.simulators.integration import Survey, Webhook, create_survey
from portal.simulators.server import serve
from tests.gateways.iacbox.hotel import BERGER, open_hotel

RECORD = '\n[[integrations]]\nname = "Survey"\npost_auth_redirect_url = "{url}"\n'


@pytest.fixture
def opens(tmp_path):
    """Opens a hotel whose guests answer a question before they are online."""
    with contextlib.ExitStack() as stack:

        def open(mode):
            survey = Survey("", Webhook(""))
            asking = stack.enter_context(serve(create_survey(survey)))
            hotel = stack.enter_context(open_hotel(tmp_path, mode, tables=RECORD.format(url=asking.url)))
            survey.portal_url = hotel.portal.url
            return hotel, survey

        yield open


def signs_in(hotel, **typed):
    return hotel.guest().fills(**{**BERGER, **typed}).presses()


def test_a_wrong_birthday_is_told_before_the_survey(opens):
    hotel, survey = opens("local")
    guest = signs_in(hotel, birthday="1985-11-04").does_not_see("A question")
    assert guest.response.status_code == 422
    assert survey.visits == []


def test_the_right_one_is_asked_about_again_after_it_and_chooses_a_ticket_then(opens):
    hotel, survey = opens("local")
    guest = signs_in(hotel).sees("A question")
    assert not hotel.is_online()
    guest.presses().sees("Premium")
    assert survey.visits[-1].outcome == "done"


def test_a_pms_that_does_not_answer_is_told_before_it_and_nothing_is_counted(opens):
    hotel, survey = opens("local")
    hotel.box.faults.pms = "garbage"
    for _ in range(12):
        signs_in(hotel).sees("The hotel's system does not answer")
    assert survey.visits == []


def test_a_guest_who_never_comes_back_from_the_survey_is_no_guesser(opens):
    hotel, _survey = opens("local")
    for _ in range(12):
        signs_in(hotel).sees("A question")
