"""One landing URL for several boxes and VLANs, a house that is full, hours, notices, two forms for rooms."""

import contextlib
import json
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from portal.gateways.iacbox.place_settings import Box, Vlan, WaySettings
from portal.gateways.iacbox.settings import Settings
from portal.simulators.iacbox import BoxSettings, IacBox, PmsSettings, create_box, texts
from portal.simulators.server import serve
from tests.gateways.iacbox.hotel import BERGER, open_hotel
from tests.gateways.iacbox.inn import inn
from tests.gateways.iacbox.test_rooms import types
from tests.guest import Guest
from tests.house import running_portal

SAID = {"url": "https://logon.now/", "secret": "a secret for tests"}
ONE, TWO = "2014000001", "2014000002"
VENUE = """
name = "Group"
system = "iacbox"
landing_url = "https://www.hotel.example/"
[iacbox]
url = "{one}"
secret = "{secret}"
sign_in = ["cred", "free"]
[[iacbox.boxes]]
registration = "2014000001"
url = "{one}"
secret = "{secret_one}"
[[iacbox.boxes]]
registration = "2014000002"
url = "{two}"
secret = "{secret_two}"
[[iacbox.vlans]]
ids = [20, "30-39"]
name = "Spa"
sign_in = ["free"]
heading = {{ en = "Breathe in", de = "Einatmen" }}
[[iacbox.vlans]]
ids = [40]
sign_in = ["create"]
[[iacbox.vlans.templates]]
id = 174
name = "Conference day"
"""


@contextlib.contextmanager
def two_boxes(folder, secret_one="the secret of one", secret_two="the secret of two"):
    """Two boxes on one landing URL, each with a socket of its own."""
    boxes = [
        IacBox(BoxSettings(secret, registration=number))
        for number, secret in ((ONE, secret_one), (TWO, secret_two))
    ]
    with contextlib.ExitStack() as stack:
        urls = [stack.enter_context(serve(create_box(box))).url for box in boxes]
        text = VENUE.format(
            one=urls[0],
            two=urls[1],
            secret="of none of them",
            secret_one=secret_one,
            secret_two=secret_two,
        )
        portal = stack.enter_context(running_portal(folder, {"hotel": text}))
        for box in boxes:
            box.point_at(f"{portal.url}hotel/", f"{portal.url}hotel/callback")
        yield portal, boxes, urls


@pytest.mark.parametrize("secrets", [{}, {"secret_one": "equal secrets", "secret_two": "equal secrets"}])
class TestTwoBoxesAndThreeVlans:
    @pytest.mark.parametrize("vlan", ["17", "20", "40"])
    def test_every_guest_goes_online_at_the_own_box(self, tmp_path, secrets, vlan):
        with two_boxes(tmp_path, **secrets) as (portal, boxes, urls):
            for box, url in zip(boxes, urls, strict=True):
                guest = Guest(portal.url, goes_on=True).opens(f"{url}new-phone?vlan={vlan}")
                match vlan:
                    case "17":
                        guest.sees("Connect to the Wi-Fi", "Group").fills(
                            username="gast", password="willkommen"
                        ).presses(way="cred")
                    case "20":
                        guest.sees("Breathe in", "Spa")
                        assert not guest.page.select("[name=username]")
                        guest.presses(way="free")
                    case _:
                        guest.sees("Conference day").presses(button="Conference day")
                guest.sees("You are online")
                assert box.online() == 1

    def test_an_answer_of_the_other_box_is_not_for_this_guest(self, tmp_path, secrets):
        with two_boxes(tmp_path, **secrets) as (portal, boxes, urls):
            guest = Guest(portal.url, goes_on=True).opens(f"{urls[0]}new-phone")
            device = next(iter(boxes[0].devices.values()))
            other = boxes[1].seen("0200000000bb", "")
            other.id = device.id  # the worst case: the same client id at both
            found = boxes[1]._outgoing.redirect(
                f"{portal.url}hotel/callback",
                {"ver": "2.1", "id": device.id, "ac": "cbk", "iac": TWO, "rc": "0"},
                boxes[1].settings,
                boxes[1].faults,
            )
            guest.opens(found)
            assert guest.response.status_code == 403
            guest.does_not_see("You are online")


