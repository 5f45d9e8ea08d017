"""Answers of the PMS endpoint: what is read of them, and two hundred that are hostile."""

import dataclasses
import json
from datetime import date

import pytest

from portal.gateways.iacbox import pms, protocol
from portal.gateways.iacbox.pms import (
    NotAnAnswer,
    Stay,
    TicketOffer,
    clean,
    read_answer,
    read_date,
    read_stay,
)
from portal.simulators.iacbox.wire import Codec, pack
from tests.gateways.iacbox.hostile import hostile_answers, tickets

SECRET = "correct horse battery"
KEY = protocol.Key(SECRET)
# The manual's example ("JSON answer with the ticket templates"), its lost brackets put back.
MANUAL = """{"rc" : 0, "state" : "tsel", "tt" : [ {
  "id" : 435, "name" : "Free Access", "price" : "0.00 EUR", "txttyp" : "Ticket Type: Flat Rate",
  "lifetime" : "Time credit: 30 Minutes", "expires" : "Expires: 1 Days",
  "bw_out" : "Max. upload bandwidth: 512 kBit/s", "bw_in" : "Max. download bandwidth: 1024 kBit/s",
  "session_limit" : "Session Limit: 2000 MB" }, { "id" : 174, "name" : "Premium Speed" } ],
  "pms" : "0Wdhuvpa...ufuPpn", "pms_si" : "bGcpGgRt...diKAtY"}"""


class TestReading:
    def test_the_example_of_the_manual(self):
        answer = read_answer(MANUAL)
        assert (answer.code, answer.state, answer.pms) == (0, "tsel", "0Wdhuvpa...ufuPpn")
        free, premium = answer.offers
        assert premium == TicketOffer(174, "Premium Speed")
        assert free.is_free
        assert not premium.is_free
        assert free == TicketOffer(
            435, "Free Access", "0.00 EUR", "Ticket Type: Flat Rate", "Time credit: 30 Minutes", "Expires: 1 Days",
            "Max. download bandwidth: 1024 kBit/s", "Max. upload bandwidth: 512 kBit/s", "Session Limit: 2000 MB",
        )  # fmt: skip

    @pytest.mark.parametrize("wrapped", ["dataCBK({});", " dataCBK ( {} ) \n", "/**/dataCBK({});", "{}"])
    def test_with_or_without_the_callback(self, wrapped):
        assert read_answer(wrapped.format('{"rc":0,"state":"online"}')).state == "online"

    def test_a_refusal(self):
        answer = read_answer('{"rc": "21", "err": "  No such\\n guest "}')
        assert (answer.code, answer.message, answer.state) == (21, "No such guest", "")

    @pytest.mark.parametrize(
        ("price", "free"),
        [
            ("0.00 EUR", True),
            ("0", True),
            ("٠٫٠٠", True),
            ("9.00 EUR", False),
            ("0.50", False),
            ("", False),
            ("free", False),
        ],
    )
    def test_what_is_free(self, price, free):
        assert TicketOffer(1, "x", price).is_free == free

    def test_what_a_page_carries_is_read_again(self):
        offers = read_answer(MANUAL).offers
        assert pms.offers_again(pms.written(offers)) == offers
        assert pms.offers_again("{") == pms.offers_again("7") == ()

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("  a \t\n b ", "a b"),
            ("a\u202eb\u2066c", "abc"),
            ("\ud800x", "x"),
            ("x" * 500, "x" * 119 + "…"),
            ("می\u200cخواهم", "می\u200cخواهم"),
            (7, ""),
            (None, ""),
            (["x"], ""),
        ],
    )
    def test_texts_become_one_line(self, text, line):
        assert clean(text) == line


