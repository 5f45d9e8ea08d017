"""The box's codec against vectors made by OpenSSL (tests/vectors/iacbox.json says how)."""

import json
from pathlib import Path

import pytest

from portal.simulators.iacbox.wire import BadSignature, Codec, Unreadable, b64, pack, unb64, unpack

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "iacbox.json").read_text())["vectors"]


def codec(vector):
    version = "1.3" if vector["kind"] == "plain-1.x" else "2.1"
    return Codec(vector["secret"], version, vector["kind"] == "encrypted", vector.get("salt_form", "raw"))


@pytest.mark.parametrize("vector", VECTORS)
def test_it_opens_what_openssl_closed(vector):
    assert codec(vector).open(vector["lapi"], vector["si"]) == vector["clear"]


@pytest.mark.parametrize("vector", VECTORS)
def test_it_closes_to_the_bytes_of_openssl(vector):
    iv, salt = bytes.fromhex(vector.get("iv_hex", "")), bytes.fromhex(vector.get("salt_hex", ""))
    assert codec(vector).seal(vector["clear"], iv, salt) == (vector["lapi"], vector["si"])


def test_the_manuals_example_is_an_iv_and_whole_blocks():
    example = (
        "hELE1zweeT2yT1JVLQ8auQkn_CXQVEBj4SPEes0a8PDa0F2bU6-JFtH_SNAYJQb-Zd-RqGzvMIk"
        "UbhhrU5Ll78h_UbDv4PfRVD5N5I37anPXvAi7__fO3yJ_ISFc3qf6baYjVx-cqZdlP36o6ODAGw"
    )
    assert len(example) == 150
    assert unb64(example)[:16].hex() == "8442c4d73c1e793db24f52552d0f1ab9"
    assert len(unb64(example)) == 112


@pytest.mark.parametrize("vector", VECTORS)
def test_a_changed_character_anywhere_in_the_signature_is_refused(vector):
    for place, letter in enumerate(vector["si"]):
        changed = vector["si"][:place] + ("B" if letter == "A" else "A") + vector["si"][place + 1 :]
        with pytest.raises((BadSignature, Unreadable)):
            codec(vector).open(vector["lapi"], changed)


@pytest.mark.parametrize("vector", VECTORS)
def test_a_changed_message_another_secret_and_the_other_salt_form_are_refused(vector):
    right, middle = codec(vector), len(vector["lapi"]) // 2
    changed = (
        vector["lapi"][:middle]
        + ("B" if vector["lapi"][middle] == "A" else "A")
        + vector["lapi"][middle + 1 :]
    )
    with pytest.raises(BadSignature):
        right.open(changed, vector["si"])
    with pytest.raises(BadSignature):
        Codec("another", right.version, right.encrypt, right.salt).open(vector["lapi"], vector["si"])
    if vector["kind"] == "plain-2.x":
        other = "text" if right.salt == "raw" else "raw"
        with pytest.raises(BadSignature):
            Codec(right.secret, right.version, False, other).open(vector["lapi"], vector["si"])


def test_two_messages_of_one_text_differ():
    assert Codec("s").seal("a=1") != Codec("s").seal("a=1")
    assert Codec("s", encrypt=False).seal("a=1") != Codec("s", encrypt=False).seal("a=1")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(16), bytes(17), bytes(48)])
def test_a_signed_thing_that_is_no_cipher_text_is_unreadable(sealed):
    codec = Codec("s")
    lapi = b64(sealed)
    with pytest.raises(Unreadable):
        codec.open(lapi, codec._hmac(lapi.encode()))


def test_fields_lose_their_semicolons_and_keep_their_equals_signs():
    assert unpack(pack({"user": "a;b", "pwd": "p=ä$&x", "vl": ""})) == {
        "user": "ab",
        "pwd": "p=ä$&x",
        "vl": "",
    }


@pytest.mark.parametrize("clear", ["ver", "a=1;a=2"])
def test_what_is_no_list_of_fields_is_unreadable(clear):
    with pytest.raises(Unreadable):
        unpack(clear)
