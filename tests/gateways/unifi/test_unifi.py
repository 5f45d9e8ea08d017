"""A fourth gateway, in a package of its own: guests of a UniFi network, from the access point until online."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal import GATEWAYS
from portal.simulators.server import serve
from tests.gateways.unifi.controller import Controller, create_controller
from tests.guest import Guest
from tests.house import running_portal

PHONE, OTHER = "02:00:00:00:00:01", "02:00:00:00:00:02"
FOUR = (*GATEWAYS, "tests.gateways.unifi")
VENUE = """
name = "The Lobby"
system = "unifi"
{general}
[unifi]
url = "{url}"
user = "portal"
password = "a password"
site = "lobby"
timeout = 0.4
minutes = 60
codes = ["SEA-2024"]
{more}
"""


class Lobby:
    """A portal and its controller."""

    def __init__(self, url: str, controller: Controller) -> None:
        self.url, self.controller = url, controller

    def guest(self, mac: str = PHONE, **options) -> Guest:
        """The access point has caught this phone."""
        query = f"id={mac}&ap=aa:bb:cc:00:00:01&t=1700000000&url=http://example.com/sea&ssid=Lobby"
        return Guest(self.url, **options).opens(f"guest/s/lobby/?{query}")


@pytest.fixture
def lobby(tmp_path: Path):
    controller = Controller()
    with serve(create_controller(controller)) as box:
        venues = {"lobby": VENUE.format(url=box.url, general="", more="")}
        with running_portal(tmp_path, venues, gateways=FOUR) as portal:
            yield Lobby(portal.url, controller)


@pytest.mark.parametrize("cookies", [True, False])
def test_a_guest_goes_online_free_of_charge_and_leaves(lobby, cookies):
    guest = (
        lobby.guest(cookies=cookies).sees("Connect to the Wi-Fi").presses(way="free").sees("You are online")
    )
    assert lobby.controller.online == {PHONE: 60}
    guest.presses(button="Disconnect").sees("You are disconnected")
    assert lobby.controller.online == {}
    assert lobby.controller.asked == ["authorize-guest", "unauthorize-guest"]


def test_a_guest_who_left_is_let_in_by_nothing_that_waited(lobby):
    guest = lobby.guest().presses(way="free").presses(button="Disconnect")
    guest.follows("Connect again").sees("Connect to the Wi-Fi")
    guest.opens("lobby/next").sees("Connect to the Wi-Fi").opens("lobby/online").sees("Connect to the Wi-Fi")
    assert lobby.controller.online == {}


def test_a_code_is_typed_as_people_do(lobby):
    guest = lobby.guest().fills(code="no such").presses(way="code").status(422).has_error_on("code")
    assert lobby.controller.online == {}
    guest.fills(code="sea 2024").presses(way="code").sees("You are online")
    assert lobby.controller.online == {PHONE: 60}


def test_a_code_is_not_guessed_at_for_long(lobby):
    guest = lobby.guest()
    for _ in range(20):
        guest.fills(code="SEA 0000").presses(way="code")
        if guest.response.status_code == 429:
            return
    raise AssertionError("twenty guesses")


@pytest.mark.parametrize("fault", ["slow", "html", "refuse", "login"])
def test_a_controller_that_is_ill_keeps_the_guest_on_the_page(lobby, fault):
    lobby.controller.faults.add(fault)
    guest = lobby.guest().presses(way="free")
    texts = {
        "slow": "The network is slow",
        "html": "The network does not answer",
        "refuse": "That did not work",
        "login": "The network does not answer",
    }
    guest.sees(texts[fault], "Connect to the Wi-Fi").does_not_see("You are online")
    lobby.controller.faults.clear()
    guest.presses(way="free").sees("You are online")


def test_a_controller_that_is_down(tmp_path):
    venues = {"lobby": VENUE.format(url="http://127.0.0.1:9/", general="", more="")}
    with running_portal(tmp_path, venues, gateways=FOUR) as portal:
        guest = Lobby(portal.url, Controller()).guest().presses(way="free").status(503)
        guest.sees("The network does not answer", "Wait a moment, then try again.")


def test_a_guest_who_cannot_leave_is_told_so(lobby):
    guest = lobby.guest().presses(way="free")
    lobby.controller.faults.add("html")
    guest.presses(button="Disconnect").sees("You are online", "You could not be disconnected.")


def test_another_device_begins_anew_and_no_page_is_anothers(lobby):
    lobby.guest().presses(way="free").sees("You are online")
    other = lobby.guest(OTHER).sees("Connect to the Wi-Fi")
    assert PHONE not in other.html
    other.presses(way="free").sees("You are online")
    assert set(lobby.controller.online) == {PHONE, OTHER}


@pytest.mark.parametrize("path", ["guest/s/lobby/?id=nonsense", "guest/s/lobby/?id=02:00:00:00:00"])
def test_a_redirect_without_a_device_is_none(lobby, path):
    Guest(lobby.url).opens(path).status(400).sees("This link does not work")


def test_who_typed_the_address_is_told_what_to_do(lobby):
    Guest(lobby.url).opens("lobby/").sees("Switch the Wi-Fi of your device off and on")
    assert Guest(lobby.url).opens("guest/s/elsewhere/?id=" + PHONE).response.status_code == 404


def test_it_speaks_sixteen_languages(lobby):
    guest = lobby.guest(language="de").sees("Mit dem WLAN verbinden")
    guest.chooses_language("ar")
    assert guest.page.html["dir"] == "rtl"


def test_the_worked_example_is_small():
    folder = Path(__file__).parent
    names = ("__init__", "settings", "session", "client", "gateway", "views")
    assert sum(len((folder / f"{name}.py").read_text().splitlines()) for name in names) <= 250
