"""A phone is caught, signs in and goes online: redirects 1, 2 and 3 of the Login-API."""

import re

import pytest

from portal.simulators.iacbox import texts
from portal.simulators.iacbox.outgoing import codec_of
from portal.simulators.iacbox.settings import ASSUMED_NAMES, GIVEN_NAMES, LANGUAGES
from portal.simulators.iacbox.tickets import DAY
from portal.simulators.iacbox.wire import unpack

CODE = {"user": "ALPEN-2024", "pwd": ""}


def test_an_offline_phone_is_sent_to_the_portal_with_everything_about_it(phone):
    fields = phone.arrives("http://example.com/a?b=c;d")
    assert fields == {
        "ver": "2.1", "id": phone.id, "ac": "auth", "ip": "10.20.0.10", "ma": "0a0000000001", "vl": "17",
        "iac": "2014112233", "uo": "0", "uop": "0", "mu": "800", "lu": "1000", "userurl": "http://example.com/a?b=cd",
    }  # fmt: skip
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", phone.id)
    assert list(fields)[-1] == "userurl"
    assert phone.arrives()["id"] == fields["id"]


def test_an_online_phone_reaches_the_internet_and_its_page_escapes_the_address(phone):
    phone.arrives()
    assert phone.outcome("to") == ("0", "")
    page = phone.browses("http://example.com/<script>")
    assert page.status_code == 200
    assert "You are on the internet: http://example.com/&lt;script&gt;" in page.text
    assert phone.box.online() == 1


def test_new_phones_are_locally_administered_and_each_another(phone):
    first, second = (
        phone.reads(phone.get("new-phone", params={"url": "http://a.example/"})) for _ in range(2)
    )
    assert first["ma"] != second["ma"]
    assert int(first["ma"][:2], 16) & 3 == 2
    assert first["userurl"] == "http://a.example/"
    assert "captive.apple.com" in phone.get("arrive").headers["Location"]


@pytest.mark.parametrize(
    ("user", "password", "expected"),
    [
        ("ALPEN-2024", "", 0),
        ("ALPEN-2024", "ALPEN-2024", 0),
        ("ALPEN-2024", "x", texts.WRONG_PASSWORD),
        ("alpen-2024", "", texts.WRONG_PASSWORD),
        ("gast", "willkommen", 0),
        ("gast", "", texts.WRONG_PASSWORD),
        ("müller 7", "p=ä$&x", 0),
        ("nobody", "", texts.WRONG_PASSWORD),
        ("ALPEN-2019", "", texts.EXPIRED),
        ("ALPEN-LEER", "", texts.USED_UP),
    ],
)
def test_tickets_and_users(phone, user, password, expected):
    phone.arrives()
    code, message = phone.outcome("cred", user=user, pwd=password)
    assert code == str(expected)
    assert message == (texts.message(expected, "en", LANGUAGES) if expected else "")
    assert phone.is_online() == (expected == 0)


@pytest.mark.parametrize(
    ("rule", "password", "opens"), [("equal", "", False), ("empty", "", True), ("empty", "ALPEN-2024", False)]
)
def test_what_a_code_ticket_has_for_a_password_can_be_set(open_box, rule, password, opens):
    phone = open_box(code_password=rule)
    phone.arrives()
    assert (phone.outcome("cred", user="ALPEN-2024", pwd=password)[0] == "0") == opens


def test_a_ticket_for_one_device_refuses_the_second(phone, another):
    second = another(phone)
    phone.arrives(), second.arrives()
    assert phone.outcome("cred", user="ALPEN-SOLO", pwd="")[0] == "0"
    assert second.outcome("cred", user="ALPEN-SOLO", pwd="")[0] == str(texts.TOO_MANY)
    phone.box.log_off(phone.mac)
    assert second.outcome("cred", user="ALPEN-SOLO", pwd="")[0] == "0"