class TestHostile:
    @pytest.mark.parametrize(
        "text",
        [
            "", "null", "[]", "7", '"x"', "{", "<!doctype html>", "dataCBK(", "someoneElsesCBK({})", "[" * 100_000,
            '{"rc": NaN, "state": "online"}', '{"rc": 0, "state": "online", "x": Infinity}', '{"rc": 0}',
            '{"rc": true, "state": "online"}', '{"rc": [0], "state": "online"}', '{"rc": -1}', '{"rc": 1e9999}',
            '{"rc": 0.5, "state": "online"}', '{"rc": 0, "state": ["online"]}', '{"rc": 0, "state": "ONLINE"}',
            '{"rc": 0, "state": "tsel"}', '{"rc": 0, "state": "tsel", "tt": {}}', '{"rc": 0, "state": "tsel", "tt": "x"}',
            '{"rc": ' + "9" * 5000 + "}", '{"rc": 0, "state": "online", "x": "' + "x" * 1_000_000 + '"}',
            'dataCBK({"rc":0,"state":"online"});alert(1)',
        ],
    )  # fmt: skip
    def test_no_answer_is_called_so(self, text):
        with pytest.raises(NotAnAnswer):
            read_answer(text)

    def test_ten_thousand_templates_are_cut(self):
        offers = read_answer(tickets(*({"id": n, "name": "x"} for n in range(8_000)))).offers
        assert len(offers) == 50

    def test_what_is_no_template_is_left_out_and_ids_stand_once(self):
        entries = [
            None, 7, [], {}, {"id": 1}, {"name": "x"}, {"id": True, "name": "x"}, {"id": -1, "name": "x"},
            {"id": 2**40, "name": "x"}, {"id": 1.0, "name": "x"}, {"id": "1 or 1", "name": "x"}, {"id": 2, "name": ["x"]},
            {"id": 3, "name": "first", "price": {"a": 1}}, {"id": "3", "name": "second"}, {"id": 4, "name": "\u202e"},
        ]  # fmt: skip
        assert read_answer(tickets(*entries)).offers == (TicketOffer(3, "first"),)

    @pytest.mark.parametrize("value", [None, 7, True, [], {}, "x" * 9000])
    def test_signed_data_of_a_wrong_kind_count_as_none(self, value):
        answer = read_answer(json.dumps({"rc": 0, "state": "online", "pms": value, "pms_si": value}))
        assert read_stay(answer.pms, answer.pms_si, KEY) is None


def test_two_hundred_hostile_answers_are_read_or_refused():
    answers = hostile_answers()
    assert len(answers) == 200
    read = 0
    for text in answers:
        try:
            answer = read_answer(text)
        except NotAnAnswer:
            continue
        read += 1
        assert len(answer.offers) <= 50
        assert len({offer.id for offer in answer.offers}) == len(answer.offers)
        for offer in answer.offers:
            assert offer.name
            texts = [text for text in dataclasses.astuple(offer) if isinstance(text, str)]
            assert all(len(text) <= 120 and text.isprintable() for text in texts)
    assert 60 < read < 190


class TestStay:
    def sealed(self, text: str, secret: str = SECRET) -> tuple[str, str]:
        """By the simulated box's own codec, which shares no code with ours."""
        return Codec(secret, "2.1", True, "raw").seal(text)

    FIELDS = {
        "id": "47118", "fname": "Anna", "lname": "Berger", "room": "214", "arrival": "13.06.2025",
        "departure": "20.06.2025", "birthday": "03.11.1985", "vip": "Gold",
    }  # fmt: skip
    BERGER = Stay("Anna", "Berger", "214", date(2025, 6, 13), date(2025, 6, 20), "Gold")

    def test_is_read_as_fields_or_json(self):
        assert read_stay(*self.sealed(pack(self.FIELDS)), KEY) == self.BERGER
        assert read_stay(*self.sealed(json.dumps(self.FIELDS)), KEY) == self.BERGER

    def test_survives_the_guests_token(self):
        assert pms.kept_stay(self.BERGER.kept()) == self.BERGER
        assert pms.kept_stay({}) is None
        assert "birthday" not in self.BERGER.kept()

    @pytest.mark.parametrize(
        "tamper",
        [
            lambda sealed, mac: (sealed[:-1] + ("A" if sealed[-1] != "A" else "B"), mac),
            lambda sealed, mac: (sealed, mac[:-2] + ("AA" if mac[-2:] != "AA" else "BB")),
            lambda sealed, mac: (sealed, ""),
            lambda sealed, mac: ("", mac),
            lambda sealed, mac: (mac, sealed),
            lambda sealed, mac: (sealed + sealed, mac),
            lambda sealed, mac: (sealed + "!", mac),
        ],
    )
    def test_is_refused_when_anything_was_altered(self, tamper):
        with pytest.raises(protocol.ProtocolError):
            read_stay(*tamper(*self.sealed(pack(self.FIELDS))), KEY)

    def test_of_another_secret_is_refused(self):
        with pytest.raises(protocol.BadSignature):
            read_stay(*self.sealed(pack(self.FIELDS), "the secret of another box"), KEY)

    @pytest.mark.parametrize("text", ["", "{", "[1]", "no fields", '{"fname": 7, "room": ["x"]}', "{" * 5000])
    def test_signed_nonsense_is_nothing_or_refused(self, text):
        try:
            stay = read_stay(*self.sealed(text), KEY)
        except protocol.ProtocolError:
            return
        assert stay is not None
        assert not stay.kept()

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("13.06.2025", date(2025, 6, 13)), ("2025-06-13", date(2025, 6, 13)), ("250613", date(2025, 6, 13)),
            ("31.02.2025", None), ("", None), ("٣", None), (None, None), (7, None), ("13/06/2025", None),
        ],
    )  # fmt: skip
    def test_days(self, text, day):
        assert read_date(text) == day