def test_a_forged_registration_number_is_refused_where_secrets_differ(tmp_path):
    with two_boxes(tmp_path) as (portal, boxes, urls):
        boxes[0].faults.other_box = TWO
        Guest(portal.url).opens(f"{urls[0]}new-phone").status(400).sees("This link does not work")
        boxes[0].faults.other_box = "2014999999"
        Guest(portal.url).opens(f"{urls[0]}new-phone").status(400)


def test_the_language_and_the_ping_find_the_same_page(tmp_path):
    with two_boxes(tmp_path) as (portal, _boxes, urls):
        Guest(portal.url).opens(f"{urls[1]}new-phone?vlan=31").chooses_language("de").sees("Einatmen")
        for path in ("hotel/?ping=1", "hotel?ping=1", "hotel/index.php?ping=1"):
            assert Guest(portal.url, inspects=False).opens(path).response.text == "pong"


def test_both_parameters_twice_with_the_same_value_are_one_redirect(tmp_path):
    with inn(tmp_path) as here:
        here.box.faults.repeated = True
        here.guest().sees("Connect to the Wi-Fi")


def test_a_wanted_page_that_is_too_long_is_left_out_and_never_cut(tmp_path):
    with inn(tmp_path, 'sign_in = ["free"]') as here:
        long = here.guest("020000000001", wanted="http://example.com/" + "x" * 2000)
        links = long.presses(way="free").page.select("main a.button")
        assert [link["href"] for link in links] == ["https://www.hotel.example/"]


class TestRefresh:
    def test_by_the_plain_address_of_the_manual(self, tmp_path):
        keys = 'sign_in = ["free"]\nrefresh_url = "https://logon.now/refresh/{refid}"'
        with inn(tmp_path, keys) as here:
            Guest(here.url).opens("hotel/refresh/7").leaves_for("https://logon.now/refresh/7")

    def test_who_is_online_is_told_so_in_another_browser(self, tmp_path):
        with inn(tmp_path, 'sign_in = ["free"]') as here:
            here.guest().presses(way="free").sees("You are online")
            other = Guest(here.url, goes_on=True).opens("hotel/").follows("Continue")
            other.sees("You are online")

    def test_our_own_message_is_no_arrival(self, tmp_path):
        with inn(tmp_path, 'sign_in = ["free"]') as here:
            here.guest()
            guest = Guest(here.url)
            reply = guest.session.get(f"{here.url}hotel/refresh/1", allow_redirects=False, timeout=5)
            query = urlsplit(reply.headers["Location"]).query
            assert set(parse_qs(query)) == {"lapi", "si"}
            guest.opens(f"hotel/?{query}").status(400)


class TestFullHouse:
    def test_a_guest_reads_it_and_can_try_again(self, tmp_path):
        with inn(tmp_path, 'sign_in = ["free"]') as here:
            here.box.faults.full = True
            guest = here.guest().sees("The Wi-Fi is full", "This Wi-Fi has no free places")
            guest.follows("Try again").sees("The Wi-Fi is full")
            here.box.faults.full = False
            guest.follows("Try again").sees("Connect to the Wi-Fi").presses(way="free").sees("You are online")

    def test_the_numbers_may_be_old(self, tmp_path):
        with inn(tmp_path, 'sign_in = ["free"]') as here:
            here.box.faults.full = True
            guest = here.guest()
            here.box.faults.full = False
            guest.follows("Connect anyway").presses(way="free").sees("You are online")

    def test_a_refusal_for_it_is_told_in_the_same_words(self, tmp_path):
        with inn(tmp_path, f'sign_in = ["free"]\ncodes = {{ {texts.FULL_HOUSE} = "full" }}') as here:
            guest = here.guest()
            here.box.faults.full = True
            guest.presses(way="free").sees("The Wi-Fi is full")


