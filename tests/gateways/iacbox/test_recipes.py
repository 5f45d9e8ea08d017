"""The five hotels of ``docs/iacbox.md``, as they stand there: only the box's address is another one."""

import contextlib
import re
import time
from pathlib import Path

from portal.simulators.iacbox import BoxSettings, IacBox, PmsSettings, create_box
from portal.simulators.iacbox.hotel import ROOMS
from portal.simulators.server import serve
from tests.gateways.iacbox.hotel import BERGER, open_hotel
from tests.gateways.iacbox.test_rooms import answers, asks, types
from tests.guest import Guest
from tests.house import running_portal

DOCS = Path(__file__).parents[3] / "docs" / "iacbox.md"
RECIPES = re.findall(r"### (.*?)\n.*?```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
SECRET = "as the box shows it"


@contextlib.contextmanager
def house(folder, number, **pms):
    """The n-th hotel of the page; ``pms`` are settings of its PMS. Gives the box and a way to meet a new guest."""
    box = IacBox(BoxSettings(SECRET, pms=PmsSettings(**pms)))
    with serve(create_box(box)) as running:
        text = RECIPES[number][1].replace("https://logon.now/", running.url)
        venue = {"venue.toml": text, "secret": SECRET}
        with running_portal(folder, {"hotel": venue}) as portal:
            box.point_at(f"{portal.url}hotel/", f"{portal.url}hotel/callback")
            yield box, lambda: Guest(portal.url, goes_on=True).opens(f"{running.url}new-phone")


def test_there_are_five():
    assert len(RECIPES) == 5


def test_a_gasthof_with_a_free_ticket(tmp_path):
    with house(tmp_path, 0) as (box, guest):
        guest().presses(way="free").sees("You are online")
        guest().sees("With a voucher").fills(username="alpen–2024").presses(way="cred")
        guest().fills(username="ALPEN – 2024").presses(way="cred").sees("You are online")
        assert box.online() == 2


def test_400_rooms_with_a_greeting_and_three_paid_tickets(tmp_path):
    with house(tmp_path, 1, fields=("lname",)) as (box, guest):
        one = types(guest(), {"room": "214", "last_name": "berger"})
        one.sees("Welcome, Anna Berger. Room 214", "Basic", "Premium, one week 29 €", "Conference 15 €")
        one.presses(button="Premium, one week").sees("added to your room bill")
        one.presses(button="Take").sees("You are online", "29 €", "Gold member")
        assert [(each.template, each.stay) for each in box.purchases] == [(512, "47118")]
        grant = next(iter(box.devices.values())).grant
        assert (grant.kind, grant.description) == ("create", "Room 214 Anna Berger")
        box.faults.pms = "outage"
        types(guest(), {"room": "214", "last_name": "Berger"}).sees("The hotel's system cannot be reached.")


def test_a_hospital_with_himed(tmp_path):
    with house(tmp_path, 2, kind="himed", fields=("lname",)) as (box, guest):
        types(guest(), {"room": "303", "last_name": "Smith"}).sees("You are online")
        types(guest(), {"room": "303", "last_name": "Nobody"}).sees("did not accept these details")
        assert box.online() == 1


def test_a_spa_with_asaj(tmp_path):
    typed = {"room": "204", "first_name": "E\u0301lodie", "last_name": "Dupont"}
    with house(tmp_path, 3, kind="asaj", fields=()) as (box, guest):
        answers(asks(guest(), typed)).sees("Free Access").presses(button="Free Access")
        assert not box.online()
        types(guest(), typed).sees("You are online")


def test_a_campsite_with_pitch_and_pin(tmp_path):
    with house(tmp_path, 4, fields=("pin",), room_digits=4) as (box, guest):
        types(guest().sees("Pitch number"), {"room": "214", "pin": "1214 "}).sees("You are online")
        assert box.online() == 1


def test_120_guests_of_one_network_with_right_details_get_in(tmp_path):
    with open_hotel(tmp_path, "redirect") as here:
        for number in range(120):
            room, _first, _last, birthday, *_rest = ROOMS[number % 9]
            types(here.guest(), {"room": room, "birthday": birthday}).sees("You are online")
        assert here.box.online() == 120


def test_the_time_of_a_refusal_tells_no_wrong_room_from_a_wrong_date(tmp_path):
    """A PMS takes 0.05 s for a room that it does not know, and 0.3 s for one that it has to compare."""
    with open_hotel(tmp_path, "local", more="floor_ms = 100", lookup=(0.05, 0.3)) as here:
        took = {"999": [], "214": []}
        for number in range(4):
            for room, times in took.items():
                guest = here.guest()
                began = time.monotonic()
                types(guest, BERGER | {"room": room if number else "214", "birthday": "1980-01-01"})
                times.append(time.monotonic() - began)
        assert all(time >= 0.5 for times in took.values() for time in times[1:])
