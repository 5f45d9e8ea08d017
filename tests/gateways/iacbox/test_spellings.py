"""What people type gets them in, at a hotel whose PMS ignores only case and at one that knows no accents."""

import contextlib

import pytest

from portal.gateways.iacbox import spellings
from portal.gateways.iacbox.settings import Settings
from portal.session import PendingSignIn
from portal.simulators.iacbox.tickets import Ticket
from tests.gateways.iacbox.hotel import open_hotel
from tests.gateways.iacbox.inn import inn
from tests.gateways.iacbox.test_rooms import answers, asks, types
from tests.test_text import EVERY_WAY

# at the hotel: as the guest types it
LATIN = {
    "Juergen": "Jürgen", "Jurgen": "Jürgen", "Jose": "José", "Lukasz": "Łukasz", "ONeill": "O’Neill",
    "MeyerSchmidt": "Meyer–Schmidt",
}  # fmt: skip


@pytest.fixture
def hotel(tmp_path):
    with contextlib.ExitStack() as stack:
        yield lambda *args, **kwargs: stack.enter_context(open_hotel(tmp_path, *args, **kwargs))


def by_name(hotel, mode="local", more=""):
    return hotel(mode, more=more, asks=["room", "last_name"], fields=("lname",))


def lives_in_214(here, name):
    here.box.stays[8].lname = name
    for device in list(here.box.devices):
        here.box.log_off(device)


def gets_in(here, typed, mode="local"):
    values = {"room": "214", "last_name": typed}
    if mode == "external":
        guest = asks(here.guest(), values)
        while guest.page.select_one("form[data-pms]"):
            answers(guest)
        return bool(guest.page.select("button.choice"))
    guest = types(here.guest(), values)
    return here.is_online() if mode == "redirect" else bool(guest.page.select("button.choice"))


def test_all_44_ways_of_typing_a_right_name_get_in(hotel):
    here, refused = by_name(hotel), []
    for right, typed in EVERY_WAY:
        lives_in_214(here, right)
        if not gets_in(here, typed):
            refused.append((right, typed))
    assert refused == []


@pytest.mark.parametrize("mode", ["local", "redirect", "external"])
def test_a_second_try_writes_it_as_a_hotel_without_such_letters(hotel, mode):
    here, let_in = by_name(hotel, mode, "second_try = true"), []
    for held, typed in LATIN.items():
        lives_in_214(here, held)
        if gets_in(here, typed, mode):
            let_in.append(held)
    assert let_in == list(LATIN)


def test_without_it_nobody_is_tried_twice(hotel):
    here = by_name(hotel)
    lives_in_214(here, "Juergen")
    assert not gets_in(here, "Jürgen")
    assert len([one for one in here.box.messages if one.what == "PMS question"]) == 1


@pytest.mark.parametrize("mode", ["local", "redirect", "external"])
def test_a_second_try_is_no_guess_of_its_own_and_there_are_never_more_than_two(hotel, mode):
    here = by_name(hotel, mode, "second_try = true")
    kinds = ("PMS question", "redirect 2, portal to box")
    guest = here.guest()
    start = guest.url
    for made in range(1, 4):
        here.box.messages.clear()
        guest.opens(start)
        page = asks(guest, {"room": str(made), "last_name": "Jürgen"}) if mode == "external" else None
        while page and page.page.select_one("form[data-pms]"):
            answers(page)
        if not page:
            types(guest, {"room": str(made), "last_name": "Jürgen"})
        guest.sees("did not accept these details")
        assert len([one for one in here.box.messages if one.what in kinds]) == 3
    types(guest.opens(start), {"room": "7", "last_name": "Jürgen"}).status(429)


def test_what_is_no_wrong_name_is_not_tried_again(hotel):
    here = hotel(
        "local",
        more="second_try = true",
        asks=["room", "last_name"],
        fields=("lname",),
        tables='[iacbox.codes]\n22 = "outage"\n',
    )
    here.box.faults.pms = "outage"
    types(here.guest(), {"room": "214", "last_name": "Jürgen"}).sees("The hotel's system cannot be reached.")
    assert len([one for one in here.box.messages if one.what == "PMS question"]) == 1


@pytest.mark.parametrize(
    ("setting", "typed", "gets"),
    [
        ("", "ALPEN-2024", True),
        ("", " alpen – 2024 ", True),
        ("", "ALPEN2024", False),
        ("", "XY-77", True),
        ("", "XY77", True),
        ('code_dashes = "drop"', "XY-77", True),
        ('code_dashes = "drop"', "ALPEN-2024", False),
        ('code_dashes = "keep"', "ALPEN-2024", True),
        ('code_dashes = "keep"', "XY-77", False),
    ],
)
def test_codes_with_and_without_their_dashes(tmp_path, setting, typed, gets):
    with inn(tmp_path, f'credentials = "code"\ncode_case = "upper"\n{setting}') as here:
        here.box.stock.tickets.append(Ticket("XY77"))
        here.guest().fills(username=typed).presses(way="cred")
        assert here.online() == gets
        tries = [one for one in here.box.messages if one.fields.get("type") == "cred"]
        assert len(tries) <= 2


@pytest.mark.parametrize(
    ("pad", "typed", "sent"),
    [(4, "٢١٤", "0214"), (0, " ２１４ ", "214"), (5, "A 12", "A 12"), (0, "12 – B", "12-B")],
)
def test_a_room_goes_out_as_the_hotel_writes_it(pad, typed, sent):
    said = {"url": "https://a.example/", "secret": "12345678", "sign_in": ["pms"], "pms": {"pad": pad}}
    settings = Settings.model_validate(said)
    chosen = PendingSignIn("pms", {"room": typed, "birthday": "1985-11-03"})
    fields = spellings.room_fields(spellings.at(settings, chosen), settings.pms_of("pms"))
    assert fields == {"room": sent, "birthday": "03.11.1985"}


def test_a_pin_is_trimmed(hotel):
    here = hotel("local", asks=["room", "pin"], fields=("pin",))
    types(here.guest(), {"room": "214", "pin": " ١٢١٤\u200e "}).sees("Premium Speed")