def test_time_credit_runs_while_the_phone_is_online_and_then_ends(phone, clock):
    first = phone.arrives()["id"]
    phone.outcome("cred", user="ALPEN-1H", pwd="")
    clock.now += 1800
    phone.box.log_off(phone.mac)
    clock.now += 1800
    assert phone.arrives()["id"] != first
    phone.outcome("cred", user="ALPEN-1H", pwd="")
    clock.now += 1799
    assert phone.is_online()
    clock.now += 1
    assert not phone.is_online()
    phone.arrives()
    assert phone.outcome("cred", user="ALPEN-1H", pwd="")[0] == str(texts.USED_UP)


def test_free_access_is_thirty_minutes_a_day(phone, clock):
    phone.arrives()
    assert phone.outcome("free")[0] == "0"
    clock.now += 1799
    assert phone.is_online()
    clock.now += 2
    phone.arrives()
    assert phone.outcome("free") == (str(texts.FREE_USED), "Your free time for today is used up.")
    clock.now += DAY
    assert phone.outcome("free")[0] == "0"


def test_an_override_shortens_free_access_and_cannot_lengthen_it(phone, clock):
    phone.arrives()
    phone.outcome("free", ov_time="86400")
    clock.now += 1801
    assert not phone.is_online()


def test_a_ticket_is_created_from_a_template_with_overrides(phone, clock):
    phone.arrives()
    expires = str(int(clock.now) + 500)
    overrides = {
        "ov_time": "600",
        "ov_volume": "50",
        "ov_idle": "60",
        "ov_expires": expires,
        "ov_down": "700",
        "ov_up": "300",
    }
    assert phone.outcome("create", tid="174", ov_desc="invoice 9", **overrides)[0] == "0"
    grant = phone.box.devices[phone.mac].grant
    assert (grant.seconds, grant.volume, grant.idle, grant.down, grant.up) == (600, 50, 60, 700, 300)
    assert (grant.source, grant.description) == ("Premium Speed (174)", "invoice 9")
    assert "invoice 9" in phone.get("").text
    clock.now += 501
    assert not phone.is_online()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"type": "create", "tid": "999"}, texts.NO_TEMPLATE),
        ({"type": "create", "tid": "700"}, texts.NO_TEMPLATE),
        ({"type": "create"}, texts.FIELDS),
        ({"type": "cred", "user": "gast"}, texts.FIELDS),
        ({"type": "other"}, texts.FIELDS),
        ({"type": "to", "ov_time": "soon"}, texts.FIELDS),
        ({"type": "to", "ov_expires": "1"}, texts.EXPIRED),
        ({"type": "to", "ov_down": "9" * 5000}, texts.FIELDS),
        ({"type": "to", "ov_expires": "9" * 11}, texts.FIELDS),
        ({"type": "to", "ac": "auth"}, texts.FIELDS),
        ({"type": "to", "lang": "zh_CN"}, texts.FIELDS),
        ({"type": "to", "lang": ""}, texts.FIELDS),
        ({"type": "to", "ver": "3.0"}, texts.VERSION),
        ({"type": "to", "ver": "2"}, texts.VERSION),
        ({"type": "to", "ver": "2.9"}, texts.OK),
        ({"type": "to", "id": "A" * 22}, texts.UNKNOWN_CLIENT),
        ({"type": "to", "id": "short"}, texts.UNKNOWN_CLIENT),
    ],
)
def test_a_message_that_is_not_as_the_manual_says_gets_its_return_code(phone, fields, expected):
    phone.arrives()
    assert phone.outcome(**fields)[0] == str(expected)
    assert phone.is_online() == (expected == texts.OK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_error_comes_in_the_guests_language(phone, language):
    phone.arrives()
    message = phone.outcome("cred", user="x", pwd="y", lang=language)[1]
    assert message == texts.message(texts.WRONG_PASSWORD, language, LANGUAGES)
    assert (message == "Wrong username or password.") == (language == "en")


def test_every_language_has_every_text_and_no_two_are_the_same():
    assert set(texts.MESSAGES) == set(LANGUAGES)
    for language in LANGUAGES:
        assert len(texts.MESSAGES[language]) == len(texts.ORDER) == len(set(texts.MESSAGES[language]))


def test_a_language_the_box_lacks_falls_back_to_english(open_box):
    phone = open_box(languages=("de", "en"))
    phone.arrives()
    assert phone.outcome("cred", user="x", pwd="", lang="fr")[1] == "Wrong username or password."


def test_redirect_2_is_taken_at_any_path(phone):
    phone.arrives()
    assert phone.reads(phone.logs_on("to", path="logonpage/x"))["rc"] == "0"


def test_a_used_redirect_2_is_refused_unless_the_switch_is_off(phone):
    phone.arrives()
    message = phone.seals(ver="2.1", id=phone.id, ac="logon", type="cred", lang="en", user="x", pwd="")
    codes = [phone.reads(phone.get("", params=message))["rc"] for _ in range(2)]
    assert codes == [str(texts.WRONG_PASSWORD), str(texts.REPLAYED)]
    phone.box.refuses_replay = False
    assert phone.reads(phone.get("", params=message))["rc"] == str(texts.WRONG_PASSWORD)


def test_who_is_online_keeps_the_ticket_until_it_is_revoked(phone):
    phone.arrives()
    phone.outcome("create", tid="174")
    assert phone.outcome("create", tid="512")[0] == "0"
    assert phone.box.devices[phone.mac].grant.source == "Premium Speed (174)"


@pytest.mark.parametrize("spoil", ["other secret", "flip", "no si", "no lapi", "twice", "empty"])
def test_what_is_not_signed_is_refused_with_a_page_and_no_redirect(phone, spoil):
    phone.arrives()
    message = phone.seals(ver="2.1", id=phone.id, ac="logon", type="to", lang="en")
    match spoil:
        case "other secret":
            lapi, si = codec_of(phone.box.settings, "another").seal(
                f"ver=2.1;id={phone.id};ac=logon;type=to;lang=en"
            )
            message = {"lapi": lapi, "si": si}
        case "flip":
            message["lapi"] = (
                "x" + message["lapi"][1:] if message["lapi"][0] != "x" else "y" + message["lapi"][1:]
            )
        case "no si" | "no lapi":
            del message[spoil.removeprefix("no ")]
        case "twice":
            message["lapi"] = [message["lapi"]] * 2
        case "empty":
            message = {"lapi": "", "si": ""}
    answer = phone.get("", params=message)
    assert answer.status_code == 403
    assert "Location" not in answer.headers
    assert not phone.is_online()


def test_a_url_of_more_than_8000_characters_is_refused(phone):
    phone.arrives()
    assert phone.logs_on("to", desc="x" * 3000).status_code == 302
    assert phone.logs_on("to", desc="x" * 6000).status_code == 414
    assert phone.browses("http://example.com/" + "x" * 8000).status_code == 414


def test_the_wanted_url_is_left_out_where_it_would_make_redirect_1_too_long(open_box):
    phone = open_box(url_limit=700)
    answer = phone.browses("http://example.com/" + "x" * 500)
    assert len(answer.headers["Location"]) <= 700
    assert "userurl" not in phone.reads(answer)
    assert "userurl" in phone.arrives()


def test_without_a_callback_the_box_goes_on_to_the_wanted_url_by_itself(open_box):
    phone = open_box(callback_url=None)
    phone.arrives()
    failed = phone.logs_on("cred", user="x", pwd="", lang="de", userurl="http://example.com/")
    assert failed.status_code == 200
    assert "Benutzername oder Kennwort ist falsch." in failed.text
    assert (
        phone.logs_on("to", userurl="http://example.com/w?x=1").headers["Location"]
        == "http://example.com/w?x=1"
    )
    assert "You are online now." in phone.logs_on("to").text
    for odd in (
        "javascript:alert(1)",
        "ftp://a.example/",
        "http://a.example/\r\nX: y",
        "http://[bad",
        "http://",
    ):
        assert phone.logs_on("to", userurl=odd).status_code == 200
    assert 'dir="rtl"' in phone.logs_on("to", lang="ar").text


@pytest.mark.parametrize(
    "settings",
    [
        {"encrypt": False},
        {"encrypt": False, "salt": "text"},
        {"encrypt": False, "version": "1.3"},
        {"version": "1.1"},
    ],
)
def test_every_form_of_the_protocol_travels_both_ways(open_box, settings):
    phone = open_box(**settings)
    version = phone.box.settings.version
    assert phone.arrives()["ver"] == version
    for _ in range(2):  # unencrypted, two tries may be the same text
        assert phone.outcome("cred", ver=version, user="x", pwd="")[0] == str(texts.WRONG_PASSWORD)
    assert phone.outcome("cred", ver=version, **CODE)[0] == "0"
    assert phone.is_online()


def test_every_name_on_the_wire_can_be_another(open_box):
    renamed = {name: f"x{name}" for name in (*GIVEN_NAMES, *ASSUMED_NAMES)}
    phone = open_box(names=renamed, lapi="l", si="s")
    told = phone.arrives()
    assert len(told) >= 4
    assert [name for name in told if not name.startswith("x")] == []
    answer = phone.reads(phone.logs_on("cred", user="gast", pwd="willkommen"))
    assert (answer["xac"], answer["xrc"]) == ("cbk", "0")


def test_the_old_name_of_a_renamed_field_is_not_taken(open_box):
    phone = open_box(names={"user": "usr"})
    phone.arrives()
    lapi, si = codec_of(phone.box.settings).seal(
        f"ver=2.1;id={phone.id};ac=logon;type=cred;lang=en;user=gast;pwd=willkommen"
    )
    assert phone.reads(phone.get("", params={"lapi": lapi, "si": si}))["rc"] == str(texts.FIELDS)


def test_a_rename_of_a_field_that_does_not_exist_is_reported(open_box):
    with pytest.raises(ValueError, match="no such fields: usr"):
        open_box(names={"usr": "user"})


@pytest.mark.parametrize("encrypt", [True, False])
def test_a_rest_like_box_puts_both_into_the_path(open_box, encrypt):
    phone = open_box(rest_like=True, encrypt=encrypt)
    location = phone.browses().headers["Location"]
    lapi, si = location.removeprefix(phone.box.settings.landing_url).split("/")
    assert unpack(codec_of(phone.box.settings).open(lapi, si))["ac"] == "auth"


def test_the_portals_address_may_come_after_the_start(open_box):
    phone = open_box(landing_url="", callback_url=None)
    assert phone.browses().status_code == 503
    phone.box.point_at("http://127.0.0.1:9/late/?x=1", "http://127.0.0.1:9/late/callback")
    assert phone.browses().headers["Location"].startswith("http://127.0.0.1:9/late/?x=1&lapi=")


class TestRefresh:
    def refreshes(self, phone, refid="7", **params):
        return phone.get("", params=phone.seals(ver="2.1", ac="ref", refid=refid) | params)

    def test_it_brings_redirect_1_again_with_the_refresh_id(self, phone):
        phone.arrives()
        phone.outcome("to")
        fields = phone.reads(self.refreshes(phone))
        assert (fields["ac"], fields["refid"], fields["id"], fields["ma"]) == (
            "auth",
            "7",
            phone.id,
            phone.mac,
        )
        assert fields["uo"] == "1"

    def test_the_cookie_tells_the_phone_where_another_came_later(self, phone, another, clock):
        phone.arrives()
        clock.now += 1
        another(phone).arrives()
        assert phone.reads(self.refreshes(phone))["ma"] == phone.mac

    def test_the_parameter_wins_over_the_cookie(self, phone, another):
        phone.arrives(), another(phone).arrives()
        assert phone.reads(self.refreshes(phone, device="0a0000000002"))["ma"] == "0a0000000002"

    def test_without_a_cookie_it_is_the_phone_seen_last_from_that_address(self, phone, another, clock):
        phone.arrives()
        clock.now += 1
        another(phone).arrives()
        phone.browser.cookies.clear()
        assert phone.reads(self.refreshes(phone))["ma"] == "0a0000000002"

    def test_a_phone_that_was_never_here_gets_a_page(self, phone):
        answer = self.refreshes(phone)
        assert answer.status_code == 200
        assert "Your device is not known here." in answer.text

    def test_it_needs_a_refresh_id_and_may_be_repeated(self, phone):
        phone.arrives()
        assert self.refreshes(phone, refid="").status_code == 200
        message = phone.seals(ver="2.1", ac="ref", refid="1")
        assert [phone.get("", params=message).status_code for _ in range(2)] == [302, 302]
