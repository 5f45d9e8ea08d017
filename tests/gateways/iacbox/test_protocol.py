"""The Login-API's wire against vectors made by OpenSSL, in both directions, and a table of tampering."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.gateways.iacbox import protocol, wire_names
from portal.gateways.iacbox.protocol import BadFields, BadSignature, Key, ProtocolError, TooLong, WrongVersion

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "iacbox.json").read_text())["vectors"]
MANUAL = (
    "hELE1zweeT2yT1JVLQ8auQkn_CXQVEBj4SPEes0a8PDa0F2bU6-JFtH_SNAYJQb-Zd-RqGzvMIk "
    "UbhhrU5Ll78h_UbDv4PfRVD5N5I37anPXvAi7__fO3yJ_ISFc3qf6baYjVx-cqZdlP36o6ODAGw"
)
KEY = Key("correct horse battery")
FIELDS = "ver=2.1;id=7yXYLm3pQ2uVbZkT1LlCwA;ac=auth;ip=10.20.30.40;ma=00359ac076c4;userurl=http://example.com/a?b=c"


def key_of(vector):
    version = "1.3" if vector["kind"] == "plain-1.x" else "2.1"
    return Key(
        vector["secret"], version, vector["kind"] == "encrypted", vector.get("salt_form", "raw"), KEY.names
    )


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda v: f"{v['kind']}-{v.get('salt_form', '')}-{v['secret'][:4]}"
)
def test_it_reads_and_writes_what_openssl_wrote(vector):
    key = key_of(vector)
    assert protocol.unseal(vector["lapi"], vector["si"], key) == vector["clear"]
    salts = {"iv": bytes.fromhex(vector.get("iv_hex", "")), "salt": bytes.fromhex(vector.get("salt_hex", ""))}
    assert protocol.seal(vector["clear"], key, **salts) == (vector["lapi"], vector["si"])


def test_the_manuals_own_example_has_its_structure():
    raw = protocol.b64decode(MANUAL)
    assert len(raw) == 112
    assert raw[:16].hex() == "8442c4d73c1e793db24f52552d0f1ab9"


@pytest.mark.parametrize(
    "vector", VECTORS[:1] + VECTORS[4:8], ids=lambda v: v["kind"] + v.get("salt_form", "")
)
def test_no_altered_redirect_is_accepted(vector):
    key, lapi, si = key_of(vector), vector["lapi"], vector["si"]
    other = "B" if lapi[7] != "B" else "C"
    altered = [
        *(
            (lapi[:place] + other + lapi[place + 1 :], si)
            for place in range(len(lapi))
            if lapi[place] != other
        ),
        *((lapi, si[:place] + other + si[place + 1 :]) for place in range(len(si)) if si[place] != other),
        *((lapi[:cut], si) for cut in range(0, len(lapi), 3)),
        *((lapi, si[:cut]) for cut in range(len(si))),
        (si, lapi),
        (lapi + lapi, si),
        (lapi + "A", si),
        (lapi, si + "A"),
        (lapi, si + "$" + si),
        (lapi, "$" + si),
        (lapi, ""),
        ("", si),
        ("é", si),
        (lapi, "é"),
        ("A" * 10_000, si),
        *((v["lapi"], si) for v in VECTORS if v["lapi"] != lapi),
        *((lapi, v["si"]) for v in VECTORS if v["si"] != si and v["lapi"] != lapi),
    ]
    assert len(altered) > 200
    for bad_lapi, bad_si in altered:
        with pytest.raises(ProtocolError):
            protocol.unseal(bad_lapi, bad_si, key)
    for other_key in (replace(key, secret="Correct horse battery"), replace(key, encrypt=not key.encrypt)):
        with pytest.raises(ProtocolError):
            protocol.unseal(lapi, si, other_key)


def test_no_two_redirects_of_the_same_fields_are_alike():
    for key in (KEY, replace(KEY, encrypt=False)):
        assert protocol.seal(FIELDS, key) != protocol.seal(FIELDS, key)


@pytest.mark.parametrize("salt", [b"1234567", b"123456789", b"1"])
def test_a_salt_has_eight_bytes(salt):
    key = replace(KEY, encrypt=False)
    assert protocol.unseal(*protocol.seal(FIELDS, key, salt=b"12345678"), key) == FIELDS
    with pytest.raises(BadSignature):
        protocol.unseal(*protocol.seal(FIELDS, key, salt=salt), key)


def test_nothing_longer_than_the_box_can_send_is_read():
    lapi, si = protocol.seal("x" * protocol.LONGEST_URL, KEY)
    with pytest.raises(BadSignature, match="nothing signed"):
        protocol.unseal(lapi, si, KEY)


def test_a_box_whose_address_has_a_query_keeps_it():
    query = parse_qs(urlsplit(protocol.outgoing_url("http://box/?a=b", {"user": "x"}, KEY)).query)
    assert (list(query), query["a"]) == (["a", "lapi", "si"], ["b"])


def test_the_signature_is_checked_before_anything_is_decrypted(monkeypatch):
    monkeypatch.setattr(protocol, "decrypt", lambda *_: pytest.fail("decrypted first"))
    lapi, si = VECTORS[0]["lapi"], VECTORS[1]["si"]
    with pytest.raises(BadSignature):
        protocol.unseal(lapi, si, key_of(VECTORS[0]))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        (FIELDS.replace("ver=2.1", "ver=3.0"), WrongVersion),
        (FIELDS.replace("ver=2.1", "ver=1.9"), WrongVersion),
        (FIELDS.replace("ver=2.1", "ver=two"), BadFields),
        (FIELDS.replace("ver=2.1;", ""), BadFields),
        (FIELDS.replace("7yXYLm3pQ2uVbZkT1LlCwA", "short"), BadFields),
        (FIELDS.replace("7yXYLm3pQ2uVbZkT1LlCwA", "<script>alert(1)</scri"), BadFields),
        (FIELDS.replace("ac=auth", "ac=logon"), BadFields),
        (FIELDS.replace("ac=auth", "ac=cbk"), BadFields),
        (FIELDS.replace("ac=auth", "ac=cbk;rc=99999"), BadFields),
        (FIELDS.replace("ac=auth", "ac=cbk;rc=-1"), BadFields),
        (FIELDS.replace("id=", "id=AAAAAAAAAAAAAAAAAAAAAA;id="), BadFields),
        ("nonsense", BadFields),
        ("", BadFields),
    ],
)
def test_what_is_signed_still_has_to_make_sense(fields, error):
    with pytest.raises(error):
        protocol.read(*protocol.seal(fields, KEY), KEY)


@pytest.mark.parametrize("minor", ["2.0", "2.1", "2.9", "2.10"])
def test_another_minor_version_is_compatible(minor):
    assert protocol.read(*protocol.seal(FIELDS.replace("2.1", minor), KEY), KEY).version == minor


def test_fields_come_by_our_words_and_unknown_ones_are_ignored():
    clear = FIELDS.replace("ma=", "new=1;x=<b>;odd;vl=;ma=")
    incoming = protocol.read(*protocol.seal(clear, KEY), KEY)
    assert (incoming.action, incoming.get("mac"), incoming.get("vlan")) == ("auth", "00359ac076c4", "")
    assert incoming.get("userurl") == "http://example.com/a?b=c"
    assert incoming.get("new") == ""


@pytest.mark.parametrize(
    ("clear", "word", "value"),
    [
        ("ac=cbk;rc=12;err=No; not today", "message", "No; not today"),
        ("ac=cbk;err=No; not today; tomorrow;rc=12", "message", "No; not today; tomorrow"),
        ("ac=cbk;rc=12;err=a=b;c=d;e", "message", "a=b;c=d;e"),
        ("ac=cbk;rc=12;err=;;", "message", ""),
        ("ac=auth;userurl=http://example.com/a;b=c;d", "userurl", "http://example.com/a;b=c;d"),
        ("ac=auth;vl=7;userurl=http://example.com/;vl=9;rc=0;id=x", "vlan", "7"),
        ("ac=auth;userurl=http://example.com/;vl=9", "vlan", ""),
        ("ac=auth;userurl=http://example.com/;vl=9", "userurl", "http://example.com/;vl=9"),
        ("userurl=http://example.com/;a;ac=auth", "userurl", "http://example.com/;a"),
    ],
)
def test_semicolons_that_a_box_did_not_cut_out_belong_to_the_value_before(clear, word, value):
    clear = f"ver=2.1;id=7yXYLm3pQ2uVbZkT1LlCwA;{clear}"
    if clear.count("userurl") and clear.endswith("ac=auth"):
        clear = clear.replace("ver=2.1;id=7yXYLm3pQ2uVbZkT1LlCwA;", "") + ";ver=2.1;id=7yXYLm3pQ2uVbZkT1LlCwA"
    assert protocol.read(*protocol.seal(clear, KEY), KEY).get(word) == value


def test_renamed_fields_are_read_by_their_new_names():
    renamed = wire_names.wire_names({"mac": "hw", "id": "cid"}, wire_names.ANSWERS)
    key = replace(KEY, answer_names=renamed)
    clear = FIELDS.replace("ma=", "hw=").replace("id=", "cid=")
    assert protocol.read(*protocol.seal(clear, key), key).get("mac") == "00359ac076c4"


def test_a_venue_may_name_a_field_by_our_word_or_by_the_wire_name():
    assert wire_names.wire_names({"user": "usr"}, wire_names.REQUESTS)["user"] == "usr"
    assert wire_names.wire_names({"pwd": "pass"}, wire_names.REQUESTS)["password"] == "pass"
    assert wire_names.assumed_in_use(
        {"user": "usr", "pwd": "p"}, wire_names.ASSUMED_REQUESTS, {"user", "password", "type"}
    ) == ["type"]


def test_white_space_in_a_wrapped_url_is_tolerated():
    lapi, si = protocol.seal(FIELDS, KEY)
    assert protocol.unseal(lapi[:40] + "\n " + lapi[40:], " " + si, KEY) == FIELDS


@given(
    st.dictionaries(st.sampled_from(["user", "password", "room"]), st.text(max_size=60), min_size=1),
    st.booleans(),
    st.booleans(),
)
def test_any_text_travels_and_semicolons_are_cut_out(fields, encrypt, one):
    key = Key("Schlüssel-9", "1.3" if one else "2.1", encrypt, "raw", KEY.names)
    fields = {word: value.encode("utf-8", "ignore").decode() for word, value in fields.items()}
    query = parse_qs(
        urlsplit(protocol.outgoing_url("http://box/", fields, key)).query, keep_blank_values=True
    )
    given_back = protocol.unpack(protocol.unseal(query["lapi"][0], query["si"][0], key))
    assert given_back == {key.names[word]: value.replace(";", "") for word, value in fields.items()}


def test_a_url_too_long_loses_the_wanted_url_first_and_never_a_piece_of_a_field():
    fields = {"id": "x" * 22, "user": "müller", "userurl": "http://example.com/" + "a" * 7000}
    url = protocol.outgoing_url("https://logon.now/", fields, KEY)
    query = parse_qs(urlsplit(url).query)
    assert protocol.unpack(protocol.unseal(query["lapi"][0], query["si"][0], KEY)) == {
        "id": "x" * 22,
        "user": "müller",
    }
    with pytest.raises(TooLong):
        protocol.outgoing_url("https://logon.now/", {"user": "x" * 9000}, KEY)


@pytest.mark.parametrize("salt", ["raw", "text"])
def test_both_readings_of_the_salt_are_accepted_and_the_venue_says_which_is_sent(salt):
    sender = Key("correct horse battery", "2.1", False, salt, KEY.names)
    for form in ("raw", "text"):
        reader = replace(sender, salt=form)
        assert protocol.unseal(*protocol.seal(FIELDS, sender), reader) == FIELDS
    vector = next(v for v in VECTORS if v.get("salt_form") == salt)
    made = protocol.seal(
        vector["clear"], replace(sender, secret=vector["secret"]), salt=bytes.fromhex(vector["salt_hex"])
    )
    assert made[1] == vector["si"]
