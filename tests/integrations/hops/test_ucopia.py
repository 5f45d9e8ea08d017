"""Integrations around the sign-in of a UCOPIA campus, in line and behind a Wi-Fi device."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.gateways.ucopia.client import client_of
from portal.simulators.integration import Notice, Survey, Webhook, create_notice, create_survey
from portal.simulators.nas import Nas, NasSettings, create_nas
from portal.simulators.server import serve
from portal.simulators.ucopia import Account, Controller, ControllerSettings, create_controller
from tests.guest import Guest
from tests.house import running_portal
from tests.integrations.hops.hotel import TOKEN

VENUE = """
name = "Campus"
system = "ucopia"
[ucopia]
url = "{controller}"
{how}
[[integrations]]
name = "Notice"
webhook_token = "{token}"
sign_return = true
pre_auth_redirect_url = "{notice}"
[[integrations]]
name = "Survey"
share = ["email"]
post_auth_redirect_url = "{survey}"
"""
OUT_OF_BAND = 'architecture = "out-of-band"\nzone = "test"'


@dataclass
class Campus:
    """``arrival`` is where a phone begins."""

    controller: Controller
    survey: Survey
    portal: str
    arrival: str

    def guest(self, **how: bool) -> Guest:
        """Somebody with a phone."""
        return Guest(self.portal, **how).opens(self.arrival)

    def authenticated(self) -> int:
        """How often a guest was let in."""
        return sum(call.action == "authenticate" for call in self.controller.calls)


@contextlib.contextmanager
def campus(folder: Path, how: str) -> Iterator[Campus]:
    controller = Controller(ControllerSettings(uamsecret="uam-secret"))
    nas = Nas(NasSettings(uamsecret="uam-secret"), controller.radius)
    survey, notice = Survey("", Webhook(TOKEN)), Notice("", Webhook(TOKEN), sign_return=True)
    with (
        serve(create_controller(controller)) as box,
        serve(create_nas(nas)) as device,
        serve(create_survey(survey)) as asks,
        serve(create_notice(notice)) as tells,
    ):
        text = VENUE.format(controller=box.url, how=how, token=TOKEN, notice=tells.url, survey=asks.url)
        with running_portal(folder, {"campus": text}) as portal:
            controller.settings.portal_url = nas.settings.portal_url = f"{portal.url}campus/"
            survey.portal_url = notice.portal_url = portal.url
            caught = f"{device.url}browse?url=http://wanted.example.org/&mac=00-22-fb-d5-15-ee"
            arrival = caught if how else f"{portal.url}campus/"
            try:
                yield Campus(controller, survey, portal.url, arrival)
            finally:
                controller.release()
                nas.release()
                client_of.cache_clear()


@pytest.mark.parametrize("cookies", [True, False], ids=["cookies", "no cookies"])
@pytest.mark.parametrize("how", ["", OUT_OF_BAND], ids=["in line", "out of band"])
def test_a_notice_before_and_a_survey_before_authenticate(tmp_path, how, cookies):
    with campus(tmp_path, how) as here:
        login, password = "müller+1", "p=ä&x z"
        here.controller.accounts.add(Account(login, password))
        guest = here.guest(cookies=cookies).sees("Notice is opening")
        guest.waits_for_refresh().presses(button="I have read it")
        guest.fills(login=login, password=password).presses("login").sees("Survey")
        assert here.authenticated() == 0
        guest.waits_for_refresh().sees("A question")
        query = here.survey.visits[-1].query
        assert login not in query.values()
        assert len(query["user"]) == 32
        assert password not in [value for name, value in query.items() if name != "journey"]
        guest.presses(button="Confirm")
        assert here.authenticated() == 1
