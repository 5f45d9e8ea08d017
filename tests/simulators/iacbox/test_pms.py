"""The hotel: room number login by redirect, and the PMS endpoint with its JSONP answers."""

import json
from datetime import date

import pytest

from portal.simulators.iacbox import PmsSettings, texts
from portal.simulators.iacbox.hotel import ROOMS
from portal.simulators.iacbox.outgoing import codec_of
from portal.simulators.iacbox.pms import SCRIPT
from portal.simulators.iacbox.settings import PMS_FAULTS
from portal.simulators.iacbox.wire import BadSignature, unpack

BERGER = {"room": "214", "birthday": "03.11.1985"}
RUNNING = {"room": "301", "birthday": "29.02.1964"}
CHECKED_OUT = {"room": "302", "birthday": "14.09.1992"}
SINGLE_FREE = {"room": "303", "birthday": "25.05.1980"}


def raw(phone, language="", callback="dataCBK", path="pms", **fields):
    named = {phone.box.settings.wire(name): value for name, value in fields.items()}
    if phone.box.settings.pms.style == "json":
        named = {"data": json.dumps(named)}
    named |= {"callback": callback} if callback else {}
    return phone.get(path, params=named, headers={"Accept-Language": language})


def asks(phone, language="", **fields):
    """The content of a JSONP answer to this guest of the phone."""
    answer = raw(phone, language, **{"id": phone.id} | fields)
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    return json.loads(answer.text.removeprefix("dataCBK(").removesuffix(");"))


def refusal(code, language="en"):
    return {"rc": code, "err": texts.message(code, language, (language,))}


@pytest.fixture
def guest(phone):
    phone.arrives()
    return phone


@pytest.fixture
def guest_of(open_box):
    def arrive(**pms):
        phone = open_box(pms=PmsSettings(**pms))
        phone.arrives()
        return phone

    return arrive


def test_a_guest_is_offered_the_tickets_of_the_hotel(guest):
    answer = asks(guest, **BERGER)
    assert (answer["rc"], answer["state"]) == (0, "tsel")
    assert answer["tt"][0] == {
        "id": 435,
        "name": "Free Access",
        "price": "0.00 EUR",
        "txttyp": "Ticket Type: Flat Rate",
        "lifetime": "Time credit: 30 Minutes",
        "expires": "Expires: 1 Days",
        "bw_out": "Max. upload bandwidth: 512 kBit/s",
        "bw_in": "Max. download bandwidth: 1024 kBit/s",
        "session_limit": "Session Limit: 2000 MB",
    }
    assert [entry["id"] for entry in answer["tt"]] == [435, 174, 512, 640]
    assert answer["tt"][3] == {"id": 640, "name": "Conference"}
    assert not {"lifetime", "session_limit"} & set(answer["tt"][1])
    assert not guest.is_online()


def test_the_guests_data_come_closed_like_a_redirect(guest):
    answer = asks(guest, **BERGER)
    data = unpack(codec_of(guest.box.settings).open(answer["pms"], answer["pms_si"]))
    assert data == {
        "id": "47118", "fname": "Anna", "lname": "Berger", "room": "214", "arrival": "13.06.2025",
        "departure": "20.06.2025", "birthday": "03.11.1985", "vip": "Gold",
    }  # fmt: skip


def test_the_chosen_ticket_takes_the_phone_online(guest):
    asks(guest, **BERGER)
    assert asks(guest, tid="174", **BERGER) == {"rc": 0, "state": "online"}
    assert guest.is_online()
    assert guest.box.devices[guest.mac].grant.source == "Premium Speed (174)"


def test_the_choice_needs_no_room_when_the_guest_was_checked(guest):
    asks(guest, **BERGER)
    assert asks(guest, tid="435") == {"rc": 0, "state": "online"}


def test_a_choice_without_a_check_is_refused(guest):
    assert asks(guest, tid="435") == refusal(texts.NO_GUEST)
    assert not guest.is_online()


@pytest.mark.parametrize(("room", "tid"), [(BERGER, "999"), (BERGER, "700"), (SINGLE_FREE, "174")])
def test_a_ticket_that_was_not_offered_is_refused(guest, room, tid):
    assert asks(guest, tid=tid, **room) == refusal(texts.NO_TEMPLATE)
    assert not guest.is_online()


def test_a_guest_with_a_running_ticket_is_online_at_once(guest):
    answer = asks(guest, **RUNNING)
    assert (answer["rc"], answer["state"]) == (0, "online")
    assert unpack(codec_of(guest.box.settings).open(answer["pms"], answer["pms_si"]))["lname"] == "O'Neill"
    assert guest.is_online()


def test_the_second_phone_of_a_room_goes_online_with_the_ticket_of_the_first(guest, another, clock):
    asks(guest, tid="174", **BERGER)
    second = another(guest)
    second.arrives()
    assert asks(second, **BERGER)["state"] == "online"
    guest.box.log_off(guest.mac), guest.box.log_off(second.mac)
    second.arrives()
    assert asks(second, **BERGER)["state"] == "tsel"


