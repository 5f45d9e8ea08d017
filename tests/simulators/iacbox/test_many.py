"""What a box in a busy house does: it is full, it refuses, it sells, it stands beside another one, its PMS is down."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from portal.simulators.iacbox import BoxSettings, IacBox, PmsSettings, create_box, texts
from portal.simulators.iacbox.outgoing import codec_of
from portal.simulators.iacbox.wire import BadSignature
from portal.simulators.server import serve
from tests.simulators.iacbox.test_pms import BERGER, SINGLE_FREE, asks, raw, refusal


def sealed(url):
    query = parse_qs(urlsplit(url).query)
    return query["lapi"], query["si"]


class TestSemicolons:
    def test_a_box_may_leave_them_in_the_wanted_url(self, open_box):
        phone = open_box(cuts_semicolons=False)
        (lapi,), (si,) = sealed(phone.browses("http://example.com/a;b=c;d").headers["Location"])
        assert codec_of(phone.box.settings).open(lapi, si).endswith("userurl=http://example.com/a;b=c;d")

    def test_and_in_the_text_of_an_error(self, open_box):
        phone = open_box(cuts_semicolons=False)
        phone.arrives()
        phone.box.faults.refusal, phone.box.faults.refusal_text = 99, "No; not today"
        (lapi,), (si,) = sealed(phone.logs_on("to").headers["Location"])
        assert codec_of(phone.box.settings).open(lapi, si).endswith("rc=99;err=No; not today")


class TestRefusals:
    def test_the_box_refuses_with_the_code_and_the_text_it_is_told(self, phone):
        phone.arrives()
        phone.box.faults.refusal, phone.box.faults.refusal_text = 77, "Posting is not allowed."
        assert phone.outcome("create", tid="174") == ("77", "Posting is not allowed.")
        assert asks(phone, **BERGER) == {"rc": 77, "err": "Posting is not allowed."}
        assert not phone.is_online()

    def test_a_code_of_the_sdk_that_the_box_has_no_words_for_gets_the_general_ones(self, phone):
        phone.arrives()
        phone.box.faults.refusal = 1234
        assert phone.outcome("to") == ("1234", "The login failed. Please try again.")

    def test_a_pms_that_is_down_is_no_wrong_room(self, phone):
        phone.arrives()
        phone.box.faults.pms = "outage"
        assert asks(phone, **BERGER) == refusal(texts.NO_PMS)
        assert phone.outcome("pms", **BERGER)[0] == str(texts.NO_PMS)
        phone.box.faults.pms = ""
        assert phone.outcome("pms", **BERGER)[0] == "0"

    def test_the_switches_take_a_code_and_refuse_what_is_none(self, phone):
        form = {"refusal": "31", "refusal_text": "No", "other_box": "2014999999", "full": "on"}
        requests.post(phone.url + "switches", data=form, timeout=5)
        faults = phone.box.faults
        assert (faults.refusal, faults.refusal_text, faults.other_box) == (31, "No", "2014999999")
        assert faults.full
        for wrong in ("x", "-1", "10000"):
            answer = requests.post(phone.url + "switches", data={"refusal": wrong}, timeout=5)
            assert answer.status_code == 400


class TestFullHouse:
    def test_it_is_said_in_redirect_1_and_a_logon_is_refused(self, open_box, another):
        phone = open_box(max_users=1)
        second = another(phone)
        phone.arrives()
        assert phone.outcome("to")[0] == "0"
        fields = second.arrives()
        assert (fields["uo"], fields["uop"], fields["mu"]) == ("1", "100", "1")
        assert second.outcome("to")[0] == str(texts.FULL_HOUSE)
        assert asks(second, **BERGER) == refusal(texts.FULL_HOUSE)
        phone.box.log_off(phone.mac)
        assert second.outcome("to")[0] == "0"

    def test_a_switch_fills_the_house(self, phone):
        phone.box.faults.full = True
        fields = phone.arrives()
        assert (fields["uo"], fields["uop"]) == ("800", "100")
        assert phone.outcome("free")[0] == str(texts.FULL_HOUSE)


class TestPurchases:
    def test_every_ticket_made_is_counted_also_one_that_is_made_twice(self, phone):
        phone.arrives()
        assert [phone.outcome("create", tid="174")[0] for _ in range(2)] == ["0", "0"]
        assert [(one.template, one.price) for one in phone.box.purchases] == [(174, 900)] * 2

    def test_a_question_with_a_ticket_buys_it_for_the_reservation(self, phone):
        phone.arrives()
        asks(phone, **BERGER)
        assert not phone.box.purchases
        asks(phone, tid="512", **BERGER)
        assert [(one.stay, one.template, one.price) for one in phone.box.purchases] == [("47118", 512, 2900)]
        assert "47118" in phone.get("").text

    def test_redirect_2_of_type_pms_buys_the_ticket_it_names(self, phone):
        phone.arrives()
        phone.outcome("pms", tid="174", **BERGER)
        assert [(one.mac, one.template) for one in phone.box.purchases] == [(phone.mac, 174)]

    def test_a_single_free_ticket_is_made_by_itself(self, phone):
        phone.arrives()
        asks(phone, **SINGLE_FREE)
        assert [one.price for one in phone.box.purchases] == [0]

    def test_what_is_refused_is_not_sold(self, phone):
        phone.arrives()
        phone.outcome("create", tid="700")
        phone.outcome("create", tid="174", ov_time="soon")
        phone.outcome("cred", user="ALPEN-2024", pwd="")
        assert not phone.box.purchases


def test_in_local_mode_a_box_makes_tickets_by_type_create_alone(open_box):
    phone = open_box(pms=PmsSettings(takes_ticket=False))
    phone.arrives()
    assert asks(phone, **BERGER)["state"] == "tsel"
    assert asks(phone, tid="174", **BERGER) == refusal(texts.FIELDS)
    assert phone.outcome("create", tid="174")[0] == "0"
    assert [one.stay for one in phone.box.purchases] == ["47118"]


class TestDomains:
    def test_a_browser_is_led_through_the_other_names_of_the_box(self, phone):
        with (
            serve(create_box(phone.box), host="127.0.0.2") as second,
            serve(create_box(phone.box), host="127.0.0.3") as third,
        ):
            settings = phone.box.settings
            phone.box.settings = BoxSettings(
                settings.secret,
                settings.landing_url,
                settings.callback_url,
                detour=(second.url, third.url),
            )
            phone.arrives()
            answer, hosts = phone.logs_on("to"), []
            while not answer.headers["Location"].startswith(settings.callback_url):
                hosts.append(urlsplit(answer.headers["Location"]).hostname)
                answer = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
            assert hosts == ["127.0.0.2", "127.0.0.3"]
            assert phone.reads(answer)["rc"] == "0"

    def test_there_is_no_way_on_that_nobody_began(self, phone):
        assert phone.get("onward/nothing/0").status_code == 404


class TestVlans:
    def test_a_phone_is_caught_where_it_is_and_offered_what_is_to_be_had_there(self, open_box):
        phone = open_box(vlans=("99",))
        assert phone.arrives()["vl"] == "17"
        fields = phone.reads(phone.get(f"device/{phone.mac}/browse?vlan=99"))
        assert fields["vl"] == "99"
        assert phone.arrives()["vl"] == "99"
        assert [entry["id"] for entry in asks(phone, **BERGER)["tt"]] == [435, 174, 512, 640, 700]
        assert "vlan=99" in phone.get("").text

    def test_a_vlan_that_is_none_is_refused(self, phone):
        assert phone.get("new-phone?vlan=x").status_code == 400


class TestManyBoxes:
    def test_two_boxes_with_secrets_of_their_own_name_themselves(self, clock):
        one = IacBox(BoxSettings("the secret of one", "http://a.example/", registration="2014000001"), clock)
        two = IacBox(BoxSettings("the secret of two", "http://a.example/", registration="2014000002"), clock)
        (lapi,), (si,) = sealed(one.redirect_1(one.seen("0a0000000001", "")))
        assert "iac=2014000001" in codec_of(one.settings).open(lapi, si)
        with pytest.raises(BadSignature):
            codec_of(two.settings).open(lapi, si)

    def test_a_box_can_claim_to_be_another(self, phone):
        phone.box.faults.other_box = "2014999999"
        assert phone.arrives()["iac"] == "2014999999"


class TestOddUrls:
    def test_both_parameters_twice_with_the_same_value(self, phone):
        phone.box.faults.repeated = True
        lapi, si = sealed(phone.browses().headers["Location"])
        assert (len(lapi), len(si)) == (2, 2)
        assert len(set(lapi)) == len(set(si)) == 1

    @pytest.mark.parametrize("shape", ["{lapi}/{si}/", "lapi/{lapi}/si/{si}", "lapi/{lapi}/si/{si}/"])
    def test_a_rest_like_url_has_the_shape_that_was_set(self, open_box, shape):
        phone = open_box(rest_like=True, rest_shape=shape)
        path = phone.browses().headers["Location"].removeprefix(phone.box.settings.landing_url)
        assert path.count("/") == shape.count("/")
        assert path.endswith("/") == shape.endswith("/")

    def test_the_plain_refresh_url_brings_redirect_1_with_the_refresh_id(self, phone):
        phone.arrives()
        assert phone.reads(phone.get("refresh/7"))["refid"] == "7"

    def test_what_the_box_sends_may_have_other_names_than_what_it_takes(self, open_box):
        phone = open_box(names={"lname": "name"}, answer_names={"userurl": "wanted"})
        assert "wanted" in phone.arrives()
        data = asks(phone, **BERGER)
        assert "lname=Berger" in codec_of(phone.box.settings).open(data["pms"], data["pms_si"])


def test_a_pms_takes_longer_where_it_has_something_to_compare(open_box):
    phone = open_box(pms=PmsSettings(lookup=(0.0, 0.15)))
    phone.arrives()
    took = []
    for room in ("999", "214"):
        began = time.monotonic()
        raw(phone, id=phone.id, room=room, birthday="01.01.1990")
        took.append(time.monotonic() - began)
    assert took[0] < 0.15 <= took[1]