class TestWords:
    @pytest.mark.parametrize(
        ("meaning", "words"),
        [
            ("devices", "Too many devices use this ticket."),
            ("posting", "This room cannot be charged."),
            ("left", "The hotel's system did not accept these details."),
            ("wrong", "The hotel's system did not accept these details."),
            ("outage", "The hotel's system cannot be reached."),
        ],
    )
    @pytest.mark.parametrize("mode", ["redirect", "local"])
    def test_a_code_that_the_operator_has_explained(self, tmp_path, mode, meaning, words):
        with open_hotel(tmp_path, mode, tables=f'[iacbox.codes]\n77 = "{meaning}"\n') as here:
            guest = here.guest()
            here.box.faults.refusal = 77
            for _ in range(5):
                types(guest.opens("hotel/"), BERGER)
                if meaning == "wrong" and guest.response.status_code == 429:
                    break
                guest.sees(words)
            assert (guest.response.status_code == 429) == (meaning == "wrong")

    def test_vip_codes_in_the_words_of_the_hotel_or_hidden(self, tmp_path):
        tables = '[iacbox.vip]\nGold = { en = "Friend of the house" }\n'
        with open_hotel(tmp_path, "local", tables=tables) as here:
            guest = types(here.guest(), {"room": "201", "birthday": "1979-01-30"})
            guest.presses(button="Free Access").sees("VIP guest Friend of the house").does_not_see("Family")

    @pytest.mark.parametrize(
        ("count", "words"), [(1, "The first letter is enough."), (3, "The first 3 letters")]
    )
    def test_how_much_of_a_name_is_enough(self, tmp_path, count, words):
        with open_hotel(
            tmp_path, "redirect", "himed", more=f"name_characters = {count}", name_chars=count
        ) as here:
            types(here.guest().sees(words), {"room": "214", "last_name": "Bergmann" if count == 3 else "B"})
            assert here.is_online()

    def test_a_name_of_requests_does_not_lose_the_greeting(self, tmp_path):
        tables = '[iacbox.names]\nlast_name = "name"\n'
        with open_hotel(
            tmp_path, "local", asks=["room", "last_name"], fields=("lname",), tables=tables
        ) as here:
            here.box.settings = replace(here.box.settings, names={"lname": "name"}, answer_names={})
            types(here.guest(), {"room": "214", "last_name": "Berger"}).sees("Welcome, Anna Berger")


class TestForms:
    def test_two_forms_for_rooms_on_one_page(self, tmp_path):
        tables = (
            '[iacbox.pms.forms.conference]\ntitle = "Conference guests"\ncaption = "ID card"\n'
            'fields = ["room", "pin"]\n'
        )
        keys = 'sign_in = ["pms", "pms-conference"]\n[iacbox.pms]\nfields = ["room", "birthday"]\n' + tables
        with inn(tmp_path, keys, pms=PmsSettings(fields=("pin",))) as here:
            guest = here.guest().sees("Conference guests", "ID card", "Room number")
            guest.fills(room="214", pin="1214").presses(way="pms-conference").sees("You are online")

    def test_optional_fields_may_stay_empty(self, tmp_path):
        keys = 'sign_in = ["pms"]\n[iacbox.pms]\nfields = ["room", "last_name", "pin"]\noptional = ["pin"]'
        with inn(tmp_path, keys, pms=PmsSettings(fields=("lname",))) as here:
            here.guest().fills(room="214", last_name="Berger").presses(way="pms").sees("You are online")

    def test_a_second_room_where_the_pms_wants_one(self, tmp_path):
        keys = (
            'sign_in = ["pms"]\n[iacbox.pms]\nsystem = "himed"\nfields = ["room", "room_himed", "last_name"]'
        )
        with inn(tmp_path, keys, pms=PmsSettings(kind="himed", fields=("lname",))) as here:
            guest = here.guest().fills(room="214", room_himed="214", last_name="Berger")
            guest.presses(way="pms").sees("You are online")