def test_a_single_free_ticket_is_taken_without_a_choice(guest):
    assert asks(guest, **SINGLE_FREE)["state"] == "online"
    assert guest.is_online()


def test_without_skipfreetemplates_the_single_free_ticket_is_offered(guest_of):
    answer = asks(guest_of(skip_free_templates=False), **SINGLE_FREE)
    assert [entry["id"] for entry in answer["tt"]] == [435]


@pytest.mark.parametrize(
    "sent",
    [
        {"room": "214", "birthday": "04.11.1985"},
        {"room": "999", "birthday": "03.11.1985"},
        {"room": "214"},
        {"room": "", "birthday": ""},
        {"birthday": "03.11.1985"},
        CHECKED_OUT,
    ],
)
def test_every_wrong_guess_gets_the_same_words(guest, sent):
    assert asks(guest, **sent) == refusal(texts.NO_GUEST)


@pytest.mark.parametrize("id", ["", "A" * 22, "x"])
def test_a_client_id_the_box_does_not_know_is_refused(guest, id):
    assert asks(guest, id=id, **BERGER) == refusal(texts.UNKNOWN_CLIENT)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("de-AT,en;q=0.5", "Ticketart: Flatrate"),
        ("en;q=0.2, fr;q=0.9", "Type de ticket: Forfait"),
        ("it-IT", "Tipo di ticket: Flat"),
        ("ja, es;q=0.1", "Tipo de tique: Tarifa plana"),
        ("de;q=0,x;q=y", "Ticket Type: Flat Rate"),
        ("", "Ticket Type: Flat Rate"),
    ],
)
def test_the_tickets_come_in_the_language_of_the_browser(guest, accept, kind):
    assert asks(guest, accept, **BERGER)["tt"][0]["txttyp"] == kind


def test_a_refusal_comes_in_the_language_of_the_browser(guest):
    assert asks(guest, "ja-JP", room="1", birthday="x") == refusal(texts.NO_GUEST, "ja")


def test_without_a_callback_the_answer_is_json(guest):
    answer = raw(guest, callback="", id=guest.id, **BERGER)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["state"] == "tsel"


@pytest.mark.parametrize("callback", ["alert(1)//", "a b", "é", "<script>", "x" * 65])
def test_a_callback_that_is_no_name_is_refused(guest, callback):
    assert raw(guest, callback=callback, id=guest.id, **BERGER).status_code == 400


def test_the_fields_may_come_as_one_json_string_under_another_path(guest_of):
    guest = guest_of(style="json", path="/api/roomlogin")
    answer = raw(guest, path="api/roomlogin", id=guest.id, tid=435, **BERGER)
    assert answer.text == 'dataCBK({"rc": 0, "state": "online"});'
    for data in ("", "[]", "{", "[" * 2500, '{"id": {}}', '{"id": true}'):
        answer = guest.get("api/roomlogin", params={"data": data})
        assert answer.json() == refusal(texts.FIELDS)


def test_himed_demands_its_own_room_field_as_well(guest_of):
    guest = guest_of(kind="himed", fields=())
    assert asks(guest, room="214") == refusal(texts.NO_GUEST)
    answer = asks(guest, room="214", room_himed="214")
    assert answer["state"] == "tsel"
    assert "pms" not in answer


def test_asaj_demands_both_names(guest_of):
    guest = guest_of(kind="asaj", fields=())
    assert asks(guest, room="214", lname="Berger") == refusal(texts.NO_GUEST)
    answer = asks(guest, room="214", fname="anna", lname="BERGER ")
    assert answer["state"] == "tsel"
    assert "pms" not in answer


@pytest.mark.parametrize(
    ("field", "value"),
    [("pin", "1214"), ("lname", "Berger"), ("arrival", "13.06.2025"), ("departure", "20.06.2025")],
)
def test_any_field_can_be_demanded(guest_of, field, value):
    guest = guest_of(fields=(field,))
    assert asks(guest, room="214", **{field: "x"}) == refusal(texts.NO_GUEST)
    assert asks(guest, room="214", **{field: value})["state"] == "tsel"


def test_names_in_any_script_are_found_whatever_their_case(guest_of):
    guest = guest_of(fields=("lname", "fname"))
    for room, fname, lname, *_ in ROOMS:
        if room != CHECKED_OUT["room"]:
            assert asks(guest, room=room, fname=fname.upper(), lname=lname.upper())["rc"] == 0
            guest.box.log_off(guest.mac)
            guest.arrives()


def test_only_the_first_characters_of_the_last_name_count(guest_of):
    guest = guest_of(fields=("lname",), name_chars=4)
    assert asks(guest, room="214", lname="Ber") == refusal(texts.NO_GUEST)
    assert asks(guest, room="214", lname="Berg")["state"] == "tsel"
    assert asks(guest, room="214", lname="bergmann")["state"] == "tsel"


@pytest.mark.parametrize(("pads_input", "found"), [(False, False), (True, True)])
def test_rooms_may_be_padded_by_the_hotel(guest_of, pads_input, found):
    guest = guest_of(room_digits=5, pads_input=pads_input)
    assert asks(guest, room="00214", birthday="03.11.1985")["state"] == "tsel"
    assert (asks(guest, **BERGER)["rc"] == 0) == found


def test_a_hotel_may_keep_the_guests_data_to_itself(guest_of):
    assert "pms" not in asks(guest_of(send_data=False), **BERGER)


def test_the_pms_records_are_those_of_fias(guest):
    record = guest.box.stays[8].fias()
    assert record == {
        "G#": "47118", "RN": "214", "GN": "Berger", "GF": "Anna", "GA": "250613", "GD": "250620", "GL": "DE", "GV": "Gold",
    }  # fmt: skip
    assert len(guest.box.stays) == 12
    assert [stay.room for stay in guest.box.stays if stay.departure < date(2025, 6, 16)] == ["302"]


def test_other_names_on_the_wire(open_box):
    guest = open_box(names={"room": "rm", "lname": "ln", "id": "cid"})
    guest.arrives()
    answer = asks(guest, **BERGER)
    data = unpack(codec_of(guest.box.settings).open(answer["pms"], answer["pms_si"]))
    assert (data["rm"], data["ln"], data["cid"]) == ("214", "Berger", "47118")


class TestByRedirect:
    def test_a_guest_signs_in_with_the_room(self, guest):
        assert guest.outcome("pms", **BERGER) == ("0", "")
        assert guest.box.devices[guest.mac].grant.source == "Free Access (435)"

    def test_with_a_ticket_of_choice(self, guest):
        assert guest.outcome("pms", tid="174", **BERGER) == ("0", "")
        assert guest.box.devices[guest.mac].grant.source == "Premium Speed (174)"

    def test_with_the_running_ticket(self, guest):
        guest.outcome("pms", **RUNNING)
        assert guest.box.devices[guest.mac].grant.source == "Premium Speed (174)"

    @pytest.mark.parametrize(
        ("sent", "code"),
        [
            (BERGER | {"room": "1"}, texts.NO_GUEST),
            (CHECKED_OUT, texts.NO_GUEST),
            ({}, texts.NO_GUEST),
            (SINGLE_FREE | {"tid": "174"}, texts.NO_TEMPLATE),
        ],
    )
    def test_or_is_told_why_not(self, guest, sent, code):
        assert guest.outcome("pms", lang="fr", **sent) == (str(code), texts.message(code, "fr", ("fr",)))
        assert not guest.is_online()


class TestFaults:
    @pytest.fixture
    def spoiled(self, guest):
        def ask(fault):
            guest.box.faults.pms = fault
            return raw(guest, id=guest.id, **BERGER)

        return ask

    def test_html_instead_of_json(self, spoiled):
        answer = spoiled("html")
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.text.startswith("<!doctype html>")

    def test_garbage(self, spoiled):
        assert len(spoiled("garbage").content) == 512

    def test_another_callback(self, spoiled):
        assert spoiled("wrong_callback").text.startswith("someoneElsesCBK({")

    def test_a_megabyte(self, spoiled):
        assert len(spoiled("huge").content) > 1_000_000

    def test_a_script_in_the_names(self, spoiled, guest):
        content = json.loads(spoiled("script").text[len("dataCBK(") : -2])
        assert content["tt"][0]["name"] == SCRIPT
        assert unpack(codec_of(guest.box.settings).open(content["pms"], content["pms_si"]))["fname"] == SCRIPT

    def test_wrong_types(self, spoiled):
        content = json.loads(spoiled("wrong_types").text[len("dataCBK(") : -2])
        assert content["rc"] == [0]
        assert content["tt"] == {"id": None}

    def test_a_wrong_signature_of_the_guests_data(self, spoiled, guest):
        content = json.loads(spoiled("wrong_signature").text[len("dataCBK(") : -2])
        with pytest.raises(BadSignature):
            codec_of(guest.box.settings).open(content["pms"], content["pms_si"])

    @pytest.mark.parametrize("callback", ["dataCBK", ""])
    def test_any_bytes_of_a_test(self, guest, callback):
        guest.box.faults.hostile_answer = b"\xff\x00dataCBK(NaN)"
        answer = raw(guest, callback=callback, id=guest.id, **BERGER)
        assert answer.content == b"\xff\x00dataCBK(NaN)"

    def test_each_of_them_leaves_the_page_of_the_box_alone(self, spoiled, guest):
        for fault in PMS_FAULTS:
            spoiled(fault)
            page = guest.get("")
            assert page.status_code == 200
            assert "<script" not in page.text