class TestHours:
    @pytest.mark.parametrize(
        ("hours", "at", "is_open"),
        [
            (["08:00-22:00"], "2026-11-25 08:00", True),
            (["08:00-22:00"], "2026-11-25 07:59", False),
            (["08:00-22:00"], "2026-11-25 22:00", False),
            (["mon-fri 08:00-18:00", "sat 09:00-12:00"], "2026-11-28 10:00", True),
            (["mon-fri 08:00-18:00", "sat 09:00-12:00"], "2026-11-29 10:00", False),
            (["fri 18:00-02:00"], "2026-11-28 01:59", True),
            (["fri 18:00-02:00"], "2026-11-27 01:59", False),
            ([], "2026-11-27 01:59", True),
            (["00:00-24:00"], "2026-11-27 23:59", True),
        ],
    )
    def test_when_a_way_is_open(self, hours, at, is_open):
        assert WaySettings(hours=hours).is_open(datetime.fromisoformat(at)) == is_open

    def test_a_closed_way_says_when_it_opens_and_is_not_offered(self, tmp_path, monkeypatch):
        keys = (
            'sign_in = ["cred", "free"]\nnotice = { en = "The pool is closed today." }\n'
            '[iacbox.ways.free]\ntitle = { en = "Lobby" }\nhours = ["sun 03:00-03:01"]\n'
            '[iacbox.ways.cred]\ntitle = { en = "Voucher", de = "Gutschein" }\nbutton = "Go"\nnotice = "From the desk"\n'
        )
        with inn(tmp_path, keys) as here:
            guest = here.guest().sees("Lobby: open from", "The pool is closed today.", "From the desk", "Go")
            assert not guest.page.select("input[name=way][value=free]")

    @pytest.mark.parametrize("hours", ["8-22", "25:00-26:00", "mon 08:00", "xyz 08:00-09:00", "08:00-24:30"])
    def test_what_are_no_hours(self, hours):
        with pytest.raises(ValidationError, match="are no hours"):
            WaySettings(hours=[hours])


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"version": "1.3", "refresh": {"7": "account"}}, "the refresh came with version 2.0"),
        ({"version": "2.0", "pms": {"system": "himed"}}, "Himed and ASAj came with version 2.1"),
        (
            {"version": "1.1", "overrides": {"description": "x"}},
            "a ticket's description came with version 1.3",
        ),
        ({"refresh_url": "https://logon.now/refresh/1"}, "has no {refid} in it"),
        ({"names": {"mac": "hw"}}, "it belongs into answer_names"),
        ({"answer_names": {"user": "usr"}}, "it belongs into names"),
        ({"sign_in": ["pms-nowhere"]}, "there is no form 'nowhere'"),
        ({"boxes": [{"registration": "1"}, {"registration": "1"}]}, "two have the same registration number"),
        ({"pms": {"fields": ["room"], "optional": ["pin"]}}, "is not asked for"),
        ({"pms": {"optional": ["room"]}}, "a guest has to type the room"),
        ({"pms": {"second_try": True}}, "no name is asked for"),
        ({"overrides": {"description": "{mac}"}}, "is no placeholder"),
        ({"codes": {"0": "wrong"}}, "should match pattern"),
        ({"vlans": [{"ids": ["4097"]}]}, "is no VLAN"),
        ({"vlans": [{"ids": [1], "theme": "nowhere"}]}, "is no bundled theme"),
    ],
    ids=json.dumps,
)
def test_what_cannot_be_meant_is_a_fault(keys, words):
    with pytest.raises(ValidationError, match=words.replace("{", r"\{").replace("}", r"\}")):
        Settings.model_validate(SAID | keys, context={})


@pytest.mark.parametrize(
    ("vlan", "is_in"), [("17", True), ("25", True), ("30", False), ("", False), ("x", False)]
)
def test_which_vlans_are_meant(vlan, is_in):
    assert Vlan(ids=[17, "20-29"]).holds(vlan) == is_in


def test_a_box_takes_what_it_does_not_say_from_the_venue():
    settings = Settings.model_validate(SAID | {"boxes": [{"registration": ONE}]})
    assert settings.place(ONE).url == SAID["url"]
    assert settings.place(ONE).key.secret == SAID["secret"]
    assert Box(registration=ONE).secret == ""
